#include "server/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* ---- reading --------------------------------------------------------------------------------- */

/* PATH without symbolic links, so that a change does not replace one; as it is when there is no
 * such file. */
static takt_rc resolve(struct key_file *f, const char *path, takt_err *e)
{
    f->path = realpath(path, NULL);
    f->is_new = !f->path && errno == ENOENT;
    if (!f->path && !f->is_new)
        return err_sys(e, path, "cannot be found");
    if (f->is_new)
        f->path = strdup(path);
    return f->path ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, path, "no memory");
}

/* Waits until nobody else changes files of this folder. */
static takt_rc lock(struct key_file *f, takt_err *e)
{
    char *copy = strdup(f->path);
    if (!copy)
        return err_set(e, TAKT_ERR_MEMORY, f->path, "no memory");
    f->lock_fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(copy);
    if (f->lock_fd < 0)
        return err_sys(e, f->path, "its folder cannot be opened");
    while (flock(f->lock_fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return err_sys(e, f->path, "its folder cannot be locked");
    return TAKT_OK;
}

static takt_rc read_file(struct key_file *f, takt_err *e)
{
    struct stat st;
    takt_rc rc = auth_open(&f->auth, NULL, e);
    if (rc.code)
        return rc;
    f->is_new = f->is_new && !file_exists(f->path); /* somebody may have been before us */
    if (!f->is_new && stat(f->path, &st) == 0 && !S_ISREG(st.st_mode))
        return err_set(e, TAKT_ERR_USAGE, f->path, "is not a regular file; keys stand in one");
    if (f->is_new)
        f->text = calloc(1, 1);
    else
        TAKT_TRY(file_read_all(&f->text, &f->n, f->path, AUTH_FILE_MAX, e));
    if (!f->text)
        return err_set(e, TAKT_ERR_MEMORY, f->path, "no memory");
    return auth_keep(f->auth, (struct slice){(uint8_t *)f->text, f->n}, f->path, e);
}

takt_rc key_file_open(struct key_file *f, const char *path, takt_err *e)
{
    *f = (struct key_file){.lock_fd = -1};
    takt_rc rc = resolve(f, path, e);
    if (!rc.code)
        rc = lock(f, e);
    if (!rc.code)
        rc = read_file(f, e);
    if (rc.code)
        key_file_close(f);
    return rc;
}

void key_file_close(struct key_file *f)
{
    if (f->text)
        OPENSSL_cleanse(f->text, f->n);
    free(f->text);
    auth_free(f->auth);
    if (f->path && f->lock_fd >= 0)
        close(f->lock_fd);
    free(f->path);
    *f = (struct key_file){.lock_fd = -1};
}

const struct auth_who *key_file_find(const struct key_file *f, const char *name, uint32_t *line)
{
    for (uint32_t i = 0; i < auth_n_keys(f->auth); i++) {
        const struct auth_who *who = auth_at(f->auth, i, line);
        if (strcmp(who->name, name) == 0)
            return who;
    }
    return NULL;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Where line LINE begins, and where the one behind it does. */
static void bounds(const struct key_file *f, uint32_t line, size_t *from, size_t *to)
{
    *from = *to = line ? 0 : f->n;
    for (uint32_t i = 0; i < line; i++) {
        const char *end = memchr(f->text + *to, '\n', f->n - *to);
        *from = *to;
        *to = end ? (size_t)(end - f->text) + 1 : f->n;
    }
}

/* The file with its change, malloc'ed. */
static takt_rc changed(const struct key_file *f, uint32_t line, const char *text, char **out,
                       size_t *n, takt_err *e)
{
    size_t from, to, room = f->n + (text ? strlen(text) : 0) + 3;
    bounds(f, line, &from, &to);
    char *p = *out = malloc(room);
    if (!p)
        return err_set(e, TAKT_ERR_MEMORY, f->path, "no memory");
    memcpy(p, f->text, from);
    bool is_open = from && f->text[from - 1] != '\n';
    int added = text ? snprintf(p + from, room - from, "%s%s\n", is_open ? "\n" : "", text) : 0;
    memcpy(p + from + added, f->text + to, f->n - to);
    *n = from + (size_t)added + f->n - to;
    return TAKT_OK;
}

static takt_rc check(const struct key_file *f, const char *text, size_t n, takt_err *e)
{
    struct auth *a;
    takt_rc rc = auth_parse(&a, (struct slice){(const uint8_t *)text, n}, f->path, e);
    auth_free(a);
    return rc;
}

static bool write_whole(int fd, const char *text, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t k = write(fd, text + done, n - done);
        if (k < 0 && errno != EINTR)
            return false;
        done += k > 0 ? (size_t)k : 0;
    }
    return fsync(fd) == 0;
}

/* Puts a file that says TEXT at NAME, which is beside F's, into its place. */
static takt_rc replace(const struct key_file *f, char *name, const char *text, size_t n,
                       takt_err *e)
{
    struct stat st;
    int fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0)
        return err_sys(e, f->path, "its folder cannot be written to");
    bool ok = write_whole(fd, text, n);
    if (ok && !f->is_new && stat(f->path, &st) == 0) {
        if (fchown(fd, st.st_uid, st.st_gid) != 0)
            errno = 0; /* not ours to give away: then it is ours */
        ok = fchmod(fd, st.st_mode & 07777) == 0;
    }
    ok = close(fd) == 0 && ok;
    ok = ok && rename(name, f->path) == 0;
    if (!ok) {
        takt_rc rc = err_sys(e, f->path, "cannot be written");
        unlink(name);
        return rc;
    }
    fsync(f->lock_fd); /* the folder */
    return TAKT_OK;
}

takt_rc key_file_put(const struct key_file *f, uint32_t line, const char *text, takt_err *e)
{
    static const char ending[] = ".XXXXXX";
    char *fresh = NULL;
    size_t n = 0, len = strlen(f->path);
    takt_rc rc = changed(f, line, text, &fresh, &n, e);
    char *name = malloc(len + sizeof ending);
    if (!rc.code && !name)
        rc = err_set(e, TAKT_ERR_MEMORY, f->path, "no memory");
    if (!rc.code)
        rc = check(f, fresh, n, e);
    if (!rc.code) {
        memcpy(name, f->path, len);
        memcpy(name + len, ending, sizeof ending);
        rc = replace(f, name, fresh, n, e);
    }
    if (fresh)
        OPENSSL_cleanse(fresh, n);
    free(fresh);
    free(name);
    return rc;
}
