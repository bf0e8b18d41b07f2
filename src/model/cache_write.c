/* Writing packed files: see cache.h.
 *
 * By pwrite of whole windows, not through the map: that would take a fault every 4 KiB. But pwrite
 * holds the file's lock, so only one thread at a time could wait for fresh memory, which is what
 * takes long. So each window's pages are first made present, by reading them through the map: huge
 * ones, and by all threads at once. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "model/cache_file.h"

/* Removes temporaries that no process holds locked any more. A writer locks its own as long as it
 * lives. */
static void remove_stale(const char *folder)
{
    DIR *d = opendir(folder);
    if (!d)
        return;
    for (struct dirent *f; (f = readdir(d));) {
        size_t n = strlen(f->d_name);
        if (n < 4 || strcmp(f->d_name + n - 4, ".tmp") != 0)
            continue;
        int fd = openat(dirfd(d), f->d_name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0)
            continue;
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            unlinkat(dirfd(d), f->d_name, 0);
        close(fd);
    }
    closedir(d);
}

/* Takes the room on the disk at once, where the file system can: better refused now than halfway.
 */
static takt_rc take_room(const struct cache_writer *w, int fd, takt_err *e)
{
    off_t n = (off_t)(w->bytes + CACHE_WINDOW);
    if (fallocate(fd, 0, 0, n) == 0 ||
        ((errno == EOPNOTSUPP || errno == ENOSYS) && ftruncate(fd, n) == 0))
        return TAKT_OK;
    return err_sys(e, w->path, "no room for %llu bytes of packed weights in the cache",
                   (unsigned long long)w->bytes);
}

/* Ends the writer; its file stays. */
static void let_go(struct cache_writer *w)
{
    cache_close(&w->map);
    free(w->sums);
    free(w->path);
    free(w->temporary);
    *w = (struct cache_writer){0};
}

/* Takes FD over when that works. */
static takt_rc open_writer(struct cache_writer *w, int fd, takt_err *e)
{
    if (!w->sums || !w->path || !w->temporary)
        return err_set(e, TAKT_ERR_MEMORY, "cache", "no memory to write a file");
    TAKT_TRY(take_room(w, fd, e));
    if (!cache_map_fd(&w->map, fd, w->bytes, w->key))
        return err_sys(e, w->path, "cannot be mapped into memory");
    return TAKT_OK;
}

takt_rc cache_create(struct cache_writer *w, const uint8_t key[CACHE_KEY_BYTES], const char *name,
                     uint64_t bytes, takt_err *e)
{
    char path[CACHE_PATH_BYTES], folder[CACHE_PATH_BYTES], temporary[CACHE_PATH_BYTES + 48];
    char hex[2 * CACHE_KEY_BYTES + 1];
    *w = (struct cache_writer){0};
    if (bytes == 0 || cache_windows(bytes) > CACHE_WINDOWS_MAX)
        return err_set(e, TAKT_ERR_USAGE, NULL, "a packed file of no or too many bytes");
    hash_hex(hex, key, CACHE_KEY_BYTES);
    TAKT_TRY(cache_folder(folder, sizeof folder, e));
    TAKT_TRY(cache_path(path, sizeof path, hex, ".pack", e));
    TAKT_TRY(cache_make_folder(folder, e));
    remove_stale(folder);
    TAKT_TRY(cache_make_room(bytes, e));
    int fd = cache_temporary(path, temporary, sizeof temporary);
    if (fd < 0)
        return err_sys(e, folder, "the cache folder cannot be written to");
    *w = (struct cache_writer){.bytes = bytes,
                               .sums = calloc(cache_windows(bytes), sizeof *w->sums),
                               .path = strdup(path),
                               .temporary = strdup(temporary)};
    memcpy(w->key, key, CACHE_KEY_BYTES);
    snprintf(w->name, sizeof w->name, "%s", name);
    takt_rc rc = open_writer(w, fd, e);
    if (rc.code) {
        unlink(temporary);
        close(fd);
        let_go(w);
    }
    return rc;
}

static takt_rc write_at(const struct cache_writer *w, const void *p, size_t n, uint64_t at,
                        takt_err *e)
{
    for (size_t done = 0; done < n;) {
        ssize_t put = pwrite(w->map.fd, (const char *)p + done, n - done, (off_t)(at + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return err_sys(e, w->path, "packed weights cannot be written");
        done += (size_t)put;
    }
    return TAKT_OK;
}

takt_rc cache_write(struct cache_writer *w, uint64_t i, const uint8_t *p, takt_err *e)
{
    uint64_t at = i * CACHE_WINDOW, left = w->bytes - at;
    size_t n = left < CACHE_WINDOW ? (size_t)left : CACHE_WINDOW;
    madvise((void *)(w->map.p + at), n, MADV_POPULATE_READ); /* best effort */
    w->sums[i] = hash_bulk(p, n);
    return write_at(w, p, n, at + CACHE_WINDOW, e);
}

takt_rc cache_commit(struct cache_writer *w, struct cache_map *out, takt_err *e)
{
    struct cache_header h;
    char hex[2 * CACHE_KEY_BYTES + 1];
    size_t sums_bytes = (size_t)cache_windows(w->bytes) * sizeof *w->sums;
    *out = (struct cache_map){.fd = -1};
    cache_header_init(&h, w->key, w->name, w->bytes);
    h.sums_check = hash_bulk(w->sums, sums_bytes);
    cache_header_seal(&h);
    hash_hex(hex, w->key, CACHE_KEY_BYTES);
    takt_rc rc = write_at(w, w->sums, sums_bytes, CACHE_SUMS_AT, e);
    if (!rc.code)
        rc = write_at(w, &h, sizeof h, 0, e);
    flock(w->map.fd, LOCK_SH | LOCK_NB); /* from now on it is one that is in use */
    if (!rc.code) {
        *out = w->map;
        out->is_checked = true;
        w->map = (struct cache_map){.fd = -1};
        if (rename(w->temporary, w->path) != 0)
            rc = err_sys(e, w->path, "the finished file cannot be put in place");
    }
    if (rc.code)
        unlink(w->temporary);
    else
        cache_stamp_put(out->fd, hex);
    let_go(w);
    return rc;
}

void cache_abort(struct cache_writer *w)
{
    if (!w->bytes) /* never created, or spent */
        return;
    unlink(w->temporary);
    let_go(w);
}
