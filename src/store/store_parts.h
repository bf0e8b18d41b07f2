/* store_parts: what the files of the store share. */
#ifndef TAKT_STORE_STORE_PARTS_H
#define TAKT_STORE_STORE_PARTS_H

#include "store/db.h"
#include "store/store.h"

struct store {
    struct db *db;
};

/* store_begin begins a transaction; store_end commits it when RC is a success, and undoes it
 * otherwise or when it could not be committed; it returns how that went. */
takt_rc store_begin(struct store *s, takt_err *e);
takt_rc store_end(struct store *s, takt_rc rc, takt_err *e);

/* store_room refuses (IO, ENOSPC) what adds BYTES where that would leave no room to delete. */
takt_rc store_room(struct store *s, uint64_t bytes, takt_err *e);

/* store_do runs a statement without rows; *n (may be NULL) is how many rows it changed. store_rows
 * tells FN of each row. */
takt_rc store_do(struct store *s, const char *sql, const struct db_value *args, uint32_t n_args,
                 uint64_t *n, takt_err *e);
takt_rc store_rows(struct store *s, const char *sql, const struct db_value *args, uint32_t n_args,
                   db_row_fn *fn, void *user, takt_err *e);
/* store_number gives the first column of the first row; *out is not touched when there is none. */
takt_rc store_number(struct store *s, const char *sql, const struct db_value *args, uint32_t n_args,
                     int64_t *out, takt_err *e);

#define STORE_DO(s, sql, args, n, e) store_do(s, sql, args, sizeof(args) / sizeof *(args), n, e)

/* Rows that become an array in an arena. FILL makes an element of ROW; it may use store_keep_*. */
struct store_list {
    struct arena *a;
    size_t size; /* of an element */
    void (*fill)(struct store_list *l, void *element, const struct db_value *row);
    uint32_t most; /* elements; of more the rest is dropped */
    char *v;       /* the elements */
    uint32_t n, cap;
    bool more;      /* there was one more */
    bool no_memory; /* sticky */
};

/* store_list_read fills L from the rows of SQL. */
takt_rc store_list_read(struct store *s, struct store_list *l, const char *sql,
                        const struct db_value *args, uint32_t n_args, takt_err *e);
/* Copies of values in the list's arena. store_keep_str: NULL for null. */
const char *store_keep_str(struct store_list *l, const struct db_value *v);
struct slice store_keep_text(struct store_list *l, const struct db_value *v);

/* store_seq gives the next number of what is listed in the order in which it was made. In a
 * transaction. */
takt_rc store_seq(struct store *s, int64_t *out, takt_err *e);

/* store_file_open makes the empty file F of a batch, in a transaction; store_file_part adds part N
 * to it, unless it has one (*added). */
takt_rc store_file_open(struct store *s, const struct store_file *f, bool is_open, takt_err *e);
takt_rc store_file_part(struct store *s, const char *id, int64_t n, struct slice data, bool *added,
                        takt_err *e);

/* The rows of a page have above < seq < below. SQL gives the seq of $1, PAGE->after; when that is
 * not there, the page is empty. */
struct store_range {
    int64_t above, below;
};
takt_rc store_range(struct store *s, const char *sql, const struct store_page *page,
                    struct store_range *out, takt_err *e);

/* store_schema brings the tables up to date, or refuses those of a newer version. */
takt_rc store_schema(struct store *s, takt_err *e);

/* Who a statement's $n is about: everybody when OWNER is NULL. As in: ($2 IS NULL OR owner = $2)
 * which PostgreSQL wants to know the type of: CAST($2 AS TEXT). */
#define STORE_OWNER(n) "(CAST($" #n " AS TEXT) IS NULL OR owner = $" #n ")"

#endif
