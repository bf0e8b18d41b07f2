#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/builtin.h"
#include "cli/cli.h"
#include "engine/handles.h"

struct options {
    bool json, tensors, template, all;
};

static const struct opt table[] = {
    OPT(FLAG, 0, "tensors", struct options, tensors, NULL, NULL, "list every tensor"),
    OPT(FLAG, 0, "template", struct options, template, NULL, NULL, "print the chat template"),
    OPT(FLAG, 'a', "all", struct options, all, NULL, NULL, "metadata, tensors and template"),
    OPT(FLAG, 0, "json", struct options, json, NULL, NULL,
        "print JSON: metadata, tensors, template"),
};
static const struct opt_example examples[] = {
    {"what is in this file?", "takt inspect model.gguf"},
    {"its tensors", "takt inspect model.gguf --tensors"},
};
static const struct opt_cmd cmd = {
    .name = "takt inspect",
    .summary = "show the metadata, tensors, tokenizer and template of a model file",
    .args = "[MODEL]",
    .args_min = 0,
    .args_max = 1,
    .about = "Reads headers only, so it is fast for files of any size, and shows files that takt "
             "cannot run too.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

static uint64_t read_uint(const struct model_kv *kv)
{
    static const uint8_t widths[] = {
        [KV_U8] = 1, [KV_U16] = 2, [KV_U32] = 4, [KV_U64] = 8, [KV_BOOL] = 1};
    uint64_t v = 0;
    memcpy(&v, kv->raw.p, widths[kv->type]);
    return v;
}

static int64_t read_int(const struct model_kv *kv)
{
    int8_t a;
    int16_t b;
    int32_t c;
    int64_t d;
    switch (kv->type) {
    case KV_I8: memcpy(&a, kv->raw.p, 1); return a;
    case KV_I16: memcpy(&b, kv->raw.p, 2); return b;
    case KV_I32: memcpy(&c, kv->raw.p, 4); return c;
    default: memcpy(&d, kv->raw.p, 8); return d;
    }
}

static const char *type_name(enum kv_type t)
{
    static const char *const names[] = {
        [KV_U8] = "u8",   [KV_I8] = "i8",   [KV_U16] = "u16",   [KV_I16] = "i16", [KV_U32] = "u32",
        [KV_I32] = "i32", [KV_F32] = "f32", [KV_BOOL] = "bool", [KV_STR] = "str", [KV_ARR] = "arr",
        [KV_U64] = "u64", [KV_I64] = "i64", [KV_F64] = "f64"};
    return names[t];
}

/* A pair as JSON; arrays by type and length only, as vocabularies are long. */
static void put_kv(struct json_out *o, const char *key, const struct model_kv *kv)
{
    char text[64];
    switch (kv->type) {
    case KV_STR: json_put_strn(o, key, (const char *)kv->raw.p, kv->raw.len); break;
    case KV_F32: {
        float f;
        memcpy(&f, kv->raw.p, 4);
        json_put_f32(o, key, f);
        break;
    }
    case KV_F64: {
        double d;
        memcpy(&d, kv->raw.p, 8);
        json_put_f64(o, key, d);
        break;
    }
    case KV_BOOL: json_put_bool(o, key, read_uint(kv) != 0); break;
    case KV_ARR:
        snprintf(text, sizeof text, "%s[%" PRIu64 "]", type_name(kv->elem), kv->count);
        json_put_str(o, key, text);
        break;
    case KV_U8:
    case KV_U16:
    case KV_U32:
    case KV_U64: json_put_u64(o, key, read_uint(kv)); break;
    default: json_put_i64(o, key, read_int(kv));
    }
}

static void key_text(char *buf, size_t cap, const struct model_kv *kv)
{
    snprintf(buf, cap, "%.*s", (int)(kv->key.len < cap ? kv->key.len : cap - 1),
             (const char *)kv->key.p);
}

static void print_metadata(const struct model *m)
{
    enum { SHOWN = 100 };
    printf("\nmetadata (%u pairs)\n", m->n_kv);
    for (uint32_t i = 0; i < m->n_kv; i++) {
        struct json_out o = {0};
        char key[160];
        key_text(key, sizeof key, &m->kv[i]);
        put_kv(&o, NULL, &m->kv[i]);
        if (o.p)
            printf("  %-44s %.*s%s\n", key, SHOWN, o.p, o.len > SHOWN ? "..." : "");
        json_out_free(&o);
    }
}

static void print_tensors(const struct model *m)
{
    printf("\ntensors (%u)\n", m->n_tensors);
    for (uint32_t i = 0; i < m->n_tensors; i++) {
        const struct tensor *t = &m->tensors[i];
        char shape[96] = "";
        for (uint32_t d = 0, at = 0; d < t->n_dims; d++)
            at += (uint32_t)snprintf(shape + at, sizeof shape - at, "%s%" PRIu64, d ? " x " : "",
                                     t->ne[d]);
        printf("  %-44s %-8s %-24s %14" PRIu64 " bytes at %" PRIu64 "%s\n", t->name,
               qtype_name(t->type), shape, t->bytes, t->file_offset,
               qtype_computable(t->type) ? "" : "  (not computable)");
    }
}

/* Bytes by tensor type, largest first. */
static void print_types(const struct model *m)
{
    uint64_t bytes[PROFILE_TYPES_MAX] = {0};
    uint32_t count[PROFILE_TYPES_MAX] = {0};
    for (uint32_t i = 0; i < m->n_tensors; i++) {
        bytes[m->tensors[i].type] += m->tensors[i].bytes;
        count[m->tensors[i].type]++;
    }
    for (;;) {
        int best = -1;
        for (int t = 0; t < PROFILE_TYPES_MAX; t++)
            if (count[t] && (best < 0 || bytes[t] > bytes[best]))
                best = t;
        if (best < 0)
            return;
        printf("  %-10s %5u tensors  %10.1f MB%s\n", qtype_name((enum qtype)best), count[best],
               bytes[best] / 1e6, qtype_computable((enum qtype)best) ? "" : "  (not computable)");
        count[best] = 0;
    }
}

/* What the file says of sampling, if anything. */
static void print_sampling(const takt_model_info *info)
{
    const struct {
        const char *name;
        float v;
    } given[] = {{"temperature", info->temperature},
                 {"top-p", info->top_p},
                 {"min-p", info->min_p},
                 {"repeat penalty", info->repeat_penalty}};
    const char *lead = "  sampling      ";
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        if (isnan(given[i].v))
            continue;
        printf("%s%s %g", lead, given[i].name, (double)given[i].v);
        lead = ", ";
    }
    if (info->top_k >= 0) {
        printf("%stop-k %d", lead, info->top_k);
        lead = ", ";
    }
    if (*lead == ',')
        printf("\n");
}

static void print_summary(const takt_model *m)
{
    const struct model_hparams *hp = &m->file.hp;
    takt_model_info info;
    takt_model_describe(m, &info);
    printf("%s\n", info.name ? info.name : m->file.path);
    bool large = info.weight_bytes >= 1000000000;
    double unit = large ? 1e9 : 1e6;
    printf("  format        %s, %u file%s, %.2f %s of weights, %.2f %s parameters\n", info.format,
           m->file.n_files, m->file.n_files == 1 ? "" : "s", info.weight_bytes / unit,
           large ? "GB" : "MB", info.n_params / unit, large ? "G" : "M");
    printf("  architecture  %s\n", info.architecture ? info.architecture : "(none stated)");
    if (hp->n_layers) {
        printf("  shape         %u layers, width %u, %u heads over %u of %u, feed-forward %u, "
               "vocabulary %u\n",
               hp->n_layers, hp->n_embd, hp->n_heads, hp->n_kv_heads, hp->head_dim_k, hp->n_ff,
               hp->n_vocab);
        printf("  context       %u trained%s\n", hp->n_ctx_train,
               hp->sliding_window ? ", sliding window" : "");
    }
    if (hp->n_experts)
        printf("  experts       %u, %u active\n", hp->n_experts, hp->n_experts_used);
    if (m->tokenizer)
        printf("  tokenizer     %s, %u tokens\n", info.tokenizer, tokenizer_n_vocab(m->tokenizer));
    else
        printf("  tokenizer     none usable: %s\n", m->tokenizer_err.what);
    printf("  chat template %s%s\n",
           m->file.chat_template ? m->chat ? "yes" : "yes, but not usable: " : "none",
           m->file.chat_template && !m->chat ? m->chat_err.what : "");
    print_sampling(&info);
    print_types(&m->file);
}

static void put_text(struct json_out *o, const char *key, const char *text)
{
    if (text)
        json_put_str(o, key, text);
    else
        json_put_null(o, key);
}

/* null: the file says nothing. */
static void put_sampling(struct json_out *o, const takt_model_info *info)
{
    json_obj_begin(o, "sampling");
    json_put_f32(o, "temperature", info->temperature);
    json_put_f32(o, "top_p", info->top_p);
    if (info->top_k >= 0)
        json_put_i64(o, "top_k", info->top_k);
    else
        json_put_null(o, "top_k");
    json_put_f32(o, "min_p", info->min_p);
    json_put_f32(o, "repeat_penalty", info->repeat_penalty);
    json_obj_end(o);
}

static takt_rc print_json(const takt_model *m, takt_err *e)
{
    struct json_out o = {.indent = 1};
    takt_model_info info;
    takt_model_describe(m, &info);
    json_obj_begin(&o, NULL);
    put_text(&o, "name", info.name);
    json_put_str(&o, "format", info.format);
    put_text(&o, "architecture", info.architecture);
    json_put_u64(&o, "parameters", info.n_params);
    json_put_u64(&o, "weight_bytes", info.weight_bytes);
    put_text(&o, "tokenizer", info.tokenizer);
    put_sampling(&o, &info);
    json_obj_begin(&o, "metadata");
    for (uint32_t i = 0; i < m->file.n_kv; i++) {
        char key[256];
        key_text(key, sizeof key, &m->file.kv[i]);
        put_kv(&o, key, &m->file.kv[i]);
    }
    json_obj_end(&o);
    json_arr_begin(&o, "tensors");
    for (uint32_t i = 0; i < m->file.n_tensors; i++) {
        const struct tensor *t = &m->file.tensors[i];
        json_obj_begin(&o, NULL);
        json_put_str(&o, "name", t->name);
        json_put_str(&o, "type", qtype_name(t->type));
        json_arr_begin(&o, "shape");
        for (uint32_t d = 0; d < t->n_dims; d++)
            json_put_u64(&o, NULL, t->ne[d]);
        json_arr_end(&o);
        json_put_u64(&o, "bytes", t->bytes);
        json_put_u64(&o, "file", t->file);
        json_put_u64(&o, "offset", t->file_offset);
        json_obj_end(&o);
    }
    json_arr_end(&o);
    put_text(&o, "chat_template", m->file.chat_template);
    json_obj_end(&o);
    return cli_put_json(&o, e);
}

static int inspect_main(int argc, char **argv)
{
    struct options o = {0};
    struct opt_rest rest;
    takt_model *m = NULL;
    takt_err e = {0};
    int code = cli_parse(&o, &rest, &cmd, argc, argv);
    if (code >= 0)
        return code;
    if (builtin_open(&m, cli_model_arg(&rest), &e).code)
        return cli_fail(&e);
    if (o.json) {
        if (print_json(m, &e).code)
            code = cli_fail(&e);
    } else if (o.template && !o.all) {
        if (m->file.chat_template)
            puts(m->file.chat_template);
        else
            code = cli_fail(&m->chat_err);
    } else {
        print_summary(m);
        print_metadata(&m->file);
        if (o.tensors || o.all)
            print_tensors(&m->file);
        if (o.all && m->file.chat_template)
            printf("\nchat template\n%s\n", m->file.chat_template);
    }
    takt_model_free(m);
    return code < 0 ? EXIT_DONE : code;
}

const struct cli_command cli_inspect = {&cmd, inspect_main};
