/* Pages by content, without a model: random sequences begin, grow, share, fork, are cut and end on
 * a small pool, beside a model that keeps lists and looks through all of them. A "computed"
 * position is a number that depends on all ids up to it, so a wrong page, or a write into a page
 * that somebody else holds, shows. */
#include "engine/handles.h"
#include "t.h"

enum { PAGES_MAX = 8, N_SEQS = 7, N_PAGES = 22, N_CTX = PAGES_MAX * LAYOUT_PAGE, VARIANTS = 4 };

/* A text is a row of blocks of a page's length; blocks differ in a single id. */
struct text {
    uint8_t block[PAGES_MAX];
};

static int32_t text_id(const struct text *t, uint32_t pos)
{
    static const uint32_t at[VARIANTS] = {LAYOUT_PAGE, 0, LAYOUT_PAGE - 1, 31};
    uint32_t v = t->block[pos / LAYOUT_PAGE];
    return pos % LAYOUT_PAGE == at[v] ? -6 : 5;
}

/* Do texts agree on the first N ids? */
static bool texts_agree(const struct text *a, const struct text *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (text_id(a, i) != text_id(b, i))
            return false;
    return true;
}

static void text_ids(const struct text *t, int32_t *ids)
{
    for (uint32_t i = 0; i < N_CTX; i++)
        ids[i] = text_id(t, i);
}

static uint32_t below(uint32_t n)
{
    return (uint32_t)(t_rand() >> 33) % n;
}

/* ---- an engine without a model, and what is known of it ---- */

struct known { /* a page that can be found */
    bool is_there;
    uint64_t salt, stamp; /* stamp: since when it is idle */
    uint64_t born;
    struct text text;
    uint32_t n;     /* pages of the text up to its end */
    uint32_t n_ids; /* of the last of them */
};

struct world {
    takt_plan plan;
    takt_engine en;
    takt_err e;
    takt_seq *seq[N_SEQS];
    struct text text[N_SEQS];
    uint32_t sure[N_SEQS];       /* positions promised to it */
    struct known known[N_PAGES]; /* by page */
    uint64_t stamp, n_found, n_copied, n_swapped, n_dropped, n_tails, n_of_tails;
};

static bool world_open(struct world *w, uint64_t hash_mask)
{
    *w = (struct world){.plan.plan.n_ctx = N_CTX};
    w->en.plan = &w->plan;
    bool ok =
        T_RC(kv_pool_init(&w->en.kv, N_PAGES, LAYOUT_PAGE * sizeof(uint32_t), &w->e), &w->e) &&
        T_RC(prefix_init(&w->en.prefix, &w->en.kv, t_rand(), &w->e), &w->e);
    w->en.prefix.hash_mask = hash_mask;
    for (int i = 0; ok && i < N_SEQS; i++)
        ok = T_RC(takt_seq_new(&w->seq[i], &w->en, &w->e), &w->e);
    return ok;
}

/* Ends all; then nothing may be left. */
static void world_close(struct world *w)
{
    struct kv_pool *kv = &w->en.kv;
    for (int i = 0; i < N_SEQS; i++)
        takt_seq_free(w->seq[i]);
    T_EQ_INT(w->en.n_seqs, 0);
    T_EQ_INT(kv->n_promised, 0);
    T_EQ_INT(kv->n_free + kv->n_idle, N_PAGES);
    T_EQ_INT(kv->n_idle, w->en.prefix.stats.n_pages);
    for (uint32_t p = 0; p < N_PAGES; p++)
        T_EQ_INT(kv->page[p].refs, 0);
    kv_pool_drop_idle(kv);
    T_EQ_INT(kv->n_free, N_PAGES);
    T_EQ_INT(w->en.prefix.stats.n_pages, 0);
    for (uint32_t i = 0; i < w->en.prefix.n_buckets; i++)
        T_OK(w->en.prefix.bucket[i] == KV_NONE);
    prefix_release(&w->en.prefix);
    kv_pool_release(kv);
}

static uint32_t *page_values(const struct world *w, uint32_t page)
{
    return (uint32_t *)(void *)(w->en.kv.base + page * w->en.kv.page_bytes);
}

static uint32_t value_after(uint32_t before, int32_t id)
{
    return (before ^ (uint32_t)id) * 0x9E3779B1u + 1;
}

/* Every position of S holds what its text gives there. */
static bool check_values(const struct world *w, int s)
{
    const takt_seq *q = w->seq[s];
    uint32_t v = 0;
    for (uint32_t i = 0; i < q->n; i++) {
        int32_t id = text_id(&w->text[s], i);
        v = value_after(v, id);
        if (q->ids[i] != id || page_values(w, q->pages[i / LAYOUT_PAGE])[i % LAYOUT_PAGE] != v)
            return t_fail(__FILE__, __LINE__, "seed %" PRIu64 ": sequence %d, position %u", t_.seed,
                          s, i);
    }
    return true;
}

static uint32_t holders(const struct world *w, uint32_t page)
{
    uint32_t n = 0;
    for (int s = 0; s < N_SEQS; s++)
        for (uint32_t i = 0; i < w->seq[s]->n_pages; i++)
            n += w->seq[s]->pages[i] == page;
    return n;
}

/* The page that holds block N - 1 of T after those before it; KV_NONE: nobody has it. */
static uint32_t look_up(const struct world *w, uint64_t salt, const struct text *t, uint32_t n)
{
    for (uint32_t p = 0; p < N_PAGES; p++)
        if (w->known[p].is_there && w->known[p].salt == salt && w->known[p].n == n &&
            w->known[p].n_ids == LAYOUT_PAGE && memcmp(w->known[p].text.block, t->block, n) == 0)
            return p;
    return KV_NONE;
}

/* The page behind N blocks of T that agrees longest with the next N_IDS ids, the last one of such
 * that came. */
static uint32_t look_up_tail(const struct world *w, uint64_t salt, const struct text *t, uint32_t n,
                             uint32_t n_ids, uint32_t *common)
{
    uint32_t best = KV_NONE;
    *common = 0;
    for (uint32_t p = 0; p < N_PAGES; p++) {
        const struct known *k = &w->known[p];
        if (!k->is_there || k->salt != salt || k->n != n + 1 ||
            memcmp(k->text.block, t->block, n) != 0)
            continue;
        uint32_t agree = 0, at = n * LAYOUT_PAGE;
        while (agree < n_ids && agree < k->n_ids &&
               text_id(&k->text, at + agree) == text_id(t, at + agree))
            agree++;
        if (agree > *common || (agree && agree == *common && k->born > w->known[best].born)) {
            *common = agree;
            best = p;
        }
    }
    return best;
}

static bool has_child(const struct world *w, uint32_t page)
{
    const struct known *k = &w->known[page];
    for (uint32_t p = 0; k->n_ids == LAYOUT_PAGE && p < N_PAGES; p++)
        if (w->known[p].is_there && w->known[p].salt == k->salt && w->known[p].n == k->n + 1 &&
            memcmp(w->known[p].text.block, k->text.block, k->n) == 0)
            return true;
    return false;
}

/* The leaf that has been idle longest. */
static uint32_t oldest_leaf(const struct world *w)
{
    uint32_t best = KV_NONE;
    for (uint32_t p = 0; p < N_PAGES; p++)
        if (w->known[p].is_there && holders(w, p) == 0 && !has_child(w, p) &&
            (best == KV_NONE || w->known[p].stamp < w->known[best].stamp))
            best = p;
    return best;
}

/* All counts, as counted anew. */
static bool check_counts(const struct world *w)
{
    const struct kv_pool *kv = &w->en.kv;
    uint32_t n_free = 0, n_idle = 0, n_known = 0, n_promised = 0;
    bool ok = true;
    for (uint32_t p = 0; p < N_PAGES; p++) {
        uint32_t n = holders(w, p);
        ok =
            ok && T_EQ_INT(kv->page[p].refs, n) && T_EQ_INT(kv->page[p].kept, w->known[p].is_there);
        n_known += w->known[p].is_there;
        n_idle += n == 0 && w->known[p].is_there;
        n_free += n == 0 && !w->known[p].is_there;
    }
    for (int s = 0; s < N_SEQS; s++)
        n_promised += w->seq[s]->n_promised;
    return ok && T_EQ_INT(kv->n_free, n_free) && T_EQ_INT(kv->n_idle, n_idle) &&
           T_EQ_INT(w->en.prefix.stats.n_pages, n_known) &&
           T_EQ_INT(w->en.prefix.stats.n_dropped, w->n_dropped) &&
           T_EQ_INT(kv->n_promised, n_promised) && T_OK(n_promised <= n_free + n_idle);
}

/* ---- what happens, and what must come of it ---- */

/* Pages that S will have given back from FIRST on, the last one first; S still has them. */
static void expect_give(struct world *w, int s, uint32_t first)
{
    for (uint32_t i = w->seq[s]->n_pages; i-- > first;) {
        uint32_t page = w->seq[s]->pages[i];
        if (w->known[page].is_there && holders(w, page) == 1)
            w->known[page].stamp = ++w->stamp;
    }
}

/* A page that S just got in exchange for nothing: a free one, or the OLDEST leaf when N_FREE is 0.
 */
static void expect_taken(struct world *w, uint32_t page, uint32_t n_free, uint32_t oldest)
{
    T_EQ_INT(w->known[page].is_there, n_free == 0);
    if (n_free == 0) {
        T_EQ_INT(page, oldest);
        w->known[page].is_there = false;
        w->n_dropped++;
    }
}

/* Makes room for N positions of S, one page at a time, so that each one can be foretold. */
static bool reserve(struct world *w, int s, uint32_t n)
{
    takt_seq *q = w->seq[s];
    struct kv_pool *kv = &w->en.kv;
    while (n > q->n) {
        bool opens = q->n % LAYOUT_PAGE != 0;
        uint32_t i = opens ? q->n / LAYOUT_PAGE : 0, open = opens ? q->pages[i] : KV_NONE;
        bool is_shared = opens && holders(w, open) > 1;
        bool copies = is_shared || (opens && w->known[open].is_there);
        uint32_t to = copies ? q->n_pages * LAYOUT_PAGE : (q->n_pages + 1) * LAYOUT_PAGE;
        if (!copies && q->n_pages * LAYOUT_PAGE >= n)
            return true;
        uint32_t n_free = kv->n_free, oldest = oldest_leaf(w), n_idle = kv->n_idle;
        bool fits = (copies && !is_shared) || q->n_promised + kv_pool_spare(kv) > 0;
        takt_rc rc = takt_seq_reserve(q, to, &w->e);
        if (!fits) {
            T_OK(w->sure[s] < to);
            T_FAILS(rc, &w->e, TAKT_ERR_LIMIT, "pages are in use");
            return false;
        }
        if (!T_RC(rc, &w->e))
            return false;
        if (!copies) {
            expect_taken(w, q->pages[q->n_pages - 1], n_free, oldest);
        } else if (n_free + n_idle == 0 && !is_shared) {
            T_EQ_INT(q->pages[i], open); /* no room for a copy: nobody finds it any more */
            w->known[open].is_there = false;
            w->n_dropped++;
        } else {
            T_OK(q->pages[i] != open);
            expect_taken(w, q->pages[i], n_free, oldest);
            if (!is_shared)
                w->known[open].stamp = ++w->stamp;
            w->n_copied++;
        }
    }
    return true;
}

static void do_feed(struct world *w, int s)
{
    takt_seq *q = w->seq[s];
    uint32_t n = 1 + below(below(3) ? 70 : 200);
    if (n > N_CTX - q->n)
        n = N_CTX - q->n;
    if (n == 0 || !reserve(w, s, q->n + n))
        return;
    uint32_t v =
        q->n ? page_values(w, q->pages[(q->n - 1) / LAYOUT_PAGE])[(q->n - 1) % LAYOUT_PAGE] : 0;
    for (uint32_t i = q->n; i < q->n + n; i++) {
        uint32_t page = q->pages[i / LAYOUT_PAGE];
        if (i == q->n || i % LAYOUT_PAGE == 0)
            T_OK(holders(w, page) == 1 && !w->known[page].is_there);
        q->ids[i] = text_id(&w->text[s], i);
        page_values(w, page)[i % LAYOUT_PAGE] = v = value_after(v, q->ids[i]);
    }
    q->n += n;
}

static void do_begin(struct world *w, int s)
{
    takt_seq *q = w->seq[s];
    struct kv_pool *kv = &w->en.kv;
    int32_t ids[N_CTX];
    uint32_t want[PAGES_MAX], n_want = 0, n_held = 0, n = below(N_CTX + 1), peeked;
    uint64_t salt = below(4) ? below(2) : UINT64_MAX;
    expect_give(w, s, 0);
    seq_reset(q);
    for (int i = 0; i < PAGES_MAX; i++)
        w->text[s].block[i] = (uint8_t)(below(3) ? 0 : below(VARIANTS));
    text_ids(&w->text[s], ids);
    while ((n_want + 1) * LAYOUT_PAGE < n) {
        uint32_t page = look_up(w, salt, &w->text[s], n_want + 1);
        if (page == KV_NONE)
            break;
        n_held += holders(w, page) > 0;
        want[n_want++] = page;
    }
    uint32_t n_ids = n_want * LAYOUT_PAGE, left = n > n_ids ? n - n_ids - 1 : 0, common = 0;
    left = left < LAYOUT_PAGE ? left : LAYOUT_PAGE;
    uint32_t tail = left ? look_up_tail(w, salt, &w->text[s], n_want, left, &common) : KV_NONE;
    if (tail != KV_NONE) {
        n_held += holders(w, tail) > 0;
        want[n_want++] = tail;
        n_ids += common;
    }
    T_EQ_INT(prefix_peek(&w->en.prefix, salt, ids, n, &peeked), n_ids);
    T_EQ_INT(peeked, n_held);
    if (n_want - n_held > kv_pool_spare(kv)) { /* held ones come first */
        n_want = n_held + kv_pool_spare(kv);
        n_ids = n_want * LAYOUT_PAGE;
    }
    T_EQ_INT(seq_begin(q, salt, ids, n), n_ids);
    T_EQ_INT(takt_seq_length(q), n_ids);
    T_EQ_INT(q->n_pages, n_want);
    for (uint32_t i = 0; i < n_want && i < q->n_pages; i++)
        T_EQ_INT(q->pages[i], want[i]);
    w->sure[s] = 0;
    w->n_found += n_ids;
    w->n_of_tails += n_ids % LAYOUT_PAGE != 0;
}

/* What more is found must be what a new beginning finds. */
static void do_begin_again(struct world *w, int s)
{
    takt_seq *q = w->seq[s];
    int32_t ids[N_CTX];
    uint32_t had = q->n;
    if (had == N_CTX || q->n_promised || q->n_found != had / LAYOUT_PAGE ||
        q->n_pages != (had + LAYOUT_PAGE - 1) / LAYOUT_PAGE ||
        (had % LAYOUT_PAGE && !w->known[q->pages[had / LAYOUT_PAGE]].is_there))
        return;
    text_ids(&w->text[s], ids);
    uint64_t before = w->en.prefix.stats.n_found;
    uint32_t old = had % LAYOUT_PAGE ? q->pages[had / LAYOUT_PAGE] : KV_NONE;
    uint32_t found = seq_begin_again(q, ids, N_CTX);
    T_OK(found >= had && found == q->n);
    w->n_found += w->en.prefix.stats.n_found - before;
    if (old != KV_NONE && holders(w, old) == 0)
        w->known[old].stamp = ++w->stamp;
    w->sure[s] = 0;
}

static void do_publish(struct world *w, int s)
{
    takt_seq *q = w->seq[s];
    uint32_t had[PAGES_MAX], full = q->n / LAYOUT_PAGE, i = 0;
    memcpy(had, q->pages, full * sizeof *had);
    uint32_t alone[PAGES_MAX], there[PAGES_MAX];
    for (i = 0; i < full; i++) {
        alone[i] = holders(w, had[i]);
        there[i] = look_up(w, q->salt, &w->text[s], i + 1);
    }
    seq_publish(q);
    for (i = 0; i < full; i++) {
        if (there[i] == KV_NONE) {
            T_EQ_INT(q->pages[i], had[i]);
            w->known[had[i]] =
                (struct known){true, q->salt, 0, ++w->stamp, w->text[s], i + 1, LAYOUT_PAGE};
        } else if (there[i] != had[i]) {
            if (alone[i] > 1)
                break;
            T_EQ_INT(q->pages[i], there[i]);
            w->n_swapped++;
        }
    }
    T_EQ_INT(q->n_found, i);
}

static void do_publish_tail(struct world *w, int s)
{
    takt_seq *q = w->seq[s];
    uint32_t full = q->n / LAYOUT_PAGE, n_ids = q->n % LAYOUT_PAGE, common;
    do_publish(w, s);
    uint32_t open = n_ids ? q->pages[full] : KV_NONE;
    bool comes = n_ids && q->n_found == full && holders(w, open) == 1 && !w->known[open].is_there;
    if (comes) {
        look_up_tail(w, q->salt, &w->text[s], full, n_ids, &common);
        comes = common < n_ids;
    }
    seq_publish_tail(q);
    if (comes)
        w->known[open] = (struct known){true, q->salt, 0, ++w->stamp, w->text[s], full + 1, n_ids};
    if (comes) /* others may hold what it would write into */
        w->sure[s] = 0;
    w->n_tails += comes;
}

/* Cuts S, and perhaps lets it go on with another text that agrees so far. */
static void do_truncate(struct world *w, int s)
{
    takt_seq *q = w->seq[s];
    struct text t = w->text[s];
    uint32_t n = below(q->n + 1);
    for (uint32_t i = n / LAYOUT_PAGE; i < (q->n + LAYOUT_PAGE - 1) / LAYOUT_PAGE; i++)
        if (holders(w, q->pages[i]) > 1)
            w->sure[s] = 0;
    if (n < q->n)
        expect_give(w, s, (n + LAYOUT_PAGE - 1) / LAYOUT_PAGE);
    takt_seq_truncate(q, n);
    for (uint32_t i = n / LAYOUT_PAGE; i < PAGES_MAX; i++)
        t.block[i] = (uint8_t)below(VARIANTS);
    if (below(2) && texts_agree(&t, &w->text[s], n))
        w->text[s] = t;
}

static void do_fork(struct world *w, int from, int to)
{
    takt_seq *a = w->seq[from], *b = w->seq[to];
    if (from == to)
        return;
    expect_give(w, to, 0);
    seq_reset(b);
    w->sure[to] = 0;
    uint32_t n_free = w->en.kv.n_free, oldest = oldest_leaf(w), full = a->n / LAYOUT_PAGE;
    bool fits = a->n % LAYOUT_PAGE == 0 || kv_pool_spare(&w->en.kv) > 0;
    takt_rc rc = seq_fork(b, a, &w->e);
    if (!fits) {
        T_FAILS(rc, &w->e, TAKT_ERR_LIMIT, "pages are in use");
        T_OK(b->n == 0 && b->n_pages == 0);
        return;
    }
    w->text[to] = w->text[from];
    if (!T_RC(rc, &w->e) || !T_EQ_INT(b->n, a->n))
        return;
    for (uint32_t i = 0; i < full; i++)
        T_EQ_INT(b->pages[i], a->pages[i]);
    if (a->n % LAYOUT_PAGE)
        expect_taken(w, b->pages[full], n_free, oldest);
}

static void do_promise(struct world *w, int s)
{
    takt_seq *q = w->seq[s];
    struct kv_pool *kv = &w->en.kv;
    uint32_t n = below(N_CTX + 100), top = n < N_CTX ? n : N_CTX;
    uint32_t want = (top + LAYOUT_PAGE - 1) / LAYOUT_PAGE;
    uint32_t need = want > q->n_pages ? want - q->n_pages : 0;
    uint32_t open = q->n % LAYOUT_PAGE ? q->pages[q->n / LAYOUT_PAGE] : KV_NONE;
    bool fits = need <= kv_pool_spare(kv) + q->n_promised,
         opens_shared = open != KV_NONE && (holders(w, open) > 1 || w->known[open].is_there);
    takt_rc rc = seq_promise(q, n, &w->e);
    T_OK(fits ? T_RC(rc, &w->e) : T_FAILS(rc, &w->e, TAKT_ERR_LIMIT, "pages are in use"));
    w->sure[s] = fits && !opens_shared ? top : 0;
}

static void drop_all(struct world *w)
{
    w->n_dropped += w->en.kv.n_idle;
    for (uint32_t p = 0; p < N_PAGES; p++)
        if (holders(w, p) == 0)
            w->known[p].is_there = false;
    kv_pool_drop_idle(&w->en.kv);
}

static void act(struct world *w)
{
    int s = (int)below(N_SEQS), other = (int)below(N_SEQS);
    switch (below(16)) {
    case 0:
    case 1: do_begin(w, s); break;
    case 2:
    case 3: do_publish(w, s); break;
    case 4: do_publish_tail(w, s); break;
    case 5: do_truncate(w, s); break;
    case 6: do_fork(w, s, other); break;
    case 7: do_promise(w, s); break;
    case 8:
        if (below(20) == 0)
            drop_all(w);
        else
            do_begin_again(w, s);
        break;
    default: do_feed(w, s); break;
    }
}

static bool is_long(void)
{
    const char *s = getenv("TAKT_TEST_LONG");
    return s && *s && strcmp(s, "0") != 0;
}

static void storm(uint64_t hash_mask)
{
    struct world w;
    uint32_t n_acts = is_long() ? 400000 : 12000;
    if (!world_open(&w, hash_mask))
        return;
    for (uint32_t i = 0; i < n_acts && t_.n_failed_checks == 0; i++) {
        act(&w);
        check_counts(&w);
        for (int s = 0; s < N_SEQS && t_.n_failed_checks == 0; s++)
            check_values(&w, s);
    }
    /* Everything has happened, and often. */
    T_OK(w.n_found > 200 * LAYOUT_PAGE && w.n_copied > 50 && w.n_swapped > 50 && w.n_dropped > 200);
    T_OK(w.n_tails > 50 && w.n_of_tails > 50);
    T_EQ_INT(w.en.prefix.stats.n_found, w.n_found);
    world_close(&w);
}

T_TEST(storm)
{
    storm(UINT64_MAX);
}

T_TEST(storm_with_few_hashes)
{
    storm(3);
}

T_TEST(storm_with_one_hash)
{
    storm(0);
}

/* ---- single promises ---- */

static void grow(struct world *w, int s, uint32_t n)
{
    if (!reserve(w, s, n))
        t_fail(__FILE__, __LINE__, "no room for %u positions of sequence %d", n, s);
    for (uint32_t i = w->seq[s]->n; i < n; i++)
        w->seq[s]->ids[i] = text_id(&w->text[s], i);
    w->seq[s]->n = n;
}

/* At least one id is left to feed. */
T_TEST(never_the_whole_prompt)
{
    static const struct {
        size_t n;
        uint32_t found;
    } table[] = {{0, 0},     {1, 0},     {64, 63},   {65, 64},
                 {128, 127}, {129, 128}, {200, 192}, {256, 192}};
    struct world w;
    int32_t ids[N_CTX];
    if (!world_open(&w, UINT64_MAX))
        return;
    text_ids(&w.text[0], ids);
    grow(&w, 0, 3 * LAYOUT_PAGE + 9);
    seq_publish(w.seq[0]);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        T_EQ_INT(prefix_peek(&w.en.prefix, 0, ids, table[i].n, NULL), table[i].found);
        T_EQ_INT(seq_begin(w.seq[1], 0, ids, table[i].n), table[i].found);
    }
    T_EQ_INT(seq_begin(w.seq[1], 1, ids, 200), 0); /* another salt */
    T_EQ_INT(w.en.prefix.stats.n_asked, 0 + 1 + 64 + 65 + 128 + 129 + 200 + 256 + 200);
    T_EQ_INT(w.en.prefix.stats.n_found, 63 + 64 + 127 + 128 + 192 + 192);
    seq_publish_tail(w.seq[0]);
    T_EQ_INT(seq_begin(w.seq[1], 0, ids, 200), 199);
    T_EQ_INT(seq_begin(w.seq[1], 0, ids, 256), 201);
    world_close(&w);
}

/* Pages stay findable after their sequence, and go one by one from the end when others need room.
 */
T_TEST(last_pages_go_first)
{
    struct world w;
    int32_t ids[N_CTX];
    if (!world_open(&w, UINT64_MAX))
        return;
    text_ids(&w.text[0], ids);
    grow(&w, 0, N_CTX);
    seq_publish(w.seq[0]);
    seq_reset(w.seq[0]);
    T_EQ_INT(w.en.kv.n_idle, PAGES_MAX);
    T_EQ_INT(kv_pool_spare(&w.en.kv), N_PAGES);
    for (uint32_t n = 1; n <= N_PAGES; n++) { /* by one page at a time */
        int s = 1 + (int)((n - 1) / PAGES_MAX);
        T_RC(takt_seq_reserve(w.seq[s], ((n - 1) % PAGES_MAX + 1) * LAYOUT_PAGE, &w.e), &w.e);
        uint32_t left = N_PAGES - n < PAGES_MAX ? N_PAGES - n : PAGES_MAX;
        T_EQ_INT(w.en.kv.n_idle, left);
        T_EQ_INT(prefix_peek(&w.en.prefix, 0, ids, N_CTX + 1, NULL), left * LAYOUT_PAGE);
    }
    T_EQ_INT(w.en.prefix.stats.n_dropped, PAGES_MAX);
    world_close(&w);
}

/* Memory comes once, when asked for or with the page, and is never cleared again. */
T_TEST(backing)
{
    struct world w;
    if (!world_open(&w, UINT64_MAX))
        return;
    T_RC(takt_seq_reserve(w.seq[0], 1, &w.e), &w.e);
    uint32_t page = w.seq[0]->pages[0], n_backed = 0;
    T_OK(w.en.kv.page[page].backed);
    page_values(&w, page)[3] = 7;
    kv_pool_back(&w.en.kv, 0, UINT32_MAX);
    for (uint32_t p = 0; p < N_PAGES; p++)
        n_backed += w.en.kv.page[p].backed;
    T_EQ_INT(n_backed, N_PAGES);
    T_EQ_INT(page_values(&w, page)[3], 7);
    T_EQ_INT(w.en.kv.n_free, N_PAGES - 1);
    world_close(&w);
}

/* What was promised can be taken, whatever others ask for; what is given back, too. */
T_TEST(a_promise_holds)
{
    struct world w;
    if (!world_open(&w, UINT64_MAX))
        return;
    struct kv_pool *kv = &w.en.kv;
    T_RC(seq_promise(w.seq[0], N_CTX, &w.e), &w.e);
    T_RC(seq_promise(w.seq[1], N_CTX + 1000, &w.e), &w.e); /* cut to the context */
    T_EQ_INT(kv_pool_spare(kv), N_PAGES - 2 * PAGES_MAX);
    T_EQ_INT(kv->n_free, N_PAGES);
    T_FAILS(seq_promise(w.seq[2], N_CTX, &w.e), &w.e, TAKT_ERR_LIMIT, "pages are in use");
    T_FAILS(takt_seq_reserve(w.seq[2], N_CTX, &w.e), &w.e, TAKT_ERR_LIMIT, "pages are in use");
    T_EQ_INT(w.seq[2]->n_pages, 0);
    T_RC(takt_seq_reserve(w.seq[2], (N_PAGES - 2 * PAGES_MAX) * LAYOUT_PAGE, &w.e), &w.e);
    T_EQ_INT(kv_pool_spare(kv), 0);
    T_FAILS(takt_seq_reserve(w.seq[3], 1, &w.e), &w.e, TAKT_ERR_LIMIT, "pages are in use");
    T_RC(takt_seq_reserve(w.seq[0], 1, &w.e), &w.e);
    w.seq[0]->n = 1;
    for (uint32_t round = 0; round < 3; round++) { /* forwards, and back as a wrong guess goes */
        T_RC(takt_seq_reserve(w.seq[0], N_CTX, &w.e), &w.e);
        w.seq[0]->n = N_CTX;
        takt_seq_truncate(w.seq[0], 70 * round);
        T_EQ_INT(kv_pool_spare(kv), 0);
    }
    seq_reset(w.seq[0]);
    T_EQ_INT(kv_pool_spare(kv), PAGES_MAX);
    T_RC(seq_promise(w.seq[1], 1, &w.e), &w.e); /* instead of the old one */
    T_EQ_INT(kv_pool_spare(kv), 2 * PAGES_MAX - 1);
    world_close(&w);
}

/* A prompt does not get what is promised to others, though it lies there, idle. */
T_TEST(idle_pages_can_be_promised)
{
    struct world w;
    int32_t ids[N_CTX];
    if (!world_open(&w, UINT64_MAX))
        return;
    text_ids(&w.text[0], ids);
    grow(&w, 0, N_CTX);
    seq_publish(w.seq[0]);
    seq_reset(w.seq[0]);
    T_RC(seq_promise(w.seq[1], N_CTX, &w.e), &w.e);
    T_RC(seq_promise(w.seq[2], N_CTX, &w.e), &w.e);
    T_RC(seq_promise(w.seq[3], (N_PAGES - 2 * PAGES_MAX - 2) * LAYOUT_PAGE, &w.e), &w.e);
    T_EQ_INT(kv_pool_spare(&w.en.kv), 2);
    T_EQ_INT(seq_begin(w.seq[4], 0, ids, N_CTX), 2 * LAYOUT_PAGE);
    T_EQ_INT(seq_begin(w.seq[5], 0, ids, N_CTX), 2 * LAYOUT_PAGE); /* held: costs nothing */
    T_EQ_INT(prefix_peek(&w.en.prefix, 0, ids, N_CTX, NULL), N_CTX - 1);
    T_EQ_INT(seq_pages_alone(w.seq[4]), 0);
    seq_reset(w.seq[5]);
    T_EQ_INT(seq_pages_alone(w.seq[4]), 2);
    for (int s = 1; s <= 2; s++)
        T_RC(takt_seq_reserve(w.seq[s], N_CTX, &w.e), &w.e);
    world_close(&w);
}

T_MAIN("engine/prefix")
