/* Several engines that share the processors: one step at a time, in turn, each answer as alone, and
 * loading in between. */
#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "engine/service.h"
#include "made.h"

enum { N_CTX = 256, PARALLEL = 2, ANSWER = 20, N_ASKS = 16, SPANS_MAX = 4096 };

/* ---- the turn itself ---- */

struct taker {
    struct turn *turn;
    uint32_t *inside, n_wrong;
};

static void *take_many(void *user)
{
    struct taker *x = user;
    for (int i = 0; i < 400; i++) {
        turn_take(x->turn);
        x->n_wrong += (*x->inside)++ != 0; /* the turn alone guards it */
        (*x->inside)--;
        turn_give(x->turn);
    }
    return NULL;
}

T_TEST(one_at_a_time)
{
    enum { N = 4 };
    struct turn *turn;
    takt_err e;
    uint32_t inside = 0;
    struct taker taker[N];
    pthread_t thread[N];
    if (!T_RC(turn_new(&turn, &e), &e))
        return;
    for (int i = 0; i < N; i++) {
        taker[i] = (struct taker){turn, &inside, 0};
        T_EQ_INT(pthread_create(&thread[i], NULL, take_many, &taker[i]), 0);
    }
    for (int i = 0; i < N; i++) {
        pthread_join(thread[i], NULL);
        T_EQ_INT(taker[i].n_wrong, 0);
    }
    T_OK(!turn_is_wanted(turn));
    turn_free(turn);
    turn_free(NULL);
    T_EQ_INT(turn_take(NULL), 0);
    turn_give(NULL);
    T_OK(!turn_is_wanted(NULL));
}

struct queued {
    struct turn *turn;
    _Atomic int *order, place;
};

static void *take_one(void *user)
{
    struct queued *q = user;
    turn_take(q->turn);
    q->place = atomic_fetch_add(q->order, 1);
    turn_give(q->turn);
    return NULL;
}

static void nap(long ns)
{
    struct timespec t = {0, ns};
    nanosleep(&t, NULL);
}

T_TEST(first_come_first_served)
{
    struct turn *turn;
    takt_err e;
    _Atomic int order = 0;
    struct queued q[3];
    pthread_t thread[3];
    if (!T_RC(turn_new(&turn, &e), &e))
        return;
    turn_take(turn);
    for (int i = 0; i < 3; i++) {
        q[i] = (struct queued){turn, &order, -1};
        T_EQ_INT(pthread_create(&thread[i], NULL, take_one, &q[i]), 0);
        nap(100000000); /* until it surely waits */
    }
    T_OK(turn_is_wanted(turn));
    turn_give(turn);
    for (int i = 0; i < 3; i++) {
        pthread_join(thread[i], NULL);
        T_EQ_INT(q[i].place, i);
    }
    turn_free(turn);
}

/* ---- services that share ---- */

struct span {
    int64_t begin, end;
};

struct side {
    struct loaded l;
    struct service *s;
    int32_t prompt[150], want[ANSWER];
    uint32_t n_want, chunk;
    double bound_ns;
    struct span span[SPANS_MAX];
    uint32_t n_spans, n_wrong, n_failed, tokens_max;
};

static bool keep_id(void *user, int32_t id, const char *text, size_t len)
{
    struct side *x = user;
    (void)text;
    (void)len;
    if (id >= 0 && x->n_want < ANSWER)
        x->want[x->n_want++] = id;
    return true;
}

static void step_ended(void *user, const struct service_step *step)
{
    struct side *x = user;
    int64_t now = clock_ns();
    if (x->n_spans < SPANS_MAX)
        x->span[x->n_spans++] = (struct span){now - step->ns_measured, now};
    x->tokens_max = step->n_tokens > x->tokens_max ? step->n_tokens : x->tokens_max;
}

static bool open_side(struct side *x, enum qtype type)
{
    const char *path = made_write((struct made){.type = type, .n_ctx = N_CTX});
    takt_plan_options o = {.n_ctx = N_CTX, .threads = 2, .chunk = 128, .logits_rows = PARALLEL};
    if (!loaded_open(&x->l, path, &o, PARALLEL))
        return false;
    for (uint32_t i = 0; i < 150; i++)
        x->prompt[i] = (int32_t)((t_rand() >> 33) % 259);
    takt_generate_options g = {.sampling = takt_sampling_default(),
                               .max_tokens = ANSWER,
                               .ignore_eog = true,
                               .token = keep_id,
                               .user = x};
    bool ok = T_RC(takt_generate(x->l.seq, x->prompt, 150, &g, NULL, &x->l.e), &x->l.e);
    takt_seq_truncate(x->l.seq, 0);
    return ok && T_EQ_INT(x->n_want, ANSWER);
}

static void *ask(void *user)
{
    struct side *x = user;
    for (int i = 0; i < N_ASKS; i++) {
        struct sched_answer answer;
        takt_err e;
        struct service_job j = {.job = {.n_prompt = 150, .n_max = ANSWER, .class = SCHED_NORMAL},
                                .prompt = x->prompt,
                                .sampling = takt_sampling_default(),
                                .ignore_eog = true};
        j.job.arrival_ns = clock_ns();
        if (service_submit(x->s, &j, clock_ns(), &answer, &e).code) {
            x->n_failed++;
            break;
        }
        if (answer.refusal != SCHED_ACCEPTED) { /* as where other work takes the machine */
            nap(2000000);
            continue;
        }
        while (atomic_load(&j.finish) == SERVICE_RUNNING)
            nap(200000);
        x->n_wrong += atomic_load(&j.n) != ANSWER || memcmp(j.ids, x->want, sizeof x->want) != 0;
        service_release(&j);
    }
    return NULL;
}

/* Steps of A and B that ran at the same time. (What is told is when a step was told of, a little
 * after its end.) */
static uint32_t overlaps(const struct side *a, const struct side *b)
{
    uint32_t n = 0;
    for (uint32_t i = 0, k = 0; i < a->n_spans; i++) {
        while (k < b->n_spans && b->span[k].end <= a->span[i].begin)
            k++;
        if (k < b->n_spans && b->span[k].begin < a->span[i].end) {
            int64_t from =
                b->span[k].begin > a->span[i].begin ? b->span[k].begin : a->span[i].begin;
            int64_t to = b->span[k].end < a->span[i].end ? b->span[k].end : a->span[i].end;
            n += to - from > (a->span[i].end - a->span[i].begin) / 2;
        }
    }
    return n;
}

static struct side side[2];

static void run_sides(struct turn *turn)
{
    pthread_t thread[2];
    for (int i = 0; i < 2; i++) {
        struct service_options o = {.n_jobs_max = PARALLEL, .turn = turn};
        const struct plan *plan = &side[i].l.plan->plan;
        side[i].bound_ns = service_share(plan, &o, side[i].l.engine->kv.n_pages, &side[i].chunk);
        o.chunk = side[i].chunk;
        o.others_s = side[1 - i].bound_ns / 1e9;
        T_OK(side[i].chunk >= PARALLEL && side[i].chunk < 128 && side[i].bound_ns > 0);
        if (!T_RC(service_new(&side[i].s, side[i].l.engine, &o, &side[i].l.e), &side[i].l.e))
            return;
        service_watch(side[i].s, step_ended, &side[i]);
    }
    for (int i = 0; i < 2; i++)
        T_EQ_INT(pthread_create(&thread[i], NULL, ask, &side[i]), 0);
    for (int i = 0; i < 200; i++) { /* a loading */
        turn_take(turn);
        turn_give(turn);
        nap(100000);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < 2; i++) {
        service_free(side[i].s);
        T_EQ_INT(side[i].n_wrong, 0);
        T_EQ_INT(side[i].n_failed, 0);
        T_OK(side[i].n_spans > ANSWER);
        T_OK(side[i].tokens_max <= side[i].chunk);
    }
    T_EQ_INT(overlaps(&side[0], &side[1]), 0);
}

T_TEST(steps_of_two_models)
{
    struct turn *turn;
    takt_err e;
    if (!T_RC(turn_new(&turn, &e), &e))
        return;
    if (open_side(&side[0], QTYPE_Q8_0) && open_side(&side[1], QTYPE_Q4_0))
        run_sides(turn);
    for (int i = 0; i < 2; i++)
        loaded_free(&side[i].l);
    turn_free(turn);
}

/* Loading while somebody else has turns: the same weights, and the turn is free afterwards. */
static void load_in_turns(bool cached)
{
    struct turn *turn;
    struct loaded l;
    takt_engine *other;
    takt_err e;
    const char *path =
        made_write((struct made){.type = QTYPE_F32, .n_ctx = N_CTX, .n_ff = 1024, .n_layers = 14});
    takt_plan_options o = {.n_ctx = N_CTX, .threads = 2, .chunk = 32};
    if (!T_RC(turn_new(&turn, &e), &e) || !loaded_open(&l, path, &o, 1))
        return;
    takt_engine_options eo = {.no_cache = !cached};
    for (int round = 0; round < 1 + cached; round++)
        if (T_RC(engine_new(&other, l.model, l.plan, &eo, turn, &e), &e)) {
            T_EQ_MEM(other->weights.p, l.engine->weights.p, l.plan->plan.weights_bytes);
            T_EQ_INT(other->weights.from_cache, round);
            takt_engine_free(other);
            T_OK(!turn_is_wanted(turn));
            T_EQ_INT(turn_take(turn), 0);
            turn_give(turn);
        }
    T_OK(engine_bytes(l.plan, 1) > l.plan->plan.weights_bytes + l.plan->plan.act_bytes);
    loaded_free(&l);
    turn_free(turn);
}

T_TEST(loading_in_turns)
{
    load_in_turns(false);
    load_in_turns(true);
}

T_MAIN("engine/turn")
