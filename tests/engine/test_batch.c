/* Steps of many sequences: what they refuse, that nothing is half done, what they hand out. That
 * the bits are right is engine/mix's. */
#include "made.h"

enum { N_SEQS = 3, N_CTX = 2 * LAYOUT_PAGE, CHUNK = 8, ROWS = 4 };

struct company {
    struct loaded l;
    takt_seq *seq[N_SEQS];
    int32_t ids[N_CTX];
};

static bool company_open(struct company *c)
{
    const char *path = made_write((struct made){.type = QTYPE_Q8_0, .n_layers = 1});
    takt_plan_options po = {.n_ctx = N_CTX, .threads = 1, .chunk = CHUNK, .logits_rows = ROWS};
    bool ok = loaded_open(&c->l, path, &po, N_SEQS - 1); /* pages for one sequence less */
    if (!ok)
        return false;
    c->seq[0] = c->l.seq;
    for (int i = 1; i < N_SEQS; i++)
        ok = ok && T_RC(takt_seq_new(&c->seq[i], c->l.engine, &c->l.e), &c->l.e);
    for (int i = 0; i < N_CTX; i++)
        c->ids[i] = 3 + i * 7 % 300;
    return ok;
}

static void company_free(struct company *c)
{
    for (int i = 1; i < N_SEQS; i++)
        takt_seq_free(c->seq[i]);
    loaded_free(&c->l);
}

static takt_step_item item(struct company *c, int seq, uint32_t n_ids, uint32_t n_logits)
{
    return (takt_step_item){c->seq[seq], c->ids, n_ids, n_logits, NULL};
}

static takt_rc step(struct company *c, const takt_step_item *items, size_t n)
{
    return takt_step(c->l.engine, items, n, NULL, NULL, NULL, &c->l.e);
}

/* Nothing moved: lengths and free pages are as the first step left them. */
static void unmoved(struct company *c, uint32_t n_free)
{
    T_EQ_INT(takt_seq_length(c->seq[0]), 3);
    T_EQ_INT(takt_seq_length(c->seq[1]), 0);
    T_EQ_INT(takt_seq_length(c->seq[2]), 0);
    T_EQ_INT(c->l.engine->kv.n_free, n_free);
}

T_TEST(refusals)
{
    struct company c;
    takt_seq *stranger = NULL;
    int32_t bad[2] = {5, -1};
    if (!company_open(&c))
        return;
    takt_engine_options eo = {.no_cache = true};
    takt_engine *other = NULL;
    T_RC(takt_engine_new(&other, c.l.model, c.l.plan, &eo, &c.l.e), &c.l.e);
    T_RC(takt_seq_new(&stranger, other, &c.l.e), &c.l.e);
    takt_step_item first = item(&c, 0, 3, 1);
    T_RC(step(&c, &first, 1), &c.l.e);
    uint32_t n_free = c.l.engine->kv.n_free;
    struct {
        takt_step_item items[3];
        size_t n;
        takt_code code;
        const char *says;
    } table[] = {
        {{{0}}, 0, TAKT_ERR_USAGE, "no item"},
        {{item(&c, 1, 1, 1), {0}}, 2, TAKT_ERR_USAGE, "item 1: its sequence"},
        {{item(&c, 1, 1, 1), {stranger, c.ids, 1, 1, NULL}},
         2,
         TAKT_ERR_USAGE,
         "item 1: its sequence"},
        {{item(&c, 0, 1, 1), item(&c, 1, 1, 1), item(&c, 0, 1, 1)}, 3, TAKT_ERR_USAGE, "twice"},
        {{item(&c, 1, 1, 1), item(&c, 2, 0, 0)}, 2, TAKT_ERR_USAGE, "item 1: has no token"},
        {{item(&c, 1, 1, 1), item(&c, 2, 2, 3)}, 2, TAKT_ERR_USAGE, "3 rows"},
        {{item(&c, 1, 1, 1), {c.seq[2], bad, 2, 1, NULL}}, 2, TAKT_ERR_USAGE, "id -1 at 1"},
        {{item(&c, 1, 4, 1), item(&c, 2, 5, 1)}, 2, TAKT_ERR_LIMIT, "at most 8"},
        {{item(&c, 1, UINT32_MAX, 1)}, 1, TAKT_ERR_LIMIT, "128 positions"},
        {{item(&c, 1, 3, 3), item(&c, 2, 2, 2)}, 2, TAKT_ERR_LIMIT, "at most 4"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        T_FAILS(step(&c, table[i].items, table[i].n), &c.l.e, table[i].code, table[i].says);
        unmoved(&c, n_free);
    }
    takt_seq_free(stranger);
    takt_engine_free(other);
    company_free(&c);
}

/* Four pages in all: when the third item finds none, the second gives its own back. */
T_TEST(pages_run_out)
{
    struct company c;
    if (!company_open(&c))
        return;
    T_EQ_INT(c.l.engine->kv.n_free, 4);
    T_RC(takt_seq_reserve(c.seq[0], LAYOUT_PAGE + 1, &c.l.e), &c.l.e);
    T_RC(takt_seq_reserve(c.seq[1], LAYOUT_PAGE, &c.l.e), &c.l.e);
    T_RC(takt_seq_feed(c.seq[1], c.ids, LAYOUT_PAGE, false, NULL, NULL, &c.l.e), &c.l.e);
    T_EQ_INT(c.l.engine->kv.n_free, 1);
    takt_step_item items[] = {item(&c, 0, 2, 1), item(&c, 1, 1, 1), item(&c, 2, 1, 1)};
    T_FAILS(step(&c, items, 3), &c.l.e, TAKT_ERR_LIMIT, "pages are in use");
    T_EQ_INT(takt_seq_length(c.seq[0]), 0);
    T_EQ_INT(takt_seq_length(c.seq[1]), LAYOUT_PAGE);
    T_EQ_INT(takt_seq_length(c.seq[2]), 0);
    T_EQ_INT(c.l.engine->kv.n_free, 1);
    T_FAILS(takt_seq_reserve(c.seq[2], N_CTX, &c.l.e), &c.l.e, TAKT_ERR_LIMIT, "pages");
    T_EQ_INT(c.l.engine->kv.n_free, 1); /* all or none */
    T_RC(step(&c, items, 2), &c.l.e);
    T_EQ_INT(takt_seq_length(c.seq[0]), 2);
    T_EQ_INT(takt_seq_length(c.seq[1]), LAYOUT_PAGE + 1);
    company_free(&c);
}

struct heard {
    size_t item[ROWS + 1];
    uint32_t i[ROWS + 1], n, stop_after;
};

static bool on_row(void *user, size_t item, uint32_t i, const float *logits)
{
    struct heard *h = user;
    T_OK(isfinite(logits[0]));
    h->item[h->n] = item;
    h->i[h->n++] = i;
    return h->n != h->stop_after;
}

T_TEST(rows_and_times)
{
    struct company c;
    struct heard h = {0};
    takt_step_info info = {0};
    takt_step_limits limits;
    if (!company_open(&c))
        return;
    T_OK(c.l.plan->profile.read_bytes_per_s == MADE_RATE); /* else times would be this machine's */
    takt_engine_limits(c.l.engine, &limits);
    T_EQ_INT(limits.n_tokens, CHUNK);
    T_EQ_INT(limits.n_logits, ROWS);
    T_EQ_INT(limits.n_ctx, N_CTX);
    takt_step_item items[] = {item(&c, 2, 3, 2), item(&c, 0, 2, 0), item(&c, 1, 1, 1)};
    double predicted = batch_predict_ns(c.l.engine, items, 3);
    T_RC(takt_step(c.l.engine, items, 3, on_row, &h, &info, &c.l.e), &c.l.e);
    T_EQ_INT(h.n, 3);
    T_OK(h.item[0] == 0 && h.i[0] == 1 && h.item[1] == 0 && h.i[1] == 2);
    T_OK(h.item[2] == 2 && h.i[2] == 0);
    T_OK(info.measured_ns > 0 && info.predicted_ns == predicted);
    /* A mix costs more than a part of it, and more later than earlier. */
    T_OK(predicted > batch_predict_ns(c.l.engine, items, 2));
    T_OK(batch_predict_ns(c.l.engine, items, 3) > predicted);
    h = (struct heard){.stop_after = 1};
    T_FAILS(takt_step(c.l.engine, items, 3, on_row, &h, &info, &c.l.e), &c.l.e, TAKT_ERR_CANCELLED,
            "");
    T_EQ_INT(h.n, 1);
    T_EQ_INT(takt_seq_length(c.seq[2]), 6); /* the step was done */
    T_EQ_INT(takt_seq_length(c.seq[1]), 2);
    company_free(&c);
}

/* A copy goes on as the original does. */
T_TEST(copies)
{
    struct company c;
    if (!company_open(&c))
        return;
    T_RC(takt_seq_feed(c.seq[0], c.ids, LAYOUT_PAGE + 5, false, NULL, NULL, &c.l.e), &c.l.e);
    T_RC(seq_copy(c.seq[1], c.seq[0], &c.l.e), &c.l.e);
    T_EQ_INT(takt_seq_length(c.seq[1]), LAYOUT_PAGE + 5);
    T_EQ_MEM(c.seq[1]->ids, c.seq[0]->ids, (LAYOUT_PAGE + 5) * sizeof(int32_t));
    takt_step_item items[] = {item(&c, 0, 2, 1), item(&c, 1, 2, 1)};
    T_RC(step(&c, items, 2), &c.l.e);
    T_EQ_MEM(target_logits(c.l.engine->target, 0), target_logits(c.l.engine->target, 1),
             c.l.plan->plan.n_vocab * sizeof(float));
    T_FAILS(seq_copy(c.seq[2], c.seq[0], &c.l.e), &c.l.e, TAKT_ERR_LIMIT, "pages");
    T_EQ_INT(takt_seq_length(c.seq[2]), 0);
    company_free(&c);
}

T_MAIN("engine/batch")
