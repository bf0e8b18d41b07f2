#include "engine/lookup.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS_MAX = 1 << 16, PLACES = 8 /* with the same hash that are looked at */ };

takt_rc lookup_init(struct lookup *l, uint32_t n_max, takt_err *e)
{
    *l = (struct lookup){.n_max = n_max, .n_buckets = 256, .pairs.n_ids = 2, .fours.n_ids = 4};
    while (l->n_buckets < n_max && l->n_buckets < BUCKETS_MAX)
        l->n_buckets *= 2;
    struct lookup_runs *runs[] = {&l->pairs, &l->fours};
    l->text = malloc(n_max * sizeof *l->text);
    bool ok = l->text != NULL;
    for (int i = 0; i < 2; i++) {
        runs[i]->last = calloc(l->n_buckets, sizeof *runs[i]->last);
        runs[i]->before = malloc(n_max * sizeof *runs[i]->before);
        ok = ok && runs[i]->last && runs[i]->before;
    }
    if (ok)
        return TAKT_OK;
    lookup_release(l);
    return err_set(e, TAKT_ERR_MEMORY, "look-up", "no memory for %u tokens", n_max);
}

void lookup_release(struct lookup *l)
{
    free(l->text);
    free(l->pairs.last);
    free(l->pairs.before);
    free(l->fours.last);
    free(l->fours.before);
    *l = (struct lookup){0};
}

void lookup_forget(struct lookup *l)
{
    l->is_stale = l->is_stale || l->n > 0;
    l->n = 0;
}

static void clear(struct lookup *l)
{
    memset(l->pairs.last, 0, l->n_buckets * sizeof *l->pairs.last);
    memset(l->fours.last, 0, l->n_buckets * sizeof *l->fours.last);
    l->is_stale = false;
}

/* Enters the run that ends with the last token. */
static void enter(const struct lookup *l, struct lookup_runs *r)
{
    uint32_t end = l->n - 1;
    uint64_t h = 0;
    r->before[end] = 0;
    if (l->n < r->n_ids)
        return;
    for (uint32_t i = 0; i < r->n_ids; i++)
        h = (h ^ (uint32_t)l->text[end - i]) * 0x9E3779B97F4A7C15u;
    uint32_t *last = &r->last[h >> 32 & (l->n_buckets - 1)];
    r->before[end] = *last;
    *last = end + 1;
}

void lookup_add(struct lookup *l, const int32_t *ids, uint32_t n)
{
    if (l->is_stale)
        clear(l);
    for (uint32_t i = 0; i < n && l->n < l->n_max; i++) {
        l->text[l->n++] = ids[i];
        enter(l, &l->pairs);
        enter(l, &l->fours);
    }
}

/* How many tokens up to END, which stands before the text's, are those that the text ends with. */
static uint32_t common(const struct lookup *l, uint32_t end)
{
    uint32_t most = end + 1 < LOOKUP_LENGTH_MAX ? end + 1 : LOOKUP_LENGTH_MAX, n = 0;
    const int32_t *there = l->text + end, *here = l->text + l->n - 1;
    while (n < most && there[-(int64_t)n] == here[-(int64_t)n])
        n++;
    return n;
}

/* The best of the latest places of R; *LENGTH is what it has in common. */
static uint32_t best_place(const struct lookup *l, const struct lookup_runs *r, uint32_t *length)
{
    uint32_t best = 0, at = r->before[l->n - 1];
    *length = 0;
    for (int i = 0; i < PLACES && at && *length < LOOKUP_LENGTH_MAX; i++) {
        uint32_t n = common(l, at - 1);
        if (n >= r->n_ids && n > *length) {
            *length = n;
            best = at;
        }
        at = r->before[at - 1];
    }
    return best;
}

uint32_t lookup_next(const struct lookup *l, int32_t *out, uint32_t n, uint32_t *from)
{
    uint32_t length = 0, at;
    if (l->n == 0)
        return 0;
    at = best_place(l, &l->fours, &length);
    if (length == 0)
        at = best_place(l, &l->pairs, &length);
    if (length == 0)
        return 0;
    *from = at;
    /* Where the earlier place runs into the end, what follows repeats itself. */
    for (uint32_t i = 0; i < n; i++)
        out[i] = at + i < l->n ? l->text[at + i] : out[at + i - l->n];
    return length;
}
