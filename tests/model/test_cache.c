/* The cache of packed weights: round trip, damage, dead writers, concurrent writers, refusals, and
 * its bounds. */
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
enum { BYTES = 2 * CACHE_WINDOW + 100000, WINDOWS = 3 };

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

/* The payload of SEED, different in every byte from that of the next. */
static const uint8_t *payload(unsigned seed)
{
    static uint8_t p[BYTES];
    for (size_t i = 0; i < BYTES; i++)
        p[i] = (uint8_t)(seed + i * 7 + i / CACHE_WINDOW);
    return p;
}

static bool holds(const struct cache_map *m, unsigned seed)
{
    return m->bytes == BYTES && memcmp(m->p, payload(seed), BYTES) == 0;
}

/* All windows, the last one first. */
static takt_rc write_all(struct cache_writer *w, unsigned seed, takt_err *e)
{
    const uint8_t *p = payload(seed);
    for (uint64_t i = WINDOWS; i-- > 0;)
        TAKT_TRY(cache_write(w, i, p + i * CACHE_WINDOW, e));
    return TAKT_OK;
}

static void store_as(const uint8_t *k, const char *name, unsigned seed)
{
    struct cache_writer w;
    struct cache_map m;
    takt_err e;
    if (!T_RC(cache_create(&w, k, name, BYTES, &e), &e))
        return;
    T_RC(write_all(&w, seed, &e), &e);
    T_RC(cache_commit(&w, &m, &e), &e);
    T_OK(m.is_checked && holds(&m, seed));
    cache_abort(&w); /* spent: does nothing */
    cache_close(&m);
}

static void store(unsigned seed)
{
    store_as(key, "model.gguf", seed);
}

/* Opens what is stored and checks it as far as that is due. */
static bool open_sound(struct cache_map *m)
{
    if (!cache_open(m, key, BYTES))
        return false;
    for (uint64_t i = 0; i < WINDOWS && !m->is_checked; i++)
        if (!cache_check(m, i)) {
            cache_reject(m);
            return false;
        }
    if (!m->is_checked)
        cache_checked(m);
    return true;
}

T_TEST(round_trip)
{
    struct cache_map m, again;
    fresh();
    T_OK(!cache_open(&m, key, BYTES));
    store(5);
    if (T_OK(cache_open(&m, key, BYTES))) {
        T_OK(m.is_checked && holds(&m, 5));
        T_EQ_INT((uintptr_t)m.p % CACHE_WINDOW, 0);
    }
    store(6); /* replaces the file; the old map stays whole */
    T_OK(holds(&m, 5));
    cache_close(&m);
    T_OK(cache_open(&m, key, BYTES) && holds(&m, 6));
    T_OK(cache_open(&again, key, BYTES) && holds(&again, 6));
    cache_close(&again);
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
    T_RC(cache_create(&w, key, "", BYTES, &e), &e);
    T_EQ_INT(count_files(".tmp"), 1);
    T_OK(!cache_open(&m, key, BYTES)); /* unfinished: not to be seen */
    cache_abort(&w);
    cache_abort(&w);
    cache_abort(&none);
    T_EQ_INT(count_files(".tmp"), 0);
    T_OK(!cache_open(&m, key, BYTES));
}

/* Flips bits of one byte of the stored file, or cuts it. */
static void damage(long at, int bits, long cut)
{
    int fd = open(pack_path(), O_RDWR);
    uint8_t byte = 0;
    if (cut >= 0) {
        T_EQ_INT(ftruncate(fd, cut), 0);
    } else {
        T_EQ_INT(pread(fd, &byte, 1, at), 1);
        byte ^= (uint8_t)bits;
        T_EQ_INT(pwrite(fd, &byte, 1, at), 1);
    }
    close(fd);
}

/* Expects that the damaged file is neither used nor kept. */
static void expect_refused(long at, int bits, long cut)
{
    struct cache_map m;
    store(9);
    damage(at, bits, cut);
    if (!T_OK(!open_sound(&m)))
        printf("# byte %ld, cut %ld\n", at, cut);
    T_EQ_INT(access(pack_path(), F_OK), -1);
}

T_TEST(damaged_files_are_removed)
{
    struct cache_map m;
    fresh();
    for (long at = 0; at < 200; at += 3) /* magic, version, flag, size, key, name, checks */
        expect_refused(at, 0xa5, -1);
    for (long at = 4096; at < 4096 + 8 * WINDOWS; at++) /* checksums */
        expect_refused(at, 0xa5, -1);
    static const long cuts[] = {0, 1, 40, 4096, CACHE_WINDOW, BYTES, BYTES + CACHE_WINDOW - 1};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++)
        expect_refused(0, 0, cuts[i]);
    for (long w = 0; w < WINDOWS; w++) { /* one byte of each window, and the last one */
        long at = w * CACHE_WINDOW + (long)(t_rand() % 100000);
        expect_refused(CACHE_WINDOW + at, 1, -1);
    }
    expect_refused(CACHE_WINDOW + BYTES - 1, 128, -1);
    store(9);
    T_OK(!cache_open(&m, key, BYTES - 1)); /* not the size that the caller needs */
    T_EQ_INT(access(pack_path(), F_OK), -1);
}

static void replace_ending(char *path, const char *ending)
{
    memcpy(strrchr(path, '.'), ending, strlen(ending) + 1);
}

/* A file is read through once after it changed, and once after each start of the machine. */
T_TEST(checked_once)
{
    struct cache_map m;
    char stamp[512];
    fresh();
    store(3);
    snprintf(stamp, sizeof stamp, "%s", pack_path());
    replace_ending(stamp, ".used");
    for (int round = 0; round < 3; round++) {
        int fd = open(stamp, O_RDWR);
        T_OK(fd >= 0);
        if (round == 0)
            T_EQ_INT(pwrite(fd, "0", 1, 0), 1); /* as of another start of the machine */
        else if (round == 1)
            T_EQ_INT(ftruncate(fd, 10), 0);
        else
            damage(CACHE_WINDOW, 0, -1); /* changed, to what it was */
        close(fd);
        T_OK(cache_open(&m, key, BYTES) && !m.is_checked);
        cache_close(&m);
        T_OK(open_sound(&m) && holds(&m, 3));
        cache_close(&m);
        T_OK(cache_open(&m, key, BYTES) && m.is_checked);
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
        if (cache_create(&w, key, "", BYTES, NULL).code)
            _exit(1);
        if (write(ready[1], "x", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    char c;
    T_EQ_INT(read(ready[0], &c, 1), 1);
    /* While the other lives, its file stays; afterwards it goes. */
    T_RC(cache_create(&w, key, "", BYTES, &e), &e);
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
    enum { PROCESSES = 6, ROUNDS = 10 };
    pid_t children[PROCESSES];
    fresh();
    for (unsigned k = 0; k < PROCESSES; k++) {
        children[k] = fork();
        if (children[k])
            continue;
        for (unsigned r = 0; r < ROUNDS; r++) {
            struct cache_writer w;
            struct cache_map m;
            if (cache_create(&w, key, "", BYTES, NULL).code)
                _exit(1);
            if (write_all(&w, k, NULL).code)
                _exit(4);
            if (r % 5 == 4) {
                cache_abort(&w);
                continue;
            }
            if (cache_commit(&w, &m, NULL).code || !holds(&m, k))
                _exit(2);
            cache_close(&m);
            if (!open_sound(&m) || !holds(&m, m.p[0]))
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
    T_FAILS(cache_create(&w, key, "", 0, &e), &e, TAKT_ERR_USAGE, "no or too many");
    T_FAILS(cache_create(&w, key, "", UINT64_MAX, &e), &e, TAKT_ERR_USAGE, "no or too many");
    T_FAILS(cache_create(&w, key, "", (uint64_t)1 << 38, &e), &e, TAKT_ERR_LIMIT, "more than");
    T_EQ_INT(count_files(".tmp"), 0);
    setenv("TAKT_CACHE", "/proc/nothing/here", 1);
    T_FAILS(cache_create(&w, key, "", BYTES, &e), &e, TAKT_ERR_IO, "cannot be made");
    setenv("TAKT_CACHE", "/proc", 1);
    T_OK(cache_create(&w, key, "", BYTES, &e).code != 0);
    struct cache_map m;
    T_OK(!cache_open(&m, key, BYTES));
    /* A limit on file sizes stands in for a full disk. */
    fresh();
    struct rlimit old, small = {50000, RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &old);
    small.rlim_max = old.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    T_FAILS(cache_create(&w, key, "", BYTES, &e), &e, TAKT_ERR_IO, "no room for");
    setrlimit(RLIMIT_FSIZE, &old);
    T_EQ_INT(count_files(".tmp"), 0);
}

static uint8_t *key_of(uint8_t n)
{
    static uint8_t k[CACHE_KEY_BYTES];
    memset(k, n, sizeof k);
    return k;
}

/* Names of what is stored, the most recently used first. */
static const char *stored(void)
{
    static char text[256];
    struct cache_entry *list;
    size_t n;
    takt_err e;
    text[0] = 0;
    T_RC(cache_list(&list, &n, &e), &e);
    for (size_t i = 0; i < n; i++) {
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, "%s%s ", list[i].is_sound ? list[i].name : "?",
                 list[i].in_use ? "*" : "");
    }
    free(list);
    return text;
}

/* Says that the file of key N was used S seconds after 1970. */
static void set_used(uint8_t n, long s)
{
    char path[512], hex[2 * CACHE_KEY_BYTES + 1];
    struct timespec at[2] = {{.tv_sec = s}, {.tv_sec = s}};
    hash_hex(hex, key_of(n), CACHE_KEY_BYTES);
    snprintf(path, sizeof path, "%s/%s.used", getenv("TAKT_CACHE"), hex);
    T_EQ_INT(utimensat(AT_FDCWD, path, at, 0), 0);
}

T_TEST(the_least_recently_used_goes)
{
    struct cache_map m;
    struct cache_writer w;
    takt_err e;
    fresh();
    setenv("TAKT_CACHE_MAX", "20M", 1); /* four files of 4.3 MB and their heads, not five */
    T_EQ_STR(stored(), "");
    for (uint8_t n = 1; n <= 3; n++) {
        char name[2] = {(char)('a' + n - 1)};
        store_as(key_of(n), name, n);
        set_used(n, 1000 + n);
    }
    T_EQ_STR(stored(), "c b a ");
    T_OK(cache_open(&m, key_of(1), BYTES)); /* used now, and in use */
    T_EQ_STR(stored(), "a* c b ");
    store_as(key_of(4), "d", 4);
    set_used(4, 1010);
    T_EQ_STR(stored(), "a* d c ");
    set_used(1, 1); /* the oldest, but in use */
    store_as(key_of(5), "e", 5);
    set_used(5, 1020);
    T_EQ_STR(stored(), "e d a* ");
    cache_close(&m);
    store_as(key_of(6), "f", 6);
    set_used(6, 1030);
    T_EQ_STR(stored(), "f e d ");
    setenv("TAKT_CACHE_MAX", "4M", 1);
    T_FAILS(cache_create(&w, key, "", BYTES, &e), &e, TAKT_ERR_LIMIT, "more than");
    T_EQ_STR(stored(), "f e d "); /* nothing is sacrificed in vain */
    setenv("TAKT_CACHE_MAX", "0", 1);
    T_FAILS(cache_create(&w, key, "", BYTES, &e), &e, TAKT_ERR_LIMIT, "more than");
    static const char *const bad[] = {"x", "-1", "1X", "5GB", "99999999999T", " 1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        setenv("TAKT_CACHE_MAX", bad[i], 1);
        T_FAILS(cache_create(&w, key, "", BYTES, &e), &e, TAKT_ERR_USAGE, "is no size");
    }
    unsetenv("TAKT_CACHE_MAX");
    uint64_t limit = 0;
    T_RC(cache_limit(&limit, 0, &e), &e);
    T_OK(limit > 0);
}

T_TEST(removal)
{
    struct cache_map m;
    char hex[2 * CACHE_KEY_BYTES + 1];
    fresh();
    store(1);
    hash_hex(hex, key, CACHE_KEY_BYTES);
    T_OK(cache_open(&m, key, BYTES));
    T_OK(!cache_remove(hex));
    T_EQ_INT(count_files(".pack"), 1);
    cache_close(&m);
    T_OK(cache_remove(hex));
    T_OK(cache_remove(hex)); /* gone is gone */
    T_EQ_INT(count_files(".pack") + count_files(".used"), 0);
    T_OK(!cache_remove("../x"));
    /* What another version left is of no use to anybody. */
    store(1);
    damage(8, 99, -1);
    T_EQ_STR(stored(), "? ");
    store_as(key_of(7), "g", 7);
    T_EQ_STR(stored(), "g ");
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
