#include "target/cpu/kern.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <xmmintrin.h>
#endif

const char *kern_level_name(enum kern_level l)
{
    static const char *const names[] = {
#define X(id, name) name,
        KERN_LEVELS(X)
#undef X
    };
    return (unsigned)l < KERN_LEVEL_COUNT ? names[l] : "?";
}

int kern_level_find(const char *name)
{
    for (int l = 0; l < KERN_LEVEL_COUNT; l++)
        if (strcmp(kern_level_name((enum kern_level)l), name) == 0)
            return l;
    return -1;
}

void kern_table_init(struct kern_table *t, enum kern_level level)
{
    memset(t, 0, sizeof *t);
    kern_init_ref(t);
#ifdef TAKT_KERN_AVX2
    if (level >= KERN_AVX2)
        kern_init_avx2(t);
#endif
#ifdef TAKT_KERN_AVX512
    if (level >= KERN_AVX512)
        kern_init_avx512(t);
#endif
    t->level = level;
}

/* ---- which levels work here --------------------------------------------------------------------
 */

static bool built_in(enum kern_level l)
{
    switch (l) {
    case KERN_REF: return true;
#ifdef TAKT_KERN_AVX2
    case KERN_AVX2: return true;
#endif
#ifdef TAKT_KERN_AVX512
    case KERN_AVX512: return true;
#endif
    default: return false;
    }
}

#if defined(__x86_64__)
/* The register state that the system saves: without it a flag in cpuid is worth nothing. */
static uint32_t enabled_state(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static bool reported(enum kern_level l)
{
    enum {
        FMA = 1 << 12,
        OSXSAVE = 1 << 27,
        AVX = 1 << 28,
        F16C = 1 << 29,
        LEAF1 = FMA | OSXSAVE | AVX | F16C
    };
    const uint32_t avx2 = 1u << 5, avx512 = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;
    const uint32_t vnni = 1u << 11, ymm_state = 0x6, zmm_state = 0xe6;
    if (l == KERN_REF)
        return true;
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & LEAF1) != LEAF1)
        return false;
    uint32_t state = enabled_state();
    if ((state & ymm_state) != ymm_state || !__get_cpuid_count(7, 0, &a, &b, &c, &d))
        return false;
    if (l == KERN_AVX2)
        return b & avx2;
    return (b & avx2) && (b & avx512) == avx512 && (c & vnni) && (state & zmm_state) == zmm_state;
}
#else
static bool reported(enum kern_level l)
{
    return l == KERN_REF;
}
#endif

static sigjmp_buf trial_failed;

static void on_illegal_instruction(int sig)
{
    siglongjmp(trial_failed, sig);
}

/* Runs kernels of every kind on one small block. */
static void trial_kernels(enum kern_level level)
{
    static _Alignas(64) uint8_t weights[4096], act[2048];
    static _Alignas(64) float x[256], y[256];
    struct kern_table t;
    kern_table_init(&t, level);
    t.quant[ACT_A32](act, x, 256);
    t.matmul[QTYPE_Q8_0](y, 16, weights, 1, layout_group_bytes(QTYPE_Q8_0, 64), 64, act,
                         layout_act_stride(ACT_A32, 64), 1);
    t.quant[ACT_A256](act, x, 256);
    t.matmul[QTYPE_Q4_K](y, 16, weights, 1, layout_group_bytes(QTYPE_Q4_K, 256), 256, act,
                         layout_act_stride(ACT_A256, 256), 1);
    t.quant[ACT_F32](act, x, 256);
    t.matmul[QTYPE_F16](y, 16, weights, 1, layout_group_bytes(QTYPE_F16, 32), 32, act,
                        layout_act_stride(ACT_F32, 32), 1);
    t.norm(y, x, x, 256, 1e-5f);
    t.swiglu(y, x, x, 256);
}

/* Flags can lie in virtual machines: an instruction that faults here must not fault in a step. */
static bool survives_trial(enum kern_level level)
{
    struct sigaction trap, before;
    memset(&trap, 0, sizeof trap);
    trap.sa_handler = on_illegal_instruction;
    sigemptyset(&trap.sa_mask);
    if (sigaction(SIGILL, &trap, &before) != 0)
        return false;
    volatile bool survived = false;
    if (sigsetjmp(trial_failed, 1) == 0) {
        trial_kernels(level);
        survived = true;
    }
    sigaction(SIGILL, &before, NULL);
    return survived;
}

/* Found out once per process; constant afterwards. */
static bool usable[KERN_LEVEL_COUNT];

static void find_usable(void)
{
    usable[KERN_REF] = true;
    for (int l = KERN_REF + 1; l < KERN_LEVEL_COUNT; l++) {
        enum kern_level level = (enum kern_level)l;
        usable[l] = built_in(level) && reported(level) && survives_trial(level);
    }
}

bool kern_level_usable(enum kern_level l)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_usable);
    return (unsigned)l < KERN_LEVEL_COUNT && usable[l];
}

/* ---- denormals ---------------------------------------------------------------------------------
 */

#if defined(__x86_64__)
uint32_t kern_float_state_set(void)
{
    /* round to nearest, all exceptions masked, flush to zero (bit 15), denormals are zero (bit 6)
     */
    uint32_t old = _mm_getcsr();
    _mm_setcsr(0x1f80u | 0x8040u);
    return old;
}

void kern_float_state_restore(uint32_t old)
{
    _mm_setcsr(old);
}
#elif defined(__aarch64__)
uint32_t kern_float_state_set(void)
{
    uint64_t old;
    __asm__ volatile("mrs %0, fpcr" : "=r"(old));
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)1 << 24)); /* FZ */
    return (uint32_t)old;
}

void kern_float_state_restore(uint32_t old)
{
    __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)old));
}
#else
#error "takt needs to know how this processor flushes denormals: add it here"
#endif
