/* batch_input: the lines of a batch's input. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "server/api_limits.h"
#include "server/batch_parts.h"

enum { READ_BYTES = 256 << 10 };
#define RETRY_NS (5 * BATCH_SECOND_NS)

static takt_rc read_part(struct store_task *t, struct store *s, takt_err *e)
{
    struct batch_run *r = (struct batch_run *)((char *)t - offsetof(struct batch_run, input.task));
    struct batch_input *in = &r->input;
    return store_file_read(s, r->b->input_file, &in->at, READ_BYTES, &in->arena, &in->part, e);
}

/* Moves what is left to the beginning of the buffer and the part behind it. */
static bool take_part(struct batch_input *in)
{
    size_t left = in->len - in->pos, need = left + in->part.len;
    if (left && in->pos)
        memmove(in->buf, in->buf + in->pos, left);
    in->pos = 0;
    in->len = left;
    if (need > in->cap) {
        char *buf = realloc(in->buf, need);
        if (!buf)
            return false;
        in->buf = buf;
        in->cap = need;
    }
    if (in->part.len)
        memcpy(in->buf + left, in->part.p, in->part.len);
    in->len = need;
    return true;
}

static void have_part(struct store_task *t)
{
    struct batch_run *r = (struct batch_run *)((char *)t - offsetof(struct batch_run, input.task));
    struct batch_input *in = &r->input;
    in->is_reading = false;
    if (!batch_task_done(r, t, "a batch's input cannot be read")) {
        in->retry_at_ns = clock_ns() + RETRY_NS;
    } else if (!in->part.len) {
        in->has_all = true;
    } else if (!take_part(in)) {
        in->at--; /* the same part again, later */
        in->retry_at_ns = clock_ns() + RETRY_NS;
    }
    arena_free(&in->arena);
    in->part = (struct slice){NULL, 0};
}

static bool is_blank(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!strchr(" \t\r\n", s.p[i]) || !s.p[i])
            return false;
    return true;
}

/* The next line that lies in the buffer; false when none does as a whole. */
static bool cut_line(struct batch_input *in, struct slice *line)
{
    const char *p = in->buf ? in->buf + in->pos : "";
    size_t left = in->len - in->pos;
    const char *end = left ? memchr(p, '\n', left) : NULL;
    if (!end && (!in->has_all || !left)) {
        in->is_too_long = left > API_MAX_BATCH_LINE;
        return false;
    }
    size_t n = end ? (size_t)(end - p) : left;
    *line = (struct slice){(const uint8_t *)p, n};
    in->pos += end ? n + 1 : n;
    in->n++;
    in->is_too_long = n > API_MAX_BATCH_LINE;
    return true;
}

bool batch_input_next(struct batch_run *r, struct slice *line, int64_t now)
{
    struct batch_input *in = &r->input;
    if (in->is_reading)
        return false;
    while (cut_line(in, line))
        if (!is_blank(*line))
            return true;
    if (!in->has_all && !in->is_too_long && now >= in->retry_at_ns)
        in->is_reading = batch_submit(r, &in->task, read_part, have_part);
    return false;
}

void batch_input_rewind(struct batch_run *r)
{
    struct batch_input *in = &r->input;
    takt_assert(!in->is_reading);
    in->at = -1;
    in->pos = in->len = 0;
    in->n = 0;
    in->has_all = in->is_too_long = false;
}

void batch_input_free(struct batch_input *in)
{
    arena_free(&in->arena);
    free(in->buf);
}
