/* eyes: one lock guards the lists, the gallery and the figures. Pixels are looked at and steps run
 * without it. */
#include "engine/eyes.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "engine/encoding.h"
#include "engine/handles.h"

#define PACE_MAX     3.0 /* more is no habit of the machine but an accident */
#define RETRY_NS_MIN 1e6
#define LATELY       0.98 /* what the sums below keep of themselves with each step */
#define STEP_S_MIN   2e-3 /* below, lanes spend much of their time with falling asleep and waking */

/* Pictures that are looked at between two steps, lest who shows many holds up what is encoded. */
enum { LOOKS_MAX = 8 };

/* A picture that is on its way, and those that wait for it. */
struct eyes_coming {
    struct eyes_coming *next;
    struct gallery_key key;
    struct view view;
    struct encoding encoding; /* the thread's */
    struct encoding_cost left;
    uint64_t group;
};

struct eyes {
    takt_vision *vision;
    struct eyes_options opt;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock;                     /* of all below */
    pthread_cond_t work;                      /* there may be something to do */
    struct eyes_job *first, *last;            /* accepted and not ended, as they came */
    struct eyes_coming *coming, *last_coming; /* as they were looked at */
    struct encoding_batch batch;              /* the thread's: what is being encoded */
    bool is_stopping, has_cancelled, has_news;
    double pace; /* measured / predicted time of steps, lately; at least 1 */
    double lately_predicted, lately_measured; /* sums, those of long ago forgotten */
    struct eyes_figures f;
};

/* ---- ends ------------------------------------------------------------------------------------ */

/* From here on J is its owner's: nothing may touch it afterwards. */
static void end(struct eyes *s, struct eyes_job *j, enum eyes_finish why)
{
    uint64_t *count[] = {[EYES_DONE] = &s->f.n_done,
                         [EYES_CANCELLED] = &s->f.n_cancelled,
                         [EYES_FAULT] = &s->f.n_failed};
    *(j->prev ? &j->prev->next : &s->first) = j->next;
    *(j->next ? &j->next->prev : &s->last) = j->prev;
    ++*count[why];
    s->f.n_jobs--;
    s->f.n_waiting -= !j->begun_ns;
    s->has_news = true;
    j->end_ns = clock_ns();
    atomic_store(&j->is_seen, true);
    atomic_store_explicit(&j->finish, why, memory_order_release);
}

static void fail(struct eyes *s, struct eyes_job *j, const takt_err *e)
{
    j->err = *e;
    end(s, j, EYES_FAULT);
}

static void drop_coming(struct eyes *s, struct eyes_coming *c)
{
    struct eyes_coming **at = &s->coming, *before = NULL;
    for (; *at != c; at = &before->next)
        before = *at;
    *at = c->next;
    s->last_coming = s->last_coming == c ? before : s->last_coming;
    encoding_leave(&s->batch, &c->encoding);
    encoding_drop(&c->encoding);
    view_free(&c->view);
    free(c);
}

static bool is_wanted(const struct eyes *s, const struct eyes_coming *c)
{
    const struct eyes_job *j = s->first;
    while (j && j->coming != c)
        j = j->next;
    return j != NULL;
}

/* Ends those that are to be cancelled, and what was on its way for them alone. */
static void drop_cancelled(struct eyes *s)
{
    if (!s->has_cancelled)
        return;
    s->has_cancelled = false;
    for (struct eyes_job *j = s->first, *next; j; j = next) {
        next = j->next;
        if (j->is_cancelled)
            end(s, j, EYES_CANCELLED);
    }
    for (struct eyes_coming *c = s->coming, *next; c; c = next) {
        next = c->next;
        if (!is_wanted(s, c))
            drop_coming(s, c);
    }
}

/* ---- looking --------------------------------------------------------------------------------- */

static struct eyes_job *first_unseen(struct eyes *s)
{
    struct eyes_job *j = s->f.n_waiting ? s->first : NULL;
    while (j && j->begun_ns)
        j = j->next;
    return j;
}

static struct eyes_coming *find_coming(struct eyes *s, const struct gallery_key *key)
{
    struct eyes_coming *c = s->coming;
    while (c && !gallery_key_eq(&c->key, key))
        c = c->next;
    return c;
}

/* Puts VIEW, which becomes its own, behind all that are on their way; NULL: no memory. */
static struct eyes_coming *add_coming(struct eyes *s, struct view *view,
                                      const struct gallery_key *key, uint64_t group, takt_err *e)
{
    struct eyes_coming *c = calloc(1, sizeof *c);
    if (!c) {
        err_set(e, TAKT_ERR_MEMORY, "picture", "no memory for it");
        return NULL;
    }
    c->view = *view;
    if (encoding_begin(&c->encoding, s->vision, &c->view, e).code) {
        free(c);
        return NULL;
    }
    *view = (struct view){0};
    c->key = *key;
    c->group = group;
    c->left = encoding_cost(s->vision, &c->view.tiles);
    *(s->last_coming ? &s->last_coming->next : &s->coming) = c;
    s->last_coming = c;
    return c;
}

/* J's pixels are known to be VIEW. */
static void recognise(struct eyes *s, struct eyes_job *j, struct view *view)
{
    const struct gallery_key key = gallery_key_of(view, j->salt);
    takt_err e;
    memcpy(j->digest, view->digest, sizeof j->digest);
    j->coming = find_coming(s, &key);
    j->was_cached = j->coming != NULL;
    j->picture = j->coming ? NULL : gallery_find(&s->vision->gallery, &key);
    if (j->picture) {
        j->was_cached = true;
        s->f.n_hits++;
        end(s, j, EYES_DONE);
        return;
    }
    s->f.n_hits += j->was_cached;
    s->f.n_misses += !j->was_cached;
    if (!j->coming)
        j->coming = add_coming(s, view, &key, j->group, &e);
    if (!j->coming)
        fail(s, j, &e);
}

static takt_rc show(struct view *view, const struct eyes *s, const struct eyes_job *j, takt_err *e)
{
    const struct image in = {j->width, j->height, (uint8_t *)(uintptr_t)j->rgb};
    const struct image second = {j->second_width, j->second_height,
                                 (uint8_t *)(uintptr_t)j->second};
    const struct view_pair pair = {{in, second}, j->clip_width, j->clip_height, j->is_low};
    return j->second ? view_make_pair(view, s->vision, &pair, e)
                     : view_make(view, s->vision, &in, j->is_low, e);
}

/* Looks at the next picture; false: all were looked at. */
static bool look(struct eyes *s)
{
    struct eyes_job *j = first_unseen(s);
    struct view view;
    takt_err e;
    if (!j)
        return false;
    j->begun_ns = clock_ns();
    s->f.n_waiting--;
    pthread_mutex_unlock(&s->lock); /* nobody but this thread ends J */
    takt_rc rc = show(&view, s, j, &e);
    pthread_mutex_lock(&s->lock);
    atomic_store(&j->is_seen, true);
    s->has_news = true;
    if (rc.code)
        fail(s, j, &e);
    else
        recognise(s, j, &view);
    view_free(&view);
    return true;
}

/* ---- encoding -------------------------------------------------------------------------------- */

/* Follows the times of steps: quickly upwards, slowly downwards. */
static void follow(struct eyes *s, const takt_step_info *step)
{
    double ratio = step->predicted_ns > 0 ? (double)step->measured_ns / step->predicted_ns : 1;
    ratio = ratio < 1 ? 1 : ratio > PACE_MAX ? PACE_MAX : ratio;
    s->pace += (ratio - s->pace) * (ratio > s->pace ? 0.1 : 0.01);
    s->lately_predicted = s->lately_predicted * LATELY + step->predicted_ns;
    s->lately_measured = s->lately_measured * LATELY + (double)step->measured_ns;
    s->f.n_steps++;
    s->f.ns_predicted += step->predicted_ns;
    s->f.ns_measured += (double)step->measured_ns;
}

/* All that wait for C get its picture; the first of them its times. */
static void hand_out(struct eyes *s, struct eyes_coming *c)
{
    const struct encoding *x = &c->encoding;
    bool is_first = true;
    gallery_keep(&s->vision->gallery, &c->key, x->picture);
    for (struct eyes_job *j = s->first, *next; j; j = next) {
        next = j->next;
        if (j->coming != c)
            continue;
        j->picture = picture_hold(x->picture);
        j->was_cached = !is_first;
        j->predicted_ns = is_first ? x->info.predicted_ns : 0;
        j->measured_ns = is_first ? x->info.measured_ns : 0;
        is_first = false;
        end(s, j, EYES_DONE);
    }
    drop_coming(s, c);
}

/* The next batch: of the first picture on its way, and of those that are wanted with it. */
static void fill(struct eyes *s)
{
    struct eyes_coming *first = s->coming;
    for (struct eyes_coming *c = first; c; c = c->next)
        if (c == first || (c->group && c->group == first->group))
            encoding_join(&s->batch, &c->encoding, s->vision);
}

/* What is on its way after STEP, the last one of a batch or not. */
static void count(struct eyes *s, const takt_step_info *step, bool is_last)
{
    for (struct eyes_coming *c = s->coming, *next; c; c = next) {
        next = c->next;
        if (encoding_is_whole(&c->encoding, s->vision)) {
            hand_out(s, c);
        } else if (is_last) {
            c->left = encoding_left(s->vision, &c->view.tiles, c->encoding.n_done);
        } else if (c == s->coming) { /* others in the batch end with it */
            c->left.ns = fmax(c->left.ns - step->predicted_ns, 0);
            c->left.n_steps -= c->left.n_steps > 0;
        }
    }
}

/* Runs the next step of what is on its way; false: nothing is. */
static bool encode(struct eyes *s)
{
    takt_step_info step;
    if (!s->coming)
        return false;
    if (s->batch.n_tiles == 0)
        fill(s);
    pthread_mutex_unlock(&s->lock);
    turn_take(s->opt.turn);
    pthread_mutex_lock(&s->lock);
    s->f.step_begun_ns = clock_ns();
    pthread_mutex_unlock(&s->lock);
    bool is_last = encoding_step(&s->batch, s->vision, &step);
    if (is_last || turn_is_wanted(s->opt.turn))
        target_park(s->vision->target); /* lanes that look for work slow those of others */
    turn_give(s->opt.turn);
    pthread_mutex_lock(&s->lock);
    s->f.step_begun_ns = 0;
    follow(s, &step);
    count(s, &step, is_last);
    return true;
}

/* ---- the thread ------------------------------------------------------------------------------ */

static void tell(struct eyes *s)
{
    if (!s->has_news)
        return;
    s->has_news = false;
    if (!s->opt.news)
        return;
    pthread_mutex_unlock(&s->lock);
    s->opt.news(s->opt.user);
    pthread_mutex_lock(&s->lock);
}

static void *run(void *user)
{
    struct eyes *s = user;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        drop_cancelled(s);
        uint32_t n_looked = 0;
        for (tell(s); n_looked < LOOKS_MAX && look(s); n_looked++)
            tell(s);
        bool has_encoded = encode(s);
        tell(s);
        if (n_looked || has_encoded || s->has_cancelled || s->f.n_waiting)
            continue;
        gallery_trim(&s->vision->gallery); /* others may have let go of pictures */
        if (s->is_stopping)
            break;
        pthread_cond_wait(&s->work, &s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

takt_rc eyes_new(struct eyes **out, takt_vision *v, const struct eyes_options *opt, takt_err *e)
{
    static const struct eyes_options defaults = {0};
    struct eyes *s = calloc(1, sizeof *s);
    *out = NULL;
    if (!s)
        return err_set(e, TAKT_ERR_MEMORY, "pictures", "no memory for their thread");
    s->vision = v;
    s->opt = opt ? *opt : defaults;
    s->opt.cache_bytes = s->opt.cache_bytes ? s->opt.cache_bytes : VISION_CACHE_BYTES;
    s->opt.n_jobs_max = s->opt.n_jobs_max ? s->opt.n_jobs_max : 64;
    s->pace = 1;
    takt_rc rc = s->opt.step_s > 0 ? vision_part(v, s->opt.step_s, e) : TAKT_OK;
    if (rc.code) {
        free(s);
        return rc;
    }
    gallery_limit(&v->gallery, s->opt.cache_bytes);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->work, NULL);
    int sys = thread_start(&s->thread, run, s);
    s->has_thread = sys == 0;
    if (sys) {
        eyes_free(s);
        return err_set(e, TAKT_ERR_IO, "pictures", "no thread: %s", strerror(sys));
    }
    *out = s;
    return TAKT_OK;
}

void eyes_free(struct eyes *s)
{
    if (!s)
        return;
    if (s->has_thread) {
        pthread_mutex_lock(&s->lock);
        s->is_stopping = true;
        for (struct eyes_job *j = s->first; j; j = j->next)
            j->is_cancelled = true;
        s->has_cancelled = true;
        pthread_cond_signal(&s->work);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
    }
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* ---- times ----------------------------------------------------------------------------------- */

double eyes_turn_ns(const takt_vision *v)
{
    return encoding_step_ns(v);
}

double eyes_step_s(const struct plan *plan)
{
    return fmax(plan_batch_ns(plan, 1, 0, 1) / 2e9, STEP_S_MIN);
}

static struct encoding_cost cost_of(const struct eyes *s, const struct eyes_job *j)
{
    const struct tiles t =
        j->second ? tiles_frame(&s->vision->v, j->clip_width, j->clip_height, j->is_low)
                  : view_layout(s->vision, j->width, j->height, j->is_low);
    return encoding_cost(s->vision, &t);
}

/* Of all that is accepted and not ended. */
static struct encoding_cost queue_cost(const struct eyes *s)
{
    struct encoding_cost all = {0};
    for (const struct eyes_coming *c = s->coming; c; c = c->next) {
        all.n_steps += c->left.n_steps;
        all.ns += c->left.ns;
    }
    for (const struct eyes_job *j = s->first; j; j = j->next) {
        if (atomic_load(&j->is_seen)) /* then it is on its way, or waits for what is */
            continue;
        struct encoding_cost c = cost_of(s, j);
        all.n_steps += c.n_steps;
        all.ns += c.ns;
    }
    return all;
}

/* What C comes to beside others. */
static double busy_ns(const struct eyes *s, const struct encoding_cost *c)
{
    return c->ns * s->pace + c->n_steps * s->opt.others_s * 1e9;
}

/* The mean of times, to what promises count with. */
static double likely(const struct eyes *s)
{
    double mean = s->lately_predicted > 0 ? s->lately_measured / s->lately_predicted : 1;
    return fmin(mean / s->pace, 1);
}

/* Of what has the layout T. */
static void outlook(struct eyes *s, const struct tiles *t, uint32_t n_positions,
                    struct eyes_outlook *out)
{
    const struct encoding_cost mine = encoding_cost(s->vision, t);
    pthread_mutex_lock(&s->lock);
    struct encoding_cost queue = queue_cost(s);
    *out = (struct eyes_outlook){.n_positions = n_positions,
                                 .n_steps = mine.n_steps,
                                 .encode_ns = mine.ns * s->pace,
                                 .queue_ns = queue.ns * s->pace,
                                 .end_ns = busy_ns(s, &queue) + busy_ns(s, &mine),
                                 .likely = likely(s)};
    pthread_mutex_unlock(&s->lock);
}

void eyes_outlook(struct eyes *s, uint32_t width, uint32_t height, bool is_low,
                  struct eyes_outlook *out)
{
    const struct tiles t = view_layout(s->vision, width, height, is_low);
    outlook(s, &t, view_positions(s->vision, &t), out);
}

void eyes_outlook_pair(struct eyes *s, uint32_t width, uint32_t height, bool is_low,
                       struct eyes_outlook *out)
{
    const struct tiles t = tiles_frame(&s->vision->v, width, height, is_low);
    outlook(s, &t, t.n_cols * t.n_rows, out);
}

/* ---- handing in ------------------------------------------------------------------------------ */

static void reset(struct eyes_job *j)
{
    atomic_store(&j->finish, EYES_RUNNING);
    atomic_store(&j->is_seen, false);
    j->picture = NULL;
    j->was_cached = j->was_accepted = j->is_cancelled = false;
    j->predicted_ns = 0;
    j->measured_ns = j->begun_ns = j->end_ns = 0;
    j->err = (takt_err){0};
    j->prev = j->next = NULL;
    j->coming = NULL;
}

takt_rc eyes_submit(struct eyes *s, struct eyes_job *j, double *retry_ns, takt_err *e)
{
    reset(j);
    *retry_ns = 0;
    TAKT_TRY(view_check(j->width, j->height, e));
    if (j->second)
        TAKT_TRY(view_check(j->clip_width, j->clip_height, e));
    pthread_mutex_lock(&s->lock);
    if (s->f.n_jobs >= s->opt.n_jobs_max) {
        const struct eyes_job *first = s->first;
        struct encoding_cost c = first->coming ? first->coming->left : cost_of(s, first);
        *retry_ns = fmax(busy_ns(s, &c), RETRY_NS_MIN);
        s->f.n_refused++;
    } else {
        j->was_accepted = true;
        j->prev = s->last;
        *(s->last ? &s->last->next : &s->first) = j;
        s->last = j;
        s->f.n_jobs++;
        s->f.n_waiting++;
        pthread_cond_signal(&s->work);
    }
    pthread_mutex_unlock(&s->lock);
    return TAKT_OK;
}

takt_picture *eyes_find(struct eyes *s, const uint8_t digest[32], uint64_t salt)
{
    struct gallery_key key = {.salt = salt};
    memcpy(key.digest, digest, sizeof key.digest);
    pthread_mutex_lock(&s->lock);
    takt_picture *p = gallery_find(&s->vision->gallery, &key);
    pthread_mutex_unlock(&s->lock);
    return p;
}

void eyes_cancel(struct eyes *s, struct eyes_job *j)
{
    if (!j->was_accepted || atomic_load(&j->finish) != EYES_RUNNING)
        return;
    pthread_mutex_lock(&s->lock);
    j->is_cancelled = true;
    s->has_cancelled = true;
    pthread_cond_signal(&s->work);
    pthread_mutex_unlock(&s->lock);
}

/* ---- figures --------------------------------------------------------------------------------- */

void eyes_figures(struct eyes *s, struct eyes_figures *out)
{
    pthread_mutex_lock(&s->lock);
    const struct gallery *g = &s->vision->gallery;
    *out = s->f;
    out->n_dropped = g->stats.n_dropped;
    out->n_kept = g->stats.n;
    out->kept_bytes = g->stats.bytes;
    out->cache_bytes = g->bytes_max;
    struct encoding_cost queue = queue_cost(s);
    out->queue_ns = queue.ns * s->pace;
    pthread_mutex_unlock(&s->lock);
}
