/* store_files: files, in parts. */
#include <string.h>

#include "store/store_parts.h"

#define COLUMNS "id, owner, name, purpose, bytes, created, expires"

static takt_rc check_quota(struct store *s, const char *owner, uint64_t bytes,
                           const struct store_quota *q, takt_err *e)
{
    const struct db_value args[] = {db_str(owner)};
    int64_t n = 0, sum = 0;
    TAKT_TRY(store_number(s, "SELECT count(*) FROM takt_files WHERE owner = $1", args, 1, &n, e));
    if (q->n_files && (uint64_t)n >= q->n_files)
        return err_set(e, TAKT_ERR_LIMIT, "files",
                       "there are %lld already, which is the limit; delete some first",
                       (long long)n);
    TAKT_TRY(store_number(
        s, "SELECT CAST(COALESCE(sum(bytes), 0) AS BIGINT) FROM takt_files WHERE owner = $1", args,
        1, &sum, e));
    if (q->bytes && ((uint64_t)sum > q->bytes || bytes > q->bytes - (uint64_t)sum))
        return err_set(e, TAKT_ERR_LIMIT, "files",
                       "they have %lld bytes, and %llu more would exceed the limit of %llu; delete "
                       "some first",
                       (long long)sum, (unsigned long long)bytes, (unsigned long long)q->bytes);
    return TAKT_OK;
}

takt_rc store_file_open(struct store *s, const struct store_file *f, bool is_open, takt_err *e)
{
    int64_t seq;
    TAKT_TRY(store_seq(s, &seq, e));
    const struct db_value args[] = {
        db_str(f->id),      db_int(seq),          db_str(f->owner),     db_str(f->name),
        db_str(f->purpose), db_int(f->created_s), db_int(f->expires_s), db_int(is_open),
    };
    return STORE_DO(
        s,
        "INSERT INTO takt_files (id, seq, owner, name, purpose, bytes, created, expires,"
        " is_open) VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8)",
        args, NULL, e);
}

takt_rc store_file_part(struct store *s, const char *id, int64_t n, struct slice data, bool *added,
                        takt_err *e)
{
    const struct db_value part[] = {db_str(id), db_int(n), db_bytes(data)};
    const struct db_value grown[] = {db_str(id), db_int((int64_t)data.len)};
    uint64_t n_added;
    TAKT_TRY(STORE_DO(s,
                      "INSERT INTO takt_parts (file, n, data) VALUES ($1, $2, $3)"
                      " ON CONFLICT (file, n) DO NOTHING",
                      part, &n_added, e));
    *added = n_added > 0;
    if (!n_added)
        return TAKT_OK;
    return STORE_DO(s, "UPDATE takt_files SET bytes = bytes + $2 WHERE id = $1", grown, NULL, e);
}

static takt_rc add_file(struct store *s, const struct store_file *f, struct slice content,
                        const struct store_quota *quota, takt_err *e)
{
    bool added;
    if (quota)
        TAKT_TRY(check_quota(s, f->owner, content.len, quota, e));
    TAKT_TRY(store_file_open(s, f, false, e));
    for (int64_t n = 0; content.len; n++) {
        size_t len = content.len < STORE_PART_BYTES ? content.len : STORE_PART_BYTES;
        TAKT_TRY(store_file_part(s, f->id, n, (struct slice){content.p, len}, &added, e));
        content = (struct slice){content.p + len, content.len - len};
    }
    return TAKT_OK;
}

takt_rc store_file_add(struct store *s, const struct store_file *f, struct slice content,
                       const struct store_quota *quota, takt_err *e)
{
    TAKT_TRY(store_room(s, content.len, e));
    TAKT_TRY(store_begin(s, e));
    return store_end(s, add_file(s, f, content, quota, e), e);
}

static void fill_file(struct store_list *l, void *element, const struct db_value *row)
{
    *(struct store_file *)element = (struct store_file){
        .id = store_keep_str(l, &row[0]),
        .owner = store_keep_str(l, &row[1]),
        .name = store_keep_str(l, &row[2]),
        .purpose = store_keep_str(l, &row[3]),
        .bytes = (uint64_t)row[4].i,
        .created_s = row[5].i,
        .expires_s = row[6].i,
    };
}

takt_rc store_file_get(struct store *s, const char *id, const char *owner, int64_t now_s,
                       struct arena *a, struct store_file **out, takt_err *e)
{
    const struct db_value args[] = {db_str(id), db_str(owner), db_int(now_s)};
    struct store_list l = {.a = a, .size = sizeof **out, .fill = fill_file, .most = 1};
    TAKT_TRY(store_list_read(s, &l,
                             "SELECT " COLUMNS " FROM takt_files WHERE id = $1 AND " STORE_OWNER(
                                 2) " AND is_open = 0 AND (expires = 0 OR expires > $3)",
                             args, 3, e));
    *out = l.n ? (struct store_file *)(void *)l.v : NULL;
    return TAKT_OK;
}

#define LIST(order)                                                                                \
    "SELECT " COLUMNS                                                                              \
    " FROM takt_files WHERE " STORE_OWNER(1) " AND (CAST($2 AS TEXT) IS NULL OR"                   \
                                             " purpose = $2) AND is_open = 0 AND (expires = 0 OR " \
                                             "expires > $3) AND seq > $4 AND seq < $5"             \
                                             " ORDER BY seq " order " LIMIT $6"

takt_rc store_files(struct store *s, const char *owner, const char *purpose,
                    const struct store_page *page, int64_t now_s, struct arena *a,
                    struct store_file **out, uint32_t *n, bool *more, takt_err *e)
{
    struct store_range range;
    TAKT_TRY(store_range(s, "SELECT seq FROM takt_files WHERE id = $1", page, &range, e));
    const struct db_value args[] = {
        db_str(owner),       db_str(purpose),     db_int(now_s),
        db_int(range.above), db_int(range.below), db_int((int64_t)page->limit + 1),
    };
    struct store_list l = {.a = a, .size = sizeof **out, .fill = fill_file, .most = page->limit};
    TAKT_TRY(store_list_read(s, &l, page->oldest_first ? LIST("ASC") : LIST("DESC"), args, 6, e));
    *out = (struct store_file *)(void *)l.v;
    *n = l.n;
    *more = l.more;
    return TAKT_OK;
}

/* ---- content --------------------------------------------------------------------------------- */

/* Which parts fit together. */
struct reach {
    size_t most, len;
    int64_t last;
    bool is_done;
};

static void reach_on(void *user, const struct db_value *row, uint32_t n)
{
    (void)n;
    struct reach *k = user;
    uint64_t len = (uint64_t)row[1].i;
    if (k->is_done || (k->len && (len > k->most || k->len > k->most - len))) {
        k->is_done = true;
        return;
    }
    k->last = row[0].i;
    k->len += len;
}

struct piece {
    uint8_t *p;
    size_t len, cap;
};

static void add_part(void *user, const struct db_value *row, uint32_t n)
{
    (void)n;
    struct piece *k = user;
    const struct slice s = row[0].s;
    size_t fits = s.len < k->cap - k->len ? s.len : k->cap - k->len;
    if (fits)
        memcpy(k->p + k->len, s.p, fits);
    k->len += fits;
}

takt_rc store_file_read(struct store *s, const char *id, int64_t *at, size_t most, struct arena *a,
                        struct slice *out, takt_err *e)
{
    const struct db_value from[] = {db_str(id), db_int(*at)};
    struct reach k = {.most = most, .last = *at};
    *out = (struct slice){NULL, 0};
    /* Lengths first: nothing is read that does not fit. */
    TAKT_TRY(store_rows(s,
                        "SELECT n, CAST(length(data) AS BIGINT) FROM takt_parts WHERE file = $1"
                        " AND n > $2 ORDER BY n LIMIT 256",
                        from, 2, reach_on, &k, e));
    const struct db_value args[] = {db_str(id), db_int(*at), db_int(k.last)};
    struct piece piece = {.p = arena_alloc(a, k.len, 1), .cap = k.len};
    if (!piece.p)
        return err_set(e, TAKT_ERR_MEMORY, store_place(s), "no memory for a part of a file");
    if (k.len)
        TAKT_TRY(store_rows(s,
                            "SELECT data FROM takt_parts WHERE file = $1 AND n > $2 AND n <= $3"
                            " ORDER BY n",
                            args, 3, add_part, &piece, e));
    *at = k.last;
    *out = (struct slice){piece.p, piece.len};
    return TAKT_OK;
}

/* ---- the end of a file ----------------------------------------------------------------------- */

static takt_rc delete_file(struct store *s, const char *id, const char *owner, enum store_gone *out,
                           takt_err *e)
{
    const struct db_value file[] = {db_str(id)};
    const struct db_value args[] = {db_str(id), db_str(owner)};
    int64_t n_batches = 0, n_files = 0;
    uint64_t n;
    *out = STORE_NOT_THERE;
    TAKT_TRY(store_number(s,
                          "SELECT count(*) FROM takt_files WHERE id = $1 AND is_open = 0"
                          " AND " STORE_OWNER(2),
                          args, 2, &n_files, e));
    if (!n_files)
        return TAKT_OK;
    *out = STORE_IN_USE;
    TAKT_TRY(store_number(s,
                          "SELECT count(*) FROM takt_batches WHERE input = $1"
                          " AND status IN (0, 2, 3, 6)",
                          file, 1, &n_batches, e));
    if (n_batches)
        return TAKT_OK;
    TAKT_TRY(STORE_DO(s, "DELETE FROM takt_files WHERE id = $1", file, &n, e));
    *out = n ? STORE_DELETED : STORE_NOT_THERE;
    return STORE_DO(s, "DELETE FROM takt_parts WHERE file = $1", file, NULL, e);
}

takt_rc store_file_delete(struct store *s, const char *id, const char *owner, enum store_gone *out,
                          takt_err *e)
{
    TAKT_TRY(store_begin(s, e));
    return store_end(s, delete_file(s, id, owner, out, e), e);
}
