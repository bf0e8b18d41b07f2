/* The service: many answers at once, from several threads, give the ids that each gives alone;
 * whatever is cancelled, refused or in the way, nothing is lost and no page is kept. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "engine/service.h"
#include "made.h"

#if T_THREAD_SANITIZED
enum { N_ASKS = 24 };
#else
enum { N_ASKS = 120 };
#endif

enum { N_CTX = 320, N_KINDS = 14, PARALLEL = 4, ANSWER_MAX = 60, THREADS = 3 };

/* A request, and its answer when nothing else runs. */
struct kind {
    int32_t prompt[N_CTX];
    uint32_t n_prompt, n_max, n_want;
    takt_sampling sampling;
    int32_t want[ANSWER_MAX];
};

static struct loaded l;
static struct kind kinds[N_KINDS];

static uint32_t below(uint32_t n)
{
    return (uint32_t)(t_rand() >> 33) % n;
}

static bool keep_id(void *user, int32_t id, const char *text, size_t len)
{
    struct kind *k = user;
    (void)text;
    (void)len;
    if (id >= 0 && k->n_want < ANSWER_MAX) /* -1: text that was held back */
        k->want[k->n_want++] = id;
    return true;
}

/* Prompts that begin alike, of all lengths, drawn in all ways; their answers from takt_generate. */
static bool make_kinds(void)
{
    for (uint32_t i = 0; i < N_KINDS; i++) {
        struct kind *k = &kinds[i];
        bool repeats = i >= 8; /* itself, as the answers of so small a model do then */
        *k = (struct kind){.n_prompt = 1 + below(i % 2 ? 200 : 90), .n_max = 1 + below(24)};
        k->n_max = repeats ? ANSWER_MAX : k->n_max;
        for (uint32_t t = 0; t < k->n_prompt; t++)
            k->prompt[t] = i && t < 130 ? kinds[0].prompt[t] : (int32_t)below(259);
        if (i == 0)
            for (uint32_t t = 0; t < N_CTX; t++)
                k->prompt[t] = (int32_t)below(259);
        for (uint32_t t = 7; t < k->n_prompt && repeats; t++)
            k->prompt[t] = k->prompt[t - 7];
        k->sampling = takt_sampling_default();
        k->sampling.temperature = i % 3 ? 0 : repeats ? 0.4f : 1.2f;
        k->sampling.seed = i;
        k->sampling.presence_penalty = i % 4 ? 0 : 0.7f;
        takt_generate_options o = {.sampling = k->sampling,
                                   .max_tokens = k->n_max,
                                   .ignore_eog = true,
                                   .token = keep_id,
                                   .user = k};
        takt_seq_truncate(l.seq, 0);
        if (!T_RC(takt_generate(l.seq, k->prompt, k->n_prompt, &o, NULL, &l.e), &l.e))
            return false;
        T_EQ_INT(k->n_want, k->n_max);
    }
    takt_seq_truncate(l.seq, 0); /* all pages are the service's */
    return true;
}

static bool open_with(uint32_t n_seqs, uint32_t chunk)
{
    const char *path = made_write((struct made){.type = QTYPE_Q8_0, .n_ctx = N_CTX});
    takt_plan_options o = {
        .n_ctx = N_CTX, .threads = 2, .chunk = chunk, .logits_rows = PARALLEL + 12};
    bool ok = loaded_open(&l, path, &o, n_seqs) && make_kinds();
    unlink(path);
    return ok;
}

static bool open(uint32_t n_seqs)
{
    return open_with(n_seqs, 48);
}

static void close_all(void)
{
    T_EQ_INT(l.engine->kv.n_free + l.engine->kv.n_idle, l.engine->kv.n_pages);
    T_EQ_INT(l.engine->kv.n_promised, 0);
    loaded_free(&l);
}

static void fill(struct service_job *j, const struct kind *k)
{
    *j = (struct service_job){.job = {.n_prompt = k->n_prompt,
                                      .n_max = k->n_max,
                                      .class = SCHED_NORMAL,
                                      .arrival_ns = clock_ns()},
                              .prompt = k->prompt,
                              .sampling = k->sampling,
                              .ignore_eog = true};
}

static int wait_for(struct service_job *j)
{
    int finish;
    while ((finish = atomic_load(&j->finish)) == SERVICE_RUNNING) {
        struct timespec t = {0, 200000};
        nanosleep(&t, NULL);
    }
    return finish;
}

/* ---- a storm ---- */

struct asker {
    struct service *s;
    uint32_t seed, n_done, n_cancelled, n_wrong, n_failed;
};

static void judge(struct asker *a, const struct kind *k, struct service_job *j, bool cancelled)
{
    int finish = wait_for(j);
    uint32_t n = atomic_load(&j->n);
    bool is_whole = finish == SERVICE_LENGTH && n == k->n_want;
    a->n_done += is_whole;
    a->n_cancelled += finish == SERVICE_CANCELLED;
    a->n_failed += !is_whole && !(cancelled && finish == SERVICE_CANCELLED);
    a->n_wrong += n > k->n_want || memcmp(j->ids, k->want, n * sizeof *k->want) != 0;
    service_release(j);
}

/* Submits J again and again while it is refused, as it may be where other work takes the machine:
 * predictions then follow. False after an error, or when it is never accepted. */
static bool insist(struct asker *a, struct service_job *j)
{
    enum { TIMES = 2000 };
    struct sched_answer answer;
    takt_err e;
    for (int i = 0; i < TIMES; i++) {
        struct timespec t = {0, 5000000};
        if (service_submit(a->s, j, clock_ns(), &answer, &e).code)
            return false;
        if (answer.refusal == SCHED_ACCEPTED)
            return true;
        nanosleep(&t, NULL);
    }
    return false;
}

static void *ask(void *user)
{
    struct asker *a = user;
    uint32_t x = a->seed;
    for (int i = 0; i < N_ASKS / THREADS; i++) {
        x = x * 1664525u + 1013904223u;
        const struct kind *k = &kinds[(x >> 16) % N_KINDS];
        bool cancels = (x >> 8) % 5 == 0;
        struct service_job j;
        fill(&j, k);
        j.salt = (x >> 24) % 3;
        if (!insist(a, &j)) {
            a->n_failed++;
            continue;
        }
        if (cancels) {
            struct timespec t = {0, (long)(x >> 10) % 3000000};
            nanosleep(&t, NULL);
            service_cancel(a->s, &j);
        }
        judge(a, k, &j, cancels);
    }
    return NULL;
}

static void storm(bool no_cache, uint32_t n_draft)
{
    struct service *s;
    struct asker asker[THREADS] = {{0}};
    pthread_t thread[THREADS];
    struct service_figures f;
    const struct service_options o = {
        .n_jobs_max = PARALLEL, .no_prefix_cache = no_cache, .n_draft = n_draft};
    if (!open(PARALLEL) || !T_RC(service_new(&s, l.engine, &o, &l.e), &l.e))
        return;
    for (uint32_t i = 0; i < THREADS; i++) {
        asker[i] = (struct asker){.s = s, .seed = (uint32_t)t_rand()};
        T_EQ_INT(pthread_create(&thread[i], NULL, ask, &asker[i]), 0);
    }
    uint32_t n_done = 0;
    for (uint32_t i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        T_EQ_INT(asker[i].n_wrong, 0);
        T_EQ_INT(asker[i].n_failed, 0);
        T_EQ_INT(asker[i].n_done + asker[i].n_cancelled, N_ASKS / THREADS);
        n_done += asker[i].n_done;
    }
    T_OK(n_done > N_ASKS / 2);
    service_figures(s, &f);
    T_EQ_INT(f.sched.n_running + f.sched.n_queued + f.sched.n_pages_reserved, 0);
    T_OK(no_cache ? f.n_cached_tokens == 0 : f.n_cached_tokens > 0 || T_THREAD_SANITIZED);
    T_OK(n_draft ? f.n_right <= f.n_guessed && (f.n_right > 0 || T_THREAD_SANITIZED)
                 : f.n_guessed == 0);
    printf("# %" PRIu64 " of %" PRIu64 " guesses right, %" PRIu64 " tokens in %" PRIu64 " steps\n",
           f.n_right, f.n_guessed, f.n_answer_tokens, f.n_steps);
    T_OK(!service_fault(s, &l.e));
    service_free(s);
    close_all();
}

T_TEST(answers_are_those_of_lone_runs)
{
    storm(false, 0);
}

T_TEST(also_without_the_prefix_cache)
{
    storm(true, 0);
}

T_TEST(also_with_guesses)
{
    storm(false, 7);
}

T_TEST(also_with_guesses_and_without_the_prefix_cache)
{
    storm(true, 31);
}

/* ---- who comes while others are told of an end ---- */

struct next {
    struct asker a;
    struct service_job j;
    struct service_job *ended; /* the one whose end is told */
    atomic_bool was_submitted;
};

/* On the service's own thread, and so where it waits for nobody yet. */
static void submit_next(void *user)
{
    struct next *n = user;
    struct sched_answer answer;
    takt_err e;
    if (atomic_load(&n->ended->finish) != SERVICE_CANCELLED || atomic_load(&n->was_submitted))
        return;
    if (service_submit(n->a.s, &n->j, clock_ns(), &answer, &e).code ||
        answer.refusal != SCHED_ACCEPTED)
        n->a.n_failed++;
    atomic_store(&n->was_submitted, true);
}

T_TEST(who_comes_at_the_end_of_a_cancelled_answer_is_seen)
{
    enum { PATIENCE_NS = 2000000000 };
    struct service_job first;
    struct next n = {.ended = &first};
    const struct service_options o = {
        .n_jobs_max = PARALLEL, .margin = 50, .news = submit_next, .user = &n};
    if (!open(PARALLEL) || !T_RC(service_new(&n.a.s, l.engine, &o, &l.e), &l.e))
        return;
    fill(&n.j, &kinds[0]);
    fill(&first, &kinds[1]);
    first.job.n_max = N_CTX - kinds[1].n_prompt; /* it has not ended when it is cancelled */
    T_OK(insist(&n.a, &first));
    service_cancel(n.a.s, &first);
    T_EQ_INT(wait_for(&first), SERVICE_CANCELLED);
    int64_t begin = clock_ns();
    while (clock_ns() - begin < PATIENCE_NS &&
           !(atomic_load(&n.was_submitted) && atomic_load(&n.j.finish) != SERVICE_RUNNING))
        sched_yield();
    T_OK(clock_ns() - begin < PATIENCE_NS);
    if (!T_OK(atomic_load(&n.was_submitted) && n.a.n_failed == 0))
        return;
    service_cancel(n.a.s, &n.j); /* wakes a service that has missed it */
    T_EQ_INT(wait_for(&n.j), SERVICE_LENGTH);
    service_release(&first);
    service_release(&n.j);
    service_free(n.a.s);
    close_all();
}

/* ---- answers to one prompt ---- */

/* Four answers to a prompt of N_PROMPT tokens, of which all but the first read only what no full
 * page of it has, and less where the first has ended. */
static void four_answers(uint32_t chunk, uint32_t n_prompt)
{
    enum { N = 4 };
    struct service *s;
    struct service_job j[N];
    struct service_figures f;
    struct asker a = {0};
    /* Promises that a busy machine does not break: pages are shared where none is in danger. */
    const struct service_options o = {.n_jobs_max = PARALLEL, .margin = 50};
    if (!open_with(2 * PARALLEL, chunk) || !T_RC(service_new(&s, l.engine, &o, &l.e), &l.e))
        return;
    struct kind k = kinds[0];
    k.n_prompt = n_prompt;
    k.sampling.temperature = 0;
    a.s = s;
    for (int i = 0; i < N; i++) {
        fill(&j[i], &k);
        j[i].like = i ? &j[0] : NULL;
        T_OK(insist(&a, &j[i]));
    }
    uint32_t n_shared = n_prompt - n_prompt % LAYOUT_PAGE, n_cached = 0;
    for (int i = 0; i < N; i++) {
        T_EQ_INT(wait_for(&j[i]), SERVICE_LENGTH);
        T_OK(memcmp(j[i].ids, j[0].ids, k.n_max * sizeof *j[0].ids) == 0);
        T_OK(i ? j[i].n_cached >= n_shared && j[i].n_cached < n_prompt : j[i].n_cached == 0);
        n_cached += j[i].n_cached;
    }
    service_figures(s, &f);
    T_EQ_INT(f.n_cached_tokens, n_cached);
    T_EQ_INT(f.sched.n_running + f.sched.n_queued + f.sched.n_pages_reserved, 0);
    for (int i = 0; i < N; i++)
        service_release(&j[i]);
    service_free(s);
    close_all();
}

/* One whose prompt is in the cache while those who run need all pages: it waits, and finds it
 * again. */
T_TEST(what_cannot_be_held_is_found_again)
{
    enum { ROUNDS = 20, N = 2 };
    struct service *s;
    struct service_job first[N], next;
    struct sched_answer answer;
    const struct service_options o = {.n_jobs_max = PARALLEL, .margin = 50};
    if (!open(N) || !T_RC(service_new(&s, l.engine, &o, &l.e), &l.e))
        return;
    struct kind k = kinds[0];
    k.n_prompt = N_CTX - ANSWER_MAX;
    k.n_max = ANSWER_MAX; /* all pages that there are */
    k.sampling.temperature = 0;
    for (int i = 0; i < ROUNDS; i++) {
        for (int f = 0; f < N; f++) {
            fill(&first[f], &k);
            T_RC(service_submit(s, &first[f], clock_ns(), &answer, &l.e), &l.e);
            T_EQ_INT(answer.refusal, SCHED_ACCEPTED);
        }
        fill(&next, &k);
        T_RC(service_submit(s, &next, clock_ns(), &answer, &l.e), &l.e);
        if (!T_EQ_INT(answer.refusal, SCHED_ACCEPTED))
            break;
        T_EQ_INT(wait_for(&next), SERVICE_LENGTH);
        T_OK(next.n_cached >= k.n_prompt - k.n_prompt % LAYOUT_PAGE);
        for (int f = 0; f < N; f++) {
            T_EQ_INT(wait_for(&first[f]), SERVICE_LENGTH);
            T_EQ_MEM(next.ids, first[f].ids, k.n_max * sizeof *next.ids);
            service_release(&first[f]);
        }
        service_release(&next);
    }
    service_free(s);
    close_all();
}

T_TEST(answers_to_one_prompt_read_it_once)
{
    four_answers(48, 250);  /* longer than a step */
    four_answers(256, 100); /* two would fit a step */
}

/* ---- borders ---- */

T_TEST(what_is_wrong_is_said)
{
    struct service *s;
    struct service_job j;
    struct sched_answer answer;
    takt_err e;
    if (!open(1) ||
        !T_RC(service_new(&s, l.engine, &(struct service_options){.n_jobs_max = 1}, &e), &e))
        return;
    fill(&j, &kinds[0]);
    j.job.n_prompt = 0;
    T_FAILS(service_submit(s, &j, clock_ns(), &answer, &e), &e, TAKT_ERR_USAGE, "prompt");
    fill(&j, &kinds[0]);
    j.job.n_prompt = N_CTX;
    T_FAILS(service_submit(s, &j, clock_ns(), &answer, &e), &e, TAKT_ERR_LIMIT, "prompt");
    int32_t bad[] = {1, -1};
    fill(&j, &kinds[0]);
    j.prompt = bad;
    j.job.n_prompt = 2;
    T_FAILS(service_submit(s, &j, clock_ns(), &answer, &e), &e, TAKT_ERR_USAGE, "token id -1");
    fill(&j, &kinds[0]);
    j.sampling.temperature = -1;
    T_FAILS(service_submit(s, &j, clock_ns(), &answer, &e), &e, TAKT_ERR_USAGE, "temperature");
    fill(&j, &kinds[0]);
    j.wants_logprobs = true;
    j.n_logprobs = 21;
    T_FAILS(service_submit(s, &j, clock_ns(), &answer, &e), &e, TAKT_ERR_LIMIT, "logprobs");
    fill(&j, &kinds[0]);
    j.hint = bad;
    j.n_hint = 2;
    T_FAILS(service_submit(s, &j, clock_ns(), &answer, &e), &e, TAKT_ERR_USAGE, "prediction");
    service_free(s);
    T_FAILS(service_new(&s, l.engine, &(struct service_options){.n_jobs_max = PARALLEL + 13}, &e),
            &e, TAKT_ERR_USAGE, "parallel");
    T_FAILS(service_new(&s, l.engine, &(struct service_options){.n_draft = GUESS_MAX + 1}, &e), &e,
            TAKT_ERR_USAGE, "draft");
    close_all();
}

T_TEST(stop_ids_and_log_probabilities)
{
    struct service *s;
    struct service_job j;
    struct sched_answer answer;
    takt_err e;
    struct kind *k = NULL;
    if (!open(1) ||
        !T_RC(service_new(&s, l.engine, &(struct service_options){.n_jobs_max = 1}, &e), &e))
        return;
    for (uint32_t i = 0; i < N_KINDS && !k; i++)
        if (kinds[i].n_want > 3 && kinds[i].want[2] != kinds[i].want[0] &&
            kinds[i].want[2] != kinds[i].want[1])
            k = &kinds[i];
    if (T_OK(k)) {
        fill(&j, k);
        j.stop_ids = &k->want[2];
        j.n_stop_ids = 1;
        j.wants_logprobs = true;
        j.n_logprobs = 5;
        T_RC(service_submit(s, &j, clock_ns(), &answer, &e), &e);
        T_EQ_INT(wait_for(&j), SERVICE_STOP_ID);
        T_EQ_INT(atomic_load(&j.n), 2);
        T_EQ_INT(j.stopped_by, k->want[2]);
        for (int i = 0; i < 2; i++) {
            const struct sample_logprob *row = j.logprobs + i * 6;
            T_EQ_INT(row[0].id, k->want[i]);
            T_OK(row[0].logprob <= 0 && row[1].logprob >= row[2].logprob);
        }
        service_release(&j);
    }
    service_free(s);
    close_all();
}

/* An answer of J's kind with N_DRAFT guesses; false if it did not come. */
static bool ask_alone(struct service_job *j, const struct kind *k, uint32_t n_draft)
{
    struct service *s;
    struct sched_answer answer;
    takt_err e;
    const struct service_options o = {.n_jobs_max = 1, .n_draft = n_draft};
    if (!T_RC(service_new(&s, l.engine, &o, &e), &e))
        return false;
    j->job.arrival_ns = clock_ns();
    bool ok = T_RC(service_submit(s, j, clock_ns(), &answer, &e), &e) &&
              T_EQ_INT(answer.refusal, SCHED_ACCEPTED) && T_EQ_INT(wait_for(j), SERVICE_LENGTH) &&
              T_EQ_INT(j->n, k->n_want);
    service_free(s);
    return ok;
}

T_TEST(guesses_change_no_log_probability)
{
    uint32_t n_right = 0;
    if (!open(1))
        return;
    for (uint32_t i = 8; i < N_KINDS; i++) {
        struct service_job a, b;
        fill(&a, &kinds[i]);
        a.wants_logprobs = true;
        a.n_logprobs = 3;
        b = a;
        if (ask_alone(&a, &kinds[i], 0) && ask_alone(&b, &kinds[i], 5)) {
            T_OK(memcmp(a.ids, b.ids, a.n * sizeof *a.ids) == 0);
            T_OK(memcmp(a.logprobs, b.logprobs, a.n * 4 * sizeof *a.logprobs) == 0);
            T_EQ_INT(a.n_guessed, 0);
            n_right += b.n_right;
        }
        service_release(&a);
        service_release(&b);
    }
    T_OK(n_right > 0);
    close_all();
}

/* The answer itself as a hint: from its second token on all of it can be guessed. */
T_TEST(a_hint_helps_and_changes_nothing)
{
    const struct kind *k = &kinds[8];
    struct service_job a, b;
    if (!open(1))
        return;
    fill(&a, k);
    fill(&b, k);
    b.hint = k->want;
    b.n_hint = k->n_want;
    if (ask_alone(&a, k, 7) && ask_alone(&b, k, 7)) {
        T_OK(memcmp(a.ids, b.ids, a.n * sizeof *a.ids) == 0);
        T_OK(memcmp(a.ids, k->want, a.n * sizeof *a.ids) == 0);
        T_OK(b.n_right >= a.n_right && b.n_right > 0);
    }
    service_release(&a);
    service_release(&b);
    close_all();
}

T_TEST(a_service_that_ends_lets_go_of_everything)
{
    struct service *s;
    struct service_job j[6];
    struct sched_answer answer;
    takt_err e;
    if (!open(PARALLEL) ||
        !T_RC(service_new(&s, l.engine, &(struct service_options){.n_jobs_max = PARALLEL}, &e), &e))
        return;
    uint32_t n = 0;
    for (; n < 6; n++) {
        fill(&j[n], &kinds[n]);
        T_RC(service_submit(s, &j[n], clock_ns(), &answer, &e), &e);
        T_EQ_INT(answer.refusal, SCHED_ACCEPTED);
    }
    service_free(s);
    for (uint32_t i = 0; i < n; i++) {
        int finish = atomic_load(&j[i].finish);
        T_OK(finish == SERVICE_CANCELLED || finish == SERVICE_LENGTH);
        service_release(&j[i]);
    }
    close_all();
}

T_MAIN("engine/service")
