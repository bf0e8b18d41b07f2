/* call_wait: a call that waits for the store.
 *
 * A handler makes one, embedded as the first member of what it needs, and begins it; `work` then
 * runs on the store's thread, `reply` on the loop's. Between the two the client may leave: nothing
 * that belongs to its exchange (the body, headers) may be used by `work`; what is needed goes into
 * the arena.
 *
 *     struct get { struct call_wait wait; const char *id; struct store_file *file; };
 *     struct get *g = call_wait_new(c, sizeof *g, work, reply);
 *     if (!g)
 *         return;
 *     g->id = ...
 *     call_wait_begin(&g->wait);
 */
#ifndef TAKT_SERVER_CALL_WAIT_H
#define TAKT_SERVER_CALL_WAIT_H

#include "base/arena.h"
#include "server/server_parts.h"
#include "store/store_worker.h"

struct call_wait {
    struct store_task task;
    struct call call;   /* x NULL: the client is gone */
    struct arena arena; /* released in the end */
    takt_rc (*work)(struct call_wait *w, struct store *s, takt_err *e);
    /* After work that went well, if the client is still there: replies. */
    void (*reply)(struct call_wait *w);
    /* Frees what else the struct owns; NULL: nothing. */
    void (*release)(struct call_wait *w);
};

/* call_wait_new makes a struct of SIZE bytes, zero behind its call_wait; NULL after it replied that
 * nothing is kept here, or that there is no memory. */
void *call_wait_new(const struct call *c, size_t size,
                    takt_rc (*work)(struct call_wait *w, struct store *s, takt_err *e),
                    void (*reply)(struct call_wait *w));

/* call_wait_begin queues W, which is gone for the caller. What fails is replied to. */
void call_wait_begin(struct call_wait *w);

/* call_wait_begin_query is call_wait_begin with what stands behind the path's '?': reads it by
 * TABLE into VALUES (a part of W's struct, still zero) and NOTES, as api_query_read does, and
 * warns of what has no effect. W is gone for the caller; a bad query is replied to. */
struct field_table;
void call_wait_begin_query(struct call_wait *w, void *values, struct field_notes *notes,
                           const struct field_table *table);

/* call_wait_drop releases one that was not begun. */
void call_wait_drop(struct call_wait *w);

/* call_store_error replies to C with what the store said. */
void call_store_error(const struct call *c, const takt_err *e);

#endif
