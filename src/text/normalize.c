#include "text/normalize.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "base/utf8.h"

bool text_buf_add(struct text_buf *b, const void *p, size_t len)
{
    uint64_t need;
    if (!size_add(b->len, len, &need) || need > SIZE_MAX / 2)
        return false;
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap : 256;
        while (cap < need)
            cap *= 2;
        uint8_t *q = realloc(b->p, cap);
        if (!q)
            return false;
        b->p = q;
        b->cap = cap;
    }
    if (len)
        memcpy(b->p + b->len, p, len);
    b->len += len;
    return true;
}

void text_buf_free(struct text_buf *b)
{
    free(b->p);
    *b = (struct text_buf){0};
}

takt_rc normalizer_add(struct normalizer *n, enum normalize_kind kind, struct slice from,
                       struct slice to, takt_err *e)
{
    if (n->n_ops == NORMALIZE_OPS || from.len > NORMALIZE_STR_MAX || to.len > NORMALIZE_STR_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "normalizer",
                       "takt takes up to %d steps with strings up to %d bytes", NORMALIZE_OPS,
                       NORMALIZE_STR_MAX);
    if (kind == NORMALIZE_REPLACE && from.len == 0)
        return err_set(e, TAKT_ERR_FORMAT, "normalizer", "Replace has an empty pattern");
    struct normalize_op *op = &n->ops[n->n_ops++];
    *op = (struct normalize_op){kind, {0}, {0}, (uint8_t)from.len, (uint8_t)to.len};
    if (from.len)
        memcpy(op->from, from.p, from.len);
    if (to.len)
        memcpy(op->to, to.p, to.len);
    return TAKT_OK;
}

/* The next occurrence of OP's pattern in S, or NULL. */
static const uint8_t *find(const struct normalize_op *op, struct slice s)
{
    return memmem(s.p, s.len, op->from, op->n_from);
}

static bool replace(const struct normalize_op *op, struct slice *text, struct text_buf *out)
{
    struct slice rest = *text;
    const uint8_t *hit = rest.len ? find(op, rest) : NULL;
    if (!hit)
        return true;
    out->len = 0;
    for (; hit; hit = rest.len ? find(op, rest) : NULL) {
        size_t before = (size_t)(hit - rest.p);
        if (!text_buf_add(out, rest.p, before) || !text_buf_add(out, op->to, op->n_to))
            return false;
        rest = (struct slice){hit + op->n_from, rest.len - before - op->n_from};
    }
    if (!text_buf_add(out, rest.p, rest.len))
        return false;
    *text = (struct slice){out->p, out->len};
    return true;
}

static bool is_ascii(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] >= 0x80)
            return false;
    return true;
}

static bool unicode_form(enum normalize_kind kind, struct slice *text, struct text_buf *out)
{
    static const int flags[] = {
        [NORMALIZE_NFC] = UTF8PROC_STABLE | UTF8PROC_COMPOSE,
        [NORMALIZE_NFD] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE,
        [NORMALIZE_NFKC] = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT,
        [NORMALIZE_NFKD] = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT,
    };
    if (text->len > INT32_MAX || is_ascii(*text) || !utf8_valid(text->p, text->len))
        return true;
    utf8proc_uint8_t *made = NULL;
    utf8proc_ssize_t n =
        utf8proc_map(text->p, (utf8proc_ssize_t)text->len, &made, (utf8proc_option_t)flags[kind]);
    if (n < 0)
        return n != UTF8PROC_ERROR_NOMEM;
    out->len = 0;
    bool ok = text_buf_add(out, made, (size_t)n);
    free(made);
    if (ok)
        *text = (struct slice){out->p, out->len};
    return ok;
}

bool normalizer_run(const struct normalizer *n, struct slice *text, struct text_buf *a,
                    struct text_buf *b)
{
    for (uint32_t i = 0; i < n->n_ops; i++) {
        struct text_buf *out = text->p == a->p ? b : a; /* never onto itself */
        const struct normalize_op *op = &n->ops[i];
        if (!(op->kind == NORMALIZE_REPLACE ? replace(op, text, out)
                                            : unicode_form(op->kind, text, out)))
            return false;
    }
    return true;
}
