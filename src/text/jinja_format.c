/* Values by a format specification, and printf-style formatting. */
#include "text/jinja_format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text/jinja_print.h"

enum { WIDTH_MAX = 1 << 20, PRECISION_MAX = 500 };

bool format_padded(struct jinja_run *r, struct jinja_text *t, const char *s, size_t len,
                   size_t prefix, char align, const struct format_spec *spec)
{
    struct jv_str fill = {spec->fill_len ? spec->fill : " ", spec->fill_len ? spec->fill_len : 1, 1,
                          NULL};
    size_t chars = 0;
    for (size_t i = 0; i < len; i++)
        chars += ((unsigned char)s[i] & 0xC0) != 0x80;
    size_t pad = spec->width > chars ? spec->width - chars : 0;
    align = spec->align ? spec->align : align;
    size_t left = align == '>' ? pad : align == '^' ? pad / 2 : 0;
    size_t head = align == '=' ? prefix : 0;
    return text_pad(r, t, &fill, left) && text_put(r, t, s, head) &&
           text_pad(r, t, &fill, align == '=' ? pad : 0) && text_put(r, t, s + head, len - head) &&
           text_pad(r, t, &fill, align == '=' ? 0 : pad - left);
}

/* Appends the digits P with a separator after every EVERY of the integer part. */
static size_t grouped(char *out, const char *p, size_t n, char sep, size_t every)
{
    size_t whole = 0, m = 0;
    while (whole < n && ((p[whole] >= '0' && p[whole] <= '9') || (every == 4 && p[whole] >= 'A')))
        whole++;
    for (size_t i = 0; i < n; i++) {
        if (sep && i && i < whole && (whole - i) % every == 0)
            out[m++] = sep;
        out[m++] = p[i];
    }
    return m;
}

/* BODY (digits without sign) with the sign, prefix, grouping and padding of SPEC. Zero padding
 * counts as fill here: with grouping, Python also groups the zeros, which no template needs. */
static bool put_number(struct jinja_run *r, struct jinja_text *t, bool negative, const char *radix,
                       const char *body, size_t n, const struct format_spec *spec)
{
    char text[1600];
    size_t m = 0;
    if (negative || spec->sign == '+' || spec->sign == ' ')
        text[m++] = negative ? '-' : spec->sign;
    for (; *radix; radix++)
        text[m++] = *radix;
    size_t prefix = m, every = strchr("bxXo", spec->type) && spec->type ? 4 : 3;
    if (n > sizeof text / 2 - 8)
        return run_fail(r, "number is too long to print");
    m += grouped(text + m, body, n, spec->group, every);
    struct format_spec s = *spec;
    if (s.zero && !s.align) {
        s.align = '=';
        if (!s.fill_len) {
            s.fill[0] = '0';
            s.fill_len = 1;
        }
    }
    return format_padded(r, t, text, m, prefix, '>', &s);
}

static bool put_int(struct jinja_run *r, struct jinja_text *t, int64_t v,
                    const struct format_spec *spec)
{
    char digits[72], *end = digits + sizeof digits, *p = end;
    unsigned base = spec->type == 'x' || spec->type == 'X' ? 16
                    : spec->type == 'o'                    ? 8
                    : spec->type == 'b'                    ? 2
                                                           : 10;
    const char *set = spec->type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
    do {
        *--p = set[u % base];
        u /= base;
    } while (u);
    while (spec->precision > end - p &&
           p > digits) /* printf's precision: at least so many digits */
        *--p = '0';
    char radix[3] = {'0', spec->type, 0};
    return put_number(r, t, v < 0, spec->alt && base != 10 ? radix : "", p, (size_t)(end - p),
                      spec);
}

static bool put_float(struct jinja_run *r, struct jinja_text *t, double f,
                      const struct format_spec *spec)
{
    struct jinja_text body = {0};
    bool negative = signbit(f) && !isnan(f), percent = spec->type == '%';
    char kind = percent ? 'f' : spec->type == 'n' ? 'g' : spec->type, text[40];
    int precision = spec->precision < 0 ? 6 : spec->precision;
    double a = fabs(percent ? f * 100 : f);
    if (isnan(f) || isinf(f)) {
        if (!text_putz(r, &body, isnan(f) ? "nan" : "inf"))
            return false;
    } else if (kind == 0 && spec->precision < 0) {
        print_float(a, text);
        if (!text_putz(r, &body, text))
            return false;
    } else {
        bool plain = kind == 0; /* like g, but always with a fraction or an exponent */
        if (!print_fixed(r, &body, a, precision, plain ? 'g' : kind, spec->alt))
            return false;
        if (plain && !memchr(body.p, '.', body.len) && !memchr(body.p, 'e', body.len) &&
            !text_putz(r, &body, ".0"))
            return false;
    }
    if (percent && !text_putz(r, &body, "%"))
        return false;
    return put_number(r, t, negative, "", body.p, body.len, spec);
}

static bool put_str(struct jinja_run *r, struct jinja_text *t, const struct jv_str *s,
                    const struct format_spec *spec)
{
    size_t len = s->len;
    if (spec->precision >= 0 && (size_t)spec->precision < s->chars)
        len = jv_str_at(s, (size_t)spec->precision);
    return format_padded(r, t, s->p, len, 0, '<', spec);
}

static bool bad_type(struct jinja_run *r, const struct format_spec *spec, struct jv v)
{
    return run_fail(r, "unknown format code '%c' for object of type '%s'", spec->type, jv_type(v));
}

bool format_value(struct jinja_run *r, struct jinja_text *t, struct jv v,
                  const struct format_spec *spec)
{
    if (spec->width > WIDTH_MAX || spec->precision > PRECISION_MAX)
        return run_limit(r, "formats a value wider than a rendering may");
    if (v.kind == JV_STR)
        return spec->type && spec->type != 's' ? bad_type(r, spec, v) : put_str(r, t, v.s, spec);
    bool plain = !spec->type && !spec->width && !spec->align && !spec->sign && !spec->alt &&
                 !spec->zero && !spec->group && spec->precision < 0;
    if (plain)
        return print_str(r, t, v);
    if (!jv_is_num(v))
        return run_fail(r, "unsupported format string for object of type '%s'", jv_type(v));
    bool floats = spec->type && strchr("eEfFgG%", spec->type);
    if (v.kind == JV_FLOAT || floats) {
        if (spec->type && !floats && spec->type != 'n')
            return bad_type(r, spec, v);
        return put_float(r, t, jv_as_float(v), spec);
    }
    if (spec->precision >= 0)
        return run_fail(r, "precision is not allowed in an integer format");
    if (spec->type == 'c') {
        int64_t c = jv_as_int(v);
        char text[2] = {(char)c, 0};
        if (c < 0 || c > 127)
            return run_unsupported(r, "format code 'c' beyond ASCII");
        return format_padded(r, t, text, 1, 0, '<', spec);
    }
    if (spec->type && !strchr("bdoxXn", spec->type))
        return bad_type(r, spec, v);
    return put_int(r, t, jv_as_int(v), spec);
}

/* ---- printf style ---- */

struct percent {
    const char *p;
    size_t n, at;
    struct jv args, *pos; /* pos: the arguments in turn */
    size_t n_pos, used;
    bool mapped; /* a %(name) was seen */
};

static bool next_arg(struct jinja_run *r, struct percent *f, struct jv *out)
{
    if (f->used >= f->n_pos)
        return run_fail(r, "not enough arguments for format string");
    *out = f->pos[f->used++];
    return true;
}

static bool percent_number(struct jinja_run *r, struct percent *f, int64_t *out)
{
    struct jv v;
    if (f->at < f->n && f->p[f->at] == '*') {
        f->at++;
        if (!next_arg(r, f, &v))
            return false;
        if (!jv_is_int(v))
            return run_fail(r, "* wants int");
        *out = jv_as_int(v);
        return *out > WIDTH_MAX || *out < -WIDTH_MAX ? run_limit(r, "formats too wide a value")
                                                     : true;
    }
    for (*out = 0; f->at < f->n && f->p[f->at] >= '0' && f->p[f->at] <= '9'; f->at++)
        if ((*out = *out * 10 + (f->p[f->at] - '0')) > WIDTH_MAX)
            return run_limit(r, "formats too wide a value");
    return true;
}

/* %(name): the argument of that name. */
static bool percent_name(struct jinja_run *r, struct percent *f, struct jv *arg)
{
    const char *open = f->p + f->at + 1, *close = memchr(open, ')', f->n - f->at - 1);
    if (!close)
        return run_fail(r, "incomplete format key");
    if (f->args.kind != JV_DICT)
        return run_fail(r, "format requires a mapping");
    struct jv_pair *p = jv_dict_find_str(f->args.d, open, (size_t)(close - open));
    if (!p)
        return run_fail(r, "format key '%.*s' is missing",
                        (int)(close - open < 64 ? close - open : 64), open);
    f->at = (size_t)(close - f->p) + 1;
    f->mapped = true;
    *arg = p->v;
    return true;
}

static bool percent_spec(struct jinja_run *r, struct percent *f, struct format_spec *spec)
{
    int64_t v;
    for (; f->at < f->n && strchr("-+ 0#", f->p[f->at]) && f->p[f->at]; f->at++) {
        switch (f->p[f->at]) {
        case '-': spec->align = '<'; break;
        case '+': spec->sign = '+'; break;
        case ' ': spec->sign = spec->sign ? spec->sign : ' '; break;
        case '0': spec->zero = true; break;
        default: spec->alt = true; break;
        }
    }
    if (!percent_number(r, f, &v))
        return false;
    if (v < 0)
        spec->align = '<';
    spec->width = (size_t)(v < 0 ? -v : v);
    if (f->at < f->n && f->p[f->at] == '.') {
        f->at++;
        if (!percent_number(r, f, &v))
            return false;
        spec->precision = v < 0 ? 0 : v > PRECISION_MAX ? PRECISION_MAX : (int)v;
    }
    while (f->at < f->n && strchr("hlL", f->p[f->at]) && f->p[f->at])
        f->at++;
    return true;
}

static bool percent_convert(struct jinja_run *r, struct jinja_text *t, struct jv v,
                            struct format_spec *spec, char conv)
{
    struct jinja_text s = {0};
    struct jv_str str;
    switch (conv) {
    case 's':
    case 'r':
    case 'a':
        if (!(conv == 's' ? print_str(r, &s, v) : print_repr(r, &s, v)))
            return false;
        str = (struct jv_str){s.p ? s.p : "", s.len, 0, NULL};
        for (size_t i = 0; i < s.len; i++)
            str.chars += ((unsigned char)s.p[i] & 0xC0) != 0x80;
        spec->align = spec->align ? spec->align : '>';
        return put_str(r, t, &str, spec);
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
        spec->type = strchr("diu", conv) ? 'd' : conv;
        if (v.kind == JV_FLOAT && spec->type == 'd' && fabs(v.f) < 9.2e18)
            v = jv_int((int64_t)v.f);
        if (!jv_is_int(v))
            return run_fail(r, "%%%c format: an integer is required, not %s", conv, jv_type(v));
        return put_int(r, t, jv_as_int(v), spec);
    case 'c':
        if (v.kind == JV_STR && v.s->chars == 1)
            return format_padded(r, t, v.s->p, v.s->len, 0, '>', spec);
        spec->type = 'c';
        return format_value(r, t, v, spec);
    default: break;
    }
    if (!strchr("eEfFgG", conv))
        return run_fail(r, "unsupported format character '%c'", conv);
    if (!jv_is_num(v))
        return run_fail(r, "must be real number, not %s", jv_type(v));
    spec->type = conv;
    return put_float(r, t, jv_as_float(v), spec);
}

bool format_percent(struct jinja_run *r, struct jv fmt, struct jv args, struct jv *out)
{
    struct jinja_text t = {0};
    struct percent f = {fmt.s->p, fmt.s->len, 0, args, &args, 1, 0, false};
    if (args.kind == JV_TUPLE) {
        f.pos = args.l->v;
        f.n_pos = args.l->n;
    }
    while (f.at < f.n) {
        const char *mark = memchr(f.p + f.at, '%', f.n - f.at);
        size_t plain = (mark ? (size_t)(mark - f.p) : f.n) - f.at;
        if (!text_put(r, &t, f.p + f.at, plain))
            return false;
        f.at += plain + 1;
        if (!mark)
            break;
        struct format_spec spec = {.precision = -1};
        struct jv arg = {.kind = JV_ABSENT};
        if (f.at < f.n && f.p[f.at] == '(' && !percent_name(r, &f, &arg))
            return false;
        if (!percent_spec(r, &f, &spec))
            return false;
        if (f.at >= f.n)
            return run_fail(r, "incomplete format");
        char conv = f.p[f.at++];
        bool ok = conv == '%' ? text_putz(r, &t, "%")
                              : (arg.kind != JV_ABSENT || next_arg(r, &f, &arg)) &&
                                    percent_convert(r, &t, arg, &spec, conv);
        if (!ok)
            return false;
    }
    if (!f.mapped && f.used < f.n_pos && args.kind != JV_DICT && args.kind != JV_LIST &&
        args.kind != JV_UNDEFINED)
        return run_fail(r, "not all arguments converted during string formatting");
    if (!text_value(r, &t, out))
        return false;
    out->safe = fmt.safe;
    return true;
}
