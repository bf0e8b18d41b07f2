#include "base/topo.h"

#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cgroup.h"

/* Reads the first line of a small system file; false when there is none. */
__attribute__((format(printf, 3, 4))) static bool read_line(char *buf, int n, const char *fmt, ...)
{
    char path[512];
    va_list ap;
    va_start(ap, fmt);
    int len = vsnprintf(path, sizeof path, fmt, ap);
    va_end(ap);
    if (len < 0 || (size_t)len >= sizeof path)
        return false;
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    bool ok = fgets(buf, n, f) != NULL;
    fclose(f);
    if (ok)
        buf[strcspn(buf, "\n")] = 0;
    return ok;
}

static void read_model(struct topo *t)
{
    char line[512];
    snprintf(t->model, sizeof t->model, "unknown cpu");
    FILE *f = fopen("/proc/cpuinfo", "re");
    if (!f)
        return;
    while (fgets(line, sizeof line, f)) {
        const char *colon = strchr(line, ':');
        if (!colon || (strncmp(line, "model name", 10) && strncmp(line, "CPU part", 8)))
            continue;
        line[strcspn(line, "\n")] = 0;
        snprintf(t->model, sizeof t->model, "%s", colon + 1 + strspn(colon + 1, " "));
        break;
    }
    fclose(f);
}

/* The lowest cpu that shares CPU's core. */
static uint32_t first_sibling(uint32_t cpu)
{
    char line[256];
    if (!read_line(line, sizeof line, "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list",
                   cpu))
        return cpu;
    char *end;
    unsigned long first = strtoul(line, &end, 10);
    return end != line && first < cpu ? (uint32_t)first : cpu;
}

/* The mask as it was at the first call: later the calling thread may be pinned to one core itself.
 */
static cpu_set_t first_cpus;
static pthread_once_t first_cpus_once = PTHREAD_ONCE_INIT;

static void read_first_cpus(void)
{
    if (sched_getaffinity(0, sizeof first_cpus, &first_cpus) != 0)
        CPU_SET(0, &first_cpus);
}

/* Of several allowed siblings the lowest stands for the core, whatever the numbering. */
static void read_cpus(struct topo *t)
{
    uint32_t core_of[TOPO_CPUS_MAX], n_siblings = 0;
    uint32_t siblings[TOPO_CPUS_MAX];
    pthread_once(&first_cpus_once, read_first_cpus);
    for (uint32_t cpu = 0; cpu < CPU_SETSIZE && cpu < TOPO_CPUS_MAX; cpu++) {
        if (!CPU_ISSET(cpu, &first_cpus))
            continue;
        uint32_t core = first_sibling(cpu);
        bool seen = false;
        for (uint32_t i = 0; i < t->n_cores && !seen; i++)
            seen = core_of[i] == core;
        if (seen) {
            siblings[n_siblings++] = cpu;
            continue;
        }
        core_of[t->n_cores] = core;
        t->cpu[t->n_cores++] = cpu;
    }
    memcpy(t->cpu + t->n_cores, siblings, n_siblings * sizeof *siblings);
    t->n_cpus = t->n_cores + n_siblings;
}

static void read_caches(struct topo *t)
{
    for (int i = 0; i < 8; i++) {
        char level[16], size[32], *unit;
        if (!read_line(level, sizeof level, "/sys/devices/system/cpu/cpu%u/cache/index%d/level",
                       t->cpu[0], i) ||
            !read_line(size, sizeof size, "/sys/devices/system/cpu/cpu%u/cache/index%d/size",
                       t->cpu[0], i))
            return;
        uint64_t bytes = strtoull(size, &unit, 10);
        bytes <<= *unit == 'K' ? 10 : *unit == 'M' ? 20 : 0;
        if (level[0] == '2')
            t->l2_bytes = bytes;
        if (level[0] == '3')
            t->l3_bytes = bytes;
    }
}

void topo_read(struct topo *t)
{
    memset(t, 0, sizeof *t);
    read_model(t);
    read_cpus(t);
    t->quota = cgroup_cpus("");
    read_caches(t);
}

uint32_t topo_lanes(const struct topo *t)
{
    uint32_t n = t->n_cores;
    if (t->quota > 0 && t->quota < n)
        n = t->quota < 1 ? 1 : (uint32_t)t->quota;
    return n;
}
