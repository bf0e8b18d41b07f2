/* takt_engine: weights in memory, lanes running, KV pages. */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/clock.h"
#include "engine/handles.h"
#include "engine/memory.h"

enum { SPARE_BYTES = 64 << 20 }; /* for everything that is not a region */

/* What the regions need beside what is in memory already, against what the machine has left. The
 * packed weights are counted even when the cache holds them: they must be in memory to be read at
 * speed. */
uint64_t engine_bytes(const takt_plan *p, uint32_t n_seqs)
{
    uint64_t kv = p->plan.kv_bytes_per_token * p->plan.n_ctx * n_seqs;
    return p->plan.weights_bytes + p->plan.act_bytes + kv + SPARE_BYTES;
}

static takt_rc check_memory(const takt_model *m, const takt_plan *p, uint32_t n_seqs, takt_err *e)
{
    uint64_t kv = p->plan.kv_bytes_per_token * p->plan.n_ctx * n_seqs;
    uint64_t need = engine_bytes(p, n_seqs), left = memory_available();
    if (need <= left)
        return TAKT_OK;
    return err_set(e, TAKT_ERR_MEMORY, m->file.path,
                   "needs %.2f GB (weights %.2f, KV cache for %u positions %.2f, activations "
                   "%.2f), but %.2f GB of memory are free; "
                   "use a smaller context or model, or --force to try all the same",
                   need / 1e9, p->plan.weights_bytes / 1e9, p->plan.n_ctx * n_seqs, kv / 1e9,
                   p->plan.act_bytes / 1e9, left / 1e9);
}

/* For hashes that nobody can foresee; where the system has no random bytes yet, the clock must do.
 */
static uint64_t hash_seed(void)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
        seed = (uint64_t)clock_ns();
    return seed;
}

static takt_rc start(takt_engine *en, const takt_engine_options *o, uint32_t n_seqs,
                     struct turn *turn, takt_err *e)
{
    const struct plan *plan = &en->plan->plan;
    uint64_t pages = ((uint64_t)plan->n_ctx + LAYOUT_PAGE - 1) / LAYOUT_PAGE * n_seqs;
    if (pages > UINT32_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "KV cache", "%" PRIu64 " pages are too many", pages);
    TAKT_TRY(batch_init(&en->batch, plan, e));
    TAKT_TRY(kv_pool_init(&en->kv, (uint32_t)pages, plan->kv_page_bytes, e));
    TAKT_TRY(prefix_init(&en->prefix, &en->kv, hash_seed(), e));
    TAKT_TRY(weights_load(&en->weights, plan, &en->model->file, !o->no_cache, turn, o->progress,
                          o->user, e));
    struct target_options t = {.n_lanes = plan->n_lanes, .isa = en->plan->isa};
    turn_take(turn); /* its memory is touched */
    takt_rc rc = target_cpu_open(&en->target, plan, en->weights.p, en->kv.base, &t, e);
    turn_give(turn);
    return rc;
}

takt_rc takt_engine_new(takt_engine **out, const takt_model *m, const takt_plan *p,
                        const takt_engine_options *opt, takt_err *e)
{
    return engine_new(out, m, p, opt, NULL, e);
}

takt_rc engine_new(takt_engine **out, const takt_model *m, const takt_plan *p,
                   const takt_engine_options *opt, struct turn *turn, takt_err *e)
{
    static const takt_engine_options defaults = {0};
    const takt_engine_options *o = opt ? opt : &defaults;
    uint32_t n_seqs = o->n_seqs ? o->n_seqs : 1;
    *out = NULL;
    if (!o->force)
        TAKT_TRY(check_memory(m, p, n_seqs, e));
    takt_engine *en = calloc(1, sizeof *en);
    if (!en)
        return err_set(e, TAKT_ERR_MEMORY, "engine", "no memory for it");
    en->model = m;
    en->plan = p;
    takt_rc rc = start(en, o, n_seqs, turn, e);
    if (rc.code) {
        takt_engine_free(en);
        return rc;
    }
    *out = en;
    return TAKT_OK;
}

void engine_empty(takt_engine *en, struct turn *turn)
{
    const struct {
        uint8_t *p;
        uint64_t bytes;
    } part[] = {
        {en->kv.base, en->kv.n_pages * en->kv.page_bytes},
        {en->weights.own, en->weights.bytes},
        {(uint8_t *)en->weights.map.p, en->weights.map.p ? en->weights.map.bytes : 0},
    };
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        if (part[i].p)
            memory_empty(part[i].p, part[i].bytes, turn);
}

void takt_engine_free(takt_engine *en)
{
    if (!en)
        return;
    takt_assert(en->n_seqs == 0);
    if (en->target)
        target_close(en->target);
    weights_release(&en->weights);
    prefix_release(&en->prefix);
    if (en->kv.base)
        kv_pool_release(&en->kv);
    batch_release(&en->batch);
    free(en);
}
