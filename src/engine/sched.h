/* sched: who advances in the next step, and which times a new job can be promised.
 *
 * A pure function of what it is told. It reads no clock, allocates nothing after sched_new, and
 * knows no token, only counts: time is a number that callers hand in, so that a test can run days
 * of traffic in seconds. One thread at a time.
 *
 * A job is one answer: n_prompt tokens, of which n_cached lie in the KV cache already, and then up
 * to n_max tokens of answer. A step advances every running job by one token (or by a few, see
 * n_draft), and pieces of prompts: as many tokens as let the step end within the beat. Guesses of
 * answers are checked only in steps without prompts, as many as give the most tokens per time; for
 * guesses of others no answer gets its tokens slower than a gentle step gives them.
 *
 * WHAT IS PROMISED. An accepted job gets two times: when its first token is there at the latest,
 * and the longest time from one token to the next (so also the longest mean). Both are kept,
 * whatever is accepted later, whoever stops early or is cancelled, however long answers turn out,
 * as long as
 *
 *   - no step takes longer than `margin` times its prediction,
 *   - steps follow each other without a pause while there is something to do,
 *   - a job that has its n_max tokens is given to sched_end before the next sched_compose, or
 *     `linger_ns` after its last token,
 *   - the cost function does not come to predict longer times after the promise,
 *   - nobody holds pages that the scheduler does not know of (see n_cached, sched_pin).
 *
 * Where a step takes longer, promises can break; nothing else goes wrong, and the later ones are
 * computed from what is. One that cannot be kept any more keeps nobody else out: who comes stands
 * behind it, and is promised what is true then. Jobs of SCHED_SPARE have no promise and take only
 * what is left over.
 *
 * HOW. All prompts that are not in yet stand in one line, ordered by class, then by promised first
 * token (EDF; Liu and Layland 1973), and are read in strictly in that order. The proof of every
 * promise is a walk along that line (sched_walk.c) with the least favourable lengths: each answer
 * has n_max tokens and keeps its pages until the last, it counts from its first token on with the
 * context of its end, and steps last as long as paces allow. Such a walk is an upper bound for
 * every other course of events, since a job that ends earlier, or a step that is shorter, leaves at
 * each place of the line as many pages, places and time as the walk has, or more. Whatever the
 * scheduler does beyond that (let a prompt overtake one that waits for pages, keep a step short
 * though prompts wait, set pages aside) it does only where the walk of the state that would follow
 * still finds every promise kept.
 *
 * A job starts when a place and its pages are free and, with all running jobs at the end of their
 * lives, a step with a small piece of a prompt would still fit the smallest promised pace. So
 * nothing that runs ever gives way to anything else.
 *
 * A job without a wish is promised what the walk bounds, or, if that is later, the prediction of
 * steps that stay gentle on the answers being written, times margin; and later the more its key has
 * waiting, so that others find room (virtual token counters; Sheng et al., OSDI 2024). Of keys that
 * have much already, all jobs together leave some pages and places for keys that came in the last
 * minute and have little, up to an eighth of the pages and a quarter of the places.
 *
 * Units: nanoseconds on the callers' clock, tokens, pages. */
#ifndef TAKT_ENGINE_SCHED_H
#define TAKT_ENGINE_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* What a step is made of, as far as its time depends on it (see plan_batch_ns). */
struct sched_load {
    uint32_t n_tokens; /* all tokens of the step */
    uint64_t together; /* visible positions, summed over the tokens of items with many tokens */
    uint64_t apart;    /* the same over items with one token */
};

/* The predicted nanoseconds of a step: for each n_tokens a number and, per position, two more. Must
 * not fall when a part of LOAD grows, but for `together` from 16 tokens on, whose positions may
 * cost less than with fewer. May change slowly (as it is fitted to measured times): sched_compose
 * notices. */
typedef double sched_cost_fn(const void *user, const struct sched_load *load);

struct sched_config {
    sched_cost_fn *cost;
    const void *cost_user;
    uint32_t n_jobs_max;   /* running at once; at most chunk */
    uint32_t n_queued_max; /* accepted and not yet running; 1 or more */
    uint32_t n_pages;      /* KV pages in all */
    uint32_t page_tokens;  /* positions of a page */
    uint32_t n_ctx;        /* positions of a job */
    uint32_t window;       /* positions that a token sees at most; 0: all before it */
    uint32_t chunk;        /* tokens of a step, all items together */
    uint32_t n_draft_max;  /* guesses of a step, all items together; 0: none */
    double margin;         /* a promise is the prediction times this; 1.1: ten in a hundred */
    double beat_ns;        /* the longest step while answers are written; times margin, the pace
                              that jobs without a wish are promised. 0: twice a step in which
                              n_jobs_max jobs decode and all pages are in use */
    double gentle;         /* while no promise needs more, a step stays within this times the step
                              that only decodes; 0: 1.4 */
    double queue_ns_max;   /* nobody is promised a first token later than this after arrival; 0: no
                              such limit */
    double linger_ns;      /* a job that has n_max tokens may hold its pages this much longer */
};

enum sched_class { SCHED_FIRST, SCHED_NORMAL, SCHED_LAST, SCHED_SPARE, SCHED_CLASSES };

enum sched_state {
    SCHED_NONE,
    SCHED_QUEUED,  /* accepted, no step has it yet */
    SCHED_PREFILL, /* a step has some of its prompt; its pages are taken */
    SCHED_DECODE,  /* its answer has begun */
};

/* Why a job is not accepted. */
enum sched_refusal {
    SCHED_ACCEPTED,
    SCHED_TOO_LONG, /* it can never fit: more positions than a job, or all pages, have */
    SCHED_NO_PAGES, /* no pages (or places for running jobs) by the time it would have to start */
    SCHED_NO_QUEUE, /* n_queued_max wait already, or too many of its key */
    SCHED_NO_TTFT,  /* its first token cannot be there in time, or another's would not be */
    SCHED_NO_TPOT,  /* its tokens, or another's, would come too slowly */
    SCHED_REFUSALS
};

struct sched_promise {
    int64_t start_ns;       /* predicted: the first step that has it begins */
    int64_t expected_ns;    /* predicted: its first token */
    int64_t first_token_ns; /* promised: on the clock, not since arrival. SCHED_SPARE: INT64_MAX */
    double token_ns; /* promised time between tokens after the first. SCHED_SPARE: HUGE_VAL */
    double expected_token_ns; /* predicted: a step of those that run now, and it */
};

/* A job belongs to the caller, who sets the first part, keeps it in place from sched_admit until
 * sched_end, and reads the rest. */
struct sched_job {
    uint32_t n_prompt, n_cached; /* n_cached < n_prompt. The pages of what is cached count as taken
                                    from acceptance on, the others from its first step on */
    uint32_t n_max;              /* tokens of answer at most, 1 or more */
    uint32_t n_pages_shared;     /* of its pages, those that sched_pin has set aside already */
    enum sched_class class;
    uint64_t key; /* whose job it is, for fair shares */
    int64_t arrival_ns;
    double ttft_ns;      /* wanted: first token after arrival; 0: no wish */
    double tpot_ns;      /* wanted: mean time of a token; 0: no wish */
    uint32_t n_draft;    /* guesses that the next step may check, and how likely one is right if */
    double draft_chance; /* those before it are, 0 to 1; read by each sched_compose */
    const struct sched_job *after; /* one of the same prompt: this one does not begin in a step that
                                      has a piece of it, since the next finds its pages in the cache
                                      (see sched_cached). NULL: none */
    void *user;

    enum sched_state state;
    struct sched_promise promise;
    uint32_t n_fed;    /* tokens of the prompt in the cache, with n_cached */
    uint32_t n_answer; /* tokens of the answer so far */
    uint32_t n_pages;  /* of its whole life, but for shared ones */
    int64_t begun_ns;  /* the first step that had it began then */
    int64_t first_ns;  /* its first token came then */
    int64_t last_ns;   /* its last token so far */

    /* the scheduler's own */
    uint32_t slot, n_held;
    bool is_heavy;
    double pace_ns,
        beat_ns; /* see sched_pace.c: a token takes at most, a step beside it may take */
};

/* A job's part in a step. */
struct sched_item {
    struct sched_job *job;
    uint32_t n_tokens; /* of the prompt; of an answer one and up to n_draft guesses more */
    bool ends_prompt;  /* the last piece: the first token of the answer follows */
};

struct sched_step {
    uint32_t n_items;        /* at most n_jobs_max */
    struct sched_item *item; /* the scheduler's, until the next sched_compose */
    struct sched_load load;
    double ns_predicted;
};

struct sched_answer {
    enum sched_refusal refusal;
    /* After a refusal: the same job is accepted then at the latest, if nobody else comes. (A guess
     * of one step where only what can end at any time is in the way: jobs of SCHED_SPARE, pinned
     * pages, jobs that were not ended in time.) 0: never, since it cannot fit, or even alone the
     * wish could not be kept. */
    double retry_after_ns;
    bool spare_in_the_way; /* it would be accepted if the running jobs of SCHED_SPARE were ended */
};

struct sched;

/* sched_new makes a scheduler with room for all that CONFIG allows. Errors: USAGE names the bad
 * field, MEMORY. */
takt_rc sched_new(struct sched **out, const struct sched_config *config, takt_err *e);
void sched_free(struct sched *s); /* NULL is allowed; no job may be left */

/* sched_admit decides on JOB at time NOW and, if it is accepted, keeps it and its promise. Also
 * between sched_compose and sched_done. Under 50 us with the largest numbers of jobs that tests
 * use (256 running, 1024 queued). sched_estimate gives the same answer and promise and keeps
 * nothing. */
struct sched_answer sched_admit(struct sched *s, struct sched_job *job, int64_t now);
struct sched_answer sched_estimate(const struct sched *s, const struct sched_job *job, int64_t now,
                                   struct sched_promise *promise);

/* sched_compose makes the next step, which begins at NOW: empty when nobody has anything to do.
 * Jobs enter SCHED_PREFILL here, and their pages are free then. The caller must run it and then
 * call sched_done. */
void sched_compose(struct sched *s, int64_t now, struct sched_step *step);

/* sched_done: STEP, the last one composed, ended at NOW. Jobs whose prompt ended have their first
 * token; running ones have one more. (How many of them a speculating job won is told by
 * sched_gain.) */
void sched_done(struct sched *s, const struct sched_step *step, int64_t now);

/* sched_gain: JOB got N tokens more than the one that sched_done counted. */
void sched_gain(struct sched *s, struct sched_job *job, uint32_t n);

/* sched_end takes JOB out, in whatever state it is (ended, cancelled, gone), and frees its pages.
 * Between sched_compose and sched_done only if the step failed: then call it for each job of the
 * step, instead of sched_done. */
void sched_end(struct sched *s, struct sched_job *job);

/* sched_cached: the first N_CACHED tokens of the prompt of JOB, which is queued, turned out to be
 * in the cache: more than was known. False, and nothing changes, if their pages cannot be counted
 * as taken already: a promise that would be kept could break by it. Not between sched_compose and
 * sched_done. */
bool sched_cached(struct sched *s, struct sched_job *job, uint32_t n_cached, int64_t now);

/* sched_pin sets N pages aside that belong to no job (they hold what several jobs begin with);
 * false, and nothing changes, if a promise could break by it. sched_unpin gives N of them back. A
 * job that uses such pages says so in n_pages_shared; they must stay pinned until it ends. */
bool sched_pin(struct sched *s, uint32_t n, int64_t now);
void sched_unpin(struct sched *s, uint32_t n);

/* Figures for metrics; counts are since sched_new. */
struct sched_stats {
    uint32_t n_running, n_queued, n_pages_reserved; /* pages: taken or pinned */
    uint32_t n_spare, n_pages_spare;                /* of those: running jobs of SCHED_SPARE */
    uint64_t n_accepted, n_refused[SCHED_REFUSALS];
    uint64_t n_first_kept, n_first_broken; /* promises of a first token */
    uint64_t n_pace_kept, n_pace_broken;   /* promises of a pace, judged at sched_end */
    uint64_t n_steps_gentle, n_steps_full; /* steps with answers and prompts, by what they were
                                              made to fit */
    uint64_t n_overtaken;                  /* prompts let before one that waited for pages */
    double beat_ns;                        /* see sched_config */
    double beat_fill;                      /* of the last step: predicted / beat */
};
void sched_stats(const struct sched *s, struct sched_stats *out);

/* sched_check: do all invariants hold (pages, counts, states, lists)? For tests; false tells
 * WHAT. */
bool sched_check(const struct sched *s, const char **what);

#endif
