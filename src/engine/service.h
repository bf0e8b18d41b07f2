/* service: answers for many at once. A thread that composes steps (sched.h), runs them and draws
 * tokens, and the requests that other threads hand in.
 *
 * A request is one answer. Its owner fills a `struct service_job`, keeps it in place, and submits
 * it; the decision comes at once, on the owner's thread, also while a step is running. From then on
 * the service writes ids into it, and the owner may read those that `n` says are there, until
 * `finish` is no longer SERVICE_RUNNING: then the service has let go of it for good. After every
 * step that changed something it calls `news` (on its own thread: only to wake somebody).
 *
 * The answer is a function of (model, prompt, sampling, stop ids): never of what else is running,
 * nor of what the prefix cache holds, nor of guesses (guess.h), by which a step may give several
 * tokens of an answer. */
#ifndef TAKT_ENGINE_SERVICE_H
#define TAKT_ENGINE_SERVICE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/guess.h"
#include "engine/sample.h"
#include "engine/sched.h"
#include "engine/turn.h"
#include "plan/plan.h"

enum service_finish {
    SERVICE_RUNNING,
    SERVICE_EOG,       /* the model ended its answer; that token is not among the ids */
    SERVICE_STOP_ID,   /* one of stop_ids came; it is not among the ids either */
    SERVICE_LENGTH,    /* job.n_max tokens */
    SERVICE_CANCELLED, /* service_cancel */
    SERVICE_EMBEDDED,  /* all of the prompt is in `sum` */
    SERVICE_FAULT,     /* a step failed: a fault of our own or no memory; see service_fault */
};

enum { SERVICE_STOP_IDS_MAX = 64 };

struct service_job {
    /* Set before service_submit; PROMPT and STOP_IDS must stay until the end. */
    struct sched_job job;   /* n_prompt, n_max, class, key, arrival_ns, wishes: see sched.h */
    const int32_t *prompt;  /* [job.n_prompt] */
    const takt_span *spans; /* [n_spans] the pictures in the prompt, whose ids stand there; they and
                               the pictures must stay until the end as well */
    uint32_t n_spans;
    takt_sampling sampling;
    const int32_t *stop_ids;
    uint32_t n_stop_ids;
    bool ignore_eog;
    bool wants_logprobs;
    uint32_t n_logprobs; /* most likely tokens besides the drawn one */
    bool embeds;         /* no answer is wanted but the prompt's embedding: sampling and what is
                            about ids are not looked at, and the cache is not either, since it has
                            no hidden states */
    uint64_t salt;       /* prompts of other salts share no cache with this one */
    const struct service_job *like; /* one of the same prompt and salt that was submitted before, so
                                       that the prompt is read once; must stay as long as this one.
                                       NULL: none */
    const int32_t *hint; /* [n_hint] what the answer may resemble, for guesses; of more than
                            GUESS_HINT_MAX the first. Must stay until the end */
    uint32_t n_hint;
    void *user;

    /* What comes back; the arrays are the service's until service_release. */
    int32_t *ids;                    /* [job.n_max] */
    struct sample_logprob *logprobs; /* [job.n_max][1 + n_logprobs], or NULL: the drawn one first */
    double *sum;                     /* [n_embd] of an embedding, for takt_embedding; or NULL */
    _Atomic uint32_t n;              /* ids that are there */
    _Atomic int finish;              /* an enum service_finish; read it before `n` */
    int32_t stopped_by;              /* the id that ended it: SERVICE_EOG, SERVICE_STOP_ID */
    uint32_t n_cached;               /* tokens of the prompt that were in the cache */
    _Atomic uint32_t n_guessed, n_right;       /* guesses that steps checked, and the right ones; */
    _Atomic uint32_t n_hinted, n_hinted_right; /* of them, those that the hint gave */
    int64_t begun_ns, first_token_ns, end_ns;  /* 0: did not come to it; valid after the end, and
                                                 each as soon as there is what it tells of */

    /* The service's own. */
    struct takt_seq *seq;
    struct guesser *guesser;         /* while it runs, or NULL */
    uint32_t n_told;                 /* tokens of hint, prompt and answer that the guesser knows */
    uint32_t n_guesses;              /* that stand in ids from n on */
    struct service_job *prev, *next; /* of all that were accepted */
    bool was_accepted, is_cancelled;
};

struct service_options {   /* zeros are the defaults */
    uint32_t n_jobs_max;   /* running at once; 0: 16 */
    uint32_t n_queued_max; /* waiting; 0: 1024 */
    double margin;         /* of promises; 0: 1.25 */
    double beat_s;         /* see sched.h */
    double queue_s_max;    /* see sched.h; 0: none */
    bool no_prefix_cache;
    uint32_t n_draft; /* guesses of an answer that a step may check, GUESS_MAX at most; 0: none. The
                         rows of logits beyond n_jobs_max are for them, of all answers together */
    uint32_t chunk;   /* tokens of a step at most; 0: the plan's */
    struct turn *turn;   /* that its steps take, where several services share the processors; it
                          outlives the service */
    double others_s;     /* what one turn of each of the others may take, whatever they do */
    uint64_t sight_rows; /* of pictures, that a token may look at (Llama 3.2 Vision): promises hold
                            for as many. 0: it looks at none */
    void (*news)(void *user);
    void *user;
};

struct service;

/* service_share chooses the chunk of a service of PLAN (o->n_jobs_max, o->beat_s and N_PAGES KV
 * pages as they will be) that shares the processors: so that even its longest step, whose
 * nanoseconds it returns, is no longer than the beat. */
double service_share(const struct plan *plan, const struct service_options *o, uint32_t n_pages,
                     uint32_t *chunk);

/* service_new starts the thread over EN, which must outlive the service and is used by nobody else.
 * The plan must allow n_jobs_max rows of logits. Errors: USAGE, MEMORY, IO (no thread). */
takt_rc service_new(struct service **out, takt_engine *en, const struct service_options *opt,
                    takt_err *e);
/* service_free cancels what is left, waits for the thread and releases everything but the jobs,
 * which all have ended then. NULL is allowed. */
void service_free(struct service *s);

/* service_submit decides on J and, when it accepts, begins to work on it. NOW is clock_ns. Errors
 * (nothing is kept): USAGE for bad ids or settings (the message begins with the setting's name),
 * LIMIT when the prompt and one token do not fit the context, MEMORY. A refusal is no error: see
 * ANSWER. n_max is cut to what the context has room for; an embedding counts as one token. */
takt_rc service_submit(struct service *s, struct service_job *j, int64_t now,
                       struct sched_answer *answer, takt_err *e);
/* service_estimate tells what service_submit would now, and the promise, without doing it. */
takt_rc service_estimate(struct service *s, struct service_job *j, int64_t now,
                         struct sched_answer *answer, struct sched_promise *promise, takt_err *e);
/* service_outlook tells the same of any prompt of N_PROMPT tokens that nothing is known of, and an
 * answer of N_MAX, both cut to the context. */
void service_outlook(struct service *s, uint32_t n_prompt, uint32_t n_max, int64_t now,
                     struct sched_answer *answer, struct sched_promise *promise);
/* service_end_ns: the nanoseconds after NOW by which all that is accepted has ended, if promises
 * hold (those of SCHED_SPARE, which have none, not counted). */
double service_end_ns(struct service *s, int64_t now);
/* service_cancel asks for the end of J (its pages are free within a step); it goes on to be the
 * service's until `finish` says otherwise. No effect on one that ended or was never accepted. */
void service_cancel(struct service *s, struct service_job *j);
/* service_release frees what service_submit allocated in J, which must have ended or never have
 * been accepted. */
void service_release(struct service_job *j);

/* Figures, all consistent with each other; counts are since the start. */
struct service_figures {
    struct sched_stats sched;
    uint32_t n_pages, n_pages_used; /* KV pages, and those that hold something of a running job */
    uint32_t n_pages_kept;          /* of ended ones, kept for prompts that begin alike */
    uint64_t n_steps, n_prompt_tokens, n_cached_tokens, n_answer_tokens, n_asked_tokens;
    uint64_t n_guessed, n_right;      /* guesses that steps checked, and those that were right */
    int64_t step_begun_ns;            /* of the step that is running; 0: none is */
    double step_ns_predicted;         /* of that step or the last */
    double ns_predicted, ns_measured; /* sums over all steps */
};
void service_figures(struct service *s, struct service_figures *out);

/* Told of each step after it ended, on the service's thread: for histograms. */
struct service_step {
    double ns_predicted;
    int64_t ns_measured;
    uint32_t n_tokens, n_items;
    uint32_t n_drafts, n_guessed, n_right; /* answers with guesses; guesses; right ones, */
    uint32_t right_at[GUESS_MAX];          /* by their place in the answer's guesses */
};
typedef void service_step_fn(void *user, const struct service_step *step);
/* service_watch sets the function (before the first job), or NULL. */
void service_watch(struct service *s, service_step_fn *fn, void *user);

/* service_fault: the error of the last step that failed; false when none did. */
bool service_fault(struct service *s, takt_err *e);

#endif
