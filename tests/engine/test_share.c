/* Sequences that share KV pages get the bits that they get alone: random prompts that begin alike,
 * with salts, chunks of any size, forks, cut sequences that go on otherwise, and a pool so small
 * that pages are dropped all the time. engine/prefix has the same without a model, in detail. */
#include "made.h"

/* Under the thread sanitizer everything takes many times longer. */
#if T_THREAD_SANITIZED
enum { N_ACTS = 60, IS_SMALL = 1 };
#else
enum { N_ACTS = 500, IS_SMALL = 0 };
#endif

enum {
    PAGES_EACH = 4,
    N_CTX = PAGES_EACH * LAYOUT_PAGE,
    N_TEXTS = 9,
    N_SEQS = 6,
    POOL_SEQS = 3, /* sequences that the pool has room for */
    ROWS = 24,
};

struct texts {
    int32_t ids[N_TEXTS][N_CTX];
    float *logits; /* [N_TEXTS][N_CTX][n_vocab] of lone runs without any cache */
    uint32_t n_vocab;
};

static uint32_t below(uint32_t n)
{
    return (uint32_t)(t_rand() >> 33) % n;
}

static float *logits_of(const struct texts *x, uint32_t text, uint32_t pos)
{
    return x->logits + ((size_t)text * N_CTX + pos) * x->n_vocab;
}

/* How many ids texts A and B have in common at their beginning. */
static uint32_t agree(const struct texts *x, uint32_t a, uint32_t b)
{
    uint32_t n = 0;
    while (n < N_CTX && x->ids[a][n] == x->ids[b][n])
        n++;
    return n;
}

/* ---- lone runs ---- */

struct row {
    struct texts *x;
    uint32_t text;
};

static bool keep_row(void *user, uint32_t i, const float *logits)
{
    struct row *r = user;
    memcpy(logits_of(r->x, r->text, i), logits, r->x->n_vocab * sizeof *logits);
    return true;
}

/* Every text begins as an earlier one does, for a random number of ids. */
static bool texts_make(struct texts *x, const char *path, const char *kv)
{
    struct loaded l;
    takt_plan_options po = {
        .n_ctx = N_CTX, .threads = 1, .chunk = 64, .logits_rows = 64, .isa = "ref", .kv = kv};
    if (!loaded_open(&l, path, &po, 1))
        return false;
    x->n_vocab = l.plan->plan.n_vocab;
    x->logits = calloc((size_t)N_TEXTS * N_CTX * x->n_vocab, sizeof *x->logits);
    bool ok = T_OK(x->logits);
    for (uint32_t t = 0; ok && t < N_TEXTS; t++) {
        uint32_t same = t ? below(4) ? 1 + below(N_CTX - 1) : LAYOUT_PAGE * below(PAGES_EACH) : 0;
        memcpy(x->ids[t], x->ids[t ? below(t) : 0], same * sizeof(int32_t));
        for (uint32_t i = same; i < N_CTX; i++)
            x->ids[t][i] = (int32_t)below(x->n_vocab);
        struct row r = {x, t};
        takt_seq_truncate(l.seq, 0);
        ok = T_RC(takt_seq_feed(l.seq, x->ids[t], N_CTX, true, keep_row, &r, &l.e), &l.e);
    }
    loaded_free(&l);
    return ok;
}

/* ---- shared runs ---- */

struct company {
    struct texts *x;
    struct loaded l;
    takt_seq *seq[N_SEQS];
    uint32_t text[N_SEQS];
    takt_step_item item[N_SEQS];
    uint32_t which[N_SEQS]; /* [item] */
    uint32_t chunk, n_rows, n_full;
};

static bool company_open(struct company *c, const char *path, const char *kv)
{
    static const uint32_t chunks[] = {1, 7, 64, 100, 200};
    takt_plan_options po = {.n_ctx = N_CTX, .threads = 1 + below(2), .logits_rows = ROWS, .kv = kv};
    po.chunk = c->chunk = chunks[below(5)];
    bool ok = loaded_open(&c->l, path, &po, POOL_SEQS);
    if (!ok)
        return false;
    c->seq[0] = c->l.seq;
    for (int i = 1; ok && i < N_SEQS; i++)
        ok = T_RC(takt_seq_new(&c->seq[i], c->l.engine, &c->l.e), &c->l.e);
    if (below(2))
        c->l.engine->prefix.hash_mask = 1;
    return ok;
}

/* Ends all; no page is held by anybody. */
static void company_free(struct company *c)
{
    struct kv_pool *kv = &c->l.engine->kv;
    for (int i = 0; i < N_SEQS; i++)
        seq_reset(c->seq[i]);
    for (uint32_t p = 0; p < kv->n_pages; p++)
        T_EQ_INT(kv->page[p].refs, 0);
    T_EQ_INT(kv->n_free + kv->n_idle, kv->n_pages);
    T_EQ_INT(kv->n_promised, 0);
    for (int i = 1; i < N_SEQS; i++)
        takt_seq_free(c->seq[i]);
    loaded_free(&c->l);
}

static bool compare_row(void *user, size_t item, uint32_t i, const float *logits)
{
    struct company *c = user;
    uint32_t s = c->which[item];
    uint32_t pos = takt_seq_length(c->seq[s]) - c->item[item].n_ids + i;
    c->n_rows++;
    return memcmp(logits, logits_of(c->x, c->text[s], pos), c->x->n_vocab * sizeof *logits) == 0 ||
           t_fail(__FILE__, __LINE__,
                  "seed %" PRIu64 ": other bits at position %u, text %u, chunk %u", t_.seed, pos,
                  c->text[s], c->chunk);
}

/* One step of some sequences. When the pool is dry nothing may have moved, and somebody ends. */
static void do_step(struct company *c)
{
    uint32_t n = 0, left = c->chunk, rows = ROWS, length[N_SEQS];
    for (uint32_t k = 0, s = below(N_SEQS); k < N_SEQS && left > 0; k++, s = (s + 1) % N_SEQS) {
        uint32_t at = takt_seq_length(c->seq[s]), most = N_CTX - at < left ? N_CTX - at : left;
        if (most == 0 || below(3) == 0)
            continue;
        uint32_t n_ids = below(2) ? most : 1 + below(most);
        uint32_t n_logits = 1 + below(n_ids < rows ? n_ids : rows ? rows : 1);
        n_logits = n_logits < rows ? n_logits : rows;
        c->which[n] = s;
        c->item[n++] =
            (takt_step_item){c->seq[s], c->x->ids[c->text[s]] + at, n_ids, n_logits, NULL};
        left -= n_ids;
        rows -= n_logits;
    }
    if (n == 0)
        return;
    for (uint32_t i = 0; i < n; i++)
        length[i] = takt_seq_length(c->item[i].seq);
    takt_rc rc = takt_step(c->l.engine, c->item, n, compare_row, c, NULL, &c->l.e);
    if (rc.code == TAKT_ERR_LIMIT) {
        for (uint32_t i = 0; i < n; i++)
            T_EQ_INT(takt_seq_length(c->item[i].seq), length[i]);
        seq_reset(c->seq[below(N_SEQS)]);
        c->n_full++;
    } else {
        T_RC(rc, &c->l.e);
    }
}

static void do_begin(struct company *c)
{
    uint32_t s = below(N_SEQS), n = 1 + below(N_CTX);
    c->text[s] = below(N_TEXTS);
    uint32_t found = seq_begin(c->seq[s], below(5) == 0, c->x->ids[c->text[s]], n);
    T_OK(found < n);
}

static void do_cut(struct company *c)
{
    uint32_t s = below(N_SEQS), other = below(N_TEXTS);
    takt_seq_truncate(c->seq[s], below(takt_seq_length(c->seq[s]) + 1));
    if (agree(c->x, c->text[s], other) >= takt_seq_length(c->seq[s]))
        c->text[s] = other;
}

static void do_fork(struct company *c)
{
    uint32_t from = below(N_SEQS), to = below(N_SEQS);
    if (from == to)
        return;
    takt_rc rc = below(3) ? seq_fork(c->seq[to], c->seq[from], &c->l.e)
                          : seq_copy(c->seq[to], c->seq[from], &c->l.e);
    T_OK(rc.code == 0 || rc.code == TAKT_ERR_LIMIT);
    T_EQ_INT(takt_seq_length(c->seq[to]), rc.code ? 0 : takt_seq_length(c->seq[from]));
    c->text[to] = c->text[from];
}

static void act(struct company *c)
{
    switch (below(12)) {
    case 0: do_begin(c); break;
    case 1: do_cut(c); break;
    case 2: do_fork(c); break;
    case 3: seq_publish(c->seq[below(N_SEQS)]); break;
    case 4: seq_publish_tail(c->seq[below(N_SEQS)]); break;
    default: do_step(c); break;
    }
}

static bool is_long(void)
{
    const char *s = getenv("TAKT_TEST_LONG");
    return s && *s && strcmp(s, "0") != 0;
}

static void storm(struct made m, const char *kv)
{
    struct texts x = {0};
    uint64_t n_found = 0, n_dropped = 0, n_rows = 0, n_full = 0;
    const char *path = made_write(m);
    bool ok = path && texts_make(&x, path, kv);
    for (int round = 0; ok && round < (is_long() ? 40 : IS_SMALL ? 2 : 5); round++) {
        struct company c = {.x = &x};
        ok = company_open(&c, path, kv);
        for (uint32_t i = 0; ok && i < N_ACTS && t_.n_failed_checks == 0; i++)
            act(&c);
        if (!ok)
            break;
        n_found += c.l.engine->prefix.stats.n_found;
        n_dropped += c.l.engine->prefix.stats.n_dropped;
        n_rows += c.n_rows;
        n_full += c.n_full;
        company_free(&c);
    }
    T_OK(IS_SMALL || (n_found > 1000 && n_dropped > 20 && n_rows > 1000 && n_full > 10));
    free(x.logits);
    if (path)
        unlink(path);
}

static struct made tiny(enum qtype type)
{
    return (struct made){.type = type, .n_layers = 2, .n_embd = 64, .head_dim = 32, .n_ff = 64};
}

T_TEST(storm_f32)
{
    storm(tiny(QTYPE_F32), "f32");
}

T_TEST(storm_bf16_with_a_window)
{
    struct made m = tiny(QTYPE_Q8_0);
    m.window = 70;
    storm(m, "bf16");
}

T_TEST(storm_q8_with_experts)
{
    struct made m = tiny(QTYPE_Q4_0);
    m.n_experts = 5;
    m.n_experts_used = 2;
    storm(m, "q8");
}

/* Why all of that works: the bytes of a page are a function of the ids. */
T_TEST(pages_of_equal_ids_are_equal)
{
    static const char *const kinds[] = {"f32", "bf16", "q8"};
    struct made m = tiny(QTYPE_Q8_0);
    m.head_dim = 24; /* padded to 32 */
    const char *path = made_write(m);
    int32_t ids[N_CTX];
    for (int k = 0; k < 3; k++) {
        struct loaded l;
        takt_seq *other;
        takt_plan_options po = {.n_ctx = N_CTX, .threads = 2, .chunk = 64, .kv = kinds[k]};
        if (!loaded_open(&l, path, &po, 2))
            return;
        for (uint32_t i = 0; i < N_CTX; i++)
            ids[i] = (int32_t)below(300);
        T_RC(takt_seq_new(&other, l.engine, &l.e), &l.e);
        T_RC(takt_seq_feed(other, ids + 5, N_CTX - 5, false, NULL, NULL, &l.e), &l.e);
        takt_seq_truncate(other, 0); /* its pages hold something else at first */
        T_RC(takt_seq_feed(l.seq, ids, N_CTX, false, NULL, NULL, &l.e), &l.e);
        for (uint32_t at = 0, n; at < N_CTX; at += n) {
            n = 1 + below(40);
            n = n < N_CTX - at ? n : N_CTX - at;
            T_RC(takt_seq_feed(other, ids + at, n, false, NULL, NULL, &l.e), &l.e);
        }
        const struct kv_pool *kv = &l.engine->kv;
        for (uint32_t p = 0; p < PAGES_EACH; p++) {
            T_OK(other->pages[p] != l.seq->pages[p]);
            T_EQ_MEM(kv->base + other->pages[p] * kv->page_bytes,
                     kv->base + l.seq->pages[p] * kv->page_bytes, kv->page_bytes);
        }
        seq_publish(l.seq); /* then one of both is enough */
        seq_publish(other);
        T_EQ_INT(kv->n_free, PAGES_EACH);
        T_EQ_MEM(other->pages, l.seq->pages, PAGES_EACH * sizeof *other->pages);
        takt_seq_free(other);
        loaded_free(&l);
    }
    unlink(path);
}

/* Several answers to one prompt: they share its full pages and nothing that they write. */
T_TEST(answers_to_one_prompt)
{
    enum { PROMPT = LAYOUT_PAGE + 30, ANSWERS = 3, LONG = 50 };
    const char *path = made_write(tiny(QTYPE_Q8_0));
    struct loaded l;
    takt_seq *answer[ANSWERS];
    takt_plan_options po = {.n_ctx = N_CTX, .threads = 1, .logits_rows = ANSWERS + 1};
    if (!loaded_open(&l, path, &po, 4))
        return;
    uint32_t n_vocab = l.plan->plan.n_vocab;
    int32_t ids[PROMPT];
    float *logits = calloc((size_t)ANSWERS * LONG * n_vocab, sizeof *logits);
    for (uint32_t i = 0; i < PROMPT; i++)
        ids[i] = (int32_t)below(300);
    T_RC(takt_seq_feed(l.seq, ids, PROMPT, false, NULL, NULL, &l.e), &l.e);
    seq_publish(l.seq);
    for (uint32_t k = 0; k < ANSWERS; k++) {
        T_RC(takt_seq_new(&answer[k], l.engine, &l.e), &l.e);
        T_RC(seq_fork(answer[k], l.seq, &l.e), &l.e);
    }
    T_EQ_INT(l.engine->kv.n_free, 4 * PAGES_EACH - 2 - ANSWERS); /* a page for each */
    for (uint32_t i = 0; i < LONG; i++) {
        takt_step_item item[ANSWERS];
        int32_t id[ANSWERS];
        for (uint32_t k = 0; k < ANSWERS; k++) {
            id[k] = (int32_t)((i * 7 + k * 31) % 300);
            item[k] = (takt_step_item){answer[k], &id[k], 1, 1, NULL};
        }
        T_RC(takt_step(l.engine, item, ANSWERS, NULL, NULL, NULL, &l.e), &l.e);
        for (uint32_t k = 0; k < ANSWERS; k++)
            memcpy(logits + ((size_t)k * LONG + i) * n_vocab, target_logits(l.engine->target, k),
                   n_vocab * sizeof *logits);
    }
    for (uint32_t k = 0; k < ANSWERS; k++) { /* each again, alone */
        takt_seq_truncate(l.seq, 0);
        T_RC(takt_seq_feed(l.seq, ids, PROMPT, false, NULL, NULL, &l.e), &l.e);
        for (uint32_t i = 0; i < LONG; i++) {
            int32_t id = (int32_t)((i * 7 + k * 31) % 300);
            T_RC(seq_step(l.seq, &id, 1, 1, NULL, NULL, &l.e), &l.e);
            T_EQ_MEM(target_logits(l.engine->target, 0), logits + ((size_t)k * LONG + i) * n_vocab,
                     n_vocab * sizeof *logits);
        }
        takt_seq_free(answer[k]);
    }
    free(logits);
    loaded_free(&l);
    unlink(path);
}

T_MAIN("engine/share")
