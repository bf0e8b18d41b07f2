/* db_sqlite: a file, with a log beside it that is synchronised at each commit. */
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/db.h"

enum {
    APPLICATION_ID = 0x74616B74, /* "takt", in the file's head */
    BUSY_MS = 10000,             /* for other processes that write */
    WAL_MAX = 64 << 20,          /* bytes that the log keeps when it could be shorter */
    BLOB_MAX = 1 << 30,
    RESERVE_BYTES = 32 << 20, /* of the disk: see has_room */
};
#define CHECK_MAX (INT64_C(1) << 30) /* larger files are not read through at the start */

struct statement {
    const char *sql;
    sqlite3_stmt *stmt;
};

struct sqlite {
    struct db base;
    sqlite3 *h;
    struct statement statement[DB_STATEMENTS_MAX];
    uint32_t n_statements;
    bool was_full;   /* the last commit found no room */
    char *lead_path; /* NULL: nobody else can see it */
    char *base_path;
    int lead_fd;
};

/* ---- errors ---------------------------------------------------------------------------------- */

/* SQLite forgets the system's error where it is a commit that fails; errno still has it. */
static int sys_error(const struct sqlite *d)
{
    int sys = sqlite3_system_errno(d->h);
    return sys ? sys : errno;
}

static bool is_full(const struct sqlite *d, int rc)
{
    int sys = sys_error(d);
    return (rc & 0xFF) == SQLITE_FULL ||
           ((rc & 0xFF) == SQLITE_IOERR && (sys == ENOSPC || sys == EDQUOT || sys == EFBIG));
}

static takt_rc failed(const struct sqlite *d, int rc, takt_err *e)
{
    const char *place = d->base.place, *says = sqlite3_errmsg(d->h);
    switch (rc & 0xFF) {
    case SQLITE_NOMEM: return err_set(e, TAKT_ERR_MEMORY, place, "no memory");
    case SQLITE_NOTADB:
        return err_set(e, TAKT_ERR_FORMAT, place,
                       "is no SQLite database, or its beginning is damaged; restore it from a "
                       "backup, or name another file with --store");
    case SQLITE_CORRUPT:
        return err_set(e, TAKT_ERR_FORMAT, place,
                       "is damaged (%s); restore it from a backup, or move it away to begin with "
                       "an empty one",
                       says);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return err_set(e, TAKT_ERR_IO, place, "another process has kept it locked for %d s",
                       BUSY_MS / 1000);
    case SQLITE_READONLY: return err_set(e, TAKT_ERR_IO, place, "cannot be written to");
    case SQLITE_CANTOPEN: {
        int sys = sqlite3_system_errno(d->h);
        return err_set(e, TAKT_ERR_IO, place, "cannot be opened: %s", sys ? strerror(sys) : says);
    }
    default: break;
    }
    if (is_full(d, rc)) {
        err_set(e, TAKT_ERR_IO, place, "there is no room for more data (%s)", says);
        if (e)
            e->sys = ENOSPC;
        return (takt_rc){TAKT_ERR_IO};
    }
    int sys = (rc & 0xFF) == SQLITE_IOERR ? sys_error(d) : sqlite3_system_errno(d->h);
    takt_rc r =
        err_set(e, TAKT_ERR_IO, place, "%s%s%s", says, sys ? ": " : "", sys ? strerror(sys) : "");
    if (e)
        e->sys = sys;
    return r;
}

/* ---- statements ------------------------------------------------------------------------------ */

static takt_rc prepare(struct sqlite *d, const char *sql, sqlite3_stmt **out, takt_err *e)
{
    for (uint32_t i = 0; i < d->n_statements; i++)
        if (d->statement[i].sql == sql) {
            *out = d->statement[i].stmt;
            return TAKT_OK;
        }
    takt_assert(d->n_statements < DB_STATEMENTS_MAX);
    int rc = sqlite3_prepare_v3(d->h, sql, -1, SQLITE_PREPARE_PERSISTENT, out, NULL);
    if (rc != SQLITE_OK)
        return failed(d, rc, e);
    d->statement[d->n_statements++] = (struct statement){sql, *out};
    return TAKT_OK;
}

/* $N is a name to SQLite: it numbers them as they first appear. */
static int bind(sqlite3_stmt *stmt, uint32_t n, const struct db_value *v)
{
    char name[8];
    snprintf(name, sizeof name, "$%u", n);
    int at = sqlite3_bind_parameter_index(stmt, name);
    if (!at)
        return SQLITE_OK;
    const char *p = v->s.len ? (const char *)v->s.p : "";
    switch (v->kind) {
    case DB_INT: return sqlite3_bind_int64(stmt, at, v->i);
    case DB_TEXT: return sqlite3_bind_text64(stmt, at, p, v->s.len, SQLITE_STATIC, SQLITE_UTF8);
    case DB_BYTES: return sqlite3_bind_blob64(stmt, at, p, v->s.len, SQLITE_STATIC);
    default: return sqlite3_bind_null(stmt, at);
    }
}

static struct db_value column(sqlite3_stmt *stmt, int i)
{
    struct db_value v = {.kind = DB_NULL};
    switch (sqlite3_column_type(stmt, i)) {
    case SQLITE_INTEGER: return db_int(sqlite3_column_int64(stmt, i));
    case SQLITE_TEXT:
        v.kind = DB_TEXT;
        v.s.p = sqlite3_column_text(stmt, i);
        break;
    case SQLITE_BLOB:
        v.kind = DB_BYTES;
        v.s.p = sqlite3_column_blob(stmt, i);
        break;
    default: return v;
    }
    v.s.len = (size_t)sqlite3_column_bytes(stmt, i);
    return v;
}

static void tell(sqlite3_stmt *stmt, db_row_fn *fn, void *user)
{
    struct db_value row[DB_COLUMNS_MAX];
    int n = sqlite3_column_count(stmt);
    takt_assert(n <= DB_COLUMNS_MAX);
    for (int i = 0; i < n; i++)
        row[i] = column(stmt, i);
    fn(user, row, (uint32_t)n);
}

/* After a commit that found no room: moves what the log holds into the file, so that the log begins
 * anew and has room for what gives room back. SQLite does that by itself only after commits. */
static void empty_log(struct sqlite *d)
{
    d->was_full = false;
    sqlite3_wal_checkpoint_v2(d->h, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

static takt_rc run(struct db *base, const char *sql, const struct db_value *args, uint32_t n_args,
                   db_row_fn *fn, void *user, uint64_t *n_changed, takt_err *e)
{
    struct sqlite *d = (struct sqlite *)base;
    sqlite3_stmt *stmt;
    if (d->was_full && !base->in_transaction)
        empty_log(d);
    TAKT_TRY(prepare(d, sql, &stmt, e));
    int rc = SQLITE_OK;
    errno = 0;
    for (uint32_t i = 0; rc == SQLITE_OK && i < n_args; i++)
        rc = bind(stmt, i + 1, &args[i]);
    while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        if (fn)
            tell(stmt, fn, user);
        rc = SQLITE_OK;
    }
    d->was_full = d->was_full || (rc != SQLITE_DONE && is_full(d, rc));
    takt_rc r = rc == SQLITE_DONE ? TAKT_OK : failed(d, rc, e);
    *n_changed = sqlite3_stmt_readonly(stmt) ? 0 : (uint64_t)sqlite3_changes64(d->h);
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt); /* they point to what is the caller's */
    return r;
}

static takt_rc script(struct db *base, const char *sql, takt_err *e)
{
    struct sqlite *d = (struct sqlite *)base;
    int rc = sqlite3_exec(d->h, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? TAKT_OK : failed(d, rc, e);
}

/* ---- who leads ------------------------------------------------------------------------------- */

static bool leads(struct db *base)
{
    struct sqlite *d = (struct sqlite *)base;
    if (!d->lead_path || d->lead_fd >= 0)
        return true;
    int fd = open(d->lead_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        d->lead_fd = fd;
    else
        close(fd);
    return d->lead_fd >= 0;
}

/* ---- life ------------------------------------------------------------------------------------ */

static void sqlite_close(struct db *base)
{
    struct sqlite *d = (struct sqlite *)base;
    for (uint32_t i = 0; i < d->n_statements; i++)
        sqlite3_finalize(d->statement[i].stmt);
    sqlite3_close(d->h);
    if (d->lead_fd >= 0)
        close(d->lead_fd);
    free(d->lead_path);
    free(d->base_path);
    free(d);
}

/* Makes the folders above PATH, and an empty file that only its owner can read. */
static takt_rc make_file(const char *path, takt_err *e)
{
    char *copy = strdup(path);
    if (!copy)
        return err_set(e, TAKT_ERR_MEMORY, path, "no memory");
    takt_rc rc = TAKT_OK;
    for (char *p = strchr(copy + 1, '/'); p && !rc.code; p = strchr(p + 1, '/')) {
        *p = '\0';
        if (mkdir(copy, 0700) != 0 && errno != EEXIST)
            rc = err_sys(e, copy, "cannot be made");
        *p = '/';
    }
    free(copy);
    TAKT_TRY(rc);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_sys(e, path, "cannot be opened");
    struct stat st;
    bool is_file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    close(fd);
    if (!is_file)
        return err_set(e, TAKT_ERR_USAGE, path, "is no regular file");
    return TAKT_OK;
}

static void keep_number(void *user, const struct db_value *row, uint32_t n)
{
    if (n && row[0].kind == DB_INT)
        *(int64_t *)user = row[0].i;
}

static takt_rc number(struct sqlite *d, const char *sql, int64_t *out, takt_err *e)
{
    uint64_t ignored;
    *out = 0;
    return run(&d->base, sql, NULL, 0, keep_number, out, &ignored, e);
}

/* ---- room ------------------------------------------------------------------------------------ */

/* Also to delete something, and to move that from the log into the file, takes room. So what adds
 * something leaves a reserve, or a full disk could not be emptied from here. */
static bool has_room(struct db *base, uint64_t bytes)
{
    struct sqlite *d = (struct sqlite *)base;
    struct statvfs v;
    if (!d->lead_path || statvfs(d->base_path, &v) != 0)
        return true;
    uint64_t size = (uint64_t)v.f_blocks * v.f_frsize, left = (uint64_t)v.f_bavail * v.f_frsize;
    uint64_t reserve = size / 8 < RESERVE_BYTES ? size / 8 : RESERVE_BYTES;
    int64_t n_free, page;
    if (left > reserve + bytes)
        return true;
    /* What was deleted lies in the file and is used again; the log must hold it first, though. */
    bool known = !number(d, "PRAGMA freelist_count", &n_free, NULL).code &&
                 !number(d, "PRAGMA page_size", &page, NULL).code;
    return !known || (left > bytes && left + (uint64_t)(n_free * page) > reserve + bytes);
}

/* An empty file, or one of ours. */
static takt_rc check_ours(struct sqlite *d, takt_err *e)
{
    int64_t id, n_tables;
    TAKT_TRY(number(d, "PRAGMA application_id", &id, e));
    TAKT_TRY(number(d, "SELECT count(*) FROM sqlite_master", &n_tables, e));
    if (id == APPLICATION_ID)
        return TAKT_OK;
    if (id || n_tables)
        return err_set(e, TAKT_ERR_FORMAT, d->base.place,
                       "is the database of another program; name another file with --store");
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d", APPLICATION_ID);
    return script(&d->base, sql, e);
}

static void keep_verdict(void *user, const struct db_value *row, uint32_t n)
{
    if (n && row[0].kind == DB_TEXT)
        snprintf(user, 200, "%.*s", (int)(row[0].s.len < 199 ? row[0].s.len : 199), row[0].s.p);
}

static takt_rc check_whole(struct sqlite *d, const char *path, takt_err *e)
{
    struct stat st;
    char verdict[200] = "ok";
    uint64_t ignored;
    if (stat(path, &st) != 0 || st.st_size > CHECK_MAX)
        return TAKT_OK;
    TAKT_TRY(run(&d->base, "PRAGMA quick_check(1)", NULL, 0, keep_verdict, verdict, &ignored, e));
    if (strcmp(verdict, "ok") == 0)
        return TAKT_OK;
    for (char *p = verdict; *p; p++)
        *p = *p == '\n' ? ' ' : *p;
    return err_set(e, TAKT_ERR_FORMAT, d->base.place,
                   "is damaged (%s); restore it from a backup, or move it away to begin with an "
                   "empty one",
                   verdict);
}

static takt_rc prepare_file(struct sqlite *d, const char *path, takt_err *e)
{
    char sql[256];
    sqlite3_busy_timeout(d->h, BUSY_MS);
    sqlite3_limit(d->h, SQLITE_LIMIT_LENGTH, BLOB_MAX);
    TAKT_TRY(check_ours(d, e));
    snprintf(sql, sizeof sql,
             "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = %d;"
             "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY",
             WAL_MAX);
    TAKT_TRY(script(&d->base, sql, e));
    return check_whole(d, path, e);
}

static const struct db_driver driver = {
    .run = run,
    .script = script,
    .leads = leads,
    .has_room = has_room,
    .close = sqlite_close,
    .begin = "BEGIN IMMEDIATE",
    .migrate = "SELECT 1",
    .has_table = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
};

takt_rc db_open_sqlite(struct db **out, const char *path, takt_err *e)
{
    bool is_memory = strcmp(path, ":memory:") == 0;
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    *out = NULL;
    if (!is_memory)
        TAKT_TRY(make_file(path, e));
    struct sqlite *d = calloc(1, sizeof *d);
    size_t n = strlen(path) + sizeof "-lead";
    char *lead_path = is_memory ? NULL : malloc(n), *base_path = strdup(path);
    if (!d || !base_path || (!is_memory && !lead_path)) {
        free(d);
        free(lead_path);
        free(base_path);
        return err_set(e, TAKT_ERR_MEMORY, path, "no memory");
    }
    if (lead_path)
        snprintf(lead_path, n, "%s-lead", path);
    d->lead_path = lead_path;
    d->base_path = base_path;
    d->lead_fd = -1;
    d->base.driver = &driver;
    snprintf(d->base.place, sizeof d->base.place, "%s", is_memory ? "memory" : path);
    int rc = sqlite3_open_v2(path, &d->h, flags, NULL);
    takt_rc r = rc == SQLITE_OK ? prepare_file(d, path, e) : failed(d, rc, e);
    if (r.code) {
        sqlite_close(&d->base);
        return r;
    }
    *out = &d->base;
    return TAKT_OK;
}
