#include "base/file.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"

static char path[64];

static bool make(const char *text)
{
    snprintf(path, sizeof path, P_tmpdir "/takt-test-XXXXXX");
    int fd = mkstemp(path);
    size_t n = strlen(text);
    bool ok = fd >= 0 && write(fd, text, n) == (ssize_t)n;
    if (fd >= 0)
        close(fd);
    return ok;
}

T_TEST(maps_a_file)
{
    takt_err e;
    struct file_map m;
    if (!T_OK(make("hello")) || !T_RC(file_map_open(&m, path, &e), &e))
        return;
    T_OK(slice_eq(m.bytes, "hello"));
    T_OK(m.size == 5 && m.mtime_ns > 0 && m.inode > 0);
    file_unmap(&m);
    T_OK(!m.bytes.p);
    file_unmap(&m);
    unlink(path);
}

T_TEST(maps_an_empty_file)
{
    takt_err e;
    struct file_map m;
    if (!T_OK(make("")) || !T_RC(file_map_open(&m, path, &e), &e))
        return;
    T_EQ_INT(m.bytes.len, 0);
    file_unmap(&m);
    unlink(path);
}

T_TEST(refuses_what_is_no_file)
{
    takt_err e;
    struct file_map m;
    char *text;
    size_t n;
    T_FAILS(file_map_open(&m, "no/such/file", &e), &e, TAKT_ERR_IO, "no/such/file: there is no");
    T_EQ_INT(e.sys, ENOENT);
    T_FAILS(file_map_open(&m, ".", &e), &e, TAKT_ERR_USAGE, "directory");
    T_FAILS(file_map_open(&m, "/dev/null", &e), &e, TAKT_ERR_USAGE, "not a regular file");
    T_FAILS(file_read_all(&text, &n, "no/such/file", 100, &e), &e, TAKT_ERR_IO, "there is no");
    T_FAILS(file_read_all(&text, &n, ".", 100, &e), &e, TAKT_ERR_USAGE, "directory");
    T_OK(!text);
    if (T_OK(make(""))) {
        unlink(path);
        T_OK(mkfifo(path, 0600) == 0); /* must not block */
        T_FAILS(file_map_open(&m, path, &e), &e, TAKT_ERR_USAGE, "not a regular file");
        unlink(path);
    }
    T_OK(file_is_dir(".") && !file_is_dir("no/such") && file_exists(".") &&
         !file_exists("no/such"));
}

T_TEST(reads_whole_files)
{
    takt_err e;
    char *text;
    size_t n;
    if (!T_OK(make("hello")))
        return;
    T_RC(file_read_all(&text, &n, path, 5, &e), &e);
    T_EQ_INT(n, 5);
    T_EQ_STR(text, "hello");
    free(text);
    T_FAILS(file_read_all(&text, &n, path, 4, &e), &e, TAKT_ERR_LIMIT, "larger than 4 bytes");
    T_OK(!text);
    T_RC(file_read_all(&text, &n, "/dev/null", 0, &e), &e);
    T_OK(n == 0 && text && !*text);
    free(text);
    unlink(path);
    FILE *big = fopen(path, "w");
    for (int i = 0; i < 50000; i++)
        fprintf(big, "%c", 'a' + i % 26);
    fclose(big);
    T_RC(file_read_all(&text, &n, path, 1 << 20, &e), &e);
    T_EQ_INT(n, 50000);
    T_OK(text[49999] == 'a' + 49999 % 26 && !text[50000]);
    free(text);
    unlink(path);
}

T_TEST(errors_carry_their_place)
{
    takt_err e;
    char text[600], tiny[8];
    takt_rc rc = err_set(&e, TAKT_ERR_FORMAT, "a.gguf", "has %d dimensions", 5);
    T_EQ_INT(rc.code, TAKT_ERR_FORMAT);
    T_EQ_STR(takt_err_format(&e, text, sizeof text), "a.gguf: has 5 dimensions");
    err_where(&e, "models");
    T_EQ_STR(e.where, "models: a.gguf");
    T_EQ_STR(takt_err_format(&e, tiny, sizeof tiny), "models:");
    err_set(&e, TAKT_ERR_LIMIT, NULL, "too much");
    T_EQ_STR(takt_err_format(&e, text, sizeof text), "too much");
    err_where(&e, "here");
    T_EQ_STR(e.where, "here");
    char longer[400];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    err_set(&e, TAKT_ERR_IO, longer, "%s", longer);
    T_EQ_INT(strlen(e.where), sizeof e.where - 1);
    T_EQ_INT(strlen(e.what), sizeof e.what - 1);
    err_where(&e, longer);
    T_EQ_INT(strlen(e.where), sizeof e.where - 1);
    errno = EACCES;
    err_sys(&e, "f", "cannot be read");
    T_EQ_INT(e.sys, EACCES);
    T_OK(strstr(e.what, "cannot be read: Permission denied"));
    T_EQ_INT(err_set(NULL, TAKT_ERR_IO, "x", "y").code, TAKT_ERR_IO);
    err_where(NULL, "x");
}

T_MAIN("base/file")
