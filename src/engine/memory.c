#include "engine/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/cgroup.h"

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

uint64_t memory_available(void)
{
    static const char key[] = "MemAvailable:";
    char line[256];
    uint64_t kb = UINT64_MAX, groups = cgroup_memory_left("");
    FILE *f = fopen("/proc/meminfo", "re");
    while (f && kb == UINT64_MAX && fgets(line, sizeof line, f))
        if (strncmp(line, key, strlen(key)) == 0)
            kb = strtoull(line + strlen(key), NULL, 10);
    if (f)
        fclose(f);
    const uint64_t all = kb == UINT64_MAX ? UINT64_MAX : kb * 1024;
    return groups < all ? groups : all;
}
