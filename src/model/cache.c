#include "model/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/slice.h"
#include "model/cache_file.h"

enum { TEMPORARY_NAME_TRIES = 100, CACHE_VERSION = 2 };

static const char magic[8] = {'T', 'A', 'K', 'T', 'P', 'A', 'C', 'K'};

/* ---- names -------------------------------------------------------------------------------------
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

takt_rc cache_make_folder(char *path, takt_err *e)
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

takt_rc cache_path(char *buf, size_t n, const char *hex, const char *ending, takt_err *e)
{
    TAKT_TRY(cache_folder(buf, n, e));
    size_t at = strlen(buf);
    if ((size_t)snprintf(buf + at, n - at, "/%s%s", hex, ending) >= n - at)
        return err_set(e, TAKT_ERR_USAGE, NULL, "the path of the cache folder is too long");
    return TAKT_OK;
}

bool cache_is_ours(const struct stat *st)
{
    return S_ISREG(st->st_mode) && (st->st_uid == geteuid() || st->st_uid == 0);
}

/* Between creation and lock somebody may take the file for stale and remove it: then its link count
 * is 0 and the next name is tried. */
int cache_temporary(const char *path, char *temporary, size_t n)
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

/* ---- heads -------------------------------------------------------------------------------------
 */

void cache_header_init(struct cache_header *h, const uint8_t key[CACHE_KEY_BYTES], const char *name,
                       uint64_t bytes)
{
    memset(h, 0, sizeof *h);
    memcpy(h->magic, magic, sizeof magic);
    h->version = CACHE_VERSION;
    h->complete = 1;
    h->bytes = bytes;
    memcpy(h->key, key, CACHE_KEY_BYTES);
    snprintf(h->name, sizeof h->name, "%s", name);
}

static uint64_t header_check(const struct cache_header *h)
{
    return hash_fnv1a(h, offsetof(struct cache_header, check), CACHE_VERSION);
}

void cache_header_seal(struct cache_header *h)
{
    h->check = header_check(h);
}

bool cache_header_sound(const struct cache_header *h)
{
    return memcmp(h->magic, magic, sizeof magic) == 0 && h->version == CACHE_VERSION &&
           h->complete == 1 && h->check == header_check(h) && memchr(h->name, 0, sizeof h->name);
}

/* ---- stamps ------------------------------------------------------------------------------------
 */

static int64_t ns_of(const struct timespec *t)
{
    return t->tv_sec * INT64_C(1000000000) + t->tv_nsec;
}

/* The stamp that FD would have now. False when the system does not tell. */
static bool stamp_of(struct cache_stamp *s, int fd)
{
    struct stat st;
    memset(s, 0, sizeof *s);
    int boot = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (boot < 0)
        return false;
    ssize_t n = read(boot, s->boot, CACHE_BOOT_BYTES - 1);
    close(boot);
    if (n <= 0 || fstat(fd, &st) != 0)
        return false;
    s->inode = st.st_ino;
    s->device = st.st_dev;
    s->bytes = (uint64_t)st.st_size;
    s->mtime_ns = ns_of(&st.st_mtim);
    s->ctime_ns = ns_of(&st.st_ctim);
    s->check = hash_fnv1a(s, offsetof(struct cache_stamp, check), CACHE_VERSION);
    return true;
}

void cache_stamp_put(int fd, const char *hex)
{
    char path[CACHE_PATH_BYTES];
    struct cache_stamp s;
    if (!stamp_of(&s, fd) || cache_path(path, sizeof path, hex, ".used", NULL).code)
        return;
    int to = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (to < 0)
        return;
    ssize_t n = pwrite(to, &s, sizeof s, 0);
    (void)n; /* half a stamp fits nothing */
    close(to);
}

bool cache_stamp_fits(int fd, const char *hex)
{
    char path[CACHE_PATH_BYTES];
    struct cache_stamp now, then;
    struct stat st;
    if (!stamp_of(&now, fd) || cache_path(path, sizeof path, hex, ".used", NULL).code)
        return false;
    int from = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (from < 0)
        return false;
    bool fits = fstat(from, &st) == 0 && cache_is_ours(&st) &&
                pread(from, &then, sizeof then, 0) == (ssize_t)sizeof then &&
                memcmp(&now, &then, sizeof now) == 0;
    close(from);
    return fits;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

bool cache_map_fd(struct cache_map *out, int fd, uint64_t bytes, const uint8_t key[CACHE_KEY_BYTES])
{
    size_t n = (size_t)bytes + CACHE_WINDOW, room = n + CACHE_WINDOW;
    *out = (struct cache_map){.fd = -1};
    uint8_t *p = mmap(NULL, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return false;
    size_t before = (CACHE_WINDOW - (uintptr_t)p % CACHE_WINDOW) % CACHE_WINDOW;
    uint8_t *base = mmap(p + before, n, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
    if (base == MAP_FAILED) {
        munmap(p, room);
        return false;
    }
    size_t mapped = (n + 4095) / 4096 * 4096;
    if (before)
        munmap(p, before);
    if (before + mapped < room)
        munmap(base + mapped, room - before - mapped);
    madvise(base, n, MADV_HUGEPAGE); /* read from the disk in huge pages where that is possible */
    *out = (struct cache_map){
        .p = base + CACHE_WINDOW, .bytes = bytes, .base = base, .base_bytes = n, .fd = fd};
    memcpy(out->key, key, CACHE_KEY_BYTES);
    return true;
}

/* The head of a file of the right size for KEY, with sound checksums? */
static bool head_fits(int fd, const struct stat *st, const uint8_t key[CACHE_KEY_BYTES],
                      uint64_t bytes)
{
    struct cache_header h;
    uint64_t n = cache_windows(bytes) * sizeof(uint64_t);
    if ((uint64_t)st->st_size != bytes + CACHE_WINDOW ||
        pread(fd, &h, sizeof h, 0) != (ssize_t)sizeof h || !cache_header_sound(&h) ||
        h.bytes != bytes || memcmp(h.key, key, CACHE_KEY_BYTES) != 0)
        return false;
    uint64_t *sums = malloc((size_t)n);
    bool fits = sums && pread(fd, sums, (size_t)n, CACHE_SUMS_AT) == (ssize_t)n &&
                hash_bulk(sums, (size_t)n) == h.sums_check;
    free(sums);
    return fits;
}

bool cache_open(struct cache_map *out, const uint8_t key[CACHE_KEY_BYTES], uint64_t bytes)
{
    char path[CACHE_PATH_BYTES], hex[2 * CACHE_KEY_BYTES + 1];
    struct stat st;
    *out = (struct cache_map){.fd = -1};
    hash_hex(hex, key, CACHE_KEY_BYTES);
    if (cache_windows(bytes) > CACHE_WINDOWS_MAX ||
        cache_path(path, sizeof path, hex, ".pack", NULL).code)
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool ours = fstat(fd, &st) == 0 && cache_is_ours(&st);
    bool good = ours && head_fits(fd, &st, key, bytes);
    if (ours && !good)
        unlink(path);
    /* The lock only keeps others from removing it: without one the map is as good. */
    if (!good || (flock(fd, LOCK_SH | LOCK_NB), !cache_map_fd(out, fd, bytes, key))) {
        close(fd);
        return false;
    }
    out->is_checked = cache_stamp_fits(fd, hex);
    if (out->is_checked)
        cache_stamp_put(fd, hex);
    return true;
}

bool cache_check(const struct cache_map *m, uint64_t i)
{
    uint64_t at = i * CACHE_WINDOW, n = m->bytes - at < CACHE_WINDOW ? m->bytes - at : CACHE_WINDOW;
    uint64_t want;
    memcpy(&want, (const uint8_t *)m->base + CACHE_SUMS_AT + i * sizeof want, sizeof want);
    return hash_bulk(m->p + at, (size_t)n) == want;
}

void cache_checked(struct cache_map *m)
{
    char hex[2 * CACHE_KEY_BYTES + 1];
    hash_hex(hex, m->key, CACHE_KEY_BYTES);
    cache_stamp_put(m->fd, hex);
    m->is_checked = true;
}

void cache_reject(struct cache_map *m)
{
    char path[CACHE_PATH_BYTES], hex[2 * CACHE_KEY_BYTES + 1];
    hash_hex(hex, m->key, CACHE_KEY_BYTES);
    if (!cache_path(path, sizeof path, hex, ".pack", NULL).code)
        unlink(path);
    cache_close(m);
}

void cache_close(struct cache_map *m)
{
    if (m->base) {
        munmap(m->base, m->base_bytes);
        close(m->fd);
    }
    *m = (struct cache_map){.fd = -1};
}

/* ---- small files -------------------------------------------------------------------------------
 */

static takt_rc small_name(char *buf, size_t n, const char *name, takt_err *e)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    if (!*name || *name == '.' || name[strspn(name, allowed)] ||
        cache_path(buf, n, name, "", NULL).code)
        return err_set(e, TAKT_ERR_USAGE, NULL, "'%s' is no name for a file of the cache", name);
    return TAKT_OK;
}

bool cache_load_small(const char *name, char **out, size_t *len)
{
    char path[CACHE_PATH_BYTES];
    struct stat st;
    *out = NULL;
    *len = 0;
    return !small_name(path, sizeof path, name, NULL).code && stat(path, &st) == 0 &&
           cache_is_ours(&st) && !file_read_all(out, len, path, CACHE_SMALL_MAX, NULL).code;
}

takt_rc cache_store_small(const char *name, const void *p, size_t n, takt_err *e)
{
    char path[CACHE_PATH_BYTES], folder[CACHE_PATH_BYTES], temporary[CACHE_PATH_BYTES + 48];
    if (n > CACHE_SMALL_MAX)
        return err_set(e, TAKT_ERR_LIMIT, name, "has %zu bytes; the limit is %d", n,
                       CACHE_SMALL_MAX);
    TAKT_TRY(small_name(path, sizeof path, name, e));
    TAKT_TRY(cache_folder(folder, sizeof folder, e));
    TAKT_TRY(cache_make_folder(folder, e));
    int fd = cache_temporary(path, temporary, sizeof temporary);
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
