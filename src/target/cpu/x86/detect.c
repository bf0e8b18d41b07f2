/* What cpuid and the system say of this processor. */
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "target/cpu/kern.h"

/* The register state that the system saves: without it a flag in cpuid is worth nothing. */
static uint32_t enabled_state(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

/* The system saves tiles only for processes that asked for it, because they make signal frames 8 KB
 * larger: arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILE_DATA), Linux 5.16. Holds for all threads.
 */
static bool tiles_granted(void)
{
    enum { REQ_XCOMP_PERM = 0x1023, XTILE_DATA = 18 };
    const uint32_t tile_state = 3u << 17;
    return (enabled_state() & tile_state) == tile_state &&
           syscall(SYS_arch_prctl, REQ_XCOMP_PERM, XTILE_DATA) == 0;
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
    const uint32_t amx = 1u << 22 | 1u << 24 | 1u << 25; /* bf16, tile, int8 */
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
    const bool has_avx512 =
        (b & avx2) && (b & avx512) == avx512 && (c & vnni) && (state & zmm_state) == zmm_state;
    if (l == KERN_AMX)
        return has_avx512 && (d & amx) == amx && tiles_granted();
    return l == KERN_AVX512 && has_avx512;
}
