#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server/api_json.h"
#include "server/api_limits.h"
#include "server/field.h"

/* What every reader of a kind needs. */
struct value {
    const struct field *f;
    const char *path;
    struct arena *arena;
    struct slice body;
    struct api_error *e;
};

/* ---- messages -------------------------------------------------------------------------------- */

const char *field_shown(const struct json *v, char *buf, size_t cap)
{
    static const char *const words[] = {"null", "false", "true", "", "", "a list", "an object"};
    bool is_string = v->kind == JSON_STRING;
    if (!is_string && v->kind != JSON_NUMBER) {
        snprintf(buf, cap, "%s", words[v->kind]);
        return buf;
    }
    enum { SHOWN_MAX = 40 };
    size_t n = v->str_len < SHOWN_MAX ? v->str_len : SHOWN_MAX, at = 0;
    while (n > 0 && n < v->str_len && ((uint8_t)v->str[n] & 0xC0) == 0x80)
        n--; /* not inside a character */
    if (is_string)
        buf[at++] = '"';
    for (size_t i = 0; i < n && at + 6 < cap; i++)
        buf[at++] = (uint8_t)v->str[i] < 0x20 || v->str[i] == 0x7F ? '?' : v->str[i];
    snprintf(buf + at, cap - at, "%s%s", n < v->str_len ? "..." : "", is_string ? "\"" : "");
    return buf;
}

static bool has_range(const struct field *f)
{
    return f->min != 0 || f->max != 0;
}

/* " between 0 and 2" and the like. */
static void put_range(const struct field *f, char *buf, size_t cap)
{
    bool is_int = f->kind == FIELD_INT;
    buf[0] = 0;
    if (!has_range(f))
        return;
    if (f->above && isinf(f->max))
        snprintf(buf, cap, " above %.10g", f->min);
    else if (f->above)
        snprintf(buf, cap, " above %.10g, at most %.10g", f->min, f->max);
    else if (isinf(f->max))
        snprintf(buf, cap, " of at least %.10g", f->min);
    else if (isinf(f->min))
        snprintf(buf, cap, " of at most %.10g", f->max);
    else
        snprintf(buf, cap, is_int ? " from %.10g to %.10g" : " between %.10g and %.10g", f->min,
                 f->max);
}

/* "none, auto or required" from "none|auto|required". */
static void put_words(const char *words, char *buf, size_t cap)
{
    size_t at = strlen(buf);
    for (const char *w = words; *w;) {
        size_t n = strcspn(w, "|");
        const char *after = w + n + (w[n] == '|');
        const char *join = w == words ? "" : *after ? ", " : " or ";
        int len = snprintf(buf + at, cap - at, "%s%.*s", join, (int)n, w);
        at = at + (size_t)len < cap ? at + (size_t)len : cap - 1;
        w = after;
    }
}

const char *field_wanted(const struct field *f, char *buf, size_t cap)
{
    static const char *const names[] = {
        [FIELD_ANY] = "a value",
        [FIELD_BOOL] = "true or false",
        [FIELD_INT] = "a whole number",
        [FIELD_NUMBER] = "a number",
        [FIELD_STRING] = "a string",
        [FIELD_WORD] = "",
        [FIELD_STRINGS] = "a string or a list of strings",
        [FIELD_IDS] = "a list of token ids",
        [FIELD_PROMPTS] =
            "a string, a list of strings, a list of token ids, or a list of such lists",
        [FIELD_BIASES] = "an object of numbers by token ids",
        [FIELD_LABELS] = "an object of strings",
        [FIELD_OBJECT] = "an object",
        [FIELD_LIST] = "a list",
        [FIELD_GROUP] = "an object"};
    char range[96] = "";
    bool is_list = f->kind == FIELD_STRINGS || f->kind == FIELD_IDS || f->kind == FIELD_PROMPTS ||
                   f->kind == FIELD_LIST;
    if (f->kind == FIELD_NUMBER || f->kind == FIELD_INT || f->kind == FIELD_BIASES)
        put_range(f, range, sizeof range);
    else if (f->kind == FIELD_STRING && f->max)
        snprintf(range, sizeof range, " of at most %.0f characters", f->max);
    else if (is_list && f->max)
        snprintf(range, sizeof range, ", at most %.0f", f->max);
    if (f->kind == FIELD_BIASES)
        snprintf(buf, cap, "an object of numbers%s by token ids", range);
    else
        snprintf(buf, cap, "%s%s", f->kind == FIELD_ANY && f->words ? f->words : names[f->kind],
                 range);
    if (f->kind == FIELD_WORD) {
        snprintf(buf, cap, "%s", strchr(f->words, '|') ? "one of " : "");
        put_words(f->words, buf, cap);
    }
    return buf;
}

static takt_rc bad_kind(const struct value *x, const struct json *v)
{
    char shown[64], wanted[256];
    return api_refuse(x->e, API_BAD_TYPE, x->path, "%s; it must be %s",
                      field_shown(v, shown, sizeof shown),
                      field_wanted(x->f, wanted, sizeof wanted));
}

static takt_rc no_memory(const struct value *x)
{
    takt_err err = {.code = TAKT_ERR_MEMORY};
    return api_error_from_server(x->e, &err);
}

static takt_rc too_many(const struct value *x, uint32_t n)
{
    if (n > x->f->max)
        return api_refuse(x->e, API_TOO_MANY, x->path, "has %u elements; %.0f are allowed", n,
                          x->f->max);
    return api_refuse(x->e, API_BAD_VALUE, x->path, "is empty; it must have at least %.0f %s",
                      x->f->min, x->f->min == 1 ? "element" : "elements");
}

/* ---- scalars --------------------------------------------------------------------------------- */

bool field_integer(const struct json *v, int64_t *out)
{
    enum { EXPONENT_MAX = 400 };
    if (json_i64(v, out))
        return true;
    if (!v || v->kind != JSON_NUMBER)
        return false;
    /* Digits without point, and how many zeros must follow or go away. */
    const char *p = v->str;
    bool negative = *p == '-', is_fraction = false;
    long exponent = 0, zeros = 0;
    int64_t x = 0;
    for (p += negative; (*p >= '0' && *p <= '9') || *p == '.'; p++) {
        if (*p == '.') {
            is_fraction = true;
            continue;
        }
        exponent -= is_fraction;
        if (*p == '0') { /* counted until a digit shows that they are needed */
            zeros++;
            continue;
        }
        for (zeros++; zeros > 0; zeros--)
            if (__builtin_mul_overflow(x, 10, &x))
                return false;
        int d = negative ? '0' - *p : *p - '0';
        if (__builtin_add_overflow(x, d, &x))
            return false;
    }
    long written = *p ? strtol(p + 1, NULL, 10) : 0; /* saturates */
    if (x == 0) {
        *out = 0;
        return true;
    }
    long most = EXPONENT_MAX + (long)v->str_len; /* beyond, it is too large or a fraction */
    if (written > most || written < -most)
        return false;
    for (exponent += zeros + written; exponent > 0; exponent--)
        if (__builtin_mul_overflow(x, 10, &x))
            return false;
    *out = x;
    return exponent == 0;
}

static takt_rc out_of_range(const struct value *x, const struct json *v)
{
    char shown[64], range[96], wanted[256];
    const struct field *f = x->f;
    field_shown(v, shown, sizeof shown);
    put_range(f, range, sizeof range);
    if (f->kind == FIELD_NUMBER && !f->above && !isinf(f->min) && !isinf(f->max))
        return api_refuse(x->e, API_BAD_VALUE, x->path, "%s; it must lie%s", shown, range);
    return api_refuse(x->e, API_BAD_VALUE, x->path, "%s; it must be %s", shown,
                      field_wanted(f, wanted, sizeof wanted));
}

static bool in_range(const struct field *f, double v)
{
    if (!has_range(f))
        return true;
    return (f->above ? v > f->min : v >= f->min) && v <= f->max;
}

static takt_rc read_int(const struct value *x, const struct json *v, int64_t *out)
{
    char shown[64];
    double d;
    if (v->kind != JSON_NUMBER)
        return bad_kind(x, v);
    if (!field_integer(v, out)) {
        if (json_f64(v, &d) && d == floor(d) && !has_range(x->f))
            return api_refuse(x->e, API_BAD_VALUE, x->path,
                              "%s; it must be a whole number from -2^63 to 2^63 - 1",
                              field_shown(v, shown, sizeof shown));
        return out_of_range(x, v);
    }
    return in_range(x->f, (double)*out) ? TAKT_OK : out_of_range(x, v);
}

static takt_rc read_number(const struct value *x, const struct json *v, double *out)
{
    if (v->kind != JSON_NUMBER)
        return bad_kind(x, v);
    if (!json_f64(v, out))
        return out_of_range(x, v);
    *out += 0.0; /* -0 is 0 */
    return in_range(x->f, *out) ? TAKT_OK : out_of_range(x, v);
}

static size_t characters(const char *s, size_t n)
{
    return api_json_characters((struct slice){(const uint8_t *)s, n});
}

static takt_rc check_length(const struct value *x, const char *path, const char *s, size_t n,
                            double min, double max)
{
    size_t count = max || min ? characters(s, n) : 0;
    if (max && (double)count > max)
        return api_refuse(x->e, API_TOO_LONG, path, "has %zu characters; %.0f are allowed", count,
                          max);
    if ((double)count < min)
        return api_refuse(x->e, API_BAD_VALUE, path,
                          min == 1 ? "is empty" : "has fewer characters than are needed");
    return TAKT_OK;
}

static struct slice string_of(const struct json *v)
{
    return (struct slice){(const uint8_t *)v->str, v->str_len};
}

static takt_rc read_string(const struct value *x, const struct json *v, struct slice *out)
{
    if (v->kind != JSON_STRING)
        return bad_kind(x, v);
    *out = string_of(v);
    return check_length(x, x->path, v->str, v->str_len, x->f->min, x->f->max);
}

static takt_rc read_word(const struct value *x, const struct json *v, uint32_t *out)
{
    if (v->kind != JSON_STRING)
        return bad_kind(x, v);
    uint32_t i = 0;
    for (const char *w = x->f->words; *w; i++) {
        size_t n = strcspn(w, "|");
        if (v->str_len == n && memcmp(v->str, w, n) == 0) {
            *out = i;
            return TAKT_OK;
        }
        w += n + (w[n] == '|');
    }
    return out_of_range(x, v);
}

/* ---- lists ----------------------------------------------------------------------------------- */

static takt_rc bad_element(const struct value *x, uint32_t i, const struct json *v,
                           const char *wanted)
{
    char path[sizeof x->e->param], shown[64];
    snprintf(path, sizeof path, "%.100s[%u]", x->path, i);
    return api_refuse(x->e, v->kind == JSON_NUMBER ? API_BAD_VALUE : API_BAD_TYPE, path,
                      "%s; it must be %s", field_shown(v, shown, sizeof shown), wanted);
}

static takt_rc strings_of(const struct value *x, const struct json *v, double max_characters,
                          const struct slice **out)
{
    const struct json *m = v->kind == JSON_STRING ? v : v->child;
    uint32_t n = v->kind == JSON_STRING ? 1 : v->count, i = 0;
    struct slice *list = ARENA_ARRAY(x->arena, struct slice, n);
    if (!list)
        return no_memory(x);
    for (; i < n; i++, m = m->next) {
        char path[sizeof x->e->param];
        if (m->kind != JSON_STRING)
            return bad_element(x, i, m, "a string");
        snprintf(path, sizeof path, v->kind == JSON_STRING ? "%.100s" : "%.100s[%u]", x->path, i);
        TAKT_TRY(check_length(x, path, m->str, m->str_len, 1, max_characters));
        list[i] = string_of(m);
    }
    *out = list;
    return TAKT_OK;
}

static takt_rc read_strings(const struct value *x, const struct json *v, struct field_strings *out)
{
    if (v->kind != JSON_STRING && v->kind != JSON_ARRAY)
        return bad_kind(x, v);
    out->n = v->kind == JSON_STRING ? 1 : v->count;
    if (out->n > x->f->max || out->n < x->f->min)
        return too_many(x, out->n);
    return strings_of(x, v, API_MAX_STOP_CHARS, &out->v);
}

/* Reads the list V of ids; PATH names it. */
static takt_rc ids_of(const struct value *x, const char *path, const struct json *v,
                      struct field_ids *out)
{
    struct value named = *x;
    named.path = path;
    int32_t *ids = ARENA_ARRAY(x->arena, int32_t, v->count);
    if (!ids)
        return no_memory(x);
    uint32_t i = 0;
    for (const struct json *m = v->child; m; m = m->next, i++) {
        int64_t id;
        if (!field_integer(m, &id) || id < 0 || id > INT32_MAX)
            return bad_element(&named, i, m, "a token id, a whole number of at least 0");
        ids[i] = (int32_t)id;
    }
    *out = (struct field_ids){ids, v->count};
    return TAKT_OK;
}

static takt_rc read_ids(const struct value *x, const struct json *v, struct field_ids *out)
{
    if (v->kind != JSON_ARRAY)
        return bad_kind(x, v);
    if ((x->f->max && v->count > x->f->max) || v->count < x->f->min)
        return too_many(x, v->count);
    return ids_of(x, x->path, v, out);
}

static takt_rc id_lists_of(const struct value *x, const struct json *v, struct field_prompts *out)
{
    struct field_ids *lists = ARENA_ARRAY(x->arena, struct field_ids, v->count);
    if (!lists)
        return no_memory(x);
    out->ids = lists;
    uint32_t i = 0;
    for (const struct json *m = v->child; m; m = m->next, i++) {
        char path[sizeof x->e->param];
        snprintf(path, sizeof path, "%.100s[%u]", x->path, i);
        if (m->kind != JSON_ARRAY)
            return bad_element(x, i, m, "a list of token ids, as the first is");
        if (m->count == 0)
            return api_refuse(x->e, API_BAD_VALUE, path, "is empty");
        TAKT_TRY(ids_of(x, path, m, &lists[i]));
    }
    return TAKT_OK;
}

static takt_rc read_prompts(const struct value *x, const struct json *v, struct field_prompts *out)
{
    const struct json *first = v->kind == JSON_ARRAY ? v->child : NULL;
    if (v->kind != JSON_STRING && v->kind != JSON_ARRAY)
        return bad_kind(x, v);
    if (v->kind == JSON_ARRAY && !first)
        return api_refuse(x->e, API_BAD_VALUE, x->path, "is empty; it must have an element");
    if (first && first->kind == JSON_NUMBER) {
        struct field_ids *one = ARENA_NEW(x->arena, struct field_ids);
        if (!one)
            return no_memory(x);
        *out = (struct field_prompts){.n = 1, .ids = one};
        return ids_of(x, x->path, v, one);
    }
    *out = (struct field_prompts){.n = first ? v->count : 1};
    if (out->n > x->f->max)
        return too_many(x, out->n);
    if (first && first->kind == JSON_ARRAY)
        return id_lists_of(x, v, out);
    return strings_of(x, v, 0, &out->text);
}

/* ---- objects --------------------------------------------------------------------------------- */

static int compare_biases(const void *a, const void *b)
{
    int32_t x = ((const takt_logit_bias *)a)->id, y = ((const takt_logit_bias *)b)->id;
    return (x > y) - (x < y);
}

/* The decimal token id that a member's name is, or -1. */
static int32_t name_as_id(const struct json *m)
{
    int64_t id = 0;
    if (m->key_len == 0 || m->key_len > 10 || (m->key_len > 1 && m->key[0] == '0'))
        return -1;
    for (uint32_t i = 0; i < m->key_len; i++) {
        if (m->key[i] < '0' || m->key[i] > '9')
            return -1;
        id = id * 10 + (m->key[i] - '0');
    }
    return id <= INT32_MAX ? (int32_t)id : -1;
}

static takt_rc read_biases(const struct value *x, const struct json *v, struct field_biases *out)
{
    char path[sizeof x->e->param];
    if (v->kind != JSON_OBJECT)
        return bad_kind(x, v);
    if (v->count > API_MAX_BIASES)
        return api_refuse(x->e, API_TOO_MANY, x->path, "has %u entries; %d are allowed", v->count,
                          API_MAX_BIASES);
    takt_logit_bias *list = ARENA_ARRAY(x->arena, takt_logit_bias, v->count);
    if (!list)
        return no_memory(x);
    struct value entry = *x;
    struct field number = {
        .kind = FIELD_NUMBER, .name = x->f->name, .min = x->f->min, .max = x->f->max};
    entry.f = &number;
    entry.path = path;
    uint32_t i = 0;
    for (const struct json *m = v->child; m; m = m->next, i++) {
        const struct json name = {.kind = JSON_STRING, .str = m->key, .str_len = m->key_len};
        char shown[64];
        double bias;
        list[i].id = name_as_id(m);
        if (list[i].id < 0)
            return api_refuse(x->e, API_BAD_VALUE, x->path,
                              "%s is no token id; the names must be decimal numbers",
                              field_shown(&name, shown, sizeof shown));
        snprintf(path, sizeof path, "%.100s.%d", x->path, list[i].id);
        TAKT_TRY(read_number(&entry, m, &bias));
        list[i].bias = (float)bias;
    }
    if (i > 1) /* names are not twice, and each id has one */
        qsort(list, i, sizeof *list, compare_biases);
    *out = (struct field_biases){list, v->count};
    return TAKT_OK;
}

static takt_rc read_labels(const struct value *x, const struct json *v, struct field_json *out)
{
    if (v->kind != JSON_OBJECT)
        return bad_kind(x, v);
    if (v->count > API_MAX_LABELS)
        return api_refuse(x->e, API_TOO_MANY, x->path, "has %u entries; %d are allowed", v->count,
                          API_MAX_LABELS);
    for (const struct json *m = v->child; m; m = m->next) {
        const struct json name = {.kind = JSON_STRING, .str = m->key, .str_len = m->key_len};
        char shown[64];
        if (characters(m->key, m->key_len) > API_MAX_LABEL_NAME)
            return api_refuse(x->e, API_TOO_LONG, x->path,
                              "a name has %zu characters; %d are allowed",
                              characters(m->key, m->key_len), API_MAX_LABEL_NAME);
        if (m->kind != JSON_STRING || characters(m->str, m->str_len) > API_MAX_LABEL_TEXT)
            return api_refuse(x->e, m->kind == JSON_STRING ? API_TOO_LONG : API_BAD_TYPE, x->path,
                              "%s must be a string of at most %d characters",
                              field_shown(&name, shown, sizeof shown), API_MAX_LABEL_TEXT);
    }
    *out = (struct field_json){v, field_text(x->body, v)};
    return TAKT_OK;
}

static takt_rc read_json(const struct value *x, const struct json *v, struct field_json *out)
{
    if ((x->f->kind == FIELD_OBJECT && v->kind != JSON_OBJECT) ||
        (x->f->kind == FIELD_LIST && v->kind != JSON_ARRAY))
        return bad_kind(x, v);
    if (x->f->kind == FIELD_LIST && ((x->f->max && v->count > x->f->max) || v->count < x->f->min))
        return too_many(x, v->count);
    *out = (struct field_json){v, field_text(x->body, v)};
    return TAKT_OK;
}

takt_rc field_value(void *value, const struct field *f, const char *path, struct arena *a,
                    struct slice body, const struct json *v, struct api_error *e)
{
    const struct value x = {f, path, a, body, e};
    bool b;
    switch (f->kind) {
    case FIELD_BOOL:
        if (!json_bool(v, &b))
            return bad_kind(&x, v);
        *(bool *)value = b;
        return TAKT_OK;
    case FIELD_INT: return read_int(&x, v, value);
    case FIELD_NUMBER: return read_number(&x, v, value);
    case FIELD_STRING: return read_string(&x, v, value);
    case FIELD_WORD: return read_word(&x, v, value);
    case FIELD_STRINGS: return read_strings(&x, v, value);
    case FIELD_IDS: return read_ids(&x, v, value);
    case FIELD_PROMPTS: return read_prompts(&x, v, value);
    case FIELD_BIASES: return read_biases(&x, v, value);
    case FIELD_LABELS: return read_labels(&x, v, value);
    case FIELD_ANY:
    case FIELD_OBJECT:
    case FIELD_LIST: return read_json(&x, v, value);
    case FIELD_GROUP: break; /* field_read opens these */
    }
    takt_assert(!"a kind without a reader");
    return TAKT_OK;
}
