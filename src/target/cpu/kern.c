#include "target/cpu/kern.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
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

/* What each level consists of, from the bottom up; a level that is not built in adds nothing. */
static const struct part {
    void (*init)(struct kern_table *t);
    uint32_t levels; /* bit set: the levels that contain it */
} parts[] = {
    {kern_init_ref, UINT32_MAX},
#ifdef TAKT_KERN_AVX2
    {kern_init_avx2, 1u << KERN_AVX2 | 1u << KERN_AVXVNNI | 1u << KERN_AVX512 | 1u << KERN_AMX},
#endif
#ifdef TAKT_KERN_AVXVNNI
    {kern_init_avxvnni, 1u << KERN_AVXVNNI},
#endif
#ifdef TAKT_KERN_AVX512
    {kern_init_avx512, 1u << KERN_AVX512 | 1u << KERN_AMX},
#endif
#ifdef TAKT_KERN_AMX
    {kern_init_amx, 1u << KERN_AMX},
#endif
#ifdef TAKT_KERN_NEON
    {kern_init_neon, 1u << KERN_NEON | 1u << KERN_I8MM},
#endif
#ifdef TAKT_KERN_I8MM
    {kern_init_i8mm, 1u << KERN_I8MM},
#endif
};

void kern_table_init(struct kern_table *t, enum kern_level level)
{
    memset(t, 0, sizeof *t);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].levels >> level & 1)
            parts[i].init(t);
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
#ifdef TAKT_KERN_AVXVNNI
    case KERN_AVXVNNI: return true;
#endif
#ifdef TAKT_KERN_AVX512
    case KERN_AVX512: return true;
#endif
#ifdef TAKT_KERN_AMX
    case KERN_AMX: return true;
#endif
#ifdef TAKT_KERN_NEON
    case KERN_NEON: return true;
#endif
#ifdef TAKT_KERN_I8MM
    case KERN_I8MM: return true;
#endif
    default: return false;
    }
}

static sigjmp_buf trial_failed;

static void on_illegal_instruction(int sig)
{
    siglongjmp(trial_failed, sig);
}

/* Runs kernels of every kind on one small block; products for two tokens, which some levels compute
 * with other instructions than one. */
static void trial_kernels(enum kern_level level, uint8_t *scratch)
{
    static _Alignas(64) uint8_t weights[4096], act[2048];
    static _Alignas(64) float x[256], y[256];
    struct kern_table t;
    kern_table_init(&t, level);
    t.quant[ACT_A32](act, x, 256);
    t.matmul[QTYPE_Q8_0](y, 16, weights, 1, layout_group_bytes(QTYPE_Q8_0, 64), 64, act,
                         layout_act_stride(ACT_A32, 64), 2, scratch);
    t.quant[ACT_A256](act, x, 256);
    t.matmul[QTYPE_Q4_K](y, 16, weights, 1, layout_group_bytes(QTYPE_Q4_K, 256), 256, act,
                         layout_act_stride(ACT_A256, 256), 2, scratch);
    t.quant[ACT_F32](act, x, 256);
    t.matmul[QTYPE_F16](y, 16, weights, 1, layout_group_bytes(QTYPE_F16, 32), 32, act,
                        layout_act_stride(ACT_F32, 32), 1, scratch);
    t.norm(y, x, x, 256, 1e-5f);
    t.swiglu(y, x, x, 256);
}

#ifdef TAKT_KERN_AMX
/* Bytes without a pattern; 16-bit floats of all exponents up to TOP, denormals among them. */
static uint32_t trial_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void trial_fill(uint8_t *p, size_t n, uint32_t *state)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)trial_random(state);
}

static void trial_floats(uint8_t *p, size_t n, uint32_t *state)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t r = trial_random(state), kind = trial_random(state) % 4;
        uint32_t exponent = kind == 0 ? 0 : kind == 1 ? 50 + r % 30 : 120 + r % 14;
        p[2 * i] = (uint8_t)r;
        p[2 * i + 1] = (uint8_t)((r >> 8 & 0x80) | exponent >> 1);
        p[2 * i] = (uint8_t)((p[2 * i] & 0x7f) | (exponent & 1) << 7);
    }
}

enum { TRIAL_TOKENS = 19, TRIAL_GROUPS = 3 };

/* A product of T with few bits, and the plain C kernel's: the same? */
static bool trial_product(const struct kern_table *t, enum qtype type, uint8_t *scratch)
{
    static _Alignas(64) uint8_t weights[TRIAL_GROUPS * 4096], act[TRIAL_TOKENS * 1024];
    static float got[TRIAL_TOKENS][TRIAL_GROUPS * 16], want[TRIAL_TOKENS][TRIAL_GROUPS * 16];
    const uint32_t cols = layout_panel_cols(type), panel = layout_panel_bytes(type);
    const uint64_t stride = layout_act_stride(layout_act_for(type), cols);
    uint32_t state = (uint32_t)type;
    struct kern_table ref;
    memset(&ref, 0, sizeof ref);
    kern_init_ref(&ref);
    for (uint32_t i = 0; i < TRIAL_TOKENS; i++) {
        float x[LAYOUT_ACT_COLS];
        for (uint32_t k = 0; k < cols; k++)
            x[k] = (float)trial_random(&state) - 0x1p23f;
        ref.quant[layout_act_for(type)](act + i * stride, x, cols);
        if (type == QTYPE_BF16)
            trial_floats(act + i * stride, cols, &state);
    }
    for (uint32_t g = 0; g < TRIAL_GROUPS; g++) {
        trial_fill(weights + g * panel, panel, &state);
        if (type == QTYPE_BF16)
            trial_floats(weights + g * panel, panel / 2, &state);
        else /* scales in front or at the end: f16, none of them infinite */
            for (uint32_t i = 0; i < 32; i++) {
                weights[g * panel + 2 * i + 1] &= 0xbf;
                weights[(g + 1) * panel - 2 * i - 1] &= 0xbf;
            }
    }
    t->matmul[type](got[0], TRIAL_GROUPS * 16, weights, TRIAL_GROUPS, panel, cols, act, stride,
                    TRIAL_TOKENS, scratch);
    ref.matmul[type](want[0], TRIAL_GROUPS * 16, weights, TRIAL_GROUPS, panel, cols, act, stride,
                     TRIAL_TOKENS, scratch);
    return memcmp(got, want, sizeof got) == 0;
}

/* Tiles have been emulated and virtualised with other roundings than the processor's: what differs
 * from the plain C kernels by a bit is not used. */
static bool trial_agrees(enum kern_level level, uint8_t *scratch)
{
    static const enum qtype types[] = {QTYPE_BF16, QTYPE_Q4_K, QTYPE_Q6_K, QTYPE_Q8_0};
    struct kern_table t;
    kern_table_init(&t, level);
    uint32_t state = kern_float_state_set();
    bool same = true;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        same &= trial_product(&t, types[i], scratch);
    kern_float_state_restore(state);
    return same;
}
#else
static bool trial_agrees(enum kern_level level, uint8_t *scratch)
{
    (void)level, (void)scratch;
    return true;
}
#endif

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
    uint8_t *const scratch = aligned_alloc(LAYOUT_ALIGN, KERN_MATMUL_SCRATCH);
    if (scratch && sigsetjmp(trial_failed, 1) == 0) {
        trial_kernels(level, scratch);
        survived = level != KERN_AMX || trial_agrees(level, scratch);
    }
    free(scratch);
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
        usable[l] = built_in(level) && kern_reported(level) && survives_trial(level);
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
