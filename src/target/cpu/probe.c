#include "target/cpu/probe.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "target/cpu/lane.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

#include "target/cpu/x86/amx_peak.h"
#elif defined(__aarch64__)
#include "target/cpu/arm/peak.h"
#endif

/* ---- crew --------------------------------------------------------------------------------------
 */

/* Time that a lane spent off its processor during a run; a cache line of its own. */
struct lost {
    _Alignas(64) double ns;
};

struct crew {
    struct lane_team *team;
    struct lost *lost; /* [n_lanes] */
    struct sampler sampler;
    int64_t begin_ns;
    uint32_t n_lanes;
    uint64_t word;
    void (*job)(void *arg, uint32_t lane);
    void *arg;
    _Alignas(64) _Atomic uint32_t n_done;
};

static void crew_lane(void *user, uint32_t lane, uint64_t word)
{
    struct crew *c = user;
    (void)word;
    int64_t cpu_ns = sample_thread_ns();
    c->job(c->arg, lane);
    cpu_ns = sample_thread_ns() - cpu_ns;
    c->lost[lane].ns = (double)(clock_ns() - c->begin_ns - cpu_ns); /* also: what it came late */
    atomic_fetch_add_explicit(&c->n_done, 1, memory_order_release);
}

takt_rc crew_open(struct crew **out, uint32_t n_lanes, takt_err *e)
{
    struct crew *c = aligned_alloc(64, sizeof *c);
    if (!c)
        return err_set(e, TAKT_ERR_MEMORY, "calibration", "no memory for %u lanes", n_lanes);
    memset(c, 0, sizeof *c);
    c->n_lanes = n_lanes;
    c->lost = aligned_alloc(64, n_lanes * sizeof *c->lost);
    if (!c->lost) {
        free(c);
        return err_set(e, TAKT_ERR_MEMORY, "calibration", "no memory for %u lanes", n_lanes);
    }
    memset(c->lost, 0, n_lanes * sizeof *c->lost);
    sampler_begin(&c->sampler, 0);
    takt_rc rc = lane_team_open(&c->team, n_lanes, true, crew_lane, c, e);
    if (rc.code) {
        free(c->lost);
        free(c);
        return rc;
    }
    *out = c;
    return TAKT_OK;
}

void crew_close(struct crew *c)
{
    if (!c)
        return;
    lane_team_close(c->team);
    free(c->lost);
    free(c);
}

int64_t crew_run(struct crew *c, void (*job)(void *arg, uint32_t lane), void *arg)
{
    uint32_t state = lane_team_enter(c->team);
    c->job = job;
    c->arg = arg;
    atomic_store_explicit(&c->n_done, 0, memory_order_relaxed);
    int64_t cpu_ns = sample_thread_ns();
    c->begin_ns = clock_ns();
    lane_team_announce(c->team, ++c->word);
    job(arg, 0);
    for (uint32_t turn = 0;
         atomic_load_explicit(&c->n_done, memory_order_acquire) != c->n_lanes - 1; turn++)
        lane_wait_turn(turn);
    int64_t ns = clock_ns() - c->begin_ns;
    c->lost[0].ns = (double)(ns - (sample_thread_ns() - cpu_ns));
    lane_team_leave(state);
    return ns > 0 ? ns : 1;
}

double crew_lost_ns(const struct crew *c, uint32_t n_lanes)
{
    double most = 0;
    for (uint32_t i = 0; i < n_lanes; i++)
        most = c->lost[i].ns > most ? c->lost[i].ns : most;
    return most;
}

struct sampler *crew_sampler(struct crew *c)
{
    return &c->sampler;
}

/* One more timing of JOB, which keeps the first N_LANES lanes busy. */
static void crew_sample(struct crew *c, struct samples *s, void (*job)(void *arg, uint32_t lane),
                        void *arg, uint32_t n_lanes)
{
    double ns = (double)crew_run(c, job, arg);
    samples_add(s, ns, crew_lost_ns(c, n_lanes));
}

/* ---- reading -----------------------------------------------------------------------------------
 */

struct read_job {
    const uint8_t *buf;
    uint64_t bytes; /* of one lane */
    uint32_t n_lanes;
    bool streams; /* four places at once, with prefetch */
    volatile uint64_t sink;
};

static uint64_t sum_line(const uint64_t *p)
{
    return (p[0] ^ p[1] ^ p[2] ^ p[3]) + (p[4] ^ p[5] ^ p[6] ^ p[7]);
}

static uint64_t read_plain(const uint64_t *p, uint64_t n)
{
    uint64_t s = 0;
    for (uint64_t i = 0; i + 16 <= n; i += 16)
        s += sum_line(p + i) ^ sum_line(p + i + 8);
    return s;
}

static uint64_t read_streams(const uint64_t *p, uint64_t n)
{
    enum { AHEAD = 256 }; /* 2 KB: covers the latency of memory at full speed */
    uint64_t part = n / 4 / 8 * 8, s[4] = {0};
    for (uint64_t i = 0; i < part; i += 8)
        for (int k = 0; k < 4; k++) {
            const uint64_t *at = p + (uint64_t)k * part + i;
            __builtin_prefetch(at + AHEAD, 0, 3);
            s[k] += sum_line(at);
        }
    return s[0] + s[1] + s[2] + s[3];
}

/* Sends BYTES from P out of all caches, so that a small buffer is read from memory each time. */
#if defined(__x86_64__)
__attribute__((target("clflushopt"))) static void evict_fast(const uint8_t *p, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes; i += 64)
        _mm_clflushopt((void *)(uintptr_t)(p + i));
    _mm_sfence();
}

static bool has_clflushopt(void)
{
    unsigned a, b = 0, c, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 23 & 1);
}

static void evict(const uint8_t *p, uint64_t bytes)
{
    if (has_clflushopt()) {
        evict_fast(p, bytes);
        return;
    }
    for (uint64_t i = 0; i < bytes; i += 64)
        _mm_clflush(p + i);
    _mm_mfence();
}
#elif defined(__aarch64__)
static void evict(const uint8_t *p, uint64_t bytes)
{
    uint64_t type;
    __asm__ volatile("mrs %0, ctr_el0" : "=r"(type));
    const uint64_t line = 4u << (type >> 16 & 15);
    for (uint64_t i = 0; i < bytes; i += line)
        __asm__ volatile("dc civac, %0" : : "r"(p + i) : "memory");
    __asm__ volatile("dsb ish" : : : "memory");
}
#else
static void evict(const uint8_t *p, uint64_t bytes)
{
    (void)p;
    (void)bytes;
}
#endif

static void evict_lane(void *arg, uint32_t lane)
{
    struct read_job *j = arg;
    if (lane < j->n_lanes)
        evict(j->buf + lane * j->bytes, j->bytes);
}

static void read_lane(void *arg, uint32_t lane)
{
    struct read_job *j = arg;
    if (lane >= j->n_lanes)
        return;
    const uint64_t *p = (const uint64_t *)(const void *)(j->buf + lane * j->bytes);
    uint64_t n = j->bytes / 8;
    uint64_t sum = j->streams ? read_streams(p, n) : read_plain(p, n);
    if (sum == 1) /* never in practice: keeps the loops alive */
        j->sink = sum;
}

enum { READ_ROUNDS = 15 };
static const int64_t read_budget_ns = 200000000;

/* Two loops, the better of which counts. */
struct read_samples {
    struct samples of[2];
};

static struct read_samples read_begin(struct crew *c)
{
    struct samples s = samples_begin(&c->sampler, READ_ROUNDS, read_budget_ns);
    return (struct read_samples){{s, s}};
}

static bool read_more(const struct read_samples *s)
{
    return samples_more(&s->of[0]) || samples_more(&s->of[1]);
}

/* Bytes per second of rounds that read J. */
static double read_end(struct read_samples *s, const struct read_job *j)
{
    double plain = samples_end(&s->of[0], 0.5), streams = samples_end(&s->of[1], 0.5);
    return (double)j->bytes * j->n_lanes * 1e9 / (plain < streams ? plain : streams);
}

/* Rounds are short, so that some of them see the machine undisturbed, and each reads another part
 * of the buffer. */
double probe_read(struct crew *c, uint32_t n_lanes, const uint8_t *buf, uint64_t bytes)
{
    enum { PART = 16 << 20 };
    uint64_t most = bytes / n_lanes / 4096 * 4096, at = 0;
    struct read_job j = {.bytes = most < PART ? most : PART, .n_lanes = n_lanes};
    struct read_samples s = read_begin(c);
    while (read_more(&s))
        for (int k = 0; k < 2; k++) {
            if (!samples_more(&s.of[k]))
                continue;
            j.buf = buf + at;
            j.streams = k;
            at = at + 2 * j.bytes * n_lanes <= bytes ? at + j.bytes * n_lanes : 0;
            crew_run(c, evict_lane, &j);
            crew_sample(c, &s.of[k], read_lane, &j, n_lanes);
        }
    return read_end(&s, &j);
}

double probe_read_again(struct crew *c, uint32_t n_lanes, const uint8_t *buf, uint64_t bytes)
{
    struct read_job j = {.buf = buf, .bytes = bytes / n_lanes / 4096 * 4096, .n_lanes = n_lanes};
    struct read_samples s = read_begin(c);
    crew_run(c, read_lane, &j);
    while (read_more(&s))
        for (int k = 0; k < 2; k++) {
            j.streams = k;
            if (samples_more(&s.of[k]))
                crew_sample(c, &s.of[k], read_lane, &j, n_lanes);
        }
    return read_end(&s, &j);
}

/* ---- arithmetic --------------------------------------------------------------------------------
 */

/* A loop of one level: N rounds in registers; returns something that depends on all of them. */
typedef uint32_t peak_fn(uint32_t n);

enum { CHAINS = 12 }; /* independent accumulators: more than latency times throughput */

struct peak {
    peak_fn *run;
    double ops; /* of one round */
};

static uint32_t int8_ref(uint32_t n)
{
    static const volatile int8_t seed[2] = {3, 5};
    uint32_t acc[4] = {0}, a = (uint32_t)seed[0], b = (uint32_t)seed[1]; /* may wrap around */
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < 4; k++)
            acc[k] += (a ^ i) * (b + k);
    return acc[0] ^ acc[1] ^ acc[2] ^ acc[3];
}

static uint32_t f32_ref(uint32_t n)
{
    static const volatile float seed[2] = {0.5f, 0.25f};
    float acc[4] = {0}, a = seed[0], b = seed[1];
    for (uint32_t i = 0; i < n; i++)
        for (int k = 0; k < 4; k++)
            acc[k] = acc[k] * a + b;
    return (uint32_t)(acc[0] + acc[1] + acc[2] + acc[3]);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static uint32_t int8_avx2(uint32_t n)
{
    __m256i acc[CHAINS], a = _mm256_set1_epi8(3), b = _mm256_set1_epi8(5);
    const __m256i ones = _mm256_set1_epi16(1);
    for (int k = 0; k < CHAINS; k++)
        acc[k] = _mm256_setzero_si256();
    for (uint32_t i = 0; i < n; i++) {
        a = _mm256_xor_si256(a, _mm256_set1_epi32((int)i));
        for (int k = 0; k < CHAINS; k++) {
            __m256i pairs = _mm256_maddubs_epi16(a, _mm256_xor_si256(b, acc[k]));
            acc[k] = _mm256_add_epi32(acc[k], _mm256_madd_epi16(pairs, ones));
        }
    }
    for (int k = 1; k < CHAINS; k++)
        acc[0] = _mm256_xor_si256(acc[0], acc[k]);
    return (uint32_t)_mm256_extract_epi32(acc[0], 0);
}

__attribute__((target("avx2,avxvnni"))) static uint32_t int8_avxvnni(uint32_t n)
{
    __m256i acc[CHAINS], a = _mm256_set1_epi32(0x03030303), b = _mm256_set1_epi32(0x05050505);
    for (int k = 0; k < CHAINS; k++)
        acc[k] = _mm256_setzero_si256();
    for (uint32_t i = 0; i < n; i++)
        for (int k = 0; k < CHAINS; k++)
            acc[k] = _mm256_dpbusd_avx_epi32(acc[k], a, b);
    for (int k = 1; k < CHAINS; k++)
        acc[0] = _mm256_xor_si256(acc[0], acc[k]);
    return (uint32_t)_mm256_extract_epi32(acc[0], 0);
}

__attribute__((target("avx2,fma"))) static uint32_t f32_avx2(uint32_t n)
{
    __m256 acc[CHAINS], a = _mm256_set1_ps(0.5f), b = _mm256_set1_ps(0.25f);
    for (int k = 0; k < CHAINS; k++)
        acc[k] = _mm256_set1_ps((float)k);
    for (uint32_t i = 0; i < n; i++)
        for (int k = 0; k < CHAINS; k++)
            acc[k] = _mm256_fmadd_ps(acc[k], a, b);
    for (int k = 1; k < CHAINS; k++)
        acc[0] = _mm256_add_ps(acc[0], acc[k]);
    return (uint32_t)_mm256_cvtss_f32(acc[0]);
}

__attribute__((target("avx512f,avx512vnni"))) static uint32_t int8_avx512(uint32_t n)
{
    __m512i acc[CHAINS], a = _mm512_set1_epi32(0x03030303), b = _mm512_set1_epi32(0x05050505);
    for (int k = 0; k < CHAINS; k++)
        acc[k] = _mm512_setzero_si512();
    for (uint32_t i = 0; i < n; i++)
        for (int k = 0; k < CHAINS; k++)
            acc[k] = _mm512_dpbusd_epi32(acc[k], a, b);
    for (int k = 1; k < CHAINS; k++)
        acc[0] = _mm512_xor_si512(acc[0], acc[k]);
    return (uint32_t)_mm512_reduce_add_epi32(acc[0]);
}

__attribute__((target("avx512f"))) static uint32_t f32_avx512(uint32_t n)
{
    __m512 acc[CHAINS], a = _mm512_set1_ps(0.5f), b = _mm512_set1_ps(0.25f);
    for (int k = 0; k < CHAINS; k++)
        acc[k] = _mm512_set1_ps((float)k);
    for (uint32_t i = 0; i < n; i++)
        for (int k = 0; k < CHAINS; k++)
            acc[k] = _mm512_fmadd_ps(acc[k], a, b);
    for (int k = 1; k < CHAINS; k++)
        acc[0] = _mm512_add_ps(acc[0], acc[k]);
    return (uint32_t)_mm512_reduce_add_ps(acc[0]);
}
#endif

struct peak_job {
    struct peak peak;
    uint32_t n;
    volatile uint32_t sink;
};

static void peak_lane(void *arg, uint32_t lane)
{
    struct peak_job *j = arg;
    (void)lane;
    if (j->peak.run(j->n) == 0xdeadbeefu)
        j->sink = 1;
}

static double peak_of(struct crew *c, uint32_t n_lanes, struct peak peak)
{
    struct peak_job j = {.peak = peak, .n = 1u << 12};
    const int64_t long_ns = 500000, budget_ns = 50000000;
    /* twice: the first one may have waited for a processor */
    while (j.n < 1u << 28 &&
           (crew_run(c, peak_lane, &j) < long_ns || crew_run(c, peak_lane, &j) < long_ns))
        j.n *= 2;
    struct samples s = samples_begin(&c->sampler, SAMPLES_MAX, budget_ns);
    while (samples_more(&s))
        crew_sample(c, &s, peak_lane, &j, n_lanes);
    return peak.ops * j.n * n_lanes * 1e9 / samples_end(&s, 0);
}

double probe_int8(struct crew *c, uint32_t n_lanes, enum kern_level level)
{
    struct peak p = {int8_ref, 4 * 2};
#if defined(__x86_64__)
    if (level == KERN_AVX2)
        p = (struct peak){int8_avx2, 2.0 * 32 * CHAINS};
    if (level == KERN_AVXVNNI)
        p = (struct peak){int8_avxvnni, 2.0 * 32 * CHAINS};
    if (level == KERN_AVX512)
        p = (struct peak){int8_avx512, 2.0 * 64 * CHAINS};
#ifdef TAKT_KERN_AMX
    if (level == KERN_AMX)
        p = (struct peak){amx_peak_int8, AMX_PEAK_INT8_OPS};
#endif
#elif defined(__aarch64__)
    if (level == KERN_NEON)
        p = (struct peak){peak_int8_neon, 2.0 * 16 * PEAK_CHAINS};
    if (level == KERN_I8MM)
        p = (struct peak){peak_int8_i8mm, 2.0 * 32 * PEAK_CHAINS};
#endif
    (void)level;
    return peak_of(c, n_lanes, p);
}

double probe_f32(struct crew *c, uint32_t n_lanes, enum kern_level level)
{
    struct peak p = {f32_ref, 4 * 2};
#if defined(__x86_64__)
    if (level == KERN_AVX2 || level == KERN_AVXVNNI)
        p = (struct peak){f32_avx2, 2.0 * 8 * CHAINS};
    if (level == KERN_AVX512 || level == KERN_AMX)
        p = (struct peak){f32_avx512, 2.0 * 16 * CHAINS};
#elif defined(__aarch64__)
    if (level == KERN_NEON || level == KERN_I8MM)
        p = (struct peak){peak_f32_neon, 2.0 * 4 * PEAK_CHAINS};
#endif
    (void)level;
    return peak_of(c, n_lanes, p);
}

double probe_bf16(struct crew *c, uint32_t n_lanes, enum kern_level level)
{
#ifdef TAKT_KERN_AMX
    if (level == KERN_AMX)
        return peak_of(c, n_lanes, (struct peak){amx_peak_bf16, AMX_PEAK_BF16_OPS});
#endif
    return probe_f32(c, n_lanes, level);
}

/* ---- counters ----------------------------------------------------------------------------------
 */

enum { TURNS = 2000 };

struct sync_job {
    _Alignas(64) _Atomic uint32_t ping;
    _Alignas(64) _Atomic uint32_t pong;
};

static void sync_lane(void *arg, uint32_t lane)
{
    struct sync_job *j = arg;
    if (lane > 1)
        return;
    _Atomic uint32_t *mine = lane ? &j->pong : &j->ping, *other = lane ? &j->ping : &j->pong;
    for (uint32_t i = 1; i <= TURNS; i++) {
        if (lane == 0)
            atomic_store_explicit(mine, i, memory_order_release);
        for (uint32_t turn = 0; atomic_load_explicit(other, memory_order_acquire) != i; turn++)
            lane_wait_turn(turn);
        if (lane == 1)
            atomic_store_explicit(mine, i, memory_order_release);
    }
}

double probe_sync_ns(struct crew *c, uint32_t n_lanes)
{
    if (n_lanes < 2)
        return 0;
    const int64_t budget_ns = 10000000;
    struct samples s = samples_begin(&c->sampler, 5, budget_ns);
    while (samples_more(&s)) {
        struct sync_job j = {0, 0};
        crew_sample(c, &s, sync_lane, &j, 2);
    }
    return samples_end(&s, 0) / TURNS / 2;
}
