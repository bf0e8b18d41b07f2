/* The loops that measure the machine run at every level. */
#include <math.h>

#include "t.h"
#include "target/cpu/probe.h"

static bool is_rate(double v)
{
    return isfinite(v) && v > 0;
}

T_TEST(every_level_has_its_peaks)
{
    struct crew *crew = NULL;
    takt_err e = {0};
    if (!T_RC(crew_open(&crew, 2, &e), &e))
        return;
    for (int level = 0; level < KERN_LEVEL_COUNT; level++) {
        if (!kern_level_usable((enum kern_level)level))
            continue;
        T_OK(is_rate(probe_int8(crew, 2, (enum kern_level)level)));
        T_OK(is_rate(probe_f32(crew, 2, (enum kern_level)level)));
        T_OK(is_rate(probe_bf16(crew, 2, (enum kern_level)level)));
    }
    crew_close(crew);
}

T_TEST(memory_is_read_past_the_caches)
{
    static _Alignas(4096) uint8_t buf[1 << 20];
    struct crew *crew = NULL;
    takt_err e = {0};
    if (!T_RC(crew_open(&crew, 2, &e), &e))
        return;
    T_OK(is_rate(probe_read(crew, 2, buf, sizeof buf)));
    T_OK(is_rate(probe_read(crew, 1, buf, sizeof buf)));
    crew_close(crew);
}

T_MAIN("target/probe")
