#include "base/cgroup.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 4096 };

/* One group's folder. */
struct level {
    const char *dir;
    bool is_v2;
};

typedef void level_fn(void *user, struct level l);

/* Reads the first line of DIR/NAME that begins with KEY, without KEY; false when there is none. */
static bool read_after(char *buf, size_t cap, const char *dir, const char *name, const char *key)
{
    char path[LINE_MAX_BYTES + 64], line[256];
    bool found = false;
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = n > 0 && (size_t)n < sizeof path ? fopen(path, "re") : NULL;
    while (f && !found && fgets(line, sizeof line, f))
        found = strncmp(line, key, strlen(key)) == 0;
    if (f)
        fclose(f);
    if (found)
        snprintf(buf, cap, "%s", line + strlen(key));
    return found;
}

/* UINT64_MAX where there is no number ("max" included). */
static uint64_t number_after(const char *dir, const char *name, const char *key)
{
    char text[64], *end;
    if (!read_after(text, sizeof text, dir, name, key))
        return UINT64_MAX;
    errno = 0;
    uint64_t v = strtoull(text, &end, 10);
    return end == text || errno || text[0] == '-' ? UINT64_MAX : v;
}

/* FN for the group at PATH (inside the mount MOUNT) and all above it, up to the mount. A container
 * may see its own group as the mount while PATH is as the host calls it: folders that are not there
 * are passed over by who reads in them. */
static void each_above(const char *mount, const char *path, bool is_v2, level_fn *fn, void *user)
{
    char dir[LINE_MAX_BYTES];
    int n = snprintf(dir, sizeof dir, "%s%s", mount, path);
    if (n < 0 || (size_t)n >= sizeof dir)
        return;
    for (size_t len = (size_t)n; len >= strlen(mount); len--) {
        if (len > strlen(mount) && dir[len] != 0 && dir[len] != '/')
            continue;
        dir[len] = 0;
        if (len == strlen(mount) || dir[len - 1] != '/')
            fn(user, (struct level){dir, is_v2});
    }
}

/* Whether the list "a,b,c" has NAME. */
static bool lists(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = list; at; at = strchr(at, ','), at = at ? at + 1 : NULL)
        if (strncmp(at, name, n) == 0 && (at[n] == ',' || at[n] == 0))
            return true;
    return false;
}

/* FN for all groups in which CONTROLLER may limit this process. /proc/self/cgroup has lines
 * "0::/group" (version 2) and "4:cpu,cpuacct:/group" (version 1). */
static void each_level(const char *root, const char *controller, level_fn *fn, void *user)
{
    char line[LINE_MAX_BYTES], mount[LINE_MAX_BYTES];
    snprintf(line, sizeof line, "%s/proc/self/cgroup", root);
    FILE *f = fopen(line, "re");
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        char *names = strchr(line, ':'), *group = names ? strchr(names + 1, ':') : NULL;
        if (!group)
            continue;
        *group++ = 0;
        names++;
        if (!*names) {
            snprintf(mount, sizeof mount, "%s/sys/fs/cgroup", root);
            each_above(mount, group, true, fn, user);
        } else if (lists(names, controller)) {
            snprintf(mount, sizeof mount, "%s/sys/fs/cgroup/%s", root, controller);
            each_above(mount, group, false, fn, user);
        }
    }
    if (f)
        fclose(f);
}

/* ---- processors ---- */

static void take_quota(void *user, struct level l)
{
    double *least = user, used = 0, period = 0;
    char text[64], *end;
    if (!l.is_v2) {
        uint64_t u = number_after(l.dir, "cpu.cfs_quota_us", "");
        uint64_t p = number_after(l.dir, "cpu.cfs_period_us", "");
        used = u == UINT64_MAX ? 0 : (double)u;
        period = p == UINT64_MAX ? 0 : (double)p;
    } else if (read_after(text, sizeof text, l.dir, "cpu.max",
                          "")) { /* "150000 100000", "max ..." */
        used = strtod(text, &end);
        period = end != text ? strtod(end, NULL) : 0;
    }
    if (used > 0 && period > 0 && (*least <= 0 || used / period < *least))
        *least = used / period;
}

double cgroup_cpus(const char *root)
{
    double least = 0;
    each_level(root, "cpu", take_quota, &least);
    return least;
}

/* ---- memory ---- */

static void take_memory(void *user, struct level l)
{
    static const char *const names[2][4] = {
        {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ", NULL},
        {"memory.max", "memory.current", "inactive_file ", "memory.high"},
    };
    const char *const *name = names[l.is_v2];
    uint64_t *least = user, limit = number_after(l.dir, name[0], "");
    uint64_t high = name[3] ? number_after(l.dir, name[3], "") : UINT64_MAX;
    uint64_t used = number_after(l.dir, name[1], "");
    limit = high < limit ? high : limit;
    if (limit == UINT64_MAX || used == UINT64_MAX)
        return;
    uint64_t cache = number_after(l.dir, "memory.stat", name[2]);
    if (cache != UINT64_MAX && cache < used)
        used -= cache;
    uint64_t left = limit > used ? limit - used : 0;
    *least = left < *least ? left : *least;
}

uint64_t cgroup_memory_left(const char *root)
{
    uint64_t least = UINT64_MAX;
    each_level(root, "memory", take_memory, &least);
    return least;
}
