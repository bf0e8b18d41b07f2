#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/http_conn.h"

struct http_local {
    void (*reply)(void *user, int status, const void *body, size_t n);
    void *user;
    int status;
    uint8_t *out; /* the reply so far */
    size_t len, cap;
    bool has_failed;
};

static void local_free(struct http_exchange *x)
{
    http_head_release(&x->head);
    free(x->local->out);
    free(x->local);
    free(x);
}

/* The head that a client would send. False if PATH cannot stand in one, or without memory. */
static bool make_head(struct http_head *h, const char *path)
{
    static const char fields[] =
        " HTTP/1.1\r\nHost: local\r\nContent-Type: application/json\r\n\r\n";
    size_t n = strlen(path), used, at = 0;
    char *text = malloc(n + sizeof fields + 5);
    if (!text)
        return false;
    int len = snprintf(text, n + sizeof fields + 5, "POST %s%s", path, fields);
    enum http_step step = HTTP_STEP_MORE;
    while (step == HTTP_STEP_MORE && at < (size_t)len) {
        step = http_head_feed(h, (uint8_t *)text + at, (size_t)len - at, 1 << 16, &used);
        at += used;
    }
    free(text);
    return step == HTTP_STEP_WHOLE;
}

struct http_exchange *http_local_new(const char *path, struct slice body,
                                     void (*reply)(void *user, int status, const void *body,
                                                   size_t n),
                                     void *user)
{
    struct http_exchange *x = calloc(1, sizeof *x);
    struct http_local *l = calloc(1, sizeof *l);
    if (!x || !l) {
        free(x);
        free(l);
        return NULL;
    }
    *l = (struct http_local){.reply = reply, .user = user};
    x->local = l;
    if (!make_head(&x->head, path)) {
        local_free(x);
        return NULL;
    }
    x->body = (uint8_t *)(uintptr_t)body.p; /* only read, and not freed */
    x->body_len = body.len;
    x->arrival_ns = clock_ns();
    return x;
}

void http_local_cancel(struct http_exchange *x)
{
    if (x->gone)
        x->gone(x->user);
    local_free(x);
}

bool http_is_local(const struct http_exchange *x)
{
    return x->local != NULL;
}

void http_local_add(struct http_exchange *x, int status, const void *p, size_t n)
{
    struct http_local *l = x->local;
    l->status = status ? status : l->status;
    if (n > l->cap - l->len) {
        size_t cap = l->cap ? 2 * l->cap : 4096;
        cap = cap < l->len + n ? l->len + n : cap;
        uint8_t *out = realloc(l->out, cap);
        l->has_failed = l->has_failed || !out;
        if (!out)
            return;
        l->out = out;
        l->cap = cap;
    }
    if (n)
        memcpy(l->out + l->len, p, n);
    l->len += n;
}

void http_local_end(struct http_exchange *x, bool proper)
{
    struct http_local *l = x->local;
    l->reply(l->user, proper && !l->has_failed ? l->status : 0, l->out, l->len);
    local_free(x);
}
