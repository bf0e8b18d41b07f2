/* The cost of steps, as samples and as lines above them.
 *
 * Why lines. The walk must bound how many steps a row of prompts takes before it is known which
 * pieces share a step. A full step is one that no further piece fits into: its cost with that piece
 * is above the beat, so by a line of the form of sched_parts.h
 *
 *     each * c + together * P  >  beat - fixed - apart * S - (the piece).
 *
 * The left side is a sum over pieces, whatever their order: prompts add up, and so do steps. That
 * needs no property of the cost function but a line above it, so it holds for steps at bucket sizes
 * and for experts, whose cost bends the other way. */
#include "engine/sched_parts.h"

#include <math.h>
#include <stdlib.h>

uint64_t sched_pairs(const struct sched_cost *c, uint32_t past, uint32_t n)
{
    uint64_t first = (uint64_t)past + 1, last = (uint64_t)past + n, window = c->window;
    if (window == 0 || last <= window)
        return (first + last) * n / 2;
    if (first >= window)
        return window * n;
    uint64_t growing = window - first;
    return (first + window - 1) * growing / 2 + (n - growing) * window;
}

void sched_load_add(const struct sched_cost *c, struct sched_load *load, uint32_t n, uint32_t past)
{
    load->n_tokens += n;
    *(n > 1 ? &load->together : &load->apart) += sched_pairs(c, past, n);
}

double sched_cost_ns(const struct sched_cost *c, const struct sched_load *load)
{
    uint32_t n = load->n_tokens < c->chunk ? load->n_tokens : c->chunk;
    return c->ns[n] + c->together_ns[n] * (double)load->together +
           c->apart_ns[n] * (double)load->apart;
}

static double ns_with(const struct sched_cost *c, struct sched_load load, uint32_t n, uint32_t past)
{
    sched_load_add(c, &load, n, past);
    return sched_cost_ns(c, &load);
}

/* A step of few tokens may cost more than one of SCHED_PIECE, so that many are tried first. */
uint32_t sched_cost_piece(const struct sched_cost *c, const struct sched_load *load, uint32_t most,
                          uint32_t past, double limit)
{
    uint32_t n = load->n_tokens, room = c->chunk - n, lo = 0;
    most = most < room ? most : room;
    if (most == 0 || ns_with(c, *load, most, past) <= limit)
        return most;
    uint32_t hi = most, some = n < SCHED_PIECE ? SCHED_PIECE - n : 1;
    if (some < most && ns_with(c, *load, some, past) <= limit)
        lo = some;
    else if (some < most)
        hi = some;
    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (ns_with(c, *load, mid, past) <= limit)
            lo = mid;
        else
            hi = mid;
    }
    return lo > 1 ? lo : 0; /* one token alone shares nothing with others */
}

/* ---- samples --------------------------------------------------------------------------------- */

static bool is_time(double ns)
{
    return ns >= 0 && ns < 1e18; /* false for NaN */
}

/* What a position adds to a step of N tokens, in both forms. */
static bool sample(const struct sched_config *config, uint32_t n, double *ns, double *together,
                   double *apart)
{
    struct sched_load load = {.n_tokens = n};
    uint64_t far = (uint64_t)n * (config->window ? config->window : config->n_ctx);
    *ns = config->cost(config->cost_user, &load);
    load.together = far;
    *together = (config->cost(config->cost_user, &load) - *ns) / (double)far;
    load.together = 0;
    load.apart = far;
    *apart = (config->cost(config->cost_user, &load) - *ns) / (double)far;
    double least = -1e-6; /* a difference of large numbers that should be none */
    return is_time(*ns) && *ns > 0 && is_time(*together - least) && is_time(*apart - least);
}

uint32_t sched_cost_tokens(const struct sched_cost *c, double ns)
{
    uint32_t lo = 0, hi = c->chunk + 1;
    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (c->most[mid] <= ns)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

/* The line through TOP above all costs from each number of decoding jobs on. */
static void draw_line(struct sched_cost *c, struct sched_line *l, uint32_t top)
{
    double least = c->most[c->chunk] * 1e-6 / c->chunk, slope = INFINITY;
    l->top = top;
    for (uint32_t d = top < c->n_jobs ? top : c->n_jobs; d <= c->n_jobs; d++) {
        l->each[d] = 0;
        l->fixed[d] = INFINITY;
    }
    for (uint32_t d = top; d-- > 1;) {
        slope = sched_min(slope, (c->most[top] - c->most[d]) / (top - d));
        if (d > c->n_jobs)
            continue;
        l->each[d] = sched_max(slope, least);
        l->fixed[d] = sched_max(c->most[d], c->most[top] - slope * (top - d));
    }
}

static void draw_alone(struct sched_cost *c)
{
    uint32_t top = c->chunk;
    double slope = c->most[top] / top;
    for (uint32_t n = 1; n < top; n++)
        slope = sched_min(slope, (c->most[top] - c->most[n]) / (top - n));
    c->each_alone = slope;
    c->fixed_alone = c->most[top] - slope * top;
    double pairs = c->together * (double)sched_pairs(c, 0, c->chunk), piece = slope + c->piece;
    c->whole = sched_max(c->most[top] + pairs, c->fixed_alone + (SCHED_PIECE + 2) * piece);
    c->alone_attend = c->whole / (c->whole - c->fixed_alone - 2 * piece);
}

static void draw_gentle(struct sched_cost *c)
{
    for (uint32_t d = 1; d <= c->n_jobs; d++) {
        uint32_t n = sched_cost_tokens(c, c->ease * c->most[d]);
        double room = n > d ? n - d : 0;
        c->gentle_steps[d] = 1 / sched_max(room, 1);
        c->gentle[d] = (n > d ? c->ease : 2) * c->most[d] * c->gentle_steps[d];
    }
}

static void draw_lines(struct sched_cost *c)
{
    for (uint32_t l = 0; l < SCHED_LINES; l++) {
        uint32_t top = sched_cost_tokens(c, c->beat / (double)(1u << l));
        draw_line(c, &c->line[l], top ? top : 1);
    }
}

/* Without a wish, twice a full house: what the pages allow to run, time allows too. */
static bool set_beat(struct sched_cost *c, const struct sched_config *config)
{
    double reach = (double)config->n_pages * (double)config->page_tokens;
    c->beat = config->beat_ns > 0 ? config->beat_ns : 2 * (c->most[c->n_jobs] + c->apart * reach);
    draw_lines(c);
    for (int i = 0; i < 40 && !(config->beat_ns > 0); i++) {
        if (sched_cost_fits(c, 0, c->n_jobs, reach, c->beat))
            break;
        c->beat *= 1.25;
        draw_lines(c);
    }
    return sched_cost_fits(c, 0, 1, 0, c->beat);
}

bool sched_cost_sample(struct sched_cost *c, const struct sched_config *config)
{
    for (uint32_t n = 1; n <= c->chunk; n++) {
        double ns, together, apart;
        if (!sample(config, n, &ns, &together, &apart))
            return false;
    }
    c->together = c->apart = c->tail = 0;
    c->ns[0] = c->most[0] = c->together_ns[0] = c->apart_ns[0] = 0;
    for (uint32_t n = 1; n <= c->chunk; n++) {
        sample(config, n, &c->ns[n], &c->together_ns[n], &c->apart_ns[n]);
        c->most[n] = sched_max(c->ns[n], c->most[n - 1]);
        c->apart = sched_max(c->apart, c->apart_ns[n]);
        if (n >= SCHED_PIECE || n == c->chunk)
            c->together = sched_max(c->together, c->together_ns[n]);
        else
            c->tail = sched_max(c->tail, c->together_ns[n]);
    }
    c->tail = sched_max(c->tail, c->apart);
    c->piece = c->together * (c->window ? c->window : c->n_ctx);
    draw_alone(c);
    draw_gentle(c);
    return set_beat(c, config);
}

takt_rc sched_cost_init(struct sched_cost *c, const struct sched_config *config, takt_err *e)
{
    size_t tokens = (size_t)config->chunk + 1, jobs = (size_t)config->n_jobs_max + 1;
    *c = (struct sched_cost){.chunk = config->chunk,
                             .n_jobs = config->n_jobs_max,
                             .n_ctx = config->n_ctx,
                             .window = config->window,
                             .ease = config->gentle > 0 ? config->gentle : 1.4};
    double *at = c->memory = calloc(4 * tokens + (2 * SCHED_LINES + 2) * jobs, sizeof *at);
    if (!at)
        return err_set(e, TAKT_ERR_MEMORY, "scheduler", "no memory for steps of %u tokens",
                       config->chunk);
    double **by_tokens[] = {&c->ns, &c->together_ns, &c->apart_ns, &c->most};
    for (size_t i = 0; i < 4; i++, at += tokens)
        *by_tokens[i] = at;
    for (size_t l = 0; l < SCHED_LINES; l++, at += 2 * jobs) {
        c->line[l].fixed = at;
        c->line[l].each = at + jobs;
    }
    c->gentle = at;
    c->gentle_steps = at + jobs;
    c->gentle_attend = c->ease / (c->ease - 1);
    if (sched_cost_sample(c, config))
        return TAKT_OK;
    bool has_beat = c->beat > 0;
    double beat = c->beat, least = c->most[1];
    sched_cost_release(c);
    if (has_beat)
        return err_set(e, TAKT_ERR_USAGE, "beat_ns",
                       "a step of %.3f ms leaves no room for a piece of a prompt beside an answer "
                       "(%.3f ms by itself); allow longer steps",
                       beat * 1e-6, least * 1e-6);
    return err_set(e, TAKT_ERR_USAGE, "cost", "is not a time, or falls with more positions");
}

void sched_cost_release(struct sched_cost *c)
{
    free(c->memory);
    *c = (struct sched_cost){0};
}
