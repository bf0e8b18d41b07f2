/* The stored profile: what was measured while other work ran is measured again in a quiet moment,
 * and not before. */
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/topo.h"
#include "engine/profile_store.h"
#include "made.h"

enum { HOGS = 12, LANES = 2 };

static _Atomic bool hogs_end;

static void *hog(void *arg)
{
    (void)arg;
    while (!atomic_load_explicit(&hogs_end, memory_order_relaxed))
        ;
    return NULL;
}

static const enum qtype types[] = {QTYPE_Q8_0};
static const struct profile_progress silent;

/* The profile that MADE_FOLDER stored for the plain kernels, as if measured while other work ran.
 */
static void store_disturbed(struct profile *p)
{
    takt_err e = {0};
    made_folder();
    made_profile(LANES, "ref");
    T_RC(profile_get(p, LANES, "ref", types, 1, &silent, false, &e), &e);
    p->matmul_disturbed[QTYPE_Q8_0] = true;
    p->measured_s = 0;
    T_RC(profile_put(p, &e), &e);
}

static bool is_same(const struct profile *a, const struct profile *b)
{
    return memcmp(a->matmul_ns_per_weight, b->matmul_ns_per_weight,
                  sizeof a->matmul_ns_per_weight) == 0;
}

T_TEST(a_sound_profile_is_kept)
{
    static struct profile made, got;
    takt_err e = {0};
    store_disturbed(&made);
    made.matmul_disturbed[QTYPE_Q8_0] = false;
    made.matmul_disturbed[QTYPE_Q4_0] = true; /* which is not asked for */
    T_RC(profile_put(&made, &e), &e);
    T_RC(profile_get(&got, LANES, "ref", types, 1, &silent, false, &e), &e);
    T_OK(is_same(&got, &made) && !profile_is_disturbed(&got, types, 1));
}

T_TEST(a_disturbed_profile_is_measured_again)
{
    static struct profile made, got;
    takt_err e = {0};
    bool busy = true;
    store_disturbed(&made);
    for (int i = 0; i < 20 && busy; i++) { /* other tests may run */
        T_RC(profile_get(&got, LANES, "ref", types, 1, &silent, false, &e), &e);
        busy = is_same(&got, &made);
    }
    if (busy)
        T_SKIP("this machine is busy");
    T_OK(got.matmul_ns_per_weight[QTYPE_Q8_0][0] > 0);
    T_OK(got.task_overhead_ns == made.task_overhead_ns); /* which was not disturbed */
    static struct profile next;
    bool sound = !profile_is_disturbed(&got, types, 1);
    T_RC(profile_get(&next, LANES, "ref", types, 1, &silent, false, &e), &e);
    T_OK(!sound || is_same(&next, &got));
}

T_TEST(not_within_a_minute)
{
    static struct profile made, got;
    takt_err e = {0};
    store_disturbed(&made);
    made.measured_s = (int64_t)time(NULL);
    T_RC(profile_put(&made, &e), &e);
    T_RC(profile_get(&got, LANES, "ref", types, 1, &silent, false, &e), &e);
    T_OK(is_same(&got, &made) && profile_is_disturbed(&got, types, 1));
    T_EQ_INT(got.measured_s, made.measured_s);
}

T_TEST(not_while_other_work_runs)
{
    static struct profile made, got;
    struct topo topo;
    pthread_t threads[HOGS];
    takt_err e = {0};
    int n = 0;
    topo_read(&topo);
    if (topo.n_cpus > HOGS / 4)
        T_SKIP("as many busy threads would be needed as there are processors");
    store_disturbed(&made);
    atomic_store(&hogs_end, false);
    while (n < HOGS && pthread_create(&threads[n], NULL, hog, NULL) == 0)
        n++;
    T_EQ_INT(n, HOGS);
    T_RC(profile_get(&got, LANES, "ref", types, 1, &silent, false, &e), &e);
    atomic_store(&hogs_end, true);
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    T_EQ_STR(got.machine, made.machine);
    T_OK(is_same(&got, &made));
    T_OK(profile_is_disturbed(&got, types, 1));
}

T_TEST(a_user_can_have_it_measured)
{
    static struct profile made, got;
    takt_err e = {0};
    store_disturbed(&made);
    T_RC(profile_get(&got, LANES, "ref", types, 1, &silent, true, &e), &e);
    T_OK(!is_same(&got, &made) && got.matmul_ns_per_weight[QTYPE_Q8_0][0] > 0);
    T_OK(got.task_overhead_ns != made.task_overhead_ns);
}

T_MAIN("engine/profile")
