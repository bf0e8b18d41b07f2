/* takt_generate and sequences: stop texts, whole characters, limits, cancelling, and memory of
 * positions. Most tests use a model whose answer is known: it says next[token] after each token. */
#include "base/utf8.h"
#include "made.h"
#include "plan/layout.h"

/* Tokens from 259 on; single bytes are 3 + byte. */
static const char *const pieces[] = {"Hel", "lo", "wor", "ld", "!", "go", "ing", "A", "B", "Z"};
enum { HEL = MADE_BYTES, LO, WOR, LD, BANG, GO, ING, A, B, Z, N_PIECES = 10 };
enum { EOS = 2, N_VOCAB = 331 };
#define BYTE(b) (3 + (b))

struct text {
    char p[8192];
    size_t len;
    uint32_t n_calls, cancel_after;
    bool split; /* a piece was no whole number of characters */
    uint64_t progress_done, progress_stop;
};

static bool on_token(void *user, int32_t id, const char *text, size_t len)
{
    struct text *t = user;
    (void)id;
    t->split |= !utf8_valid((const uint8_t *)text, len);
    if (t->len + len < sizeof t->p) {
        memcpy(t->p + t->len, text, len);
        t->len += len;
    }
    t->p[t->len] = '\0';
    t->n_calls++;
    return !t->cancel_after || t->n_calls < t->cancel_after;
}

static bool on_progress(void *user, const char *what, uint64_t done, uint64_t total)
{
    struct text *t = user;
    T_EQ_STR(what, "prefill");
    T_OK(done > t->progress_done && done <= total);
    t->progress_done = done;
    return !t->progress_stop || done < t->progress_stop;
}

/* A says "Hello", a euro sign in three bytes, "world!" and ends; B says "go" and half a character;
 * Z says "going" without end. */
static const char *chain_model(void)
{
    static char path[300];
    static int32_t next[N_VOCAB];
    static const int32_t chains[][12] = {
        {A, HEL, LO, BYTE(0xE2), BYTE(0x82), BYTE(0xAC), WOR, LD, BANG, EOS, -1},
        {B, BYTE(0x47), BYTE(0xC3), EOS, -1},
        {Z, GO, ING, GO, -1},
    };
    if (path[0])
        return path;
    memset(next, -1, sizeof next); /* the other tokens have no successor */
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++)
        for (size_t k = 0; chains[i][k + 1] >= 0; k++)
            next[chains[i][k]] = chains[i][k + 1];
    next[EOS] = A;
    const char *p = made_write((struct made){.type = QTYPE_F32,
                                             .n_vocab = N_VOCAB,
                                             .n_layers = 1,
                                             .next = next,
                                             .piece = pieces,
                                             .n_piece = N_PIECES});
    if (p)
        snprintf(path, sizeof path, "%s", p);
    return p ? path : NULL;
}

static bool chain_open(struct loaded *l, uint32_t n_ctx, uint32_t chunk)
{
    takt_plan_options po = {.n_ctx = n_ctx, .threads = 2, .chunk = chunk};
    return loaded_open(l, chain_model(), &po, 1);
}

static takt_generate_options greedy(struct text *t)
{
    *t = (struct text){0};
    takt_generate_options g = {
        .sampling = takt_sampling_default(), .token = on_token, .progress = on_progress, .user = t};
    g.sampling.temperature = 0;
    return g;
}

/* Generates from the single token FROM with stop texts. */
static takt_stats say(struct loaded *l, int32_t from, struct text *t, const char *const *stop,
                      size_t n_stop)
{
    takt_stats st = {0};
    takt_generate_options g = greedy(t);
    g.stop = stop;
    g.n_stop = n_stop;
    takt_seq_truncate(l->seq, 0);
    T_RC(takt_generate(l->seq, &from, 1, &g, &st, &l->e), &l->e);
    T_OK(!t->split);
    return st;
}

T_TEST(end_of_answer)
{
    struct loaded l;
    struct text t;
    if (!chain_open(&l, 64, 16))
        return;
    takt_stats st = say(&l, A, &t, NULL, 0);
    T_EQ_STR(t.p, "Hello\xE2\x82\xACworld!");
    T_EQ_INT(st.finish, TAKT_FINISH_EOG);
    T_EQ_INT(st.n_prompt, 1);
    T_EQ_INT(st.n_generated, 9); /* with the token that ends */
    T_OK(st.first_token_ns > 0 && st.prefill_ns > 0 && st.decode_ns > 0);
    T_OK(st.prefill_ns_predicted > 0 && st.decode_ns_predicted > 0);
    T_EQ_INT(takt_seq_length(l.seq), 9); /* the prompt and all tokens but the last */

    takt_generate_options g = greedy(&t);
    int32_t from = BANG;
    g.print_special = true;
    takt_seq_truncate(l.seq, 0);
    T_RC(takt_generate(l.seq, &from, 1, &g, &st, &l.e), &l.e);
    T_EQ_STR(t.p, "</s>");
    T_EQ_INT(st.finish, TAKT_FINISH_EOG);

    g = greedy(&t);
    g.ignore_eog = true;
    g.max_tokens = 4;
    takt_seq_truncate(l.seq, 0);
    T_RC(takt_generate(l.seq, &from, 1, &g, &st, &l.e), &l.e);
    T_EQ_STR(t.p, "AHello");
    T_EQ_INT(st.finish, TAKT_FINISH_LENGTH);
    loaded_free(&l);
}

/* The settings that count tokens: of the answer, not of the prompt. */
T_TEST(settings_that_count)
{
    enum { X = 300, Y = 301 }; /* what nothing leads to, nor they to anything */
    static const int32_t prompt[] = {X, X, X, X, X, X, X, X};
    static const takt_logit_bias bias[] = {{X, 100}, {Y, 98}};
    struct loaded l;
    struct text t;
    takt_stats st;
    if (!chain_open(&l, 64, 16))
        return;
    takt_generate_options g = greedy(&t);
    g.max_tokens = 6;
    g.sampling.logit_bias = bias;
    g.sampling.n_logit_bias = 2;
    T_RC(takt_generate(l.seq, prompt, 8, &g, &st, &l.e), &l.e);
    T_EQ_STR(t.p, "t300t300t300t300t300t300");
    g.sampling.presence_penalty = g.sampling.frequency_penalty = 2;
    t = (struct text){0};
    takt_seq_truncate(l.seq, 0);
    T_RC(takt_generate(l.seq, prompt, 8, &g, &st, &l.e), &l.e);
    T_OK(strncmp(t.p, "t300", 4) == 0 && strstr(t.p, "t301"));

    int32_t from = A; /* would end after nine tokens */
    g = greedy(&t);
    g.max_tokens = 20;
    g.sampling.min_tokens = 12;
    takt_seq_truncate(l.seq, 0);
    T_RC(takt_generate(l.seq, &from, 1, &g, &st, &l.e), &l.e);
    T_OK(st.n_generated > 12 && strncmp(t.p, "Hello\xE2\x82\xACworld!", 14) == 0);
    loaded_free(&l);
}

T_TEST(settings_out_of_range)
{
    static const takt_logit_bias bias = {N_VOCAB, 1};
    struct loaded l;
    struct text t;
    int32_t from = A;
    if (!chain_open(&l, 64, 16))
        return;
    takt_generate_options g = greedy(&t);
    g.sampling.presence_penalty = 3;
    T_FAILS(takt_generate(l.seq, &from, 1, &g, NULL, &l.e), &l.e, TAKT_ERR_USAGE,
            "presence_penalty: is 3");
    g.sampling.presence_penalty = 0;
    g.sampling.logit_bias = &bias;
    g.sampling.n_logit_bias = 1;
    T_FAILS(takt_generate(l.seq, &from, 1, &g, NULL, &l.e), &l.e, TAKT_ERR_USAGE,
            "logit_bias: names token 331");
    T_EQ_INT(takt_seq_length(l.seq), 0);
    loaded_free(&l);
}

T_TEST(half_a_character_at_the_end)
{
    struct loaded l;
    struct text t;
    if (!chain_open(&l, 64, 16))
        return;
    takt_stats st = say(&l, B, &t, NULL, 0);
    T_EQ_STR(t.p, "G\xEF\xBF\xBD"); /* the replacement character */
    T_EQ_INT(st.finish, TAKT_FINISH_EOG);
    loaded_free(&l);
}

T_TEST(stop_texts)
{
    static const struct {
        const char *stop[3];
        const char *want;
        takt_finish finish;
    } cases[] = {
        {{"world"}, "Hello\xE2\x82\xAC", TAKT_FINISH_STOP},       /* of two tokens */
        {{"lo"}, "Hel", TAKT_FINISH_STOP},                        /* one token */
        {{"ell"}, "H", TAKT_FINISH_STOP},                         /* begins inside a token */
        {{"\xE2\x82\xAC"}, "Hello", TAKT_FINISH_STOP},            /* three tokens, one character */
        {{"o\xE2\x82\xACw"}, "Hell", TAKT_FINISH_STOP},           /* across five */
        {{"d!"}, "Hello\xE2\x82\xACworl", TAKT_FINISH_STOP},      /* the very end */
        {{"rld", "wor"}, "Hello\xE2\x82\xAC", TAKT_FINISH_STOP},  /* the earliest */
        {{"Hello!"}, "Hello\xE2\x82\xACworld!", TAKT_FINISH_EOG}, /* begins, but never comes */
        {{"!!"}, "Hello\xE2\x82\xACworld!", TAKT_FINISH_EOG},     /* undecided at the end */
        {{"\xE2\x82\xACx", "xx", ""}, "Hello\xE2\x82\xACworld!", TAKT_FINISH_EOG},
        {{"Hel", "Hello"}, "", TAKT_FINISH_STOP}, /* at once */
    };
    struct loaded l;
    if (!chain_open(&l, 64, 16))
        return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text t;
        size_t n = 0;
        while (n < 3 && cases[i].stop[n])
            n++;
        takt_stats st = say(&l, A, &t, cases[i].stop, n);
        T_EQ_STR(t.p, cases[i].want);
        T_EQ_INT(st.finish, cases[i].finish);
    }
    loaded_free(&l);
}

/* Text that could begin a stop text is held back, all other text is not. */
T_TEST(text_is_not_held_longer_than_needed)
{
    struct loaded l;
    struct text t;
    const char *stop[] = {"oz"};
    if (!chain_open(&l, 64, 16))
        return;
    int32_t from = A;
    takt_generate_options g = greedy(&t);
    g.stop = stop;
    g.n_stop = 1;
    g.max_tokens = 2;
    t.cancel_after = 2; /* "Hel", "lo": of the second only "l" is sure */
    T_RC(takt_generate(l.seq, &from, 1, &g, NULL, &l.e), &l.e);
    T_EQ_STR(t.p, "Hell");
    loaded_free(&l);
}

T_TEST(stop_text_too_long)
{
    static char longer[8000];
    struct loaded l;
    struct text t;
    const char *stop[] = {longer};
    int32_t from = A;
    if (!chain_open(&l, 64, 16))
        return;
    memset(longer, 'x', sizeof longer - 1);
    takt_generate_options g = greedy(&t);
    g.stop = stop;
    g.n_stop = 1;
    T_FAILS(takt_generate(l.seq, &from, 1, &g, NULL, &l.e), &l.e, TAKT_ERR_LIMIT, "stop text");
    T_EQ_INT(takt_seq_length(l.seq), 0);
    loaded_free(&l);
}

T_TEST(limits)
{
    struct loaded l;
    struct text t;
    takt_stats st;
    int32_t prompt[40];
    if (!chain_open(&l, 32, 8))
        return;
    for (int i = 0; i < 40; i++)
        prompt[i] = Z;
    takt_generate_options g = greedy(&t);
    g.max_tokens = 3;
    T_RC(takt_generate(l.seq, prompt, 1, &g, &st, &l.e), &l.e);
    T_EQ_STR(t.p, "goinggo");
    T_EQ_INT(st.finish, TAKT_FINISH_LENGTH);
    T_EQ_INT(st.n_generated, 3);

    takt_seq_truncate(l.seq, 0); /* until the context is full */
    g = greedy(&t);
    T_RC(takt_generate(l.seq, prompt, 20, &g, &st, &l.e), &l.e);
    T_EQ_INT(st.finish, TAKT_FINISH_CONTEXT);
    T_EQ_INT(takt_seq_length(l.seq), 32);
    T_EQ_INT(st.n_generated, 13); /* 12 positions, and one token that needs none */
    T_FAILS(takt_generate(l.seq, prompt, 1, &g, &st, &l.e), &l.e, TAKT_ERR_LIMIT, "32 positions");
    T_FAILS(takt_seq_feed(l.seq, prompt, 1, false, NULL, NULL, &l.e), &l.e, TAKT_ERR_LIMIT,
            "32 of 32");
    T_EQ_INT(takt_seq_length(l.seq), 32);

    takt_seq_truncate(l.seq, 0);
    T_FAILS(takt_generate(l.seq, prompt, 40, &g, &st, &l.e), &l.e, TAKT_ERR_LIMIT, "40 tokens");
    T_FAILS(takt_generate(l.seq, prompt, 33, &g, &st, &l.e), &l.e, TAKT_ERR_LIMIT, "33 tokens");
    T_FAILS(takt_generate(l.seq, prompt, 0, &g, &st, &l.e), &l.e, TAKT_ERR_USAGE, "empty");
    T_FAILS(takt_seq_feed(l.seq, prompt, 33, false, NULL, NULL, &l.e), &l.e, TAKT_ERR_LIMIT,
            "33 tokens");
    T_EQ_INT(takt_seq_length(l.seq), 0);

    g = greedy(&t); /* a prompt that fills the context has an answer of one token */
    T_RC(takt_generate(l.seq, prompt, 32, &g, &st, &l.e), &l.e);
    T_EQ_STR(t.p, "go");
    T_EQ_INT(st.finish, TAKT_FINISH_CONTEXT);
    loaded_free(&l);
}

T_TEST(ids_out_of_range)
{
    struct loaded l;
    struct text t;
    int32_t bad[][2] = {{A, -1}, {N_VOCAB, A}, {A, INT32_MAX}, {INT32_MIN, A}};
    if (!chain_open(&l, 32, 8))
        return;
    takt_generate_options g = greedy(&t);
    for (int i = 0; i < 4; i++) {
        T_FAILS(takt_generate(l.seq, bad[i], 2, &g, NULL, &l.e), &l.e, TAKT_ERR_USAGE, "0 to 330");
        T_FAILS(takt_seq_feed(l.seq, bad[i], 2, true, NULL, NULL, &l.e), &l.e, TAKT_ERR_USAGE,
                "0 to 330");
    }
    T_EQ_INT(takt_seq_length(l.seq), 0);
    T_RC(takt_seq_feed(l.seq, bad[0], 0, true, NULL, NULL, &l.e), &l.e); /* nothing is fine */
    loaded_free(&l);
}

T_TEST(cancel_prefill)
{
    struct loaded l;
    struct text t;
    takt_stats st;
    int32_t prompt[20];
    if (!chain_open(&l, 64, 4))
        return;
    for (int i = 0; i < 20; i++)
        prompt[i] = A;
    takt_generate_options g = greedy(&t);
    t.progress_stop = 8;
    T_RC(takt_generate(l.seq, prompt, 20, &g, &st, &l.e), &l.e);
    T_EQ_INT(st.finish, TAKT_FINISH_CANCELLED);
    T_EQ_INT(st.n_generated, 0);
    T_EQ_INT(t.n_calls, 0);
    T_EQ_INT(takt_seq_length(l.seq), 8); /* what was done stays, to be continued or cut */
    g = greedy(&t);
    T_RC(takt_generate(l.seq, prompt + 8, 12, &g, &st, &l.e), &l.e);
    T_EQ_STR(t.p, "Hello\xE2\x82\xACworld!");
    loaded_free(&l);
}

T_TEST(cancel_decode)
{
    struct loaded l;
    struct text t;
    takt_stats st;
    int32_t from = A;
    if (!chain_open(&l, 64, 16))
        return;
    takt_generate_options g = greedy(&t);
    t.cancel_after = 2;
    T_RC(takt_generate(l.seq, &from, 1, &g, &st, &l.e), &l.e);
    T_EQ_INT(st.finish, TAKT_FINISH_CANCELLED);
    T_EQ_STR(t.p, "Hello");
    T_EQ_INT(st.n_generated, 2);
    from = LO; /* the last token, which was not fed: go on */
    g = greedy(&t);
    T_RC(takt_generate(l.seq, &from, 1, &g, &st, &l.e), &l.e);
    T_EQ_STR(t.p, "\xE2\x82\xACworld!");
    loaded_free(&l);
}

/* ---- sequences ---- */

struct rows {
    float v[80][N_VOCAB];
    uint32_t n, stop_at;
};

static bool on_row(void *user, uint32_t i, const float *logits)
{
    struct rows *r = user;
    memcpy(r->v[i], logits, sizeof r->v[i]);
    r->n++;
    return !r->stop_at || r->n < r->stop_at;
}

static const char *random_model(void)
{
    static char path[300];
    if (!path[0]) {
        const char *p = made_write((struct made){.type = QTYPE_Q8_0, .n_embd = 64, .n_ff = 64});
        if (p)
            snprintf(path, sizeof path, "%s", p);
    }
    return path;
}

static bool random_open(struct loaded *l, uint32_t n_ctx, uint32_t n_seqs)
{
    takt_plan_options po = {.n_ctx = n_ctx, .threads = 2, .chunk = 16, .logits_rows = 5};
    return loaded_open(l, random_model(), &po, n_seqs);
}

static void fill_ids(int32_t *ids, uint32_t n, int32_t first)
{
    for (uint32_t i = 0; i < n; i++)
        ids[i] = 3 + (first + (int32_t)i * 13) % 300;
}

T_TEST(truncate_and_feed_again)
{
    struct loaded l;
    static struct rows fresh, again, last;
    int32_t ids[80], other[40];
    if (!random_open(&l, 128, 1))
        return;
    fill_ids(ids, 80, 0);
    fill_ids(other, 40, 150);
    memset(&fresh, 0, sizeof fresh);
    memset(&again, 0, sizeof again);
    memset(&last, 0, sizeof last);
    T_RC(takt_seq_feed(l.seq, ids, 80, true, on_row, &fresh, &l.e), &l.e);
    T_EQ_INT(fresh.n, 80);
    takt_seq_truncate(l.seq, 50);
    T_EQ_INT(takt_seq_length(l.seq), 50);
    T_RC(takt_seq_feed(l.seq, other, 40, false, NULL, NULL, &l.e), &l.e);
    T_EQ_INT(takt_seq_length(l.seq), 90);
    takt_seq_truncate(l.seq, 50);
    takt_seq_truncate(l.seq, 70); /* more than there is: nothing happens */
    T_EQ_INT(takt_seq_length(l.seq), 50);
    T_RC(takt_seq_feed(l.seq, ids + 50, 30, true, on_row, &again, &l.e), &l.e);
    T_EQ_INT(again.n, 30);
    T_EQ_MEM(again.v, fresh.v[50], 30 * sizeof fresh.v[0]);
    takt_seq_truncate(l.seq, 0);
    T_RC(takt_seq_feed(l.seq, ids, 80, false, on_row, &last, &l.e), &l.e);
    T_EQ_INT(last.n, 1);
    T_EQ_MEM(last.v[79], fresh.v[79], sizeof fresh.v[0]);
    loaded_free(&l);
}

T_TEST(cancel_logits)
{
    struct loaded l;
    static struct rows r;
    int32_t ids[40];
    if (!random_open(&l, 128, 1))
        return;
    fill_ids(ids, 40, 0);
    r = (struct rows){.stop_at = 7};
    T_FAILS(takt_seq_feed(l.seq, ids, 40, true, on_row, &r, &l.e), &l.e, TAKT_ERR_CANCELLED, "");
    T_EQ_INT(r.n, 7);
    T_EQ_INT(takt_seq_length(l.seq), 10); /* two steps of five rows */
    loaded_free(&l);
}

/* Two sequences of one engine do not disturb each other. */
T_TEST(sequences_are_apart)
{
    struct loaded l;
    static struct rows alone, mixed;
    takt_seq *second = NULL;
    int32_t a[60], b[60];
    if (!random_open(&l, 128, 2))
        return;
    fill_ids(a, 60, 0);
    fill_ids(b, 60, 77);
    alone.n = mixed.n = 0;
    T_RC(takt_seq_feed(l.seq, a, 60, true, on_row, &alone, &l.e), &l.e);
    takt_seq_truncate(l.seq, 0);
    T_RC(takt_seq_new(&second, l.engine, &l.e), &l.e);
    for (uint32_t at = 0; at < 60; at += 10) {
        static struct rows part;
        part.n = 0;
        T_RC(takt_seq_feed(l.seq, a + at, 10, true, on_row, &part, &l.e), &l.e);
        memcpy(mixed.v[at], part.v, 10 * sizeof part.v[0]);
        T_RC(takt_seq_feed(second, b + at, 10, false, NULL, NULL, &l.e), &l.e);
    }
    T_EQ_MEM(mixed.v, alone.v, 60 * sizeof alone.v[0]);
    takt_seq_free(second);
    loaded_free(&l);
}

T_TEST(pages_run_out)
{
    struct loaded l;
    takt_seq *second = NULL;
    static struct rows fresh, late;
    int32_t ids[2 * LAYOUT_PAGE];
    fresh.n = late.n = 0;
    if (!random_open(&l, 2 * LAYOUT_PAGE, 1))
        return;
    fill_ids(ids, 2 * LAYOUT_PAGE, 0);
    T_RC(takt_seq_feed(l.seq, ids, 20, true, on_row, &fresh, &l.e), &l.e);
    T_RC(takt_seq_feed(l.seq, ids + 20, 2 * LAYOUT_PAGE - 20, false, NULL, NULL, &l.e), &l.e);
    T_RC(takt_seq_new(&second, l.engine, &l.e), &l.e);
    T_FAILS(takt_seq_feed(second, ids, 20, false, NULL, NULL, &l.e), &l.e, TAKT_ERR_LIMIT,
            "pages are in use");
    T_EQ_INT(takt_seq_length(second), 0);
    takt_seq_truncate(l.seq, LAYOUT_PAGE); /* one page comes free, with its old values in it */
    T_RC(takt_seq_feed(second, ids, 20, true, on_row, &late, &l.e), &l.e);
    T_EQ_MEM(late.v, fresh.v, 20 * sizeof fresh.v[0]);
    T_FAILS(takt_seq_feed(second, ids, LAYOUT_PAGE, false, NULL, NULL, &l.e), &l.e, TAKT_ERR_LIMIT,
            "pages are in use");
    takt_seq_free(second);
    T_RC(takt_seq_feed(l.seq, ids, LAYOUT_PAGE, false, NULL, NULL, &l.e), &l.e);
    loaded_free(&l);
}

/* ---- loading ---- */

static bool stop_at_once(void *user, const char *what, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    *(const char **)user = what;
    return false;
}

T_TEST(cancel_packing)
{
    struct loaded l = {0};
    const char *what = NULL;
    takt_engine_options eo = {.no_cache = true, .progress = stop_at_once, .user = &what};
    takt_plan_options po = {.n_ctx = 64, .threads = 1};
    made_folder();
    if (T_RC(takt_model_open(&l.model, random_model(), &l.e), &l.e) &&
        T_RC(takt_plan_new(&l.plan, l.model, &po, &l.e), &l.e)) {
        T_FAILS(takt_engine_new(&l.engine, l.model, l.plan, &eo, &l.e), &l.e, TAKT_ERR_CANCELLED,
                "");
        T_EQ_STR(what, "pack");
        T_OK(l.engine == NULL);
        eo.progress = NULL;
        T_RC(takt_engine_new(&l.engine, l.model, l.plan, &eo, &l.e), &l.e);
    }
    loaded_free(&l);
}

T_TEST(wrong_plan_options)
{
    takt_model *m = NULL;
    takt_plan *p = NULL;
    takt_err e;
    made_folder();
    if (!T_RC(takt_model_open(&m, random_model(), &e), &e))
        return;
#define REFUSES(field, value, code, text)                                                          \
    do {                                                                                           \
        takt_plan_options o = {.field = (value)};                                                  \
        T_FAILS(takt_plan_new(&p, m, &o, &e), &e, code, text);                                     \
        T_OK(p == NULL);                                                                           \
    } while (0)
    REFUSES(n_ctx, 2000000, TAKT_ERR_USAGE, "context");
    REFUSES(chunk, 5000, TAKT_ERR_USAGE, "chunk");
    REFUSES(threads, 100000, TAKT_ERR_USAGE, "threads");
    REFUSES(isa, "sse9", TAKT_ERR_USAGE, "this machine can use ref");
    REFUSES(kv, "f64", TAKT_ERR_USAGE, "bf16");
#undef REFUSES
    takt_model_free(m);
}

T_MAIN("engine/generate")
