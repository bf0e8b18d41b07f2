/* Llama 3.2 Vision against Hugging Face's class, from the checkpoint that make-mllama-goldens
 * wrote. */
#include "made.h"

enum { CASE_IDS = 64, ROWS = 3 };

/* One case of the recording. */
struct recorded {
    int32_t ids[CASE_IDS];
    uint32_t n, n_vocab;
    const float *logits; /* [ROWS][n_vocab] of its last ids */
};

static const struct tensor *part(const struct model *record, const char *name, const char *of)
{
    char full[64];
    snprintf(full, sizeof full, "%s.%s", name, of);
    const struct tensor *t = model_tensor(record, full);
    if (!T_OK(t))
        t_fail(__FILE__, __LINE__, "'%s' is not recorded", full);
    return t;
}

static bool read_case(struct recorded *c, const struct model *record, const char *name)
{
    const struct tensor *ids = part(record, name, "ids"), *logits = part(record, name, "logits");
    if (!ids || !logits || !T_OK(ids->ne[0] <= CASE_IDS) || !T_OK(logits->ne[1] == ROWS))
        return false;
    *c = (struct recorded){.n = (uint32_t)ids->ne[0], .n_vocab = (uint32_t)logits->ne[0]};
    memcpy(c->ids, ids->data, ids->bytes);
    c->logits = (const float *)(const void *)logits->data;
    return true;
}

struct rows {
    float *logits; /* [ROWS][n_vocab] */
    uint32_t n_vocab, skip;
};

static bool keep(void *user, uint32_t i, const float *logits)
{
    struct rows *r = user;
    if (i >= r->skip)
        memcpy(r->logits + (size_t)(i - r->skip) * r->n_vocab, logits, r->n_vocab * sizeof *logits);
    return true;
}

/* The largest difference relative to the range of the recorded logits. */
static double error_of(const float *got, const float *want, size_t n)
{
    double worst = 0, low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        double d = fabs((double)want[i] - (double)got[i]);
        worst = d <= worst ? worst : isnan(d) ? INFINITY : d;
        low = fmin(low, (double)want[i]);
        high = fmax(high, (double)want[i]);
    }
    return worst / (high - low);
}

static bool open_tiny(struct loaded *l, const char *isa, uint32_t threads)
{
    takt_plan_options o = {.threads = threads, .isa = isa, .logits_rows = CASE_IDS, .chunk = 64};
    return loaded_open(l, "tests/data/mllama-tiny", &o, 2);
}

/* ---- the recording ---- */

enum { PICTURES = 3 };

struct gallery_of {
    struct model record;
    struct loaded l;
    takt_vision *vision;
    takt_picture *picture[PICTURES];
};

static takt_vision *open_vision(const takt_model *m, const char *isa, uint32_t threads)
{
    takt_vision_options o = {.threads = threads, .isa = isa, .no_cache = true};
    takt_vision *v = NULL;
    takt_err e;
    T_RC(takt_vision_new(&v, m, "tests/data/mllama-tiny", &o, &e), &e);
    return v;
}

/* The picture's projected rows, which lie where the last step left them. */
static void check_features(takt_vision *v, const takt_picture *p, const struct tensor *want,
                           uint32_t i)
{
    uint32_t n = (uint32_t)want->ne[0], rows = (uint32_t)want->ne[1];
    double worst = 0;
    T_EQ_INT(p->store.n_rows, rows);
    for (uint32_t r = 0; r < rows; r++)
        worst = fmax(worst, error_of(target_logits(v->target, r),
                                     (const float *)(const void *)want->data + (size_t)r * n, n));
    if (!(worst <= 1e-5))
        t_fail(__FILE__, __LINE__, "picture %u: error %.3g of a row's range", i, worst);
}

static bool show_all(struct gallery_of *g)
{
    takt_err e;
    for (uint32_t i = 0; i < PICTURES; i++) {
        char name[16];
        snprintf(name, sizeof name, "%u", i);
        const struct tensor *p = part(&g->record, "picture", name);
        const struct tensor *f = part(&g->record, "features", name);
        if (!p || !f ||
            !T_RC(takt_picture_encode(&g->picture[i], g->vision, p->data, (uint32_t)p->ne[1],
                                      (uint32_t)p->ne[2], NULL, &e),
                  &e))
            return false;
        T_EQ_INT(takt_picture_positions(g->picture[i]), 1);
        check_features(g->vision, g->picture[i], f, i);
    }
    return true;
}

static bool gallery_open(struct gallery_of *g, const char *isa, uint32_t threads)
{
    takt_err e;
    *g = (struct gallery_of){0};
    return T_RC(model_open(&g->record, "tests/data/mllama-tiny.gguf", &e), &e) &&
           open_tiny(&g->l, isa, threads) &&
           (g->vision = open_vision(g->l.model, isa, threads)) != NULL && show_all(g);
}

static void gallery_close(struct gallery_of *g)
{
    for (uint32_t i = 0; i < PICTURES; i++)
        takt_picture_free(g->picture[i]);
    takt_vision_free(g->vision);
    loaded_free(&g->l);
    model_close(&g->record);
}

/* Puts the case's pictures where its image tokens stand. Returns how many. */
static uint32_t hang(struct gallery_of *g, struct recorded *c, const char *name, takt_span *span)
{
    const struct tensor *which = part(&g->record, name, "pictures");
    int32_t list[1 + CASE_IDS];
    uint32_t n = 0;
    if (!which || !T_OK(which->ne[0] <= CASE_IDS))
        return 0;
    memcpy(list, which->data, which->bytes);
    for (uint32_t i = 0; i < c->n; i++)
        if (c->ids[i] == (int32_t)c->n_vocab) {
            span[n] = (takt_span){i, g->picture[list[1 + n]]};
            c->ids[i] = takt_picture_ids(span[n++].picture)[0];
        }
    T_EQ_INT(n, list[0]);
    return n;
}

static const char *const cases[] = {"text", "first", "tiles", "wide", "turn", "two", "pair"};
enum { CASES = sizeof cases / sizeof *cases };

/* The logits of case NAME, fed STEP ids at a time, into GOT ([ROWS][n_vocab]). */
static bool run_case(struct gallery_of *g, const char *name, uint32_t step, float *got,
                     struct recorded *c)
{
    takt_span span[CASE_IDS];
    takt_err e;
    if (!read_case(c, &g->record, name) || !T_OK(c->n_vocab <= 512))
        return false;
    uint32_t n = hang(g, c, name, span);
    seq_reset(g->l.seq);
    takt_seq_pictures(g->l.seq, span, n);
    for (uint32_t at = 0, some; at < c->n; at += some) {
        some = c->n - at < step ? c->n - at : step;
        struct rows rows = {got, c->n_vocab, 0};
        uint32_t skip = c->n - ROWS;
        rows.skip = skip > at ? skip - at : 0;
        rows.logits = got + (size_t)(at > skip ? at - skip : 0) * c->n_vocab;
        if (!T_RC(takt_seq_feed(g->l.seq, c->ids + at, some, true, keep, &rows, &e), &e))
            return false;
    }
    seq_reset(g->l.seq); /* SPAN ends */
    return true;
}

static void check_all(struct gallery_of *g, float *first, uint32_t step)
{
    static float got[ROWS * 512];
    struct recorded c;
    for (uint32_t i = 0; i < CASES; i++) {
        if (!run_case(g, cases[i], step, got, &c))
            continue;
        size_t n = (size_t)ROWS * c.n_vocab;
        double error = error_of(got, c.logits, n);
        if (!(error <= 1e-5))
            t_fail(__FILE__, __LINE__, "%s: error %.3g of the range", cases[i], error);
        if (step == CASE_IDS && first[i * n] == 0)
            memcpy(first + i * n, got, n * sizeof *got);
        else /* the same bits, however it is computed */
            T_EQ_MEM(got, first + i * n, n * sizeof *got);
    }
}

/* Every case within 1e-5 of the range, and with the same bits in all ways to compute it. */
T_TEST(goldens)
{
    static const struct {
        const char *isa;
        uint32_t threads, step;
    } way[] = {{NULL, 2, CASE_IDS}, {NULL, 2, 1}, {NULL, 2, 7}, {"ref", 1, CASE_IDS}, {NULL, 3, 5}};
    static float first[CASES * ROWS * 512];
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        struct gallery_of g;
        if (gallery_open(&g, way[i].isa, way[i].threads))
            check_all(&g, first, way[i].step);
        gallery_close(&g);
    }
}

T_TEST(plan_of_text)
{
    struct loaded l;
    if (open_tiny(&l, NULL, 2)) {
        T_EQ_INT(l.plan->plan.kv.n_layers, 3);
        T_EQ_INT(l.plan->plan.cross.n_layers, 2);
        T_EQ_INT(l.plan->plan.n_vocab, 272);
        loaded_free(&l);
    }
}

/* The image token has a row in the table, but no logit: where there is no picture, it means
 * nothing. */
T_TEST(image_token_without_picture)
{
    struct loaded l;
    takt_err e;
    const int32_t ids[] = {256, 272};
    if (open_tiny(&l, NULL, 1)) {
        T_FAILS(takt_seq_feed(l.seq, ids, 2, false, NULL, NULL, &e), &e, TAKT_ERR_USAGE,
                "the model knows 0 to 271");
        loaded_free(&l);
    }
}

T_MAIN("engine/mllama")
