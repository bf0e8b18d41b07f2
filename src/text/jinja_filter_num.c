/* Filters that make numbers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/jinja_filter.h"
#include "text/jinja_literal.h"
#include "text/jinja_ops.h"
#include "text/jinja_print.h"
#include "text/jinja_strings.h"

#define FILTER(name)                                                                               \
    static bool name(struct jinja_run *r, struct jv v, struct jv *arg, struct jv *out)

/* S without surrounding white space and sign, and without the underscores that may stand between
 * digits, in BUF. */
static bool bare(struct jinja_run *r, const struct jv_str *s, char buf[512], size_t *n, bool *minus,
                 bool *ok)
{
    struct jv v;
    *n = 0;
    *ok = false;
    if (!str_strip(r, s, NULL, true, true, &v))
        return false;
    const char *p = v.s->p;
    size_t len = v.s->len, sign = len && (*p == '-' || *p == '+');
    *minus = sign && *p == '-';
    if (len - sign >= 512 || len == sign)
        return true;
    for (size_t i = sign; i < len; i++) {
        bool between = i > sign && i + 1 < len && p[i - 1] != '_' && p[i + 1] != '_';
        if (p[i] == '_' && !between)
            return true;
        if (p[i] != '_')
            buf[(*n)++] = p[i];
    }
    *ok = true;
    return true;
}

static bool is_word(const char *p, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (!word[i] || (p[i] | 32) != word[i])
            return false;
    return word[n] == 0;
}

/* float(s); *ok tells whether S is a number. */
static bool str_to_float(struct jinja_run *r, const struct jv_str *s, double *f, bool *ok)
{
    char buf[512];
    size_t n;
    bool minus;
    if (!bare(r, s, buf, &n, &minus, ok) || !*ok)
        return !r->failed;
    if (is_word(buf, n, "inf") || is_word(buf, n, "infinity"))
        *f = INFINITY;
    else if (is_word(buf, n, "nan"))
        *f = NAN;
    else
        *ok = literal_float(buf, n, f);
    if (minus)
        *f = -*f;
    return true;
}

/* int(s, base); *ok tells whether S is an integer. */
static bool str_to_int(struct jinja_run *r, const struct jv_str *s, int64_t base, int64_t *i,
                       bool *ok)
{
    char buf[512];
    size_t n, skip = 0;
    bool minus;
    if (base != 0 && (base < 2 || base > 36))
        return run_fail(r, "int() base must be >= 2 and <= 36, or 0");
    if (!bare(r, s, buf, &n, &minus, ok) || !*ok)
        return !r->failed;
    int64_t prefix = n < 2 || buf[0] != '0' ? 0
                     : (buf[1] | 32) == 'x' ? 16
                     : (buf[1] | 32) == 'o' ? 8
                     : (buf[1] | 32) == 'b' ? 2
                                            : 0;
    if (prefix && (base == prefix || base == 0)) {
        skip = 2;
        base = prefix;
    }
    base = base ? base : 10;
    *ok = literal_int(buf + skip, n - skip, (unsigned)base, i);
    if (*ok && minus)
        *i = -*i;
    if (!*ok && n - skip > 18) {
        size_t d = skip;
        while (d < n && buf[d] >= '0' && buf[d] <= '9')
            d++;
        if (d == n)
            return run_unsupported(r, "an integer exceeds 64 bits");
    }
    return true;
}

static bool float_to_int(struct jinja_run *r, double f, struct jv fallback, struct jv *out)
{
    if (isnan(f) || isinf(f)) {
        *out = fallback;
        return true;
    }
    if (fabs(f) >= 9.2e18)
        return run_unsupported(r, "an integer exceeds 64 bits");
    *out = jv_int((int64_t)f);
    return true;
}

FILTER(f_int)
{
    struct jv fallback = arg[0].kind == JV_ABSENT ? jv_int(0) : arg[0];
    int64_t base, i = 0;
    double f = 0;
    bool ok;
    if (!arg_int(r, arg[1], 10, &base))
        return false;
    if (v.kind == JV_UNDEFINED)
        return run_undefined(r, v);
    *out = fallback;
    if (jv_is_int(v) || v.kind == JV_BIGINT) {
        *out = v.kind == JV_BIGINT ? v : jv_int(jv_as_int(v));
        return true;
    }
    if (v.kind == JV_FLOAT) {
        if (isinf(v.f))
            return run_fail(r, "cannot convert float infinity to integer");
        return float_to_int(r, v.f, fallback, out);
    }
    if (v.kind != JV_STR)
        return true;
    if (!str_to_int(r, v.s, base, &i, &ok))
        return false;
    if (ok) {
        *out = jv_int(i);
        return true;
    }
    if (!str_to_float(r, v.s, &f, &ok))
        return false;
    return ok ? float_to_int(r, f, fallback, out) : true;
}

FILTER(f_float)
{
    double f = 0;
    bool ok;
    if (v.kind == JV_UNDEFINED)
        return run_undefined(r, v);
    *out = arg[0].kind == JV_ABSENT ? jv_float(0) : arg[0];
    if (jv_is_num(v))
        *out = jv_float(jv_as_float(v));
    if (v.kind != JV_STR)
        return true;
    if (!str_to_float(r, v.s, &f, &ok))
        return false;
    if (ok)
        *out = jv_float(f);
    return true;
}

FILTER(f_abs)
{
    (void)arg;
    if (v.kind == JV_UNDEFINED)
        return run_undefined(r, v);
    if (!jv_is_num(v))
        return run_fail(r, "bad operand type for abs(): '%s'", jv_type(v));
    *out = v.kind == JV_FLOAT ? jv_float(fabs(v.f)) : jv_int(jv_as_int(v));
    return v.kind == JV_FLOAT || out->i >= 0 || op_unary(r, OP_NEG, *out, out);
}

/* round(f, digits): correctly rounded on the exact decimal value, ties to even, as printf rounds.
 */
static double round_decimal(double f, int64_t digits)
{
    char text[400];
    if (digits > 300 || !isfinite(f))
        return f;
    if (digits < 0) {
        double p = pow(10, digits < -308 ? 308 : (double)-digits);
        return nearbyint(f / p) * p;
    }
    int n = snprintf(text, sizeof text, "%.*f", (int)digits, f);
    return n > 0 && n < (int)sizeof text ? strtod(text, NULL) : f;
}

static bool round_int(struct jinja_run *r, int64_t i, int64_t digits, struct jv *out)
{
    *out = jv_int(i);
    if (digits >= 0)
        return true;
    int64_t p = 1, half;
    for (; digits < 0; digits++)
        if (__builtin_mul_overflow(p, (int64_t)10, &p)) {
            *out = jv_int(0);
            return true;
        }
    int64_t m = ((i % p) + p) % p;
    half = p / 2;
    bool up = m > half || (m == half && ((i - m) / p) % 2 != 0);
    return op_binary(r, OP_ADD, jv_int(i - m), jv_int(up ? p : 0), out);
}

FILTER(f_round)
{
    const struct jv_str *method;
    int64_t digits;
    if (!arg_int(r, arg[0], 0, &digits) || !arg_str(r, arg[1], "common", &method))
        return false;
    bool ceiling = jv_str_is(method, "ceil");
    if (!ceiling && !jv_str_is(method, "floor") && !jv_str_is(method, "common"))
        return run_fail(r, "method must be common, ceil or floor");
    if (v.kind == JV_UNDEFINED)
        return run_undefined(r, v);
    if (!jv_is_num(v))
        return run_fail(r, "type %s doesn't define __round__ method", jv_type(v));
    if (jv_str_is(method, "common")) {
        if (v.kind != JV_FLOAT)
            return round_int(r, jv_as_int(v), digits, out);
        *out = jv_float(round_decimal(v.f, digits));
        return true;
    }
    double p = pow(10, (double)digits), x = jv_as_float(v) * p;
    if (!isfinite(x))
        return run_fail(r, "cannot round to so many digits");
    *out = jv_float((ceiling ? ceil(x) : floor(x)) / p);
    if (out->f == 0)
        out->f = 0; /* an integer's zero has no sign */
    return true;
}

FILTER(f_filesizeformat)
{
    static const char *const unit[2][8] = {
        {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"},
        {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"},
    };
    struct jinja_text t = {0};
    bool binary = arg_bool(arg[0], false), ok = true;
    double base = binary ? 1024 : 1000, bytes = 0, limit = base * base;
    if (v.kind == JV_STR && !str_to_float(r, v.s, &bytes, &ok))
        return false;
    if (jv_is_num(v))
        bytes = jv_as_float(v);
    else if (v.kind != JV_STR || !ok)
        return run_fail(r, "filesizeformat wants a number, not '%s'", jv_type(v));
    if (bytes < base && fabs(bytes) < 9e18) {
        char text[40];
        snprintf(text, sizeof text, bytes == 1 ? "1 Byte" : "%lld Bytes", (long long)bytes);
        return text_putz(r, &t, text) && text_value(r, &t, out);
    }
    size_t i = 0;
    for (; i < 7 && bytes >= limit; i++)
        limit *= base;
    return print_fixed(r, &t, base * bytes / limit, 1, 'f', false) && text_putz(r, &t, " ") &&
           text_putz(r, &t, unit[binary][i]) && text_value(r, &t, out);
}

const struct jinja_builtin jinja_num_filters[] = {
    {"int", "default base", 0, f_int, NULL},
    {"float", "default", 0, f_float, NULL},
    {"abs", "", 0, f_abs, NULL},
    {"round", "precision method", 0, f_round, NULL},
    {"filesizeformat", "binary", 0, f_filesizeformat, NULL},
    {NULL, NULL, 0, NULL, NULL},
};
