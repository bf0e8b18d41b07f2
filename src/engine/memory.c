#include "engine/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

takt_rc memory_reserve(uint8_t **out, uint64_t bytes, const char *name, takt_err *e)
{
    void *p = bytes > SIZE_MAX / 2 ? MAP_FAILED
                                   : mmap(NULL, bytes ? bytes : 1, PROT_READ | PROT_WRITE,
                                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return err_set(e, TAKT_ERR_MEMORY, name, "the system refuses %.2f GB: %s", bytes / 1e9,
                       strerror(errno));
    madvise(p, bytes, MADV_HUGEPAGE); /* best effort */
    *out = p;
    return TAKT_OK;
}

void memory_release(uint8_t *p, uint64_t bytes)
{
    if (p)
        munmap(p, bytes ? bytes : 1);
}

void memory_empty(uint8_t *p, uint64_t bytes, struct turn *turn)
{
    enum { SLICE = 16 << 20, PAGE = 4096 };
    uint64_t skip = (PAGE - (uintptr_t)p % PAGE) % PAGE;
    for (uint64_t at = skip; at < bytes; at += SLICE) {
        uint64_t n = bytes - at < SLICE ? bytes - at : SLICE;
        turn_take(turn);
        (void)madvise(p + at, n / PAGE * PAGE,
                      MADV_DONTNEED); /* best effort: it is unmapped next */
        turn_give(turn);
    }
}

void memory_populate(const uint8_t *p, uint64_t bytes)
{
    enum { PAGE = 4096 };
    volatile uint8_t sink = 0;
    if (madvise((void *)p, bytes, MADV_POPULATE_READ) != 0)
        for (uint64_t i = 0; i < bytes; i += PAGE) /* kernels before 5.14 */
            sink = (uint8_t)(sink + p[i]);
}

/* First number in FILE after KEY (or at its start when KEY is ""); UINT64_MAX when there is none
 * ("max" included). */
static uint64_t number_in(const char *file, const char *key)
{
    FILE *f = fopen(file, "r");
    char line[256];
    uint64_t v = UINT64_MAX;
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, key, strlen(key)) == 0) {
            char *end, *at = line + strlen(key);
            errno = 0;
            uint64_t n = strtoull(at, &end, 10);
            if (end != at && errno == 0)
                v = n;
            break;
        }
    if (f)
        fclose(f);
    return v;
}

static uint64_t cgroup_left(const char *limit_file, const char *usage_file, const char *cache_file)
{
    uint64_t limit = number_in(limit_file, ""), used = number_in(usage_file, "");
    if (limit == UINT64_MAX || used == UINT64_MAX)
        return UINT64_MAX;
    uint64_t cache = number_in(cache_file, "inactive_file ");
    if (cache != UINT64_MAX && cache < used)
        used -= cache;
    return limit > used ? limit - used : 0;
}

uint64_t memory_available(void)
{
    uint64_t kb = number_in("/proc/meminfo", "MemAvailable:");
    uint64_t least = kb == UINT64_MAX ? UINT64_MAX : kb * 1024;
    uint64_t v2 = cgroup_left("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current",
                              "/sys/fs/cgroup/memory.stat");
    uint64_t v1 = cgroup_left("/sys/fs/cgroup/memory/memory.limit_in_bytes",
                              "/sys/fs/cgroup/memory/memory.usage_in_bytes",
                              "/sys/fs/cgroup/memory/memory.stat");
    least = v2 < least ? v2 : least;
    return v1 < least ? v1 : least;
}
