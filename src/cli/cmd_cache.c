#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "cli/cli.h"
#include "model/cache.h"

struct options {
    bool clear, json;
};

static const struct opt table[] = {
    OPT(FLAG, 0, "clear", struct options, clear, NULL, NULL,
        "remove all packed weights but those in use"),
    OPT(FLAG, 0, "json", struct options, json, NULL, NULL, "print JSON"),
};
static const struct opt_example examples[] = {
    {"what lies in the cache", "takt cache"},
    {"free its disk space", "takt cache --clear"},
    {"keep at most 20 GB", "export TAKT_CACHE_MAX=20G"},
};
static const struct opt_cmd cmd = {
    .name = "takt cache",
    .summary = "list or remove the packed weights that make starts fast",
    .args = "",
    .about = "The first start of a model packs its weights into the order in which this machine "
             "reads them and keeps them as a file in the cache folder, $TAKT_CACHE, else "
             "$XDG_CACHE_HOME/takt, else ~/.cache/takt. Later starts only map that file.\n\n"
             "Packed files may take $TAKT_CACHE_MAX together (bytes, or 500M, 20G, 1T; 0: none are "
             "kept), by default half of the disk space that would be free without them. What was "
             "not used for longest is removed first.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

struct found {
    struct cache_entry *list;
    size_t n;
    uint64_t total, limit;
    char folder[4096];
};

static takt_rc find(struct found *f, takt_err *e)
{
    TAKT_TRY(cache_folder(f->folder, sizeof f->folder, e));
    TAKT_TRY(cache_list(&f->list, &f->n, e));
    f->total = 0;
    for (size_t i = 0; i < f->n; i++)
        f->total += f->list[i].bytes;
    takt_rc rc = cache_limit(&f->limit, f->total, e);
    return rc.code == TAKT_ERR_IO ? TAKT_OK : rc; /* no folder yet: no limit is shown */
}

static takt_rc put_json(const struct found *f, takt_err *e)
{
    struct json_out o = {.indent = 2};
    json_obj_begin(&o, NULL);
    json_put_str(&o, "folder", f->folder);
    json_put_u64(&o, "bytes", f->total);
    json_put_u64(&o, "bytes_max", f->limit);
    json_arr_begin(&o, "files");
    for (size_t i = 0; i < f->n; i++) {
        const struct cache_entry *c = &f->list[i];
        json_obj_begin(&o, NULL);
        json_put_str(&o, "key", c->key);
        json_put_str(&o, "model", c->name);
        json_put_u64(&o, "bytes", c->bytes);
        json_put_i64(&o, "used", c->used_s);
        json_put_bool(&o, "in_use", c->in_use);
        json_put_bool(&o, "is_sound", c->is_sound);
        json_obj_end(&o);
    }
    json_arr_end(&o);
    json_obj_end(&o);
    return cli_put_json(&o, e);
}

static void put_text(const struct found *f)
{
    for (size_t i = 0; i < f->n; i++) {
        const struct cache_entry *c = &f->list[i];
        char when[32] = "?";
        time_t t = (time_t)c->used_s;
        struct tm tm;
        if (localtime_r(&t, &tm))
            strftime(when, sizeof when, "%Y-%m-%d %H:%M", &tm);
        printf("%8.2f GB  %s  %s%s\n", (double)c->bytes / 1e9, when,
               c->is_sound ? c->name : "(of another version)", c->in_use ? "  in use" : "");
    }
    printf("%8.2f GB in %s", (double)f->total / 1e9, f->folder);
    if (f->limit)
        printf(", of %.2f GB at most", (double)f->limit / 1e9);
    putchar('\n');
}

static takt_rc work(const struct options *o, struct found *f, takt_err *e)
{
    TAKT_TRY(find(f, e));
    if (o->clear) {
        for (size_t i = 0; i < f->n; i++)
            cache_remove(f->list[i].key);
        free(f->list);
        f->list = NULL;
        TAKT_TRY(find(f, e));
    }
    if (o->json)
        return put_json(f, e);
    put_text(f);
    return TAKT_OK;
}

static int cache_main(int argc, char **argv)
{
    struct options o = {0};
    struct opt_rest rest;
    struct found f = {0};
    takt_err e = {0};
    int code = cli_parse(&o, &rest, &cmd, argc, argv);
    if (code >= 0)
        return code;
    takt_rc rc = work(&o, &f, &e);
    free(f.list);
    return rc.code ? cli_fail(&e) : EXIT_DONE;
}

const struct cli_command cli_cache = {&cmd, cache_main};
