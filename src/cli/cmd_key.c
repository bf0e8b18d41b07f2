/* takt key: API keys of takt serve, in a key file or in a store. */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "cli/cli.h"
#include "server/auth.h"
#include "server/key_file.h"
#include "store/store.h"

enum { PLACE_BYTES = 4096 };

struct options {
    const char *keys, *store, *role;
    int64_t most[LIMITS_KINDS];
    bool json;
};

#define LIMIT(name, i, help)                                                                       \
    OPT_RANGE(INT, 0, name, struct options, most[i], "N", "0", 0, 1e12, help)

static const struct opt table[] = {
    OPT(STR, 0, "keys", struct options, keys, "FILE", NULL,
        "a key file, as takt serve --keys reads it"),
    OPT(STR, 0, "store", struct options, store, "PLACE", NULL,
        "a store, as takt serve --store opens it; without both, the one it opens by itself"),
    OPT(STR, 0, "role", struct options, role, "user|admin", "user",
        "of a new key: admins may also do what concerns others"),
    LIMIT("rpm", LIMITS_REQUESTS_MINUTE, "of a new key: requests a minute; 0: any number"),
    LIMIT("rpd", LIMITS_REQUESTS_DAY, "requests a day"),
    LIMIT("tpm", LIMITS_TOKENS_MINUTE, "tokens a minute"),
    LIMIT("tpd", LIMITS_TOKENS_DAY, "tokens a day"),
    OPT(FLAG, 0, "json", struct options, json, NULL, NULL, "print JSON"),
};
static const struct opt_example examples[] = {
    {"a key for alice, shown once", "takt key new alice --keys keys.txt --rpm 30 --tpm 6000"},
    {"who has one", "takt key list --keys keys.txt"},
    {"another key for her, with the same limits", "takt key rotate alice --keys keys.txt"},
    {"none any more", "takt key revoke alice --keys keys.txt"},
    {"in a database", "takt key new ops --role admin --store postgres://takt@db/takt"},
};
static const struct opt_cmd cmd = {
    .name = "takt key",
    .summary = "make, list and revoke API keys of takt serve",
    .args = "new|list|rotate|revoke [NAME]",
    .args_min = 1,
    .args_max = 2,
    .about =
        "A new key is printed once; kept is only a hash of it, with its name, role and limits. "
        "A name has one key; rotate gives it another one and keeps role and limits, so the old "
        "key is no longer good.\n\nA running server reads a key file again at SIGHUP, and a "
        "store's keys within two seconds. As soon as a store has had a key, everybody needs "
        "one, even when all are revoked.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

static const char *const limit_name[LIMITS_KINDS] = {"rpm", "rpd", "tpm", "tpd"};

/* A key in a list; times are 0 where a file does not know them. */
struct entry {
    const char *name;
    enum auth_role role;
    struct limits_rule rule;
    int64_t created_s, revoked_s;
};

/* Where keys are: a file (path not NULL) or a store. */
struct place {
    struct key_file file;
    struct store *store;
    struct arena keep;
    struct entry *list; /* [n] all of them */
    uint32_t n;
    const char *salt; /* that another key can share, or NULL */
};

/* ---- what is there --------------------------------------------------------------------------- */

static takt_rc list_file(struct place *p, const char *path, takt_err *e)
{
    TAKT_TRY(key_file_open(&p->file, path, e));
    uint32_t n = auth_n_keys(p->file.auth);
    p->list = ARENA_ARRAY(&p->keep, struct entry, n);
    if (!p->list)
        return err_set(e, TAKT_ERR_MEMORY, path, "no memory for %u keys", n);
    for (; p->n < n; p->n++) {
        const struct auth_who *who = auth_at(p->file.auth, p->n, NULL);
        p->list[p->n] = (struct entry){.name = who->name, .role = who->role, .rule = who->rule};
    }
    p->salt = auth_salt(p->file.auth);
    return TAKT_OK;
}

static takt_rc list_store(struct place *p, const char *where, takt_err *e)
{
    struct store_key *keys;
    uint32_t n;
    TAKT_TRY(store_open(&p->store, where, e));
    TAKT_TRY(store_keys(p->store, &p->keep, &keys, &n, e));
    p->list = ARENA_ARRAY(&p->keep, struct entry, n);
    if (!p->list)
        return err_set(e, TAKT_ERR_MEMORY, "keys", "no memory for %u", n);
    for (; p->n < n; p->n++) {
        const struct store_key *k = &keys[p->n];
        struct entry *to = &p->list[p->n];
        *to = (struct entry){.name = k->name,
                             .role = k->role == STORE_ADMIN ? AUTH_ADMIN : AUTH_USER,
                             .created_s = k->created_s,
                             .revoked_s = k->revoked_s};
        memcpy(to->rule.most, k->most, sizeof to->rule.most);
        p->salt = p->salt || k->revoked_s ? p->salt : k->salt;
    }
    return TAKT_OK;
}

static takt_rc open_place(struct place *p, const struct options *o, takt_err *e)
{
    const char *where = o->store;
    if (o->keys && o->store)
        return err_set(e, TAKT_ERR_USAGE, "--keys", "and --store are two places; name one");
    if (o->keys)
        return list_file(p, o->keys, e);
    if (where && (strcmp(where, "none") == 0 || strcmp(where, "memory") == 0))
        return err_set(e, TAKT_ERR_USAGE, "--store", "'%s' keeps no keys", where);
    char *path = where ? NULL : arena_alloc(&p->keep, PLACE_BYTES, 1);
    if (path && store_default_place(path, PLACE_BYTES))
        where = path;
    if (!where)
        return err_set(e, TAKT_ERR_USAGE, "--store",
                       "is needed, or --keys: without $HOME there is no place by itself");
    return list_store(p, where, e);
}

static void close_place(struct place *p)
{
    key_file_close(&p->file);
    store_close(p->store);
    arena_free(&p->keep);
}

/* The good key called NAME, or NULL. */
static const struct entry *find(const struct place *p, const char *name)
{
    for (uint32_t i = 0; i < p->n; i++)
        if (!p->list[i].revoked_s && strcmp(p->list[i].name, name) == 0)
            return &p->list[i];
    return NULL;
}

/* ---- list ------------------------------------------------------------------------------------ */

static void put_entry(struct json_out *o, const struct entry *k)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "name", k->name);
    json_put_str(o, "role", k->role == AUTH_ADMIN ? "admin" : "user");
    for (int i = 0; i < LIMITS_KINDS; i++)
        if (k->rule.most[i])
            json_put_u64(o, limit_name[i], k->rule.most[i]);
    if (k->created_s)
        json_put_i64(o, "created", k->created_s);
    if (k->revoked_s)
        json_put_i64(o, "revoked", k->revoked_s);
    json_obj_end(o);
}

static takt_rc list(const struct place *p, bool json, takt_err *e)
{
    struct json_out o = {.indent = 2};
    if (json) {
        json_arr_begin(&o, NULL);
        for (uint32_t i = 0; i < p->n; i++)
            put_entry(&o, &p->list[i]);
        json_arr_end(&o);
        return cli_put_json(&o, e);
    }
    for (uint32_t i = 0; i < p->n; i++) {
        const struct entry *k = &p->list[i];
        printf("%-5s  %s", k->role == AUTH_ADMIN ? "admin" : "user", k->name);
        for (int j = 0; j < LIMITS_KINDS; j++)
            if (k->rule.most[j])
                printf("  %s=%llu", limit_name[j], (unsigned long long)k->rule.most[j]);
        printf("%s\n", k->revoked_s ? "  revoked" : "");
    }
    return TAKT_OK;
}

/* ---- new, rotate, revoke --------------------------------------------------------------------- */

/* Keeps KEY for K, in the place of the one that it has. */
static takt_rc keep(struct place *p, const struct entry *k, const struct auth_new_key *key,
                    takt_err *e)
{
    uint32_t line = 0;
    if (!p->store) {
        key_file_find(&p->file, k->name, &line);
        return key_file_put(&p->file, key_file_find(&p->file, k->name, NULL) ? line : 0, key->line,
                            e);
    }
    struct store_key to = {.name = k->name,
                           .role = k->role == AUTH_ADMIN ? STORE_ADMIN : STORE_USER,
                           .salt = key->salt,
                           .digest = key->digest,
                           .created_s = (int64_t)time(NULL)};
    memcpy(to.most, k->rule.most, sizeof to.most);
    return store_key_put(p->store, &to, e);
}

static takt_rc show(const struct entry *k, const struct auth_new_key *key, bool json, takt_err *e)
{
    struct json_out o = {.indent = 2};
    if (!json) {
        puts(key->key);
        return TAKT_OK;
    }
    json_obj_begin(&o, NULL);
    json_put_str(&o, "name", k->name);
    json_put_str(&o, "role", k->role == AUTH_ADMIN ? "admin" : "user");
    json_put_str(&o, "key", key->key);
    json_obj_end(&o);
    return cli_put_json(&o, e);
}

static takt_rc give(struct place *p, const struct entry *k, bool json, takt_err *e)
{
    struct auth_new_key key;
    takt_rc rc = auth_new_key(&key, k->role, k->name, p->salt, &k->rule, e);
    if (!rc.code)
        rc = keep(p, k, &key, e);
    if (!rc.code)
        rc = show(k, &key, json, e);
    OPENSSL_cleanse(&key, sizeof key);
    return rc;
}

static takt_rc make_new(struct place *p, const struct options *o, const char *name, takt_err *e)
{
    struct entry k = {.name = name, .role = strcmp(o->role, "admin") == 0 ? AUTH_ADMIN : AUTH_USER};
    for (int i = 0; i < LIMITS_KINDS; i++)
        k.rule.most[i] = (uint64_t)o->most[i];
    if (find(p, name))
        return err_set(e, TAKT_ERR_USAGE, name,
                       "has a key; `takt key rotate` gives another, `takt key revoke` takes it");
    return give(p, &k, o->json, e);
}

static takt_rc revoke(struct place *p, const char *name, takt_err *e)
{
    uint32_t line;
    bool found;
    if (p->store)
        return store_key_revoke(p->store, name, (int64_t)time(NULL), &found, e);
    if (p->n == 1)
        return err_set(e, TAKT_ERR_USAGE, name,
                       "has the last key, and servers refuse a file without any; make another one "
                       "first, or remove the file and start servers without --keys");
    key_file_find(&p->file, name, &line);
    return key_file_put(&p->file, line, NULL, e);
}

static takt_rc work(struct place *p, const struct options *o, const struct opt_rest *rest,
                    takt_err *e)
{
    const char *verb = rest->args[0], *name = rest->n_args > 1 ? rest->args[1] : NULL;
    bool is_list = strcmp(verb, "list") == 0, is_new = strcmp(verb, "new") == 0;
    bool is_rotate = strcmp(verb, "rotate") == 0, is_revoke = strcmp(verb, "revoke") == 0;
    if (!is_list && !is_new && !is_rotate && !is_revoke)
        return err_set(e, TAKT_ERR_USAGE, verb, "is none of new, list, rotate and revoke");
    if (is_list != !name)
        return err_set(e, TAKT_ERR_USAGE, verb, is_list ? "has no name" : "needs a name");
    for (uint32_t i = 0; i < cmd.n_opts; i++)
        if (!is_new && (rest->given >> i & 1) && i >= 2 && i < cmd.n_opts - 1)
            return err_set(e, TAKT_ERR_USAGE, verb, "does not go with --%s", table[i].name);
    TAKT_TRY(open_place(p, o, e));
    if (p->file.is_new && !is_new)
        return err_set(e, TAKT_ERR_IO, o->keys, "there is no such file");
    if (is_list)
        return list(p, o->json, e);
    if (is_new)
        return make_new(p, o, name, e);
    const struct entry *k = find(p, name);
    if (!k)
        return err_set(e, TAKT_ERR_USAGE, name, "has no key; `takt key list` tells who has");
    return is_rotate ? give(p, k, o->json, e) : revoke(p, name, e);
}

static int key_main(int argc, char **argv)
{
    struct options o = {0};
    struct opt_rest rest;
    struct place p = {.file.lock_fd = -1};
    takt_err e = {0};
    int code = cli_parse(&o, &rest, &cmd, argc, argv);
    if (code >= 0)
        return code;
    takt_rc rc = work(&p, &o, &rest, &e);
    close_place(&p);
    return rc.code ? cli_fail(&e) : EXIT_DONE;
}

const struct cli_command cli_key = {&cmd, key_main};
