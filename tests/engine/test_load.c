/* Packed weights in the cache folder: made once, mapped afterwards, never needed. */
#include <fcntl.h>
#include <sys/stat.h>

#include "engine/made.h"

/* A .pack file of the cache folder; false when there is none. */
static bool pack_file(char *path, size_t cap)
{
    char folder[300];
    bool found = false;
    snprintf(folder, sizeof folder, "%s/cache", made_folder());
    DIR *d = opendir(folder);
    for (struct dirent *f; d && (f = readdir(d));)
        if (strstr(f->d_name, ".pack")) {
            snprintf(path, cap, "%s/%s", folder, f->d_name);
            found = true;
        }
    if (d)
        closedir(d);
    return found;
}

struct outcome {
    bool worked, from_cache;
    float logits[331];
};

static bool keep_row(void *user, uint32_t i, const float *logits)
{
    (void)i;
    memcpy(((struct outcome *)user)->logits, logits, 331 * sizeof *logits);
    return true;
}

/* Loads the model with or without the cache and runs a few tokens. */
static struct outcome load_and_run(const char *path, bool no_cache)
{
    static const int32_t ids[] = {1, 70, 80, 90};
    struct outcome out = {0};
    struct loaded l = {0};
    takt_engine_options eo = {.no_cache = no_cache};
    takt_plan_options po = {.n_ctx = 64, .threads = 2};
    out.worked = T_RC(takt_model_open(&l.model, path, &l.e), &l.e) &&
                 T_RC(takt_plan_new(&l.plan, l.model, &po, &l.e), &l.e) &&
                 T_RC(takt_engine_new(&l.engine, l.model, l.plan, &eo, &l.e), &l.e) &&
                 T_RC(takt_seq_new(&l.seq, l.engine, &l.e), &l.e) &&
                 T_RC(takt_seq_feed(l.seq, ids, 4, false, keep_row, &out, &l.e), &l.e);
    out.from_cache = out.worked && l.engine->weights.from_cache;
    loaded_free(&l);
    return out;
}

static bool same(const struct outcome *a, const struct outcome *b)
{
    return a->worked && b->worked && memcmp(a->logits, b->logits, sizeof a->logits) == 0;
}

/* Just large enough to be worth a cache file (32 MiB). The cache folder is left without packed
 * files. */
static const char *large_model(void)
{
    char file[600];
    while (pack_file(file, sizeof file))
        unlink(file);
    return made_write(
        (struct made){.type = QTYPE_F32, .n_layers = 3, .n_embd = 1024, .n_ff = 1024});
}

T_TEST(second_start_maps_what_the_first_packed)
{
    char file[600];
    const char *path = large_model();
    struct outcome plain = load_and_run(path, true);
    T_OK(!pack_file(file, sizeof file));
    struct outcome first = load_and_run(path, false);
    T_OK(!first.from_cache && pack_file(file, sizeof file));
    struct outcome second = load_and_run(path, false);
    T_OK(second.from_cache);
    T_OK(same(&plain, &first) && same(&plain, &second));
}

T_TEST(a_damaged_or_cut_file_is_packed_again)
{
    char file[600];
    const char *path = large_model();
    struct outcome good = load_and_run(path, false);
    if (!T_OK(pack_file(file, sizeof file)))
        return;
    int fd = open(file, O_RDWR);
    T_OK(fd >= 0 && pwrite(fd, "broken", 6, 0) == 6);
    close(fd);
    struct outcome damaged = load_and_run(path, false);
    T_OK(!damaged.from_cache && same(&good, &damaged));
    T_OK(pack_file(file, sizeof file) && truncate(file, 100000) == 0);
    struct outcome cut = load_and_run(path, false);
    T_OK(!cut.from_cache && same(&good, &cut));
    T_OK(load_and_run(path, false).from_cache);
}

T_TEST(a_changed_model_is_packed_again)
{
    char file[600];
    const char *path = large_model();
    load_and_run(path, false);
    if (!T_OK(pack_file(file, sizeof file)))
        return;
    struct timespec later[2] = {{.tv_sec = 4000000000}, {.tv_sec = 4000000000}};
    T_OK(utimensat(AT_FDCWD, path, later, 0) == 0);
    T_OK(!load_and_run(path, false).from_cache);
}

/* Bytes of this process that are in memory: FIELD of /proc/self/status. */
static uint64_t resident(const char *field)
{
    char line[256];
    unsigned long long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, field, strlen(field)) == 0)
            sscanf(line + strlen(field), ": %llu", &kb);
    if (f)
        fclose(f);
    return kb * 1024;
}

/* In memory are the packed weights, the KV pages in use and little else: not the model's file too,
 * and not the whole context. */
T_TEST(weights_are_in_memory_once)
{
    static const int32_t ids[] = {1, 70, 80, 90};
    enum { OTHER_BYTES = 8 << 20 };
    if (T_SANITIZED)
        T_SKIP("sanitizers take memory of their own");
    const char *path = made_write((struct made){
        .type = QTYPE_F32, .n_layers = 3, .n_embd = 1024, .n_ff = 1024, .n_ctx = 65536});
    for (int round = 0; round < 3; round++) { /* packed, mapped, without a cache */
        struct loaded l = {0};
        struct outcome out;
        takt_engine_options eo = {.no_cache = round == 2};
        takt_plan_options po = {.n_ctx = 65536, .threads = 2, .chunk = 64};
        uint64_t before = resident("VmRSS");
        if (T_RC(takt_model_open(&l.model, path, &l.e), &l.e) &&
            T_RC(takt_plan_new(&l.plan, l.model, &po, &l.e), &l.e) &&
            T_RC(takt_engine_new(&l.engine, l.model, l.plan, &eo, &l.e), &l.e) &&
            T_RC(takt_seq_new(&l.seq, l.engine, &l.e), &l.e) &&
            T_RC(takt_seq_feed(l.seq, ids, 4, false, keep_row, &out, &l.e), &l.e)) {
            const struct plan *p = &l.plan->plan;
            uint64_t bound = p->weights_bytes + p->act_bytes + p->kv_page_bytes + OTHER_BYTES;
            uint64_t now = resident("VmRSS") - before;
            T_OK(l.engine->weights.from_cache == (round == 1));
            T_OK(p->kv_bytes_per_token * 65536 > 8 * (uint64_t)OTHER_BYTES);
            T_OK(p->weights_bytes > 4 * (uint64_t)OTHER_BYTES);
            if (!T_OK(now <= bound))
                printf("# round %d: %.1f MB in memory, %.1f MB expected\n", round, now / 1e6,
                       bound / 1e6);
        }
        loaded_free(&l);
    }
}

/* A byte of the weights that changed on the disk is noticed, wherever it lies. */
T_TEST(a_changed_byte_is_packed_again)
{
    char file[600];
    struct stat st;
    const char *path = large_model();
    struct outcome good = load_and_run(path, false);
    for (int round = 0; round < 3; round++) {
        if (!T_OK(pack_file(file, sizeof file) && stat(file, &st) == 0))
            return;
        long at = CACHE_WINDOW + (long)(t_rand() % (uint64_t)(st.st_size - CACHE_WINDOW));
        int fd = open(file, O_RDWR);
        uint8_t byte = 0;
        T_OK(pread(fd, &byte, 1, at) == 1);
        byte ^= 16;
        T_OK(pwrite(fd, &byte, 1, at) == 1);
        close(fd);
        struct outcome damaged = load_and_run(path, false);
        T_OK(!damaged.from_cache && same(&good, &damaged));
        T_OK(load_and_run(path, false).from_cache);
    }
}

/* Interrupted packing leaves no file, and the next start packs as if nothing had been. */
static bool stop_at_once(void *user, const char *what, uint64_t done, uint64_t total)
{
    (void)user, (void)done, (void)total;
    return strcmp(what, "pack") != 0;
}

T_TEST(packing_can_be_interrupted)
{
    char file[600];
    const char *path = large_model();
    struct loaded l = {0};
    takt_plan_options po = {.n_ctx = 64, .threads = 2};
    takt_engine_options eo = {.progress = stop_at_once};
    T_RC(takt_model_open(&l.model, path, &l.e), &l.e);
    T_RC(takt_plan_new(&l.plan, l.model, &po, &l.e), &l.e);
    T_FAILS(takt_engine_new(&l.engine, l.model, l.plan, &eo, &l.e), &l.e, TAKT_ERR_CANCELLED,
            "stopped");
    loaded_free(&l);
    T_OK(!pack_file(file, sizeof file));
    T_OK(!load_and_run(path, false).from_cache && load_and_run(path, false).from_cache);
}

T_TEST(no_usable_cache_folder_is_no_error)
{
    char cache[300], file[320];
    const char *path = large_model();
    snprintf(cache, sizeof cache, "%s", getenv("TAKT_CACHE"));
    snprintf(file, sizeof file, "%s/in-the-way", made_folder());
    int fd = open(file, O_CREAT | O_WRONLY, 0600);
    close(fd);
    struct outcome good = load_and_run(path, true);
    takt_plan_options po = {.n_ctx = 64, .threads = 1, .isa = "ref"};
    struct loaded l = {0};
    T_RC(takt_model_open(&l.model, path, &l.e), &l.e);
    T_RC(takt_plan_new(&l.plan, l.model, &po, &l.e), &l.e); /* the profile is still found */
    setenv("TAKT_CACHE", file, 1);
    T_RC(takt_engine_new(&l.engine, l.model, l.plan, NULL, &l.e), &l.e);
    T_OK(l.engine && l.engine->weights.own && !l.engine->weights.map.p);
    loaded_free(&l);
    setenv("TAKT_CACHE", cache, 1);
    unlink(file);
    T_OK(good.worked);
}

T_MAIN("engine/load")
