/* sched_parts: what the files of the scheduler share (sched.h tells what it does).
 *
 *   sched.c          its life, and what steps change
 *   sched_cost.c     the cost of steps as bounds that a walk can add up
 *   sched_keys.c     whose jobs: what each key has waiting and has used
 *   sched_pace.c     which paces are held when costs have changed
 *   sched_walk.c     the proof: does every promise hold, whatever the answers' lengths?
 *   sched_expect.c   what is likely
 *   sched_admit.c    accept, with which promise, or refuse
 *   sched_compose.c  the next step
 *   sched_guess.c    the guesses that it checks
 *
 * Times are doubles in here: nanoseconds since the first time that the scheduler was told. */
#ifndef TAKT_ENGINE_SCHED_PARTS_H
#define TAKT_ENGINE_SCHED_PARTS_H

#include "engine/guess.h"
#include "engine/sched.h"

enum {
    SCHED_LINES = 4, /* see struct sched_cost */
    SCHED_PIECE =
        16, /* tokens of a prompt that every step has room for while somebody decodes; from
                         so many on positions share what is read of them */
};

/* sched_max is fmax, but one instruction: nothing here is NaN. */
static inline double sched_max(double a, double b)
{
    return a > b ? a : b;
}

/* sched_min likewise. */
static inline double sched_min(double a, double b)
{
    return a < b ? a : b;
}

/* ---- cost ------------------------------------------------------------------------------------ */

/* The cost function as sampled, and lines above it.
 *
 * While D jobs decode, a line says: a step with c tokens of prompts, which see P positions, takes
 * at most
 *
 *     fixed[D] + apart * (positions of the decoding) + each[D] * c + together * P.
 *
 * It holds for D + c <= top tokens, and line l's top is where the token part of a step reaches the
 * beat / 2^l, so that there is one that is near the truth for short steps too. `fixed` and `each`
 * never fall with D, so whatever is bounded with D stays bounded with fewer. */
struct sched_line {
    double *fixed, *each; /* [n_jobs_max + 1]; index 0 is not used */
    uint32_t top;
};

struct sched_cost {
    uint32_t chunk, n_jobs, n_ctx, window;
    double *ns, *together_ns, *apart_ns; /* [chunk + 1] the samples: of n tokens, per position */
    double *most;                        /* [chunk + 1] of `ns` up to n */
    struct sched_line line[SCHED_LINES];
    double fixed_alone, each_alone; /* the same where nobody decodes, up to a whole chunk */
    double whole;        /* such a step takes this at most, unless one prompt alone takes longer */
    double alone_attend; /* what a nanosecond of positions takes then */
    double piece;        /* positions of a token at the end of the context */
    double together, apart; /* per position, with SCHED_PIECE tokens or more */
    double tail;    /* per position and token, of a last piece with less than SCHED_PIECE tokens */
    double *gentle; /* [n_jobs_max + 1] nanoseconds per token of prompts in gentle steps */
    double *gentle_steps; /* [n_jobs_max + 1] gentle steps per token of prompts */
    double gentle_attend; /* what a nanosecond of positions takes in gentle steps */
    double ease;          /* a gentle step is at most this times one that only decodes */
    double beat;
    double *memory;
};

/* sched_cost_init allocates for CONFIG and samples its cost function; errors USAGE (a cost that is
 * no time, a beat that no step fits) and MEMORY. sched_cost_sample samples again; false, and
 * nothing changes, if the costs are no times. */
takt_rc sched_cost_init(struct sched_cost *c, const struct sched_config *config, takt_err *e);
void sched_cost_release(struct sched_cost *c);
bool sched_cost_sample(struct sched_cost *c, const struct sched_config *config);

/* sched_cost_ns is the cost function, from the samples. */
double sched_cost_ns(const struct sched_cost *c, const struct sched_load *load);

/* sched_load_add adds a piece of N tokens behind PAST others to LOAD. */
void sched_load_add(const struct sched_cost *c, struct sched_load *load, uint32_t n, uint32_t past);

/* sched_cost_piece: the largest piece, at most MOST tokens behind PAST others, with which a step of
 * LOAD takes at most LIMIT; 0: none of two tokens or more. */
uint32_t sched_cost_piece(const struct sched_cost *c, const struct sched_load *load, uint32_t most,
                          uint32_t past, double limit);

/* sched_cost_tokens: how many tokens fit into NS by themselves. */
uint32_t sched_cost_tokens(const struct sched_cost *c, double ns);

/* sched_cost_fits: with N jobs at the ends of their lives, which reach REACH positions, does each
 * step stay within BEAT, and is there room for a piece of a prompt, by LINE? */
static inline bool sched_cost_fits(const struct sched_cost *c, uint32_t line, uint32_t n,
                                   double reach, double beat)
{
    const struct sched_line *l = &c->line[line];
    double left = beat - c->apart * reach;
    if (n > c->n_jobs || c->most[n] > left)
        return false;
    /* While there is a prompt, one of the n at least does not decode; and who runs alone leaves
     * room for the next one all the same. */
    uint32_t d = n > 1 ? n - 1 : c->n_jobs > 1;
    if (d == 0)
        return true;
    if (l->top < c->chunk ? l->top < d + SCHED_PIECE : l->top <= d)
        return false; /* what it says of so many tokens is not known to hold, see `together` */
    uint32_t tokens = c->chunk < SCHED_PIECE ? c->chunk : SCHED_PIECE;
    return left - l->fixed[d] >= (tokens + 2) * (l->each[d] + c->piece);
}

/* sched_pairs: positions that N tokens see together, the first of which is behind PAST others. */
uint64_t sched_pairs(const struct sched_cost *c, uint32_t past, uint32_t n);

/* ---- keys ------------------------------------------------------------------------------------ */

struct sched_key {
    uint64_t key;
    double used;       /* nanoseconds of steps it had, those of long ago forgotten */
    double used_at;    /* when `used` was brought up to date */
    double seen;       /* when it last asked for something */
    double waiting_ns; /* of its prompts in line, each alone on an empty machine */
    uint32_t n_jobs, n_queued, n_pages; /* of accepted jobs */
    uint32_t light_jobs, light_pages;   /* of those that are not heavy: see struct sched_share */
    uint32_t last_pages;                /* of the last job it asked for */
};

struct sched_keys {
    struct sched_key *key; /* [n_max], the first n are in use */
    uint32_t *bucket;      /* [mask + 1] index + 1 into key, 0: empty; linear probing */
    uint32_t n, n_max, mask;
    uint32_t n_pages, n_jobs; /* that all can have */
};

/* Where a key's new job stands. It is heavy if its key has much already and there are others with
 * less: all heavy jobs together leave some pages and places free, in which others start at once. */
struct sched_share {
    bool is_heavy;
    uint32_t leave_pages, leave_jobs;
    uint32_t n_active; /* keys with jobs, or seen lately, this one included */
    double ahead_ns;   /* of prompts that go first if all keys get the same */
    double waiting_ns; /* its own prompts in line */
    uint32_t n_queued;
};

/* sched_keys_init makes room for the keys of all jobs that CONFIG allows, and some more. Error:
 * MEMORY. */
takt_rc sched_keys_init(struct sched_keys *k, const struct sched_config *config, takt_err *e);
void sched_keys_release(struct sched_keys *k);

/* sched_keys_find: NULL when it is not known. sched_keys_seen finds or adds KEY, and forgets one
 * without jobs if there is no room. */
struct sched_key *sched_keys_find(const struct sched_keys *k, uint64_t key);
struct sched_key *sched_keys_seen(struct sched_keys *k, uint64_t key, double now);

/* sched_keys_use counts NS nanoseconds of steps for KEY. */
void sched_keys_use(struct sched_keys *k, uint64_t key, double ns, double now);

/* sched_keys_used: what KEY has used lately, as of NOW. */
double sched_keys_used(const struct sched_key *k, double now);

/* sched_keys_share: where a job of KEY stands, whose prompt takes OWN_NS alone, and PAGES pages. */
struct sched_share sched_keys_share(const struct sched_keys *k, uint64_t key, double now,
                                    double own_ns, uint32_t pages);

/* ---- paces ----------------------------------------------------------------------------------- */

/* sched_is_wish: is NS a time that somebody may wish? False for 0 and NaN. */
static inline bool sched_is_wish(double ns)
{
    return ns > 0 && ns < 1e17;
}

struct sched;

/* sched_decode_load: one token of each answer that goes on. */
struct sched_load sched_decode_load(const struct sched *s);

/* sched_pace: nanoseconds between tokens that an answer which reaches REACH positions is promised
 * without a wish. */
double sched_pace(const struct sched *s, double reach);

/* sched_hold_paces sets pace_ns and beat_ns of all jobs, after costs have changed. */
void sched_hold_paces(struct sched *s);

/* ---- the line and the walk ------------------------------------------------------------------- */

/* A prompt that is not in yet. */
struct sched_prompt {
    struct sched_job *job;
    double deadline;                     /* promised first token */
    double token_ns;                     /* its job's pace_ns */
    double beat;                         /* its job's beat_ns */
    double tokens;                       /* to be fed */
    double attend_ns;                    /* bound of what their positions cost */
    double alone_ns;                     /* bound of the whole on an empty machine */
    double reach;                        /* positions at the end of its life */
    uint32_t life;                       /* tokens of answer at most */
    uint32_t pages;                      /* to take when it starts */
    uint32_t all_pages;                  /* to give back when it ends */
    uint32_t leave_pages, leave_jobs;    /* if it is heavy: not for heavy jobs when it starts */
    uint32_t rank;                       /* its class */
    bool is_started, is_heavy, has_wish; /* has_wish: of its first token */
    uint64_t key;
    double slack; /* what was left until its deadline in the last walk that promises rest on */
};

/* A question to the walk: the line as it is, or with EXTRA before place AT, from time START on. */
struct sched_question {
    const struct sched_prompt *extra; /* NULL: none */
    uint32_t at;
    uint32_t held;       /* pages that EXTRA takes at once */
    double start;        /* no step begins before */
    uint32_t more_pages; /* free pages and places beyond what is free */
    uint32_t more_jobs;
    uint32_t nth_queued; /* tell when the n-th queued prompt starts; 0: do not */
    const struct sched_prompt
        *later;    /* tell when this one, behind the whole line, could start and */
    double within; /* have its first token so soon after; NULL: do not */
    uint32_t line; /* the bounds to use (struct sched_cost); SCHED_LINES: the best */
    bool is_again; /* if the best is line_proved, do not answer: that was asked before */
};

struct sched_outlook {
    bool kept;         /* every promise holds */
    uint32_t n_broken; /* of the line, without EXTRA: promises that do not */
    double haste; /* prompts have to be read so many times as fast as in gentle steps, by prediction
                     times margin; up to 1: gentle steps are fast enough */
    uint32_t behind;     /* the first place of the line behind all whose promise would break */
    double broken_until; /* the latest of their promised times */
    double nth_start;    /* by then it has started; INFINITY: never */
    bool waits;          /* EXTRA or one before it waits for pages, a place or time */
    double later_start;
    double before_until; /* the latest promised time of those before EXTRA */
    double decode_ns;    /* for all that, a step without prompts may take so long by prediction */
    uint32_t line;       /* the bounds that were used */
    double stretch;      /* the time of the whole line, to that of each prompt alone */

    /* Of EXTRA. */
    bool starts, is_late;
    enum sched_refusal
        held_by; /* what it waits for last before it starts; SCHED_ACCEPTED: nothing */
    double late_ns;
    double start, easy;              /* bounds: it starts, it has its first token */
    double longest;                  /* step in which that can be */
    double expected_start, expected; /* predictions */
    double slow;                     /* prompts at its place take this times what they take alone */
};

/* sched_expect predicts when EXTRA at place AT of the line has its first step and token, if nobody
 * up to there has to wait for pages, a place or time. */
void sched_expect(const struct sched *s, const struct sched_prompt *extra, uint32_t at, double now,
                  double *start, double *first);

struct sched_walk;

/* sched_walk_new allocates the walk's memory, for lines of N_MAX prompts; NULL if there is none. */
struct sched_walk *sched_walk_new(uint32_t n_max);
void sched_walk_free(struct sched_walk *w);

/* sched_walk_slack: of place I of the line that the last walk went along. */
double sched_walk_slack(const struct sched_walk *w, uint32_t i);

/* sched_walk answers Q. */
void sched_walk(const struct sched *s, const struct sched_question *q, struct sched_outlook *out);

/* ---- guesses --------------------------------------------------------------------------------- */

/* The guesses of one item, while a step is made. */
struct sched_guesses {
    uint32_t n, most;
    double chance; /* of one, if those before it are right */
    double gain;   /* chance that the next one to be added is reached and right */
    double tokens; /* that the item is expected to give */
};

/* sched_guess adds to STEP, which has one token of each answer and nothing else, the guesses that
 * are worth their time; the step takes at most LIMIT with them. */
void sched_guess(struct sched *s, struct sched_step *step, double limit);

/* ---- the whole ------------------------------------------------------------------------------- */

struct sched {
    struct sched_config config;
    struct sched_cost cost;
    struct sched_keys keys;
    struct sched_walk *walk;
    int64_t base; /* time 0 of all doubles */
    bool has_base;

    struct sched_prompt *line;   /* [n_jobs_max + n_queued_max + 1] */
    uint32_t n_line, n_started;  /* n_started: of them, those with state SCHED_PREFILL */
    double reach_max;            /* bound of all accepted jobs, in coarse steps */
    uint32_t shared_max;         /* most n_pages_shared since nobody was there last */
    uint32_t line_proved;        /* the sched_line of the last walk by which promises were given */
    double stretch_proved;       /* and how much longer the line takes than each prompt alone */
    struct sched_job **decoding; /* [n_jobs_max] their answers have begun, or do in this step */
    uint32_t n_decoding;
    struct sched_job **spare_queue, **spare; /* [n_queued_max], [n_jobs_max] of SCHED_SPARE */
    uint32_t n_spare_queue, n_spare, spare_next;

    uint32_t n_queued, n_running; /* with those of SCHED_SPARE */
    uint32_t pages_free, pages_pinned, pages_spare;
    uint32_t n_heavy, pages_heavy; /* of running heavy jobs */
    uint32_t n_live; /* running, not spare, and not at n_max: those that a pace needs */
    double reach_live;

    struct sched_item *item;       /* [n_jobs_max] */
    struct sched_guesses *guesses; /* [n_jobs_max] */
    uint32_t *guess_order;         /* [n_draft_max] items, in the order in which they got guesses */
    bool in_flight;
    double begun;           /* of the step in flight */
    double busy_until;      /* by prediction times margin, while in flight */
    double flight_ends;     /* by prediction */
    double decode_ns;       /* of the step in flight: its part that decodes */
    double decode_proved;   /* decode_ns of the last walk by which promises were given */
    uint32_t n_prompt_step; /* tokens of prompts in it */
    struct guess_pace guess_pace;

    uint64_t epoch, stuck_epoch; /* of changes; at stuck_epoch no overtaking was possible */
    uint32_t steps_since_sample;
    bool costs_moved; /* the last step was predicted otherwise than by samples */
    struct sched_stats stats;
};

/* sched_time converts NOW. sched_stamp converts back. */
double sched_time(const struct sched *s, int64_t now);
int64_t sched_stamp(const struct sched *s, double t);

/* sched_coarse rounds REACH up to one of few values, so that what follows from it rarely
 * changes. */
double sched_coarse(double reach);

/* sched_proved keeps what the last walk has assumed and found: promises rest on it now. The line
 * must be what it walked along. */
void sched_proved(struct sched *s, const struct sched_outlook *out);

/* sched_prompt_set fills P from JOB, whose promise, n_fed and n_max stand. */
void sched_prompt_set(const struct sched *s, struct sched_prompt *p, const struct sched_job *job);

/* sched_smallest_beat: the shortest beat_ns of a running job, or the beat. sched_promised_beat: the
 * longest step that keeps what answers were promised. */
double sched_smallest_beat(const struct sched *s);
double sched_promised_beat(const struct sched *s);

/* sched_can_start: are pages, a place and time for P there, with steps of at most BEAT? */
bool sched_can_start(const struct sched *s, const struct sched_prompt *p, double beat);

/* sched_start makes a queued job a running one. */
void sched_start(struct sched *s, struct sched_job *job, int64_t now);

/* sched_spare_fit: if N pages more were set aside for good, could each queued job of SCHED_SPARE
 * still start when nobody runs? (They hold the pages of what is cached while they wait.) NEED: of
 * one more such job. */
bool sched_spare_fit(const struct sched *s, uint32_t n, uint32_t need);

/* sched_line_insert puts P at place AT. sched_line_remove takes place AT out, sched_line_cut the
 * first N. */
void sched_line_insert(struct sched *s, const struct sched_prompt *p, uint32_t at);
void sched_line_remove(struct sched *s, uint32_t at);
void sched_line_cut(struct sched *s, uint32_t n);

#endif
