#include "plan/part.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A place in a program: before so many tiles of a task. */
struct place {
    uint32_t task, tile;
};

struct cutter {
    struct plan_parts *out;
    const struct plan_program *whole;
    uint64_t together;
    uint32_t *at; /* [n_tasks] a task of the whole in the part that is made; UINT32_MAX: none */
    takt_err *e;
};

static double task_ns(const struct plan_task *t, uint64_t together)
{
    return t->ns_predicted + t->ns_per_context * (double)together;
}

double plan_part_ns(const struct plan_program *p, uint64_t together)
{
    return p->ns_predicted + p->ns_per_context * (double)together;
}

static takt_rc no_memory(takt_err *e)
{
    return err_set(e, TAKT_ERR_MEMORY, "plan", "not enough memory for its parts");
}

/* ---- one part -------------------------------------------------------------------------------- */

/* The tiles of task I that lie from BEGIN to END. */
static void tiles_of(const struct plan_program *p, uint32_t i, struct place begin, struct place end,
                     uint32_t *first, uint32_t *last)
{
    *first = i == begin.task ? begin.tile : 0;
    *last = i == end.task ? end.tile : p->task[i].n_tiles;
}

/* SHARE of what FROM takes. */
static struct plan_task scaled(const struct plan_task *from, double share)
{
    struct plan_task t = *from;
    t.ns_predicted *= share;
    t.ns_per_context *= share;
    t.ns_per_context_apart *= share;
    t.weight_bytes = (uint64_t)((double)t.weight_bytes * share);
    t.ops = (uint64_t)((double)t.ops * share);
    return t;
}

/* Its tasks, which wait for none of an earlier part. */
static uint32_t put_tasks(struct cutter *c, struct plan_program *part, struct plan_task *task,
                          struct place begin, struct place end)
{
    uint32_t n = 0, first, last;
    for (uint32_t i = begin.task; i <= end.task && i < c->whole->n_tasks; i++) {
        const struct plan_task *from = &c->whole->task[i];
        tiles_of(c->whole, i, begin, end, &first, &last);
        if (first == last)
            continue;
        struct plan_task *t = &task[n];
        *t = scaled(from, (double)(last - first) / from->n_tiles);
        t->n_tiles = last - first;
        t->n_waits = 0;
        for (uint32_t w = 0; w < from->n_waits; w++)
            if (c->at[from->wait[w]] != UINT32_MAX)
                t->wait[t->n_waits++] = c->at[from->wait[w]];
        part->ns_predicted += t->ns_predicted;
        part->ns_per_context += t->ns_per_context;
        part->ns_per_context_apart += t->ns_per_context_apart;
        part->weight_bytes += t->weight_bytes;
        part->ops += t->ops;
        c->at[i] = n++;
    }
    return n;
}

/* Each lane gets an equal run of each task's tiles. */
static takt_rc put_lanes(struct cutter *c, struct plan_program *part, struct plan_lane *lane,
                         struct place begin, struct place end)
{
    uint32_t n_lanes = c->out->plan.n_lanes, first, last;
    for (uint32_t l = 0; l < n_lanes; l++) {
        struct plan_instr *in = ARENA_ARRAY(&c->out->plan.arena, struct plan_instr, part->n_tasks);
        if (!in)
            return no_memory(c->e);
        lane[l].instr = in;
        for (uint32_t i = begin.task; i <= end.task && i < c->whole->n_tasks; i++) {
            tiles_of(c->whole, i, begin, end, &first, &last);
            uint64_t n = last - first;
            uint32_t from = first + (uint32_t)(n * l / n_lanes);
            uint32_t to = first + (uint32_t)(n * (l + 1) / n_lanes);
            if (from == to)
                continue;
            double per_tile = part->task[c->at[i]].ns_predicted * n_lanes / (double)n;
            in[lane[l].n_instr++] =
                (struct plan_instr){c->at[i], from, to, (float)(per_tile * (to - from))};
        }
    }
    return TAKT_OK;
}

static takt_rc put_part(struct cutter *c, struct place begin, struct place end)
{
    struct plan *p = &c->out->plan;
    struct plan_task *task = ARENA_ARRAY(&p->arena, struct plan_task, end.task - begin.task + 1);
    struct plan_lane *lane = ARENA_ARRAY(&p->arena, struct plan_lane, p->n_lanes);
    if (!task || !lane)
        return no_memory(c->e);
    struct plan_program *part = &p->program[p->n_programs++];
    *part = *c->whole;
    part->hidden = (struct plan_operand){0};
    part->hidden_task = 0;
    part->ns_predicted = part->ns_per_context = part->ns_per_context_apart = part->ns_roof = 0;
    part->weight_bytes = part->ops = 0;
    memset(c->at, 0xff, c->whole->n_tasks * sizeof *c->at);
    part->n_tasks = put_tasks(c, part, task, begin, end);
    part->task = task;
    part->lane = lane;
    return put_lanes(c, part, lane, begin, end);
}

/* ---- where to cut ---------------------------------------------------------------------------- */

/* The last tile of T within SHARE of it before which all lanes can have had equally many. */
static uint32_t tile_at(const struct plan_task *t, uint32_t n_lanes, double share)
{
    double rounds = floor(share * t->n_tiles / n_lanes + 1e-9);
    uint64_t tile = (uint64_t)rounds * n_lanes;
    return tile < t->n_tiles ? (uint32_t)tile : t->n_tiles;
}

/* The place before which the whole has taken NS; SUM is what it takes up to FROM's task. */
static struct place place_at(const struct cutter *c, struct place from, double *sum, double ns)
{
    for (; from.task < c->whole->n_tasks; from.task++) {
        const struct plan_task *t = &c->whole->task[from.task];
        double of_task = task_ns(t, c->together);
        if (*sum + of_task > ns) {
            uint32_t tile = tile_at(t, c->out->plan.n_lanes, (ns - *sum) / of_task);
            if (tile < t->n_tiles)
                return (struct place){from.task, tile};
        }
        *sum += of_task;
    }
    return from;
}

static bool is_before(struct place a, struct place b)
{
    return a.task < b.task || (a.task == b.task && a.tile < b.tile);
}

static double whole_ns(const struct plan_program *p, uint64_t together)
{
    double ns = 0;
    for (uint32_t i = 0; i < p->n_tasks; i++)
        ns += task_ns(&p->task[i], together);
    return ns;
}

static uint32_t n_parts(const struct plan_program *p, uint64_t together, double ns_max)
{
    double n = ns_max > 0 ? ceil(whole_ns(p, together) / ns_max) : 1;
    return n < 1 ? 1 : n < PLAN_PARTS_MAX ? (uint32_t)n : PLAN_PARTS_MAX;
}

static takt_rc cut(struct cutter *c, uint32_t n)
{
    double all = whole_ns(c->whole, c->together), sum = 0;
    struct place begin = {0, 0}, end = {c->whole->n_tasks, 0};
    for (uint32_t k = 1; k < n; k++) {
        struct place at = place_at(c, begin, &sum, all * k / n);
        if (!is_before(begin, at) || at.task == end.task)
            continue;
        TAKT_TRY(put_part(c, begin, at));
        begin = at;
    }
    return put_part(c, begin, end);
}

takt_rc plan_parts_make(struct plan_parts *out, const struct plan *whole, double ns_max,
                        const uint64_t *together, takt_err *e)
{
    struct cutter c = {.out = out, .e = e};
    uint32_t n_tasks = 0, n_all = 0;
    *out = (struct plan_parts){.plan = *whole};
    out->plan.arena = (struct arena){0};
    out->plan.n_programs = 0;
    for (uint32_t i = 0; i < whole->n_programs; i++) {
        n_tasks = whole->program[i].n_tasks > n_tasks ? whole->program[i].n_tasks : n_tasks;
        n_all += n_parts(&whole->program[i], together[i], ns_max);
    }
    out->plan.program = ARENA_ARRAY(&out->plan.arena, struct plan_program, n_all);
    c.at = calloc(n_tasks, sizeof *c.at);
    takt_rc rc = c.at && out->plan.program ? TAKT_OK : no_memory(e);
    for (uint32_t i = 0; i < whole->n_programs && !rc.code; i++) {
        out->first[i] = out->plan.n_programs;
        c.whole = &whole->program[i];
        c.together = together[i];
        rc = cut(&c, n_parts(c.whole, c.together, ns_max));
        out->first[i + 1] = out->plan.n_programs;
    }
    free(c.at);
    if (rc.code)
        plan_parts_free(out);
    return rc;
}

void plan_parts_free(struct plan_parts *p)
{
    arena_free(&p->plan.arena);
    *p = (struct plan_parts){0};
}
