/* The cache of packed weights: round trip, damage, dead writers, concurrent writers, refusals. */
#include "t.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/hash.h"
#include "model/cache.h"

static char root[] = P_tmpdir "/takt-test-cache-XXXXXX";
static const uint8_t key[CACHE_KEY_BYTES] = {1, 2, 3, 0xfe};
enum { BYTES = 100000 };

/* A fresh folder two levels below ROOT, which does not exist yet. */
static void fresh(void)
{
    static unsigned n;
    char path[256];
    if (strcmp(root + sizeof root - 7, "XXXXXX") == 0)
        T_OK(mkdtemp(root));
    snprintf(path, sizeof path, "%s/%u/cache", root, n++);
    setenv("TAKT_CACHE", path, 1);
}

static const char *pack_path(void)
{
    static char path[512];
    char hex[2 * CACHE_KEY_BYTES + 1];
    hash_hex(hex, key, CACHE_KEY_BYTES);
    snprintf(path, sizeof path, "%s/%s.pack", getenv("TAKT_CACHE"), hex);
    return path;
}

static unsigned count_files(const char *ending)
{
    unsigned n = 0;
    DIR *d = opendir(getenv("TAKT_CACHE"));
    for (struct dirent *f; d && (f = readdir(d));) {
        size_t len = strlen(f->d_name), tail = strlen(ending);
        n += len >= tail && strcmp(f->d_name + len - tail, ending) == 0;
    }
    if (d)
        closedir(d);
    return n;
}

static void fill(uint8_t *p, unsigned seed)
{
    for (size_t i = 0; i < BYTES; i++)
        p[i] = (uint8_t)(seed + i * 7);
}

static bool holds(const struct cache_map *m, unsigned seed)
{
    for (size_t i = 0; i < BYTES; i++)
        if (m->p[i] != (uint8_t)(seed + i * 7))
            return false;
    return m->bytes == BYTES;
}

static void store(unsigned seed)
{
    struct cache_writer w;
    struct cache_map m;
    takt_err e;
    if (!T_RC(cache_create(&w, key, BYTES, &e), &e))
        return;
    fill(w.p, seed);
    T_RC(cache_commit(&w, &m, &e), &e);
    T_OK(holds(&m, seed));
    cache_abort(&w); /* spent: does nothing */
    cache_close(&m);
}

T_TEST(round_trip)
{
    struct cache_map m;
    takt_err e;
    fresh();
    T_OK(!cache_open(&m, key, BYTES));
    store(5);
    if (T_OK(cache_open(&m, key, BYTES))) {
        T_OK(holds(&m, 5));
        T_EQ_INT((uintptr_t)m.p % CACHE_ALIGNMENT, 0);
    }
    T_RC(cache_sync(key, &e), &e);
    store(6); /* replaces the file; the old map stays whole */
    T_OK(holds(&m, 5));
    cache_close(&m);
    T_OK(cache_open(&m, key, BYTES) && holds(&m, 6));
    cache_close(&m);
    T_OK(m.p == NULL);
    T_EQ_INT(count_files(".tmp"), 0);
}

T_TEST(abort_leaves_nothing)
{
    struct cache_writer w, none = {0};
    struct cache_map m;
    takt_err e;
    fresh();
    T_RC(cache_create(&w, key, BYTES, &e), &e);
    T_EQ_INT(count_files(".tmp"), 1);
    T_OK(!cache_open(&m, key, BYTES)); /* unfinished: not to be seen */
    cache_abort(&w);
    cache_abort(&w);
    cache_abort(&none);
    T_EQ_INT(count_files(".tmp"), 0);
    T_OK(!cache_open(&m, key, BYTES));
}

/* Writes one byte into the stored file, or cuts it, and expects that it is neither used nor kept.
 */
static void expect_refused(long at, int value, long cut)
{
    struct cache_map m;
    store(9);
    int fd = open(pack_path(), O_RDWR);
    uint8_t byte = (uint8_t)value;
    if (cut >= 0)
        T_EQ_INT(ftruncate(fd, cut), 0);
    else
        T_EQ_INT(pwrite(fd, &byte, 1, at), 1);
    close(fd);
    if (!T_OK(!cache_open(&m, key, BYTES)))
        printf("# byte %ld, cut %ld\n", at, cut);
    T_EQ_INT(access(pack_path(), F_OK), -1);
}

T_TEST(damaged_files_are_removed)
{
    struct cache_map m;
    fresh();
    for (long at = 0; at < 96; at++) /* all of magic, version, flag, size, key and boot */
        expect_refused(at, 0xa5, -1);
    static const long cuts[] = {0, 1, 40, 4095, 4096, BYTES, BYTES + 4095};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++)
        expect_refused(0, 0, cuts[i]);
    store(9);
    T_OK(!cache_open(&m, key, BYTES - 1)); /* not the size that the caller needs */
    T_EQ_INT(access(pack_path(), F_OK), -1);
}

/* A file that was not synced counts only until the machine starts again. */
T_TEST(unsynced_files_end_with_the_boot)
{
    static const char other[] = "00000000-0000-0000-0000-000000000000";
    enum { BOOT_AT = 56 };
    struct cache_map m;
    takt_err e;
    for (int synced = 0; synced < 2; synced++) {
        fresh();
        store(3);
        if (synced)
            T_RC(cache_sync(key, &e), &e);
        uint8_t head[112];
        int fd = open(pack_path(), O_RDWR);
        T_EQ_INT(pread(fd, head, sizeof head, 0), sizeof head);
        memcpy(head + BOOT_AT, other, sizeof other - 1);
        uint64_t check = hash_fnv1a(head, 96, 1);
        memcpy(head + 104, &check, sizeof check);
        T_EQ_INT(pwrite(fd, head, sizeof head, 0), sizeof head);
        close(fd);
        T_EQ_INT(cache_open(&m, key, BYTES), synced);
        cache_close(&m);
    }
}

T_TEST(dead_writers_leave_no_trace)
{
    struct cache_writer w;
    takt_err e;
    fresh();
    int ready[2];
    T_EQ_INT(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        if (cache_create(&w, key, BYTES, NULL).code)
            _exit(1);
        if (write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    char c;
    T_EQ_INT(read(ready[0], &c, 1), 1);
    /* While the other lives, its file stays; afterwards it goes. */
    T_RC(cache_create(&w, key, BYTES, &e), &e);
    T_EQ_INT(count_files(".tmp"), 2);
    cache_abort(&w);
    T_EQ_INT(count_files(".tmp"), 1);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    T_EQ_INT(count_files(".tmp"), 1);
    store(1);
    T_EQ_INT(count_files(".tmp"), 0);
    close(ready[0]);
    close(ready[1]);
}

T_TEST(concurrent_writers_and_readers)
{
    enum { PROCESSES = 6, ROUNDS = 30 };
    pid_t children[PROCESSES];
    fresh();
    for (unsigned k = 0; k < PROCESSES; k++) {
        children[k] = fork();
        if (children[k])
            continue;
        for (unsigned r = 0; r < ROUNDS; r++) {
            struct cache_writer w;
            struct cache_map m;
            if (cache_create(&w, key, BYTES, NULL).code)
                _exit(1);
            fill(w.p, k);
            if (r % 5 == 4) {
                cache_abort(&w);
                continue;
            }
            if (cache_commit(&w, &m, NULL).code || !holds(&m, k))
                _exit(2);
            cache_close(&m);
            if (!cache_open(&m, key, BYTES) || !holds(&m, m.p[0]))
                _exit(3); /* somebody's, but all of one writer */
            cache_close(&m);
        }
        _exit(0);
    }
    for (unsigned k = 0; k < PROCESSES; k++) {
        int status;
        waitpid(children[k], &status, 0);
        T_EQ_INT(status, 0);
    }
    T_EQ_INT(count_files(".tmp"), 0);
    T_EQ_INT(count_files(".pack"), 1);
}

T_TEST(refusals_are_clean)
{
    struct cache_writer w;
    takt_err e;
    fresh();
    T_FAILS(cache_create(&w, key, 0, &e), &e, TAKT_ERR_USAGE, "no or too many");
    T_FAILS(cache_create(&w, key, UINT64_MAX, &e), &e, TAKT_ERR_USAGE, "no or too many");
    T_FAILS(cache_create(&w, key, (uint64_t)1 << 60, &e), &e, TAKT_ERR_IO, "no room for");
    T_EQ_INT(count_files(".tmp"), 0);
    setenv("TAKT_CACHE", "/proc/nothing/here", 1);
    T_FAILS(cache_create(&w, key, BYTES, &e), &e, TAKT_ERR_IO, "cannot be made");
    setenv("TAKT_CACHE", "/proc", 1);
    T_FAILS(cache_create(&w, key, BYTES, &e), &e, TAKT_ERR_IO, "cannot be written to");
    struct cache_map m;
    T_OK(!cache_open(&m, key, BYTES));
    /* A limit on file sizes stands in for a full disk: the reservation fails, not a store to the
     * map. */
    fresh();
    struct rlimit old, small = {50000, RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    T_FAILS(cache_create(&w, key, BYTES, &e), &e, TAKT_ERR_IO, "no room for");
    setrlimit(RLIMIT_FSIZE, &old);
    T_EQ_INT(count_files(".tmp"), 0);
}

T_TEST(small_files)
{
    char *p;
    size_t n;
    takt_err e;
    fresh();
    T_OK(!cache_load_small("profile.json", &p, &n));
    T_RC(cache_store_small("profile.json", "{\"a\":1}", 7, &e), &e);
    T_RC(cache_store_small("profile.json", "{\"a\":2}", 7, &e), &e);
    if (T_OK(cache_load_small("profile.json", &p, &n))) {
        T_EQ_INT(n, 7);
        T_EQ_STR(p, "{\"a\":2}");
        free(p);
    }
    T_EQ_INT(count_files(".tmp"), 0);
    T_FAILS(cache_store_small("../x", "", 0, &e), &e, TAKT_ERR_USAGE, "no name");
    T_FAILS(cache_store_small(".hidden", "", 0, &e), &e, TAKT_ERR_USAGE, "no name");
    T_FAILS(cache_store_small("big", "", CACHE_SMALL_MAX + 1, &e), &e, TAKT_ERR_LIMIT, "limit");
}

T_TEST(folder)
{
    char buf[256], tiny[4];
    takt_err e;
    unsetenv("TAKT_CACHE");
    setenv("XDG_CACHE_HOME", "/x/y", 1);
    setenv("HOME", "/x/u", 1);
    T_RC(cache_folder(buf, sizeof buf, &e), &e);
    T_EQ_STR(buf, "/x/y/takt");
    setenv("XDG_CACHE_HOME", "relative", 1);
    T_RC(cache_folder(buf, sizeof buf, &e), &e);
    T_EQ_STR(buf, "/x/u/.cache/takt");
    T_FAILS(cache_folder(tiny, sizeof tiny, &e), &e, TAKT_ERR_USAGE, "too long");
    unsetenv("XDG_CACHE_HOME");
    unsetenv("HOME");
    T_FAILS(cache_folder(buf, sizeof buf, &e), &e, TAKT_ERR_USAGE, "none of TAKT_CACHE");
}

T_TEST(clean_up)
{
    char command[300];
    snprintf(command, sizeof command, "/bin/rm -rf %s", root);
    T_EQ_INT(system(command), 0);
}

T_MAIN("model/cache")
