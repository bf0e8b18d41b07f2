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

static void check_case(struct loaded *l, const struct model *record, const char *name)
{
    struct recorded c;
    static float got[ROWS * 512];
    takt_err e;
    if (!read_case(&c, record, name) || !T_OK(c.n_vocab <= 512))
        return;
    struct rows rows = {got, c.n_vocab, c.n - ROWS};
    seq_reset(l->seq);
    if (!T_RC(takt_seq_feed(l->seq, c.ids, c.n, true, keep, &rows, &e), &e))
        return;
    double error = error_of(got, c.logits, (size_t)ROWS * c.n_vocab);
    if (!(error <= 1e-5))
        t_fail(__FILE__, __LINE__, "%s: error %.3g of the range", name, error);
}

/* Without a picture the layers that look at one are skipped. */
T_TEST(text_alone)
{
    struct model record;
    struct loaded l;
    takt_err e;
    if (!T_RC(model_open(&record, "tests/data/mllama-tiny.gguf", &e), &e))
        return;
    if (open_tiny(&l, NULL, 2)) {
        T_EQ_INT(l.plan->plan.kv.n_layers, 3);
        T_EQ_INT(l.plan->plan.n_vocab, 272);
        check_case(&l, &record, "text");
        loaded_free(&l);
    }
    model_close(&record);
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
