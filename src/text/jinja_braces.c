/* Brace-style formatting: "{0} {name!r:>10}".format(...). */
#include <string.h>

#include "base/utf8.h"
#include "text/jinja_format.h"
#include "text/jinja_ops.h"
#include "text/jinja_print.h"

struct braces {
    struct jinja_run *r;
    const struct jinja_args *args;
    int64_t next; /* automatic numbering */
    bool automatic, manual;
};

static bool format_text(struct braces *b, struct jinja_text *t, const char *p, size_t n,
                        uint32_t level);

static bool is_digits(const char *p, size_t n, int64_t *v)
{
    *v = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9' || *v > 1000000000)
            return false;
        *v = *v * 10 + (p[i] - '0');
    }
    return n > 0;
}

static bool find_arg(struct braces *b, const char *p, size_t n, struct jv *out)
{
    int64_t i;
    bool number = is_digits(p, n, &i);
    if (n == 0) {
        i = b->next++;
        number = b->automatic = true;
    } else if (number) {
        b->manual = true;
    }
    if (b->automatic && b->manual)
        return run_fail(b->r, "automatic and manual field numbering cannot be mixed");
    if (number) {
        if ((uint64_t)i >= b->args->n_pos)
            return run_fail(b->r, "replacement index %lld out of range", (long long)i);
        *out = b->args->pos[i];
        return true;
    }
    for (size_t k = 0; k < b->args->n_kw; k++) {
        if (strlen(b->args->kw[k].name) == n && memcmp(b->args->kw[k].name, p, n) == 0) {
            *out = b->args->kw[k].v;
            return true;
        }
    }
    return run_fail(b->r, "no argument '%.*s'", (int)(n < 64 ? n : 64), p);
}

/* name(.attr | [key])* */
static bool field(struct braces *b, const char *p, size_t n, struct jv *out)
{
    size_t i = 0;
    int64_t number;
    while (i < n && p[i] != '.' && p[i] != '[')
        i++;
    if (!find_arg(b, p, i, out))
        return false;
    while (i < n) {
        bool attr = p[i++] == '.';
        size_t start = i;
        while (i < n && (attr ? p[i] != '.' && p[i] != '[' : p[i] != ']'))
            i++;
        if (i == start || (!attr && i >= n))
            return run_fail(b->r, "malformed field in format string");
        struct jv key;
        if (!jv_str_copy(b->r, p + start, i - start, &key))
            return false;
        if (!attr && is_digits(p + start, i - start, &number))
            key = jv_int(number);
        char *name = attr ? arena_strndup(&b->r->arena, p + start, i - start) : NULL;
        if (attr && !name)
            return run_memory(b->r);
        if (!(attr ? op_attr(b->r, *out, name, i - start, out) : op_item(b->r, *out, key, out)))
            return false;
        i += !attr;
    }
    return true;
}

static bool spec_number(struct braces *b, const char *p, size_t n, size_t *i, size_t *out)
{
    for (*out = 0; *i < n && p[*i] >= '0' && p[*i] <= '9'; ++*i)
        if ((*out = *out * 10 + (size_t)(p[*i] - '0')) > 1 << 20)
            return run_limit(b->r, "formats too wide a value");
    return true;
}

static bool is_align(const char *p, size_t n, size_t i)
{
    return i < n && p[i] && strchr("<>^=", p[i]);
}

static bool parse_spec(struct braces *b, const char *p, size_t n, struct format_spec *s)
{
    size_t i = 0, v;
    unsigned len = 1;
    *s = (struct format_spec){.precision = -1};
    if (n)
        utf8_next((const uint8_t *)p, n, &len);
    if (n && is_align(p, n, len)) {
        memcpy(s->fill, p, len);
        s->fill_len = len;
        i = len;
    }
    if (is_align(p, n, i))
        s->align = p[i++];
    if (i < n && p[i] && strchr("+- ", p[i]))
        s->sign = p[i++];
    if (i < n && p[i] == '#')
        s->alt = p[i++];
    if (i < n && p[i] == '0') {
        s->zero = p[i++];
        if (!s->fill_len) /* fills, also where it does not align */
            s->fill[s->fill_len++] = '0';
    }
    if (!spec_number(b, p, n, &i, &s->width))
        return false;
    if (i < n && (p[i] == ',' || p[i] == '_'))
        s->group = p[i++];
    if (i < n && p[i] == '.') {
        i++;
        if (!spec_number(b, p, n, &i, &v))
            return false;
        s->precision = v > 500 ? 500 : (int)v;
    }
    if (i < n)
        s->type = p[i++];
    return i < n ? run_fail(b->r, "invalid format specifier") : true;
}

/* One field, the text between its braces: name!conversion:spec. */
static bool replace(struct braces *b, struct jinja_text *t, const char *p, size_t n, uint32_t level)
{
    size_t name = 0, brackets = 0;
    char conv = 0;
    struct jv v;
    struct jinja_text s = {0}, spec_text = {0};
    struct format_spec spec;
    while (name < n && (brackets || (p[name] != '!' && p[name] != ':'))) {
        brackets = p[name] == '[' ? 1 : p[name] == ']' ? 0 : brackets;
        name++;
    }
    if (!field(b, p, name, &v))
        return false;
    size_t i = name;
    if (i + 1 < n && p[i] == '!') {
        conv = p[i + 1];
        i += 2;
    }
    if (i < n && p[i] != ':')
        return run_fail(b->r, "expected ':' after the conversion in a format string");
    if (conv) {
        bool ok = conv == 's'                  ? print_str(b->r, &s, v)
                  : conv == 'r' || conv == 'a' ? print_repr(b->r, &s, v)
                                               : run_fail(b->r, "unknown conversion '%c'", conv);
        if (!ok || !text_value(b->r, &s, &v))
            return false;
    }
    if (i < n && !format_text(b, &spec_text, p + i + 1, n - i - 1, level + 1))
        return false;
    return parse_spec(b, spec_text.p ? spec_text.p : "", spec_text.len, &spec) &&
           format_value(b->r, t, v, &spec);
}

static bool format_text(struct braces *b, struct jinja_text *t, const char *p, size_t n,
                        uint32_t level)
{
    if (level > 2)
        return run_fail(b->r, "format specification is nested too deeply");
    for (size_t i = 0; i < n; i++) {
        bool doubled = i + 1 < n && p[i + 1] == p[i];
        if (p[i] != '{' && p[i] != '}') {
            size_t plain = i;
            while (i < n && p[i] != '{' && p[i] != '}')
                i++;
            if (!text_put(b->r, t, p + plain, i - plain))
                return false;
            i--;
        } else if (doubled && level == 0) {
            if (!text_put(b->r, t, p + i++, 1))
                return false;
        } else if (p[i] == '}') {
            return run_fail(b->r, "single '}' encountered in format string");
        } else {
            size_t open = ++i, depth = 1;
            for (; i < n; i++) {
                depth += p[i] == '{';
                if (p[i] == '}' && --depth == 0)
                    break;
            }
            if (i >= n)
                return run_fail(b->r, "expected '}' before end of string");
            if (!replace(b, t, p + open, i - open, level))
                return false;
        }
    }
    return true;
}

bool format_braces(struct jinja_run *r, const struct jv_str *fmt, const struct jinja_args *args,
                   struct jv *out)
{
    struct braces b = {r, args, 0, false, false};
    struct jinja_text t = {0};
    return format_text(&b, &t, fmt->p, fmt->len, 0) && text_value(r, &t, out);
}
