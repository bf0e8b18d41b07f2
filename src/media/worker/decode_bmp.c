/* BMP, by a reader of our own (no well-kept library is packaged). */
#include "media/worker/decode.h"

#include <stdlib.h>

#include "media/bmp.h"
#include "media/bytes.h"

/* The scale of one colour of a pixel of 16 or 32 bits. */
struct part {
    unsigned shift;
    uint32_t max; /* 0: there is none */
};

struct job {
    struct bmp b;
    const struct sink *s;
    uint8_t *row; /* of the picture, RGBA */
    struct part part[4];
};

static struct part part_of(uint32_t mask)
{
    unsigned shift = mask ? (unsigned)__builtin_ctz(mask) : 0;
    return (struct part){shift, mask >> shift};
}

static void set_colour(const struct job *j, uint8_t *to, unsigned index)
{
    static const uint8_t none[3];
    const uint8_t *c =
        index < j->b.n_colours ? j->b.palette.p + (size_t)index * j->b.colour_bytes : none;
    to[0] = c[2];
    to[1] = c[1];
    to[2] = c[0];
    to[3] = 255;
}

static void set_masked(const struct job *j, uint8_t *to, uint32_t pixel)
{
    for (int c = 0; c < 4; c++) {
        const struct part *p = &j->part[c];
        uint64_t v = pixel >> p->shift & p->max;
        to[c] = p->max ? (uint8_t)(v * 255 / p->max) : c == 3 ? 255 : 0;
    }
}

static void read_row(const struct job *j, const uint8_t *from)
{
    unsigned bits = j->b.bits;
    uint8_t *to = j->row;
    for (uint32_t x = 0; x < j->b.width; x++, to += 4) {
        if (bits <= 8) {
            size_t bit = (size_t)x * bits;
            unsigned shift = 8 - bits - (unsigned)(bit & 7);
            set_colour(j, to, from[bit >> 3] >> shift & ((1u << bits) - 1));
        } else if (bits == 24) {
            const uint8_t *p = from + (size_t)x * 3;
            to[0] = p[2];
            to[1] = p[1];
            to[2] = p[0];
            to[3] = 255;
        } else {
            set_masked(j, to, bits == 16 ? le16(from + (size_t)x * 2) : le32(from + (size_t)x * 4));
        }
    }
}

/* The stored row, counted from the first in the file, is this one from above. */
static uint32_t from_above(const struct job *j, uint32_t stored)
{
    return j->b.top_down ? stored : j->b.height - 1 - stored;
}

static takt_rc read_plain(struct job *j, takt_err *e)
{
    uint64_t row_bytes = ((uint64_t)j->b.width * j->b.bits + 31) / 32 * 4;
    uint64_t last = ((uint64_t)j->b.width * j->b.bits + 7) / 8; /* padding may be missing there */
    for (uint32_t i = 0; i < j->b.height; i++) {
        uint64_t at = i * row_bytes;
        if (at > j->b.pixels.len || j->b.pixels.len - at < last)
            return decode_damaged(e, "BMP", "it ends early");
        read_row(j, j->b.pixels.p + at);
        sink_rgba(j->s, from_above(j, i), j->row);
    }
    return TAKT_OK;
}

/* ---- run lengths ---- */

struct runs {
    struct cursor c;
    uint8_t *indices; /* of the picture, as stored: the first row is the lowest */
    uint32_t width, height;
    bool nibbles; /* an index has 4 bits, not 8 */
    uint64_t x, y;
    bool outside; /* a run has left its row */
};

/* Some programs fill the last byte of a row of half bytes: one index too many is dropped. */
static void put_index(struct runs *r, unsigned index)
{
    if (r->x < r->width && r->y < r->height)
        r->indices[r->y * r->width + r->x] = (uint8_t)index;
    else
        r->outside |= r->x != r->width || !r->nibbles;
    r->x++;
}

static void literal(struct runs *r, unsigned n)
{
    unsigned bytes = r->nibbles ? (n + 1) / 2 : n;
    struct slice s = cursor_take(&r->c, bytes);
    for (unsigned i = 0; s.p && i < n; i++)
        put_index(r, r->nibbles ? s.p[i / 2] >> (i & 1 ? 0 : 4) & 15 : s.p[i]);
    if (bytes & 1)
        cursor_u8(&r->c);
}

/* A pair of bytes is (length, index), or 0 and an order. Returns true at the end of the picture. */
static bool run(struct runs *r)
{
    enum { END_OF_ROW, END, MOVE };
    unsigned n = cursor_u8(&r->c), v = cursor_u8(&r->c);
    if (r->c.failed)
        return true;
    if (n > 0) {
        for (unsigned i = 0; i < n; i++)
            put_index(r, r->nibbles ? v >> (i & 1 ? 0 : 4) & 15 : v);
    } else if (v == END_OF_ROW) {
        r->x = 0;
        r->y++;
    } else if (v == END) {
        return true;
    } else if (v == MOVE) {
        r->x += cursor_u8(&r->c);
        r->y += cursor_u8(&r->c);
    } else {
        literal(r, v);
    }
    return r->c.failed;
}

static takt_rc read_runs(struct job *j, takt_err *e)
{
    size_t n = (size_t)j->b.width * j->b.height;
    struct runs r = {.c = cursor_over(j->b.pixels),
                     .indices = calloc(n, 1),
                     .width = j->b.width,
                     .height = j->b.height,
                     .nibbles = j->b.coding == BMP_RLE4};
    if (!r.indices)
        return decode_no_memory(e);
    while (r.y < r.height && !run(&r))
        ;
    /* The order to end may be missing. */
    bool whole = !r.c.failed || r.y >= r.height || (r.y + 1 == r.height && r.x >= r.width);
    for (uint32_t i = 0; whole && !r.outside && i < j->b.height; i++) {
        for (uint32_t x = 0; x < j->b.width; x++)
            set_colour(j, j->row + (size_t)x * 4, r.indices[(size_t)i * j->b.width + x]);
        sink_rgba(j->s, from_above(j, i), j->row);
    }
    free(r.indices);
    if (r.outside)
        return decode_damaged(e, "BMP", "a run of its pixels leaves the row");
    return whole ? TAKT_OK : decode_damaged(e, "BMP", "it ends early");
}

takt_rc decode_bmp(struct slice file, const struct sink *s, takt_err *e)
{
    struct job j = {.s = s};
    TAKT_TRY(bmp_head_read(&j.b, file, e));
    for (int c = 0; c < 4; c++)
        j.part[c] = part_of(j.b.mask[c]);
    j.row = malloc((size_t)j.b.width * 4);
    if (!j.row)
        return decode_no_memory(e);
    bool runs = j.b.coding == BMP_RLE8 || j.b.coding == BMP_RLE4;
    takt_rc rc = runs ? read_runs(&j, e) : read_plain(&j, e);
    free(j.row);
    return rc;
}
