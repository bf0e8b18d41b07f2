#include <math.h>
#include <string.h>

#include "server/api_json.h"
#include "server/api_limits.h"
#include "server/field.h"

/* ---- for people ------------------------------------------------------------------------------ */

/* Text inside a cell of a table. */
static void cell(FILE *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '|')
            fputc('\\', out);
        fputc(*s, out);
    }
}

static void put_who(FILE *out, uint8_t who)
{
    static const char letters[] = "OGVT";
    const char *join = "";
    for (int i = 0; letters[i]; i++)
        if (who & 1 << i) {
            fprintf(out, "%s%c", join, letters[i]);
            join = " ";
        }
    if (who & FIELD_OTHERS)
        fprintf(out, "%sothers", join);
}

/* The word number I of "a|b|c". */
static struct slice word_at(const char *words, uint32_t i)
{
    for (; i > 0; i--)
        words += strcspn(words, "|") + 1;
    return (struct slice){(const uint8_t *)words, strcspn(words, "|")};
}

static void put_default(FILE *out, const struct field *f)
{
    if (f->is_required) {
        fputs("required", out);
    } else if (f->absent) {
        cell(out, f->absent);
    } else if (f->kind == FIELD_BOOL) {
        fputs(f->fallback != 0 ? "true" : "false", out);
    } else if (f->kind == FIELD_INT || f->kind == FIELD_NUMBER) {
        fprintf(out, "%.10g", f->fallback);
    } else if (f->kind == FIELD_WORD) {
        struct slice w = word_at(f->words, (uint32_t)f->fallback);
        fprintf(out, "%.*s", (int)w.len, (const char *)w.p);
    } else {
        fputs("none", out);
    }
}

/* The elements of a JSON list. */
static void put_only(FILE *out, const char *before, const char *list)
{
    char text[128];
    snprintf(text, sizeof text, "%.*s", (int)strlen(list) - 2, list + 1);
    fprintf(out, "%s `", before);
    cell(out, text);
    fputc('`', out);
}

static void row(FILE *out, const struct field *f, const char *prefix)
{
    char wanted[256];
    fprintf(out, "| `%s%s` | ", prefix, f->name);
    if (f->state == FIELD_REFUSED) {
        if (f->only)
            put_only(out, "only", f->only);
        else
            fputs("nothing", out);
        fputs(" | ", out);
    } else {
        cell(out, field_wanted(f, wanted, sizeof wanted));
        fputs(" | ", out);
        if (f->state == FIELD_SERVED) {
            put_default(out, f);
            fputs(" | ", out);
        }
    }
    put_who(out, f->who);
    fputs(" | ", out);
    if (f->help)
        cell(out, f->help);
    if (f->why) {
        fputs(f->help ? " Because " : "", out);
        cell(out, f->why);
    }
    if (f->groq) {
        put_only(out, " Groq takes only", f->groq);
        fputc('.', out);
    }
    fputs(" |\n", out);
}

/* Prints the rows in STATE; with OUT NULL only counts them. */
static unsigned rows(FILE *out, const struct field_part *p, const char *prefix,
                     enum field_state state)
{
    unsigned n = 0;
    for (const struct field *f = p->rows; f < p->rows + p->n; f++) {
        if (f->state == state && f->kind != FIELD_GROUP) {
            n++;
            if (out)
                row(out, f, prefix);
        }
        if (f->group) {
            char longer[96];
            snprintf(longer, sizeof longer, "%s%s.", prefix, f->name);
            n += rows(out, f->group, longer, state);
        }
    }
    return n;
}

void field_markdown(FILE *out, const struct field_table *t)
{
    static const char *const heads[] = {
        [FIELD_SERVED] = "| field | may be | default | known to | what it does |\n"
                         "|---|---|---|---|---|\n",
        [FIELD_IDLE] = "Taken without effect:\n\n| field | may be | known to | why |\n"
                       "|---|---|---|---|\n",
        [FIELD_REFUSED] = "Refused by name, unless set to what happens anyway:\n\n"
                          "| field | may be | known to | why |\n|---|---|---|---|\n"};
    for (int state = FIELD_SERVED; state <= FIELD_REFUSED; state++) {
        unsigned n = 0;
        for (uint32_t i = 0; i < t->n_parts; i++)
            n += rows(NULL, &t->parts[i], "", state);
        if (n == 0)
            continue;
        fputs(heads[state], out);
        for (uint32_t i = 0; i < t->n_parts; i++)
            rows(out, &t->parts[i], "", state);
        fputc('\n', out);
    }
}

/* ---- for machines (JSON schema 2020-12) ------------------------------------------------------ */

static void put_type(struct json_out *o, const struct field *f, const char *name)
{
    if (f->is_required) {
        json_put_str(o, "type", name);
        return;
    }
    json_arr_begin(o, "type");
    json_put_str(o, NULL, name);
    json_put_str(o, NULL, "null");
    json_arr_end(o);
}

static void put_limit(struct json_out *o, const char *key, double v)
{
    if (!isinf(v) && v == floor(v) && fabs(v) < 0x1p53)
        json_put_i64(o, key, (int64_t)v);
    else if (!isinf(v))
        json_put_f64(o, key, v);
}

static void put_range(struct json_out *o, const struct field *f)
{
    if (f->min == 0 && f->max == 0)
        return;
    put_limit(o, f->above ? "exclusiveMinimum" : "minimum", f->min);
    put_limit(o, "maximum", f->max);
}

static void put_lengths(struct json_out *o, const char *least, const char *most, double min,
                        double max)
{
    if (min > 0)
        put_limit(o, least, min);
    if (max > 0)
        put_limit(o, most, max);
}

/* A writer of one schema, the member KEY or, with NULL, an element; MAX is its largest size. */
typedef void schema_fn(struct json_out *o, const char *key, double max);

static void string_schema(struct json_out *o, const char *key, double max)
{
    json_obj_begin(o, key);
    json_put_str(o, "type", "string");
    put_lengths(o, "minLength", "maxLength", 1, max);
    json_obj_end(o);
}

static void id_schema(struct json_out *o, const char *key, double max)
{
    (void)max;
    json_obj_begin(o, key);
    json_put_str(o, "type", "integer");
    json_put_i64(o, "minimum", 0);
    json_put_i64(o, "maximum", INT32_MAX);
    json_obj_end(o);
}

static void items_schema(struct json_out *o, double min, double max, schema_fn *item,
                         double item_max)
{
    put_lengths(o, "minItems", "maxItems", min, max);
    item(o, "items", item_max);
}

static void ids_schema(struct json_out *o, const char *key, double max)
{
    json_obj_begin(o, key);
    json_put_str(o, "type", "array");
    items_schema(o, 1, max, id_schema, 0);
    json_obj_end(o);
}

static void list_schema(struct json_out *o, double min, double max, schema_fn *item,
                        double item_max)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "type", "array");
    items_schema(o, min, max, item, item_max);
    json_obj_end(o);
}

static void null_schema(struct json_out *o)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "type", "null");
    json_obj_end(o);
}

static void choice_schema(struct json_out *o, const struct field *f)
{
    json_arr_begin(o, "anyOf");
    if (f->schema) {
        api_json_quoted(o, NULL, f->schema);
    } else {
        bool is_prompts = f->kind == FIELD_PROMPTS;
        double chars = is_prompts ? 0 : API_MAX_STOP_CHARS;
        string_schema(o, NULL, chars);
        list_schema(o, is_prompts ? 1 : f->min, f->max, string_schema, chars);
        if (is_prompts) {
            ids_schema(o, NULL, 0);
            list_schema(o, 1, f->max, ids_schema, 0);
        }
    }
    if (!f->is_required)
        null_schema(o);
    json_arr_end(o);
    if (f->schema) /* says nothing of sizes */
        put_lengths(o, "minItems", "maxItems", f->min, f->max);
}

static void words_schema(struct json_out *o, const struct field *f)
{
    json_arr_begin(o, "enum");
    for (const char *w = f->words; *w;) {
        size_t n = strcspn(w, "|");
        json_put_strn(o, NULL, w, n);
        w += n + (w[n] == '|');
    }
    if (!f->is_required)
        json_put_null(o, NULL);
    json_arr_end(o);
}

static void biases_schema(struct json_out *o, const struct field *f)
{
    put_type(o, f, "object");
    json_put_i64(o, "maxProperties", API_MAX_BIASES);
    json_obj_begin(o, "propertyNames");
    json_put_str(o, "pattern", "^(0|[1-9][0-9]{0,8})$");
    json_obj_end(o);
    json_obj_begin(o, "additionalProperties");
    json_put_str(o, "type", "number");
    put_range(o, f);
    json_obj_end(o);
}

static void labels_schema(struct json_out *o, const struct field *f)
{
    put_type(o, f, "object");
    json_put_i64(o, "maxProperties", API_MAX_LABELS);
    json_obj_begin(o, "propertyNames");
    json_put_i64(o, "maxLength", API_MAX_LABEL_NAME);
    json_obj_end(o);
    json_obj_begin(o, "additionalProperties");
    json_put_str(o, "type", "string");
    json_put_i64(o, "maxLength", API_MAX_LABEL_TEXT);
    json_obj_end(o);
}

static void refused_schema(struct json_out *o, const struct field *f)
{
    if (!f->only) {
        json_put_str(o, "type", "null");
        return;
    }
    struct slice only = slice_str(f->only);
    only.len -= !f->is_required; /* its bracket: null is one more */
    api_json_put(o, "enum", only);
    if (!f->is_required)
        api_json_raw(o, ",null]", 6);
}

static void part_schema(struct json_out *o, const struct field_part *parts, uint32_t n_parts);

static void int_schema(struct json_out *o, const struct field *f)
{
    bool is_any = f->min == 0 && f->max == 0;
    put_type(o, f, "integer");
    put_range(o, f);
    if (is_any)
        json_put_i64(o, "minimum", INT64_MIN);
    if (is_any || isinf(f->max))
        json_put_i64(o, "maximum", INT64_MAX);
}

static void kind_schema(struct json_out *o, const struct field *f)
{
    switch (f->kind) {
    case FIELD_BOOL: put_type(o, f, "boolean"); break;
    case FIELD_INT: int_schema(o, f); break;
    case FIELD_NUMBER:
        put_type(o, f, "number");
        put_range(o, f);
        break;
    case FIELD_STRING:
        put_type(o, f, "string");
        put_lengths(o, "minLength", "maxLength", f->min, f->max);
        break;
    case FIELD_WORD: words_schema(o, f); break;
    case FIELD_STRINGS:
    case FIELD_PROMPTS: choice_schema(o, f); break;
    case FIELD_IDS:
        put_type(o, f, "array");
        items_schema(o, f->min, f->max, id_schema, 0);
        break;
    case FIELD_BIASES: biases_schema(o, f); break;
    case FIELD_LABELS: labels_schema(o, f); break;
    case FIELD_OBJECT: put_type(o, f, "object"); break;
    case FIELD_LIST:
        put_type(o, f, "array");
        put_lengths(o, "minItems", "maxItems", f->min, f->max);
        break;
    case FIELD_ANY: break; /* true: anything */
    case FIELD_GROUP:
        put_type(o, f, "object");
        part_schema(o, f->group, 1);
        break;
    }
}

static void put_default_value(struct json_out *o, const struct field *f)
{
    if (f->is_required || f->absent || f->state != FIELD_SERVED)
        return;
    if (f->kind == FIELD_BOOL) {
        json_put_bool(o, "default", f->fallback != 0);
    } else if (f->kind == FIELD_INT || f->kind == FIELD_NUMBER) {
        put_limit(o, "default", f->fallback);
    } else if (f->kind == FIELD_WORD) {
        struct slice w = word_at(f->words, (uint32_t)f->fallback);
        json_put_strn(o, "default", (const char *)w.p, w.len);
    }
}

static void put_description(struct json_out *o, const struct field *f)
{
    char text[512];
    snprintf(text, sizeof text, "%s%s%s%s", f->help ? f->help : "", f->help && f->why ? " " : "",
             f->state == FIELD_IDLE ? "Without effect: " : "", f->why ? f->why : "");
    json_put_str(o, "description", text);
}

/* The members of F's schema. */
static void members(struct json_out *o, const struct field *f)
{
    if (f->state == FIELD_REFUSED)
        refused_schema(o, f);
    else if (f->schema)
        choice_schema(o, f);
    else
        kind_schema(o, f);
    put_default_value(o, f);
}

static void one_schema(struct json_out *o, const struct field *f)
{
    json_obj_begin(o, f->name);
    put_description(o, f);
    members(o, f);
    json_obj_end(o);
}

static void part_schema(struct json_out *o, const struct field_part *parts, uint32_t n_parts)
{
    bool any = false;
    json_obj_begin(o, "properties");
    for (const struct field_part *p = parts; p < parts + n_parts; p++)
        for (const struct field *f = p->rows; f < p->rows + p->n; f++) {
            one_schema(o, f);
            any = any || f->is_required;
        }
    json_obj_end(o);
    if (!any)
        return;
    json_arr_begin(o, "required");
    for (const struct field_part *p = parts; p < parts + n_parts; p++)
        for (const struct field *f = p->rows; f < p->rows + p->n; f++)
            if (f->is_required)
                json_put_str(o, NULL, f->name);
    json_arr_end(o);
}

void field_schema(struct json_out *o, const char *key, const struct field_table *t)
{
    json_obj_begin(o, key);
    json_put_str(o, "type", "object");
    part_schema(o, t->parts, t->n_parts);
    if (t->rules)
        api_json_quoted(o, "allOf", t->rules);
    json_obj_end(o);
}

void field_parameters(struct json_out *o, const struct field_table *t)
{
    for (const struct field_part *p = t->parts; p < t->parts + t->n_parts; p++)
        for (const struct field *f = p->rows; f < p->rows + p->n; f++) {
            struct field given = *f;
            given.is_required = true; /* there is no null in a query */
            if (f->state == FIELD_REFUSED && !f->only)
                continue;
            json_obj_begin(o, NULL);
            json_put_str(o, "name", f->name);
            json_put_str(o, "in", "query");
            put_description(o, f);
            json_put_bool(o, "required", f->is_required);
            json_obj_begin(o, "schema");
            members(o, &given);
            json_obj_end(o);
            json_obj_end(o);
        }
}
