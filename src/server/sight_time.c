/* sight_time: how long it takes to see pictures, told beforehand. */
#include <math.h>

#include "server/sight_parts.h"

enum { SMALL_PIXELS = 1 << 18 };
/* What decoding takes, until something was decoded here: a small picture, and each pixel. */
#define SMALL_NS_GUESS 5e6
#define PIXEL_NS_GUESS 15.0

void sight_guess(struct sights *all)
{
    all->small_ns = SMALL_NS_GUESS;
    all->pixel_ns = PIXEL_NS_GUESS;
}

void sight_learn(struct sights *all, const struct look *l)
{
    enum { HABIT = 8 };
    double ns = fmax(l->decode_ns - all->small_ns, 0) / (double)look_pixels(l);
    if (look_pixels(l) < SMALL_PIXELS)
        all->small_ns += (l->decode_ns - all->small_ns) / HABIT;
    else
        all->pixel_ns += (ns - all->pixel_ns) / HABIT;
}

/* Does any model have something to do? Its steps go between those of the encoders. */
static bool is_busy(const struct server *s)
{
    struct service_figures f;
    for (uint32_t i = 0; i < s->config.n_models; i++) {
        if (atomic_load(&s->model[i].state) != SERVED_READY)
            continue;
        service_figures(s->model[i].service, &f);
        if (f.sched.n_running + f.sched.n_queued > 0)
            return true;
    }
    return false;
}

static double decode_ns(const struct sights *all, const struct look *l)
{
    return all->small_ns + (double)look_pixels(l) * all->pixel_ns;
}

/* Is L on its way already, in X or in a sight W before it? Then it is not encoded again. */
static bool is_in(const struct sight *w, const struct look *l)
{
    for (uint32_t i = 0; i < w->n && &w->look[i] != l; i++)
        if (w->look[i].stage < SEEN && look_is_same(&w->look[i], l))
            return true;
    return false;
}

/* Will W, which came before X, be encoded before it? */
static bool counts(const struct sight *w, const struct sight *x)
{
    return w->model == x->model && w->is_sized && !w->is_over && !w->sizes_only &&
           (!w->call.is_batch || x->call.is_batch);
}

static bool is_coming(const struct sight *x, const struct look *l)
{
    for (const struct sight *w = x->call.s->sights->first; w && w != x; w = w->next)
        if (counts(w, x) && is_in(w, l))
            return true;
    return is_in(x, l);
}

/* Steps of the encoder for pictures that came before X's and are not in its queue yet. */
static double steps_before(const struct sight *x)
{
    double n = 0;
    for (const struct sight *w = x->call.s->sights->first; w && w != x; w = w->next) {
        for (uint32_t i = 0; counts(w, x) && i < w->n; i++)
            n += w->look[i].stage < SHOWN ? w->look[i].n_steps : 0;
    }
    return n;
}

double sight_ns(const struct sight *x, double *slow_ns)
{
    const struct sights *all = x->call.s->sights;
    struct eyes_outlook o;
    double most_ns = 0, sum_ns = 0, n_steps = 0, own_ns = 0, others_ns = 0, n_queued = 0;
    double likely = 1;
    bool shares = is_busy(x->call.s), waits = false;
    for (uint32_t i = 0; i < x->n; i++) {
        struct look *l = &x->look[i];
        l->n_steps = 0;
        if (l->stage == SEEN)
            continue;
        waits = true;
        if (l->is_pair)
            eyes_outlook_pair(x->model->eyes, l->clip_width, l->clip_height, l->said->is_low, &o);
        else
            eyes_outlook(x->model->eyes, l->head.width, l->head.height, l->said->is_low, &o);
        l->n_steps = is_coming(x, l) ? 0 : o.n_steps;
        if (l->stage == SIZED) { /* of a clip they are decoded */
            sum_ns += decode_ns(all, l);
            most_ns = fmax(most_ns, decode_ns(all, l));
        }
        n_steps += l->n_steps;
        n_queued = o.queue_ns / o.encode_ns * o.n_steps;
        own_ns = o.encode_ns / o.n_steps; /* of a step */
        others_ns = shares ? o.end_ns / (n_queued + o.n_steps) - own_ns : 0;
        likely = o.likely;
    }
    if (waits) /* what is known waits for nobody */
        n_steps += n_queued + steps_before(x);
    double pixels_ns = fmax(most_ns, sum_ns / all->n_threads);
    if (slow_ns)
        *slow_ns = pixels_ns + n_steps * (own_ns + others_ns);
    return pixels_ns + n_steps * (own_ns * likely + others_ns);
}

static bool is_all_seen(const struct sight *x)
{
    for (uint32_t i = 0; i < x->n; i++)
        if (x->look[i].stage != SEEN)
            return false;
    return true;
}

double sight_ahead_ns(const struct sight *x)
{
    double ns = 0;
    if (is_all_seen(x)) /* it goes before them */
        return 0;
    for (const struct sight *w = x->call.s->sights->first; w && w != x; w = w->next)
        if (counts(w, x))
            ns += w->reading_ns;
    return ns;
}

void sight_will_read(struct sight *x, double ns)
{
    x->reading_ns = ns;
}
