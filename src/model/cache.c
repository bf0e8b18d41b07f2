#include "model/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/slice.h"

enum {
    PATH_BYTES = 4096,
    BOOT_BYTES = 40,
    TEMPORARY_NAME_TRIES = 100,
    CACHE_VERSION = 1,
};

static const char magic[8] = {'T', 'A', 'K', 'T', 'P', 'A', 'C', 'K'};

/* The first bytes of a packed file; the payload starts at CACHE_ALIGNMENT. */
struct header {
    char magic[8];
    uint32_t version;
    uint32_t complete;
    uint64_t bytes;
    uint8_t key[CACHE_KEY_BYTES];
    char boot[BOOT_BYTES]; /* the machine's start during which it was written */
    uint32_t synced;       /* 1: also good after that */
    uint32_t zero;
    uint64_t check; /* FNV-1a of all before `synced` */
};

static uint64_t header_check(const struct header *h)
{
    return hash_fnv1a(h, offsetof(struct header, synced), CACHE_VERSION);
}

/* ---- folder -----------------------------------------------------------------------------------
 */

takt_rc cache_folder(char *buf, size_t buf_bytes, takt_err *e)
{
    const char *own = getenv("TAKT_CACHE"), *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int n;
    if (own && *own)
        n = snprintf(buf, buf_bytes, "%s", own);
    else if (xdg && *xdg == '/') /* the XDG Base Directory specification ignores relative paths */
        n = snprintf(buf, buf_bytes, "%s/takt", xdg);
    else if (home && *home)
        n = snprintf(buf, buf_bytes, "%s/.cache/takt", home);
    else
        return err_set(
            e, TAKT_ERR_USAGE, NULL,
            "no folder for the cache: none of TAKT_CACHE, XDG_CACHE_HOME and HOME is set");
    if (n < 0 || (size_t)n >= buf_bytes)
        return err_set(e, TAKT_ERR_USAGE, NULL, "the path of the cache folder is too long");
    return TAKT_OK;
}

/* Makes the folder and those above it. */
static takt_rc make_folder(char *path, takt_err *e)
{
    for (char *s = path + 1;; s++) {
        if (*s != '/' && *s != 0)
            continue;
        char old = *s;
        *s = 0;
        bool ok = mkdir(path, 0700) == 0 || errno == EEXIST || (old && file_is_dir(path));
        takt_rc rc = ok ? TAKT_OK : err_sys(e, path, "the cache folder cannot be made");
        *s = old;
        if (!ok || !old)
            return rc;
    }
}

static takt_rc file_name(char *buf, size_t n, const uint8_t key[CACHE_KEY_BYTES], takt_err *e)
{
    char hex[2 * CACHE_KEY_BYTES + 1];
    TAKT_TRY(cache_folder(buf, n, e));
    size_t at = strlen(buf);
    hash_hex(hex, key, CACHE_KEY_BYTES);
    if ((size_t)snprintf(buf + at, n - at, "/%s.pack", hex) >= n - at)
        return err_set(e, TAKT_ERR_USAGE, NULL, "the path of the cache folder is too long");
    return TAKT_OK;
}

/* A file of somebody else in a shared folder might hold anything. */
static bool is_ours(const struct stat *st)
{
    return S_ISREG(st->st_mode) && (st->st_uid == geteuid() || st->st_uid == 0);
}

static void boot_id(char out[BOOT_BYTES])
{
    memset(out, 0, BOOT_BYTES);
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (read(fd, out, BOOT_BYTES - 1) < 0)
        out[0] = 0;
    close(fd);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

static bool header_good(const struct header *h, const uint8_t key[CACHE_KEY_BYTES], uint64_t bytes)
{
    char boot[BOOT_BYTES];
    boot_id(boot);
    return memcmp(h->magic, magic, sizeof magic) == 0 && h->version == CACHE_VERSION &&
           h->complete == 1 && h->bytes == bytes && memcmp(h->key, key, CACHE_KEY_BYTES) == 0 &&
           h->check == header_check(h) &&
           (h->synced == 1 || (boot[0] && memcmp(h->boot, boot, BOOT_BYTES) == 0));
}

bool cache_open(struct cache_map *out, const uint8_t key[CACHE_KEY_BYTES], uint64_t bytes)
{
    char path[PATH_BYTES];
    struct stat st;
    struct header h;
    *out = (struct cache_map){0};
    if (file_name(path, sizeof path, key, NULL).code || bytes > INT64_MAX - CACHE_ALIGNMENT)
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false;
    bool ours = fstat(fd, &st) == 0 && is_ours(&st);
    bool good = ours && (uint64_t)st.st_size == bytes + CACHE_ALIGNMENT &&
                pread(fd, &h, sizeof h, 0) == (ssize_t)sizeof h && header_good(&h, key, bytes);
    if (good) {
        size_t n = (size_t)st.st_size;
        void *p = mmap(NULL, n, PROT_READ, MAP_SHARED, fd, 0);
        if (p != MAP_FAILED)
            *out = (struct cache_map){(const uint8_t *)p + CACHE_ALIGNMENT, bytes, h.synced == 1, p,
                                      n};
    } else if (ours) {
        unlink(path);
    }
    close(fd);
    return out->base != NULL;
}

void cache_close(struct cache_map *m)
{
    if (m->base)
        munmap(m->base, m->base_bytes);
    *m = (struct cache_map){0};
}

/* ---- writing ----------------------------------------------------------------------------------
 */

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
        int fd = openat(dirfd(d), f->d_name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0)
            continue;
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            unlinkat(dirfd(d), f->d_name, 0);
        close(fd);
    }
    closedir(d);
}

/* A new file beside PATH, locked. Between creation and lock somebody may take it for stale and
 * remove it: then its link count is 0 and the next name is tried. Returns -1 with errno set. */
static int open_temporary(const char *path, char *temporary, size_t n)
{
    struct stat st;
    int fd = -1;
    for (int i = 0; i < TEMPORARY_NAME_TRIES; i++) {
        snprintf(temporary, n, "%s.%ld.%d.tmp", path, (long)getpid(), i);
        fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (fd < 0 && errno == EEXIST)
            continue;
        if (fd < 0)
            return -1;
        if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0)
            return fd;
        close(fd);
        fd = -1;
    }
    errno = EEXIST;
    return fd;
}

static takt_rc map_writer(struct cache_writer *w, takt_err *e)
{
    /* Room first: a write to a shared map on a full disk would be a SIGBUS. */
    int err = posix_fallocate(w->fd, 0, (off_t)w->base_bytes);
    if (err) {
        errno = err;
        return err_sys(e, w->path, "no room for %zu bytes of packed weights in the cache",
                       w->base_bytes);
    }
    void *p = mmap(NULL, w->base_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, w->fd, 0);
    if (p == MAP_FAILED)
        return err_sys(e, w->path, "cannot be mapped into memory");
    w->base = p;
    w->p = (uint8_t *)p + CACHE_ALIGNMENT;
    return TAKT_OK;
}

takt_rc cache_create(struct cache_writer *w, const uint8_t key[CACHE_KEY_BYTES], uint64_t bytes,
                     takt_err *e)
{
    char path[PATH_BYTES], folder[PATH_BYTES], temporary[PATH_BYTES + 48];
    *w = (struct cache_writer){.fd = -1, .bytes = bytes};
    memcpy(w->key, key, CACHE_KEY_BYTES);
    if (bytes == 0 || bytes > INT64_MAX - CACHE_ALIGNMENT)
        return err_set(e, TAKT_ERR_USAGE, NULL, "a packed file of no or too many bytes");
    w->base_bytes = (size_t)bytes + CACHE_ALIGNMENT;
    TAKT_TRY(cache_folder(folder, sizeof folder, e));
    TAKT_TRY(file_name(path, sizeof path, key, e));
    TAKT_TRY(make_folder(folder, e));
    remove_stale(folder);
    w->fd = open_temporary(path, temporary, sizeof temporary);
    if (w->fd < 0)
        return err_sys(e, folder, "the cache folder cannot be written to");
    w->path = strdup(path);
    w->temporary = strdup(temporary);
    takt_rc rc =
        w->path && w->temporary ? map_writer(w, e) : err_set(e, TAKT_ERR_MEMORY, path, "no memory");
    if (rc.code) {
        unlink(temporary);
        cache_abort(w);
    }
    return rc;
}

/* Ends the writer; the map is the caller's matter. */
static void let_go(struct cache_writer *w)
{
    if (w->fd >= 0)
        close(w->fd);
    free(w->path);
    free(w->temporary);
    *w = (struct cache_writer){.fd = -1};
}

takt_rc cache_commit(struct cache_writer *w, struct cache_map *out, takt_err *e)
{
    struct header h = {
        .version = CACHE_VERSION,
        .complete = 1,
        .bytes = w->bytes,
    };
    takt_rc rc = TAKT_OK;
    memcpy(h.magic, magic, sizeof magic);
    memcpy(h.key, w->key, CACHE_KEY_BYTES);
    boot_id(h.boot);
    h.check = header_check(&h);
    memcpy(w->base, &h, sizeof h);
    *out = (struct cache_map){w->p, w->bytes, false, w->base, w->base_bytes};
    if (mprotect(w->base, w->base_bytes, PROT_READ) != 0 || rename(w->temporary, w->path) != 0) {
        rc = err_sys(e, w->path, "the finished file cannot be put in place");
        unlink(w->temporary);
    }
    let_go(w);
    return rc;
}

void cache_abort(struct cache_writer *w)
{
    if (!w->base_bytes) /* never created, or spent */
        return;
    if (w->base)
        munmap(w->base, w->base_bytes);
    if (w->temporary)
        unlink(w->temporary);
    let_go(w);
}

takt_rc cache_sync(const uint8_t key[CACHE_KEY_BYTES], takt_err *e)
{
    char path[PATH_BYTES];
    uint32_t one = 1;
    TAKT_TRY(file_name(path, sizeof path, key, e));
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return err_sys(e, path, "cannot be opened");
    /* Data before mark: a mark alone must not reach the disk. */
    takt_rc rc = TAKT_OK;
    if (fdatasync(fd) != 0 ||
        pwrite(fd, &one, sizeof one, offsetof(struct header, synced)) != (ssize_t)sizeof one ||
        fdatasync(fd) != 0)
        rc = err_sys(e, path, "cannot be brought to the disk");
    close(fd);
    return rc;
}

/* ---- small files ------------------------------------------------------------------------------
 */

static takt_rc small_name(char *buf, size_t n, const char *name, takt_err *e)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    TAKT_TRY(cache_folder(buf, n, e));
    size_t at = strlen(buf);
    if (!*name || *name == '.' || name[strspn(name, allowed)] ||
        (size_t)snprintf(buf + at, n - at, "/%s", name) >= n - at)
        return err_set(e, TAKT_ERR_USAGE, NULL, "'%s' is no name for a file of the cache", name);
    return TAKT_OK;
}

bool cache_load_small(const char *name, char **out, size_t *len)
{
    char path[PATH_BYTES];
    struct stat st;
    *out = NULL;
    *len = 0;
    return !small_name(path, sizeof path, name, NULL).code && stat(path, &st) == 0 &&
           is_ours(&st) && !file_read_all(out, len, path, CACHE_SMALL_MAX, NULL).code;
}

takt_rc cache_store_small(const char *name, const void *p, size_t n, takt_err *e)
{
    char path[PATH_BYTES], folder[PATH_BYTES], temporary[PATH_BYTES + 48];
    if (n > CACHE_SMALL_MAX)
        return err_set(e, TAKT_ERR_LIMIT, name, "has %zu bytes; the limit is %d", n,
                       CACHE_SMALL_MAX);
    TAKT_TRY(small_name(path, sizeof path, name, e));
    TAKT_TRY(cache_folder(folder, sizeof folder, e));
    TAKT_TRY(make_folder(folder, e));
    int fd = open_temporary(path, temporary, sizeof temporary);
    if (fd < 0)
        return err_sys(e, folder, "the cache folder cannot be written to");
    takt_rc rc = TAKT_OK;
    for (size_t at = 0; at < n && !rc.code;) {
        ssize_t put = write(fd, (const char *)p + at, n - at);
        if (put < 0 && errno != EINTR)
            rc = err_sys(e, path, "cannot be written");
        at += put > 0 ? (size_t)put : 0;
    }
    if (!rc.code && (fdatasync(fd) != 0 || rename(temporary, path) != 0))
        rc = err_sys(e, path, "the finished file cannot be put in place");
    if (rc.code)
        unlink(temporary);
    close(fd);
    return rc;
}
