/* store_batches: batches. Statuses stand in statements as numbers: those of store.h. */
#include <string.h>

#include "store/store_parts.h"

#define OPEN_STATUSES "(0, 2, 3, 6)"
_Static_assert(STORE_VALIDATING == 0 && STORE_IN_PROGRESS == 2 && STORE_FINALIZING == 3 &&
                   STORE_CANCELLING == 6 && STORE_BATCH_STATUSES == 8,
               "as in statements");

#define COLUMNS                                                                                    \
    "id, owner, endpoint, input, output, failures, status, metadata, errors, lines, completed,"    \
    " failed, prompt, cached, answer, time_window, expires, files_expire, at0, at1, at2, at3, "    \
    "at4,"                                                                                         \
    " at5, at6, at7"

static bool is_end(int64_t status)
{
    return status == STORE_FAILED || status == STORE_COMPLETED || status == STORE_EXPIRED ||
           status == STORE_CANCELLED;
}

/* ---- making ---------------------------------------------------------------------------------- */

static takt_rc check_room(struct store *s, const char *owner, uint32_t n_open_max, takt_err *e)
{
    const struct db_value args[] = {db_str(owner)};
    int64_t n = 0;
    if (!n_open_max)
        return TAKT_OK;
    TAKT_TRY(store_number(
        s, "SELECT count(*) FROM takt_batches WHERE owner = $1 AND status IN " OPEN_STATUSES, args,
        1, &n, e));
    if (n >= n_open_max)
        return err_set(e, TAKT_ERR_LIMIT, "batches",
                       "%lld have not ended yet, which is the limit; cancel some or wait",
                       (long long)n);
    return TAKT_OK;
}

static takt_rc insert(struct store *s, const struct store_batch *b, takt_err *e)
{
    int64_t seq;
    TAKT_TRY(store_seq(s, &seq, e));
    const struct db_value args[] = {
        db_str(b->id),
        db_int(seq),
        db_str(b->owner),
        db_str(b->endpoint),
        db_str(b->input_file),
        db_text(b->metadata),
        db_int(b->window_s),
        db_int(b->expires_s),
        db_int(b->files_expire_s),
        db_int(b->at_s[STORE_VALIDATING]),
    };
    return STORE_DO(s,
                    "INSERT INTO takt_batches (" COLUMNS ", seq) VALUES ($1, $3, $4, $5, NULL,"
                    " NULL, 0, $6, NULL, 0, 0, 0, 0, 0, 0, $7, $8, $9, $10, 0, 0, 0, 0, 0, 0, 0,"
                    " $2)",
                    args, NULL, e);
}

static takt_rc add_batch(struct store *s, const struct store_batch *b, uint32_t n_open_max,
                         bool *found, takt_err *e)
{
    const struct db_value args[] = {db_str(b->input_file), db_str(b->owner)};
    int64_t n = 0;
    TAKT_TRY(store_number(s,
                          "SELECT count(*) FROM takt_files WHERE id = $1 AND owner = $2"
                          " AND is_open = 0",
                          args, 2, &n, e));
    *found = n > 0;
    if (!n)
        return TAKT_OK;
    TAKT_TRY(check_room(s, b->owner, n_open_max, e));
    return insert(s, b, e);
}

takt_rc store_batch_add(struct store *s, const struct store_batch *b, uint32_t n_open_max,
                        bool *found, takt_err *e)
{
    *found = false;
    TAKT_TRY(store_room(s, 0, e));
    TAKT_TRY(store_begin(s, e));
    return store_end(s, add_batch(s, b, n_open_max, found, e), e);
}

/* ---- reading --------------------------------------------------------------------------------- */

static void fill_batch(struct store_list *l, void *element, const struct db_value *row)
{
    struct store_batch *b = element;
    int64_t status = row[6].i;
    *b = (struct store_batch){
        .id = store_keep_str(l, &row[0]),
        .owner = store_keep_str(l, &row[1]),
        .endpoint = store_keep_str(l, &row[2]),
        .input_file = store_keep_str(l, &row[3]),
        .output_file = store_keep_str(l, &row[4]),
        .error_file = store_keep_str(l, &row[5]),
        .status = status >= 0 && status < STORE_BATCH_STATUSES ? (enum store_batch_status)status
                                                               : STORE_FAILED,
        .metadata = store_keep_text(l, &row[7]),
        .errors = store_keep_text(l, &row[8]),
        .n_lines = (uint64_t)row[9].i,
        .n_completed = (uint64_t)row[10].i,
        .n_failed = (uint64_t)row[11].i,
        .n_prompt = (uint64_t)row[12].i,
        .n_cached = (uint64_t)row[13].i,
        .n_answer = (uint64_t)row[14].i,
        .window_s = row[15].i,
        .expires_s = row[16].i,
        .files_expire_s = row[17].i,
    };
    for (int i = 0; i < STORE_BATCH_STATUSES; i++)
        b->at_s[i] = row[18 + i].i;
}

takt_rc store_batch_get(struct store *s, const char *id, const char *owner, struct arena *a,
                        struct store_batch **out, takt_err *e)
{
    const struct db_value args[] = {db_str(id), db_str(owner)};
    struct store_list l = {.a = a, .size = sizeof **out, .fill = fill_batch, .most = 1};
    TAKT_TRY(store_list_read(
        s, &l, "SELECT " COLUMNS " FROM takt_batches WHERE id = $1 AND " STORE_OWNER(2), args, 2,
        e));
    *out = l.n ? (struct store_batch *)(void *)l.v : NULL;
    return TAKT_OK;
}

#define LIST(order)                                                                                \
    "SELECT " COLUMNS " FROM takt_batches WHERE " STORE_OWNER(1) " AND seq > $2 AND seq < $3"      \
                                                                 " ORDER BY seq " order            \
                                                                 " LIMIT $4"

takt_rc store_batches(struct store *s, const char *owner, const struct store_page *page,
                      struct arena *a, struct store_batch **out, uint32_t *n, bool *more,
                      takt_err *e)
{
    struct store_range range;
    TAKT_TRY(store_range(s, "SELECT seq FROM takt_batches WHERE id = $1", page, &range, e));
    const struct db_value args[] = {db_str(owner), db_int(range.above), db_int(range.below),
                                    db_int((int64_t)page->limit + 1)};
    struct store_list l = {.a = a, .size = sizeof **out, .fill = fill_batch, .most = page->limit};
    TAKT_TRY(store_list_read(s, &l, page->oldest_first ? LIST("ASC") : LIST("DESC"), args, 4, e));
    *out = (struct store_batch *)(void *)l.v;
    *n = l.n;
    *more = l.more;
    return TAKT_OK;
}

takt_rc store_batches_open(struct store *s, struct arena *a, struct store_batch **out, uint32_t *n,
                           takt_err *e)
{
    struct store_list l = {
        .a = a, .size = sizeof **out, .fill = fill_batch, .most = STORE_LIST_MAX};
    TAKT_TRY(store_list_read(s, &l,
                             "SELECT " COLUMNS " FROM takt_batches WHERE status IN " OPEN_STATUSES
                             " ORDER BY seq",
                             NULL, 0, e));
    *out = (struct store_batch *)(void *)l.v;
    *n = l.n;
    return TAKT_OK;
}

/* ---- statuses -------------------------------------------------------------------------------- */

#define MOVE(at)                                                                                   \
    "UPDATE takt_batches SET status = $2, " at " = $3,"                                            \
    " lines = CASE WHEN CAST($4 AS BIGINT) > 0 THEN $4 ELSE lines END, errors = COALESCE($5, "     \
    "errors)"                                                                                      \
    " WHERE id = $1"

/* What a batch wrote becomes files that can be read. */
static takt_rc close_files(struct store *s, const char *id, int64_t now_s, takt_err *e)
{
    const struct db_value args[] = {db_str(id), db_int(now_s)};
    return STORE_DO(
        s,
        "UPDATE takt_files SET is_open = 0, expires = COALESCE((SELECT CASE WHEN b.files_expire > 0"
        " THEN b.files_expire + $2 ELSE 0 END FROM takt_batches b WHERE b.id = $1), 0)"
        " WHERE id IN (SELECT b.output FROM takt_batches b WHERE b.id = $1 UNION"
        " SELECT b.failures FROM takt_batches b WHERE b.id = $1)",
        args, NULL, e);
}

static takt_rc status_of(struct store *s, const char *id, int64_t *status, takt_err *e)
{
    const struct db_value args[] = {db_str(id)};
    *status = -1;
    /* The row is locked where others could change it meanwhile. */
    return store_number(s, "UPDATE takt_batches SET id = id WHERE id = $1 RETURNING status", args,
                        1, status, e);
}

static takt_rc move(struct store *s, const char *id, unsigned from, enum store_batch_status to,
                    int64_t now_s, uint64_t n_lines, struct slice errors, bool *moved, takt_err *e)
{
    static const char *const sql[STORE_BATCH_STATUSES] = {MOVE("at0"), MOVE("at1"), MOVE("at2"),
                                                          MOVE("at3"), MOVE("at4"), MOVE("at5"),
                                                          MOVE("at6"), MOVE("at7")};
    const struct db_value args[] = {db_str(id), db_int(to), db_int(now_s), db_int((int64_t)n_lines),
                                    db_text(errors)};
    int64_t status;
    TAKT_TRY(status_of(s, id, &status, e));
    *moved = status >= 0 && status < STORE_BATCH_STATUSES && (from >> status & 1);
    if (!*moved)
        return TAKT_OK;
    TAKT_TRY(STORE_DO(s, sql[to], args, NULL, e));
    return is_end(to) ? close_files(s, id, now_s, e) : TAKT_OK;
}

takt_rc store_batch_move(struct store *s, const char *id, unsigned from, enum store_batch_status to,
                         int64_t now_s, uint64_t n_lines, struct slice errors, bool *moved,
                         takt_err *e)
{
    *moved = false;
    TAKT_TRY(store_begin(s, e));
    return store_end(s, move(s, id, from, to, now_s, n_lines, errors, moved, e), e);
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* The two files of a batch, "" where there is none yet. */
struct outputs {
    char owner[256], file[2][128];
    bool found;
};

static void keep(char *buf, size_t cap, const struct db_value *v)
{
    size_t n = v->s.len < cap ? v->s.len : cap - 1;
    if (n)
        memcpy(buf, v->s.p, n);
    buf[n] = '\0';
}

static void keep_outputs(void *user, const struct db_value *row, uint32_t n)
{
    (void)n;
    struct outputs *o = user;
    keep(o->owner, sizeof o->owner, &row[0]);
    keep(o->file[0], sizeof o->file[0], &row[1]);
    keep(o->file[1], sizeof o->file[1], &row[2]);
    o->found = true;
}

static takt_rc outputs_of(struct store *s, const char *id, struct outputs *o, takt_err *e)
{
    const struct db_value args[] = {db_str(id)};
    *o = (struct outputs){.found = false};
    return store_rows(s, "SELECT owner, output, failures FROM takt_batches WHERE id = $1", args, 1,
                      keep_outputs, o, e);
}

/* The file that lines go to, made if it is not there. */
static takt_rc open_output(struct store *s, const char *batch, struct outputs *o, bool is_error,
                           const char *file, int64_t now_s, takt_err *e)
{
    const struct db_value args[] = {db_str(batch), db_str(file)};
    char name[160];
    if (o->file[is_error][0])
        return TAKT_OK;
    snprintf(name, sizeof name, "%.120s_%s.jsonl", batch, is_error ? "error" : "output");
    const struct store_file f = {
        .id = file, .owner = o->owner, .name = name, .purpose = "batch_output", .created_s = now_s};
    TAKT_TRY(store_file_open(s, &f, true, e));
    TAKT_TRY(STORE_DO(s,
                      is_error ? "UPDATE takt_batches SET failures = $2 WHERE id = $1"
                               : "UPDATE takt_batches SET output = $2 WHERE id = $1",
                      args, NULL, e));
    snprintf(o->file[is_error], sizeof o->file[0], "%s", file);
    return TAKT_OK;
}

static takt_rc is_answered(struct store *s, const struct outputs *o, int64_t n, bool *answered,
                           takt_err *e)
{
    const struct db_value args[] = {db_str(o->file[0]), db_str(o->file[1]), db_int(n)};
    int64_t count = 0;
    TAKT_TRY(store_number(s, "SELECT count(*) FROM takt_parts WHERE file IN ($1, $2) AND n = $3",
                          args, 3, &count, e));
    *answered = count > 0;
    return TAKT_OK;
}

struct sums {
    uint64_t n[2], prompt, cached, answer;
};

static takt_rc add_line(struct store *s, const char *id, struct outputs *o,
                        const struct store_line *l, const char *file, int64_t now_s,
                        struct sums *sums, takt_err *e)
{
    bool answered, added;
    TAKT_TRY(is_answered(s, o, l->n, &answered, e));
    if (answered)
        return TAKT_OK;
    TAKT_TRY(open_output(s, id, o, l->is_error, file, now_s, e));
    TAKT_TRY(store_file_part(s, o->file[l->is_error], l->n, l->text, &added, e));
    sums->n[l->is_error]++;
    sums->prompt += l->n_prompt;
    sums->cached += l->n_cached;
    sums->answer += l->n_answer;
    return TAKT_OK;
}

static takt_rc add_lines(struct store *s, const char *id, const struct store_line *line, uint32_t n,
                         const char *const file[2], int64_t now_s, enum store_batch_status *status,
                         takt_err *e)
{
    struct outputs o;
    struct sums sums = {{0}, 0, 0, 0};
    int64_t now;
    TAKT_TRY(status_of(s, id, &now, e));
    *status = now >= 0 && now < STORE_BATCH_STATUSES ? (enum store_batch_status)now : STORE_FAILED;
    if (is_end(*status))
        return TAKT_OK;
    TAKT_TRY(outputs_of(s, id, &o, e));
    for (uint32_t i = 0; i < n; i++)
        TAKT_TRY(add_line(s, id, &o, &line[i], file[line[i].is_error], now_s, &sums, e));
    const struct db_value args[] = {
        db_str(id),
        db_int((int64_t)sums.n[0]),
        db_int((int64_t)sums.n[1]),
        db_int((int64_t)sums.prompt),
        db_int((int64_t)sums.cached),
        db_int((int64_t)sums.answer),
    };
    return STORE_DO(s,
                    "UPDATE takt_batches SET completed = completed + $2, failed = failed + $3,"
                    " prompt = prompt + $4, cached = cached + $5, answer = answer + $6"
                    " WHERE id = $1",
                    args, NULL, e);
}

takt_rc store_batch_lines(struct store *s, const char *id, const struct store_line *line,
                          uint32_t n, const char *output_file, const char *error_file,
                          int64_t now_s, enum store_batch_status *status, takt_err *e)
{
    const char *const file[2] = {output_file, error_file};
    uint64_t bytes = 0;
    *status = STORE_FAILED;
    for (uint32_t i = 0; i < n; i++)
        bytes += line[i].text.len;
    TAKT_TRY(store_room(s, bytes, e));
    TAKT_TRY(store_begin(s, e));
    return store_end(s, add_lines(s, id, line, n, file, now_s, status, e), e);
}

static void fill_number(struct store_list *l, void *element, const struct db_value *row)
{
    (void)l;
    *(int64_t *)element = row[0].i;
}

takt_rc store_batch_done(struct store *s, const char *id, struct arena *a, int64_t **out,
                         uint32_t *n, takt_err *e)
{
    struct outputs o;
    TAKT_TRY(outputs_of(s, id, &o, e));
    const struct db_value args[] = {db_str(o.file[0]), db_str(o.file[1])};
    struct store_list l = {.a = a, .size = sizeof **out, .fill = fill_number, .most = UINT32_MAX};
    TAKT_TRY(store_list_read(s, &l, "SELECT n FROM takt_parts WHERE file IN ($1, $2) ORDER BY n",
                             args, 2, e));
    *out = (int64_t *)(void *)l.v;
    *n = l.n;
    return TAKT_OK;
}
