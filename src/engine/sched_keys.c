/* Whose jobs: what each key has waiting, holds and has used lately. */
#include "engine/sched_parts.h"

#include <math.h>
#include <stdlib.h>

#define LATELY_NS                                                                                  \
    60e9 /* what was used so long ago counts by a third; who came so long ago, no more */

static uint32_t hash(uint64_t key)
{
    key = (key ^ key >> 32) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(key >> 32);
}

takt_rc sched_keys_init(struct sched_keys *k, const struct sched_config *c, takt_err *e)
{
    uint32_t n_buckets = 4, n_max = c->n_jobs_max + c->n_queued_max + 64;
    while (n_buckets < 2 * n_max)
        n_buckets *= 2;
    *k = (struct sched_keys){
        .n_max = n_max, .mask = n_buckets - 1, .n_pages = c->n_pages, .n_jobs = c->n_jobs_max};
    k->key = calloc(n_max, sizeof *k->key);
    k->bucket = calloc(n_buckets, sizeof *k->bucket);
    if (k->key && k->bucket)
        return TAKT_OK;
    sched_keys_release(k);
    return err_set(e, TAKT_ERR_MEMORY, "scheduler", "no memory for %u keys", n_max);
}

void sched_keys_release(struct sched_keys *k)
{
    free(k->key);
    free(k->bucket);
    *k = (struct sched_keys){0};
}

/* The bucket of KEY, or the empty one where it would be put. */
static uint32_t bucket_of(const struct sched_keys *k, uint64_t key)
{
    uint32_t at = hash(key) & k->mask;
    while (k->bucket[at] && k->key[k->bucket[at] - 1].key != key)
        at = (at + 1) & k->mask;
    return at;
}

struct sched_key *sched_keys_find(const struct sched_keys *k, uint64_t key)
{
    uint32_t i = k->bucket[bucket_of(k, key)];
    return i ? &k->key[i - 1] : NULL;
}

/* Empties bucket AT; those behind that were pushed on by it move up. */
static void empty_bucket(struct sched_keys *k, uint32_t at)
{
    for (uint32_t next = (at + 1) & k->mask; k->bucket[next]; next = (next + 1) & k->mask) {
        uint32_t home = hash(k->key[k->bucket[next] - 1].key) & k->mask;
        if (((next - home) & k->mask) < ((next - at) & k->mask))
            continue; /* its home lies behind the gap */
        k->bucket[at] = k->bucket[next];
        at = next;
    }
    k->bucket[at] = 0;
}

static void forget(struct sched_keys *k, uint32_t i)
{
    empty_bucket(k, bucket_of(k, k->key[i].key));
    if (i != --k->n) {
        uint32_t at = bucket_of(k, k->key[k->n].key);
        k->key[i] = k->key[k->n];
        k->bucket[at] = i + 1;
    }
}

static void forget_oldest(struct sched_keys *k)
{
    uint32_t oldest = UINT32_MAX;
    for (uint32_t i = 0; i < k->n; i++)
        if (k->key[i].n_jobs == 0 && (oldest == UINT32_MAX || k->key[i].seen < k->key[oldest].seen))
            oldest = i;
    takt_assert(oldest != UINT32_MAX); /* there is room for more keys than jobs */
    forget(k, oldest);
}

struct sched_key *sched_keys_seen(struct sched_keys *k, uint64_t key, double now)
{
    struct sched_key *found = sched_keys_find(k, key);
    if (!found) {
        if (k->n == k->n_max)
            forget_oldest(k);
        found = &k->key[k->n++];
        *found = (struct sched_key){.key = key, .used_at = now};
        k->bucket[bucket_of(k, key)] = k->n;
    }
    found->seen = now;
    return found;
}

double sched_keys_used(const struct sched_key *k, double now)
{
    return now > k->used_at ? k->used * exp((k->used_at - now) / LATELY_NS) : k->used;
}

void sched_keys_use(struct sched_keys *k, uint64_t key, double ns, double now)
{
    struct sched_key *found = sched_keys_find(k, key);
    if (!found)
        return;
    found->used = sched_keys_used(found, now) + ns;
    found->used_at = sched_max(now, found->used_at);
}

static bool is_active(const struct sched_key *k, double now)
{
    return k->n_jobs > 0 || now - k->seen <= LATELY_NS;
}

/* Prompts of others that go before the new one of ME if all get the same, counting what each has
 * used lately. */
static double ahead_ns(const struct sched_keys *k, const struct sched_key *me, double own_ns,
                       double now)
{
    double mine = me->waiting_ns + own_ns, used = sched_keys_used(me, now), ahead = 0;
    for (uint32_t i = 0; i < k->n; i++) {
        const struct sched_key *other = &k->key[i];
        if (other == me || !(other->waiting_ns > 0))
            continue;
        double turn = mine;
        if (other->waiting_ns > mine && used > 0)
            turn += sched_max(0, used - sched_keys_used(other, now));
        ahead += sched_min(other->waiting_ns, turn);
    }
    return ahead;
}

static uint32_t least(uint64_t a, uint64_t b)
{
    return (uint32_t)(a < b ? a : b);
}

static uint32_t largest(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* How much others than ME that are here, or were lately, may have before they count as heavy, as
 * far as they have less than FAIR; an eighth of the pages and a quarter of the places in all, but
 * room for one job. */
static void leave_to_others(const struct sched_keys *k, const struct sched_key *me, double now,
                            const struct sched_share *fair, struct sched_share *out)
{
    uint64_t pages = 0, jobs = 0;
    uint32_t most = 0;
    for (uint32_t i = 0; i < k->n; i++) {
        const struct sched_key *other = &k->key[i];
        if (other == me || !is_active(other, now) || other->n_jobs > fair->leave_jobs)
            continue;
        uint32_t one = least(other->last_pages, fair->leave_pages);
        most = largest(most, one);
        pages += one;
        jobs += largest(fair->leave_jobs / 4, 1);
    }
    out->leave_pages = least(pages, largest(most, k->n_pages / 8));
    out->leave_jobs = least(jobs, k->n_jobs < 3 ? 0 : largest(1, k->n_jobs / 4));
}

struct sched_share sched_keys_share(const struct sched_keys *k, uint64_t key, double now,
                                    double own_ns, uint32_t pages)
{
    static const struct sched_key unknown;
    const struct sched_key *me = sched_keys_find(k, key);
    if (!me)
        me = &unknown;
    struct sched_share out = {
        .waiting_ns = me->waiting_ns, .n_queued = me->n_queued, .n_active = 1};
    for (uint32_t i = 0; i < k->n; i++)
        out.n_active += &k->key[i] != me && is_active(&k->key[i], now);
    if (out.n_active == 1)
        return out;
    out.ahead_ns = ahead_ns(k, me, own_ns, now);
    struct sched_share fair = {.leave_pages = k->n_pages / out.n_active,
                               .leave_jobs = k->n_jobs / out.n_active};
    if (me->n_jobs == 0 || (me->n_jobs < largest(fair.leave_jobs / 4, 1) &&
                            me->n_pages + pages <= fair.leave_pages / 2))
        return out;
    leave_to_others(k, me, now, &fair, &out);
    out.is_heavy = out.leave_pages > 0 || out.leave_jobs > 0;
    out.leave_pages += me->light_pages;
    out.leave_jobs += me->light_jobs;
    return out;
}
