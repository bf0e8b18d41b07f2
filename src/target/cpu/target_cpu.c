#include "target/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "base/slice.h"
#include "base/topo.h"
#include "target/cpu/exec.h"
#include "target/cpu/lane.h"
#include "target/cpu/step.h"

enum { HUGE_PAGE = 2 << 20, SMALL_PAGE = 4096 };

struct target {
    const struct plan *plan;
    struct kern_table kern;
    struct exec exec;
    struct step *step;
    struct lane_team *team;
    const struct plan_program *last; /* program of the last step */
    uint8_t *memory;                 /* activations, then the lanes' scratch */
    uint64_t memory_bytes, scratch_at, scratch_stride;
};

/* ---- levels and lanes --------------------------------------------------------------------------
 */

static void list_levels(char *buf, size_t n)
{
    size_t at = 0;
    buf[0] = 0;
    for (int l = 0; l < KERN_LEVEL_COUNT && at < n; l++)
        if (kern_level_usable((enum kern_level)l))
            at += (size_t)snprintf(buf + at, n - at, "%s%s", l ? ", " : "",
                                   kern_level_name((enum kern_level)l));
}

takt_rc target_cpu_isa_pick(const char **name, const char *forced, takt_err *e)
{
    char usable[96];
    if (!forced) {
        int best = KERN_REF;
        for (int l = 0; l < KERN_LEVEL_COUNT; l++)
            if (kern_level_usable((enum kern_level)l))
                best = l;
        *name = kern_level_name((enum kern_level)best);
        return TAKT_OK;
    }
    int level = kern_level_find(forced);
    list_levels(usable, sizeof usable);
    if (level < 0)
        return err_set(e, TAKT_ERR_USAGE, "isa", "'%s' is unknown; this machine can use %s", forced,
                       usable);
    if (!kern_level_usable((enum kern_level)level))
        return err_set(e, TAKT_ERR_UNSUPPORTED, "isa",
                       "'%s' does not work on this machine; it can use %s", forced, usable);
    *name = kern_level_name((enum kern_level)level);
    return TAKT_OK;
}

uint32_t target_cpu_lanes_default(void)
{
    struct topo t;
    topo_read(&t);
    uint32_t n = topo_lanes(&t);
    return n < PLAN_LANES_MAX ? n : PLAN_LANES_MAX;
}

void target_cpu_describe(char *buf, size_t buf_bytes, uint32_t n_lanes, const char *isa)
{
    struct topo t;
    topo_read(&t);
    snprintf(buf, buf_bytes, "%s, %u lane%s, %s", t.model, n_lanes, n_lanes == 1 ? "" : "s", isa);
}

/* ---- opening -----------------------------------------------------------------------------------
 */

/* Activations and scratch lie in one mapping of large pages, touched once here, so that no step
 * faults. Lanes' scratch parts are a page apart, lest a prefetcher run from one into the other. */
static takt_rc map_memory(struct target *t, takt_err *e)
{
    uint64_t scratch, bytes, all;
    scratch = size_round_up(exec_scratch_bytes(t->plan), SMALL_PAGE) + SMALL_PAGE;
    t->scratch_at = size_round_up(t->plan->act_bytes, SMALL_PAGE) + SMALL_PAGE;
    t->scratch_stride = scratch;
    if (t->plan->act_bytes > UINT64_MAX / 4 || !size_mul(scratch, t->plan->n_lanes, &all) ||
        !size_add(all, t->scratch_at, &bytes) || bytes > SIZE_MAX / 2)
        return err_set(e, TAKT_ERR_LIMIT, "plan", "activations do not fit the address space");
    bytes = size_round_up(bytes, HUGE_PAGE);
    uint8_t *at =
        mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return err_set(e, TAKT_ERR_MEMORY, "plan", "no memory for %llu bytes of activations",
                       (unsigned long long)bytes);
    uint8_t *aligned = (uint8_t *)size_round_up((uintptr_t)at, HUGE_PAGE);
    if (aligned > at)
        munmap(at, (size_t)(aligned - at));
    if (aligned < at + HUGE_PAGE)
        munmap(aligned + bytes, (size_t)(at + HUGE_PAGE - aligned));
    t->memory = aligned;
    t->memory_bytes = bytes;
    /* Small pages work as well; large ones save time only. */
    (void)madvise(t->memory, bytes, MADV_HUGEPAGE);
    memset(t->memory, 0, bytes);
    return TAKT_OK;
}

static void work(void *user, const struct plan_program *prog, const struct plan_task *task,
                 uint32_t begin, uint32_t end, uint32_t lane)
{
    struct target *t = user;
    (void)prog;
    exec_tiles(&t->exec, task, begin, end, t->memory + t->scratch_at + lane * t->scratch_stride);
}

static void run_lane(void *user, uint32_t lane, uint64_t word)
{
    struct target *t = user;
    step_lane(t->step, lane, word);
}

static takt_rc open_parts(struct target *t, const struct target_options *opt, takt_err *e)
{
    const char *isa;
    TAKT_TRY(target_cpu_isa_pick(&isa, opt->isa, e));
    kern_table_init(&t->kern, (enum kern_level)kern_level_find(isa));
    TAKT_TRY(exec_check(t->plan, &t->kern, e));
    TAKT_TRY(map_memory(t, e));
    t->exec.kern = &t->kern;
    t->exec.plan = t->plan;
    t->exec.act = t->memory;
    TAKT_TRY(step_open(&t->step, t->plan, work, t, e));
    return lane_team_open(&t->team, t->plan->n_lanes, !opt->no_pinning, run_lane, t, e);
}

takt_rc target_cpu_open(struct target **out, const struct plan *plan, const void *weights, void *kv,
                        const struct target_options *opt, takt_err *e)
{
    if (opt->n_lanes != plan->n_lanes || plan->n_lanes == 0 || plan->n_lanes > PLAN_LANES_MAX)
        return err_set(e, TAKT_ERR_USAGE, "plan", "made for %u lanes, opened with %u",
                       plan->n_lanes, opt->n_lanes);
    if (plan->n_programs == 0)
        return err_set(e, TAKT_ERR_USAGE, "plan", "has no program");
    struct target *t = calloc(1, sizeof *t);
    if (!t)
        return err_set(e, TAKT_ERR_MEMORY, "plan", "no memory for the cpu target");
    t->plan = plan;
    t->exec.weights = weights;
    t->exec.kv = kv;
    takt_rc rc = open_parts(t, opt, e);
    if (rc.code) {
        target_close(t);
        return rc;
    }
    *out = t;
    return TAKT_OK;
}

void target_close(struct target *t)
{
    if (!t)
        return;
    lane_team_close(t->team);
    step_close(t->step);
    if (t->memory)
        munmap(t->memory, t->memory_bytes);
    free(t);
}

/* ---- steps -------------------------------------------------------------------------------------
 */

int64_t target_step(struct target *t, const struct plan_program *program,
                    const struct plan_facts *facts)
{
    int64_t begin_ns = clock_ns();
    takt_assert(program >= t->plan->program && program < t->plan->program + t->plan->n_programs);
    takt_assert(facts->n_tokens >= 1 && facts->n_tokens <= program->bucket);
    takt_assert(facts->n_outputs <= program->n_outputs_max);
    uint32_t float_state = lane_team_enter(t->team);
    t->exec.prog = program;
    t->exec.facts = *facts;
    t->last = program;
    uint64_t word = step_begin(t->step, (uint32_t)(program - t->plan->program));
    lane_team_announce(t->team, word);
    step_lane(t->step, 0, word);
    lane_team_leave(float_state);
    return clock_ns() - begin_ns;
}

int64_t target_cpu_used_ns(const struct target *t)
{
    return lane_team_cpu_ns(t->team);
}

const float *target_logits(const struct target *t, uint32_t i)
{
    takt_assert(t->last && i < t->exec.facts.n_outputs);
    const struct plan_operand *o = &t->last->logits;
    return (const float *)(const void *)(t->memory + o->offset + i * o->stride);
}

void target_pool(struct target *t, uint32_t first, uint32_t n, double *sum)
{
    takt_assert(t->last && t->last->hidden.region == PLAN_ACT);
    takt_assert(first <= t->exec.facts.n_tokens && n <= t->exec.facts.n_tokens - first);
    const struct plan_task *norm = &t->last->task[t->last->hidden_task];
    float *row = (float *)(void *)(t->memory + t->scratch_at); /* of lane 0, which is us */
    uint32_t float_state = lane_team_enter(t->team);
    for (uint32_t i = first; i < first + n; i++) {
        t->kern.norm(row, exec_in(&t->exec, &t->last->hidden, i), exec_in(&t->exec, &norm->in1, 0),
                     norm->cols, norm->eps);
        for (uint32_t k = 0; k < norm->cols; k++)
            sum[k] += (double)row[k];
    }
    lane_team_leave(float_state);
}

void target_park(struct target *t)
{
    lane_team_park(t->team);
}

void target_trace(struct target *t, struct target_event *events, uint32_t cap, uint32_t *n_events)
{
    step_trace(t->step, events, cap, n_events);
}
