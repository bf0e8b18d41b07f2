/* Limits of keys: what is admitted, when, and what is said about it. Time is a number here. */
#include "server/limits.h"

#include "t.h"

#define S  INT64_C(1000000000)
#define MS INT64_C(1000000)

enum { RPM = LIMITS_REQUESTS_MINUTE, RPD = LIMITS_REQUESTS_DAY };
enum { TPM = LIMITS_TOKENS_MINUTE, TPD = LIMITS_TOKENS_DAY };

static struct limits *limits(uint32_t n_keys)
{
    takt_err e;
    struct limits *l = NULL;
    T_RC(limits_new(&l, n_keys, 7, &e), &e);
    return l;
}

static struct limits_rule rule(uint64_t rpm, uint64_t rpd, uint64_t tpm, uint64_t tpd)
{
    return (struct limits_rule){{[RPM] = rpm, [RPD] = rpd, [TPM] = tpm, [TPD] = tpd}};
}

static enum limits_verdict ask(struct limits *l, uint64_t key, const struct limits_rule *r,
                               uint64_t n_tokens, int64_t now)
{
    struct limits_charge c;
    return limits_admit(l, key, r, n_tokens, now, &c).verdict;
}

static void duration_is(int64_t ns, const char *want)
{
    char text[LIMITS_TEXT];
    limits_duration(text, ns);
    T_EQ_STR(text, want);
}

T_TEST(durations_are_those_of_groq_and_openai)
{
    duration_is(0, "0s");
    duration_is(-5, "0s");
    duration_is(1, "1ms"); /* rounded up: never too early */
    duration_is(12 * MS, "12ms");
    duration_is(12 * MS + 1, "13ms");
    duration_is(999 * MS + 1, "1s");
    duration_is(7660 * MS, "7.66s");
    duration_is(59999 * MS + 1, "1m0s");
    duration_is(179560 * MS, "2m59.56s");
    duration_is(6 * 60 * S, "6m0s");
    duration_is(3600 * S, "1h0m0s");
    duration_is(3600 * S + 120 * S + 500 * MS, "1h2m0.5s");
    duration_is(2 * 86400 * S, "48h0m0s");
    duration_is(INT64_MAX, "2562047h47m16.855s");
    T_EQ_INT(limits_retry_after(0), 1);
    T_EQ_INT(limits_retry_after(1), 1);
    T_EQ_INT(limits_retry_after(S), 1);
    T_EQ_INT(limits_retry_after(S + 1), 2);
    T_EQ_INT(limits_retry_after(7660 * MS), 8);
    T_EQ_INT(limits_retry_after(INT64_MAX), 9223372037 > UINT32_MAX ? UINT32_MAX : 0);
}

static const char *value(const struct limits_header *h, uint32_t n, const char *name)
{
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(h[i].name, name) == 0)
            return h[i].value;
    return NULL;
}

/* The figures of GroqCloud's documents: 14,400 requests a day and 6,000 tokens a minute; 30
 * requests cost three minutes of the former, 766 tokens 7.66 seconds of the latter. */
T_TEST(headers_have_both_meanings)
{
    struct limits *l = limits(4);
    struct limits_rule r = rule(60, 14400, 6000, 500000);
    struct limits_state state[LIMITS_KINDS];
    struct limits_header h[LIMITS_HEADERS];
    for (int i = 0; i < 30; i++)
        T_EQ_INT(ask(l, 1, &r, i ? 0 : 810, 0), LIMITS_ADMITTED);
    limits_look(l, 1, &r, 440 * MS, state);
    uint32_t n = limits_headers(h, state, LIMITS_GROQ);
    T_EQ_INT(n, 6);
    T_EQ_STR(value(h, n, "x-ratelimit-limit-requests"), "14400");
    T_EQ_STR(value(h, n, "x-ratelimit-remaining-requests"), "14370");
    T_EQ_STR(value(h, n, "x-ratelimit-reset-requests"), "2m59.56s");
    T_EQ_STR(value(h, n, "x-ratelimit-limit-tokens"), "6000");
    T_EQ_STR(value(h, n, "x-ratelimit-remaining-tokens"), "5234");
    T_EQ_STR(value(h, n, "x-ratelimit-reset-tokens"), "7.66s");
    n = limits_headers(h, state, LIMITS_OPENAI);
    T_EQ_STR(value(h, n, "x-ratelimit-limit-requests"), "60");
    T_EQ_STR(value(h, n, "x-ratelimit-remaining-requests"), "30");
    T_EQ_STR(value(h, n, "x-ratelimit-reset-requests"), "29.56s");
    T_EQ_STR(value(h, n, "x-ratelimit-limit-tokens"), "6000");
    limits_free(l);
    limits_free(NULL);
}

T_TEST(headers_tell_only_of_limits_that_there_are)
{
    struct limits *l = limits(4);
    struct limits_rule none = rule(0, 0, 0, 0), day = rule(0, 10, 0, 1000),
                       minute = rule(5, 0, 0, 0);
    struct limits_state state[LIMITS_KINDS];
    struct limits_header h[LIMITS_HEADERS];
    limits_look(l, 1, &none, 0, state);
    T_EQ_INT(limits_headers(h, state, LIMITS_GROQ), 0);
    for (int i = 0; i < 10000; i++)
        T_EQ_INT(ask(l, 1, &none, UINT64_MAX, 0), LIMITS_ADMITTED);
    limits_look(l, 2, &day, 0, state);
    uint32_t n = limits_headers(h, state, LIMITS_OPENAI);
    T_EQ_STR(value(h, n, "x-ratelimit-limit-requests"), "10");
    T_EQ_STR(value(h, n, "x-ratelimit-limit-tokens"), "1000");
    T_EQ_STR(value(h, n, "x-ratelimit-reset-tokens"), "0s");
    limits_look(l, 3, &minute, 0, state);
    n = limits_headers(h, state, LIMITS_GROQ);
    T_EQ_INT(n, 3);
    T_EQ_STR(value(h, n, "x-ratelimit-limit-requests"), "5");
    limits_free(l);
}

T_TEST(a_refusal_takes_nothing_and_names_the_limit)
{
    struct limits *l = limits(4);
    struct limits_rule r = rule(10, 0, 6000, 0);
    struct limits_state before[LIMITS_KINDS], after[LIMITS_KINDS];
    struct limits_charge c;
    char text[160];
    T_EQ_INT(ask(l, 1, &r, 5200, 0), LIMITS_ADMITTED);
    limits_look(l, 1, &r, 0, before);
    struct limits_answer a = limits_admit(l, 1, &r, 1000, 0, &c);
    T_EQ_INT(a.verdict, LIMITS_WAIT);
    T_EQ_INT(a.kind, TPM);
    T_EQ_INT(a.wait_ns, 2 * S); /* 200 of 6,000 a minute */
    limits_explain(text, sizeof text, &a);
    T_EQ_STR(text,
             "tokens per minute (TPM): limit 6000, used 5200, requested 1000; try again in 2s");
    a = limits_admit(l, 1, &r, 6001, 0, &c);
    T_EQ_INT(a.verdict, LIMITS_TOO_LARGE);
    T_EQ_INT(a.wait_ns, 0);
    limits_explain(text, sizeof text, &a);
    T_OK(strstr(text, "requested 6001; a request of this size never fits"));
    limits_explain(text, 10, &a);
    T_EQ_STR(text, "tokens pe");
    limits_look(l, 1, &r, 0, after);
    T_EQ_MEM(after, before, sizeof after);
    T_EQ_INT(ask(l, 1, &r, 800, 0), LIMITS_ADMITTED);
    T_EQ_INT(ask(l, 2, &r, 6000, 0), LIMITS_ADMITTED); /* another key has its own */
    limits_free(l);
}

/* Of several limits the one that keeps out for longest is told, whatever its place. */
T_TEST(the_longest_wait_counts)
{
    struct limits *l = limits(4);
    struct limits_rule r = rule(1, 2, 100, 1000);
    struct limits_charge c;
    T_EQ_INT(ask(l, 1, &r, 100, 0), LIMITS_ADMITTED);
    struct limits_answer a = limits_admit(l, 1, &r, 1, 0, &c);
    T_EQ_INT(a.kind, RPM);
    T_EQ_INT(a.wait_ns, 60 * S);
    T_EQ_INT(ask(l, 1, &r, 100, 60 * S), LIMITS_ADMITTED);
    a = limits_admit(l, 1, &r, 1, 120 * S, &c);
    T_EQ_INT(a.kind, RPD);
    T_EQ_INT(a.wait_ns, 43200 * S - 120 * S);
    limits_free(l);
}

T_TEST(what_was_not_used_comes_back)
{
    struct limits *l = limits(4);
    struct limits_rule r = rule(10, 100, 1000, 10000);
    struct limits_state s[LIMITS_KINDS];
    struct limits_charge c[3];
    for (int i = 0; i < 3; i++)
        T_EQ_INT(limits_admit(l, 1, &r, 300, 0, &c[i]).verdict, LIMITS_ADMITTED);
    limits_settle(l, &c[0], &r, 20, 0);  /* less */
    limits_settle(l, &c[1], &r, 400, 0); /* more */
    limits_cancel(l, &c[2], &r, 0);      /* our fault */
    limits_look(l, 1, &r, 0, s);
    T_EQ_INT(s[TPM].left, 1000 - 420);
    T_EQ_INT(s[TPD].left, 10000 - 420);
    T_EQ_INT(s[RPM].left, 8);
    T_EQ_INT(s[RPD].left, 98);
    /* After the bucket is full again there is nothing to give back. */
    T_EQ_INT(limits_admit(l, 2, &r, 1000, 0, &c[0]).verdict, LIMITS_ADMITTED);
    limits_settle(l, &c[0], &r, 0, 61 * S);
    limits_look(l, 2, &r, 61 * S, s);
    T_EQ_INT(s[TPM].left, 1000);
    /* What a request uses beyond all limits keeps its key out for two windows, not for ever. */
    T_EQ_INT(limits_admit(l, 3, &r, 1, 0, &c[0]).verdict, LIMITS_ADMITTED);
    limits_settle(l, &c[0], &r, UINT64_MAX, 0);
    limits_look(l, 3, &r, 0, s);
    T_EQ_INT(s[TPM].left, 0);
    T_EQ_INT(s[TPM].reset_ns, 120 * S);
    T_EQ_INT(s[TPD].reset_ns, 2 * 86400 * S);
    limits_free(l);
}

/* Requests that took much an hour ago and used little are no savings: what they took has flowed in
 * again since. */
T_TEST(nobody_saves_up_for_a_flood)
{
    enum { N = 60 };
    struct limits *l = limits(4);
    struct limits_rule r = rule(0, 0, 6000, 0);
    struct limits_charge c[N], more;
    for (int i = 0; i < N; i++)
        T_EQ_INT(limits_admit(l, 1, &r, 6000, i * 60 * S, &c[i]).verdict, LIMITS_ADMITTED);
    int64_t now = N * 60 * S;
    T_EQ_INT(limits_admit(l, 1, &r, 6000, now, &more).verdict, LIMITS_ADMITTED);
    for (int i = 0; i < N; i++)
        limits_settle(l, &c[i], &r, 1, now);
    T_EQ_INT(ask(l, 1, &r, 1, now), LIMITS_WAIT);
    limits_settle(l, &more, &r, 1000, now);
    T_EQ_INT(ask(l, 1, &r, 5001, now), LIMITS_WAIT);
    T_EQ_INT(ask(l, 1, &r, 5000, now), LIMITS_ADMITTED);
    limits_free(l);
}

/* What flows in fills up first what ended requests used: an open one can still give back. */
T_TEST(open_requests_give_back_what_ended_ones_did_not_need)
{
    struct limits *l = limits(4);
    struct limits_rule r = rule(0, 0, 6000, 0);
    struct limits_state s[LIMITS_KINDS];
    struct limits_charge a, b;
    T_EQ_INT(limits_admit(l, 1, &r, 2000, 0, &a).verdict, LIMITS_ADMITTED);
    T_EQ_INT(limits_admit(l, 1, &r, 4000, 0, &b).verdict, LIMITS_ADMITTED);
    limits_settle(l, &a, &r, 2000, 0);
    limits_settle(l, &b, &r, 1000, 20 * S); /* 2,000 have flowed in: those of `a` */
    limits_look(l, 1, &r, 20 * S, s);
    T_EQ_INT(s[TPM].left, 5000);
    limits_free(l);
}

T_TEST(a_charge_is_settled_once_and_by_who_has_it)
{
    struct limits *l = limits(1);
    struct limits_rule r = rule(0, 0, 6000, 0);
    struct limits_state s[LIMITS_KINDS];
    struct limits_charge a, b, none = {0};
    T_EQ_INT(limits_admit(l, 1, &r, 2000, 0, &a).verdict, LIMITS_ADMITTED);
    limits_settle(l, &a, &r, 500, 0);
    T_EQ_INT(limits_admit(l, 1, &r, 2000, 0, &b).verdict, LIMITS_ADMITTED); /* in the same slot */
    limits_settle(l, &a, &r, 0, 0);
    limits_settle(l, &a, &r, 6000, 0);
    limits_cancel(l, &a, &r, 0);
    limits_settle(l, &none, &r, 6000, 0);
    limits_cancel(l, &none, &r, 0);
    T_EQ_INT(limits_admit(l, 1, &r, 3501, 0, &a).verdict, LIMITS_WAIT);
    /* Its key is forgotten for another one: nothing comes back to anybody. */
    T_EQ_INT(limits_admit(l, 2, &r, 1000, 0, &a).verdict, LIMITS_ADMITTED);
    limits_settle(l, &b, &r, 0, 0);
    limits_cancel(l, &b, &r, 0);
    T_EQ_INT(limits_admit(l, 3, &r, 1000, 0, &b).verdict, LIMITS_ADMITTED);
    limits_settle(l, &b, &r, 400, 0);
    limits_look(l, 3, &r, 0, s);
    T_EQ_INT(s[TPM].left, 5600);
    limits_free(l);
}

T_TEST(more_open_requests_than_there_is_room_for_give_nothing_back)
{
    struct limits *l = limits(2);
    struct limits_rule r = rule(0, 0, 1000000, 0);
    struct limits_charge first, last;
    struct limits_state s[LIMITS_KINDS];
    T_EQ_INT(limits_admit(l, 1, &r, 10, 0, &first).verdict, LIMITS_ADMITTED);
    for (int i = 0; i < LIMITS_OPEN_MAX; i++)
        T_EQ_INT(limits_admit(l, 1, &r, 10, 0, &last).verdict, LIMITS_ADMITTED);
    limits_settle(l, &last, &r, 0, 0);
    limits_look(l, 1, &r, 0, s);
    T_EQ_INT(s[TPM].left, 1000000 - 10 * (LIMITS_OPEN_MAX + 1));
    limits_settle(l, &first, &r, 0, 0);
    limits_look(l, 1, &r, 0, s);
    T_EQ_INT(s[TPM].left, 1000000 - 10 * LIMITS_OPEN_MAX);
    T_EQ_INT(limits_admit(l, 1, &r, 10, 0, &last).verdict,
             LIMITS_ADMITTED); /* the room of `first` */
    limits_settle(l, &last, &r, 0, 0);
    limits_look(l, 1, &r, 0, s);
    T_EQ_INT(s[TPM].left, 1000000 - 10 * LIMITS_OPEN_MAX);
    limits_free(l);
}

T_TEST(another_rule_keeps_what_is_in_use)
{
    struct limits *l = limits(4);
    struct limits_rule r = rule(0, 0, 1000, 0), more = rule(0, 0, 2000, 0),
                       less = rule(0, 0, 10, 0);
    struct limits_state s[LIMITS_KINDS];
    T_EQ_INT(ask(l, 1, &r, 900, 0), LIMITS_ADMITTED);
    limits_look(l, 1, &more, 0, s);
    T_EQ_INT(s[TPM].left, 1100);
    T_EQ_INT(s[TPM].reset_ns, 27 * S);
    limits_look(l, 1, &less, 0, s);
    T_EQ_INT(s[TPM].left, 0);
    T_EQ_INT(s[TPM].reset_ns, 120 * S);
    struct limits_rule huge = rule(UINT64_MAX, 0, UINT64_MAX, UINT64_MAX);
    limits_look(l, 1, &huge, 0, s);
    T_OK(s[TPD].most == LIMITS_MAX);
    T_EQ_INT(ask(l, 1, &huge, LIMITS_MAX, S), LIMITS_ADMITTED);
    T_EQ_INT(ask(l, 1, &huge, UINT64_MAX, S), LIMITS_TOO_LARGE);
    limits_free(l);
}

T_TEST(a_clock_that_goes_back_gives_nothing)
{
    struct limits *l = limits(4);
    struct limits_rule r = rule(2, 0, 0, 0);
    T_EQ_INT(ask(l, 1, &r, 0, 100 * S), LIMITS_ADMITTED);
    T_EQ_INT(ask(l, 1, &r, 0, 0), LIMITS_ADMITTED);
    T_EQ_INT(ask(l, 1, &r, 0, INT64_MIN), LIMITS_WAIT);
    T_EQ_INT(ask(l, 1, &r, 0, 100 * S), LIMITS_WAIT);
    T_EQ_INT(ask(l, 1, &r, 0, 130 * S), LIMITS_ADMITTED);
    T_EQ_INT(ask(l, 1, &r, 0, INT64_MAX), LIMITS_ADMITTED);
    limits_free(l);
}

/* Random requests: after exactly the wait that was told a request is admitted, and not a nanosecond
 * before. */
T_TEST(the_wait_is_exact)
{
    for (int round = 0; round < 2000; round++) {
        struct limits *l = limits(2);
        struct limits_rule r = rule(1 + t_rand() % 7, 1 + t_rand() % 40, 1 + t_rand() % 1000,
                                    1000 + t_rand() % 100000);
        struct limits_charge c;
        int64_t now = (int64_t)(t_rand() % 1000000);
        for (int i = 0; i < 20; i++) {
            uint64_t n = t_rand() % (r.most[TPM] + 1);
            struct limits_answer a = limits_admit(l, 9, &r, n, now, &c);
            T_OK(a.verdict != LIMITS_TOO_LARGE);
            if (a.verdict == LIMITS_ADMITTED) {
                now += (int64_t)(t_rand() % (uint64_t)S);
                continue;
            }
            T_OK(a.wait_ns > 0);
            T_EQ_INT(ask(l, 9, &r, n, now + a.wait_ns - 1), LIMITS_WAIT);
            now += a.wait_ns;
            T_EQ_INT(ask(l, 9, &r, n, now), LIMITS_ADMITTED);
        }
        limits_free(l);
    }
}

/* Whatever is asked, given back and cancelled: between any two moments no more tokens are used than
 * the limit and what flows in meanwhile, counted when a request was admitted. */
T_TEST(no_stretch_of_time_gets_more_than_its_share)
{
    enum { ASKS = 150, OPEN = 4 };
    for (int round = 0; round < 60; round++) {
        struct limits *l = limits(2);
        struct limits_rule r = rule(0, 0, 100 + t_rand() % 1000, 0);
        struct limits_charge open[OPEN];
        int64_t at[ASKS], now = 0;
        uint64_t used[ASKS], n = 0, place[OPEN];
        bool is_open[OPEN] = {false};
        for (int i = 0; i < ASKS; i++) {
            int k = (int)(t_rand() % OPEN);
            now += (int64_t)(t_rand() % (uint64_t)(20 * S));
            if (is_open[k]) {
                used[place[k]] = t_rand() % (open[k].n_tokens + 1);
                limits_settle(l, &open[k], &r, used[place[k]], now);
                is_open[k] = false;
            }
            uint64_t wanted = t_rand() % (r.most[TPM] + 1);
            if (limits_admit(l, 5, &r, wanted, now, &open[k]).verdict != LIMITS_ADMITTED)
                continue;
            is_open[k] = true;
            at[n] = now;
            used[n] = wanted;
            place[k] = n++;
        }
        for (uint64_t i = 0; i < n; i++) {
            double sum = 0;
            for (uint64_t k = i; k < n; k++) {
                sum += (double)used[k];
                double most = (double)r.most[TPM];
                T_OK(sum <= most + most * (double)(at[k] - at[i]) / (double)(60 * S) + 1e-6);
            }
        }
        T_OK(n > 10);
        limits_free(l);
    }
}

T_TEST(memory_is_bounded_and_the_busiest_are_remembered)
{
    enum { ROOM = 100 };
    struct limits *l = limits(ROOM);
    struct limits_rule r = rule(10, 0, 0, 0);
    for (int i = 0; i < 10; i++)
        T_EQ_INT(ask(l, 1, &r, 0, 0), LIMITS_ADMITTED);
    /* A hundred thousand strangers with one request each push each other out, not the busy one. */
    for (uint64_t key = 2; key < 100002; key++)
        T_EQ_INT(ask(l, key, &r, 0, (int64_t)key), LIMITS_ADMITTED);
    T_EQ_INT(ask(l, 1, &r, 0, 200000), LIMITS_WAIT);
    limits_free(l);
    /* With room for all none is forgotten. */
    l = limits(ROOM);
    for (uint64_t key = 1; key <= ROOM; key++)
        for (int i = 0; i < 10; i++)
            T_EQ_INT(ask(l, key, &r, 0, 0), LIMITS_ADMITTED);
    for (uint64_t key = 1; key <= ROOM; key++)
        T_EQ_INT(ask(l, key, &r, 0, 0), LIMITS_WAIT);
    limits_free(l);
    l = limits(1);
    for (uint64_t key = 1; key < 10; key++)
        T_EQ_INT(ask(l, key, &r, 0, 0), LIMITS_ADMITTED);
    limits_free(l);
}

T_TEST(numbers_of_keys_that_make_no_sense_are_refused)
{
    takt_err e;
    struct limits *l;
    T_FAILS(limits_new(&l, 0, 0, &e), &e, TAKT_ERR_USAGE, "0 keys");
    T_FAILS(limits_new(&l, (1u << 24) + 1, 0, &e), &e, TAKT_ERR_USAGE, "16777217 keys");
    T_OK(!l);
}

T_MAIN("server/limits")
