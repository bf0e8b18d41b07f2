/* kt: what the kernel tests share. Each kernel of each level is run beside ref on buffers that end
 * at a page without access, with canaries before and behind, and must give equal bits (any NaN
 * equals any NaN), leave its inputs and the float state alone, and not fault. A failure prints the
 * seed. */
#ifndef TAKT_TESTS_KERN_KT_H
#define TAKT_TESTS_KERN_KT_H

#include "t.h"

#include <math.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "target/cpu/kern.h"
#include "target/cpu/kern_math.h"

enum { KT_CANARY = 0xa5, KT_PAGE = 4096, KT_FRONT = 64 };

/* A buffer of BYTES at P, 64-byte aligned, as close as that allows to a page without access. */
struct kt_buf {
    uint8_t *p, *map;
    size_t bytes, map_bytes;
};

static inline void kt_buf(struct kt_buf *b, size_t bytes)
{
    size_t room = (bytes + 63) / 64 * 64, pages = (room + KT_FRONT + KT_PAGE - 1) / KT_PAGE;
    b->bytes = bytes;
    b->map_bytes = (pages + 1) * KT_PAGE;
    b->map = mmap(NULL, b->map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (b->map == MAP_FAILED || mprotect(b->map + pages * KT_PAGE, KT_PAGE, PROT_NONE) != 0) {
        fprintf(stderr, "kt: no memory for %zu bytes\n", bytes);
        exit(1);
    }
    b->p = b->map + pages * KT_PAGE - room;
    memset(b->map, KT_CANARY, pages * KT_PAGE);
}

static inline bool kt_canaries(const struct kt_buf *b)
{
    const uint8_t *end = b->map + b->map_bytes - KT_PAGE;
    for (const uint8_t *q = b->map; q < end; q++)
        if ((q < b->p || q >= b->p + b->bytes) && *q != KT_CANARY)
            return false;
    return true;
}

static inline void kt_free(struct kt_buf *b)
{
    munmap(b->map, b->map_bytes);
}

static inline uint64_t kt_hash(const struct kt_buf *b)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < b->bytes; i++)
        h = (h ^ b->p[i]) * 0x100000001b3u;
    return h;
}

/* Values: uniform; all binades near one; with zeros; extremes; denormals; infinities and NaN. */
enum kt_fill { KT_UNIFORM, KT_BINADES, KT_ZEROS, KT_EXTREMES, KT_DENORMAL, KT_SPECIAL, KT_FILLS };

static inline float kt_value(enum kt_fill fill)
{
    static const float special[] = {INFINITY, -INFINITY, NAN, -NAN, 0.0f, -0.0f, 0x1.fffffep127f};
    float u = t_rand_f32(-1.0f, 1.0f);
    uint64_t r = t_rand();
    switch (fill) {
    case KT_BINADES: return ldexpf(u, (int)(r % 40) - 20);
    case KT_ZEROS: return r % 4 ? 0.0f : r % 8 ? u : -0.0f;
    case KT_EXTREMES: return ldexpf(u, r % 2 ? 120 : -120);
    case KT_DENORMAL: return r % 2 ? kern_float((uint32_t)(r >> 8) & 0x807fffffu) : u * 0x1p-125f;
    case KT_SPECIAL: return r % 16 ? u : special[r / 16 % 7];
    default: return u;
    }
}

static inline void kt_floats(struct kt_buf *b, enum kt_fill fill)
{
    for (size_t i = 0; i < b->bytes / 4; i++)
        ((float *)(void *)b->p)[i] = kt_value(fill);
}

static inline void kt_random(struct kt_buf *b)
{
    for (size_t i = 0; i < b->bytes; i++)
        b->p[i] = (uint8_t)(t_rand() >> 24);
}

/* A fault names the kernel and ends the run. */
static const char *volatile kt_running;

static inline void kt_on_fault(int sig)
{
    const char *name = kt_running ? kt_running : "outside of a kernel";
    static const char text[] = "# signal in kernel: ";
    if (write(1, text, sizeof text - 1) > 0 && write(1, name, strlen(name)) > 0)
        (void)!write(1, "\n", 1);
    _exit(sig == SIGILL ? 3 : 2);
}

static inline void kt_catch_faults(void)
{
    struct sigaction sa;
    memset(&sa, 0, sizeof sa);
    sa.sa_handler = kt_on_fault;
    sigaction(SIGSEGV, &sa, NULL);
    sigaction(SIGILL, &sa, NULL);
    sigaction(SIGBUS, &sa, NULL);
}

/* kt_equal compares N floats bit for bit, any NaN as equal to any. */
static inline bool kt_equal(const char *name, const float *got, const float *want, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t a = kern_bits(got[i]), b = kern_bits(want[i]);
        if (a != b && !(isnan(got[i]) && isnan(want[i])))
            return t_fail(__FILE__, __LINE__,
                          "%s: value %zu of %zu is %a, not %a (%lld ulp); repeat with --seed %llu",
                          name, i, n, (double)got[i], (double)want[i],
                          (long long)(int32_t)a - (long long)(int32_t)b,
                          (unsigned long long)t_.seed);
    }
    return true;
}

/* The kernels that were checked, so that a test can tell that none was forgotten. */
static void (*kt_checked[512])(void);
static unsigned kt_n_checked;

static inline void kt_note(void (*kernel)(void))
{
    for (unsigned i = 0; i < kt_n_checked; i++)
        if (kt_checked[i] == kernel)
            return;
    if (kt_n_checked < sizeof kt_checked / sizeof kt_checked[0])
        kt_checked[kt_n_checked++] = kernel;
}

#define KT_NOTE(kernel) kt_note((void (*)(void))(kernel))

/* kt_covered: every function pointer of N_BYTES at GOT that differs from ref's was checked. */
static inline void kt_covered(const char *what, const void *got, const void *ref, size_t n_bytes)
{
    for (size_t i = 0; i < n_bytes / sizeof(void (*)(void)); i++) {
        void (*kernel)(void), (*reference)(void);
        memcpy(&kernel, (const char *)got + i * sizeof kernel, sizeof kernel);
        memcpy(&reference, (const char *)ref + i * sizeof reference, sizeof reference);
        bool found = kernel == reference;
        for (unsigned k = 0; k < kt_n_checked; k++)
            found |= kt_checked[k] == kernel;
        if (!found)
            t_fail(__FILE__, __LINE__, "%s[%zu] was never compared with ref", what, i);
    }
}

/* The table of LEVEL and ref's; false when the machine lacks the level (then T_SKIP). */
static inline bool kt_tables(enum kern_level level, struct kern_table *t, struct kern_table *ref)
{
    if (!kern_level_usable(level))
        return false;
    kern_table_init(ref, KERN_REF);
    kern_table_init(t, level);
    kt_catch_faults();
    kern_float_state_set();
    return true;
}

/* kt_float_state: the kernels left the state as kern_float_state_set has it, but for the sticky
 * exception flags. */
static inline bool kt_float_state(void)
{
    uint32_t now = kern_float_state_set(), want = kern_float_state_set();
    return (now & 0xffc0u) == (want & 0xffc0u);
}

/* KT_CALL runs a kernel call; false when it changed the float state. */
#define KT_CALL(name, ...)                                                                         \
    (kt_running = (name), (__VA_ARGS__), kt_running = NULL, T_OK(kt_float_state()))

/* KT_LEVEL_TESTS(op) defines the tests op_avx2 and so on, one per level of this architecture above
 * ref, which call check_op(level). */
#define KT_LEVEL_TEST(op, id, name)                                                                \
    T_TEST(op##_##name)                                                                            \
    {                                                                                              \
        check_##op(KERN_##id);                                                                     \
    }
#if defined(__aarch64__)
#define KT_LEVEL_TESTS(op) KT_LEVEL_TEST(op, NEON, neon) KT_LEVEL_TEST(op, I8MM, i8mm)
#else
#define KT_LEVEL_TESTS(op)                                                                         \
    KT_LEVEL_TEST(op, AVX2, avx2)                                                                  \
    KT_LEVEL_TEST(op, AVXVNNI, avxvnni)                                                            \
    KT_LEVEL_TEST(op, AVX512, avx512)                                                              \
    KT_LEVEL_TEST(op, AMX, amx)
#endif
_Static_assert(KERN_LEVEL_COUNT == 7, "every level has its tests: KT_LEVEL_TESTS");

/* Bench: seconds of one call, the least of several. */
static inline double kt_now(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

#endif
