#include "server/keep_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define SECOND_NS INT64_C(1000000000)
_Static_assert((int)STORE_LIMITS == (int)LIMITS_KINDS, "limits in the order of enum limits_kind");

/* The good ones among N keys as the text of a key file, malloc'ed. */
static takt_rc text_of(struct keep_keys *k, const struct store_key *keys, uint32_t n, takt_err *e)
{
    k->text = malloc((size_t)n * AUTH_LINE_MAX + 1);
    k->n_text = 0;
    if (!k->text)
        return err_set(e, TAKT_ERR_MEMORY, "keys", "no memory for %u keys", n);
    for (uint32_t i = 0; i < n; i++) {
        struct limits_rule rule;
        if (keys[i].revoked_s)
            continue;
        memcpy(rule.most, keys[i].most, sizeof rule.most);
        k->n_text +=
            auth_put_line(k->text + k->n_text, keys[i].role == STORE_ADMIN ? AUTH_ADMIN : AUTH_USER,
                          keys[i].name, keys[i].salt, keys[i].digest, &rule);
        k->text[k->n_text++] = '\n';
    }
    return TAKT_OK;
}

/* Reads the keys if they are other ones than before: then there is a text. */
static takt_rc read_keys(struct keep_keys *k, struct store *store, takt_err *e)
{
    struct arena a = {0};
    struct store_key *keys;
    uint32_t n;
    int64_t stamp;
    TAKT_TRY(store_keys_stamp(store, &stamp, e));
    if (stamp == k->stamp && !k->is_forced)
        return TAKT_OK;
    takt_rc rc = store_keys(store, &a, &keys, &n, e);
    if (!rc.code && (n || k->had_any))
        rc = text_of(k, keys, n, e);
    arena_free(&a);
    if (!rc.code) {
        k->stamp = stamp;
        k->is_forced = false;
    }
    return rc;
}

/* Uses what was read, if something was. */
static takt_rc use_keys(struct keep_keys *k, const char *where, takt_err *e)
{
    if (!k->text)
        return TAKT_OK;
    takt_rc rc =
        auth_keep(k->server->auth, (struct slice){(uint8_t *)k->text, k->n_text}, where, e);
    free(k->text);
    k->text = NULL;
    k->had_any = k->had_any || !rc.code;
    if (!rc.code)
        LOG(&k->server->config.log, LOG_INFO, "keys_read", LOG_S("from", "store"),
            LOG_I("keys", auth_n_keys(k->server->auth)));
    return rc;
}

takt_rc keep_keys_open(struct server *s, struct store *store, takt_err *e)
{
    struct keep_keys *k = &s->keys;
    *k = (struct keep_keys){.server = s, .is_forced = true};
    TAKT_TRY(read_keys(k, store, e));
    return use_keys(k, store_place(store), e);
}

/* ---- again ----------------------------------------------------------------------------------- */

static takt_rc work(struct store_task *t, struct store *store, takt_err *e)
{
    return read_keys((struct keep_keys *)t, store, e);
}

static void done(struct store_task *t)
{
    struct keep_keys *k = (struct keep_keys *)t;
    char why[600];
    k->is_running = false;
    if (!t->rc.code)
        t->rc = use_keys(k, "store", &t->err);
    if (t->rc.code && !k->has_failed) /* once, not every time */
        LOG(&k->server->config.log, LOG_ERROR, "keys_unchanged", LOG_S("from", "store"),
            LOG_S("why", takt_err_format(&t->err, why, sizeof why)));
    k->has_failed = t->rc.code != 0;
}

void keep_keys_tick(struct server *s, int64_t now)
{
    struct keep_keys *k = &s->keys;
    if (!s->store || k->is_running || (now < k->at_ns && !k->is_wanted))
        return;
    k->is_forced = k->is_forced || k->is_wanted;
    k->is_wanted = false;
    k->task.work = work;
    k->task.done = done;
    k->is_running = store_worker_submit(s->store, &k->task);
    k->at_ns = now + KEEP_KEYS_S * SECOND_NS;
}

void keep_keys_reload(struct server *s)
{
    s->keys.is_wanted = true;
    s->keys.has_failed = false;
}
