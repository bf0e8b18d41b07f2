/* Qwen2-VL: places in time, height and width. */
#include "engine/place.h"
#include "made.h"

enum { WORDS = 90 };

static const int32_t sections[4] = {8, 12, 12, 0};

static struct made decoder(const char *arch, const int32_t *of)
{
    return (struct made){.arch = arch, .type = QTYPE_Q8_0, .biases = true, .sections = of};
}

/* ---- places ---------------------------------------------------------------------------------- */

static void check_place(const takt_span *spans, size_t n, uint32_t pos, uint32_t t, uint32_t h,
                        uint32_t w)
{
    uint32_t at[3];
    place_of(at, spans, n, pos);
    T_EQ_INT(at[0], t);
    T_EQ_INT(at[1], h);
    T_EQ_INT(at[2], w);
}

/* As transformers' get_rope_index counts them. */
T_TEST(places)
{
    takt_picture wide = {.n_positions = 12, .across = 4, .down = 3};
    takt_picture high = {.n_positions = 13, .first = 1, .across = 2, .down = 5};
    takt_picture plain = {.n_positions = 6};
    const takt_span spans[] = {{33, &plain}, {5, &wide}, {17, &high}};
    check_place(NULL, 0, 7, 7, 7, 7);
    check_place(spans, 3, 4, 4, 4, 4);
    check_place(spans, 3, 5, 5, 5, 5);
    check_place(spans, 3, 8, 5, 5, 8);
    check_place(spans, 3, 9, 5, 6, 5);
    check_place(spans, 3, 16, 5, 7, 8);
    check_place(spans, 3, 17, 9, 9, 9); /* 5 + 4; text before the rows */
    check_place(spans, 3, 18, 10, 10, 10);
    check_place(spans, 3, 27, 10, 14, 11);
    check_place(spans, 3, 28, 15, 15, 15); /* text behind them */
    check_place(spans, 3, 29, 16, 16, 16);
    check_place(spans, 3, 30, 17, 17, 17);
    check_place(spans, 3, 35, 22, 22, 22); /* in one that has no grid */
    check_place(spans, 3, 39, 26, 26, 26);
}

/* ---- text alone ------------------------------------------------------------------------------ */

static bool keep(void *user, uint32_t i, const float *logits)
{
    float *to = *(float **)user;
    (void)i;
    memcpy(to, logits, 331 * sizeof *to);
    return true;
}

/* The last logits of a text that a model of random weights reads in steps of STEP. */
static void text_logits(float *to, const char *arch, const int32_t *of, uint32_t step)
{
    struct loaded l;
    int32_t ids[WORDS];
    takt_err e;
    takt_plan_options po = {.threads = 2};
    t_.state = 41; /* the same weights */
    const char *path = made_write(decoder(arch, of));
    for (int32_t i = 0; i < WORDS; i++)
        ids[i] = 3 + i * 7 % 300;
    if (!loaded_open(&l, path, &po, 1))
        return;
    for (uint32_t at = 0; at < WORDS; at += step)
        T_RC(takt_seq_feed(l.seq, ids + at, WORDS - at < step ? WORDS - at : step, false, keep, &to,
                           &e),
             &e);
    loaded_free(&l);
}

/* Without pictures the three places are the position: the bits are Qwen 2's. */
T_TEST(text_alone_is_qwen2)
{
    static float want[331], got[331];
    text_logits(want, "qwen2", NULL, WORDS);
    text_logits(got, "qwen2vl", sections, WORDS);
    T_EQ_MEM(got, want, sizeof want);
    text_logits(got, "qwen2vl", sections, 13);
    T_EQ_MEM(got, want, sizeof want);
    T_OK(fabsf(got[7]) > 0);
}

/* ---- against Hugging Face -------------------------------------------------------------------- */

enum { PICTURES = 2, LOGITS = 6 };

/* A recording, the language model and an encoder opened in some way, and the pictures. */
struct golden {
    const char *name;
    struct model record;
    struct loaded l;
    takt_picture *picture[PICTURES];
    takt_span span[PICTURES];
    int32_t *ids;
    uint32_t n, n_vocab;
};

struct way {
    const char *isa;
    uint32_t threads, chunk;
};

static const struct tensor *recorded(const struct golden *g, const char *what)
{
    const struct tensor *t = model_tensor(&g->record, what);
    T_OK(t != NULL);
    return t;
}

/* The largest difference relative to the range of the recorded values. */
static double error_of(const float *got, const struct tensor *want)
{
    double worst = 0, low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < want->bytes / 4; i++) {
        float w;
        memcpy(&w, want->data + 4 * i, 4);
        double d = fabs((double)w - (double)got[i]);
        worst = d <= worst ? worst : isnan(d) ? INFINITY : d;
        low = fmin(low, (double)w);
        high = fmax(high, (double)w);
    }
    return worst / (high - low);
}

static void check_within(const char *name, const char *what, double error, double bound)
{
    if (!(error <= bound))
        t_fail(__FILE__, __LINE__, "%s, %s: error %.3g of the range, not within %g", name, what,
               error, bound);
}

static void encode_all(struct golden *g, const struct way *w)
{
    char path[128], what[16];
    takt_vision_options o = {.threads = w->threads, .isa = w->isa, .no_cache = true};
    takt_vision *v;
    takt_err e;
    snprintf(path, sizeof path, "tests/data/%s-mmproj.gguf", g->name);
    if (!T_RC(takt_vision_new(&v, g->l.model, path, &o, &e), &e))
        return;
    for (uint32_t i = 0; i < PICTURES; i++) {
        snprintf(what, sizeof what, "pixels.%u", i);
        const struct tensor *t = recorded(g, what);
        uint32_t width = (uint32_t)t->ne[1], height = (uint32_t)t->ne[2];
        if (!T_RC(takt_picture_encode(&g->picture[i], v, t->data, width, height, NULL, &e), &e))
            break;
        T_EQ_INT(takt_vision_positions(v, width, height), g->picture[i]->n_positions);
    }
    takt_vision_free(v);
}

/* The recorded prompt with the pictures' ids for their places. */
static void set_ids(struct golden *g)
{
    enum { START = 259, PAD, END };
    const struct tensor *t = recorded(g, "ids");
    uint32_t k = 0;
    g->n = (uint32_t)(t->bytes / 4);
    g->ids = malloc(t->bytes);
    memcpy(g->ids, t->data, t->bytes);
    for (uint32_t i = 0; i < g->n && k < PICTURES; i++) {
        const takt_picture *p = g->picture[k];
        uint32_t n = p->n_positions;
        if (g->ids[i] != START)
            continue;
        T_OK(i + n <= g->n && p->ids[0] == START && p->ids[n - 1] == END);
        for (uint32_t j = 1; j < n - 1; j++)
            T_OK(g->ids[i + j] == PAD && p->ids[j] < 0);
        T_EQ_INT(g->ids[i + n - 1], END);
        memcpy(g->ids + i, p->ids, n * sizeof *p->ids);
        g->span[k++] = (takt_span){i, p};
        i += n - 1;
    }
    T_EQ_INT(k, PICTURES);
}

static void golden_close(struct golden *g)
{
    for (uint32_t i = 0; i < PICTURES; i++)
        takt_picture_free(g->picture[i]);
    free(g->ids);
    loaded_free(&g->l);
    model_close(&g->record);
}

static bool golden_open(struct golden *g, const char *name, const struct way *w)
{
    char path[128];
    takt_err e;
    takt_plan_options po = {
        .threads = w->threads, .isa = w->isa, .chunk = w->chunk, .logits_rows = LOGITS};
    *g = (struct golden){.name = name};
    snprintf(path, sizeof path, "tests/data/%s.gguf", name);
    if (!T_RC(model_open(&g->record, path, &e), &e))
        return false;
    if (loaded_open(&g->l, "tests/data/qwen2vl-tiny-text.gguf", &po, 2)) {
        encode_all(g, w);
        g->n_vocab = g->l.plan->plan.n_vocab;
        if (g->picture[PICTURES - 1]) {
            set_ids(g);
            return true;
        }
    }
    golden_close(g);
    return false;
}

struct rows {
    float *to;
    uint32_t n_vocab, n, skip;
};

static bool keep_rows(void *user, uint32_t i, const float *logits)
{
    struct rows *r = user;
    if (i >= r->skip)
        memcpy(r->to + (size_t)r->n++ * r->n_vocab, logits, r->n_vocab * sizeof *logits);
    return true;
}

/* The last LOGITS rows of IDS (N), the first DONE of which SEQ has. */
static float *last_rows(struct golden *g, takt_seq *seq, const int32_t *ids, uint32_t n,
                        uint32_t done)
{
    struct rows r = {.to = malloc(LOGITS * (size_t)g->n_vocab * 4), .n_vocab = g->n_vocab};
    takt_err e;
    r.skip = n - done - LOGITS;
    T_RC(takt_seq_feed(seq, ids + done, n - done, true, keep_rows, &r, &e), &e);
    T_EQ_INT(r.n, LOGITS);
    return r.to;
}

/* Logits and rows, one after the other; for who compares bits. */
static float *answer(struct golden *g, size_t *n)
{
    float *logits = last_rows(g, g->l.seq, g->ids, g->n, 0);
    size_t at = LOGITS * (size_t)g->n_vocab;
    for (uint32_t i = 0; i < PICTURES; i++) {
        size_t more = (size_t)g->picture[i]->n_positions * g->picture[i]->n_embd;
        logits = realloc(logits, (at + more) * sizeof *logits);
        memcpy(logits + at, g->picture[i]->rows, more * sizeof *logits);
        at += more;
    }
    *n = at;
    return logits;
}

static void check_rows(const struct golden *g, double bound)
{
    char what[16];
    for (uint32_t i = 0; i < PICTURES; i++) {
        const takt_picture *p = g->picture[i];
        snprintf(what, sizeof what, "rows.%u", i);
        const struct tensor *want = recorded(g, what);
        T_EQ_INT((uint64_t)(p->n_positions - 2) * p->n_embd * 4, want->bytes);
        check_within(g->name, what, error_of(p->rows + p->n_embd, want), bound);
    }
}

static void check_golden(const char *name, double bound)
{
    static const struct way way[] = {{NULL, 2, 0}, {"ref", 1, 0}, {NULL, 1, 7}, {NULL, 3, 33}};
    struct golden g;
    float *first = NULL;
    size_t n = 0, n_first = 0;
    for (size_t i = 0; i < sizeof way / sizeof *way && golden_open(&g, name, &way[i]); i++) {
        takt_seq_pictures(g.l.seq, g.span, PICTURES);
        float *got = answer(&g, &n);
        if (first) { /* the same bits, whoever computes them */
            T_EQ_INT(n, n_first);
            T_EQ_MEM(got, first, n * sizeof *got);
            free(got);
        } else {
            const struct tensor *alone = recorded(&g, "text.ids");
            int32_t ids[64];
            first = got;
            n_first = n;
            check_rows(&g, bound);
            check_within(name, "logits", error_of(got, recorded(&g, "logits")), bound);
            memcpy(ids, alone->data, alone->bytes);
            seq_reset(g.l.seq);
            got = last_rows(&g, g.l.seq, ids, (uint32_t)(alone->bytes / 4), 0);
            check_within(name, "text", error_of(got, recorded(&g, "text.logits")), 1e-5);
            free(got);
        }
        golden_close(&g);
    }
    free(first);
}

T_TEST(qwen2vl)
{
    check_golden("qwen2vl-tiny", 2e-4);
}

/* Windows, a gate in the feed-forward. */
T_TEST(qwen25vl)
{
    check_golden("qwen25vl-tiny", 2e-4);
}

/* ---- bad headers ----------------------------------------------------------------------------- */

static void refused(const int32_t *of, takt_code code, const char *what)
{
    takt_model *m = NULL;
    takt_err e;
    const char *path = made_write(decoder("qwen2vl", of));
    T_FAILS(takt_model_open(&m, path, &e), &e, code, what);
    takt_model_free(m);
}

T_TEST(sections_that_do_not_fit)
{
    static const int32_t fewer[4] = {8, 12, 11, 0}, more[4] = {8, 12, 12, 1};
    static const int32_t negative[4] = {-8, 28, 12, 0};
    refused(NULL, TAKT_ERR_FORMAT, "rotary sections");
    refused(fewer, TAKT_ERR_FORMAT, "rotary sections");
    refused(negative, TAKT_ERR_FORMAT, "rotary sections");
    refused(more, TAKT_ERR_UNSUPPORTED, "fourth section");
}

T_MAIN("engine/qwen2vl")
