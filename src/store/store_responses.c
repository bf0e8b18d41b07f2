/* store_responses: responses and their chains; what has expired goes away here, too. */
#include "store/store_parts.h"

#define COLUMNS "id, owner, previous, created, expires, reply, input"

takt_rc store_response_put(struct store *s, const struct store_response *r, takt_err *e)
{
    const struct db_value args[] = {
        db_str(r->id),        db_str(r->owner),  db_str(r->previous), db_int(r->created_s),
        db_int(r->expires_s), db_text(r->reply), db_text(r->input),
    };
    TAKT_TRY(store_room(s, r->reply.len + r->input.len, e));
    return STORE_DO(s,
                    "INSERT INTO takt_responses (" COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7)"
                    " ON CONFLICT (id) DO UPDATE SET previous = excluded.previous,"
                    " created = excluded.created, expires = excluded.expires,"
                    " reply = excluded.reply, input = excluded.input"
                    " WHERE takt_responses.owner = excluded.owner",
                    args, NULL, e);
}

static void fill_response(struct store_list *l, void *element, const struct db_value *row)
{
    *(struct store_response *)element = (struct store_response){
        .id = store_keep_str(l, &row[0]),
        .owner = store_keep_str(l, &row[1]),
        .previous = store_keep_str(l, &row[2]),
        .created_s = row[3].i,
        .expires_s = row[4].i,
        .reply = store_keep_text(l, &row[5]),
        .input = store_keep_text(l, &row[6]),
    };
}

static takt_rc get(struct store *s, struct store_list *l, const char *id, const char *owner,
                   int64_t now_s, takt_err *e)
{
    const struct db_value args[] = {db_str(id), db_str(owner), db_int(now_s)};
    return store_list_read(s, l,
                           "SELECT " COLUMNS " FROM takt_responses WHERE id = $1 AND " STORE_OWNER(
                               2) " AND (expires = 0 OR expires > $3)",
                           args, 3, e);
}

takt_rc store_response_get(struct store *s, const char *id, const char *owner, int64_t now_s,
                           struct arena *a, struct store_response **out, takt_err *e)
{
    struct store_list l = {.a = a, .size = sizeof **out, .fill = fill_response, .most = 1};
    TAKT_TRY(get(s, &l, id, owner, now_s, e));
    *out = l.n ? (struct store_response *)(void *)l.v : NULL;
    return TAKT_OK;
}

takt_rc store_response_chain(struct store *s, const char *id, const char *owner, int64_t now_s,
                             struct arena *a, struct store_response **out, uint32_t *n,
                             bool *broken, takt_err *e)
{
    struct store_list l = {
        .a = a, .size = sizeof **out, .fill = fill_response, .most = STORE_CHAIN_MAX};
    *broken = false;
    while (id) {
        uint32_t before = l.n;
        TAKT_TRY(get(s, &l, id, owner, now_s, e));
        if (l.more)
            return err_set(e, TAKT_ERR_LIMIT, "previous_response_id",
                           "more than %d responses go on from each other", STORE_CHAIN_MAX);
        *broken = l.n == before;
        id = *broken ? NULL : ((struct store_response *)(void *)l.v)[before].previous;
    }
    *broken = *broken && l.n > 0;
    *out = (struct store_response *)(void *)l.v;
    *n = l.n;
    return TAKT_OK;
}

takt_rc store_response_delete(struct store *s, const char *id, const char *owner, bool *found,
                              takt_err *e)
{
    const struct db_value args[] = {db_str(id), db_str(owner)};
    uint64_t n;
    TAKT_TRY(
        STORE_DO(s, "DELETE FROM takt_responses WHERE id = $1 AND " STORE_OWNER(2), args, &n, e));
    *found = n > 0;
    return TAKT_OK;
}

/* ---- time ------------------------------------------------------------------------------------ */

#define EXPIRED_FILES                                                                              \
    "SELECT f.id FROM takt_files f WHERE f.expires > 0 AND f.expires <= $1 AND f.is_open = 0"      \
    " AND NOT EXISTS (SELECT 1 FROM takt_batches b WHERE b.input = f.id"                           \
    " AND b.status IN (0, 2, 3, 6)) ORDER BY f.expires LIMIT 1000"

static takt_rc sweep(struct store *s, int64_t now_s, uint32_t *n, takt_err *e)
{
    const struct db_value args[] = {db_int(now_s)};
    uint64_t n_files, n_responses;
    TAKT_TRY(
        STORE_DO(s, "DELETE FROM takt_parts WHERE file IN (" EXPIRED_FILES ")", args, NULL, e));
    TAKT_TRY(
        STORE_DO(s, "DELETE FROM takt_files WHERE id IN (" EXPIRED_FILES ")", args, &n_files, e));
    TAKT_TRY(STORE_DO(s,
                      "DELETE FROM takt_responses WHERE id IN (SELECT id FROM takt_responses"
                      " WHERE expires > 0 AND expires <= $1 ORDER BY expires LIMIT 1000)",
                      args, &n_responses, e));
    *n = (uint32_t)(n_files + n_responses);
    return TAKT_OK;
}

takt_rc store_sweep(struct store *s, int64_t now_s, uint32_t *n, takt_err *e)
{
    *n = 0;
    TAKT_TRY(store_begin(s, e));
    return store_end(s, sweep(s, now_s, n, e), e);
}
