/* takt_generate: prefill, then one token after the other, or several where text repeats itself;
 * with stop texts and whole characters. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/guess.h"
#include "engine/handles.h"
#include "engine/sample.h"

enum { RESERVE_AHEAD = 512, STOP_BYTES_MAX = 4096, PREFILL_TOKENS_MIN = 16 };
#define PREFILL_STEP_NS 3e9

struct generation {
    takt_seq *s;
    const takt_generate_options *opt;
    takt_stats *st;
    struct sampler sampler;
    struct detok detok;
    char
        *held; /* text that is not handed out yet, because it may be the beginning of a stop text */
    size_t n_held, cap;
    int64_t begin_ns;
    struct guesser guesser;
    struct guess_pace pace;
    uint32_t n_draft, n_read; /* n_read: tokens that the guesser knows */
};

/* Where the earliest stop text begins in the held text, or SIZE_MAX. */
static size_t find_stop(const struct generation *g)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < g->opt->n_stop; i++) {
        size_t len = strlen(g->opt->stop[i]);
        const char *at = len ? memmem(g->held, g->n_held, g->opt->stop[i], len) : NULL;
        if (at && (size_t)(at - g->held) < first)
            first = (size_t)(at - g->held);
    }
    return first;
}

/* How many bytes at the end of the held text could still become a stop text. */
static size_t undecided(const struct generation *g)
{
    size_t most = 0;
    for (size_t i = 0; i < g->opt->n_stop; i++) {
        size_t len = strlen(g->opt->stop[i]);
        for (size_t k = len > g->n_held ? g->n_held : len; k > most; k--)
            if (memcmp(g->held + g->n_held - k, g->opt->stop[i], k) == 0)
                most = k;
    }
    return most;
}

/* Hands out what is decided. Returns false when the answer ends here (finish is then set). */
static bool hand_out(struct generation *g, int32_t id, bool at_end)
{
    size_t stop = find_stop(g), n = stop;
    if (stop == SIZE_MAX)
        n = at_end ? g->n_held : g->n_held - undecided(g);
    bool go_on = true;
    if (g->opt->token && (n > 0 || !at_end))
        go_on = g->opt->token(g->opt->user, id, g->held, n);
    memmove(g->held, g->held + n, g->n_held - n);
    g->n_held -= n;
    if (stop != SIZE_MAX) {
        g->n_held = 0;
        g->st->finish = TAKT_FINISH_STOP;
        return false;
    }
    if (!go_on)
        g->st->finish = TAKT_FINISH_CANCELLED;
    return go_on;
}

/* Tokens of the next step of a prompt of which N are left: a chunk, or less where that would keep
 * a person waiting without a sign, or deaf to an interrupt, for long. No bit depends on it. */
static uint32_t prefill_tokens(const struct generation *g, uint32_t n)
{
    const struct plan *plan = &g->s->engine->plan->plan;
    uint32_t k = n < g->s->engine->plan->chunk ? n : g->s->engine->plan->chunk;
    while (g->opt->progress && k > PREFILL_TOKENS_MIN &&
           plan_step_ns(plan, k, plan_visible_pairs(plan, g->s->n, k)) > PREFILL_STEP_NS)
        k = (k + 1) / 2;
    return k;
}

static takt_rc prefill(struct generation *g, const int32_t *prompt, uint32_t n, takt_err *e)
{
    takt_seq *s = g->s;
    for (uint32_t at = 0; at < n;) {
        uint32_t k = prefill_tokens(g, n - at);
        double predicted;
        TAKT_TRY(seq_step(s, prompt + at, k, at + k == n ? 1 : 0, NULL, &predicted, e));
        g->st->prefill_ns_predicted += predicted;
        at += k;
        if (g->opt->progress && !g->opt->progress(g->opt->user, "prefill", at, n)) {
            g->st->finish = TAKT_FINISH_CANCELLED;
            return TAKT_OK;
        }
    }
    g->st->prefill_ns = clock_ns() - g->begin_ns;
    return TAKT_OK;
}

/* Puts the text that ID completes behind the held text. */
static void hold(struct generation *g, int32_t id)
{
    g->n_held += detok_feed(&g->detok, id, g->held + g->n_held, g->cap - g->n_held);
}

static uint32_t ahead(uint32_t n_left)
{
    return n_left < RESERVE_AHEAD ? n_left : RESERVE_AHEAD;
}

/* ---- tokens ---------------------------------------------------------------------------------- */

/* The token for position N, from row ROW of the last step. */
static int32_t draw(struct generation *g, uint32_t n, uint32_t row)
{
    const takt_seq *s = g->s;
    struct sample_context c = {
        .tokens = s->ids, .n_tokens = n, .n_answer = g->st->n_generated, .position = n};
    c.end_ids = tokenizer_eog(s->engine->model->tokenizer, &c.n_end_ids);
    return sampler_draw(&g->sampler, &g->opt->sampling, target_logits(s->engine->target, row), &c);
}

static uint32_t tokens_left(const struct generation *g)
{
    uint32_t max = g->opt->max_tokens ? g->opt->max_tokens : UINT32_MAX;
    return max - g->st->n_generated;
}

/* Hands out ID, which stands at position N. False: the answer ends here (finish is then set). */
static bool take(struct generation *g, int32_t id, uint32_t n)
{
    const takt_seq *s = g->s;
    if (g->st->n_generated++ == 0)
        g->st->first_token_ns = clock_ns() - g->begin_ns;
    bool eog = !g->opt->ignore_eog && tokenizer_is_eog(s->engine->model->tokenizer, id);
    g->st->finish = eog                                ? TAKT_FINISH_EOG
                    : tokens_left(g) == 0              ? TAKT_FINISH_LENGTH
                    : n == s->engine->plan->plan.n_ctx ? TAKT_FINISH_CONTEXT
                                                       : TAKT_FINISH_LENGTH;
    if (eog && !g->opt->print_special)
        return false;
    hold(g, id);
    return hand_out(g, id, false) && !eog && tokens_left(g) > 0 && n < s->engine->plan->plan.n_ctx;
}

/* ---- guesses --------------------------------------------------------------------------------- */

static double cost(const void *user, uint32_t n)
{
    const struct generation *g = user;
    const struct plan *plan = &g->s->engine->plan->plan;
    uint64_t pairs = plan_visible_pairs(plan, g->s->n, n + 1);
    double ns = plan_batch_ns(plan, n + 1, n ? pairs : 0, n ? 0 : pairs);
    return ns * guess_pace_of(&g->pace, n + 1);
}

/* Puts guesses of what follows ids[0], the last token, behind it. Returns how many stand there;
 * *DEPTH: how many of them to check. */
static uint32_t guess(struct generation *g, int32_t ids[1 + GUESS_MAX], uint32_t *depth)
{
    const takt_seq *s = g->s;
    uint32_t room = s->engine->plan->plan.n_ctx - s->n - 1, left = tokens_left(g) - 1;
    double chance;
    *depth = 0;
    if (g->n_draft == 0)
        return 0;
    guesser_read(&g->guesser, s->ids + g->n_read, s->n - g->n_read);
    guesser_read(&g->guesser, ids, 1);
    g->n_read = s->n + 1;
    room = room < left ? room : left;
    uint32_t n =
        guesser_guess(&g->guesser, ids + 1, room < g->n_draft ? room : g->n_draft, &chance);
    *depth = guess_depth(chance, n, cost, g);
    return n;
}

/* Draws a token from each row of the last step as long as the one before it was guessed: IDS are
 * what it was given and N_GUESSES guesses, of which it checked DEPTH. ids[0] is the last token
 * then. False: the answer ends. */
static bool take_rows(struct generation *g, int32_t *ids, uint32_t n_guesses, uint32_t depth)
{
    takt_seq *s = g->s;
    uint32_t begin = s->n - 1 - depth, k = 0, n_tried = 0, n_right = 0;
    bool go_on, is_right;
    int32_t id;
    do {
        id = draw(g, begin + 1 + k, k);
        n_tried += k < n_guesses;
        is_right = k < n_guesses && id == ids[1 + k];
        n_right += is_right;
        k++;
        go_on = take(g, id, begin + k);
    } while (go_on && is_right && k <= depth);
    ids[0] = id;
    seq_step_back(s, 1 + depth - k); /* what lies behind a wrong guess was never there */
    g->st->n_guessed += depth;
    g->st->n_right += k - 1;
    if (g->n_draft)
        guesser_judge(&g->guesser, n_tried, n_right);
    return go_on;
}

static takt_rc decode(struct generation *g, takt_err *e)
{
    takt_seq *s = g->s;
    int32_t ids[1 + GUESS_MAX];
    uint32_t n_guesses = 0, depth = 0;
    while (take_rows(g, ids, n_guesses, depth)) {
        /* Pages for what follows, taken while somebody reads the first token, not before it. */
        if (g->st->n_generated == 1 || s->n % RESERVE_AHEAD <= depth)
            TAKT_TRY(takt_seq_reserve(s, s->n + ahead(tokens_left(g)), e));
        int64_t measured;
        double predicted;
        n_guesses = guess(g, ids, &depth);
        TAKT_TRY(seq_step(s, ids, 1 + depth, 1 + depth, &measured, &predicted, e));
        guess_pace_add(&g->pace, 1 + depth, (double)measured, predicted);
        g->st->decode_ns += measured;
        g->st->decode_ns_predicted += predicted;
    }
    return TAKT_OK;
}

static takt_rc check_prompt(const takt_seq *s, const int32_t *prompt, size_t n, takt_err *e)
{
    const struct plan *plan = &s->engine->plan->plan;
    if (n == 0)
        return err_set(e, TAKT_ERR_USAGE, "prompt", "is empty: there is no token to continue from");
    if (n > plan->n_ctx - s->n)
        return err_set(
            e, TAKT_ERR_LIMIT, "prompt",
            "has %zu tokens, but the context has room for %u (of %u positions, %u are in use); "
            "shorten it or raise the context (--ctx)",
            n, plan->n_ctx - s->n, plan->n_ctx, s->n);
    return seq_check_known(s, prompt, n, "prompt", e);
}

static takt_rc prepare(struct generation *g, takt_err *e)
{
    const takt_model *m = g->s->engine->model;
    uint32_t n_vocab = g->s->engine->plan->plan.n_vocab;
    TAKT_TRY(sampling_check(&g->opt->sampling, n_vocab, e));
    if (!m->tokenizer) {
        if (e)
            *e = m->tokenizer_err;
        return (takt_rc){m->tokenizer_err.code};
    }
    size_t longest = 0;
    for (size_t i = 0; i < g->opt->n_stop; i++)
        longest = strlen(g->opt->stop[i]) > longest ? strlen(g->opt->stop[i]) : longest;
    if (longest > STOP_BYTES_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "stop text", "has %zu bytes; at most %d", longest,
                       STOP_BYTES_MAX);
    g->cap = longest + tokenizer_piece_max(m->tokenizer) + 64;
    g->held = malloc(g->cap);
    if (!g->held)
        return err_set(e, TAKT_ERR_MEMORY, "answer", "no memory for its text");
    detok_init(&g->detok, m->tokenizer, false, g->opt->print_special);
    uint32_t rows = g->s->engine->batch.n_outputs_max;
    g->n_draft = g->opt->n_draft < rows - 1 ? g->opt->n_draft : rows - 1;
    g->n_draft = g->n_draft < GUESS_MAX ? g->n_draft : GUESS_MAX;
    if (g->n_draft)
        TAKT_TRY(guesser_init(&g->guesser, g->s->engine->plan->plan.n_ctx, e));
    return sampler_init(&g->sampler, n_vocab, e);
}

takt_rc takt_generate(takt_seq *s, const int32_t *prompt, size_t n_prompt,
                      const takt_generate_options *opt, takt_stats *stats, takt_err *e)
{
    takt_stats ignored;
    struct generation g = {
        .s = s, .opt = opt, .st = stats ? stats : &ignored, .begin_ns = clock_ns()};
    *g.st = (takt_stats){.n_prompt = (uint32_t)n_prompt, .finish = TAKT_FINISH_LENGTH};
    TAKT_TRY(check_prompt(s, prompt, n_prompt, e));
    takt_rc rc = prepare(&g, e);
    if (!rc.code)
        rc = takt_seq_reserve(s, s->n + (uint32_t)n_prompt, e);
    if (!rc.code)
        rc = prefill(&g, prompt, (uint32_t)n_prompt, e);
    if (!rc.code && g.st->finish != TAKT_FINISH_CANCELLED)
        rc = decode(&g, e);
    if (!rc.code && g.held && g.st->finish != TAKT_FINISH_STOP &&
        g.st->finish != TAKT_FINISH_CANCELLED) {
        g.n_held += detok_end(&g.detok, g.held + g.n_held, g.cap - g.n_held);
        takt_finish why = g.st->finish;
        hand_out(&g, -1, true);
        if (g.st->finish != TAKT_FINISH_STOP)
            g.st->finish = why;
    }
    free(g.held);
    guesser_release(&g.guesser);
    sampler_release(&g.sampler);
    return rc;
}
