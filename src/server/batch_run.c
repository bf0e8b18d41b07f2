#include "server/batch_run.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/hash.h"
#include "server/api_batch.h"
#include "server/api_limits.h"
#include "server/batch_parts.h"

enum { LOOK_S = 5, RETRY_S = 5, WAY_S = 1 };
#define OPEN_STATUSES                                                                              \
    (1u << STORE_VALIDATING | 1u << STORE_IN_PROGRESS | 1u << STORE_FINALIZING |                   \
     1u << STORE_CANCELLING)

static int64_t now_s(void)
{
    return (int64_t)time(NULL);
}

/* ---- tasks ----------------------------------------------------------------------------------- */

bool batch_submit(struct batch_run *r, struct store_task *t,
                  takt_rc (*work)(struct store_task *t, struct store *s, takt_err *e),
                  void (*done)(struct store_task *t))
{
    t->work = work;
    t->done = done;
    bool queued = store_worker_submit(r->all->s->store, t);
    r->n_tasks += queued;
    r->all->s->n_waiting += queued;
    return queued;
}

bool batch_task_done(struct batch_run *r, const struct store_task *t, const char *what)
{
    char why[600];
    r->n_tasks--;
    r->all->s->n_waiting--;
    if (t->rc.code)
        metrics_count(r->all->s->metrics->store_errors, 1);
    if (t->rc.code && !r->has_failed)
        LOG(&r->all->s->config.log, LOG_ERROR, "batch", LOG_S("id", r->b->id), LOG_S("what", what),
            LOG_S("why", takt_err_format(&t->err, why, sizeof why)));
    r->has_failed = t->rc.code;
    return !t->rc.code;
}

#define RUN_OF(t, member) ((struct batch_run *)((char *)(t)-offsetof(struct batch_run, member)))

/* ---- a new status ---------------------------------------------------------------------------- */

static takt_rc move_batch(struct store_task *t, struct store *s, takt_err *e)
{
    struct batch_run *r = RUN_OF(t, move_task);
    const char *id = r->b->id;
    const struct slice none = {NULL, 0};
    struct slice faults = none;
    if (r->n_faults && !r->faults.failed)
        faults = (struct slice){(const uint8_t *)r->faults.p, r->faults.len};
    if (r->move_to == STORE_COMPLETED) { /* on its way there it has this one, too */
        TAKT_TRY(store_batch_move(s, id, 1u << STORE_IN_PROGRESS, STORE_FINALIZING, now_s(), 0,
                                  none, &r->moved, e));
        return store_batch_move(s, id, 1u << STORE_FINALIZING, STORE_COMPLETED, now_s(), 0, none,
                                &r->moved, e);
    }
    return store_batch_move(s, id, r->move_from, r->move_to, now_s(), r->move_lines, faults,
                            &r->moved, e);
}

static void batch_moved(struct store_task *t)
{
    struct batch_run *r = RUN_OF(t, move_task);
    bool went_well = batch_task_done(r, t, "a batch's status cannot be written");
    if (!went_well && !r->all->is_stopped) { /* the same again, later */
        r->phase = BATCH_MOVING;
        r->move_at_ns = clock_ns() + RETRY_S * BATCH_SECOND_NS;
        return;
    }
    if (r->move_to == STORE_IN_PROGRESS && r->moved) {
        LOG(&r->all->s->config.log, LOG_INFO, "batch", LOG_S("id", r->b->id),
            LOG_S("status", "in_progress"), LOG_I("lines", (int64_t)r->move_lines));
        batch_input_rewind(r);
        r->phase = BATCH_RUNNING;
        return;
    }
    if (r->moved)
        LOG(&r->all->s->config.log, LOG_INFO, "batch", LOG_S("id", r->b->id),
            LOG_S("status", r->move_to == STORE_COMPLETED   ? "completed"
                            : r->move_to == STORE_CANCELLED ? "cancelled"
                            : r->move_to == STORE_EXPIRED   ? "expired"
                                                            : "failed"));
    batches_look(r->all); /* it was cancelled meanwhile, or another may have its turn */
    r->phase = BATCH_OVER;
}

static void move_on(struct batch_run *r, int64_t now)
{
    if (now >= r->move_at_ns && batch_submit(r, &r->move_task, move_batch, batch_moved))
        r->move_at_ns = INT64_MAX; /* until it is done */
}

static void move_to(struct batch_run *r, unsigned from, enum store_batch_status to, int64_t now)
{
    r->phase = BATCH_MOVING;
    r->move_from = from;
    r->move_to = to;
    r->move_at_ns = now;
    move_on(r, now);
}

/* ---- checking the input ---------------------------------------------------------------------- */

static void fault(struct batch_run *r, int64_t n, const struct api_error *e)
{
    if (r->n_faults == 0) {
        json_obj_begin(&r->faults, NULL);
        json_put_str(&r->faults, "object", "list");
        json_arr_begin(&r->faults, "data");
    }
    if (r->n_faults++ < API_MAX_BATCH_FAULTS)
        api_batch_fault(&r->faults, n, e);
}

/* Whether ID is new; false also without memory, which *full tells. */
static bool is_new(struct batch_run *r, struct slice id, bool *full)
{
    uint64_t hash = hash_fnv1a(id.p, id.len, r->all->s->config.seed) | 1;
    *full = false;
    if (2 * (r->n_seen + 1) > r->seen_cap) {
        uint32_t cap = r->seen_cap ? 2 * r->seen_cap : 1024;
        uint64_t *seen = calloc(cap, sizeof *seen);
        *full = !seen;
        if (!seen)
            return false;
        for (uint32_t i = 0; i < r->seen_cap; i++)
            if (r->seen[i]) {
                uint32_t at = (uint32_t)(r->seen[i] >> 32) & (cap - 1);
                while (seen[at])
                    at = (at + 1) & (cap - 1);
                seen[at] = r->seen[i];
            }
        free(r->seen);
        r->seen = seen;
        r->seen_cap = cap;
    }
    uint32_t at = (uint32_t)(hash >> 32) & (r->seen_cap - 1);
    for (; r->seen[at]; at = (at + 1) & (r->seen_cap - 1))
        if (r->seen[at] == hash)
            return false;
    r->seen[at] = hash;
    r->n_seen++;
    return true;
}

static void check_line(struct batch_run *r, struct slice text)
{
    struct api_batch_line line;
    struct api_error e;
    struct arena a = {0};
    int64_t n = r->input.n - 1;
    bool full = false;
    takt_rc rc = api_batch_line_read(&line, &a, text, r->b->endpoint, &e);
    if (!rc.code && !is_new(r, line.custom_id, &full))
        rc = full ? api_refuse(&e, API_NO_MEMORY, NULL, "there is no memory for so many requests")
                  : api_refuse(&e, API_BAD_VALUE, "custom_id",
                               "'%.*s' is that of an earlier line, too",
                               (int)(line.custom_id.len < 100 ? line.custom_id.len : 100),
                               (const char *)line.custom_id.p);
    if (rc.code)
        fault(r, n, &e);
    arena_free(&a);
    r->move_lines++;
}

static void end_check(struct batch_run *r, int64_t now)
{
    struct api_error e;
    free(r->seen);
    r->seen = NULL;
    r->n_seen = r->seen_cap = 0;
    if (!r->move_lines && !r->n_faults) {
        api_refuse(&e, API_MISSING, "input_file_id", "the file has no line");
        fault(r, -1, &e);
    }
    if (r->n_faults) {
        json_arr_end(&r->faults);
        json_obj_end(&r->faults);
    }
    move_to(r, 1u << STORE_VALIDATING, r->n_faults ? STORE_FAILED : STORE_IN_PROGRESS, now);
}

static void check_on(struct batch_run *r, int64_t now)
{
    struct slice line;
    struct api_error e;
    bool is_wrong = false;
    while (!is_wrong && batch_input_next(r, &line, now)) {
        is_wrong = r->input.is_too_long || r->move_lines == API_MAX_BATCH_LINES;
        if (!is_wrong)
            check_line(r, line);
    }
    if (r->move_lines == API_MAX_BATCH_LINES && is_wrong)
        api_refuse(&e, API_TOO_MANY, "input_file_id", "the file has more than %d lines",
                   API_MAX_BATCH_LINES);
    else if (r->input.is_too_long)
        api_refuse(&e, API_TOO_LONG, NULL, "the line has more than %d bytes", API_MAX_BATCH_LINE);
    if (is_wrong || r->input.is_too_long)
        fault(r, r->input.n - is_wrong, &e);
    if (is_wrong || r->input.is_too_long || r->input.has_all)
        end_check(r, now);
}

/* ---- writing --------------------------------------------------------------------------------- */

static takt_rc write_lines(struct store_task *t, struct store *s, takt_err *e)
{
    struct batch_run *r = RUN_OF(t, write_task);
    return store_batch_lines(s, r->b->id, r->write, r->writing.n, r->output_id, r->error_id,
                             now_s(), &r->status, e);
}

static void lines_written(struct store_task *t)
{
    struct batch_run *r = RUN_OF(t, write_task);
    struct batch_line *l;
    r->is_writing = false;
    free(r->write);
    r->write = NULL;
    if (!batch_task_done(r, t, "answers of a batch cannot be written")) {
        r->write_at_ns = clock_ns() + RETRY_S * BATCH_SECOND_NS;
        while ((l = batch_take(&r->writing)))
            batch_append(&r->ready, l);
        return;
    }
    for (; (l = batch_take(&r->writing)); batch_line_free(l))
        metrics_count(r->all->s->metrics->batch_lines[l->is_error], 1);
    r->is_cancelled = r->is_cancelled || r->status == STORE_CANCELLING;
    r->is_lost = r->is_lost || !(OPEN_STATUSES >> r->status & 1);
}

static void write_on(struct batch_run *r, int64_t now)
{
    if (r->is_writing || !r->ready.n || now < r->write_at_ns)
        return;
    r->write = calloc(r->ready.n, sizeof *r->write);
    if (!r->write)
        return;
    uint32_t i = 0;
    for (struct batch_line *l; (l = batch_take(&r->ready)); batch_append(&r->writing, l))
        r->write[i++] = (struct store_line){.n = l->n,
                                            .is_error = l->is_error,
                                            .text = {(uint8_t *)l->out.p, l->out.len},
                                            .n_prompt = l->n_prompt,
                                            .n_cached = l->n_cached,
                                            .n_answer = l->n_answer};
    r->is_writing = batch_submit(r, &r->write_task, write_lines, lines_written);
    if (r->is_writing)
        return;
    free(r->write); /* no room now */
    r->write = NULL;
    for (struct batch_line *l; (l = batch_take(&r->writing));)
        batch_append(&r->ready, l);
}

/* ---- running --------------------------------------------------------------------------------- */

/* Lines in the air go back to those that wait. */
static void land(struct batch_run *r)
{
    struct batch_line *l;
    while ((l = r->flying.first)) {
        batch_line_give_up(l);
        batch_append(&r->again, l);
    }
}

static void drop_all(struct batch_lines *list)
{
    for (struct batch_line *l; (l = batch_take(list));)
        batch_line_free(l);
}

/* The next line that was not answered, or NULL when there is none now. */
static struct batch_line *next_line(struct batch_run *r, int64_t now)
{
    struct slice text;
    struct batch_line *l = batch_take(&r->again);
    while (!l && batch_input_next(r, &text, now)) {
        int64_t n = r->input.n - 1;
        while (r->i_done < r->n_done && r->done[r->i_done] < n)
            r->i_done++;
        if (r->i_done < r->n_done && r->done[r->i_done] == n)
            continue;
        l = batch_line_new(r, n, text);
        if (!l) { /* later: the line is still in the buffer */
            r->input.pos = (size_t)((const char *)text.p - r->input.buf);
            r->input.n--;
            return NULL;
        }
    }
    return l;
}

static bool has_room(const struct batch_run *r)
{
    return r->ready.n + r->writing.n < BATCH_UNWRITTEN_MAX;
}

static void expire_on(struct batch_run *r, int64_t now)
{
    struct batch_line *l;
    while (has_room(r) && (l = next_line(r, now))) {
        struct api_batch_line line;
        struct api_error e;
        if (!l->body.p) /* to know its name */
            api_batch_line_read(&line, &l->arena, l->text, r->b->endpoint, &e);
        l->custom_id = l->body.p ? l->custom_id : line.custom_id;
        batch_line_fail(l, "batch_expired",
                        "the request was not answered before the batch's completion window ended");
    }
}

/* Begins one line, if there is one. */
static bool begin_line(struct batch_run *r, int64_t now)
{
    bool may = r->phase == BATCH_RUNNING && !r->is_cancelled && !r->is_expired && !r->is_lost;
    struct batch_line *l = may && has_room(r) ? next_line(r, now) : NULL;
    if (l)
        batch_line_begin(l);
    return l != NULL;
}

static bool is_through(const struct batch_run *r)
{
    const struct batch_input *in = &r->input;
    return in->has_all && in->pos == in->len && !r->again.n && !r->flying.n && !r->ready.n &&
           !r->writing.n;
}

static void end_early(struct batch_run *r, int64_t now)
{
    land(r);
    drop_all(&r->again);
    if (!r->ready.n && !r->is_writing)
        move_to(r, OPEN_STATUSES, STORE_CANCELLED, now);
}

static void run_on(struct batch_run *r, int64_t now)
{
    if (r->is_lost) {
        land(r);
        r->phase = BATCH_OVER;
        return;
    }
    write_on(r, now);
    if (r->is_cancelled) {
        end_early(r, now);
        return;
    }
    if (!r->is_expired && now_s() >= r->b->expires_s) {
        r->is_expired = true;
        land(r);
    }
    if (r->is_expired)
        expire_on(r, now);
    write_on(r, now);
    if (is_through(r))
        move_to(r, OPEN_STATUSES, r->is_expired ? STORE_EXPIRED : STORE_COMPLETED, now);
}

/* ---- the life of a run ----------------------------------------------------------------------- */

static takt_rc ask_done(struct store_task *t, struct store *s, takt_err *e)
{
    struct batch_run *r = RUN_OF(t, done_task);
    return store_batch_done(s, r->b->id, &r->arena, &r->done, &r->n_done, e);
}

static void have_done(struct store_task *t)
{
    struct batch_run *r = RUN_OF(t, done_task);
    bool went_well = batch_task_done(r, t, "a batch's answers cannot be read");
    r->phase = went_well ? BATCH_RUNNING : BATCH_OVER; /* it is found again */
}

static void go_on(struct batch_run *r, int64_t now)
{
    switch (r->phase) {
    case BATCH_BEGUN:
        if (!r->n_tasks && !batch_submit(r, &r->done_task, ask_done, have_done))
            r->phase = BATCH_OVER;
        break;
    case BATCH_CHECKING:
        if (r->is_cancelled && !r->input.is_reading)
            move_to(r, OPEN_STATUSES, STORE_CANCELLED, now);
        else if (r->is_lost || r->all->is_stopped)
            r->phase = BATCH_OVER;
        else if (now_s() >= r->b->expires_s && !r->input.is_reading)
            move_to(r, 1u << STORE_VALIDATING, STORE_EXPIRED, now);
        else
            check_on(r, now);
        break;
    case BATCH_RUNNING: run_on(r, now); break;
    case BATCH_MOVING: move_on(r, now); break;
    case BATCH_OVER: break;
    }
}

static void run_free(struct batch_run *r)
{
    takt_assert(!r->n_tasks);
    land(r);
    drop_all(&r->again);
    drop_all(&r->ready);
    drop_all(&r->writing);
    batch_input_free(&r->input);
    json_out_free(&r->faults);
    free(r->seen);
    free(r->write);
    arena_free(&r->arena);
    free(r);
}

static const char *keep_str(struct arena *a, const char *s)
{
    return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

/* Takes on B, which is copied. */
static bool take_on(struct batches *all, const struct store_batch *b)
{
    struct batch_run *r = calloc(1, sizeof *r);
    struct store_batch *copy = r ? ARENA_NEW(&r->arena, struct store_batch) : NULL;
    if (!copy) {
        free(r);
        return false;
    }
    *copy = (struct store_batch){.id = keep_str(&r->arena, b->id),
                                 .owner = keep_str(&r->arena, b->owner),
                                 .endpoint = keep_str(&r->arena, b->endpoint),
                                 .input_file = keep_str(&r->arena, b->input_file),
                                 .status = b->status,
                                 .expires_s = b->expires_s};
    r->all = all;
    r->b = copy;
    r->input.at = -1;
    r->is_cancelled = b->status == STORE_CANCELLING;
    server_id(all->s, r->output_id, sizeof r->output_id, "file-");
    server_id(all->s, r->error_id, sizeof r->error_id, "file-");
    bool has_begun = b->at_s[STORE_IN_PROGRESS] != 0;
    r->phase = has_begun ? BATCH_BEGUN : BATCH_CHECKING;
    if (!copy->id || !copy->owner || !copy->endpoint || !copy->input_file) {
        run_free(r);
        return false;
    }
    struct batch_run **last = &all->runs;
    while (*last)
        last = &(*last)->next;
    *last = r;
    all->n_runs++;
    LOG(&all->s->config.log, LOG_INFO, "batch", LOG_S("id", copy->id),
        LOG_S("status", has_begun ? "resumed" : "validating"));
    return true;
}

static struct batch_run *run_of(const struct batches *all, const char *id)
{
    for (struct batch_run *r = all->runs; r; r = r->next)
        if (strcmp(r->b->id, id) == 0)
            return r;
    return NULL;
}

/* ---- which batches --------------------------------------------------------------------------- */

static takt_rc look(struct store_task *t, struct store *s, takt_err *e)
{
    struct batches *all = (struct batches *)((char *)t - offsetof(struct batches, look_task));
    all->leads = store_leads(s);
    all->n_found = 0;
    if (!all->leads)
        return TAKT_OK;
    return store_batches_open(s, &all->look_arena, &all->found, &all->n_found, e);
}

static void looked(struct store_task *t)
{
    struct batches *all = (struct batches *)((char *)t - offsetof(struct batches, look_task));
    all->is_looking = false;
    if (!all->leads)
        for (struct batch_run *r = all->runs; r; r = r->next)
            r->is_lost = true;
    for (uint32_t i = 0; !t->rc.code && !all->is_stopped && i < all->n_found; i++) {
        const struct store_batch *b = &all->found[i];
        struct batch_run *r = run_of(all, b->id);
        if (r)
            r->is_cancelled = r->is_cancelled || b->status == STORE_CANCELLING;
        else if (all->n_runs < BATCH_RUNS_MAX)
            take_on(all, b);
    }
    all->n_found = 0;
    arena_free(&all->look_arena);
}

static void look_on(struct batches *all, int64_t now)
{
    if (all->is_looking || all->is_stopped || now < all->look_at_ns)
        return;
    all->look_task.work = look;
    all->look_task.done = looked;
    all->look_at_ns = now + LOOK_S * BATCH_SECOND_NS;
    all->is_looking = store_worker_submit(all->s->store, &all->look_task);
}

void batches_look(struct batches *all)
{
    all->look_at_ns = 0;
    http_wake(all->s->http);
}

/* ---- all of them ----------------------------------------------------------------------------- */

takt_rc batches_new(struct batches **out, struct server *s, takt_err *e)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return err_set(e, TAKT_ERR_MEMORY, "batches", "no memory");
    (*out)->s = s;
    return TAKT_OK;
}

void batches_free(struct batches *all)
{
    if (!all)
        return;
    for (struct batch_run *r = all->runs, *next; r; r = next) {
        next = r->next;
        run_free(r);
    }
    arena_free(&all->look_arena);
    free(all);
}

static void drop_over(struct batches *all)
{
    for (struct batch_run **at = &all->runs; *at;) {
        struct batch_run *r = *at;
        if (r->phase != BATCH_OVER || r->n_tasks) {
            at = &r->next;
            continue;
        }
        *at = r->next;
        all->n_runs--;
        run_free(r);
    }
}

/* One line of each batch in turn, while there is room. */
static void begin_lines(struct batches *all, int64_t now)
{
    uint32_t room = all->s->config.parallel;
    bool goes_on = !all->is_stopped && now >= all->pause_until_ns && server_is_ready(all->s, NULL);
    while (goes_on && all->n_flying < room) {
        goes_on = false;
        for (struct batch_run *r = all->runs; r && all->n_flying < room; r = r->next)
            goes_on = begin_line(r, now) || goes_on;
        goes_on = goes_on && now >= all->pause_until_ns;
    }
}

void batches_pump(struct batches *all, int64_t now)
{
    if (!all || all->is_pumping)
        return;
    all->is_pumping = true;
    look_on(all, now);
    begin_lines(all, now);
    for (struct batch_run *r = all->runs; r; r = r->next)
        go_on(r, now);
    drop_over(all);
    metrics_set(all->s->metrics->batches, all->n_runs);
    all->is_pumping = false;
}

void batches_stop(struct batches *all)
{
    if (!all || all->is_stopped)
        return;
    all->is_stopped = true;
    batches_make_way(all);
    for (struct batch_run *r = all->runs; r; r = r->next)
        write_on(r, INT64_MAX);
}

void batches_make_way(struct batches *all)
{
    if (all)
        all->pause_until_ns = clock_ns() + WAY_S * BATCH_SECOND_NS;
    for (struct batch_run *r = all ? all->runs : NULL; r; r = r->next)
        land(r);
}
