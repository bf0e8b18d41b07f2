/* Calibration gives figures that a prediction can be made from, and can be cancelled. */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/topo.h"
#include "t.h"
#include "target/target.h"

static bool is_rate(double v)
{
    return isfinite(v) && v > 0;
}

/* Calls, and the share that the last one told. */
struct watched {
    int calls;
    double share;
};

static bool watch(void *user, double share)
{
    struct watched *w = user;
    w->calls++;
    T_OK(share > w->share && share <= 1);
    w->share = share;
    return true;
}

T_TEST(every_figure_is_measured)
{
    static struct profile p;
    const enum qtype types[] = {QTYPE_Q4_0};
    takt_err e = {0};
    struct watched w = {0};
    if (!T_RC(target_cpu_calibrate(&p, 2, NULL, types, 1, watch, &w, &e), &e))
        return;
    T_EQ_INT(w.calls, 4 + PROFILE_TOKENS + 1);
    T_EQ_INT(w.share, 1);
    T_EQ_INT(p.version, PROFILE_VERSION);
    T_EQ_INT(p.n_lanes, 2);
    T_OK(strstr(p.machine, "2 lanes") != NULL);
    T_OK(is_rate(p.read_bytes_per_s) && p.read_bytes_per_s > 1e8);
    T_OK(is_rate(p.read_bytes_per_s_lane));
    T_OK(is_rate(p.int8_ops_per_s) && is_rate(p.f32_ops_per_s) && is_rate(p.sync_ns));
    T_OK(is_rate(p.norm_ns_per_value) && is_rate(p.quant_ns_per_value));
    T_OK(is_rate(p.rope_ns_per_value) && is_rate(p.swiglu_ns_per_value));
    T_OK(is_rate(p.embed_ns_per_value) && is_rate(p.task_overhead_ns));
    for (int k = 0; k < 2; k++)
        T_OK(is_rate(p.attn_ns_per_pair_value[k]) && is_rate(p.attn_prefill_ns_per_pair_value[k]));
    for (int i = 0; i < PROFILE_TOKENS; i++)
        T_OK(is_rate(p.matmul_ns_per_weight[QTYPE_Q4_0][i]));
    for (int i = 0; i < PROFILE_TOKENS && profile_tokens[i] <= 8; i++)
        T_OK(is_rate(p.matmul_cached_ns_per_weight[QTYPE_Q4_0][i]) || strstr(p.machine, "ref"));
    T_OK(p.matmul_ns_per_weight[QTYPE_Q4_0][PROFILE_TOKENS - 1] >
         p.matmul_ns_per_weight[QTYPE_Q4_0][0]);
    T_OK(p.matmul_ns_per_weight[QTYPE_Q8_0][0] == 0);

    /* what is there, and was not disturbed, is kept; another type costs only itself */
    p.disturbed = p.matmul_disturbed[QTYPE_Q4_0] = false;
    struct profile before = p;
    const enum qtype more[] = {QTYPE_Q4_0};
    T_RC(target_cpu_calibrate(&p, 2, NULL, more, 1, NULL, NULL, &e), &e);
    T_EQ_MEM(&p, &before, sizeof p);
    const enum qtype other[] = {QTYPE_Q4_0, QTYPE_F32, QTYPE_F32};
    w = (struct watched){0};
    T_RC(target_cpu_calibrate(&p, 2, NULL, other, 3, watch, &w, &e), &e);
    T_EQ_INT(w.calls, PROFILE_TOKENS + 1);
    T_EQ_INT(w.share, 1);
}

/* ---- other work ---- */

enum { HOGS = 12 };

static _Atomic bool hogs_end;

static void *hog(void *arg)
{
    (void)arg;
    while (!atomic_load_explicit(&hogs_end, memory_order_relaxed))
        ;
    return NULL;
}

/* Starts threads that keep all processors busy. */
static bool hogs_start(pthread_t *threads)
{
    bool ok = true;
    atomic_store(&hogs_end, false);
    for (int i = 0; i < HOGS; i++)
        ok = ok && pthread_create(&threads[i], NULL, hog, NULL) == 0;
    return ok;
}

static void hogs_stop(pthread_t *threads)
{
    atomic_store(&hogs_end, true);
    for (int i = 0; i < HOGS; i++)
        pthread_join(threads[i], NULL);
}

/* Other work at all processors is noticed, and costs a bounded time; afterwards only what it
 * disturbed is measured again. */
T_TEST(other_work_is_noticed)
{
    struct topo topo;
    static struct profile p;
    const enum qtype types[] = {QTYPE_Q8_0};
    pthread_t threads[HOGS];
    takt_err e = {0};
    bool busy = false;
    topo_read(&topo);
    if (topo.n_cpus > HOGS / 4)
        T_SKIP("as many busy threads would be needed as there are processors");
    if (!T_OK(hogs_start(threads)))
        return;
    T_RC(target_cpu_busy(&busy, 2, &e), &e);
    T_OK(busy);
    int64_t begin = clock_ns();
    T_RC(target_cpu_calibrate(&p, 2, "ref", types, 1, NULL, NULL, &e), &e);
    T_OK(clock_ns() - begin < 60000000000);
    hogs_stop(threads);
    T_OK(p.disturbed || p.matmul_disturbed[QTYPE_Q8_0]);
    T_OK(profile_is_disturbed(&p, types, 1));

    struct profile before = p;
    struct watched w = {0};
    p.disturbed = false;
    p.matmul_disturbed[QTYPE_Q8_0] = true;
    T_RC(target_cpu_calibrate(&p, 2, "ref", types, 1, watch, &w, &e), &e);
    T_EQ_INT(w.calls, PROFILE_TOKENS + 1);
    T_OK(p.task_overhead_ns == before.task_overhead_ns);
    T_OK(memcmp(p.matmul_ns_per_weight, before.matmul_ns_per_weight,
                sizeof p.matmul_ns_per_weight) != 0);
}

/* More lanes than processors take little longer: what can run at once is measured. */
T_TEST(many_lanes_are_measured_soon)
{
    static struct profile p;
    const enum qtype types[] = {QTYPE_Q4_0};
    takt_err e = {0};
    int64_t begin = clock_ns();
    if (!T_RC(target_cpu_calibrate(&p, 64, NULL, types, 1, NULL, NULL, &e), &e))
        return;
    T_OK(clock_ns() - begin < 60000000000);
    T_OK(is_rate(p.matmul_ns_per_weight[QTYPE_Q4_0][0]));
}

static bool refuse(void *user, double share)
{
    (void)user;
    (void)share;
    return false;
}

T_TEST(it_can_be_cancelled)
{
    static struct profile p;
    takt_err e = {0};
    T_FAILS(target_cpu_calibrate(&p, 1, "ref", NULL, 0, refuse, NULL, &e), &e, TAKT_ERR_CANCELLED,
            "cancelled");
    T_OK(p.task_overhead_ns == 0);
}

/* A profile of another machine, another number of lanes or another version is not built upon. */
T_TEST(figures_from_elsewhere_are_dropped)
{
    static struct profile p;
    char here[sizeof p.machine];
    takt_err e = {0};
    target_cpu_describe(here, sizeof here, 1, "ref");
    for (int i = 0; i < 4; i++) {
        memset(&p, 0, sizeof p);
        p.version = i == 1 ? PROFILE_VERSION - 1 : PROFILE_VERSION;
        p.n_lanes = i == 2 ? 2 : 1;
        snprintf(p.machine, sizeof p.machine, "%s",
                 i == 0   ? "Z80, 1 lane, ref"
                 : i == 2 ? "2 lanes"
                          : here);
        p.read_bytes_per_s = p.task_overhead_ns = 123;
        p.matmul_ns_per_weight[QTYPE_Q8_0][0] = 1;
        const enum qtype types[] = {QTYPE_Q8_0};
        T_FAILS(target_cpu_calibrate(&p, 1, "ref", types, 1, refuse, NULL, &e), &e,
                TAKT_ERR_CANCELLED, "cancelled");
        T_EQ_STR(p.machine, here);
        T_EQ_INT(p.n_lanes, 1);
        T_EQ_INT(p.task_overhead_ns, i == 3 ? 123 : 0);
    }
}

T_TEST(wrong_arguments_are_refused)
{
    static struct profile p;
    takt_err e = {0};
    const enum qtype bad[] = {QTYPE_I8};
    T_FAILS(target_cpu_calibrate(&p, 0, "ref", NULL, 0, NULL, NULL, &e), &e, TAKT_ERR_USAGE,
            "lanes");
    T_FAILS(target_cpu_calibrate(&p, 1, "ref", bad, 1, NULL, NULL, &e), &e, TAKT_ERR_USAGE, "type");
    T_FAILS(target_cpu_calibrate(&p, 1, "mmx", NULL, 0, NULL, NULL, &e), &e, TAKT_ERR_USAGE, "mmx");
}

T_TEST(the_machine_is_described)
{
    struct topo t;
    char text[96];
    topo_read(&t);
    T_OK(t.n_cpus >= 1 && t.n_cpus <= TOPO_CPUS_MAX && t.n_cores >= 1 && t.n_cores <= t.n_cpus);
    T_OK(t.model[0] != 0 && t.quota >= 0);
    for (uint32_t i = 0; i < t.n_cpus; i++)
        for (uint32_t k = 0; k < i; k++)
            T_OK(t.cpu[i] != t.cpu[k]);
    T_OK(target_cpu_lanes_default() >= 1 && target_cpu_lanes_default() <= t.n_cores);
    target_cpu_describe(text, sizeof text, 1, "ref");
    T_OK(strstr(text, "1 lane, ref") != NULL);
    t.n_cores = 8, t.quota = 2.5;
    T_EQ_INT(topo_lanes(&t), 2);
    t.quota = 0.3;
    T_EQ_INT(topo_lanes(&t), 1);
    t.quota = 0;
    T_EQ_INT(topo_lanes(&t), 8);
}

T_MAIN("target/calibrate")
