/* Guesses: what is looked up is what a search through the whole text finds; records and depths
 * follow what happens; and an answer is the same with guesses and without, whatever the settings,
 * down to the sequence that it leaves behind. */
#include "engine/guess.h"
#include "made.h"

static uint32_t below(uint32_t n)
{
    return (uint32_t)(t_rand() >> 33) % n;
}

/* ---- look-up --------------------------------------------------------------------------------- */

/* Tokens that the text has in common at END and at its own end. */
static uint32_t common(const int32_t *text, uint32_t n, uint32_t end)
{
    uint32_t k = 0;
    while (k < LOOKUP_LENGTH_MAX && k <= end && text[end - k] == text[n - 1 - k])
        k++;
    return k;
}

/* Is OUT, of N tokens, what follows some earlier place that has LENGTH tokens in common? */
static bool follows_one(const int32_t *text, uint32_t n_text, const int32_t *out, uint32_t n,
                        uint32_t length)
{
    for (uint32_t end = 0; end + 1 < n_text; end++) {
        uint32_t k = 0;
        if (common(text, n_text, end) != length)
            continue;
        while (k < n) {
            uint32_t at = end + 1 + k;
            if (out[k] != (at < n_text ? text[at] : out[at - n_text]))
                break;
            k++;
        }
        if (k == n)
            return true;
    }
    return false;
}

/* Texts of few different tokens, of copied parts, and of many tokens. */
static int32_t next_id(const int32_t *text, uint32_t n, int kind)
{
    static uint32_t from;
    if (kind == 0)
        return (int32_t)below(2);
    if (kind == 1 && n > 20) {
        from = below(12) && from + 1 < n ? from + 1 : below(n);
        return text[from];
    }
    return (int32_t)below(kind == 2 ? 1000000 : 30) - 7;
}

T_TEST(finds_what_a_search_finds)
{
    enum { N = 600 };
    int32_t text[N], out[GUESS_MAX];
    struct lookup l;
    uint32_t from;
    takt_err e;
    uint32_t n_found = 0, n_best = 0;
    if (!T_RC(lookup_init(&l, N, &e), &e))
        return;
    for (int kind = 0; kind < 4; kind++) {
        lookup_forget(&l);
        T_EQ_INT(lookup_next(&l, out, 3, &from), 0);
        for (uint32_t n = 1; n <= N; n++) {
            text[n - 1] = next_id(text, n - 1, kind);
            lookup_add(&l, &text[n - 1], 1);
            uint32_t k = 1 + below(GUESS_MAX), most = 0;
            for (uint32_t end = 0; end + 1 < n; end++) {
                uint32_t c = common(text, n, end);
                most = c > most ? c : most;
            }
            uint32_t length = lookup_next(&l, out, k, &from);
            if (length == 0) { /* what there is was overlooked only if it is short */
                T_OK(most < 4 + (kind == 0));
                continue;
            }
            n_found += kind > 0; /* of two different tokens there are more places than looked at */
            n_best += kind > 0 && length == most;
            T_OK(length >= LOOKUP_LEAST && length <= most);
            T_OK(follows_one(text, n, out, k, length));
        }
    }
    T_OK(n_found > 600 && n_best > n_found * 9 / 10);
    lookup_release(&l);
}

T_TEST(the_latest_of_equal_places)
{
    static const int32_t text[] = {1, 2, 3, 4, 10, 1, 2, 3, 4, 20, 1, 2, 3, 4};
    int32_t out[6];
    struct lookup l;
    uint32_t from;
    takt_err e;
    if (!T_RC(lookup_init(&l, 64, &e), &e))
        return;
    lookup_add(&l, text, sizeof text / sizeof *text);
    T_EQ_INT(lookup_next(&l, out, 2, &from), 4);
    T_OK(out[0] == 20 && out[1] == 1 && from == 9);
    static const int32_t round[] = {7, 8, 7, 8};
    lookup_add(&l, round, 4);
    T_EQ_INT(lookup_next(&l, out, 6, &from), 2); /* runs into the end: it repeats itself */
    for (int i = 0; i < 6; i++)
        T_EQ_INT(out[i], 7 + i % 2);
    lookup_forget(&l);
    lookup_add(&l, text, 4);
    T_EQ_INT(lookup_next(&l, out, 2, &from), 0); /* the old text is no part of the new one */
    lookup_release(&l);
}

T_TEST(a_full_text_takes_no_more)
{
    int32_t text[300], out[4];
    struct lookup l;
    uint32_t from;
    takt_err e;
    for (int i = 0; i < 300; i++)
        text[i] = i % 50;
    if (!T_RC(lookup_init(&l, 128, &e), &e))
        return;
    lookup_add(&l, text, 300);
    T_EQ_INT(l.n, 128);
    lookup_add(&l, text, 300);
    T_EQ_INT(l.n, 128);
    T_EQ_INT(lookup_next(&l, out, 4, &from), LOOKUP_LENGTH_MAX);
    for (int i = 0; i < 4; i++)
        T_EQ_INT(out[i], (128 + i) % 50);
    lookup_release(&l);
}

/* ---- records and depths ---------------------------------------------------------------------- */

/* A step of n guesses takes the ns of user[0], and user[1] for each. */
static double linear(const void *user, uint32_t n)
{
    const double *c = user;
    return c[0] + c[1] * n;
}

T_TEST(depth_is_what_pays)
{
    static const double dear[] = {100, 100}, cheap[] = {100, 0.01}, some[] = {100, 20};
    T_EQ_INT(guess_depth(0.9, 7, linear, cheap), 7);
    T_EQ_INT(guess_depth(0.9, 0, linear, cheap), 0);
    T_EQ_INT(guess_depth(0.98, 31, linear, dear), 0);
    T_EQ_INT(guess_depth(0.1, 7, linear, some), 0);
    uint32_t before = 0;
    for (double chance = 0; chance < 1; chance += 0.01) { /* the better, the deeper */
        uint32_t depth = guess_depth(chance, 31, linear, some);
        T_OK(depth >= before);
        before = depth;
    }
    T_OK(before > 5);
}

T_TEST(chances_follow_what_came_true)
{
    int32_t text[40], out[4];
    struct guesser g;
    double chance, first;
    takt_err e;
    for (int i = 0; i < 40; i++)
        text[i] = i % 10;
    if (!T_RC(guesser_init(&g, 64, &e), &e))
        return;
    T_EQ_INT(guesser_guess(&g, out, 4, &chance), 0);
    T_OK(chance == 0);
    guesser_read(&g, text, 40);
    T_EQ_INT(guesser_guess(&g, out, 4, &first), 4);
    T_OK(first > 0.5 && first < 1);
    for (int i = 0; i < 30; i++)
        guesser_judge(&g, 1, 0);
    T_EQ_INT(guesser_guess(&g, out, 4, &chance), 4);
    T_OK(chance < 0.05 && chance > 0);
    guesser_judge(&g, 0, 0); /* nothing was compared: nothing is learnt */
    for (int i = 0; i < 30; i++)
        guesser_judge(&g, 4, 4);
    T_EQ_INT(guesser_guess(&g, out, 4, &chance), 4);
    T_OK(chance > 0.9 && chance < 1);
    guesser_begin(&g);
    guesser_read(&g, text, 40);
    T_EQ_INT(guesser_guess(&g, out, 4, &chance), 4);
    T_OK(chance == first);
    T_EQ_INT(guesser_guess(&g, out, 0, &chance), 0);
    guesser_release(&g);
}

T_TEST(pictures_are_not_guessed)
{
    static const int32_t text[] = {5, 6, 7, 8, 9, -3, -4, 10, 11, 5, 6, 7};
    int32_t out[8];
    struct guesser g;
    double chance;
    takt_err e;
    if (!T_RC(guesser_init(&g, 64, &e), &e))
        return;
    guesser_read(&g, text, sizeof text / sizeof *text);
    T_EQ_INT(guesser_guess(&g, out, 8, &chance), 2);
    T_OK(out[0] == 8 && out[1] == 9 && chance > 0);
    static const int32_t again[] = {8, 9};
    guesser_read(&g, again, 2);
    T_EQ_INT(guesser_guess(&g, out, 8, &chance), 0); /* a picture follows */
    guesser_release(&g);
}

T_TEST(pace_tells_steps_that_take_longer)
{
    struct guess_pace p = {0};
    T_OK(guess_pace_of(&p, 1) == 1 && guess_pace_of(&p, 9) == 1);
    guess_pace_add(&p, 8, 200, 100);
    T_OK(guess_pace_of(&p, 5) == 2 && guess_pace_of(&p, 8) == 2);
    T_OK(guess_pace_of(&p, 1) == 2 && guess_pace_of(&p, 1000) == 2); /* nothing else is known */
    guess_pace_add(&p, 1, 100, 100);
    T_OK(guess_pace_of(&p, 1) == 1 && guess_pace_of(&p, 2) == 1);
    T_OK(guess_pace_of(&p, 8) > 1.9 && guess_pace_of(&p, 1000) > 1.9);
    guess_pace_add(&p, 8, 0, 0);
    guess_pace_add(&p, 8, 1, 0);
    guess_pace_add(&p, 8, 1e12, 1); /* an accident is not the habit */
    T_OK(guess_pace_of(&p, 8) < 3);
    for (int i = 0; i < 30; i++)
        guess_pace_add(&p, 6, 150, 100);
    T_OK(fabs(guess_pace_of(&p, 8) - 1.5) < 0.1);
    for (int i = 0; i < 4000; i++)
        guess_pace_add(&p, 1, 100, 100);
    T_OK(guess_pace_of(&p, 8) < 1.01); /* and is forgotten */
}

/* ---- answers --------------------------------------------------------------------------------- */

enum { N_CTX = 320, TEXT_MAX = 8192, IDS_MAX = 512 };

struct outcome {
    char text[TEXT_MAX];
    size_t len;
    int32_t ids[IDS_MAX];
    uint32_t n_ids, cancel_after;
    takt_stats st;
    int32_t left[N_CTX]; /* the sequence afterwards */
    uint32_t n_left;
};

static bool on_token(void *user, int32_t id, const char *text, size_t len)
{
    struct outcome *o = user;
    if (id >= 0 && o->n_ids < IDS_MAX)
        o->ids[o->n_ids++] = id;
    if (o->len + len <= TEXT_MAX) {
        memcpy(o->text + o->len, text, len);
        o->len += len;
    }
    return !o->cancel_after || o->n_ids < o->cancel_after;
}

/* An answer to a prompt of N ids, with N_DRAFT guesses. */
static bool answer(struct loaded *l, struct outcome *o, const int32_t *ids, uint32_t n,
                   takt_generate_options g, uint32_t n_draft)
{
    g.n_draft = n_draft;
    g.token = on_token;
    g.user = o;
    o->len = 0;
    o->n_ids = 0;
    takt_seq_truncate(l->seq, 0);
    if (!T_RC(takt_generate(l->seq, ids, n, &g, &o->st, &l->e), &l->e))
        return false;
    o->n_left = l->seq->n;
    memcpy(o->left, l->seq->ids, l->seq->n * sizeof *o->left);
    return true;
}

static struct outcome alone, with;

/* The same answer with and without guesses; what they came to is added to N_GUESSED, N_RIGHT. */
static void compare(struct loaded *l, const int32_t *ids, uint32_t n, takt_generate_options g,
                    uint32_t *n_guessed, uint32_t *n_right)
{
    if (!answer(l, &alone, ids, n, g, 0))
        return;
    T_EQ_INT(alone.st.n_guessed, 0);
    for (uint32_t n_draft = 1; n_draft <= 9; n_draft += 1 + below(4)) {
        if (!answer(l, &with, ids, n, g, n_draft))
            return;
        T_EQ_INT(with.n_ids, alone.n_ids);
        T_OK(memcmp(with.ids, alone.ids, alone.n_ids * sizeof *alone.ids) == 0);
        T_EQ_INT(with.len, alone.len);
        T_OK(memcmp(with.text, alone.text, alone.len) == 0);
        T_EQ_INT(with.st.finish, alone.st.finish);
        T_EQ_INT(with.st.n_generated, alone.st.n_generated);
        T_EQ_INT(with.n_left, alone.n_left);
        T_OK(memcmp(with.left, alone.left, alone.n_left * sizeof *alone.left) == 0);
        T_OK(with.st.n_right <= with.st.n_guessed);
        *n_guessed += with.st.n_guessed;
        *n_right += with.st.n_right;
    }
}

/* Random ids, or a part of text that comes again and again with some changes. */
static uint32_t make_prompt(int32_t *ids, uint32_t n_max, uint32_t n_vocab)
{
    uint32_t n = 1 + below(n_max), part = below(3) ? 2 + below(20) : n;
    for (uint32_t i = 0; i < n; i++)
        ids[i] = i < part || below(25) == 0 ? (int32_t)(3 + below(n_vocab - 3)) : ids[i - part];
    return n;
}

static void settings(takt_generate_options *g, takt_logit_bias *bias, uint32_t i)
{
    *g = (takt_generate_options){.sampling = takt_sampling_default()};
    takt_sampling *s = &g->sampling;
    s->temperature = i % 3 == 0 ? 0 : i % 3 == 1 ? 0.3f : 1.1f;
    s->seed = i;
    s->repeat_penalty = i % 5 == 4 ? 1.3f : 1;
    s->presence_penalty = i % 7 == 5 ? 0.6f : 0;
    s->frequency_penalty = i % 7 == 6 ? 0.1f : 0;
    s->min_tokens = i % 4 == 1 ? below(30) : 0;
    *bias = (takt_logit_bias){(int32_t)below(300), i % 2 ? 8 : -8};
    s->logit_bias = bias;
    s->n_logit_bias = i % 6 == 2;
    g->max_tokens = i % 8 == 7 ? 0 : 1 + below(120);
    g->ignore_eog = i % 2;
    g->print_special = i % 9 == 3;
}

static bool open(struct loaded *l, struct made m, const char *kv, uint32_t n_seqs)
{
    const char *path = made_write(m);
    takt_plan_options o = {.n_ctx = N_CTX, .threads = 2, .chunk = 48, .logits_rows = 8, .kv = kv};
    bool ok = loaded_open(l, path, &o, n_seqs);
    if (path)
        unlink(path);
    return ok;
}

/* A model that goes in a circle of 40 tokens, so that most guesses are right; all may follow the
 * token ODD, if it is one of them. */
static struct made circle(int32_t odd)
{
    static int32_t next[331];
    memset(next, -1, sizeof next);
    for (int32_t i = 100; i < 140; i++)
        next[i] = i == odd ? -1 : i < 139 ? i + 1 : 100;
    return (struct made){.type = QTYPE_F32, .n_layers = 1, .next = next};
}

static void same_answers(struct made m, const char *kv, uint32_t n_cases)
{
    struct loaded l;
    takt_generate_options g;
    takt_logit_bias bias;
    int32_t ids[N_CTX];
    uint32_t n_guessed = 0, n_right = 0;
    if (!open(&l, m, kv, 1))
        return;
    for (uint32_t i = 0; i < n_cases; i++) {
        uint32_t n = make_prompt(ids, N_CTX - 40, 331);
        if (m.next && i % 2)
            ids[n - 1] = (int32_t)(100 + below(40));
        settings(&g, &bias, i);
        compare(&l, ids, n, g, &n_guessed, &n_right);
    }
    T_OK(n_right > 0 || T_THREAD_SANITIZED); /* where hardly any pay, as on a busy machine */
    printf("# %u cases: %u of %u guesses right\n", n_cases, n_right, n_guessed);
    loaded_free(&l);
}

#if T_THREAD_SANITIZED
enum { N_CASES = 16 };
#else
enum { N_CASES = 60 };
#endif

T_TEST(same_answers_where_most_are_right)
{
    same_answers(circle(107), "f32", N_CASES);
}

T_TEST(same_answers_where_most_are_wrong)
{
    same_answers((struct made){.type = QTYPE_Q4_K}, "bf16", N_CASES);
}

T_TEST(same_answers_with_experts_and_a_window)
{
    struct made m = {.type = QTYPE_Q8_0, .n_experts = 8, .n_experts_used = 2, .window = 70};
    same_answers(m, "q8", N_CASES / 2);
}

/* Each number of tokens, each place where somebody stops it, and a stop text that begins in one
 * guess and ends in another. */
T_TEST(same_ends)
{
    struct loaded l;
    uint32_t n_guessed = 0, n_right = 0;
    int32_t ids[50];
    static const char *const stop[] = {"pqr", "zz"};
    if (!open(&l, circle(-1), "f32", 1))
        return;
    for (int i = 0; i < 50; i++)
        ids[i] = 100 + i % 40;
    takt_generate_options g = {.sampling = takt_sampling_default()};
    g.sampling.temperature = 0;
    for (uint32_t n = 1; n < 40; n++) {
        g.max_tokens = n;
        compare(&l, ids, 50, g, &n_guessed, &n_right);
        g.max_tokens = 100;
        alone.cancel_after = with.cancel_after = n;
        compare(&l, ids, 50, g, &n_guessed, &n_right);
        T_EQ_INT(with.st.finish, TAKT_FINISH_CANCELLED);
        alone.cancel_after = with.cancel_after = 0;
    }
    g.stop = stop;
    g.n_stop = 2;
    for (uint32_t n = 41; n < 50; n++) {
        compare(&l, ids, n, g, &n_guessed, &n_right);
        T_EQ_INT(with.st.finish, TAKT_FINISH_STOP);
        T_OK(!memmem(with.text, with.len, "pqr", 3));
    }
    g.n_stop = 0;
    g.max_tokens = 0; /* until the context is full */
    compare(&l, ids, 50, g, &n_guessed, &n_right);
    T_EQ_INT(with.st.finish, TAKT_FINISH_CONTEXT);
    T_EQ_INT(with.n_left, N_CTX);
    printf("# %u of %u guesses right\n", n_right, n_guessed);
    T_OK(n_right > 500 || T_THREAD_SANITIZED); /* of all: on a busy machine some pay nothing */
    loaded_free(&l);
}

/* ---- pages ----------------------------------------------------------------------------------- */

static bool next_row(void *user, uint32_t i, const float *logits)
{
    float *to = user;
    (void)i;
    memcpy(to, logits, 331 * sizeof *to);
    return true;
}

/* Sequences that share pages: what one computes behind a wrong guess is never seen by another, nor
 * by itself, and no page is lost. */
T_TEST(wrong_guesses_leave_no_trace)
{
    struct loaded l;
    takt_seq *other;
    float want[331], got[331];
    int32_t ids[200];
    enum { PROMPT = 2 * LAYOUT_PAGE + 60 };
    if (!open(&l, (struct made){.type = QTYPE_Q8_0}, "bf16", 2) ||
        !T_RC(takt_seq_new(&other, l.engine, &l.e), &l.e))
        return;
    for (int i = 0; i < 200; i++)
        ids[i] = (int32_t)(3 + below(300));
    takt_seq *s = l.seq;
    takt_step_item item = {.seq = s, .ids = ids, .n_ids = 48};
    uint32_t left = l.engine->kv.n_pages;
    for (uint32_t at = 0; at < PROMPT; at += item.n_ids) {
        item.ids = ids + at;
        item.n_ids = PROMPT - at < 48 ? PROMPT - at : 48;
        T_RC(takt_step(l.engine, &item, 1, NULL, NULL, NULL, &l.e), &l.e);
    }
    seq_publish(s);
    T_EQ_INT(s->n_found, 2);
    /* Six wrong guesses run over the end of the third page, are taken back, and published is what
     * stands. */
    for (int round = 0; round < 3; round++) {
        int32_t wrong[7] = {ids[PROMPT], 5, 6, 7, 8, 9, 10 + round};
        item = (takt_step_item){.seq = s, .ids = wrong, .n_ids = 7, .n_logits = 7};
        T_RC(takt_step(l.engine, &item, 1, NULL, NULL, NULL, &l.e), &l.e);
        T_EQ_INT(s->n, PROMPT + 7);
        seq_step_back(s, 6 + (round < 2));
        seq_publish(s);
        T_EQ_INT(s->n_found, 2);
        T_EQ_INT(s->n, PROMPT + (round == 2));
    }
    T_RC(takt_seq_feed(s, ids + PROMPT + 1, 10, false, next_row, got, &l.e), &l.e);
    seq_publish(s);
    T_EQ_INT(s->n_found, 3);
    T_EQ_INT(seq_begin(other, 0, ids, PROMPT + 11), 3 * LAYOUT_PAGE);
    T_EQ_INT(other->pages[2], s->pages[2]);
    T_RC(takt_seq_feed(other, ids + other->n, PROMPT + 11 - other->n, false, next_row, want, &l.e),
         &l.e);
    T_OK(memcmp(want, got, sizeof want) == 0);
    seq_reset(other);
    kv_pool_drop_idle(&l.engine->kv);
    T_RC(takt_seq_feed(other, ids, PROMPT + 11, false, next_row, want, &l.e), &l.e);
    T_OK(memcmp(want, got, sizeof want) == 0);
    takt_seq_free(other);
    seq_reset(s);
    kv_pool_drop_idle(&l.engine->kv);
    T_EQ_INT(l.engine->kv.n_free, left);
    T_EQ_INT(l.engine->kv.n_promised, 0);
    loaded_free(&l);
}

T_MAIN("engine/guess")
