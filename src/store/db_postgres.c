/* db_postgres: a server, by libpq. That library and the twenty that it brings are loaded here, when
 * somebody names such a database, not when takt starts. */
#include <dlfcn.h>
#include <errno.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/db.h"

#define LIBRARY "libpq.so.5"

/* What is used of libpq. */
#define FUNCTIONS(X)                                                                               \
    X(PQclear)                                                                                     \
    X(PQcmdTuples)                                                                                 \
    X(PQconnectdbParams)                                                                           \
    X(PQconninfoFree)                                                                              \
    X(PQconninfoParse)                                                                             \
    X(PQdb)                                                                                        \
    X(PQerrorMessage)                                                                              \
    X(PQexec)                                                                                      \
    X(PQexecPrepared)                                                                              \
    X(PQfinish)                                                                                    \
    X(PQfreemem)                                                                                   \
    X(PQftype)                                                                                     \
    X(PQgetisnull)                                                                                 \
    X(PQgetlength)                                                                                 \
    X(PQgetvalue)                                                                                  \
    X(PQhost)                                                                                      \
    X(PQnfields)                                                                                   \
    X(PQntuples)                                                                                   \
    X(PQprepare)                                                                                   \
    X(PQreset)                                                                                     \
    X(PQresultErrorField)                                                                          \
    X(PQresultStatus)                                                                              \
    X(PQserverVersion)                                                                             \
    X(PQsetNoticeProcessor)                                                                        \
    X(PQstatus)

struct functions {
#define MEMBER(name) __typeof__(&name) name;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

/* Types of columns, as PostgreSQL numbers them. */
enum { TYPE_BYTEA = 17, TYPE_INT8 = 20, TYPE_INT4 = 23 };
enum { SERVER_MIN = 120000, LEAD_KEY = 0x74616B74 /* "takt" */ };
#define RESET_PAUSE_NS 1000000000 /* between tries to connect again */

struct postgres {
    struct db base;
    struct functions f;
    void *library;
    PGconn *h;
    const char *statement[DB_STATEMENTS_MAX]; /* prepared on this connection, by number */
    uint32_t n_statements;
    int64_t reset_ns; /* when it was last tried to connect again */
    bool leads;
};

/* ---- the library ----------------------------------------------------------------------------- */

static takt_rc load(struct postgres *d, takt_err *e)
{
    d->library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!d->library)
        return err_set(e, TAKT_ERR_UNSUPPORTED, "store",
                       "PostgreSQL needs " LIBRARY ", which cannot be loaded; on Debian: apt-get "
                       "install libpq5");
#define LOOK_UP(name)                                                                              \
    {                                                                                              \
        void *p = dlsym(d->library, #name);                                                        \
        if (!p)                                                                                    \
            return err_set(e, TAKT_ERR_UNSUPPORTED, "store", LIBRARY " has no " #name);            \
        memcpy(&d->f.name, &p, sizeof p);                                                          \
    }
    FUNCTIONS(LOOK_UP)
#undef LOOK_UP
    return TAKT_OK;
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* The first line of MESSAGE. */
static const char *line(char *buf, size_t cap, const char *message)
{
    size_t n = message ? strcspn(message, "\n") : 0;
    snprintf(buf, cap, "%.*s", (int)(n < cap ? n : cap - 1), message ? message : "");
    return buf;
}

static takt_rc failed(struct postgres *d, const PGresult *r, takt_err *e)
{
    char says[300];
    const char *state = r ? d->f.PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *primary = r ? d->f.PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    line(says, sizeof says, primary ? primary : d->f.PQerrorMessage(d->h));
    if (state && strcmp(state, "53100") == 0) {
        err_set(e, TAKT_ERR_IO, d->base.place, "there is no room for more data (%s)", says);
        if (e)
            e->sys = ENOSPC;
        return (takt_rc){TAKT_ERR_IO};
    }
    if (state && (strncmp(state, "XX", 2) == 0 || strncmp(state, "42", 2) == 0))
        return err_set(e, TAKT_ERR_FORMAT, d->base.place,
                       "is damaged, or its tables are not takt's (%s); restore it from a backup, "
                       "or name another with --store",
                       says);
    return err_set(e, TAKT_ERR_IO, d->base.place, "%s", says[0] ? says : "the connection is lost");
}

/* ---- the connection -------------------------------------------------------------------------- */

static bool is_lost(const struct postgres *d)
{
    return d->f.PQstatus(d->h) != CONNECTION_OK;
}

/* Settings of each new connection. */
static takt_rc settle(struct postgres *d, takt_err *e)
{
    PGresult *r = d->f.PQexec(d->h, "SET synchronous_commit = on; SET statement_timeout = 60000;"
                                    "SET lock_timeout = 10000; SET client_encoding = 'UTF8';"
                                    "SET bytea_output = 'hex'");
    takt_rc rc = d->f.PQresultStatus(r) == PGRES_COMMAND_OK ? TAKT_OK : failed(d, r, e);
    d->f.PQclear(r);
    d->n_statements = 0;
    d->leads = false;
    return rc;
}

/* Connects again where the connection is lost, once a second at most. */
static takt_rc revive(struct postgres *d, takt_err *e)
{
    int64_t now = clock_ns();
    if (!is_lost(d))
        return TAKT_OK;
    if (now - d->reset_ns < RESET_PAUSE_NS)
        return failed(d, NULL, e);
    d->reset_ns = now;
    d->f.PQreset(d->h);
    return is_lost(d) ? failed(d, NULL, e) : settle(d, e);
}

/* ---- statements ------------------------------------------------------------------------------ */

static takt_rc prepare(struct postgres *d, const char *sql, char name[16], takt_err *e)
{
    uint32_t i = 0;
    while (i < d->n_statements && d->statement[i] != sql)
        i++;
    snprintf(name, 16, "s%u", i);
    if (i < d->n_statements)
        return TAKT_OK;
    takt_assert(i < DB_STATEMENTS_MAX);
    PGresult *r = d->f.PQprepare(d->h, name, sql, 0, NULL);
    takt_rc rc = d->f.PQresultStatus(r) == PGRES_COMMAND_OK ? TAKT_OK : failed(d, r, e);
    d->f.PQclear(r);
    if (!rc.code)
        d->statement[d->n_statements++] = sql;
    return rc;
}

struct params {
    const char *value[DB_ARGS_MAX];
    int length[DB_ARGS_MAX], format[DB_ARGS_MAX];
    char number[DB_ARGS_MAX][24];
    char *owned[DB_ARGS_MAX];
    uint32_t n_owned;
};

/* Numbers and texts go as text, which ends with a NUL; bytes as they are. False without memory. */
static bool set_params(struct params *p, const struct db_value *args, uint32_t n)
{
    takt_assert(n <= DB_ARGS_MAX);
    for (uint32_t i = 0; i < n; i++) {
        const struct db_value *v = &args[i];
        p->length[i] = 0;
        p->format[i] = 0;
        p->value[i] = NULL;
        if (v->kind == DB_INT) {
            snprintf(p->number[i], sizeof p->number[i], "%lld", (long long)v->i);
            p->value[i] = p->number[i];
        } else if (v->kind == DB_TEXT) {
            char *copy = malloc(v->s.len + 1);
            if (!copy)
                return false;
            if (v->s.len)
                memcpy(copy, v->s.p, v->s.len);
            copy[v->s.len] = '\0';
            p->value[i] = p->owned[p->n_owned++] = copy;
        } else if (v->kind == DB_BYTES) {
            if (v->s.len > INT32_MAX)
                return false;
            p->value[i] = v->s.len ? (const char *)v->s.p : "";
            p->length[i] = (int)v->s.len;
            p->format[i] = 1;
        }
    }
    return true;
}

static int64_t big_endian(const uint8_t *p, int n)
{
    uint64_t v = n == 4 && p[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < n; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

static struct db_value cell(const struct postgres *d, const PGresult *r, int row, int i)
{
    if (d->f.PQgetisnull(r, row, i))
        return (struct db_value){.kind = DB_NULL};
    const uint8_t *p = (const uint8_t *)d->f.PQgetvalue(r, row, i);
    int n = d->f.PQgetlength(r, row, i);
    struct db_value v = {.kind = DB_TEXT, .s = {p, (size_t)n}};
    switch (d->f.PQftype(r, i)) {
    case TYPE_INT8: return db_int(big_endian(p, 8));
    case TYPE_INT4: return db_int(big_endian(p, 4));
    case TYPE_BYTEA: v.kind = DB_BYTES; return v;
    default: return v;
    }
}

static void tell(const struct postgres *d, const PGresult *r, db_row_fn *fn, void *user)
{
    struct db_value row[DB_COLUMNS_MAX];
    int n = d->f.PQnfields(r), n_rows = d->f.PQntuples(r);
    takt_assert(n <= DB_COLUMNS_MAX);
    for (int i = 0; i < n_rows; i++) {
        for (int k = 0; k < n; k++)
            row[k] = cell(d, r, i, k);
        fn(user, row, (uint32_t)n);
    }
}

static takt_rc run_once(struct postgres *d, const char *sql, const struct db_value *args,
                        uint32_t n_args, db_row_fn *fn, void *user, uint64_t *n_changed,
                        takt_err *e)
{
    struct params p = {.n_owned = 0};
    char name[16];
    takt_rc rc = prepare(d, sql, name, e);
    if (!rc.code && !set_params(&p, args, n_args))
        rc = err_set(e, TAKT_ERR_MEMORY, d->base.place, "no memory for a statement");
    if (!rc.code) {
        PGresult *r = d->f.PQexecPrepared(d->h, name, (int)n_args, p.value, p.length, p.format, 1);
        ExecStatusType status = d->f.PQresultStatus(r);
        if (status == PGRES_TUPLES_OK && fn)
            tell(d, r, fn, user);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            rc = failed(d, r, e);
        else
            *n_changed = strtoull(d->f.PQcmdTuples(r), NULL, 10);
        d->f.PQclear(r);
    }
    while (p.n_owned)
        free(p.owned[--p.n_owned]);
    return rc;
}

static takt_rc run(struct db *base, const char *sql, const struct db_value *args, uint32_t n_args,
                   db_row_fn *fn, void *user, uint64_t *n_changed, takt_err *e)
{
    struct postgres *d = (struct postgres *)base;
    if (base->in_transaction) /* a new connection would know nothing of its beginning */
        return run_once(d, sql, args, n_args, fn, user, n_changed, e);
    TAKT_TRY(revive(d, e));
    takt_rc rc = run_once(d, sql, args, n_args, fn, user, n_changed, e);
    /* The server may have gone and come back since the last statement: what only reads, or begins a
     * transaction, can be said again. */
    bool changes_nothing = strncmp(sql, "SELECT", 6) == 0 || strcmp(sql, "BEGIN") == 0;
    if (rc.code && is_lost(d) && changes_nothing && !revive(d, NULL).code)
        rc = run_once(d, sql, args, n_args, fn, user, n_changed, e);
    return rc;
}

static takt_rc script(struct db *base, const char *sql, takt_err *e)
{
    struct postgres *d = (struct postgres *)base;
    PGresult *r = d->f.PQexec(d->h, sql);
    ExecStatusType status = d->f.PQresultStatus(r);
    takt_rc rc =
        status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? TAKT_OK : failed(d, r, e);
    d->f.PQclear(r);
    return rc;
}

static void keep_bool(void *user, const struct db_value *row, uint32_t n)
{
    if (n && row[0].kind == DB_INT)
        *(bool *)user = row[0].i != 0;
}

/* A lock that the server gives back when the connection ends. */
static bool leads(struct db *base)
{
    struct postgres *d = (struct postgres *)base;
    const struct db_value key[] = {db_int(LEAD_KEY)};
    uint64_t ignored;
    bool got = false;
    if (revive(d, NULL).code)
        return false;
    if (d->leads) { /* still? */
        if (!run(base, "SELECT 1", NULL, 0, NULL, NULL, &ignored, NULL).code && d->leads)
            return true;
    }
    if (run(base,
            "SELECT CASE WHEN pg_try_advisory_lock(CAST($1 AS BIGINT) + "
            "hashtext(current_schema())) THEN 1 ELSE 0"
            " END",
            key, 1, keep_bool, &got, &ignored, NULL)
            .code)
        return false;
    d->leads = got;
    return got;
}

/* ---- life ------------------------------------------------------------------------------------ */

static void postgres_close(struct db *base)
{
    struct postgres *d = (struct postgres *)base;
    if (d->h)
        d->f.PQfinish(d->h);
    if (d->library)
        dlclose(d->library);
    free(d);
}

static void say_nothing(void *user, const char *message)
{
    (void)user;
    (void)message;
}

static takt_rc check_uri(struct postgres *d, const char *uri, takt_err *e)
{
    char *why = NULL, says[200];
    PQconninfoOption *parts = d->f.PQconninfoParse(uri, &why);
    if (parts) {
        d->f.PQconninfoFree(parts);
        return TAKT_OK;
    }
    /* The message may quote the address, and so a password. */
    line(says, sizeof says, why && !strchr(uri, '@') ? why : "see docs/serving.md");
    d->f.PQfreemem(why);
    return err_set(e, TAKT_ERR_USAGE, "store",
                   "it is no address of a PostgreSQL database, as "
                   "postgres://user@host:5432/name (%s)",
                   says);
}

static takt_rc connect_to(struct postgres *d, const char *uri, takt_err *e)
{
    /* Defaults stand before the address, whose own parameters replace them. */
    const char *const name[] = {"application_name",
                                "connect_timeout",
                                "keepalives_idle",
                                "keepalives_interval",
                                "tcp_user_timeout",
                                "dbname",
                                NULL};
    const char *const value[] = {"takt", "10", "10", "5", "30000", uri, NULL};
    char says[300];
    d->h = d->f.PQconnectdbParams(name, value, 1);
    if (!d->h)
        return err_set(e, TAKT_ERR_MEMORY, "store", "no memory for a connection");
    if (is_lost(d))
        return err_set(e, TAKT_ERR_IO, "store", "%s",
                       line(says, sizeof says, d->f.PQerrorMessage(d->h)));
    d->f.PQsetNoticeProcessor(d->h, say_nothing, NULL);
    const char *host = d->f.PQhost(d->h);
    snprintf(d->base.place, sizeof d->base.place, "PostgreSQL %s/%s", host ? host : "",
             d->f.PQdb(d->h));
    if (d->f.PQserverVersion(d->h) < SERVER_MIN)
        return err_set(e, TAKT_ERR_UNSUPPORTED, d->base.place, "is PostgreSQL %d; takt needs 12",
                       d->f.PQserverVersion(d->h) / 10000);
    return settle(d, e);
}

static const struct db_driver driver = {
    .run = run,
    .script = script,
    .leads = leads,
    .close = postgres_close,
    .begin = "BEGIN",
    .migrate = "SELECT pg_advisory_xact_lock(7598452)",
    .has_table = "SELECT CASE WHEN to_regclass($1) IS NULL THEN 0 ELSE 1 END",
};

takt_rc db_open_postgres(struct db **out, const char *uri, takt_err *e)
{
    *out = NULL;
    struct postgres *d = calloc(1, sizeof *d);
    if (!d)
        return err_set(e, TAKT_ERR_MEMORY, "store", "no memory");
    d->base.driver = &driver;
    takt_rc rc = load(d, e);
    if (!rc.code)
        rc = check_uri(d, uri, e);
    if (!rc.code)
        rc = connect_to(d, uri, e);
    if (rc.code) {
        postgres_close(&d->base);
        return rc;
    }
    *out = &d->base;
    return TAKT_OK;
}
