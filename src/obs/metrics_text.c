#include "obs/metrics_text.h"

#include "base/utf8.h"

enum { DIGITS = 15 };

static char *put_whole(char *p, uint64_t v)
{
    char back[20];
    size_t n = 0;
    do {
        back[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    while (n)
        *p++ = back[--n];
    return p;
}

size_t metrics_put_u64(char *p, uint64_t v, unsigned decimals)
{
    uint64_t one = 1;
    for (unsigned i = 0; i < decimals; i++)
        one *= 10;
    char *end = put_whole(p, v / one);
    uint64_t rest = v % one;
    if (rest)
        *end++ = '.';
    for (; rest; rest %= one) {
        one /= 10;
        *end++ = (char)('0' + rest / one);
    }
    return (size_t)(end - p);
}

/* Splits V > 0 into at most DIGITS decimal digits, without zeros at the end, and the decimal
 * exponent of the first. Skips the decimal point, which depends on the locale. */
static size_t split(double v, char digits[DIGITS + 1], int *exponent)
{
    char text[64];
    size_t n = 0;
    snprintf(text, sizeof text, "%.*e", DIGITS - 1, v);
    const char *p = text;
    for (; *p && *p != 'e'; p++)
        if (*p >= '0' && *p <= '9' && n < DIGITS)
            digits[n++] = *p;
    *exponent = *p ? (int)strtol(p + 1, NULL, 10) : 0;
    while (n > 1 && digits[n - 1] == '0')
        n--;
    digits[n] = 0;
    return n;
}

/* Writes V > 0: plain from 10^LEAST to below 10^MOST, else with an exponent. WHOLE is written after
 * a plain number without a fraction. */
static char *put_digits(char *p, double v, int least, int most, const char *whole)
{
    char digits[DIGITS + 1];
    int e;
    int n = (int)split(v, digits, &e);
    size_t room = METRICS_NUMBER_MAX;
    if (e < least || e >= most)
        return p + snprintf(p, room, "%c%s%se%c%02d", digits[0], n > 1 ? "." : "", digits + 1,
                            e < 0 ? '-' : '+', abs(e));
    if (e < 0)
        return p + snprintf(p, room, "0.%.*s%s", -e - 1, "00000000", digits);
    if (n <= e + 1)
        return p + snprintf(p, room, "%s%.*s%s", digits, e + 1 - n, "000000000000000", whole);
    return p + snprintf(p, room, "%.*s.%s", e + 1, digits, digits + e + 1);
}

static size_t put_unlimited(char *p, double v)
{
    return (size_t)snprintf(p, METRICS_NUMBER_MAX, "%s",
                            isnan(v) ? "NaN"
                            : v > 0  ? "+Inf"
                                     : "-Inf");
}

size_t metrics_put_f64(char *p, double v)
{
    char *at = p;
    if (!isfinite(v))
        return put_unlimited(p, v);
    if (v < 0)
        *at++ = '-';
    v = fabs(v);
    bool is_whole = v < 1e15 && v == (double)(uint64_t)v;
    at = is_whole ? put_whole(at, (uint64_t)v) : put_digits(at, v, -5, 15, "");
    return (size_t)(at - p);
}

void metrics_put_bound(char *p, double v)
{
    if (!isfinite(v)) {
        p[put_unlimited(p, v)] = 0;
        return;
    }
    if (v < 0)
        *p++ = '-';
    if (v == 0)
        snprintf(p, METRICS_NUMBER_MAX, "0.0");
    else
        put_digits(p, fabs(v), -4, 6, ".0");
}

size_t metrics_escape(char *out, const char *s, bool quotes)
{
    size_t n = strlen(s);
    char *p = out;
    for (size_t i = 0; i < n;) {
        unsigned len = 1;
        if (utf8_next((const uint8_t *)s + i, n - i, &len) == UTF8_INVALID) {
            memcpy(p, "\xEF\xBF\xBD", 3);
            p += 3;
        } else if (s[i] == '\\' || s[i] == '\n' || (quotes && s[i] == '"')) {
            *p++ = '\\';
            *p++ = s[i] == '\n' ? 'n' : s[i];
        } else {
            memcpy(p, s + i, len);
            p += len;
        }
        i += len;
    }
    *p = 0;
    return (size_t)(p - out);
}
