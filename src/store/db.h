/* db: one SQL database, whichever it is. No other module includes it.
 *
 * The same statements run on both: parameters are $1, $2, ... , numbers are BIGINT (also what
 * functions give: CAST(sum(x) AS BIGINT)), bytes are BYTEA, which SQLite takes as it comes.
 * Statements are prepared once and found again by the address of their text, so that has to be
 * constant. */
#ifndef TAKT_STORE_DB_H
#define TAKT_STORE_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

enum db_kind { DB_NULL, DB_INT, DB_TEXT, DB_BYTES };

struct db_value {
    enum db_kind kind;
    int64_t i;
    struct slice s; /* of TEXT and BYTES */
};

/* Told of each row; the values are gone when it returns. */
typedef void db_row_fn(void *user, const struct db_value *row, uint32_t n);

struct db;

struct db_driver {
    /* Runs the one statement SQL. *n_changed: rows that it inserted, updated or deleted. */
    takt_rc (*run)(struct db *d, const char *sql, const struct db_value *args, uint32_t n_args,
                   db_row_fn *fn, void *user, uint64_t *n_changed, takt_err *e);
    /* Runs any number of statements that give no rows. */
    takt_rc (*script)(struct db *d, const char *sql, takt_err *e);
    bool (*leads)(struct db *d); /* see store_leads */
    /* Whether BYTES more leave enough room for deleting; NULL: it is the database's matter. */
    bool (*has_room)(struct db *d, uint64_t bytes);
    void (*close)(struct db *d);
    const char *begin;     /* a transaction that may write */
    const char *migrate;   /* in a transaction: keeps others from changing tables until its end */
    const char *has_table; /* gives 1 when the table $1 exists, else 0 */
};

/* The beginning of what each driver has. */
struct db {
    const struct db_driver *driver;
    bool in_transaction;
    char place[200]; /* for messages */
};

/* PATH ":memory:" is a database without a file. URI is libpq's. */
takt_rc db_open_sqlite(struct db **out, const char *path, takt_err *e);
takt_rc db_open_postgres(struct db **out, const char *uri, takt_err *e);

enum { DB_ARGS_MAX = 32, DB_STATEMENTS_MAX = 128, DB_COLUMNS_MAX = 64 };

/* db_int, db_text, db_str, db_bytes make a value; texts and bytes stay the caller's, and NULL is
 * null. */
static inline struct db_value db_int(int64_t v)
{
    return (struct db_value){.kind = DB_INT, .i = v};
}
static inline struct db_value db_text(struct slice s)
{
    return (struct db_value){.kind = s.p ? DB_TEXT : DB_NULL, .s = s};
}
static inline struct db_value db_str(const char *s) /* NULL: null */
{
    return s ? db_text(slice_str(s)) : (struct db_value){.kind = DB_NULL};
}
static inline struct db_value db_bytes(struct slice s)
{
    return (struct db_value){.kind = DB_BYTES, .s = s};
}

#endif
