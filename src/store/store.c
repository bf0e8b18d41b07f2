#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_parts.h"

/* ---- statements ------------------------------------------------------------------------------ */

takt_rc store_do(struct store *s, const char *sql, const struct db_value *args, uint32_t n_args,
                 uint64_t *n, takt_err *e)
{
    uint64_t ignored;
    return s->db->driver->run(s->db, sql, args, n_args, NULL, NULL, n ? n : &ignored, e);
}

takt_rc store_rows(struct store *s, const char *sql, const struct db_value *args, uint32_t n_args,
                   db_row_fn *fn, void *user, takt_err *e)
{
    uint64_t ignored;
    return s->db->driver->run(s->db, sql, args, n_args, fn, user, &ignored, e);
}

struct number {
    int64_t *out;
    bool has;
};

static void keep_number(void *user, const struct db_value *row, uint32_t n)
{
    struct number *k = user;
    if (!k->has && n && row[0].kind == DB_INT)
        *k->out = row[0].i;
    k->has = true;
}

takt_rc store_number(struct store *s, const char *sql, const struct db_value *args, uint32_t n_args,
                     int64_t *out, takt_err *e)
{
    struct number k = {.out = out};
    return store_rows(s, sql, args, n_args, keep_number, &k, e);
}

takt_rc store_begin(struct store *s, takt_err *e)
{
    takt_assert(!s->db->in_transaction);
    TAKT_TRY(store_do(s, s->db->driver->begin, NULL, 0, NULL, e));
    s->db->in_transaction = true;
    return TAKT_OK;
}

takt_rc store_end(struct store *s, takt_rc rc, takt_err *e)
{
    if (!rc.code)
        rc = store_do(s, "COMMIT", NULL, 0, NULL, e);
    if (rc.code) /* some errors have undone it already: then this fails, which is as good */
        store_do(s, "ROLLBACK", NULL, 0, NULL, NULL);
    s->db->in_transaction = false;
    return rc;
}

takt_rc store_room(struct store *s, uint64_t bytes, takt_err *e)
{
    const struct db_driver *driver = s->db->driver;
    if (!driver->has_room || driver->has_room(s->db, bytes))
        return TAKT_OK;
    err_set(e, TAKT_ERR_IO, store_place(s),
            "there is no room for more data: what is left of the disk is kept for deleting");
    if (e)
        e->sys = ENOSPC;
    return (takt_rc){TAKT_ERR_IO};
}

takt_rc store_seq(struct store *s, int64_t *out, takt_err *e)
{
    *out = 0;
    return store_number(s,
                        "UPDATE takt_meta SET value = value + 1 WHERE name = 'seq' RETURNING value",
                        NULL, 0, out, e);
}

/* ---- lists ----------------------------------------------------------------------------------- */

const char *store_keep_str(struct store_list *l, const struct db_value *v)
{
    if (v->kind != DB_TEXT && v->kind != DB_BYTES)
        return NULL;
    char *p = arena_strndup(l->a, (const char *)v->s.p, v->s.len);
    l->no_memory = l->no_memory || !p;
    return p;
}

struct slice store_keep_text(struct store_list *l, const struct db_value *v)
{
    const char *p = store_keep_str(l, v);
    return (struct slice){(const uint8_t *)p, p ? v->s.len : 0};
}

static bool grow(struct store_list *l)
{
    if (l->n < l->cap)
        return true;
    uint32_t cap = l->cap ? 2 * l->cap : 16;
    char *v = arena_alloc(l->a, cap, l->size);
    if (!v)
        return false;
    if (l->n)
        memcpy(v, l->v, l->n * l->size);
    l->v = v;
    l->cap = cap;
    return true;
}

static void add(void *user, const struct db_value *row, uint32_t n)
{
    (void)n;
    struct store_list *l = user;
    if (l->no_memory || l->more)
        return;
    if (l->n == l->most) {
        l->more = true;
        return;
    }
    if (!grow(l)) {
        l->no_memory = true;
        return;
    }
    l->fill(l, l->v + l->n * l->size, row);
    l->n++;
}

takt_rc store_list_read(struct store *s, struct store_list *l, const char *sql,
                        const struct db_value *args, uint32_t n_args, takt_err *e)
{
    TAKT_TRY(store_rows(s, sql, args, n_args, add, l, e));
    if (l->no_memory)
        return err_set(e, TAKT_ERR_MEMORY, store_place(s), "no memory for what is read");
    return TAKT_OK;
}

takt_rc store_range(struct store *s, const char *sql, const struct store_page *page,
                    struct store_range *out, takt_err *e)
{
    const struct db_value args[] = {db_str(page->after)};
    int64_t at = -1;
    *out = (struct store_range){-1, INT64_MAX};
    if (!page->after)
        return TAKT_OK;
    TAKT_TRY(store_number(s, sql, args, 1, &at, e));
    if (page->oldest_first)
        out->above = at < 0 ? INT64_MAX : at;
    else
        out->below = at;
    return TAKT_OK;
}

/* ---- life ------------------------------------------------------------------------------------ */

static takt_rc open_db(struct db **out, const char *where, takt_err *e)
{
    if (strncmp(where, "postgres://", 11) == 0 || strncmp(where, "postgresql://", 13) == 0)
        return db_open_postgres(out, where, e);
    if (strstr(where, "://"))
        return err_set(e, TAKT_ERR_USAGE, "store",
                       "what begins with neither postgres:// nor postgresql:// is the path of a "
                       "file, and '://' in one is surely a mistake");
    return db_open_sqlite(out, strcmp(where, "memory") == 0 ? ":memory:" : where, e);
}

takt_rc store_open(struct store **out, const char *where, takt_err *e)
{
    *out = NULL;
    if (!*where)
        return err_set(e, TAKT_ERR_USAGE, "store", "an empty path");
    struct store *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, TAKT_ERR_MEMORY, "store", "no memory for it");
    takt_rc rc = open_db(&s->db, where, e);
    if (!rc.code)
        rc = store_schema(s, e);
    if (rc.code) {
        store_close(s);
        return rc;
    }
    *out = s;
    return TAKT_OK;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    if (s->db)
        s->db->driver->close(s->db);
    free(s);
}

const char *store_place(const struct store *s)
{
    return s->db->place;
}

bool store_default_place(char *buf, size_t cap)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int n = -1;
    if (state && *state == '/')
        n = snprintf(buf, cap, "%s/takt/serve.db", state);
    else if (home && *home == '/')
        n = snprintf(buf, cap, "%s/.local/state/takt/serve.db", home);
    return n > 0 && (size_t)n < cap;
}

bool store_leads(struct store *s)
{
    return s->db->driver->leads(s->db);
}

bool store_is_full(const takt_err *e)
{
    return e->code == TAKT_ERR_IO && e->sys == ENOSPC;
}
