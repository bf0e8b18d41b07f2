/* recorded: models that see and what Hugging Face's classes make of them with two pictures, as
 * tests/data/make-qwen2vl-goldens and its like record it. Include it once per binary, in the place
 * of made.h. */
#ifndef TAKT_TESTS_ENGINE_RECORDED_H
#define TAKT_TESTS_ENGINE_RECORDED_H

#include "made.h"

enum { PICTURES = 2, LOGITS = 6 };

/* A recording, the language model and an encoder opened in some way, and the pictures. */
struct golden {
    const char *name, *text; /* files of tests/data */
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

/* Does P stand at IDS (N of them), in which PAD stands for each of its rows? */
static bool stands_at(const takt_picture *p, const int32_t *ids, uint32_t n)
{
    enum { PAD_QWEN = 260, PAD_PIXTRAL = 259 };
    for (uint32_t i = 0; i < p->n_positions; i++)
        if (i == n ||
            (p->ids[i] >= 0 ? ids[i] != p->ids[i] : ids[i] != PAD_QWEN && ids[i] != PAD_PIXTRAL))
            return false;
    return true;
}

/* The recorded prompt with the pictures' ids for their places. */
static void set_ids(struct golden *g)
{
    const struct tensor *t = recorded(g, "ids");
    uint32_t k = 0;
    g->n = (uint32_t)(t->bytes / 4);
    g->ids = malloc(t->bytes);
    memcpy(g->ids, t->data, t->bytes);
    for (uint32_t i = 0; i < g->n && k < PICTURES; i++) {
        const takt_picture *p = g->picture[k];
        if (!stands_at(p, g->ids + i, g->n - i))
            continue;
        memcpy(g->ids + i, p->ids, p->n_positions * sizeof *p->ids);
        g->span[k++] = (takt_span){i, p};
        i += p->n_positions - 1;
    }
    T_EQ_INT(k, PICTURES);
    for (uint32_t i = 0; i < g->n; i++) /* none is left */
        T_OK(g->ids[i] < 259 || picture_is_at(g->span, PICTURES, i, g->ids[i]));
}

static void golden_close(struct golden *g)
{
    for (uint32_t i = 0; i < PICTURES; i++)
        takt_picture_free(g->picture[i]);
    free(g->ids);
    loaded_free(&g->l);
    model_close(&g->record);
}

static bool golden_open(struct golden *g, const char *name, const char *text, const struct way *w)
{
    char path[128];
    takt_err e;
    takt_plan_options po = {
        .threads = w->threads, .isa = w->isa, .chunk = w->chunk, .logits_rows = LOGITS};
    *g = (struct golden){.name = name, .text = text};
    snprintf(path, sizeof path, "tests/data/%s.gguf", name);
    if (!T_RC(model_open(&g->record, path, &e), &e))
        return false;
    snprintf(path, sizeof path, "tests/data/%s.gguf", text);
    if (loaded_open(&g->l, path, &po, 2)) {
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
        float *rows = malloc((size_t)p->n_positions * p->n_embd * sizeof *rows);
        uint64_t n = 0;
        for (uint32_t k = 0; k < p->n_positions; k++)
            if (p->ids[k] < 0)
                memcpy(rows + n++ * p->n_embd, p->rows + (size_t)k * p->n_embd,
                       p->n_embd * sizeof *rows);
        snprintf(what, sizeof what, "rows.%u", i);
        const struct tensor *want = recorded(g, what);
        if (T_EQ_INT(n * p->n_embd * 4, want->bytes))
            check_within(g->name, what, error_of(rows, want), bound);
        free(rows);
    }
}

/* In several ways to compute it: within BOUND of the range, and the same bits. */
static void check_golden(const char *name, const char *text, double bound)
{
    static const struct way way[] = {{NULL, 2, 0}, {"ref", 1, 0}, {NULL, 1, 7}, {NULL, 3, 33}};
    struct golden g;
    float *first = NULL;
    size_t n = 0, n_first = 0;
    for (size_t i = 0; i < sizeof way / sizeof *way && golden_open(&g, name, text, &way[i]); i++) {
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

#endif
