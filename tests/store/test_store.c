/* The same for SQLite and for PostgreSQL: what is kept, what is found again, and by whom. */
#include "rig.h"

#include <time.h>

/* ---- both ------------------------------------------------------------------------------------ */

/* An empty store at WHERE. */
static struct store *fresh(const char *where)
{
    static unsigned n;
    char place[RIG_PATH * 2];
    if (strncmp(where, "postgres", 8) == 0) { /* a schema of its own */
        char command[RIG_PATH * 3];
        snprintf(place, sizeof place, "%s&options=-csearch_path%%3Dt%u", where, ++n);
        struct store *s = rig_open(where); /* waits for the server */
        store_close(s);
        snprintf(command, sizeof command, "psql -q '%s' -c 'CREATE SCHEMA t%u' >/dev/null 2>&1",
                 where, n);
        if (!T_OK(s && system(command) == 0))
            return NULL;
        return rig_open(place);
    }
    snprintf(place, sizeof place, "%s/s%u/takt.db", rig_dir(), ++n);
    return rig_open(place);
}

/* BOTH(name) { ... s ... } is a test of each kind of store, which is empty. */
#define BOTH(name)                                                                                 \
    static void name##_in(struct store *s);                                                        \
    T_TEST(name##_sqlite)                                                                          \
    {                                                                                              \
        struct store *s = fresh("");                                                               \
        if (s)                                                                                     \
            name##_in(s);                                                                          \
        store_close(s);                                                                            \
    }                                                                                              \
    T_TEST(name##_postgres)                                                                        \
    {                                                                                              \
        char where[RIG_PATH * 2];                                                                  \
        if (!rig_postgres(where, sizeof where))                                                    \
            T_SKIP(rig_.why);                                                                      \
        struct store *s = fresh(where);                                                            \
        if (s)                                                                                     \
            name##_in(s);                                                                          \
        store_close(s);                                                                            \
    }                                                                                              \
    static void name##_in(struct store *s)

static struct slice text(const char *s)
{
    return slice_str(s);
}

static bool is(struct slice s, const char *want)
{
    return slice_eq(s, want);
}

/* ---- keys and usage -------------------------------------------------------------------------- */

BOTH(keys)
{
    struct arena a = {0};
    struct store_key *k;
    uint32_t n;
    int64_t before, after;
    bool found;
    takt_err e;
    struct store_key alice = {.name = "alice",
                              .salt = "0123456789abcdef",
                              .digest = "dd",
                              .most = {30, 0, 6000, INT64_MAX},
                              .created_s = 100};
    struct store_key ops = {.name = "ops", .role = STORE_ADMIN, .salt = "s", .digest = "ee"};
    T_RC(store_keys(s, &a, &k, &n, &e), &e);
    T_EQ_INT(n, 0);
    T_RC(store_keys_stamp(s, &before, &e), &e);
    T_RC(store_key_put(s, &ops, &e), &e);
    T_RC(store_key_put(s, &alice, &e), &e);
    T_RC(store_keys_stamp(s, &after, &e), &e);
    T_OK(before != after);
    T_RC(store_keys(s, &a, &k, &n, &e), &e);
    if (!T_OK(n == 2))
        return;
    T_EQ_STR(k[0].name, "alice");
    T_EQ_STR(k[0].salt, "0123456789abcdef");
    T_EQ_STR(k[0].digest, "dd");
    T_EQ_INT(k[0].role, STORE_USER);
    T_EQ_INT(k[0].most[0], 30);
    T_EQ_INT(k[0].most[1], 0);
    T_EQ_INT(k[0].most[3], INT64_MAX);
    T_EQ_INT(k[0].created_s, 100);
    T_EQ_INT(k[0].revoked_s, 0);
    T_EQ_INT(k[1].role, STORE_ADMIN);

    T_RC(store_key_revoke(s, "alice", 200, &found, &e), &e);
    T_OK(found);
    T_RC(store_key_revoke(s, "alice", 300, &found, &e), &e);
    T_OK(!found);
    T_RC(store_key_revoke(s, "bob", 300, &found, &e), &e);
    T_OK(!found);
    T_RC(store_keys(s, &a, &k, &n, &e), &e);
    T_EQ_INT(k[0].revoked_s, 200);
    alice.digest = "ff";
    T_RC(store_key_put(s, &alice, &e), &e); /* a new key in the place of the old one */
    T_RC(store_keys(s, &a, &k, &n, &e), &e);
    T_EQ_INT(n, 2);
    T_EQ_STR(k[0].digest, "ff");
    T_EQ_INT(k[0].revoked_s, 0);
    arena_free(&a);
}

BOTH(usage)
{
    struct arena a = {0};
    struct store_use *u;
    uint32_t n;
    takt_err e;
    const struct store_use first[] = {{"alice", 20000, 1, 10, 2, 5}, {"bob", 20000, 1, 7, 0, 1}};
    const struct store_use second[] = {{"alice", 20000, 2, 20, 3, 6}, {"alice", 20001, 1, 1, 1, 1}};
    T_RC(store_use_add(s, first, 2, &e), &e);
    T_RC(store_use_add(s, second, 2, &e), &e);
    T_RC(store_uses(s, NULL, 20000, 20001, &a, &u, &n, &e), &e);
    if (!T_OK(n == 3))
        return;
    T_EQ_STR(u[0].owner, "alice");
    T_EQ_INT(u[0].n_requests, 3);
    T_EQ_INT(u[0].n_prompt, 30);
    T_EQ_INT(u[0].n_cached, 5);
    T_EQ_INT(u[0].n_answer, 11);
    T_EQ_STR(u[1].owner, "bob");
    T_EQ_INT(u[2].day, 20001);
    T_RC(store_uses(s, "alice", 20001, 20005, &a, &u, &n, &e), &e);
    T_EQ_INT(n, 1);
    arena_free(&a);
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool add(struct store *s, const char *id, const char *owner, struct slice content,
                int64_t expires_s)
{
    takt_err e;
    const struct store_file f = {.id = id,
                                 .owner = owner,
                                 .name = "f.jsonl",
                                 .purpose = "batch",
                                 .created_s = 1000,
                                 .expires_s = expires_s};
    return T_RC(store_file_add(s, &f, content, NULL, &e), &e);
}

BOTH(files)
{
    enum { LARGE = 3 * STORE_PART_BYTES + 17 };
    struct arena a = {0};
    struct store_file *f;
    enum store_gone gone;
    takt_err e;
    uint8_t *large = malloc(LARGE);
    if (!T_OK(large))
        return;
    for (size_t i = 0; i < LARGE; i++)
        large[i] = (uint8_t)t_rand();
    add(s, "file-1", "alice", (struct slice){large, LARGE}, 0);
    add(s, "file-2", "alice", text(""), 0);
    T_RC(store_file_get(s, "file-1", "alice", 1, &a, &f, &e), &e);
    if (!T_OK(f))
        return;
    T_EQ_INT(f->bytes, LARGE);
    T_EQ_STR(f->name, "f.jsonl");
    T_EQ_STR(f->purpose, "batch");
    T_EQ_INT(f->created_s, 1000);
    T_RC(store_file_get(s, "file-1", "bob", 1, &a, &f, &e), &e);
    T_OK(!f);
    T_RC(store_file_get(s, "file-1", NULL, 1, &a, &f, &e), &e);
    T_OK(f);

    uint8_t *got = malloc(LARGE + 1);
    size_t n = 0;
    int64_t at = -1;
    struct slice part;
    while (T_RC(store_file_read(s, "file-1", &at, 300000, &a, &part, &e), &e) && part.len) {
        T_OK(part.len <= 300000);
        if (!T_OK(n + part.len <= LARGE))
            break;
        memcpy(got + n, part.p, part.len);
        n += part.len;
    }
    T_EQ_INT(n, LARGE);
    T_EQ_MEM(got, large, n);
    free(got);
    free(large);
    at = -1;
    T_RC(store_file_read(s, "file-2", &at, 300000, &a, &part, &e), &e);
    T_EQ_INT(part.len, 0);

    T_RC(store_file_delete(s, "file-1", "bob", &gone, &e), &e);
    T_EQ_INT(gone, STORE_NOT_THERE);
    T_RC(store_file_delete(s, "file-1", "alice", &gone, &e), &e);
    T_EQ_INT(gone, STORE_DELETED);
    T_RC(store_file_get(s, "file-1", "alice", 1, &a, &f, &e), &e);
    T_OK(!f);
    at = -1;
    T_RC(store_file_read(s, "file-1", &at, 300000, &a, &part, &e), &e);
    T_EQ_INT(part.len, 0);
    arena_free(&a);
}

BOTH(files_listed)
{
    struct arena a = {0};
    struct store_file *f;
    uint32_t n;
    bool more;
    char id[16];
    takt_err e;
    for (int i = 0; i < 5; i++) {
        snprintf(id, sizeof id, "file-%d", 7 * i % 5); /* ids in another order than files */
        add(s, id, "alice", text("x"), 0);
    }
    add(s, "other", "bob", text("x"), 0);
    struct store_page page = {.limit = 2};
    T_RC(store_files(s, "alice", NULL, &page, 1, &a, &f, &n, &more, &e), &e);
    if (!T_OK(n == 2 && more))
        return;
    T_EQ_STR(f[0].id, "file-3");
    T_EQ_STR(f[1].id, "file-1");
    page.after = f[1].id;
    T_RC(store_files(s, "alice", NULL, &page, 1, &a, &f, &n, &more, &e), &e);
    T_EQ_STR(f[0].id, "file-4");
    page.after = f[1].id;
    T_RC(store_files(s, "alice", NULL, &page, 1, &a, &f, &n, &more, &e), &e);
    T_EQ_INT(n, 1);
    T_OK(!more);
    T_EQ_STR(f[0].id, "file-0");
    page = (struct store_page){.after = "file-2", .limit = 10, .oldest_first = true};
    T_RC(store_files(s, "alice", "batch", &page, 1, &a, &f, &n, &more, &e), &e);
    T_EQ_INT(n, 3);
    T_EQ_STR(f[0].id, "file-4");
    T_RC(store_files(s, "alice", "vision", &page, 1, &a, &f, &n, &more, &e), &e);
    T_EQ_INT(n, 0);
    page.after = "nobody's";
    T_RC(store_files(s, "alice", NULL, &page, 1, &a, &f, &n, &more, &e), &e);
    T_EQ_INT(n, 0);
    arena_free(&a);
}

BOTH(files_limited)
{
    takt_err e;
    const struct store_quota q = {.n_files = 2, .bytes = 10};
    struct store_file f = {.id = "1", .owner = "alice", .name = "n", .purpose = "batch"};
    T_FAILS(store_file_add(s, &f, text("12345678901"), &q, &e), &e, TAKT_ERR_LIMIT, "11 more");
    T_RC(store_file_add(s, &f, text("123456789"), &q, &e), &e);
    f.id = "2";
    T_FAILS(store_file_add(s, &f, text("12"), &q, &e), &e, TAKT_ERR_LIMIT, "9 bytes");
    T_RC(store_file_add(s, &f, text("1"), &q, &e), &e);
    f.id = "3";
    T_FAILS(store_file_add(s, &f, text(""), &q, &e), &e, TAKT_ERR_LIMIT, "there are 2 already");
    f.owner = "bob";
    T_RC(store_file_add(s, &f, text(""), &q, &e), &e);
    T_OK(store_file_add(s, &f, text(""), NULL, &e).code); /* an id that is taken */
    f.id = "4";
    T_RC(store_file_add(s, &f, text(""), NULL, &e), &e); /* and all goes on */
}

/* ---- batches --------------------------------------------------------------------------------- */

static bool add_batch(struct store *s, const char *id)
{
    takt_err e;
    bool found;
    const struct store_batch b = {.id = id,
                                  .owner = "alice",
                                  .endpoint = "/v1/completions",
                                  .input_file = "in",
                                  .metadata = text("{\"a\":\"b\"}"),
                                  .window_s = 86400,
                                  .expires_s = 5000,
                                  .files_expire_s = 100,
                                  .at_s = {[STORE_VALIDATING] = 1000}};
    return T_RC(store_batch_add(s, &b, 2, &found, &e), &e) && T_OK(found);
}

static struct store_batch *get_batch(struct store *s, struct arena *a, const char *id)
{
    struct store_batch *b = NULL;
    takt_err e;
    T_RC(store_batch_get(s, id, "alice", a, &b, &e), &e);
    T_OK(b);
    return b;
}

BOTH(batches)
{
    struct arena a = {0};
    struct store_batch *b;
    uint32_t n;
    bool found = true, more;
    takt_err e;
    const struct store_batch lost = {
        .id = "x", .owner = "bob", .endpoint = "e", .input_file = "in"};
    add(s, "in", "alice", text("x"), 0);
    T_RC(store_batch_add(s, &lost, 0, &found, &e), &e); /* the file is alice's */
    T_OK(!found);
    if (!add_batch(s, "batch-1") || !add_batch(s, "batch-2"))
        return;
    T_FAILS(store_batch_add(s,
                            &(struct store_batch){
                                .id = "3", .owner = "alice", .endpoint = "e", .input_file = "in"},
                            2, &found, &e),
            &e, TAKT_ERR_LIMIT, "2 have not ended");
    b = get_batch(s, &a, "batch-1");
    if (!b)
        return;
    T_EQ_STR(b->endpoint, "/v1/completions");
    T_EQ_STR(b->input_file, "in");
    T_EQ_STR(b->output_file, NULL);
    T_OK(is(b->metadata, "{\"a\":\"b\"}") && !b->errors.len);
    T_EQ_INT(b->status, STORE_VALIDATING);
    T_EQ_INT(b->expires_s, 5000);
    T_EQ_INT(b->at_s[STORE_VALIDATING], 1000);
    T_EQ_INT(b->at_s[STORE_FAILED], 0);
    T_RC(store_batch_get(s, "batch-1", "bob", &a, &b, &e), &e);
    T_OK(!b);
    const struct store_page page = {.limit = 1};
    T_RC(store_batches(s, "alice", &page, &a, &b, &n, &more, &e), &e);
    T_OK(n == 1 && more);
    T_EQ_STR(b->id, "batch-2");
    T_RC(store_batches_open(s, &a, &b, &n, &e), &e);
    T_EQ_INT(n, 2);
    T_EQ_STR(b->id, "batch-1");
    arena_free(&a);
}

BOTH(batch_moves)
{
    struct arena a = {0};
    struct store_batch *b;
    bool moved;
    uint32_t n;
    enum store_gone gone;
    takt_err e;
    const unsigned validating = 1u << STORE_VALIDATING, running = 1u << STORE_IN_PROGRESS;
    add(s, "in", "alice", text("x"), 0);
    if (!add_batch(s, "b"))
        return;
    T_RC(store_batch_move(s, "b", running, STORE_FINALIZING, 1, 0, text(""), &moved, &e), &e);
    T_OK(!moved);
    T_RC(store_batch_move(s, "no", ~0u, STORE_FAILED, 1, 0, text(""), &moved, &e), &e);
    T_OK(!moved);
    T_RC(store_batch_move(s, "b", validating, STORE_IN_PROGRESS, 1010, 3, text(""), &moved, &e),
         &e);
    T_OK(moved);
    T_RC(store_file_delete(s, "in", "alice", &gone, &e), &e);
    T_EQ_INT(gone, STORE_IN_USE);
    b = get_batch(s, &a, "b");
    T_OK(b && b->n_lines == 3 && b->at_s[STORE_IN_PROGRESS] == 1010);
    T_RC(store_batch_move(s, "b", validating | running, STORE_FAILED, 1020, 0, text("[1]"), &moved,
                          &e),
         &e);
    T_OK(moved);
    b = get_batch(s, &a, "b");
    T_OK(b && b->n_lines == 3 && is(b->errors, "[1]") && b->status == STORE_FAILED);
    T_RC(store_batches_open(s, &a, &b, &n, &e), &e);
    T_EQ_INT(n, 0);
    T_RC(store_file_delete(s, "in", "alice", &gone, &e), &e);
    T_EQ_INT(gone, STORE_DELETED);
    arena_free(&a);
}

BOTH(batch_lines)
{
    struct arena a = {0};
    struct store_batch *b;
    struct store_file *f;
    enum store_batch_status status;
    int64_t *done, at = -1;
    uint32_t n;
    bool moved;
    struct slice part;
    takt_err e;
    const struct store_line one[] = {{2, false, text("two\n"), 10, 1, 5},
                                     {0, false, text("zero\n"), 20, 2, 6}};
    const struct store_line two[] = {{0, true, text("again\n"), 1, 1, 1},
                                     {1, true, text("bad\n"), 0, 0, 0},
                                     {2, false, text("again\n"), 1, 1, 1}};
    const unsigned all = ~0u;
    add(s, "in", "alice", text("x"), 0);
    if (!add_batch(s, "b"))
        return;
    T_RC(store_batch_move(s, "b", all, STORE_IN_PROGRESS, 1010, 3, text(""), &moved, &e), &e);
    T_RC(store_batch_lines(s, "b", one, 2, "out", "err", 1011, &status, &e), &e);
    T_EQ_INT(status, STORE_IN_PROGRESS);
    T_RC(store_batch_lines(s, "b", two, 3, "out2", "err", 1012, &status, &e), &e);
    T_RC(store_batch_done(s, "b", &a, &done, &n, &e), &e);
    T_OK(n == 3 && done[0] == 0 && done[1] == 1 && done[2] == 2);
    b = get_batch(s, &a, "b");
    if (!b)
        return;
    T_EQ_STR(b->output_file, "out");
    T_EQ_STR(b->error_file, "err");
    T_EQ_INT(b->n_completed, 2);
    T_EQ_INT(b->n_failed, 1);
    T_EQ_INT(b->n_prompt, 30);
    T_EQ_INT(b->n_cached, 3);
    T_EQ_INT(b->n_answer, 11);
    T_RC(store_file_get(s, "out", NULL, 1013, &a, &f, &e), &e);
    T_OK(!f); /* not before the end */
    T_RC(store_batch_move(s, "b", all, STORE_COMPLETED, 1020, 0, text(""), &moved, &e), &e);
    T_RC(store_file_get(s, "out", "alice", 1021, &a, &f, &e), &e);
    if (!T_OK(f))
        return;
    T_EQ_INT(f->bytes, 9);
    T_EQ_STR(f->name, "b_output.jsonl");
    T_EQ_STR(f->purpose, "batch_output");
    T_EQ_INT(f->expires_s, 1120);
    T_RC(store_file_read(s, "out", &at, 1000, &a, &part, &e), &e);
    T_OK(is(part, "zero\ntwo\n"));
    at = -1;
    T_RC(store_file_read(s, "err", &at, 1000, &a, &part, &e), &e);
    T_OK(is(part, "bad\n"));
    T_RC(store_batch_lines(s, "b", one, 1, "out", "err", 1011, &status, &e), &e);
    T_EQ_INT(status, STORE_COMPLETED);
    arena_free(&a);
}

/* ---- responses and time ---------------------------------------------------------------------- */

static void put(struct store *s, const char *id, const char *previous, int64_t expires_s)
{
    takt_err e;
    const struct store_response r = {.id = id,
                                     .owner = "alice",
                                     .previous = previous,
                                     .created_s = 10,
                                     .expires_s = expires_s,
                                     .reply = text("{\"x\":\"\\u0000\"}"),
                                     .input = text("[]")};
    T_RC(store_response_put(s, &r, &e), &e);
}

BOTH(responses)
{
    struct arena a = {0};
    struct store_response *r;
    uint32_t n;
    bool broken, found;
    takt_err e;
    put(s, "r1", NULL, 0);
    put(s, "r2", "r1", 0);
    put(s, "r3", "r2", 0);
    put(s, "r3", "r2", 0);
    T_RC(store_response_get(s, "r2", "alice", 1, &a, &r, &e), &e);
    if (!T_OK(r))
        return;
    T_EQ_STR(r->previous, "r1");
    T_OK(is(r->reply, "{\"x\":\"\\u0000\"}") && is(r->input, "[]"));
    T_RC(store_response_get(s, "r2", "bob", 1, &a, &r, &e), &e);
    T_OK(!r);
    T_RC(store_response_chain(s, "r3", "alice", 1, &a, &r, &n, &broken, &e), &e);
    T_OK(n == 3 && !broken);
    T_EQ_STR(r[2].id, "r1");
    T_RC(store_response_delete(s, "r1", "bob", &found, &e), &e);
    T_OK(!found);
    T_RC(store_response_delete(s, "r1", "alice", &found, &e), &e);
    T_OK(found);
    T_RC(store_response_chain(s, "r3", "alice", 1, &a, &r, &n, &broken, &e), &e);
    T_OK(n == 2 && broken);
    T_RC(store_response_chain(s, "r1", "alice", 1, &a, &r, &n, &broken, &e), &e);
    T_OK(n == 0 && !broken);
    put(s, "loop", "loop", 0);
    T_FAILS(store_response_chain(s, "loop", "alice", 1, &a, &r, &n, &broken, &e), &e,
            TAKT_ERR_LIMIT, "1024");
    arena_free(&a);
}

BOTH(expiry)
{
    struct arena a = {0};
    struct store_file *f;
    struct store_response *r;
    uint32_t n;
    bool moved;
    takt_err e;
    add(s, "old", "alice", text("x"), 50);
    add(s, "in", "alice", text("x"), 50);
    add(s, "young", "alice", text("x"), 150);
    add(s, "for ever", "alice", text("x"), 0);
    put(s, "r", NULL, 50);
    if (!add_batch(s, "b"))
        return;
    T_RC(store_file_get(s, "old", "alice", 49, &a, &f, &e), &e);
    T_OK(f);
    T_RC(store_file_get(s, "old", "alice", 50, &a, &f, &e), &e);
    T_OK(!f);
    T_RC(store_response_get(s, "r", "alice", 50, &a, &r, &e), &e);
    T_OK(!r);
    T_RC(store_sweep(s, 100, &n, &e), &e);
    T_EQ_INT(n, 2); /* old and r; `in` is read by a batch */
    T_RC(store_sweep(s, 100, &n, &e), &e);
    T_EQ_INT(n, 0);
    T_RC(store_batch_move(s, "b", ~0u, STORE_CANCELLED, 100, 0, text(""), &moved, &e), &e);
    T_RC(store_sweep(s, 100, &n, &e), &e);
    T_EQ_INT(n, 1);
    T_RC(store_file_get(s, "young", "alice", 100, &a, &f, &e), &e);
    T_OK(f);
    arena_free(&a);
}

/* ---- PostgreSQL alone ------------------------------------------------------------------------ */

T_TEST(postgres_comes_back)
{
    char where[RIG_PATH * 2];
    if (!rig_postgres(where, sizeof where))
        T_SKIP(rig_.why);
    struct store *s = fresh(where);
    takt_err e;
    const struct store_use u = {"alice", 1, 1, 1, 1, 1};
    if (!s)
        return;
    T_RC(store_use_add(s, &u, 1, &e), &e);
    T_OK(store_leads(s));
    /* At once and without a goodbye, but after its children: those outlive a SIGKILL a while. */
    kill(rig_.server, SIGQUIT);
    waitpid(rig_.server, NULL, 0);
    T_FAILS(store_use_add(s, &u, 1, &e), &e, TAKT_ERR_IO, "PostgreSQL");
    if (!T_OK(rig_start_server()))
        return;
    takt_rc rc = {TAKT_ERR_IO};
    for (int i = 0; i < 600 && rc.code; i++) {
        usleep(100000);
        rc = store_use_add(s, &u, 1, &e);
    }
    T_RC(rc, &e);
    T_OK(store_leads(s));
    struct arena a = {0};
    struct store_use *got;
    uint32_t n;
    T_RC(store_uses(s, "alice", 0, 9, &a, &got, &n, &e), &e);
    T_OK(n == 1 && got->n_requests == 2);
    arena_free(&a);
    store_close(s);
}

T_TEST(postgres_refused)
{
    struct store *s;
    takt_err e;
    T_FAILS(store_open(&s, "postgres://u:secret@/x?nonsense=1", &e), &e, TAKT_ERR_USAGE,
            "no address");
    T_OK(!strstr(e.what, "secret"));
    T_FAILS(store_open(&s, "postgres:///x?host=/nowhere/at/all", &e), &e, TAKT_ERR_IO, "/nowhere");
    T_FAILS(store_open(&s, "mysql://x", &e), &e, TAKT_ERR_USAGE, "postgres://");
}

T_TEST(one_leads)
{
    char where[2][RIG_PATH * 2];
    snprintf(where[0], sizeof where[0], "%s/lead.db", rig_dir());
    int n = 1 + rig_postgres(where[1], sizeof where[1]);
    for (int i = 0; i < n; i++) {
        struct store *a = rig_open(where[i]), *b = rig_open(where[i]);
        if (a && b) {
            T_OK(store_leads(a) && store_leads(a));
            T_OK(!store_leads(b));
            store_close(a);
            a = NULL;
            bool leads = false; /* a server may take a moment to see who has gone */
            for (int k = 0; k < 100 && !leads; k++) {
                leads = store_leads(b);
                if (!leads)
                    usleep(50000);
            }
            T_OK(leads);
        }
        store_close(a);
        store_close(b);
    }
}

T_MAIN("store/store")
