/* The eyes: pictures for many at once are those that each is alone, whatever is known, cancelled or
 * refused; and answers about pictures are those of lone runs. */
#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "engine/encoding.h"
#include "engine/eyes.h"
#include "engine/service.h"
#include "blank.h"
#include "narrow.h"

#if T_THREAD_SANITIZED
enum { N_ASKS = 24 };
#else
enum { N_ASKS = 90 };
#endif

enum { N_KINDS = 8, THREADS = 3, PIXELS_MAX = 60 * 60 };

/* A picture, and its encoding when nothing else runs. */
struct kind {
    uint8_t rgb[PIXELS_MAX * 3];
    uint32_t width, height;
    bool is_low;
    takt_picture *want;
};

static struct loaded l;
static struct kind kinds[N_KINDS];
static takt_vision *vision;

static uint32_t below(uint32_t n)
{
    return (uint32_t)(t_rand() >> 33) % n;
}

static void nap(long ns)
{
    struct timespec t = {0, ns};
    nanosleep(&t, NULL);
}

/* Of all shapes; the last one is shown low too. Alone: with an encoder that keeps nothing. */
static void make_kinds(const char *path)
{
    takt_vision_options o = {.threads = 2, .no_cache = true, .cache_bytes = 1};
    takt_vision *alone;
    takt_err e;
    if (!T_RC(takt_vision_new(&alone, l.model, path, &o, &e), &e))
        return;
    for (uint32_t i = 0; i < N_KINDS; i++) {
        struct kind *k = &kinds[i];
        struct view view;
        struct encoding x;
        k->width = 1 + below(60);
        k->height = 1 + below(60);
        k->is_low = i == N_KINDS - 1;
        for (uint32_t b = 0; b < sizeof k->rgb; b++)
            k->rgb[b] = (uint8_t)below(256);
        if (k->is_low)
            *k = kinds[i - 1];
        k->is_low = i == N_KINDS - 1;
        const struct image in = {k->width, k->height, k->rgb};
        if (!T_RC(view_make(&view, alone, &in, k->is_low, &e), &e) ||
            !T_RC(encoding_begin(&x, alone, &view, &e), &e))
            return;
        while (!encoding_is_whole(&x, alone)) { /* one tile after the other */
            struct encoding_batch b = {0};
            alone->n_batch = 1;
            encoding_join(&b, &x, alone);
            while (!encoding_step(&b, alone, NULL))
                ;
        }
        view_free(&view);
        k->want = x.picture;
    }
    takt_vision_free(alone);
}

static bool open(const char *path)
{
    if (!open_narrow(&l))
        return false;
    make_kinds(path);
    vision = open_vision(l.model, path, NULL, 2);
    return vision != NULL;
}

static void close_all(void)
{
    takt_vision_free(vision);
    vision = NULL;
    for (uint32_t i = 0; i < N_KINDS; i++) {
        takt_picture_free(kinds[i].want);
        kinds[i].want = NULL;
    }
    loaded_free(&l);
}

static const char *const NEXT = "tests/data/next-tiny-mmproj.gguf";

static struct eyes_job job_of(const struct kind *k)
{
    return (struct eyes_job){
        .rgb = k->rgb, .width = k->width, .height = k->height, .is_low = k->is_low};
}

static bool submit(struct eyes *s, struct eyes_job *j)
{
    double retry_ns;
    takt_err e;
    return T_RC(eyes_submit(s, j, &retry_ns, &e), &e) && T_OK(retry_ns == 0);
}

static int wait_for(struct eyes_job *j)
{
    int finish;
    while ((finish = atomic_load(&j->finish)) == EYES_RUNNING)
        nap(200000);
    return finish;
}

static bool is_equal(const takt_picture *p, const takt_picture *q)
{
    size_t n = (size_t)q->n_positions * q->n_embd * sizeof *q->rows;
    return p->n_positions == q->n_positions && memcmp(p->rows, q->rows, n) == 0 &&
           memcmp(p->ids, q->ids, q->n_positions * sizeof *q->ids) == 0;
}

/* Waits for J and compares. */
static bool is_whole(struct eyes_job *j, const struct kind *k)
{
    bool ok = wait_for(j) == EYES_DONE && is_equal(j->picture, k->want);
    takt_picture_free(j->picture);
    return ok;
}

/* ---- a storm ---- */

struct asker {
    struct eyes *s;
    uint32_t seed, n_done, n_cancelled, n_wrong, n_refused;
};

static void count_news(void *user)
{
    atomic_fetch_add((_Atomic uint32_t *)user, 1);
}

static void ask_one(struct asker *a, uint32_t x)
{
    const struct kind *k = &kinds[(x >> 16) % N_KINDS];
    struct eyes_job j = job_of(k);
    double retry_ns = 1;
    takt_err e;
    j.salt = (x >> 24) % 3;
    while (retry_ns > 0) {
        if (eyes_submit(a->s, &j, &retry_ns, &e).code) {
            a->n_wrong++;
            return;
        }
        a->n_refused += retry_ns > 0;
        nap(retry_ns > 0 ? 100000 : 1);
    }
    if ((x >> 8) % 4 == 0) {
        nap((long)(x >> 10) % 300000);
        eyes_cancel(a->s, &j);
    }
    int finish = wait_for(&j);
    a->n_done += finish == EYES_DONE;
    a->n_cancelled += finish == EYES_CANCELLED;
    a->n_wrong += finish == EYES_DONE ? !is_equal(j.picture, k->want) : j.picture != NULL;
    a->n_wrong += finish == EYES_DONE && j.was_cached != (j.measured_ns == 0);
    takt_picture_free(j.picture);
}

static void *ask(void *user)
{
    struct asker *a = user;
    uint32_t x = a->seed;
    for (int i = 0; i < N_ASKS / THREADS; i++) {
        x = x * 1664525u + 1013904223u;
        ask_one(a, x);
    }
    return NULL;
}

static void storm(uint64_t cache_bytes)
{
    struct eyes *s;
    struct turn *turn;
    struct asker asker[THREADS] = {{0}};
    pthread_t thread[THREADS];
    struct eyes_figures f;
    _Atomic uint32_t n_news = 0;
    takt_err e;
    if (!open(NEXT) || !T_RC(turn_new(&turn, &e), &e))
        return;
    const struct eyes_options o = {.cache_bytes = cache_bytes,
                                   .n_jobs_max = 2,
                                   .turn = turn,
                                   .news = count_news,
                                   .user = &n_news};
    if (!T_RC(eyes_new(&s, vision, &o, &e), &e))
        return;
    uint32_t n_done = 0, n_cancelled = 0, n_refused = 0;
    for (uint32_t i = 0; i < THREADS; i++) {
        asker[i] = (struct asker){.s = s, .seed = (uint32_t)t_rand()};
        T_EQ_INT(pthread_create(&thread[i], NULL, ask, &asker[i]), 0);
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        T_EQ_INT(asker[i].n_wrong, 0);
        n_done += asker[i].n_done;
        n_cancelled += asker[i].n_cancelled;
        n_refused += asker[i].n_refused;
    }
    T_EQ_INT(n_done + n_cancelled, N_ASKS);
    T_OK(n_done > N_ASKS / 2 && atomic_load(&n_news) > 0);
    eyes_figures(s, &f);
    T_EQ_INT(f.n_jobs + f.n_waiting, 0);
    T_EQ_INT(f.n_done, n_done);
    T_EQ_INT(f.n_cancelled, n_cancelled);
    T_EQ_INT(f.n_refused, n_refused);
    T_EQ_INT(f.n_failed, 0);
    T_OK(f.n_hits + f.n_misses >= n_done && f.n_steps > 0);
    T_OK(cache_bytes == 1 ? f.n_kept == 0 && f.kept_bytes == 0
                          : f.n_hits > 0 && f.kept_bytes <= f.cache_bytes);
    T_OK(f.queue_ns == 0 && f.step_begun_ns == 0);
    eyes_free(s);
    turn_free(turn);
    close_all();
}

T_TEST(pictures_are_those_of_lone_runs)
{
    storm(0);
}

T_TEST(also_when_nothing_is_kept)
{
    storm(1);
}

/* ---- what is known ---- */

T_TEST(known_pictures_cost_no_step)
{
    struct eyes *s;
    struct eyes_figures before, after;
    takt_err e;
    if (!open(NEXT) || !T_RC(eyes_new(&s, vision, NULL, &e), &e))
        return;
    struct eyes_job j = job_of(&kinds[0]), again = job_of(&kinds[0]), other = job_of(&kinds[0]);
    struct eyes_outlook look;
    eyes_outlook(s, kinds[0].width, kinds[0].height, false, &look);
    T_EQ_INT(look.n_positions, kinds[0].want->n_positions);
    T_OK(look.encode_ns > 0 && look.end_ns >= look.encode_ns && look.queue_ns == 0);
    T_OK(submit(s, &j) && is_whole(&j, &kinds[0]));
    T_OK(!j.was_cached && j.predicted_ns > 0 && j.measured_ns > 0);
    T_OK(j.begun_ns > 0 && j.end_ns > j.begun_ns && atomic_load(&j.is_seen));
    eyes_figures(s, &before);
    T_EQ_INT(before.n_steps, look.n_steps);
    T_OK(submit(s, &again) && is_whole(&again, &kinds[0]));
    T_OK(again.was_cached && again.predicted_ns == 0 && again.measured_ns == 0);
    T_EQ_MEM(again.digest, j.digest, sizeof j.digest);
    eyes_figures(s, &after);
    T_EQ_INT(after.n_steps, before.n_steps);
    other.salt = 7; /* who it belongs to has shown it to nobody */
    T_OK(submit(s, &other) && is_whole(&other, &kinds[0]));
    T_OK(!other.was_cached);
    eyes_figures(s, &after);
    T_EQ_INT(after.n_steps, 2 * before.n_steps);
    T_EQ_INT(after.n_hits, 1);
    T_EQ_INT(after.n_misses, 2);
    T_EQ_INT(after.n_kept, 2);
    eyes_free(s);
    close_all();
}

/* What is likely follows the times that were measured; what is promised does not fall. */
T_TEST(likely_times_follow_measured_ones)
{
    enum { N = 4 };
    struct eyes *s;
    struct eyes_figures f;
    struct eyes_outlook before, look;
    takt_err e;
    if (!open(NEXT) || !T_RC(eyes_new(&s, vision, NULL, &e), &e))
        return;
    const struct tiles t = tiles_of(&vision->v, kinds[0].width, kinds[0].height);
    double cost = encoding_cost(vision, &t).ns;
    eyes_outlook(s, kinds[0].width, kinds[0].height, false, &before);
    T_OK(before.likely == 1 && before.encode_ns == cost);
    for (uint64_t salt = 1; salt <= N; salt++) {
        struct eyes_job j = job_of(&kinds[0]);
        j.salt = salt;
        T_OK(submit(s, &j) && is_whole(&j, &kinds[0]));
    }
    eyes_figures(s, &f);
    eyes_outlook(s, kinds[0].width, kinds[0].height, false, &look);
    double ratio = f.ns_measured / f.ns_predicted, most = pow(0.98, -(double)f.n_steps);
    double likely = look.likely * look.encode_ns;
    T_OK(look.likely > 0 && look.likely <= 1 && look.encode_ns >= before.encode_ns);
    T_OK(likely <= 1.01 * most * ratio * cost);
    if (ratio * most < 1) /* then steps are no slower than what is promised counts with */
        T_OK(likely >= 0.99 / most * ratio * cost);
    eyes_free(s);
    close_all();
}

/* By its digest, without pixels. */
T_TEST(known_pictures_are_found)
{
    struct eyes *s;
    struct eyes_figures before, after;
    takt_picture *found;
    takt_err e;
    if (!open(NEXT) || !T_RC(eyes_new(&s, vision, NULL, &e), &e))
        return;
    struct eyes_job j = job_of(&kinds[0]), low = job_of(&kinds[N_KINDS - 1]);
    j.salt = 3;
    T_OK(submit(s, &j) && is_whole(&j, &kinds[0]));
    T_OK(submit(s, &low) && is_whole(&low, &kinds[N_KINDS - 1]));
    eyes_figures(s, &before);
    found = eyes_find(s, j.digest, 3);
    T_OK(found && is_equal(found, kinds[0].want));
    takt_picture_free(found);
    T_OK(eyes_find(s, j.digest, 0) == NULL); /* not by others */
    T_OK(eyes_find(s, low.digest, 3) == NULL);
    found = eyes_find(s, low.digest, 0);
    T_OK(found && is_equal(found, kinds[N_KINDS - 1].want));
    takt_picture_free(found);
    eyes_figures(s, &after);
    T_EQ_INT(after.n_hits + after.n_misses, before.n_hits + before.n_misses);
    for (uint32_t i = 0; i < N_KINDS; i++)
        check_blank(vision, kinds[i].rgb, kinds[i].width, kinds[i].height, kinds[i].is_low,
                    kinds[i].want);
    eyes_free(s);
    close_all();
}

/* The public call keeps what it has encoded too, and what it gave outlives the encoder. */
T_TEST(lone_callers_are_remembered)
{
    takt_picture *p[2];
    takt_step_info info[2];
    takt_err e;
    if (!open(NEXT))
        return;
    for (int i = 0; i < 2; i++)
        T_RC(takt_picture_encode(&p[i], vision, kinds[0].rgb, kinds[0].width, kinds[0].height,
                                 &info[i], &e),
             &e);
    T_OK(info[0].measured_ns > 0 && info[1].measured_ns == 0 && info[1].predicted_ns == 0);
    takt_picture_free(p[0]);
    takt_vision_free(vision);
    vision = NULL;
    T_OK(is_equal(p[1], kinds[0].want));
    takt_picture_free(p[1]);
    close_all();
}

/* ---- one encoding for many ---- */

/* While the test has the turn, no step is run. */
static bool open_held(struct eyes **s, struct turn **turn, uint32_t n_jobs_max)
{
    takt_err e;
    if (!open(NEXT) || !T_RC(turn_new(turn, &e), &e))
        return false;
    const struct eyes_options o = {.turn = *turn, .n_jobs_max = n_jobs_max, .others_s = 1};
    turn_take(*turn);
    return T_RC(eyes_new(s, vision, &o, &e), &e);
}

static void close_held(struct eyes *s, struct turn *turn)
{
    eyes_free(s);
    turn_free(turn);
    close_all();
}

T_TEST(equal_pictures_are_encoded_once)
{
    enum { N = 4 };
    struct eyes *s;
    struct turn *turn;
    struct eyes_job j[N];
    struct eyes_figures f;
    if (!open_held(&s, &turn, 0))
        return;
    for (int i = 0; i < N; i++) {
        j[i] = job_of(&kinds[0]);
        T_OK(submit(s, &j[i]));
    }
    eyes_cancel(s, &j[0]); /* the others still want it */
    turn_give(turn);
    /* A step that waits for its turn already may end it first. */
    bool was_cancelled = wait_for(&j[0]) == EYES_CANCELLED;
    T_OK(was_cancelled ? j[0].picture == NULL : is_whole(&j[0], &kinds[0]));
    for (int i = 1; i < N; i++)
        T_OK(is_whole(&j[i], &kinds[0]));
    eyes_figures(s, &f);
    T_EQ_INT(f.n_misses, 1);
    T_EQ_INT(f.n_cancelled, was_cancelled);
    struct tiles t = tiles_of(&vision->v, kinds[0].width, kinds[0].height);
    T_EQ_INT(f.n_steps, encoding_cost(vision, &t).n_steps);
    close_held(s, turn);
}

T_TEST(known_ones_wait_for_no_encoding)
{
    struct eyes *s;
    struct turn *turn;
    if (!open_held(&s, &turn, 0))
        return;
    struct eyes_job known = job_of(&kinds[1]), slow[3], again = job_of(&kinds[1]);
    turn_give(turn);
    T_OK(submit(s, &known) && is_whole(&known, &kinds[1]));
    turn_take(turn);
    for (int i = 0; i < 3; i++) {
        slow[i] = job_of(&kinds[2 + i]);
        T_OK(submit(s, &slow[i]));
    }
    T_OK(submit(s, &again));
    turn_give(turn);
    T_OK(is_whole(&again, &kinds[1]));
    for (int i = 0; i < 3; i++)
        T_OK(is_whole(&slow[i], &kinds[2 + i]));
    T_OK(again.was_cached && again.end_ns < slow[2].end_ns);
    T_OK(slow[0].end_ns <= slow[1].end_ns && slow[1].end_ns <= slow[2].end_ns);
    close_held(s, turn);
}

/* Pictures that are wanted together go through the encoder together, where that saves time. */
T_TEST(a_group_is_encoded_together)
{
    enum { N = 3 };
    struct eyes *s;
    struct turn *turn;
    uint32_t n_steps[2];
    for (int grouped = 0; grouped < 2; grouped++) {
        struct eyes_job j[N], before;
        struct eyes_figures f, g;
        if (!open_held(&s, &turn, 0))
            return;
        before = job_of(&kinds[4]);
        T_OK(vision->n_batch >= N);
        turn_give(turn);
        T_OK(submit(s, &before) && is_whole(&before, &kinds[4]));
        eyes_figures(s, &f);
        turn_take(turn);
        before.salt = 5; /* while it waits for the turn, the others come */
        T_OK(submit(s, &before));
        nap(50000000);
        for (int i = 0; i < N; i++) {
            j[i] = job_of(&kinds[i]);
            j[i].is_low = true;
            j[i].group = grouped;
            T_OK(submit(s, &j[i]));
        }
        turn_give(turn);
        T_OK(is_whole(&before, &kinds[4]));
        for (int i = 0; i < N; i++) {
            uint32_t n = l.plan->plan.n_embd * vision_rows(&vision->v);
            T_EQ_INT(wait_for(&j[i]), EYES_DONE);
            T_EQ_MEM(j[i].picture->rows, kinds[i].want->rows, n * sizeof *j[i].picture->rows);
            takt_picture_free(j[i].picture);
        }
        eyes_figures(s, &g);
        n_steps[grouped] = (uint32_t)(g.n_steps - 2 * f.n_steps);
        close_held(s, turn);
    }
    T_EQ_INT(n_steps[0], N);
    T_EQ_INT(n_steps[1], 1);
}

/* ---- refusals and ends ---- */

T_TEST(too_many_are_refused)
{
    struct eyes *s;
    struct turn *turn;
    struct eyes_figures f;
    struct eyes_outlook look;
    double retry_ns;
    takt_err e;
    if (!open_held(&s, &turn, 2))
        return;
    struct eyes_job j[3] = {job_of(&kinds[0]), job_of(&kinds[1]), job_of(&kinds[2])};
    T_OK(submit(s, &j[0]) && submit(s, &j[1]));
    T_RC(eyes_submit(s, &j[2], &retry_ns, &e), &e);
    T_OK(retry_ns >= 1e9); /* a step and the turn of others before it */
    eyes_outlook(s, 10, 10, true, &look);
    T_EQ_INT(look.n_steps, 1);
    T_OK(look.queue_ns > 0 && look.end_ns > look.queue_ns + 3e9);
    eyes_figures(s, &f);
    T_EQ_INT(f.n_refused, 1);
    T_EQ_INT(f.n_jobs, 2);
    eyes_cancel(s, &j[2]); /* was never accepted */
    turn_give(turn);
    T_OK(is_whole(&j[0], &kinds[0]));
    T_OK(submit(s, &j[2]));
    T_OK(is_whole(&j[1], &kinds[1]) && is_whole(&j[2], &kinds[2]));
    eyes_cancel(s, &j[2]); /* has ended */
    T_EQ_INT(atomic_load(&j[2].finish), EYES_DONE);
    close_held(s, turn);
}

T_TEST(bad_sizes_refused)
{
    struct eyes *s;
    struct eyes_job j = job_of(&kinds[0]);
    double retry_ns;
    takt_err e;
    if (!open(NEXT) || !T_RC(eyes_new(&s, vision, NULL, &e), &e))
        return;
    j.width = 0;
    T_FAILS(eyes_submit(s, &j, &retry_ns, &e), &e, TAKT_ERR_USAGE, "of 0 x");
    j.width = IMAGE_SIDE_MAX + 1;
    T_FAILS(eyes_submit(s, &j, &retry_ns, &e), &e, TAKT_ERR_LIMIT, "a side has 1 to");
    eyes_free(s);
    close_all();
}

T_TEST(the_end_cancels_all)
{
    struct eyes *s;
    struct turn *turn;
    struct eyes_job j[N_KINDS];
    if (!open_held(&s, &turn, 0))
        return;
    for (int i = 0; i < N_KINDS; i++) {
        j[i] = job_of(&kinds[i]);
        T_OK(submit(s, &j[i]));
    }
    turn_give(turn);
    eyes_free(s);
    for (int i = 0; i < N_KINDS; i++) {
        int finish = atomic_load(&j[i].finish);
        T_OK(finish == EYES_CANCELLED || finish == EYES_DONE);
        T_OK((finish == EYES_DONE) == (j[i].picture != NULL));
        takt_picture_free(j[i].picture);
    }
    eyes_free(NULL);
    turn_free(turn);
    close_all();
}

/* ---- answers about pictures ---- */

enum { PARALLEL = 4, ANSWER = 12, PROMPT_MAX = 400, N_PROMPTS = 6 };

/* A prompt with two pictures, and its answer when nothing else runs. */
struct question {
    int32_t prompt[PROMPT_MAX], want[ANSWER];
    uint32_t n, n_want;
    takt_span span[2];
};

static struct question questions[N_PROMPTS];

static bool keep_id(void *user, int32_t id, const char *text, size_t len)
{
    struct question *q = user;
    (void)text;
    (void)len;
    if (id >= 0 && q->n_want < ANSWER)
        q->want[q->n_want++] = id;
    return true;
}

static void put_picture(struct question *q, int i, takt_picture *p)
{
    q->span[i] = (takt_span){q->n, p};
    memcpy(q->prompt + q->n, takt_picture_ids(p), p->n_positions * sizeof *q->prompt);
    q->n += p->n_positions;
}

static void put_text(struct question *q, uint32_t n, int32_t first)
{
    for (uint32_t i = 0; i < n; i++)
        q->prompt[q->n++] = first + (int32_t)i;
}

/* All begin with the same text; pairs of them with the same picture behind it. */
static bool make_questions(void)
{
    for (uint32_t i = 0; i < N_PROMPTS; i++) {
        struct question *q = &questions[i];
        takt_generate_options o = {
            .max_tokens = ANSWER, .ignore_eog = true, .token = keep_id, .user = q};
        *q = (struct question){0};
        put_text(q, 70, 3);
        put_picture(q, 0, kinds[i / 2].want);
        put_picture(q, 1, kinds[i].want);
        put_text(q, 9 + i, 20);
        o.sampling = takt_sampling_default();
        o.sampling.temperature = i % 2 ? 0.9f : 0;
        o.sampling.repeat_penalty = 1.1f;
        takt_seq_truncate(l.seq, 0);
        takt_seq_pictures(l.seq, q->span, 2);
        if (!T_RC(takt_generate(l.seq, q->prompt, q->n, &o, NULL, &l.e), &l.e))
            return false;
        T_EQ_INT(q->n_want, ANSWER);
    }
    seq_reset(l.seq);
    return true;
}

static bool open_questions(void)
{
    takt_plan_options po = {.threads = 2, .chunk = 48, .logits_rows = PARALLEL + 8};
    if (!open_narrow_with(&l, &po, 2 * PARALLEL))
        return false;
    make_kinds("tests/data/siglip-tiny-mmproj.gguf");
    return make_questions();
}

static void fill(struct service_job *j, const struct question *q, uint32_t i)
{
    *j = (struct service_job){
        .job = {.n_prompt = q->n, .n_max = ANSWER, .class = SCHED_NORMAL, .arrival_ns = clock_ns()},
        .prompt = q->prompt,
        .spans = q->span,
        .n_spans = 2,
        .sampling = takt_sampling_default(),
        .ignore_eog = true};
    j->sampling.temperature = i % 2 ? 0.9f : 0;
    j->sampling.repeat_penalty = 1.1f;
}

static void wait_answer(struct service_job *j)
{
    while (atomic_load(&j->finish) == SERVICE_RUNNING)
        nap(200000);
    T_EQ_INT(atomic_load(&j->finish), SERVICE_LENGTH);
}

/* Each question twice, all at once. */
static void answers(bool no_cache, uint32_t n_draft)
{
    enum { N = 2 * N_PROMPTS };
    struct service *s;
    struct service_job j[N];
    struct service_figures f;
    struct sched_answer answer;
    takt_err e;
    const struct service_options o = {
        .n_jobs_max = PARALLEL, .margin = 50, .no_prefix_cache = no_cache, .n_draft = n_draft};
    if (!open_questions() || !T_RC(service_new(&s, l.engine, &o, &e), &e))
        return;
    for (uint32_t i = 0; i < N; i++) {
        fill(&j[i], &questions[i % N_PROMPTS], i % N_PROMPTS);
        T_RC(service_submit(s, &j[i], clock_ns(), &answer, &e), &e);
        T_EQ_INT(answer.refusal, SCHED_ACCEPTED);
    }
    for (uint32_t i = 0; i < N; i++) {
        wait_answer(&j[i]);
        T_OK(memcmp(j[i].ids, questions[i % N_PROMPTS].want, ANSWER * sizeof *j[i].ids) == 0);
        service_release(&j[i]);
    }
    /* Once more: the text and all of the pictures but what stands in the last page is known. */
    fill(&j[0], &questions[0], 0);
    T_RC(service_submit(s, &j[0], clock_ns(), &answer, &e), &e);
    wait_answer(&j[0]);
    T_OK(memcmp(j[0].ids, questions[0].want, ANSWER * sizeof *j[0].ids) == 0);
    T_EQ_INT(j[0].n_cached, no_cache ? 0 : (questions[0].n - 1) / LAYOUT_PAGE * LAYOUT_PAGE);
    service_release(&j[0]);
    service_figures(s, &f);
    T_EQ_INT(f.sched.n_running + f.sched.n_queued + f.sched.n_pages_reserved, 0);
    T_OK(!service_fault(s, &e));
    service_free(s);
    close_all();
}

T_TEST(answers_are_those_of_lone_runs)
{
    answers(false, 0);
}

T_TEST(also_without_the_prefix_cache)
{
    answers(true, 0);
}

T_TEST(also_with_guesses)
{
    answers(false, 7);
}

/* Parts of encodings and steps of an answer take turns, and each is as it is alone. */
T_TEST(answers_and_pictures_take_turns)
{
    struct service *s;
    struct eyes *eyes;
    struct turn *turn;
    struct service_job j;
    struct sched_answer answer;
    struct eyes_figures f;
    takt_err e;
    if (!open_questions() || !T_RC(turn_new(&turn, &e), &e))
        return;
    vision = open_vision(l.model, "tests/data/siglip-tiny-mmproj.gguf", NULL, 2);
    const struct eyes_options eo = {.turn = turn, .step_s = encoding_tile_ns(vision) / 12 / 1e9};
    const struct service_options so = {.n_jobs_max = PARALLEL, .margin = 50, .turn = turn};
    if (!T_RC(eyes_new(&eyes, vision, &eo, &e), &e) ||
        !T_RC(service_new(&s, l.engine, &so, &e), &e))
        return;
    fill(&j, &questions[0], 0);
    j.job.n_max = 512; /* it has not ended when it is cancelled */
    T_RC(service_submit(s, &j, clock_ns(), &answer, &e), &e);
    T_EQ_INT(answer.refusal, SCHED_ACCEPTED);
    while (atomic_load(&j.n) == 0)
        nap(200000);
    for (int i = 0; i < N_KINDS; i++) {
        struct eyes_job k = job_of(&kinds[i]);
        T_OK(submit(eyes, &k) && is_whole(&k, &kinds[i]));
    }
    eyes_figures(eyes, &f);
    T_OK(f.n_steps >= 6 * f.n_misses);
    while (atomic_load(&j.n) < ANSWER)
        nap(200000);
    service_cancel(s, &j);
    while (atomic_load(&j.finish) == SERVICE_RUNNING)
        nap(200000);
    T_OK(memcmp(j.ids, questions[0].want, ANSWER * sizeof *j.ids) == 0);
    service_release(&j);
    service_free(s);
    close_held(eyes, turn);
}

T_TEST(ids_of_no_picture_refused)
{
    struct service *s;
    struct service_job j;
    struct sched_answer answer;
    takt_err e;
    const struct service_options o = {.n_jobs_max = PARALLEL};
    if (!open_questions() || !T_RC(service_new(&s, l.engine, &o, &e), &e))
        return;
    fill(&j, &questions[0], 0);
    j.n_spans = 1;
    T_FAILS(service_submit(s, &j, clock_ns(), &answer, &e), &e, TAKT_ERR_USAGE,
            "is of no picture there");
    j.n_spans = 0;
    T_FAILS(service_submit(s, &j, clock_ns(), &answer, &e), &e, TAKT_ERR_USAGE, "token id -");
    takt_span moved[2] = {questions[0].span[0], questions[0].span[1]};
    moved[1].first--;
    fill(&j, &questions[0], 0);
    j.spans = moved;
    T_FAILS(service_submit(s, &j, clock_ns(), &answer, &e), &e, TAKT_ERR_USAGE,
            "is of no picture there");
    takt_picture wide = *questions[0].span[1].picture;
    wide.n_embd *= 2;
    moved[1] = (takt_span){questions[0].span[1].first, &wide};
    T_FAILS(service_submit(s, &j, clock_ns(), &answer, &e), &e, TAKT_ERR_USAGE,
            "encoded for another model");
    service_free(s);
    close_all();
}

T_MAIN("engine/eyes")
