#include "text/text_out.h"

#include <stdlib.h>
#include <string.h>

takt_rc text_out_init(struct text_out *o, const struct tokenizer *t,
                      const struct text_out_options *opt, takt_err *e)
{
    *o = (struct text_out){.opt = *opt};
    size_t longest = 0;
    for (size_t i = 0; i < opt->n_stop; i++)
        longest = opt->stop[i].len > longest ? opt->stop[i].len : longest;
    if (longest > TEXT_OUT_STOP_BYTES_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "stop text", "has %zu bytes; at most %d", longest,
                       TEXT_OUT_STOP_BYTES_MAX);
    /* What is undecided is shorter than the longest stop text, what a token adds than a piece. */
    o->cap = longest + tokenizer_piece_max(t) + 64;
    o->held = malloc(o->cap);
    if (!o->held)
        return err_set(e, TAKT_ERR_MEMORY, "answer", "no memory for its text");
    detok_init(&o->detok, t, false, opt->print_control);
    return TAKT_OK;
}

void text_out_release(struct text_out *o)
{
    free(o->held);
    *o = (struct text_out){0};
}

/* Where the earliest stop text begins in the held text, or SIZE_MAX. */
static size_t find_stop(struct text_out *o)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < o->opt.n_stop; i++) {
        const struct slice *s = &o->opt.stop[i];
        const char *at = s->len ? memmem(o->held, o->n_held, s->p, s->len) : NULL;
        if (at && (size_t)(at - o->held) < first) {
            first = (size_t)(at - o->held);
            o->which = i;
        }
    }
    return first;
}

/* How many bytes at the end of the held text could still become a stop text. */
static size_t undecided(const struct text_out *o)
{
    size_t most = 0;
    for (size_t i = 0; i < o->opt.n_stop; i++) {
        const struct slice *s = &o->opt.stop[i];
        for (size_t k = s->len > o->n_held ? o->n_held : s->len; k > most; k--)
            if (memcmp(o->held + o->n_held - k, s->p, k) == 0)
                most = k;
    }
    return most;
}

/* Hands out what is decided: it stays where it is until the next call drops it. */
static struct slice hand_out(struct text_out *o, bool at_end)
{
    size_t stop = find_stop(o);
    if (stop != SIZE_MAX) {
        o->stopped = true;
        o->n_held = o->n_out = stop + (o->opt.keep_stop ? o->opt.stop[o->which].len : 0);
    } else {
        o->n_out = at_end ? o->n_held : o->n_held - undecided(o);
    }
    return (struct slice){(const uint8_t *)o->held, o->n_out};
}

static void drop_handed_out(struct text_out *o)
{
    o->n_held -= o->n_out;
    memmove(o->held, o->held + o->n_out, o->n_held);
    o->n_out = 0;
}

struct slice text_out_feed(struct text_out *o, int32_t id)
{
    drop_handed_out(o);
    if (o->stopped)
        return (struct slice){(const uint8_t *)o->held, 0};
    o->n_held += detok_feed(&o->detok, id, o->held + o->n_held, o->cap - o->n_held);
    return hand_out(o, false);
}

struct slice text_out_end(struct text_out *o)
{
    drop_handed_out(o);
    if (o->stopped)
        return (struct slice){(const uint8_t *)o->held, 0};
    o->n_held += detok_end(&o->detok, o->held + o->n_held, o->cap - o->n_held);
    return hand_out(o, true);
}
