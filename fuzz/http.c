/* A request as it comes from a socket: head, then the body. However it is cut into pieces, the
 * reader says the same; what it lets through keeps the promises of http_parse.h. */
#include <stdlib.h>
#include <string.h>

#include "net/http_parse.h"

enum { HEAD_MAX = 4096, BODY_MAX = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct read {
    struct http_head head;
    struct http_chunked chunked;
    enum http_step head_step, body_step;
    size_t used; /* bytes up to the end of the request, or to where it was refused */
    uint8_t body[BODY_MAX];
    size_t body_len;
};

static void check(bool is_so)
{
    if (!is_so)
        __builtin_trap();
}

/* Pieces of 1 to 8 bytes, or of all that is there where SEED is 0. */
static size_t piece(uint64_t *seed, size_t left)
{
    if (*seed == 0)
        return left;
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    size_t n = 1 + (*seed >> 61);
    return n < left ? n : left;
}

static void read_head(struct read *r, const uint8_t *data, size_t n, uint64_t *seed)
{
    while (r->head_step == HTTP_STEP_MORE && r->used < n) {
        size_t k = piece(seed, n - r->used), used;
        r->head_step = http_head_feed(&r->head, data + r->used, k, HEAD_MAX, &used);
        check(used <= k && r->head.len <= HEAD_MAX);
        check(r->head_step != HTTP_STEP_MORE || used == k);
        r->used += used;
    }
}

static void read_chunks(struct read *r, const uint8_t *data, size_t n, uint64_t *seed)
{
    while (r->body_step == HTTP_STEP_MORE && r->used < n) {
        size_t k = piece(seed, n - r->used), used;
        const uint8_t *from = data + r->used;
        struct slice part;
        r->body_step = http_chunked_feed(&r->chunked, from, k, BODY_MAX, &used, &part);
        check(used <= k && (used > 0 || r->body_step == HTTP_STEP_BAD));
        check(part.p >= from && part.p + part.len <= from + used);
        check(part.len <= BODY_MAX - r->body_len);
        if (part.len > 0)
            memcpy(r->body + r->body_len, part.p, part.len);
        r->body_len += part.len;
        r->used += used;
    }
}

static void read_all(struct read *r, const uint8_t *data, size_t n, uint64_t seed)
{
    *r = (struct read){0};
    read_head(r, data, n, &seed);
    if (r->head_step == HTTP_STEP_WHOLE && r->head.is_chunked)
        read_chunks(r, data, n, &seed);
}

static void check_text(const struct http_head *h, uint32_t at, bool is_name)
{
    const char *s = h->text + at;
    check(at < h->len && at + strlen(s) < h->len);
    check(!is_name || http_is_token(s));
    for (; *s; s++)
        check(*s == '\t' || (unsigned char)*s >= ' ');
}

static void check_head(const struct http_head *h)
{
    check(h->method <= HTTP_TRACE && h->n_fields <= HTTP_FIELDS_MAX);
    check(h->path < h->len && strlen(h->text + h->path) > 0);
    check_text(h, h->query, false);
    for (uint32_t i = 0; i < h->n_fields; i++) {
        check_text(h, h->field[i].name, true);
        check_text(h, h->field[i].value, false);
    }
    check(!(h->is_chunked && h->has_length) && !(h->is_chunked && h->is_1_0));
    check((http_head_find(h, "CONTENT-LENGTH") != NULL) == h->has_length);
    check((http_head_find(h, "transfer-encoding") != NULL) == h->is_chunked);
    check(h->has_host || h->is_1_0);
}

static void check_same(const struct read *a, const struct read *b)
{
    check(a->head_step == b->head_step && a->body_step == b->body_step);
    if (a->head_step == HTTP_STEP_BAD) {
        check(a->head.status == b->head.status && a->head.why == b->head.why);
        return;
    }
    check(a->head.len == b->head.len);
    check(a->head.len == 0 || memcmp(a->head.text, b->head.text, a->head.len) == 0);
    check(a->body_len == b->body_len && memcmp(a->body, b->body, a->body_len) == 0);
    if (a->body_step == HTTP_STEP_BAD)
        check(a->chunked.status == b->chunked.status && a->chunked.why == b->chunked.why);
    else
        check(a->used == b->used);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct read whole, cut;
    read_all(&whole, data, n, 0);
    read_all(&cut, data, n, n + 1);
    check_same(&whole, &cut);
    if (whole.head_step == HTTP_STEP_WHOLE)
        check_head(&whole.head);
    if (whole.head_step == HTTP_STEP_BAD)
        check(whole.head.status >= 400 && whole.head.status < 600 && whole.head.why);
    if (whole.body_step == HTTP_STEP_BAD)
        check(whole.chunked.status >= 400 && whole.chunked.status < 600 && whole.chunked.why);
    http_head_release(&whole.head);
    http_head_release(&cut.head);
    return 0;
}
