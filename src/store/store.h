/* store: what the server must still know after it ended: API keys, usage, files, batches,
 * responses.
 *
 * Two databases behind one interface:
 *     PATH                                  SQLite, a file and two beside it (-wal, -shm)
 *     memory                                SQLite without a file: all is gone at store_close
 *     postgres://USER@HOST/NAME, postgresql://...   PostgreSQL 12 or later, by libpq, which is
 *                                           loaded only then
 *
 * Durable: when a call that changes something returns success, the change survives a kill, a crash
 * of the system and a loss of power (as far as disks keep their word); when it fails, nothing has
 * changed. Tables are named takt_*; their version is kept beside them, and older ones are brought
 * up to date by store_open.
 *
 * Everything here may wait for a disk or a network. The server's loop therefore hands calls to a
 * thread of its own (store_worker.h). A store is used by one thread at a time; several processes
 * may use the same database at once.
 *
 * Texts and lists that are read go into an arena of the caller's. Texts that are written must be
 * UTF-8 without NUL. `owner` is the name of a key, "" where there are no keys. Times are Unix
 * seconds. Errors: IO (errno ENOSPC in `sys` when the disk is full: see store_is_full), MEMORY,
 * FORMAT (the database is damaged or somebody else's), and what is said beside a function. */
#ifndef TAKT_STORE_STORE_H
#define TAKT_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"

enum {
    STORE_PART_BYTES = 256 << 10, /* files are kept in parts of at most so many bytes, but for the
                                     lines of a batch's output, which are parts of their own */
    STORE_LIST_MAX = 10000,       /* elements of a list that is not asked for in pages */
    STORE_CHAIN_MAX = 1024,       /* responses that follow each other */
};

struct store;

/* store_open opens WHERE, makes it if it is not there (a SQLite file with mode 0600, its folders
 * with 0700), and brings its tables up to date. Errors beyond those above: UNSUPPORTED (written by
 * a newer takt, or no libpq), each with what to do. */
takt_rc store_open(struct store **out, const char *where, takt_err *e);
/* store_close: NULL is allowed. */
void store_close(struct store *s);

/* store_place names the store in messages: its path, or host and name of a database; no password.
 * */
const char *store_place(const struct store *s);

/* store_default_place writes $XDG_STATE_HOME/takt/serve.db, or ~/.local/state/takt/serve.db, to
 * BUF. False when neither is set, or it does not fit. */
bool store_default_place(char *buf, size_t cap);

/* store_leads tries to make this process the one that runs the batches of the database, and tells
 * whether it is now: at most one is, until it ends or loses its connection. */
bool store_leads(struct store *s);

/* store_is_full tells whether E says that there is no room for more data. */
bool store_is_full(const takt_err *e);

/* ---- keys ------------------------------------------------------------------------------------ */

enum store_role { STORE_USER, STORE_ADMIN };
enum { STORE_LIMITS = 4 }; /* requests per minute, per day, tokens per minute, per day */

struct store_key {
    const char *name; /* unlike any other's */
    enum store_role role;
    const char *salt, *digest;    /* digest: 64 hexadecimal digits, SHA-256 of salt and key */
    uint64_t most[STORE_LIMITS];  /* 0: no limit; below 2^63 */
    int64_t created_s, revoked_s; /* revoked_s 0: it is good */
};

/* store_key_put adds K, or puts it in the place of the key of that name (revoked or not). */
takt_rc store_key_put(struct store *s, const struct store_key *k, takt_err *e);
/* store_key_revoke: *found is false when there is no good key called NAME. */
takt_rc store_key_revoke(struct store *s, const char *name, int64_t now_s, bool *found,
                         takt_err *e);
/* store_keys lists all keys, revoked ones too, by name. */
takt_rc store_keys(struct store *s, struct arena *a, struct store_key **out, uint32_t *n,
                   takt_err *e);
/* store_keys_stamp gives a number that is another after each change of the keys. */
takt_rc store_keys_stamp(struct store *s, int64_t *stamp, takt_err *e);

/* ---- usage ----------------------------------------------------------------------------------- */

/* What an owner used on a day (UTC; days since 1970-01-01). */
struct store_use {
    const char *owner;
    int64_t day;
    uint64_t n_requests, n_prompt, n_cached, n_answer; /* tokens; of n_prompt, n_cached cached */
};

/* store_use_add adds each of N to what is there for its owner and day: all of them or none. */
takt_rc store_use_add(struct store *s, const struct store_use *use, uint32_t n, takt_err *e);
/* store_uses lists what OWNER (NULL: everybody) used from day FROM to TO (inclusive), by day and
 * owner. */
takt_rc store_uses(struct store *s, const char *owner, int64_t from, int64_t to, struct arena *a,
                   struct store_use **out, uint32_t *n, takt_err *e);

/* ---- lists in pages -------------------------------------------------------------------------- */

struct store_page {
    const char *after; /* the id that comes before the page; NULL: from the beginning */
    uint32_t limit;    /* elements of a page */
    bool oldest_first;
};

/* ---- files ----------------------------------------------------------------------------------- */

struct store_file {
    const char *id, *owner, *name, *purpose;
    uint64_t bytes;
    int64_t created_s, expires_s; /* expires_s 0: never */
};

/* What an owner may have. */
struct store_quota {
    uint64_t n_files, bytes; /* 0: no limit */
};

/* store_file_add keeps F with CONTENT (F->bytes is not read). LIMIT: beyond QUOTA (may be NULL),
 * whatever purpose the files have. */
takt_rc store_file_add(struct store *s, const struct store_file *f, struct slice content,
                       const struct store_quota *quota, takt_err *e);
/* store_file_get: *out is NULL when there is no file ID of OWNER (NULL: anybody's) that is complete
 * and has not expired. */
takt_rc store_file_get(struct store *s, const char *id, const char *owner, int64_t now_s,
                       struct arena *a, struct store_file **out, takt_err *e);
/* store_files lists files of OWNER with PURPOSE (NULL: any), newest first unless the page says
 * otherwise. *more: there are others behind. */
takt_rc store_files(struct store *s, const char *owner, const char *purpose,
                    const struct store_page *page, int64_t now_s, struct arena *a,
                    struct store_file **out, uint32_t *n, bool *more, takt_err *e);

/* store_file_read reads parts of ID that follow part *AT (-1: from the beginning) until there are
 * about MOST bytes (one part at least) and moves *AT to the last; an empty *out at the end. */
takt_rc store_file_read(struct store *s, const char *id, int64_t *at, size_t most, struct arena *a,
                        struct slice *out, takt_err *e);

enum store_gone { STORE_DELETED, STORE_NOT_THERE, STORE_IN_USE };
/* store_file_delete: STORE_IN_USE when a batch that has not ended reads it. */
takt_rc store_file_delete(struct store *s, const char *id, const char *owner, enum store_gone *out,
                          takt_err *e);

/* ---- batches --------------------------------------------------------------------------------- */

enum store_batch_status {
    STORE_VALIDATING,
    STORE_FAILED,
    STORE_IN_PROGRESS,
    STORE_FINALIZING,
    STORE_COMPLETED,
    STORE_EXPIRED,
    STORE_CANCELLING,
    STORE_CANCELLED,
    STORE_BATCH_STATUSES
};

struct store_batch {
    const char *id, *owner, *endpoint, *input_file;
    const char *output_file, *error_file; /* NULL: there is none (yet) */
    enum store_batch_status status;
    struct slice metadata, errors; /* JSON; empty: none */
    uint64_t n_lines, n_completed, n_failed;
    uint64_t n_prompt, n_cached, n_answer;       /* tokens of completed lines */
    int64_t window_s, expires_s, files_expire_s; /* files_expire_s: seconds from the end of the
                                                    batch to that of its files; 0: never */
    int64_t at_s[STORE_BATCH_STATUSES]; /* when it got each status; [STORE_VALIDATING]: was made; 0:
                                           it has not */
};

/* store_batch_add keeps B, which is STORE_VALIDATING. *found is false, and nothing is kept, when
 * its input file is not there (any longer). LIMIT: the owner has N_OPEN_MAX (0: no limit) that have
 * not ended. */
takt_rc store_batch_add(struct store *s, const struct store_batch *b, uint32_t n_open_max,
                        bool *found, takt_err *e);
/* store_batch_get: *out is NULL when there is no batch ID of OWNER (NULL: anybody's). */
takt_rc store_batch_get(struct store *s, const char *id, const char *owner, struct arena *a,
                        struct store_batch **out, takt_err *e);
takt_rc store_batches(struct store *s, const char *owner, const struct store_page *page,
                      struct arena *a, struct store_batch **out, uint32_t *n, bool *more,
                      takt_err *e);
/* store_batches_open lists those of everybody that have not ended, the oldest first. */
takt_rc store_batches_open(struct store *s, struct arena *a, struct store_batch **out, uint32_t *n,
                           takt_err *e);

/* store_batch_move changes the status of ID to TO if it is one of FROM now (a set of bits, 1 <<
 * status), and sets the time of TO. N_LINES (0: unchanged) and ERRORS (empty: unchanged) belong to
 * the end of validation. When TO is an end, its output becomes files. *moved tells whether it
 * was. */
takt_rc store_batch_move(struct store *s, const char *id, unsigned from, enum store_batch_status to,
                         int64_t now_s, uint64_t n_lines, struct slice errors, bool *moved,
                         takt_err *e);

/* The answer to a line of a batch's input: a line of its output, or of its errors. */
struct store_line {
    int64_t n; /* which line, from 0 */
    bool is_error;
    struct slice text; /* with its line feed */
    uint64_t n_prompt, n_cached, n_answer;
};
/* store_batch_lines keeps N answers, all of them or none; a line that was answered before keeps its
 * first answer. The files are made with the first line that goes into them, as OUTPUT_FILE and
 * ERROR_FILE. *status is that of the batch: where it is an end, nothing was kept. */
takt_rc store_batch_lines(struct store *s, const char *id, const struct store_line *line,
                          uint32_t n, const char *output_file, const char *error_file,
                          int64_t now_s, enum store_batch_status *status, takt_err *e);
/* store_batch_done lists the lines that were answered, ascending. */
takt_rc store_batch_done(struct store *s, const char *id, struct arena *a, int64_t **out,
                         uint32_t *n, takt_err *e);

/* ---- responses ------------------------------------------------------------------------------- */

struct store_response {
    const char *id, *owner;
    const char *previous;         /* the response that it goes on from; NULL: none */
    int64_t created_s, expires_s; /* expires_s 0: never */
    struct slice reply, input;    /* JSON: the reply as it was sent; the items of its input */
};

/* store_response_put keeps R, in the place of the one with its id if there is one of that owner. */
takt_rc store_response_put(struct store *s, const struct store_response *r, takt_err *e);
/* store_response_get: *out is NULL when OWNER (NULL: anybody) has no response ID that has not
 * expired. */
takt_rc store_response_get(struct store *s, const char *id, const char *owner, int64_t now_s,
                           struct arena *a, struct store_response **out, takt_err *e);
/* store_response_chain gives ID and all that it goes on from, the newest first; *n is 0 when ID is
 * not there. It ends early (*broken) where one was deleted or has expired. LIMIT: more than
 * STORE_CHAIN_MAX, or more bytes than the arena may have. */
takt_rc store_response_chain(struct store *s, const char *id, const char *owner, int64_t now_s,
                             struct arena *a, struct store_response **out, uint32_t *n,
                             bool *broken, takt_err *e);
takt_rc store_response_delete(struct store *s, const char *id, const char *owner, bool *found,
                              takt_err *e);

/* ---- time ------------------------------------------------------------------------------------ */

/* store_sweep deletes what has expired, but for files that a batch still reads, a thousand rows of
 * a kind at most; *n is how many. */
takt_rc store_sweep(struct store *s, int64_t now_s, uint32_t *n, takt_err *e);

#endif
