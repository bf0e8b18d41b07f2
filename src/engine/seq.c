/* takt_seq: one timeline of tokens and its KV pages. */
#include <stdlib.h>
#include <string.h>

#include "engine/handles.h"
#include "engine/place.h"

takt_rc takt_seq_new(takt_seq **out, takt_engine *en, takt_err *e)
{
    *out = NULL;
    uint32_t n_ctx = en->plan->plan.n_ctx;
    takt_seq *s = calloc(1, sizeof *s);
    if (s) {
        s->engine = en;
        s->ids = malloc(n_ctx * sizeof *s->ids);
        s->pages = malloc((n_ctx / LAYOUT_PAGE + 1) * sizeof *s->pages);
    }
    if (!s || !s->ids || !s->pages) {
        if (s) {
            free(s->ids);
            free(s->pages);
        }
        free(s);
        return err_set(e, TAKT_ERR_MEMORY, "sequence", "no memory for %u positions", n_ctx);
    }
    en->n_seqs++;
    *out = s;
    return TAKT_OK;
}

void takt_seq_pictures(takt_seq *s, const takt_span *spans, size_t n)
{
    s->spans = spans;
    s->n_spans = n;
}

takt_rc seq_check_known(const takt_seq *s, const int32_t *ids, size_t n, const char *where,
                        takt_err *e)
{
    const struct plan *p = &s->engine->plan->plan;
    uint32_t n_vocab = p->n_vocab;
    for (size_t i = 0; i < n; i++) {
        /* What follows a part of a picture would have no place. */
        if (p->has_places && !place_takes(s->spans, s->n_spans, s->n + (uint32_t)i, ids[i]))
            return err_set(e, TAKT_ERR_USAGE, where, "id %d at %zu, where a picture lies", ids[i],
                           i);
        if (ids[i] >= 0 && (uint32_t)ids[i] < n_vocab)
            continue;
        if (ids[i] >= 0 || !picture_row(s->spans, s->n_spans, s->n + (uint32_t)i, ids[i]))
            return err_set(e, TAKT_ERR_USAGE, where, "id %d at %zu; the model knows 0 to %u",
                           ids[i], i, n_vocab - 1);
    }
    return TAKT_OK;
}

void seq_give_pages(takt_seq *s, uint32_t first)
{
    struct kv_pool *kv = &s->engine->kv;
    while (s->n_pages > first)
        if (kv_pool_give(kv, s->pages[--s->n_pages]) && s->n_pages < s->promise_end)
            s->n_promised += kv_pool_promise(kv, 1);
    if (s->n_found > first)
        s->n_found = first;
}

static void drop_promise(takt_seq *s)
{
    kv_pool_unpromise(&s->engine->kv, s->n_promised);
    s->n_promised = s->promise_end = 0;
}

void seq_reset(takt_seq *s)
{
    drop_promise(s);
    seq_give_pages(s, 0);
    s->n = 0;
    s->salt = 0;
    takt_seq_pictures(s, NULL, 0);
}

void takt_seq_free(takt_seq *s)
{
    if (!s)
        return;
    seq_reset(s);
    s->engine->n_seqs--;
    free(s->ids);
    free(s->pages);
    free(s);
}

static uint32_t pages_for(uint32_t n)
{
    return n / LAYOUT_PAGE + (n % LAYOUT_PAGE != 0);
}

void takt_seq_truncate(takt_seq *s, uint32_t n)
{
    if (n >= s->n)
        return;
    s->n = n;
    seq_give_pages(s, pages_for(n));
    if (s->n_found > n / LAYOUT_PAGE)
        s->n_found = n / LAYOUT_PAGE;
}

void seq_step_back(takt_seq *s, uint32_t n)
{
    takt_assert(n <= s->n && (s->n - n) / LAYOUT_PAGE >= s->n_found);
    s->n -= n;
}

uint32_t takt_seq_length(const takt_seq *s)
{
    return s->n;
}

/* ---- pages ---- */

static uint32_t pages_up_to(const takt_seq *s, uint32_t n)
{
    uint32_t n_ctx = s->engine->plan->plan.n_ctx;
    return pages_for(n < n_ctx ? n : n_ctx);
}

/* Lets S take N pages from what it was promised and what is spare; false when they do not suffice.
 */
static bool may_take(takt_seq *s, uint32_t n)
{
    struct kv_pool *kv = &s->engine->kv;
    uint32_t own = n < s->n_promised ? n : s->n_promised;
    if (n - own > kv_pool_spare(kv))
        return false;
    kv_pool_unpromise(kv, own);
    s->n_promised -= own;
    return true;
}

takt_rc takt_seq_reserve(takt_seq *s, uint32_t n, takt_err *e)
{
    struct kv_pool *kv = &s->engine->kv;
    uint32_t want = pages_up_to(s, n), need = want > s->n_pages ? want - s->n_pages : 0;
    /* The page that is written next, when there are positions in it already. */
    uint32_t *open = n > s->n && s->n % LAYOUT_PAGE ? &s->pages[s->n / LAYOUT_PAGE] : NULL;
    bool copies = open && !kv_pool_is_own(kv, *open);
    if (need == 0 && !copies)
        return TAKT_OK; /* and the pool was not touched: see handles.h */
    if (copies)
        need += kv_pool_copy_cost(kv, *open);
    if (!may_take(s, need))
        return kv_pool_full(kv, e);
    if (copies)
        *open = kv_pool_own(kv, *open);
    while (s->n_pages < want)
        s->pages[s->n_pages++] = kv_pool_take(kv);
    return TAKT_OK;
}

takt_rc seq_promise(takt_seq *s, uint32_t n, takt_err *e)
{
    struct kv_pool *kv = &s->engine->kv;
    uint32_t want = pages_up_to(s, n), need = want > s->n_pages ? want - s->n_pages : 0;
    drop_promise(s);
    if (!kv_pool_promise(kv, need))
        return kv_pool_full(kv, e);
    s->n_promised = need;
    s->promise_end = want;
    return TAKT_OK;
}

uint32_t seq_pages_alone(const takt_seq *s)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n_pages; i++)
        n += s->engine->kv.page[s->pages[i]].refs == 1;
    return n;
}

/* ---- sharing ---- */

uint32_t seq_begin(takt_seq *s, uint64_t salt, const int32_t *ids, size_t n)
{
    uint32_t n_ctx = s->engine->plan->plan.n_ctx;
    seq_reset(s);
    s->salt = salt;
    s->n = prefix_match(&s->engine->prefix, salt, ids, n < n_ctx ? n : n_ctx, s->pages);
    s->n_pages = pages_for(s->n);
    s->n_found = s->n / LAYOUT_PAGE;
    memcpy(s->ids, ids, s->n * sizeof *ids);
    return s->n;
}

uint32_t seq_begin_again(takt_seq *s, const int32_t *ids, size_t n)
{
    struct kv_pool *kv = &s->engine->kv;
    uint32_t n_ctx = s->engine->plan->plan.n_ctx, had = s->n_pages, full = s->n_found;
    takt_assert(full == s->n / LAYOUT_PAGE && had == pages_for(s->n));
    /* Who holds pages finds them, but not for sure the one that is of use in part. */
    uint32_t tail = had > full ? s->pages[full] : KV_NONE;
    uint32_t found =
        prefix_match(&s->engine->prefix, s->salt, ids, n < n_ctx ? n : n_ctx, s->pages);
    takt_assert(found >= full * LAYOUT_PAGE);
    for (uint32_t i = pages_for(found); found <= s->n && i > full; i--)
        kv_pool_give(kv, s->pages[i - 1]);
    if (found <= s->n)
        s->pages[full] = tail;
    else if (tail != KV_NONE)
        kv_pool_give(kv, tail);
    for (uint32_t i = full; i > 0; i--) /* these are held twice now */
        kv_pool_give(kv, s->pages[i - 1]);
    if (found > s->n) {
        s->n = found;
        s->n_pages = pages_for(found);
        s->n_found = found / LAYOUT_PAGE;
        memcpy(s->ids, ids, s->n * sizeof *ids);
    }
    return s->n;
}

void seq_publish(takt_seq *s)
{
    uint32_t full = s->n / LAYOUT_PAGE;
    if (full > s->n_found)
        s->n_found = prefix_insert(&s->engine->prefix, s->salt, s->ids, s->pages, s->n_found, full);
}

void seq_publish_tail(takt_seq *s)
{
    seq_publish(s);
    if (s->n_found == s->n / LAYOUT_PAGE)
        prefix_insert_tail(&s->engine->prefix, s->salt, s->ids, s->n, s->pages);
}

static void copy_page(takt_seq *to, const takt_seq *from, uint32_t i)
{
    struct kv_pool *kv = &to->engine->kv;
    memcpy(kv->base + to->pages[i] * kv->page_bytes, kv->base + from->pages[i] * kv->page_bytes,
           kv->page_bytes);
}

static void copy_ids(takt_seq *to, const takt_seq *from)
{
    memcpy(to->ids, from->ids, from->n * sizeof *to->ids);
    to->n = from->n;
    to->salt = from->salt;
    takt_seq_pictures(to, from->spans, from->n_spans);
}

takt_rc seq_fork(takt_seq *to, const takt_seq *from, takt_err *e)
{
    struct kv_pool *kv = &to->engine->kv;
    uint32_t full = from->n / LAYOUT_PAGE;
    seq_reset(to);
    for (; to->n_pages < full; to->n_pages++) {
        kv_pool_hold(kv, from->pages[to->n_pages]);
        to->pages[to->n_pages] = from->pages[to->n_pages];
    }
    takt_rc rc = takt_seq_reserve(to, from->n, e);
    if (rc.code) {
        seq_reset(to);
        return rc;
    }
    if (from->n % LAYOUT_PAGE)
        copy_page(to, from, full);
    copy_ids(to, from);
    to->n_found = from->n_found;
    return TAKT_OK;
}

takt_rc seq_copy(takt_seq *to, const takt_seq *from, takt_err *e)
{
    takt_seq_truncate(to, 0);
    TAKT_TRY(takt_seq_reserve(to, from->n, e));
    for (uint32_t i = 0; i < pages_for(from->n); i++)
        copy_page(to, from, i);
    copy_ids(to, from);
    return TAKT_OK;
}
