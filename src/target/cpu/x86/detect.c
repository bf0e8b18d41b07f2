/* What cpuid and the system say of this processor. */
#include <cpuid.h>

#include "target/cpu/kern.h"

/* The register state that the system saves: without it a flag in cpuid is worth nothing. */
static uint32_t enabled_state(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

bool kern_reported(enum kern_level l)
{
    enum {
        FMA = 1 << 12,
        OSXSAVE = 1 << 27,
        AVX = 1 << 28,
        F16C = 1 << 29,
        LEAF1 = FMA | OSXSAVE | AVX | F16C
    };
    const uint32_t avx2 = 1u << 5, avx512 = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;
    const uint32_t vnni = 1u << 11, avx_vnni = 1u << 4, ymm_state = 0x6, zmm_state = 0xe6;
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
    if (l == KERN_AVXVNNI) {
        uint32_t sub, unused;
        return (b & avx2) && __get_cpuid_count(7, 1, &sub, &unused, &unused, &unused) &&
               (sub & avx_vnni);
    }
    if (l != KERN_AVX512)
        return false;
    return (b & avx2) && (b & avx512) == avx512 && (c & vnni) && (state & zmm_state) == zmm_state;
}
