#include "text/jinja_run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "text/jinja_ast.h"

static void fail_v(struct jinja_run *r, takt_code code, const char *fmt, va_list ap)
    __attribute__((format(printf, 3, 0)));

static void fail_v(struct jinja_run *r, takt_code code, const char *fmt, va_list ap)
{
    if (r->failed)
        return;
    r->failed = true;
    r->err_code = code;
    r->line = r->at ? r->at->line : 1;
    r->col = r->at ? r->at->col : 1;
    vsnprintf(r->what, sizeof r->what, fmt, ap);
}

bool run_fail(struct jinja_run *r, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fail_v(r, TAKT_ERR_FORMAT, fmt, ap);
    va_end(ap);
    return false;
}

bool run_unsupported(struct jinja_run *r, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fail_v(r, TAKT_ERR_UNSUPPORTED, fmt, ap);
    va_end(ap);
    return false;
}

static void fail_code(struct jinja_run *r, takt_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void fail_code(struct jinja_run *r, takt_code code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fail_v(r, code, fmt, ap);
    va_end(ap);
}

bool run_limit(struct jinja_run *r, const char *what)
{
    fail_code(r, TAKT_ERR_LIMIT, "%s", what);
    return false;
}

bool run_memory(struct jinja_run *r)
{
    fail_code(r, TAKT_ERR_LIMIT, "needs more memory than the %zu MiB that a rendering may use",
              r->lim.memory_bytes >> 20);
    return false;
}

bool run_charge(struct jinja_run *r, size_t n)
{
    uint64_t steps = 1 + n / 64;
    if (steps > r->lim.steps - r->steps) {
        r->steps = r->lim.steps;
        fail_code(r, TAKT_ERR_LIMIT, "takes more than the %llu steps that a rendering may take",
                  (unsigned long long)r->lim.steps);
        return false;
    }
    r->steps += steps;
    return true;
}

bool run_enter(struct jinja_run *r)
{
    if (r->depth >= r->lim.depth)
        return run_limit(r, "is nested too deeply or recurses without end");
    r->depth++;
    return true;
}

void run_leave(struct jinja_run *r)
{
    r->depth--;
}

bool run_undefined(struct jinja_run *r, struct jv v)
{
    const struct jv_undef *u = v.undef;
    if (!u || !u->name)
        return run_fail(r, "value is undefined");
    if (u->owner)
        return run_fail(r, "'%s object' has no attribute '%s'", u->owner, u->name);
    return run_fail(r, "'%s' is undefined", u->name);
}

bool text_put(struct jinja_run *r, struct jinja_text *t, const char *p, size_t len)
{
    if (len > r->lim.output_bytes || t->len > r->lim.output_bytes - len)
        return run_limit(r, "writes more text than a rendering may write");
    if (len > t->cap - t->len) {
        size_t cap = t->cap ? t->cap * 2 : 256;
        if (cap < t->len + len)
            cap = t->len + len + 64;
        char *np = arena_alloc(&r->arena, cap, 1);
        if (!np)
            return run_memory(r);
        if (t->len)
            memcpy(np, t->p, t->len);
        t->p = np;
        t->cap = cap;
    }
    if (len)
        memcpy(t->p + t->len, p, len);
    t->len += len;
    return run_charge(r, len);
}

bool text_putz(struct jinja_run *r, struct jinja_text *t, const char *z)
{
    return text_put(r, t, z, strlen(z));
}

bool text_pad(struct jinja_run *r, struct jinja_text *t, const struct jv_str *fill, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!text_put(r, t, fill->p, fill->len))
            return false;
    return true;
}

bool text_value(struct jinja_run *r, const struct jinja_text *t, struct jv *out)
{
    return jv_str_view(r, t->p ? t->p : "", t->len, out);
}
