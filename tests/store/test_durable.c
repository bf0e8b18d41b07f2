/* What a SQLite store does when things go wrong: killed processes, full disks, damaged files. */
#include "rig.h"

#include <fcntl.h>
#include <sys/resource.h>

static const char *place(char buf[RIG_PATH * 2], const char *name)
{
    snprintf(buf, RIG_PATH * 2, "%s/%s", rig_dir(), name);
    return buf;
}

static bool count_use(struct store *s, takt_err *e)
{
    const struct store_use u = {"alice", 1, 1, 1, 1, 1};
    return !store_use_add(s, &u, 1, e).code;
}

static int64_t counted(struct store *s)
{
    struct arena a = {0};
    struct store_use *u;
    uint32_t n = 0;
    takt_err e;
    int64_t sum = -1;
    if (T_RC(store_uses(s, "alice", 1, 1, &a, &u, &n, &e), &e))
        sum = n ? (int64_t)u->n_requests : 0;
    arena_free(&a);
    return sum;
}

T_TEST(killed)
{
    char where[RIG_PATH * 2];
    takt_err e;
    int64_t acknowledged = 0;
    place(where, "killed.db");
    for (int round = 0; round < 5; round++) {
        int pipe_of[2], n = 0;
        char byte;
        if (!T_OK(pipe(pipe_of) == 0))
            return;
        pid_t pid = fork();
        if (pid == 0) { /* writes a byte for each use that was kept */
            struct store *s;
            if (store_open(&s, where, &e).code)
                _exit(1);
            while (count_use(s, &e) && write(pipe_of[1], "x", 1) == 1)
                ;
            _exit(1);
        }
        close(pipe_of[1]);
        while (n < 20 && read(pipe_of[0], &byte, 1) == 1)
            n++;
        kill(pid, SIGKILL);
        while (read(pipe_of[0], &byte, 1) == 1)
            n++;
        waitpid(pid, NULL, 0);
        close(pipe_of[0]);
        T_OK(n >= 20);
        struct store *s = rig_open(where);
        if (!s)
            return;
        int64_t now = counted(s);
        acknowledged += n;
        T_OK(now == acknowledged || now == acknowledged + 1); /* one may not have been told */
        acknowledged = now;
        store_close(s);
    }
}

/* A limit to the size of files stands for a full disk: it needs no other rights. */
T_TEST(full)
{
    char where[RIG_PATH * 2];
    struct rlimit old, small;
    takt_err e = {0};
    struct store *s = rig_open(place(where, "full.db"));
    if (!s)
        return;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    small = (struct rlimit){1 << 20, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const struct store_file f = {.id = "f", .owner = "a", .name = "n", .purpose = "batch"};
    uint8_t *large = calloc(4, 1 << 20);
    if (T_OK(large)) {
        T_FAILS(store_file_add(s, &f, (struct slice){large, 4 << 20}, NULL, &e), &e, TAKT_ERR_IO,
                "no room");
        T_OK(store_is_full(&e));
    }
    T_EQ_INT(counted(s), 0); /* reading goes on */
    setrlimit(RLIMIT_FSIZE, &old);
    T_OK(count_use(s, &e)); /* and so does writing when there is room again */
    if (large)
        T_RC(store_file_add(s, &f, (struct slice){large, 4 << 20}, NULL, &e), &e);
    free(large);
    store_close(s);
    s = rig_open(where);
    if (s)
        T_EQ_INT(counted(s), 1);
    store_close(s);
}

static bool overwrite(const char *path, off_t at, const char *with)
{
    int fd = open(path, O_RDWR);
    bool ok = fd >= 0 && pwrite(fd, with, strlen(with), at) == (ssize_t)strlen(with);
    if (fd >= 0)
        close(fd);
    return T_OK(ok);
}

T_TEST(damaged)
{
    char where[RIG_PATH * 2];
    struct store *s = rig_open(place(where, "damaged.db"));
    takt_err e;
    if (!s)
        return;
    T_OK(count_use(s, &e));
    store_close(s);
    overwrite(where, 8192, "this is not what stood here, in a page of the database's own tables");
    T_FAILS(store_open(&s, where, &e), &e, TAKT_ERR_FORMAT, "restore it from a backup");
    overwrite(where, 0, "not SQLite at all");
    T_FAILS(store_open(&s, where, &e), &e, TAKT_ERR_FORMAT, "no SQLite database");
    T_OK(truncate(where, 100) == 0);
    T_FAILS(store_open(&s, where, &e), &e, TAKT_ERR_FORMAT, "SQLite database");
}

T_TEST(not_ours)
{
    char where[RIG_PATH * 2], command[RIG_PATH * 3];
    struct store *s;
    takt_err e;
    T_FAILS(store_open(&s, rig_dir(), &e), &e, TAKT_ERR_IO, "directory");
    T_FAILS(store_open(&s, "/dev/null", &e), &e, TAKT_ERR_USAGE, "regular file");
    T_FAILS(store_open(&s, "/proc/takt/x.db", &e), &e, TAKT_ERR_IO, "/proc/takt");
    T_FAILS(store_open(&s, "", &e), &e, TAKT_ERR_USAGE, "empty");
    if (system("sqlite3 --version >/dev/null 2>&1") != 0)
        T_SKIP("the sqlite3 program is not installed");
    place(where, "other.db");
    snprintf(command, sizeof command, "sqlite3 '%s' 'CREATE TABLE t (x)'", where);
    T_OK(system(command) == 0);
    T_FAILS(store_open(&s, where, &e), &e, TAKT_ERR_FORMAT, "another program");
}

T_TEST(newer)
{
    char where[RIG_PATH * 2], command[RIG_PATH * 3];
    struct store *s;
    takt_err e;
    if (system("sqlite3 --version >/dev/null 2>&1") != 0)
        T_SKIP("the sqlite3 program is not installed");
    s = rig_open(place(where, "newer.db"));
    store_close(s);
    snprintf(command, sizeof command,
             "sqlite3 '%s' \"UPDATE takt_meta SET value = 99 WHERE name = 'version'\"", where);
    T_OK(system(command) == 0);
    T_FAILS(store_open(&s, where, &e), &e, TAKT_ERR_UNSUPPORTED, "newer takt");
}

T_TEST(modes)
{
    char where[RIG_PATH * 2], folder[RIG_PATH * 2];
    struct stat st;
    struct store *s = rig_open(place(where, "deep/folder/x.db"));
    T_OK(stat(where, &st) == 0 && (st.st_mode & 0777) == 0600);
    T_OK(stat(place(folder, "deep/folder"), &st) == 0 && (st.st_mode & 0777) == 0700);
    store_close(s);
    s = rig_open("memory");
    if (s) {
        takt_err e;
        T_OK(count_use(s, &e) && store_leads(s));
        T_EQ_STR(store_place(s), "memory");
    }
    store_close(s);
}

T_TEST(default_place)
{
    char buf[256];
    setenv("XDG_STATE_HOME", "/state", 1);
    T_OK(store_default_place(buf, sizeof buf));
    T_EQ_STR(buf, "/state/takt/serve.db");
    T_OK(!store_default_place(buf, 10));
    setenv("XDG_STATE_HOME", "relative", 1);
    setenv("HOME", "/somewhere", 1);
    T_OK(store_default_place(buf, sizeof buf));
    T_EQ_STR(buf, "/somewhere/.local/state/takt/serve.db");
    unsetenv("HOME");
    T_OK(!store_default_place(buf, sizeof buf));
}

T_MAIN("store/durable")
