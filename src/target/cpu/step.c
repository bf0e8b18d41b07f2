#include "target/cpu/step.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "target/cpu/lane.h"

enum {
    CHUNK_NS = 8000, /* of work that one claim takes: far above its cost, far below a step */
    CLAIM_SHARE = 2, /* or this part of what is left: long runs of weights first (each one's first
                        lines are waited for), small ones at the end, where lanes shall meet */
    TURNS_BEFORE_STEAL =
        32, /* of waiting; skew of less than about a microsecond is not worth a look at others */
    TURNS_PER_STEAL = 16,
};

/* A task's counter of finished tiles, alone on its cache line. */
struct counter {
    _Alignas(64) _Atomic uint32_t done;
};

/* One lane's stream of one program. Cursors: run << 32 | next tile. */
struct stream {
    _Atomic uint64_t *cursor; /* [n_instr] on cache lines of its own */
    uint32_t *chunk;          /* [n_instr] tiles of one claim */
};

struct program_state {
    const struct plan_program *prog;
    struct counter *counter; /* [n_tasks] */
    struct stream *stream;   /* [n_lanes] */
    uint32_t *last; /* [n_last] tasks that no other waits for: when they are full, all are */
    uint32_t n_last;
    uint32_t run;
};

/* What a lane keeps for itself; nobody else reads it during a run. */
struct lane_state {
    _Alignas(64) uint32_t
        *hint; /* [n_lanes] first instruction of each stream that may have unclaimed tiles */
    uint32_t n_events;
    int64_t begin_ns;
};

struct step {
    const struct plan *plan;
    step_work *work;
    void *user;
    bool crowded; /* lanes that wait give up the processor after a while: see lane_crowded */
    struct program_state *program; /* [plan->n_programs] */
    struct lane_state *lane;       /* [n_lanes] */
    struct target_event *events;
    uint32_t events_cap;
    uint32_t *n_events;
    _Atomic int64_t begin_ns;
};

/* The run that a lane takes part in. */
struct run {
    struct step *step;
    struct program_state *ps;
    uint32_t number, lane;
};

/* ---- opening -----------------------------------------------------------------------------------
 */

static void *zeroed_lines(uint64_t count, size_t size)
{
    size_t bytes = (size_t)((count * size + 63) / 64 * 64);
    void *p = aligned_alloc(64, bytes ? bytes : 64);
    if (p)
        memset(p, 0, bytes ? bytes : 64);
    return p;
}

static uint32_t chunk_of(const struct plan_instr *in)
{
    uint32_t tiles = in->tile_end - in->tile_begin;
    double each = (double)in->ns_predicted / tiles;
    if (!(each > 0) || each >= CHUNK_NS)
        return 1;
    double n = CHUNK_NS / each;
    return n < tiles ? (uint32_t)n : tiles;
}

static bool open_streams(struct program_state *ps, uint32_t n_lanes)
{
    const struct plan_program *prog = ps->prog;
    ps->stream = calloc(n_lanes, sizeof *ps->stream);
    if (!ps->stream)
        return false;
    for (uint32_t l = 0; l < n_lanes; l++) {
        const struct plan_lane *lane = &prog->lane[l];
        struct stream *s = &ps->stream[l];
        s->cursor = zeroed_lines(lane->n_instr, sizeof *s->cursor);
        s->chunk = zeroed_lines(lane->n_instr, sizeof *s->chunk);
        if (!s->cursor || !s->chunk)
            return false;
        for (uint32_t i = 0; i < lane->n_instr; i++)
            s->chunk[i] = chunk_of(&lane->instr[i]);
    }
    return true;
}

static bool open_program(struct program_state *ps, const struct plan_program *prog,
                         uint32_t n_lanes)
{
    ps->prog = prog;
    ps->counter = zeroed_lines(prog->n_tasks, sizeof *ps->counter);
    ps->last = calloc(prog->n_tasks, sizeof *ps->last);
    uint8_t *is_awaited = calloc(prog->n_tasks, 1);
    if (!ps->counter || !ps->last || !is_awaited) {
        free(is_awaited);
        return false;
    }
    for (uint32_t t = 0; t < prog->n_tasks; t++)
        for (uint32_t w = 0; w < prog->task[t].n_waits; w++)
            is_awaited[prog->task[t].wait[w]] = 1;
    for (uint32_t t = 0; t < prog->n_tasks; t++)
        if (!is_awaited[t])
            ps->last[ps->n_last++] = t;
    free(is_awaited);
    return open_streams(ps, n_lanes);
}

takt_rc step_open(struct step **out, const struct plan *plan, step_work *work, void *user,
                  takt_err *e)
{
    struct step *s = calloc(1, sizeof *s);
    bool ok = s != NULL;
    if (ok) {
        s->plan = plan;
        s->work = work;
        s->user = user;
        s->crowded = lane_crowded(plan->n_lanes);
        s->lane = zeroed_lines(plan->n_lanes, sizeof *s->lane);
        s->program = calloc(plan->n_programs, sizeof *s->program);
        ok = s->lane && s->program;
    }
    for (uint32_t l = 0; ok && l < plan->n_lanes; l++)
        ok = (s->lane[l].hint = zeroed_lines(plan->n_lanes, sizeof(uint32_t))) != NULL;
    for (uint32_t p = 0; ok && p < plan->n_programs; p++)
        ok = open_program(&s->program[p], &plan->program[p], plan->n_lanes);
    if (!ok) {
        step_close(s);
        return err_set(e, TAKT_ERR_MEMORY, "lanes", "no memory for counters and cursors");
    }
    *out = s;
    return TAKT_OK;
}

void step_close(struct step *s)
{
    if (!s)
        return;
    for (uint32_t p = 0; s->program && p < s->plan->n_programs; p++) {
        struct program_state *ps = &s->program[p];
        for (uint32_t l = 0; ps->stream && l < s->plan->n_lanes; l++) {
            free(ps->stream[l].cursor);
            free(ps->stream[l].chunk);
        }
        free(ps->stream);
        free(ps->counter);
        free(ps->last);
    }
    for (uint32_t l = 0; s->lane && l < s->plan->n_lanes; l++)
        free(s->lane[l].hint);
    free(s->lane);
    free(s->program);
    free(s);
}

/* ---- running -----------------------------------------------------------------------------------
 */

static bool task_full(const struct run *r, uint32_t task)
{
    uint32_t want = r->number * r->ps->prog->task[task].n_tiles;
    uint32_t done = atomic_load_explicit(&r->ps->counter[task].done, memory_order_acquire);
    return (int32_t)(done - want) >= 0;
}

static bool task_ready(const struct run *r, uint32_t task)
{
    const struct plan_task *t = &r->ps->prog->task[task];
    for (uint32_t i = 0; i < t->n_waits; i++)
        if (!task_full(r, t->wait[i]))
            return false;
    return true;
}

static bool all_done(const struct run *r)
{
    for (uint32_t i = 0; i < r->ps->n_last; i++)
        if (!task_full(r, r->ps->last[i]))
            return false;
    return true;
}

/* Claims the next tiles of instruction I of lane OWNER: *BEGIN..*END-1; false when none is left (or
 * the run is over). The claim itself orders nothing: the counters do. */
static bool claim(const struct run *r, uint32_t owner, uint32_t i, uint32_t *begin, uint32_t *end)
{
    const struct plan_instr *in = &r->ps->prog->lane[owner].instr[i];
    _Atomic uint64_t *cursor = &r->ps->stream[owner].cursor[i];
    uint64_t was = atomic_load_explicit(cursor, memory_order_relaxed);
    for (;;) {
        uint32_t number = (uint32_t)(was >> 32), next = (uint32_t)was;
        if (number == r->number - 1)
            next = in->tile_begin;
        else if (number != r->number)
            return false;
        uint32_t left = in->tile_end - next, n = r->ps->stream[owner].chunk[i];
        if (left == 0)
            return false;
        if (n < left / CLAIM_SHARE)
            n = left / CLAIM_SHARE;
        if (n > left)
            n = left;
        uint64_t now = (uint64_t)r->number << 32 | (next + n);
        if (atomic_compare_exchange_weak_explicit(cursor, &was, now, memory_order_relaxed,
                                                  memory_order_relaxed)) {
            *begin = next;
            *end = next + n;
            return true;
        }
    }
}

static void record(const struct run *r, uint32_t task, uint32_t tiles, int64_t begin_ns)
{
    struct step *s = r->step;
    struct lane_state *me = &s->lane[r->lane];
    if (me->n_events >= s->events_cap)
        return;
    int64_t zero = atomic_load_explicit(&s->begin_ns, memory_order_relaxed);
    s->events[(size_t)r->lane * s->events_cap + me->n_events++] =
        (struct target_event){.lane = r->lane,
                              .task = task,
                              .tiles = tiles,
                              .begin_ns = begin_ns - zero,
                              .end_ns = clock_ns() - zero};
    s->n_events[r->lane] = me->n_events;
}

/* Runs claimed tiles and raises the counter: what they wrote is visible to whoever sees it full.
 * The event is recorded before: the last counter may end the step. */
static void run_tiles(const struct run *r, uint32_t task, uint32_t begin, uint32_t end)
{
    struct step *s = r->step;
    const struct plan_task *t = &r->ps->prog->task[task];
    int64_t begin_ns = s->events ? clock_ns() : 0;
    s->work(s->user, r->ps->prog, t, begin, end, r->lane);
    if (s->events)
        record(r, task, end - begin, begin_ns);
    atomic_fetch_add_explicit(&r->ps->counter[task].done, end - begin, memory_order_release);
}

/* One chunk of another lane's stream, when one is ready. Looks at each stream from the first
 * instruction that may have unclaimed tiles up to the first that is not ready. */
static bool steal(const struct run *r)
{
    uint32_t n_lanes = r->step->plan->n_lanes, *hint = r->step->lane[r->lane].hint;
    for (uint32_t k = 1; k < n_lanes; k++) {
        uint32_t owner = (r->lane + k) % n_lanes, begin, end;
        const struct plan_lane *lane = &r->ps->prog->lane[owner];
        for (uint32_t *i = &hint[owner]; *i < lane->n_instr; ++*i) {
            uint32_t task = lane->instr[*i].task;
            if (!task_ready(r, task))
                break;
            if (claim(r, owner, *i, &begin, &end)) {
                run_tiles(r, task, begin, end);
                return true;
            }
        }
    }
    return false;
}

/* Waits until TASK may start, or with TASK == UINT32_MAX until the run is over; meanwhile helps
 * others. */
static void wait_for(const struct run *r, uint32_t task)
{
    uint32_t turn = 0;
    while (!(task == UINT32_MAX ? all_done(r) : task_ready(r, task))) {
        if (turn >= TURNS_BEFORE_STEAL && turn % TURNS_PER_STEAL == 0 && steal(r)) {
            turn = TURNS_BEFORE_STEAL;
            continue;
        }
        if (r->step->crowded)
            lane_wait_turn(turn);
        else
            lane_pause();
        turn++;
    }
}

void step_lane(struct step *s, uint32_t lane, uint64_t word)
{
    struct run r = {.step = s,
                    .ps = &s->program[word % s->plan->n_programs],
                    .number = (uint32_t)(word / s->plan->n_programs),
                    .lane = lane};
    const struct plan_lane *mine = &r.ps->prog->lane[lane];
    memset(s->lane[lane].hint, 0, s->plan->n_lanes * sizeof(uint32_t));
    s->lane[lane].n_events = 0;
    for (uint32_t i = 0; i < mine->n_instr; i++) {
        uint32_t task = mine->instr[i].task, begin, end;
        wait_for(&r, task);
        while (claim(&r, lane, i, &begin, &end))
            run_tiles(&r, task, begin, end);
    }
    wait_for(&r, UINT32_MAX);
}

uint64_t step_begin(struct step *s, uint32_t index)
{
    if (s->events) {
        atomic_store_explicit(&s->begin_ns, clock_ns(), memory_order_relaxed);
        for (uint32_t l = 0; l < s->plan->n_lanes; l++)
            s->n_events[l] = 0;
    }
    struct program_state *ps = &s->program[index];
    ps->run++;
    return (uint64_t)ps->run * s->plan->n_programs + index;
}

void step_trace(struct step *s, struct target_event *events, uint32_t cap, uint32_t *n_events)
{
    s->events = events;
    s->events_cap = events ? cap : 0;
    s->n_events = n_events;
}
