/* What lies in the cache, and keeping it in its bounds: see cache.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/slice.h"
#include "model/cache_file.h"

enum { HEX = 2 * CACHE_KEY_BYTES, ENTRIES_MAX = 100000 };

/* "<key>.pack" or "<key>.used", with ENDING saying which. */
static bool is_named(const char *name, const char *ending)
{
    return strspn(name, "0123456789abcdef") == HEX && strcmp(name + HEX, ending) == 0;
}

static bool is_locked(int fd)
{
    bool locked = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!locked)
        flock(fd, LOCK_UN);
    return locked;
}

/* False when NAME vanished or is none of ours. */
static bool describe(struct cache_entry *c, int folder, const char *name)
{
    struct stat st, stamp;
    struct cache_header h;
    char used[HEX + 8];
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool ok = fstat(fd, &st) == 0 && cache_is_ours(&st);
    if (ok) {
        *c = (struct cache_entry){.bytes = (uint64_t)st.st_size, .used_s = st.st_mtim.tv_sec};
        snprintf(c->key, sizeof c->key, "%.*s", HEX, name);
        snprintf(used, sizeof used, "%s.used", c->key);
        if (fstatat(folder, used, &stamp, AT_SYMLINK_NOFOLLOW) == 0)
            c->used_s = stamp.st_mtim.tv_sec;
        c->is_sound = pread(fd, &h, sizeof h, 0) == (ssize_t)sizeof h && cache_header_sound(&h);
        if (c->is_sound)
            memcpy(c->name, h.name, sizeof c->name);
        c->in_use = is_locked(fd);
    }
    close(fd);
    return ok;
}

static int newest_first(const void *a, const void *b)
{
    int64_t x = ((const struct cache_entry *)a)->used_s,
            y = ((const struct cache_entry *)b)->used_s;
    return x > y ? -1 : x < y;
}

takt_rc cache_list(struct cache_entry **list, size_t *n, takt_err *e)
{
    char folder[CACHE_PATH_BYTES];
    size_t cap = 0;
    *list = NULL;
    *n = 0;
    TAKT_TRY(cache_folder(folder, sizeof folder, e));
    DIR *d = opendir(folder);
    if (!d)
        return errno == ENOENT ? TAKT_OK : err_sys(e, folder, "cannot be listed");
    for (struct dirent *f; (f = readdir(d)) && *n < ENTRIES_MAX;) {
        if (!is_named(f->d_name, ".pack"))
            continue;
        if (*n == cap) {
            struct cache_entry *more = realloc(*list, (cap = 2 * cap + 16) * sizeof *more);
            if (!more) {
                closedir(d);
                free(*list);
                *list = NULL;
                *n = 0;
                return err_set(e, TAKT_ERR_MEMORY, folder, "no memory to list it");
            }
            *list = more;
        }
        *n += describe(&(*list)[*n], dirfd(d), f->d_name);
    }
    closedir(d);
    if (*n)
        qsort(*list, *n, sizeof **list, newest_first);
    return TAKT_OK;
}

bool cache_remove(const char *key)
{
    char path[CACHE_PATH_BYTES];
    if (strlen(key) != HEX || cache_path(path, sizeof path, key, ".pack", NULL).code)
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT;
    bool gone = flock(fd, LOCK_EX | LOCK_NB) == 0 && unlink(path) == 0;
    close(fd);
    if (gone && !cache_path(path, sizeof path, key, ".used", NULL).code)
        unlink(path);
    return gone;
}

/* Number and unit of $TAKT_CACHE_MAX. */
static takt_rc limit_of(const char *text, uint64_t *limit, takt_err *e)
{
    static const char units[] = "kMGT";
    char *end;
    errno = 0;
    unsigned long long v = strtoull(text, &end, 10);
    const char *unit = *end ? strchr(units, *end == 'K' ? 'k' : *end) : NULL;
    uint64_t factor = 1;
    for (const char *u = units; unit && u <= unit; u++)
        factor *= 1000;
    if (errno || end == text || *text < '0' || *text > '9' || (*end && (!unit || end[1])) ||
        !size_mul(v, factor, limit))
        return err_set(e, TAKT_ERR_USAGE, "TAKT_CACHE_MAX",
                       "'%s' is no size; write bytes or 500M, 20G, 1T", text);
    return TAKT_OK;
}

takt_rc cache_limit(uint64_t *limit, uint64_t total, takt_err *e)
{
    char folder[CACHE_PATH_BYTES];
    struct statvfs fs;
    const char *own = getenv("TAKT_CACHE_MAX");
    if (own && *own)
        return limit_of(own, limit, e);
    TAKT_TRY(cache_folder(folder, sizeof folder, e));
    if (statvfs(folder, &fs) != 0)
        return err_sys(e, folder, "its disk cannot be examined");
    *limit = ((uint64_t)fs.f_bavail * fs.f_frsize + total) / 2;
    return TAKT_OK;
}

takt_rc cache_make_room(uint64_t bytes, takt_err *e)
{
    struct cache_entry *list;
    size_t n;
    uint64_t total = 0, limit = 0;
    TAKT_TRY(cache_list(&list, &n, e));
    for (size_t i = 0; i < n; i++) {
        /* What another version left can't be used. */
        if (!list[i].is_sound && !list[i].in_use && cache_remove(list[i].key))
            list[i].bytes = 0;
        total += list[i].bytes;
    }
    takt_rc rc = cache_limit(&limit, total, e);
    if (!rc.code && bytes > limit)
        rc = err_set(e, TAKT_ERR_LIMIT, "cache",
                     "%.2f GB of packed weights are more than the %.2f GB that it may take",
                     (double)bytes / 1e9, (double)limit / 1e9);
    for (size_t i = n; !rc.code && i-- > 0 && total + bytes > limit;)
        if (list[i].bytes && !list[i].in_use && cache_remove(list[i].key))
            total -= list[i].bytes;
    if (!rc.code && total + bytes > limit)
        rc = err_set(e, TAKT_ERR_LIMIT, "cache", "all %.2f GB that it may take are in use",
                     (double)limit / 1e9);
    free(list);
    return rc;
}
