/* Decoding: ids to bytes to whole characters. */
#include "base/utf8.h"
#include "text/tokenizer_parts.h"

void detok_init(struct detok *d, const struct tokenizer *t, bool at_start, bool print_control)
{
    *d = (struct detok){
        .t = t, .print_control = print_control, .strip_prefix = at_start && t->strips_prefix};
}

/* Where output goes; what does not fit is dropped. */
struct sink {
    char *out;
    size_t cap, n;
};

static void put(struct sink *s, const void *p, size_t len)
{
    if (len > s->cap - s->n)
        len = s->cap - s->n;
    if (len)
        memcpy(s->out + s->n, p, len);
    s->n += len;
}

static void put_replacement(struct sink *s)
{
    put(s, "\xEF\xBF\xBD", 3);
}

/* Does the start H[0..n) of a character go on with byte B? H is such that utf8_complete(H, n) == 0.
 */
static bool goes_on(const uint8_t *h, unsigned n, uint8_t b)
{
    uint8_t t[8];
    unsigned len;
    memcpy(t, h, n);
    t[n] = b;
    return utf8_complete(t, n + 1) == 0 ||
           (utf8_next(t, n + 1, &len) != UTF8_INVALID && len == n + 1);
}

/* Feeds one byte. A start that does not go on becomes one U+FFFD (the maximal subpart, as the
 * Unicode standard recommends), and the byte begins anew. */
static void feed_byte(struct detok *d, struct sink *s, uint8_t b)
{
    unsigned len;
    if (d->n_held && !goes_on(d->held, d->n_held, b)) {
        put_replacement(s);
        d->n_held = 0;
    }
    d->held[d->n_held++] = b;
    if (utf8_next(d->held, d->n_held, &len) != UTF8_INVALID) {
        put(s, d->held, d->n_held);
        d->n_held = 0;
    } else if (utf8_complete(d->held, d->n_held) == d->n_held) {
        put_replacement(s);
        d->n_held = 0;
    }
}

size_t detok_feed(struct detok *d, int32_t id, char *out, size_t cap)
{
    struct sink s = {out, cap, 0};
    if (id < 0 || (uint32_t)id >= d->t->v.n_tokens)
        return 0;
    unsigned attr = tokenizer_token_attr(d->t, id);
    if ((attr & (TOKEN_CONTROL | TOKEN_UNKNOWN)) && !d->print_control)
        return 0;
    struct slice text = tokenizer_token_text(d->t, id);
    size_t at = 0;
    if (d->strip_prefix && text.len > 0) {
        at = text.p[0] == ' ';
        while (d->t->strips_run && at < text.len && text.p[at] == ' ')
            at++;
        d->strip_prefix = false;
    }
    while (at < text.len) {
        if (d->n_held == 0 && text.p[at] < 0x80) {
            size_t from = at;
            while (at < text.len && text.p[at] < 0x80)
                at++;
            put(&s, text.p + from, at - from);
        } else {
            feed_byte(d, &s, text.p[at++]);
        }
    }
    return s.n;
}

size_t detok_end(struct detok *d, char *out, size_t cap)
{
    struct sink s = {out, cap, 0};
    if (d->n_held)
        put_replacement(&s);
    d->n_held = 0;
    return s.n;
}
