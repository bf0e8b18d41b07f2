/* Each sequence gets the bits that it gets alone (promise 2): random mixes of up to 32 sequences,
 * some decoding, some in the middle of a prompt, in steps of any size and order, with rollbacks, on
 * shuffled KV pages that others used before, for numbers of threads, kernel levels, families,
 * types, shapes and kinds of KV cache. What they are compared with was computed one sequence after
 * the other, on one thread, with the plain kernels.
 *
 * A failure names the seed of its case: engine_mix --seed SEED runs that case alone again.
 * TAKT_TEST_LONG=1 runs many more cases. */
#include "made.h"

/* Under the thread sanitizer everything takes many times longer, and lanes that share a processor
 * most of all: smaller cases, which have the same races. */
#if T_THREAD_SANITIZED
enum { SEQS_MAX = 6, LEN_MAX = 270, TOKENS_MAX = 300, THREADS_KINDS = 3, WAYS = 1 };
#else
enum { SEQS_MAX = 32, LEN_MAX = 320, TOKENS_MAX = 700, THREADS_KINDS = 4, WAYS = 3 };
#endif

/* One case: a model and its sequences. */
struct mix {
    uint64_t seed;
    struct made m;
    const char *kv;
    uint32_t n_seqs, n_vocab, n_ctx;
    uint32_t len[SEQS_MAX], first[SEQS_MAX]; /* first: of its rows */
    int32_t ids[TOKENS_MAX];
    float *logits; /* [sum of len][n_vocab] of the lone runs */
};

/* How a case is run. */
struct way {
    uint32_t threads, chunk, rows;
    const char *isa;
};

static uint32_t below(uint32_t n)
{
    return (uint32_t)(t_rand() >> 33) % n;
}

static uint32_t between(uint32_t a, uint32_t b)
{
    return a + below(b - a + 1);
}

static bool is_long(void)
{
    const char *s = getenv("TAKT_TEST_LONG");
    return s && *s && strcmp(s, "0") != 0;
}

/* ---- cases ---- */

/* N rotary pairs in three sections; those of the last call. */
static const int32_t *random_sections(uint32_t n)
{
    static int32_t sections[4];
    sections[0] = (int32_t)below(n);
    sections[1] = (int32_t)below(n - (uint32_t)sections[0]);
    sections[2] = (int32_t)n - sections[0] - sections[1];
    return sections;
}

static struct made random_model(enum qtype type)
{
    static const uint32_t widths[] = {64, 256, 320, 512};
    static const uint32_t head_dims[] = {16, 24, 32, 64, 80, 128};
    struct made m = {.arch = "llama", .type = type, .n_layers = between(1, 2), .n_ctx = 1024};
    m.n_embd = widths[below(4)];
    m.n_kv_heads = between(1, 3);
    m.n_heads = m.n_kv_heads * between(1, 4);
    m.head_dim = head_dims[below(6)];
    while (m.n_heads * m.head_dim > 1024) /* the most that made.h writes */
        m.n_heads -= m.n_kv_heads;
    m.n_ff = 32 * between(1, 12);
    m.n_vocab = between(MADE_BYTES + 1, 420);
    m.tied = below(2);
    m.window = below(4) ? 0 : between(1, 100);
    switch (below(6)) {
    case 0: m.arch = "granite"; break;
    case 1: m.arch = "granitemoe"; break;
    case 2:
        m.arch = "qwen2";
        m.biases = true;
        break;
    case 3: m.n_experts = between(2, 9); break; /* Mixtral */
    case 4:
        m.arch = "qwen2vl";
        m.biases = true;
        m.sections = random_sections(m.head_dim / 2);
        break;
    default: break;
    }
    m.scales = strncmp(m.arch, "granite", 7) == 0;
    if (strcmp(m.arch, "granitemoe") == 0)
        m.n_experts = between(2, 9);
    if (m.n_experts)
        m.n_experts_used = between(1, m.n_experts < 4 ? m.n_experts : 4);
    return m;
}

/* Lengths: mostly short, so that a batch is large; one in eight cases goes beyond a split. */
static void random_mix(struct mix *x, enum qtype type, uint64_t seed)
{
    static const char *const kinds[] = {"f32", "bf16", "q8"};
    t_.state = seed;
    *x = (struct mix){.seed = seed, .m = random_model(type), .kv = kinds[below(3)]};
    bool is_far = below(8) == 0;
    uint32_t n = 0, most = is_far ? 3 : SEQS_MAX;
    x->n_seqs = below(3) ? between(2, most) : most;
    for (uint32_t i = 0; i < x->n_seqs; i++) {
        x->len[i] = is_far && i == 0 ? between(257, LEN_MAX)
                    : below(6)       ? between(1, 8)
                                     : between(1, 70);
        if (n + x->len[i] + (x->n_seqs - i) > TOKENS_MAX)
            x->len[i] = 1;
        x->first[i] = n;
        n += x->len[i];
        x->n_ctx = x->len[i] > x->n_ctx ? x->len[i] : x->n_ctx;
    }
    x->n_ctx += below(40);
    for (uint32_t i = 0; i < n; i++)
        x->ids[i] = (int32_t)below(x->m.n_vocab);
}

static void random_way(struct way *w, const struct mix *x)
{
    static const uint32_t threads[] = {1, 2, 3, 7};
    const char *isa[KERN_LEVEL_COUNT];
    uint32_t n_isa = 0;
    for (int level = 0; level < KERN_LEVEL_COUNT; level++)
        if (kern_level_usable((enum kern_level)level))
            isa[n_isa++] = kern_level_name((enum kern_level)level);
    *w = (struct way){.threads = threads[below(THREADS_KINDS)], .isa = isa[below(n_isa)]};
    w->chunk = below(3) ? between(1, 48) : between(49, 200);
    if (w->chunk > x->n_ctx) /* as the plan does */
        w->chunk = x->n_ctx;
    w->rows = between(1, 40);
}

/* ---- runs ---- */

static bool open_way(struct loaded *l, const char *path, const struct mix *x, const struct way *w,
                     uint32_t n_seqs)
{
    takt_plan_options po = {.n_ctx = x->n_ctx,
                            .threads = w->threads,
                            .chunk = w->chunk,
                            .logits_rows = w->rows,
                            .isa = w->isa,
                            .kv = x->kv};
    return loaded_open(l, path, &po, n_seqs);
}

struct rows {
    struct mix *x;
    uint32_t seq;
};

static bool keep_row(void *user, uint32_t i, const float *logits)
{
    struct rows *r = user;
    size_t n = r->x->n_vocab;
    memcpy(r->x->logits + (r->x->first[r->seq] + i) * n, logits, n * sizeof *logits);
    return true;
}

static bool run_alone(struct mix *x, const char *path)
{
    const struct way w = {.threads = 1, .chunk = 64, .rows = 64, .isa = "ref"};
    struct loaded l;
    uint32_t n = x->first[x->n_seqs - 1] + x->len[x->n_seqs - 1];
    bool ok = open_way(&l, path, x, &w, 1);
    if (!ok)
        return false;
    x->n_vocab = l.plan->plan.n_vocab;
    x->logits = calloc((size_t)n * x->n_vocab, sizeof *x->logits);
    for (uint32_t i = 0; ok && i < x->n_seqs; i++) {
        struct rows r = {x, i};
        takt_seq_truncate(l.seq, 0);
        ok = T_RC(takt_seq_feed(l.seq, x->ids + x->first[i], x->len[i], true, keep_row, &r, &l.e),
                  &l.e);
    }
    for (size_t i = 0; ok && i < (size_t)n * x->n_vocab; i++)
        if (!isfinite(x->logits[i]))
            ok = t_fail(__FILE__, __LINE__, "case %" PRIu64 ": no sound logits", x->seed);
    loaded_free(&l);
    return ok;
}

/* Sequences in flight. */
struct flight {
    struct mix *x;
    const struct way *w;
    takt_seq *seq[SEQS_MAX];
    takt_step_item item[SEQS_MAX];
    uint32_t which[SEQS_MAX]; /* [item] */
    uint32_t n_items, n_steps, n_rows;
    bool failed;
};

static bool compare_row(void *user, size_t item, uint32_t i, const float *logits)
{
    struct flight *f = user;
    struct mix *x = f->x;
    uint32_t s = f->which[item];
    uint32_t pos = takt_seq_length(f->seq[s]) - f->item[item].n_ids + i;
    const float *want = x->logits + (size_t)(x->first[s] + pos) * x->n_vocab;
    f->n_rows++;
    if (memcmp(logits, want, x->n_vocab * sizeof *want) == 0)
        return true;
    f->failed = true;
    return t_fail(__FILE__, __LINE__,
                  "case %" PRIu64 ", %s %s%s, kv %s: sequence %u of %u, position %u: other bits "
                  "with %u threads, %s, steps of %u, step %u of %zu items",
                  x->seed, x->m.arch, qtype_name(x->m.type), x->m.n_experts ? " with experts" : "",
                  x->kv, s, x->n_seqs, pos, f->w->threads, f->w->isa, f->w->chunk, f->n_steps,
                  (size_t)f->n_items);
}

/* A random choice of the sequences that are not at their end, in random order, as large as a step
 * may be; few take part in some steps, nearly all in others. */
static void compose_step(struct flight *f)
{
    const struct mix *x = f->x;
    uint32_t order[SEQS_MAX], left = f->w->chunk, rows = f->w->rows, odds = between(1, 4);
    bool is_decode = below(2);
    for (uint32_t i = 0; i < x->n_seqs; i++) {
        uint32_t k = below(i + 1);
        order[i] = order[k];
        order[k] = i;
    }
    f->n_items = 0;
    for (uint32_t i = 0; i < x->n_seqs && left > 0; i++) {
        uint32_t s = order[i], at = takt_seq_length(f->seq[s]), n = x->len[s] - at;
        if (n == 0 || (f->n_items > 0 && below(odds)))
            continue;
        n = n < left ? n : left;
        n = is_decode && below(8) ? 1 : between(1, n);
        uint32_t n_logits = between(0, n < rows ? n : rows);
        f->which[f->n_items] = s;
        f->item[f->n_items++] = (takt_step_item){
            .seq = f->seq[s], .ids = x->ids + x->first[s] + at, .n_ids = n, .n_logits = n_logits};
        left -= n;
        rows -= n_logits;
    }
}

/* Page ids in random order; all pages hold what another sequence left. */
static bool use_pages(struct loaded *l, struct flight *f)
{
    struct kv_pool *kv = &l->engine->kv;
    bool ok = true;
    for (uint32_t i = 0; i < f->x->n_seqs; i++) {
        int32_t id = (int32_t)below(f->x->n_vocab);
        ok = ok && !takt_seq_reserve(f->seq[i], f->x->n_ctx, &l->e).code &&
             !takt_seq_feed(f->seq[i], &id, 1, false, NULL, NULL, &l->e).code;
    }
    for (uint32_t i = 0; i < f->x->n_seqs; i++)
        takt_seq_truncate(f->seq[i], 0);
    for (uint32_t i = kv->n_free; i > 1; i--) {
        uint32_t k = below(i), id = kv->free[i - 1];
        kv->free[i - 1] = kv->free[k];
        kv->free[k] = id;
    }
    return T_OK(ok) && T_EQ_INT(kv->n_free, kv->n_pages);
}

static bool at_end(const struct flight *f)
{
    for (uint32_t i = 0; i < f->x->n_seqs; i++)
        if (takt_seq_length(f->seq[i]) < f->x->len[i])
            return false;
    return true;
}

static void run_mixed(struct mix *x, const char *path, const struct way *w)
{
    struct loaded l;
    struct flight f = {.x = x, .w = w};
    if (!open_way(&l, path, x, w, x->n_seqs))
        return;
    bool ok = true;
    f.seq[0] = l.seq;
    for (uint32_t i = 1; ok && i < x->n_seqs; i++)
        ok = T_RC(takt_seq_new(&f.seq[i], l.engine, &l.e), &l.e);
    ok = ok && use_pages(&l, &f);
    while (ok && !at_end(&f)) {
        compose_step(&f);
        f.n_steps++;
        takt_rc rc = takt_step(l.engine, f.item, f.n_items, compare_row, &f, NULL, &l.e);
        ok = !f.failed && T_RC(rc, &l.e);
        if (ok && below(8) == 0) { /* a rollback: what was forgotten comes again */
            uint32_t s = below(x->n_seqs);
            takt_seq_truncate(f.seq[s], below(x->len[s] + 1));
        }
    }
    for (uint32_t i = 1; i < x->n_seqs; i++)
        takt_seq_free(f.seq[i]);
    loaded_free(&l);
}

static void run_case(enum qtype type, uint64_t seed, uint32_t n_ways)
{
    static struct mix x;
    struct way w;
    random_mix(&x, type, seed);
    uint64_t after = t_.state;
    const char *path = made_write(x.m);
    if (!path)
        return;
    bool ok = run_alone(&x, path);
    t_.state = after; /* the ways don't depend on how many numbers the weights took */
    for (uint32_t i = 0; ok && i < n_ways && t_.n_failed_checks == 0; i++) {
        random_way(&w, &x);
        run_mixed(&x, path, &w);
    }
    free(x.logits);
    unlink(path);
}

/* The low byte of a case's seed is its type: other types leave it alone. */
static void cases_of(enum qtype type)
{
    uint32_t n_cases = is_long() ? 12 : 1, n_ways = is_long() ? 8 : WAYS;
    if (t_.seed > UINT8_MAX) {
        if ((t_.seed & UINT8_MAX) == type)
            run_case(type, t_.seed, 64);
        return;
    }
    t_.state += (uint64_t)type << 32;
    for (uint32_t i = 0; i < n_cases && t_.n_failed_checks == 0; i++) {
        uint64_t seed = (t_rand() >> 20 << 8) | (uint64_t)type;
        run_case(type, seed, n_ways);
        t_.state = seed;
    }
}

#define TYPE(suffix)                                                                               \
    T_TEST(type_##suffix)                                                                          \
    {                                                                                              \
        cases_of(QTYPE_##suffix);                                                                  \
    }
TYPE(F32)
TYPE(F16)
TYPE(BF16)
TYPE(Q4_0)
TYPE(Q4_1)
TYPE(Q5_0)
TYPE(Q5_1)
TYPE(Q8_0)
TYPE(Q2_K)
TYPE(Q3_K)
TYPE(Q4_K)
TYPE(Q5_K)
TYPE(Q6_K)
TYPE(IQ4_NL)
TYPE(IQ4_XS)
TYPE(MXFP4)

T_MAIN("engine/mix")
