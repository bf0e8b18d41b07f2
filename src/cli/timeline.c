#include "cli/timeline.h"

#include <stdio.h>
#include <stdlib.h>

#include "obs/trace.h"

enum { PID_PREDICTED = 1, PID_MEASURED = 2 };

static void name_lanes(struct trace *t, int pid, const char *name, uint32_t n_lanes)
{
    trace_process(t, pid, name, pid);
    for (uint32_t l = 0; l < n_lanes; l++) {
        char lane[24];
        snprintf(lane, sizeof lane, "lane %u", l);
        trace_thread(t, pid, (int)l, lane, (int)l);
    }
}

static void span(struct trace *t, int pid, uint32_t lane, const struct plan_task *task,
                 uint32_t tiles, int64_t begin, int64_t ns)
{
    struct trace_arg args[] = {
        {"op", plan_op_name(task->op), 0},
        {"tiles", NULL, tiles},
        {"weight_bytes", NULL, (double)task->weight_bytes * tiles / task->n_tiles},
    };
    trace_span(t, pid, (int)lane, task->label, plan_op_name(task->op), begin, ns, args, 3);
}

/* Lists the instructions as they would run at their predicted times: each when its lane is free and
 * its waits are met. Tasks ascend in every lane, so one pass over the tasks suffices. */
static takt_rc predicted(struct trace *t, const struct plan *p, const struct plan_program *g,
                         uint32_t context, takt_err *e)
{
    double *lane_free = calloc(p->n_lanes, sizeof *lane_free),
           *done = calloc(g->n_tasks, sizeof *done);
    uint32_t *next = calloc(p->n_lanes, sizeof *next);
    bool ok = lane_free && done && next;
    for (uint32_t i = 0; ok && i < g->n_tasks; i++) {
        const struct plan_task *task = &g->task[i];
        double ready = 0;
        for (uint32_t k = 0; k < task->n_waits; k++)
            ready = done[task->wait[k]] > ready ? done[task->wait[k]] : ready;
        for (uint32_t l = 0; l < p->n_lanes; l++) {
            if (next[l] == g->lane[l].n_instr || g->lane[l].instr[next[l]].task != i)
                continue;
            const struct plan_instr *in = &g->lane[l].instr[next[l]++];
            uint32_t tiles = in->tile_end - in->tile_begin;
            double begin = lane_free[l] > ready ? lane_free[l] : ready;
            double ns = in->ns_predicted + task->ns_per_context * context * g->bucket * tiles /
                                               task->n_tiles * p->n_lanes;
            if (task->sighted) /* not in a step of text */
                ns = 0;
            span(t, PID_PREDICTED, l, task, tiles, (int64_t)begin, (int64_t)ns);
            lane_free[l] = begin + ns;
            done[i] = lane_free[l] > done[i] ? lane_free[l] : done[i];
        }
    }
    free(lane_free);
    free(done);
    free(next);
    return ok ? TAKT_OK
              : err_set(e, TAKT_ERR_MEMORY, "timeline", "no memory for %u tasks", g->n_tasks);
}

takt_rc timeline_write(const char *path, const struct plan *p, const struct plan_program *prog,
                       uint32_t context, const struct target_event *events, uint32_t cap,
                       const uint32_t *n_events, takt_err *e)
{
    struct trace t;
    TAKT_TRY(trace_open(&t, path, e));
    name_lanes(&t, PID_PREDICTED, "predicted", p->n_lanes);
    takt_rc rc = predicted(&t, p, prog, context, e);
    if (events)
        name_lanes(&t, PID_MEASURED, "measured", p->n_lanes);
    for (uint32_t l = 0; events && l < p->n_lanes; l++)
        for (uint32_t i = 0; i < n_events[l]; i++) {
            const struct target_event *v = &events[l * cap + i];
            span(&t, PID_MEASURED, l, &prog->task[v->task], v->tiles, v->begin_ns,
                 v->end_ns - v->begin_ns);
        }
    takt_rc closed = trace_close(&t, rc.code ? NULL : e);
    return rc.code ? rc : closed;
}
