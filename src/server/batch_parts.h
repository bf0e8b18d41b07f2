/* batch_parts: what the files of batch_run share. */
#ifndef TAKT_SERVER_BATCH_PARTS_H
#define TAKT_SERVER_BATCH_PARTS_H

#include "base/json.h"
#include "server/batch_run.h"
#include "server/server_parts.h"
#include "store/store_worker.h"

enum {
    BATCH_RUNS_MAX = 16,      /* batches that are worked on at once, the oldest first */
    BATCH_UNWRITTEN_MAX = 256 /* answered lines that wait for the store, of each batch */
};
#define BATCH_SECOND_NS INT64_C(1000000000)

/* A line that is not written yet. */
struct batch_line {
    struct batch_line *next; /* in one of its run's lists */
    struct batch_run *run;
    int64_t n;         /* which line of the input, from 0 */
    struct slice text; /* malloc'ed: the line; custom_id and body lie in it or in `arena` */
    struct arena arena;
    struct slice custom_id, body;
    char id[64];
    struct http_exchange *x; /* while it is being answered */
    uint32_t n_tries;
    bool is_error;
    struct json_out out; /* the line of output, once it is answered */
    uint64_t n_prompt, n_cached, n_answer;
};

struct batch_lines {
    struct batch_line *first, *last;
    uint32_t n;
};

/* The input of a run: parts are read ahead of the lines in them. */
struct batch_input {
    struct store_task task; /* of reading a part */
    struct arena arena;     /* of `part` */
    struct slice part;
    int64_t at; /* the last part that was read */
    char *buf;  /* malloc'ed; what was read and not given is [pos, len) */
    size_t pos, len, cap;
    int64_t n; /* lines that were given, blank ones too */
    bool is_reading, has_all, is_too_long;
    int64_t retry_at_ns;
};

enum batch_phase {
    BATCH_BEGUN,    /* it is being asked which lines are answered already */
    BATCH_CHECKING, /* the whole input is checked */
    BATCH_RUNNING,
    BATCH_MOVING, /* its new status is being written */
    BATCH_OVER,   /* to be dropped, once no task of it is queued */
};

/* A batch that is being worked on. */
struct batch_run {
    struct batch_run *next;
    struct batches *all;
    struct arena arena; /* of the batch and of `done` */
    const struct store_batch *b;
    char output_id[64], error_id[64];
    enum batch_phase phase;
    bool is_cancelled, is_expired, is_lost; /* is_lost: another server has it, or its owner */
    uint32_t n_tasks;                       /* of it, queued */
    struct batch_input input;

    struct store_task done_task;
    int64_t *done; /* [n_done] lines that were answered before, ascending */
    uint32_t n_done, i_done;

    uint64_t *seen; /* [seen_cap] hashes of custom ids */
    uint32_t n_seen, seen_cap;
    struct json_out faults; /* the open list of what is wrong */
    uint32_t n_faults;

    struct batch_lines again, flying, ready; /* to be tried again; being answered; answered */
    struct batch_lines writing;
    struct store_task write_task;
    struct store_line *write; /* [writing.n] */
    enum store_batch_status status;
    int64_t write_at_ns; /* not before */
    bool is_writing, has_failed;

    struct store_task move_task;
    unsigned move_from;
    enum store_batch_status move_to;
    uint64_t move_lines;
    int64_t move_at_ns;
    bool moved;
};

struct batches {
    struct server *s;
    struct batch_run *runs;
    uint32_t n_runs, n_flying;
    int64_t pause_until_ns; /* no line is begun before: the last ones were refused */
    bool is_stopped, is_pumping;

    struct store_task look_task;
    struct arena look_arena;
    struct store_batch *found;
    uint32_t n_found;
    int64_t look_at_ns;
    bool is_looking, leads;
};

/* batch_append, batch_take: a list as a queue; NULL when it is empty. batch_remove takes L out of
 * where it is. */
void batch_append(struct batch_lines *list, struct batch_line *l);
struct batch_line *batch_take(struct batch_lines *list);
void batch_remove(struct batch_lines *list, struct batch_line *l);

/* batch_submit queues T as a task of R; false when the worker has no room. */
bool batch_submit(struct batch_run *r, struct store_task *t,
                  takt_rc (*work)(struct store_task *t, struct store *s, takt_err *e),
                  void (*done)(struct store_task *t));
/* batch_task_done counts T as no longer queued, and logs why it failed; true when it did not. */
bool batch_task_done(struct batch_run *r, const struct store_task *t, const char *what);

/* batch_input_next gives the next line that is not blank, without its line end, valid until the
 * next call; false when there is none now: `has_all` tells the end of the input from waiting for
 * it. */
bool batch_input_next(struct batch_run *r, struct slice *line, int64_t now);
void batch_input_rewind(struct batch_run *r);
void batch_input_free(struct batch_input *in);

/* batch_line_new makes line N of R from TEXT, which is copied; NULL without memory. */
struct batch_line *batch_line_new(struct batch_run *r, int64_t n, struct slice text);
void batch_line_free(struct batch_line *l);

/* batch_line_begin asks for L's answer: it is in `flying` then, or in another list already. */
void batch_line_begin(struct batch_line *l);
/* batch_line_give_up ends that; L, which was in `flying`, is in no list. */
void batch_line_give_up(struct batch_line *l);
/* batch_line_fail answers L, which is in no list, with CODE and MESSAGE. */
void batch_line_fail(struct batch_line *l, const char *code, const char *message);

#endif
