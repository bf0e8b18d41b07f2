/* service: the thread of the engine, and the requests handed to it.
 *
 * One lock guards the scheduler, the pages and the lists. A step runs without it: while it runs
 * nobody but this thread touches sequences, and pages change only in ways that a running step does
 * not see (idle ones are held, held ones of queued jobs are given back). */
#include "engine/service.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "engine/handles.h"
#include "engine/place.h"
#include "engine/service_parts.h"
#include "engine/sight.h"

/* Where there is something to do, waits for the processors: then no step waits any more. */
static bool take_turn(struct service *s)
{
    if (!s->opt.turn || !s->first)
        return false;
    pthread_mutex_unlock(&s->lock);
    int64_t waited = turn_take(s->opt.turn);
    pthread_mutex_lock(&s->lock);
    s->last_end_ns += s->last_end_ns ? waited : 0; /* it is no time of ours */
    return true;
}

/* Lanes that still look for work would slow those of the next. */
static void give_turn(struct service *s)
{
    if (turn_is_wanted(s->opt.turn))
        target_park(s->engine->target);
    turn_give(s->opt.turn);
}

static void *steps(void *user)
{
    struct service *s = user;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        bool has_turn = take_turn(s);
        bool ended = service_drop_cancelled(s);
        struct sched_step step = {0};
        if (has_turn || !s->opt.turn) {
            int64_t now = clock_ns();
            service_look_again(s, now);
            sched_compose(s->sched, now, &step);
        }
        if (step.n_items)
            service_step(s, &step);
        if (has_turn)
            give_turn(s);
        if (step.n_items)
            continue;
        if (s->is_stopping && !s->first)
            break;
        if (ended) {
            service_tell(s); /* without the lock: what came meanwhile has signalled to nobody */
            continue;
        }
        if (has_turn || !s->opt.turn || !s->first)
            pthread_cond_wait(&s->work, &s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* What it adds at most to a step of N tokens that they look at pictures. */
static double sight_ns(const struct plan *plan, const struct service_options *o, uint32_t n)
{
    uint64_t apart = n < o->n_jobs_max ? n : o->n_jobs_max;
    return plan_sight_ns(plan, n, (n - apart) * o->sight_rows, apart * o->sight_rows);
}

static double cost(const void *user, const struct sched_load *load)
{
    const struct service *s = user;
    const struct plan *plan = &s->engine->plan->plan;
    double ns = plan_batch_ns(plan, load->n_tokens, load->together, load->apart);
    ns += plan_pool_ns(plan, load->n_tokens); /* any of them may be pooled */
    ns += sight_ns(plan, &s->opt, load->n_tokens);
    return (ns + s->opt.others_s * 1e9) * s->pace + s->host_ns;
}

double service_share(const struct plan *plan, const struct service_options *o, uint32_t n_pages,
                     uint32_t *chunk)
{
    uint32_t n = plan->program[plan->n_programs - 1].bucket, least = o->n_jobs_max;
    uint64_t context = plan->window && plan->window < plan->n_ctx ? plan->window : plan->n_ctx;
    uint64_t apart = context * o->n_jobs_max, all = (uint64_t)n_pages * LAYOUT_PAGE;
    apart = apart < all ? apart : all;
    double decode =
        plan_batch_ns(plan, least, 0, apart) + plan_pool_ns(plan, least) + sight_ns(plan, o, least);
    double beat = o->beat_s > 0 ? o->beat_s * 1e9 : 2 * decode;
    for (;; n = n / 2 > least ? n / 2 : least) {
        double ns = plan_batch_ns(plan, n, n * context, apart) + plan_pool_ns(plan, n) +
                    sight_ns(plan, o, n);
        *chunk = n;
        if (ns <= beat || n <= least)
            return ns;
    }
}

static takt_rc check_options(struct service_options *o, const takt_engine *en, takt_err *e)
{
    o->n_jobs_max = o->n_jobs_max ? o->n_jobs_max : 16;
    o->n_queued_max = o->n_queued_max ? o->n_queued_max : 1024;
    o->margin = o->margin != 0 ? o->margin : 1.25;
    if (o->n_draft > GUESS_MAX)
        return err_set(e, TAKT_ERR_USAGE, "draft", "%u guesses of an answer; at most %d",
                       o->n_draft, GUESS_MAX);
    takt_step_limits limits;
    takt_engine_limits(en, &limits);
    if (o->n_jobs_max > limits.n_logits)
        return err_set(e, TAKT_ERR_USAGE, "parallel",
                       "%u answers at once need as many rows of logits; the plan has %u",
                       o->n_jobs_max, limits.n_logits);
    if (o->chunk > limits.n_tokens)
        return err_set(e, TAKT_ERR_USAGE, "chunk", "%u tokens; a step of the plan has %u", o->chunk,
                       limits.n_tokens);
    if (o->n_jobs_max > (o->chunk ? o->chunk : limits.n_tokens))
        return err_set(e, TAKT_ERR_USAGE, "parallel",
                       "%u answers at once do not fit a step of %u tokens", o->n_jobs_max,
                       o->chunk ? o->chunk : limits.n_tokens);
    return TAKT_OK;
}

static takt_rc make_guessers(struct service *s, uint32_t n_ctx, takt_err *e)
{
    uint32_t n = s->opt.n_jobs_max;
    s->guesser = calloc(n, sizeof *s->guesser);
    s->free_guesser = calloc(n, sizeof *s->free_guesser);
    if (!s->guesser || !s->free_guesser)
        return err_set(e, TAKT_ERR_MEMORY, "service", "no memory for the guesses of %u requests",
                       n);
    for (; s->n_free_guessers < n; s->n_free_guessers++) {
        struct guesser *g = &s->guesser[s->n_free_guessers];
        TAKT_TRY(guesser_init(g, n_ctx, e));
        s->free_guesser[s->n_free_guessers] = g;
    }
    return TAKT_OK;
}

static takt_rc make(struct service *s, takt_err *e)
{
    const struct service_options *o = &s->opt;
    const struct plan *plan = &s->engine->plan->plan;
    const struct sched_config config = {
        .cost = cost,
        .cost_user = s,
        .n_jobs_max = o->n_jobs_max,
        .n_queued_max = o->n_queued_max,
        .n_pages = s->engine->kv.n_pages,
        .page_tokens = LAYOUT_PAGE,
        .n_ctx = plan->n_ctx,
        .chunk = o->chunk ? o->chunk : s->engine->batch.n_tokens_max,
        .n_draft_max = o->n_draft ? s->engine->batch.n_outputs_max - o->n_jobs_max : 0,
        .margin = o->margin,
        .beat_ns = o->beat_s * 1e9,
        .queue_ns_max = o->queue_s_max * 1e9,
    };
    TAKT_TRY(sched_new(&s->sched, &config, e));
    uint32_t n_seqs = o->n_jobs_max + o->n_queued_max + 1; /* one to ask for the next with */
    s->seq = calloc(n_seqs, sizeof *s->seq);
    s->items = calloc(o->n_jobs_max, sizeof *s->items);
    s->stepping = calloc(1, sizeof *s->stepping);
    if (s->stepping)
        s->stepping->drawn = calloc(o->n_jobs_max, sizeof *s->stepping->drawn);
    if (!s->seq || !s->items || !s->stepping || !s->stepping->drawn)
        return err_set(e, TAKT_ERR_MEMORY, "service", "no memory for %u requests", n_seqs);
    for (; s->n_seqs < n_seqs; s->n_seqs++)
        TAKT_TRY(takt_seq_new(&s->seq[s->n_seqs], s->engine, e));
    TAKT_TRY(sampler_init(&s->sampler, plan->n_vocab, e));
    if (config.n_draft_max)
        TAKT_TRY(make_guessers(s, plan->n_ctx, e));
    int sys = thread_start(&s->thread, steps, s);
    if (sys)
        return err_set(e, TAKT_ERR_IO, "service", "no thread: %s", strerror(sys));
    s->has_thread = true;
    return TAKT_OK;
}

takt_rc service_new(struct service **out, takt_engine *en, const struct service_options *opt,
                    takt_err *e)
{
    struct service_options o = opt ? *opt : (struct service_options){0};
    *out = NULL;
    TAKT_TRY(check_options(&o, en, e));
    struct service *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, TAKT_ERR_MEMORY, "service", "no memory for it");
    s->engine = en;
    s->opt = o;
    s->pace = 1;
    s->host_ns = 50e3;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->work, NULL);
    takt_rc rc = make(s, e);
    if (rc.code) {
        service_free(s);
        return rc;
    }
    *out = s;
    return TAKT_OK;
}

void service_free(struct service *s)
{
    if (!s)
        return;
    if (s->has_thread) {
        pthread_mutex_lock(&s->lock);
        s->is_stopping = true;
        for (struct service_job *j = s->first; j; j = j->next)
            j->is_cancelled = true;
        s->has_cancelled = true;
        pthread_cond_signal(&s->work);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
    }
    sched_free(s->sched);
    while (s->n_seqs)
        takt_seq_free(s->seq[--s->n_seqs]);
    sampler_release(&s->sampler);
    free(s->seq);
    free(s->items);
    if (s->stepping)
        free(s->stepping->drawn);
    free(s->stepping);
    for (uint32_t i = 0; s->guesser && i < s->opt.n_jobs_max; i++)
        guesser_release(&s->guesser[i]);
    free(s->guesser);
    free(s->free_guesser);
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* ---- handing in ------------------------------------------------------------------------------ */

static takt_rc check_ids(const char *where, const int32_t *ids, uint32_t n, uint32_t n_vocab,
                         takt_err *e)
{
    for (uint32_t i = 0; i < n; i++)
        if (ids[i] < 0 || (uint32_t)ids[i] >= n_vocab)
            return err_set(e, TAKT_ERR_USAGE, where, "token id %d; the model knows 0 to %u", ids[i],
                           n_vocab - 1);
    return TAKT_OK;
}

/* Of the prompt: of the vocabulary, or of the picture that lies there. */
static takt_rc check_prompt(const struct service_job *j, const struct plan *plan, takt_err *e)
{
    for (uint32_t i = 0; i < j->n_spans; i++)
        if (j->spans[i].picture->n_embd != plan->n_embd)
            return err_set(e, TAKT_ERR_USAGE, "prompt",
                           "picture %u has rows of %u values, but the model takes %u: it was "
                           "encoded for another model",
                           i, j->spans[i].picture->n_embd, plan->n_embd);
    TAKT_TRY(sight_check(plan, j->spans, j->n_spans, "prompt", e));
    for (uint32_t i = 0; i < j->job.n_prompt; i++) {
        int32_t id = j->prompt[i];
        if (plan->has_places && !place_takes(j->spans, j->n_spans, i, id))
            return err_set(e, TAKT_ERR_USAGE, "prompt", "id %d at %u, where a picture lies", id, i);
        if (id >= 0 || j->n_spans == 0)
            TAKT_TRY(check_ids("prompt", &id, 1, plan->n_vocab, e));
        else if (!picture_is_at(j->spans, j->n_spans, i, id))
            return err_set(e, TAKT_ERR_USAGE, "prompt", "id %d at %u is of no picture there", id,
                           i);
    }
    return TAKT_OK;
}

static takt_rc check_job(const struct service *s, struct service_job *j, takt_err *e)
{
    const struct plan *plan = &s->engine->plan->plan;
    uint32_t n = j->job.n_prompt;
    if (n == 0)
        return err_set(e, TAKT_ERR_USAGE, "prompt", "is empty: there is no token to go on from");
    if (n >= plan->n_ctx)
        return err_set(e, TAKT_ERR_LIMIT, "prompt",
                       "is too long: %u tokens; this model's maximum context length is %u "
                       "tokens, and an answer needs one",
                       n, plan->n_ctx);
    TAKT_TRY(check_prompt(j, plan, e));
    TAKT_TRY(check_ids("prediction", j->hint, j->n_hint, plan->n_vocab, e));
    if (j->n_stop_ids > SERVICE_STOP_IDS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "stop ids", "%u of them; at most %d", j->n_stop_ids,
                       SERVICE_STOP_IDS_MAX);
    if (j->wants_logprobs && j->n_logprobs > SAMPLE_TOP_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "logprobs", "%u of them; at most %d", j->n_logprobs,
                       SAMPLE_TOP_MAX);
    if (j->embeds) {
        j->job.n_max = 1;
        return TAKT_OK;
    }
    uint32_t room = plan->n_ctx - n;
    if (j->job.n_max == 0 || j->job.n_max > room)
        j->job.n_max = room;
    return sampling_check(&j->sampling, plan->n_vocab, e);
}

static takt_rc make_room(struct service_job *j, uint32_t n_embd, takt_err *e)
{
    if (j->embeds) {
        j->sum = calloc(n_embd, sizeof *j->sum);
        return j->sum ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, "embedding", "no memory for it");
    }
    size_t rows = (size_t)j->job.n_max * (1 + j->n_logprobs);
    j->ids = malloc(j->job.n_max * sizeof *j->ids);
    j->logprobs = j->wants_logprobs ? malloc(rows * sizeof *j->logprobs) : NULL;
    if (j->ids && (j->logprobs || !j->wants_logprobs))
        return TAKT_OK;
    service_release(j);
    return err_set(e, TAKT_ERR_MEMORY, "answer", "no memory for %u tokens", j->job.n_max);
}

static void reset(struct service_job *j)
{
    j->ids = NULL;
    j->logprobs = NULL;
    j->sum = NULL;
    j->seq = NULL;
    j->prev = j->next = NULL;
    j->guesser = NULL;
    j->n_told = j->n_guesses = 0;
    j->n_guessed = j->n_right = j->n_hinted = j->n_hinted_right = 0;
    j->job.n_draft = 0;
    j->n_cached = 0;
    j->begun_ns = j->first_token_ns = j->end_ns = 0;
    j->was_accepted = false;
    j->is_cancelled = false;
    j->n = 0;
    j->finish = SERVICE_RUNNING;
    j->job.user = j;
    j->job.after = j->like && j->job.n_prompt > LAYOUT_PAGE ? &j->like->job : NULL;
}

/* Puts J behind all that were accepted before. */
static void append(struct service *s, struct service_job *j)
{
    j->was_accepted = true;
    j->prev = s->last;
    j->next = NULL;
    *(s->last ? &s->last->next : &s->first) = j;
    s->last = j;
}

static bool looks_into_cache(const struct service *s, const struct service_job *j)
{
    return !s->opt.no_prefix_cache && !j->embeds;
}

/* Would J, which is refused, be accepted if it held no cached pages while it waits? What is cached
 * when its turn comes is found then. */
static bool would_go_without(struct service *s, const struct service_job *j, int64_t now)
{
    struct sched_job without = j->job;
    struct sched_promise promise;
    without.n_cached = 0;
    return sched_estimate(s->sched, &without, now, &promise).refusal == SCHED_ACCEPTED;
}

takt_rc service_submit(struct service *s, struct service_job *j, int64_t now,
                       struct sched_answer *answer, takt_err *e)
{
    reset(j);
    TAKT_TRY(check_job(s, j, e));
    TAKT_TRY(make_room(j, s->engine->plan->plan.n_embd, e));
    pthread_mutex_lock(&s->lock);
    service_seat(s, j, looks_into_cache(s, j));
    *answer = sched_admit(s->sched, &j->job, now);
    if (answer->refusal != SCHED_ACCEPTED && j->n_cached && would_go_without(s, j, now)) {
        service_unseat(s, j);
        service_seat(s, j, false);
        *answer = sched_admit(s->sched, &j->job, now);
    }
    if (answer->refusal == SCHED_ACCEPTED) {
        append(s, j);
        s->n_asked_tokens += j->job.n_prompt;
        pthread_cond_signal(&s->work);
    } else {
        service_unseat(s, j);
    }
    pthread_mutex_unlock(&s->lock);
    if (answer->refusal != SCHED_ACCEPTED)
        service_release(j);
    return TAKT_OK;
}

/* Promises count with steps as slow as they come to be at times; what is likely is their mean. */
static void set_likely(const struct service *s, int64_t now, const struct sched_answer *answer,
                       struct sched_promise *p)
{
    if (answer->refusal != SCHED_ACCEPTED || p->first_token_ns == INT64_MAX) /* nothing is said */
        return;
    double mean = s->lately_predicted > 0 ? s->lately_measured / s->lately_predicted : 1;
    double share = fmin(mean / s->pace, 1);
    p->start_ns = now + (int64_t)((double)(p->start_ns - now) * share);
    p->expected_ns = now + (int64_t)((double)(p->expected_ns - now) * share);
    p->expected_token_ns *= share;
}

takt_rc service_estimate(struct service *s, struct service_job *j, int64_t now,
                         struct sched_answer *answer, struct sched_promise *promise, takt_err *e)
{
    reset(j);
    TAKT_TRY(check_job(s, j, e));
    pthread_mutex_lock(&s->lock);
    j->job.n_cached = looks_into_cache(s, j) ? prefix_peek(&s->engine->prefix, j->salt, j->prompt,
                                                           j->job.n_prompt, NULL)
                                             : 0;
    *answer = sched_estimate(s->sched, &j->job, now, promise);
    if (answer->refusal != SCHED_ACCEPTED && j->job.n_cached && would_go_without(s, j, now)) {
        j->job.n_cached = 0;
        *answer = sched_estimate(s->sched, &j->job, now, promise);
    }
    set_likely(s, now, answer, promise);
    pthread_mutex_unlock(&s->lock);
    return TAKT_OK;
}

void service_outlook(struct service *s, uint32_t n_prompt, uint32_t n_max, int64_t now,
                     struct sched_answer *answer, struct sched_promise *promise)
{
    uint32_t n_ctx = s->engine->plan->plan.n_ctx;
    struct sched_job j = {.n_prompt = n_prompt < n_ctx ? n_prompt : n_ctx - 1, .arrival_ns = now};
    j.class = SCHED_NORMAL;
    j.n_max = n_max < n_ctx - j.n_prompt ? n_max : n_ctx - j.n_prompt;
    pthread_mutex_lock(&s->lock);
    *answer = sched_estimate(s->sched, &j, now, promise);
    set_likely(s, now, answer, promise);
    pthread_mutex_unlock(&s->lock);
}

double service_end_ns(struct service *s, int64_t now)
{
    double last = 0;
    pthread_mutex_lock(&s->lock);
    for (const struct service_job *j = s->first; j; j = j->next) {
        const struct sched_job *k = &j->job;
        if (k->class == SCHED_SPARE)
            continue;
        int64_t from = k->first_ns ? k->last_ns : k->promise.first_token_ns;
        uint32_t left = k->n_answer < k->n_max ? k->n_max - k->n_answer : 0;
        last = fmax(last, (double)(from - now) + left * k->promise.token_ns);
    }
    pthread_mutex_unlock(&s->lock);
    return last;
}

void service_cancel(struct service *s, struct service_job *j)
{
    if (!j->was_accepted || atomic_load(&j->finish) != SERVICE_RUNNING)
        return;
    pthread_mutex_lock(&s->lock);
    j->is_cancelled = true;
    s->has_cancelled = true;
    pthread_cond_signal(&s->work);
    pthread_mutex_unlock(&s->lock);
}

void service_release(struct service_job *j)
{
    takt_assert(!j->was_accepted || atomic_load(&j->finish) != SERVICE_RUNNING);
    free(j->ids);
    free(j->logprobs);
    free(j->sum);
    j->ids = NULL;
    j->logprobs = NULL;
    j->sum = NULL;
}

/* ---- figures --------------------------------------------------------------------------------- */

void service_figures(struct service *s, struct service_figures *out)
{
    pthread_mutex_lock(&s->lock);
    const struct kv_pool *kv = &s->engine->kv;
    *out = (struct service_figures){
        .n_pages = kv->n_pages,
        .n_pages_used = kv->n_pages - kv->n_free - kv->n_idle,
        .n_pages_kept = kv->n_idle,
        .n_steps = s->n_steps,
        .n_prompt_tokens = s->n_prompt_tokens,
        .n_cached_tokens = s->n_cached_tokens,
        .n_answer_tokens = s->n_answer_tokens,
        .n_asked_tokens = s->n_asked_tokens,
        .n_guessed = s->n_guessed,
        .n_right = s->n_right,
        .step_begun_ns = s->step_begun_ns,
        .step_ns_predicted = s->step_ns_predicted,
        .ns_predicted = s->ns_predicted,
        .ns_measured = s->ns_measured,
    };
    sched_stats(s->sched, &out->sched);
    pthread_mutex_unlock(&s->lock);
}

void service_watch(struct service *s, service_step_fn *fn, void *user)
{
    pthread_mutex_lock(&s->lock);
    s->watch = fn;
    s->watch_user = user;
    pthread_mutex_unlock(&s->lock);
}

bool service_fault(struct service *s, takt_err *e)
{
    pthread_mutex_lock(&s->lock);
    bool failed = s->fault.code != TAKT_ERR_NONE;
    *e = s->fault;
    pthread_mutex_unlock(&s->lock);
    return failed;
}
