/* service_step: one step of all running answers, from its composition to the drawn tokens. */
#include <string.h>

#include "base/clock.h"
#include "engine/handles.h"
#include "engine/service_parts.h"

/* More than this is no habit of the machine but an accident. */
#define HOST_NS_MAX 5e6
#define PACE_MAX    3.0
#define LATELY      0.98

static struct service_job *job_of(const struct sched_item *it)
{
    return it->job->user;
}

void service_tell(struct service *s)
{
    if (!s->opt.news)
        return;
    pthread_mutex_unlock(&s->lock);
    s->opt.news(s->opt.user);
    pthread_mutex_lock(&s->lock);
}

/* ---- sequences and pages --------------------------------------------------------------------- */

/* What J holds of N tokens: a line of a batch, which may wait for long, no page for a part. */
static uint32_t held_of(struct service_job *j, uint32_t n)
{
    if (j->job.class != SCHED_SPARE)
        return n;
    takt_seq_truncate(j->seq, n - n % LAYOUT_PAGE);
    return n - n % LAYOUT_PAGE;
}

void service_seat(struct service *s, struct service_job *j, bool looks)
{
    takt_assert(s->n_seqs > 0);
    j->seq = s->seq[--s->n_seqs];
    j->n_cached = held_of(j, seq_begin(j->seq, j->salt, j->prompt, looks ? j->job.n_prompt : 0));
    j->job.n_cached = j->n_cached;
    takt_seq_pictures(j->seq, j->spans, j->n_spans);
}

void service_unseat(struct service *s, struct service_job *j)
{
    service_guess_end(s, j);
    seq_reset(j->seq);
    s->seq[s->n_seqs++] = j->seq;
    j->seq = NULL;
}

static void look_again(struct service *s, struct service_job *j, int64_t now)
{
    const struct prefix *t = &s->engine->prefix;
    uint32_t had = j->n_cached;
    if (prefix_peek(t, j->salt, j->prompt, j->job.n_prompt, NULL) <= had)
        return;
    uint32_t has = held_of(j, seq_begin_again(j->seq, j->prompt, j->job.n_prompt));
    if (has > had && sched_cached(s->sched, &j->job, has, now))
        j->n_cached = has;
    else
        takt_seq_truncate(j->seq, had);
}

void service_look_again(struct service *s, int64_t now)
{
    enum { LOOKS_MAX = 16 }; /* a look costs some microseconds */
    uint32_t n = 0;
    if (s->opt.no_prefix_cache || s->n_looked == s->n_published)
        return;
    s->n_looked = s->n_published;
    for (struct service_job *j = s->first; j && n < LOOKS_MAX; j = j->next)
        if (j->job.state == SCHED_QUEUED && !j->embeds) {
            look_again(s, j, now);
            n++;
        }
}

/* ---- ends ------------------------------------------------------------------------------------ */

/* From here on J is its owner's: nothing may touch it afterwards. */
static void end(struct service *s, struct service_job *j, enum service_finish why)
{
    sched_end(s->sched, &j->job);
    if (why != SERVICE_FAULT && !s->opt.no_prefix_cache && !j->embeds) {
        seq_publish_tail(j->seq); /* a conversation may go on from here */
        s->n_published++;
    }
    service_unseat(s, j);
    *(j->prev ? &j->prev->next : &s->first) = j->next;
    *(j->next ? &j->next->prev : &s->last) = j->prev;
    j->end_ns = clock_ns();
    atomic_store_explicit(&j->finish, why, memory_order_release);
}

bool service_drop_cancelled(struct service *s)
{
    bool any = false;
    if (!s->has_cancelled)
        return false;
    s->has_cancelled = false;
    for (struct service_job *j = s->first, *next; j; j = next) {
        next = j->next;
        if (j->is_cancelled) {
            end(s, j, SERVICE_CANCELLED);
            any = true;
        }
    }
    return any;
}

/* ---- the step -------------------------------------------------------------------------------- */

/* J's first step: sets its pages aside. The scheduler has counted that they are there. */
static takt_rc begin(struct service *s, struct service_job *j, int64_t now, takt_err *e)
{
    j->begun_ns = now;
    service_guess_begin(s, j);
    return seq_promise(j->seq, j->job.n_prompt + j->job.n_max, e);
}

/* Fills items[i] and takes its pages, so that the step takes none. */
static takt_rc prepare(struct service *s, const struct sched_item *it, takt_step_item *item,
                       int64_t now, takt_err *e)
{
    struct service_job *j = job_of(it);
    if (j->begun_ns == 0)
        TAKT_TRY(begin(s, j, now, e));
    bool is_prompt = j->job.n_fed < j->job.n_prompt;
    *item = (takt_step_item){
        .seq = j->seq,
        .ids =
            is_prompt ? j->prompt + j->job.n_fed : j->ids + j->n - 1, /* with guesses behind it */
        .n_ids = it->n_tokens,
        .n_logits = j->embeds   ? 0
                    : is_prompt ? it->ends_prompt
                                : it->n_tokens,
        .pool = j->sum,
    };
    return takt_seq_reserve(j->seq, j->seq->n + it->n_tokens, e);
}

static bool is_stop_id(const struct service_job *j, int32_t id)
{
    for (uint32_t i = 0; i < j->n_stop_ids; i++)
        if (j->stop_ids[i] == id)
            return true;
    return false;
}

/* Draws J's next token, for POSITION. */
static enum service_finish draw(struct service *s, struct service_job *j, const float *logits,
                                uint32_t position, int32_t *drawn)
{
    const struct tokenizer *t = s->engine->model->tokenizer;
    uint32_t n = atomic_load_explicit(&j->n, memory_order_relaxed);
    struct sample_context c = {
        .tokens = j->seq->ids, .n_tokens = position, .n_answer = n, .position = position};
    c.end_ids = tokenizer_eog(t, &c.n_end_ids);
    int32_t id = sampler_draw(&s->sampler, &j->sampling, logits, &c);
    *drawn = id;
    j->stopped_by = id;
    if (!j->ignore_eog && tokenizer_is_eog(t, id))
        return SERVICE_EOG;
    if (is_stop_id(j, id))
        return SERVICE_STOP_ID;
    if (j->wants_logprobs)
        sampler_logprobs(&s->sampler, logits, id, j->n_logprobs,
                         j->logprobs + (size_t)n * (1 + j->n_logprobs));
    j->ids[n] = id;
    if (n == 0)
        j->first_token_ns = clock_ns(); /* whoever sees the token may read it */
    atomic_store_explicit(&j->n, n + 1, memory_order_release);
    return n + 1 >= j->job.n_max ? SERVICE_LENGTH : SERVICE_RUNNING;
}

/* Row I of item ITEM of the running step: the logits of what follows its token I. As long as the
 * tokens behind it, which are guesses, are those that are drawn, the next row is right as well. */
static bool on_row(void *user, size_t item, uint32_t i, const float *logits)
{
    struct stepping *x = user;
    struct service_job *j = job_of(&x->step->item[item]);
    struct drawn *d = &x->drawn[item];
    uint32_t n_ids = x->step->item[item].n_tokens;
    if (d->is_over)
        return true;
    bool has_guess = d->n < j->n_guesses;
    int32_t guess = has_guess ? j->ids[j->n] : 0, id; /* where the drawn one will stand */
    d->finish = draw(x->s, j, logits, j->seq->n - n_ids + i + 1, &id);
    d->n++;
    d->n_tried += has_guess;
    d->n_right += has_guess && id == guess;
    d->is_over = d->finish != SERVICE_RUNNING || !has_guess || id != guess;
    return true;
}

/* Follows the times of steps and of what lies between them: quickly upwards, slowly downwards. */
static void follow(struct service *s, const takt_step_info *info, int64_t begun, int64_t now)
{
    double ratio = info->predicted_ns > 0 ? (double)info->measured_ns / info->predicted_ns : 1;
    double host = (double)(now - begun - info->measured_ns);
    if (s->last_end_ns && begun - s->last_end_ns < HOST_NS_MAX)
        host += (double)(begun - s->last_end_ns);
    ratio = ratio < 1 ? 1 : ratio > PACE_MAX ? PACE_MAX : ratio;
    host = host > HOST_NS_MAX ? HOST_NS_MAX : host;
    s->pace += (ratio - s->pace) * (ratio > s->pace ? 0.1 : 0.01);
    s->host_ns += (host - s->host_ns) * (host > s->host_ns ? 0.1 : 0.01);
    s->lately_predicted = LATELY * s->lately_predicted + info->predicted_ns;
    s->lately_measured = LATELY * s->lately_measured + (double)info->measured_ns;
    s->last_end_ns = now;
    s->n_steps++;
    s->ns_predicted += info->predicted_ns;
    s->ns_measured += (double)info->measured_ns;
}

/* After a step that failed nothing is known of its jobs. */
static void fail(struct service *s, const struct sched_step *step, const takt_err *e)
{
    s->fault = *e;
    for (uint32_t i = 0; i < step->n_items; i++)
        end(s, job_of(&step->item[i]), SERVICE_FAULT);
}

/* Counts the guesses that the step has checked. */
static void count_guesses(struct service_job *j, uint32_t n_guessed, const struct drawn *d,
                          struct service_step *told)
{
    uint32_t n_right = d->n - 1; /* each led to the next row */
    told->n_drafts++;
    told->n_guessed += n_guessed;
    told->n_right += n_right;
    for (uint32_t k = 0; k < n_right; k++)
        told->right_at[k]++;
    j->n_guessed += n_guessed;
    j->n_right += n_right;
    if (j->guesser->from < j->n_hint) {
        j->n_hinted += n_guessed;
        j->n_hinted_right += n_right;
    }
}

/* What follows from the draws for each job but for scheduler and pages; without the lock. */
static void look_back(struct service *s, const struct stepping *x, struct service_step *told)
{
    for (uint32_t i = 0; i < x->step->n_items; i++) {
        struct service_job *j = job_of(&x->step->item[i]);
        const struct drawn *d = &x->drawn[i];
        uint32_t n_guessed = s->items[i].n_logits > 1 ? s->items[i].n_logits - 1 : 0;
        if (n_guessed)
            count_guesses(j, n_guessed, d, told);
        if (d->finish == SERVICE_RUNNING)
            service_guess(s, j, d);
    }
}

static void settle(struct service *s, const struct stepping *x, int64_t now)
{
    const struct sched_step *step = x->step;
    for (uint32_t i = 0; i < step->n_items; i++) {
        struct service_job *j = job_of(&step->item[i]);
        uint32_t n_found = j->seq->n_found;
        const struct drawn *d = &x->drawn[i];
        if (d->n) /* what lies behind a wrong guess, or the end, was never there */
            seq_step_back(j->seq, s->items[i].n_logits - d->n);
        if (d->n > 1)
            sched_gain(s->sched, &j->job, d->n - 1);
        if (!s->opt.no_prefix_cache && !j->embeds)
            seq_publish(j->seq);
        s->n_published += j->seq->n_found != n_found;
        if (step->item[i].ends_prompt) {
            if (j->first_token_ns == 0) /* an embedding, or an answer that is empty */
                j->first_token_ns = now;
            s->n_prompt_tokens += j->job.n_prompt;
            s->n_cached_tokens += j->n_cached;
        }
        s->n_answer_tokens += d->n;
        if (d->finish != SERVICE_RUNNING)
            end(s, j, d->finish);
    }
}

void service_step(struct service *s, const struct sched_step *step)
{
    struct stepping *x = s->stepping;
    takt_step_info info = {0};
    takt_err e;
    takt_rc rc = TAKT_OK;
    int64_t begun = clock_ns();
    x->s = s;
    x->step = step;
    for (uint32_t i = 0; i < step->n_items && !rc.code; i++) {
        rc = prepare(s, &step->item[i], &s->items[i], begun, &e);
        bool is_embedded = job_of(&step->item[i])->embeds && step->item[i].ends_prompt;
        x->drawn[i] = (struct drawn){.finish = is_embedded ? SERVICE_EMBEDDED : SERVICE_RUNNING};
    }
    s->step_begun_ns = begun;
    s->step_ns_predicted = step->ns_predicted;
    pthread_mutex_unlock(&s->lock);
    if (!rc.code)
        rc = takt_step(s->engine, s->items, step->n_items, on_row, x, &info, &e);
    int64_t now = clock_ns();
    struct service_step told = {.ns_predicted = info.predicted_ns,
                                .ns_measured = info.measured_ns,
                                .n_tokens = step->load.n_tokens,
                                .n_items = step->n_items};
    if (!rc.code)
        look_back(s, x, &told);
    if (!rc.code && s->watch)
        s->watch(s->watch_user, &told);
    pthread_mutex_lock(&s->lock);
    s->step_begun_ns = 0;
    if (rc.code) {
        fail(s, step, &e);
    } else {
        sched_done(s->sched, step, now);
        follow(s, &info, begun, now);
        s->n_guessed += told.n_guessed;
        s->n_right += told.n_right;
        settle(s, x, now);
    }
    service_tell(s);
}
