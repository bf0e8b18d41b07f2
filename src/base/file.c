#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static takt_rc open_for_reading(int *fd, const char *path, takt_err *e)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    if (*fd >= 0)
        return TAKT_OK;
    if (errno == ENOENT) {
        takt_rc rc = err_set(e, TAKT_ERR_IO, path, "there is no such file");
        if (e)
            e->sys = ENOENT;
        return rc;
    }
    return err_sys(e, path, "cannot be opened for reading");
}

takt_rc file_map_open(struct file_map *out, const char *path, takt_err *e)
{
    int fd;
    struct stat st;
    *out = (struct file_map){0};
    /* Before opening: a pipe without a writer would block in open(). */
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return err_set(e, TAKT_ERR_USAGE, path, "is a directory; a file is expected");
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return err_set(e, TAKT_ERR_USAGE, path, "is not a regular file; only those can be mapped");
    TAKT_TRY(open_for_reading(&fd, path, e));
    takt_rc rc = TAKT_OK;
    void *p = NULL;
    if (fstat(fd, &st) != 0) {
        rc = err_sys(e, path, "cannot be examined");
    } else if (!S_ISREG(st.st_mode)) {
        rc = err_set(e, TAKT_ERR_USAGE, path, "is not a regular file; only those can be mapped");
    } else if (st.st_size > 0) {
        p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
        if (p == MAP_FAILED)
            rc = err_sys(e, path, "cannot be mapped into memory");
    }
    close(fd);
    if (rc.code)
        return rc;
    *out =
        (struct file_map){.bytes = {p, (size_t)st.st_size},
                          .size = (uint64_t)st.st_size,
                          .mtime_ns = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec,
                          .inode = st.st_ino,
                          .device = st.st_dev};
    return TAKT_OK;
}

void file_unmap(struct file_map *m)
{
    if (m->bytes.p)
        munmap((void *)(uintptr_t)m->bytes.p, m->bytes.len);
    *m = (struct file_map){0};
}

void file_let_go(const struct file_map *m)
{
    if (m->bytes.p)
        madvise((void *)(uintptr_t)m->bytes.p, m->bytes.len, MADV_DONTNEED);
}

int file_drop_open(const struct file_map *m, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && (fstat(fd, &st) != 0 || st.st_ino != m->inode || st.st_dev != m->device)) {
        close(fd); /* another file by now */
        fd = -1;
    }
    return fd;
}

void file_drop(int fd, uint64_t from, uint64_t to)
{
    if (fd >= 0 && from < to)
        posix_fadvise(fd, (off_t)from, (off_t)(to - from), POSIX_FADV_DONTNEED);
}

void file_drop_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

/* Reads FD to its end into *out; the buffer stays the caller's to free, also after a failure. */
static takt_rc read_to_end(int fd, char **out, size_t *len, const char *path, size_t limit,
                           takt_err *e)
{
    size_t cap = 0;
    for (;;) {
        if (cap - *len < 2) {
            cap = cap ? cap * 2 : 16384;
            char *p = realloc(*out, cap);
            if (!p)
                return err_set(e, TAKT_ERR_MEMORY, path, "no memory for %zu bytes", cap);
            *out = p;
        }
        ssize_t n = read(fd, *out + *len, cap - *len - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_sys(e, path, "cannot be read");
        (*out)[*len + (size_t)n] = 0;
        if (n == 0)
            return TAKT_OK;
        *len += (size_t)n;
        if (*len > limit)
            return err_set(e, TAKT_ERR_LIMIT, path, "is larger than %zu bytes", limit);
    }
}

takt_rc file_read_all(char **out, size_t *len, const char *path, size_t limit, takt_err *e)
{
    int fd = STDIN_FILENO;
    bool is_stdin = strcmp(path, "-") == 0;
    *out = NULL;
    *len = 0;
    if (!is_stdin) {
        if (file_is_dir(path))
            return err_set(e, TAKT_ERR_USAGE, path, "is a directory; a file is expected");
        TAKT_TRY(open_for_reading(&fd, path, e));
    }
    takt_rc rc = read_to_end(fd, out, len, is_stdin ? "standard input" : path, limit, e);
    if (!is_stdin)
        close(fd);
    if (rc.code) {
        free(*out);
        *out = NULL;
        *len = 0;
    }
    return rc;
}

bool file_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}
