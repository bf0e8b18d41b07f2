/* store_keys: API keys, and what was used by them. */
#include <string.h>

#include "store/store_parts.h"

/* ---- keys ------------------------------------------------------------------------------------ */

static takt_rc stamp(struct store *s, takt_err *e)
{
    return store_do(s, "UPDATE takt_meta SET value = value + 1 WHERE name = 'keys'", NULL, 0, NULL,
                    e);
}

static takt_rc put(struct store *s, const struct store_key *k, takt_err *e)
{
    const struct db_value args[] = {
        db_str(k->name),
        db_int(k->role),
        db_str(k->salt),
        db_str(k->digest),
        db_int((int64_t)k->most[0]),
        db_int((int64_t)k->most[1]),
        db_int((int64_t)k->most[2]),
        db_int((int64_t)k->most[3]),
        db_int(k->created_s),
        db_int(k->revoked_s),
    };
    TAKT_TRY(
        STORE_DO(s,
                 "INSERT INTO takt_keys (name, role, salt, digest, rpm, rpd, tpm, tpd, created,"
                 " revoked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
                 " ON CONFLICT (name) DO UPDATE SET role = excluded.role, salt = excluded.salt,"
                 " digest = excluded.digest, rpm = excluded.rpm, rpd = excluded.rpd,"
                 " tpm = excluded.tpm, tpd = excluded.tpd, created = excluded.created,"
                 " revoked = excluded.revoked",
                 args, NULL, e));
    return stamp(s, e);
}

takt_rc store_key_put(struct store *s, const struct store_key *k, takt_err *e)
{
    TAKT_TRY(store_begin(s, e));
    return store_end(s, put(s, k, e), e);
}

static takt_rc revoke(struct store *s, const char *name, int64_t now_s, bool *found, takt_err *e)
{
    const struct db_value args[] = {db_str(name), db_int(now_s)};
    uint64_t n;
    TAKT_TRY(STORE_DO(s, "UPDATE takt_keys SET revoked = $2 WHERE name = $1 AND revoked = 0", args,
                      &n, e));
    *found = n > 0;
    return n ? stamp(s, e) : TAKT_OK;
}

takt_rc store_key_revoke(struct store *s, const char *name, int64_t now_s, bool *found, takt_err *e)
{
    *found = false;
    TAKT_TRY(store_begin(s, e));
    return store_end(s, revoke(s, name, now_s, found, e), e);
}

static void fill_key(struct store_list *l, void *element, const struct db_value *row)
{
    struct store_key *k = element;
    *k = (struct store_key){
        .name = store_keep_str(l, &row[0]),
        .role = row[1].i == STORE_ADMIN ? STORE_ADMIN : STORE_USER,
        .salt = store_keep_str(l, &row[2]),
        .digest = store_keep_str(l, &row[3]),
        .created_s = row[8].i,
        .revoked_s = row[9].i,
    };
    for (int i = 0; i < STORE_LIMITS; i++)
        k->most[i] = row[4 + i].i > 0 ? (uint64_t)row[4 + i].i : 0;
}

takt_rc store_keys(struct store *s, struct arena *a, struct store_key **out, uint32_t *n,
                   takt_err *e)
{
    struct store_list l = {.a = a, .size = sizeof **out, .fill = fill_key, .most = STORE_LIST_MAX};
    TAKT_TRY(store_list_read(s, &l,
                             "SELECT name, role, salt, digest, rpm, rpd, tpm, tpd, created, revoked"
                             " FROM takt_keys ORDER BY name",
                             NULL, 0, e));
    *out = (struct store_key *)(void *)l.v;
    *n = l.n;
    return TAKT_OK;
}

takt_rc store_keys_stamp(struct store *s, int64_t *out, takt_err *e)
{
    *out = 0;
    return store_number(s, "SELECT value FROM takt_meta WHERE name = 'keys'", NULL, 0, out, e);
}

/* ---- usage ----------------------------------------------------------------------------------- */

static takt_rc add_use(struct store *s, const struct store_use *u, uint32_t n, takt_err *e)
{
    for (; n; u++, n--) {
        const struct db_value args[] = {
            db_str(u->owner),
            db_int(u->day),
            db_int((int64_t)u->n_requests),
            db_int((int64_t)u->n_prompt),
            db_int((int64_t)u->n_cached),
            db_int((int64_t)u->n_answer),
        };
        TAKT_TRY(STORE_DO(s,
                          "INSERT INTO takt_usage (owner, day, requests, prompt, cached, answer)"
                          " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (owner, day) DO UPDATE SET"
                          " requests = takt_usage.requests + excluded.requests,"
                          " prompt = takt_usage.prompt + excluded.prompt,"
                          " cached = takt_usage.cached + excluded.cached,"
                          " answer = takt_usage.answer + excluded.answer",
                          args, NULL, e));
    }
    return TAKT_OK;
}

takt_rc store_use_add(struct store *s, const struct store_use *use, uint32_t n, takt_err *e)
{
    TAKT_TRY(store_begin(s, e));
    return store_end(s, add_use(s, use, n, e), e);
}

static void fill_use(struct store_list *l, void *element, const struct db_value *row)
{
    *(struct store_use *)element = (struct store_use){
        .owner = store_keep_str(l, &row[0]),
        .day = row[1].i,
        .n_requests = (uint64_t)row[2].i,
        .n_prompt = (uint64_t)row[3].i,
        .n_cached = (uint64_t)row[4].i,
        .n_answer = (uint64_t)row[5].i,
    };
}

takt_rc store_uses(struct store *s, const char *owner, int64_t from, int64_t to, struct arena *a,
                   struct store_use **out, uint32_t *n, takt_err *e)
{
    const struct db_value args[] = {db_str(owner), db_int(from), db_int(to)};
    struct store_list l = {.a = a, .size = sizeof **out, .fill = fill_use, .most = STORE_LIST_MAX};
    TAKT_TRY(store_list_read(s, &l,
                             "SELECT owner, day, requests, prompt, cached, answer FROM takt_usage"
                             " WHERE " STORE_OWNER(1) " AND day >= $2 AND day <= $3"
                                                      " ORDER BY day, owner",
                             args, 3, e));
    *out = (struct store_use *)(void *)l.v;
    *n = l.n;
    return TAKT_OK;
}
