/* takt_seq: one timeline of tokens and its KV pages. */
#include <stdlib.h>
#include <string.h>

#include "engine/handles.h"

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

void seq_give_pages(takt_seq *s, uint32_t first)
{
    while (s->n_pages > first)
        kv_pool_give(&s->engine->kv, s->pages[--s->n_pages]);
}

void takt_seq_free(takt_seq *s)
{
    if (!s)
        return;
    seq_give_pages(s, 0);
    s->engine->n_seqs--;
    free(s->ids);
    free(s->pages);
    free(s);
}

void takt_seq_truncate(takt_seq *s, uint32_t n)
{
    if (n >= s->n)
        return;
    s->n = n;
    seq_give_pages(s, (n + LAYOUT_PAGE - 1) / LAYOUT_PAGE);
}

uint32_t takt_seq_length(const takt_seq *s)
{
    return s->n;
}

takt_rc takt_seq_reserve(takt_seq *s, uint32_t n, takt_err *e)
{
    uint32_t n_ctx = s->engine->plan->plan.n_ctx, had = s->n_pages;
    uint32_t want = ((n < n_ctx ? n : n_ctx) + LAYOUT_PAGE - 1) / LAYOUT_PAGE;
    while (s->n_pages < want) {
        takt_rc rc = kv_pool_take(&s->engine->kv, &s->pages[s->n_pages], e);
        if (rc.code) {
            seq_give_pages(s, had);
            return rc;
        }
        s->n_pages++;
    }
    return TAKT_OK;
}

takt_rc seq_copy(takt_seq *to, const takt_seq *from, takt_err *e)
{
    struct kv_pool *kv = &to->engine->kv;
    takt_seq_truncate(to, 0);
    TAKT_TRY(takt_seq_reserve(to, from->n, e));
    for (uint32_t i = 0; i * LAYOUT_PAGE < from->n; i++)
        memcpy(kv->base + to->pages[i] * kv->page_bytes, kv->base + from->pages[i] * kv->page_bytes,
               kv->page_bytes);
    memcpy(to->ids, from->ids, from->n * sizeof *to->ids);
    to->n = from->n;
    return TAKT_OK;
}
