#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static takt_rc set_v(takt_err *e, takt_code code, int sys, const char *where, const char *fmt,
                     va_list ap) __attribute__((format(printf, 5, 0)));

static takt_rc set_v(takt_err *e, takt_code code, int sys, const char *where, const char *fmt,
                     va_list ap)
{
    if (e) {
        e->code = code;
        e->sys = sys;
        snprintf(e->where, sizeof e->where, "%s", where ? where : "");
        vsnprintf(e->what, sizeof e->what, fmt, ap);
    }
    return (takt_rc){code};
}

takt_rc err_set(takt_err *e, takt_code code, const char *where, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    takt_rc rc = set_v(e, code, 0, where, fmt, ap);
    va_end(ap);
    return rc;
}

takt_rc err_sys(takt_err *e, const char *where, const char *fmt, ...)
{
    int sys = errno;
    va_list ap;
    va_start(ap, fmt);
    takt_rc rc = set_v(e, TAKT_ERR_IO, sys, where, fmt, ap);
    va_end(ap);
    if (e) {
        char text[96];
        const char *s = strerror_r(sys, text, sizeof text);
        size_t n = strlen(e->what);
        snprintf(e->what + n, sizeof e->what - n, ": %s (errno %d)", s, sys);
    }
    return rc;
}

void err_where(takt_err *e, const char *prefix)
{
    if (!e)
        return;
    char old[sizeof e->where];
    memcpy(old, e->where, sizeof old);
    old[sizeof old - 1] = 0;
    size_t n = strlen(prefix);
    if (n > sizeof e->where - 1)
        n = sizeof e->where - 1;
    memcpy(e->where, prefix, n);
    snprintf(e->where + n, sizeof e->where - n, "%s%s", old[0] ? ": " : "", old);
}

void err_assert_failed(const char *cond, const char *file, int line)
{
    fprintf(stderr,
            "takt: %s:%d: this must hold and does not: %s\n"
            "This is a bug in takt; please report it with the command that led here.\n",
            file, line, cond);
    abort();
}

char *takt_err_format(const takt_err *e, char *buf, size_t buf_bytes)
{
    if (buf_bytes)
        snprintf(buf, buf_bytes, "%s%s%s", e->where, e->where[0] ? ": " : "", e->what);
    return buf;
}
