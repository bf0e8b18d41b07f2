#include "media/bmp.h"

#include "media/bytes.h"

enum { FILE_HEAD = 14, CORE_HEAD = 12, INFO_HEAD = 40, OS2_HEAD = 64, MASKS_AT = 40 };
enum { CODE_RGB, CODE_RLE8, CODE_RLE4, CODE_MASKS, CODE_JPEG, CODE_PNG, CODE_ALPHA_MASKS };

static takt_rc broken(takt_err *e, const char *what)
{
    return err_set(e, TAKT_ERR_FORMAT, "picture", "is a damaged BMP: %s", what);
}

static takt_rc strange(takt_err *e, const char *what, unsigned value)
{
    return err_set(e, TAKT_ERR_UNSUPPORTED, "picture",
                   "is a BMP with %s %u, which takt cannot read", what, value);
}

/* Bits of a mask must stand together, as everyone's do. */
static bool in_one_piece(uint32_t mask)
{
    uint32_t low = mask & (~mask + 1);
    return mask == 0 || ((mask + low) & mask) == 0;
}

/* HEAD is the header behind the file header, of N bytes, of which the fields up to byte 40 exist
 * when N is 40 or more. */
static takt_rc read_coding(struct bmp *b, struct slice file, uint32_t n, takt_err *e)
{
    const uint8_t *head = file.p + FILE_HEAD;
    uint32_t code = n >= 20 ? le32(head + 16) : 0;
    bool masked = code == CODE_MASKS || code == CODE_ALPHA_MASKS;
    if (code == CODE_MASKS && n == OS2_HEAD)
        return strange(e, "OS/2's compression", code); /* there it is a fax coding */
    if (code > CODE_ALPHA_MASKS || code == CODE_JPEG || code == CODE_PNG)
        return strange(e, "compression", code);
    if ((code == CODE_RLE8 && b->bits != 8) || (code == CODE_RLE4 && b->bits != 4) ||
        (masked && b->bits != 16 && b->bits != 32))
        return broken(e, "its compression does not go with its bits per pixel");
    if (b->top_down && (code == CODE_RLE8 || code == CODE_RLE4))
        return broken(e, "it is compressed and top-down");
    b->coding = code == CODE_RLE8 ? BMP_RLE8 : code == CODE_RLE4 ? BMP_RLE4 : BMP_PLAIN;
    if (!masked) {
        if (b->bits == 16)
            memcpy(b->mask, (uint32_t[4]){0x7c00, 0x3e0, 0x1f, 0}, sizeof b->mask);
        else
            memcpy(b->mask, (uint32_t[4]){0xff0000, 0xff00, 0xff, 0}, sizeof b->mask);
        return TAKT_OK;
    }
    b->coding = BMP_MASKS;
    /* A header of 40 bytes has them behind it, a later one as fields at the same place. The one bit
     * of alpha that 16 bits have room for is not meant in most files. */
    bool has_alpha = b->bits == 32 && (code == CODE_ALPHA_MASKS || n >= 56);
    unsigned n_masks = has_alpha ? 4 : 3;
    if (file.len < FILE_HEAD + MASKS_AT + n_masks * (size_t)4)
        return broken(e, "it ends within its colour masks");
    for (unsigned i = 0; i < n_masks; i++) {
        b->mask[i] = le32(head + MASKS_AT + (size_t)i * 4);
        if (!in_one_piece(b->mask[i]))
            return broken(e, "the bits of a colour do not stand together");
    }
    return TAKT_OK;
}

static takt_rc read_size(struct bmp *b, const uint8_t *head, uint32_t n, takt_err *e)
{
    if (n == CORE_HEAD) {
        b->width = le16(head + 4);
        b->height = le16(head + 6);
        b->bits = le16(head + 10);
    } else {
        int32_t height = (int32_t)le32(head + 8);
        b->width = le32(head + 4);
        b->top_down = height < 0;
        b->height = b->top_down ? 0 - (uint32_t)height : (uint32_t)height;
        b->bits = le16(head + 14);
    }
    if (b->width == 0 || b->height == 0)
        return broken(e, "it has no pixels");
    if (b->width > INT32_MAX)
        return broken(e, "its width is negative");
    switch (b->bits) {
    case 1:
    case 2:
    case 4:
    case 8:
    case 16:
    case 24:
    case 32: return TAKT_OK;
    default: return strange(e, "bits per pixel:", b->bits);
    }
}

/* The colours stand from AT on, up to the pixels. */
static takt_rc read_palette(struct bmp *b, struct slice file, uint32_t n, size_t at,
                            uint32_t pixels_at, takt_err *e)
{
    if (b->bits > 8)
        return TAKT_OK;
    b->colour_bytes = n == CORE_HEAD ? 3 : 4;
    uint32_t most = 1u << b->bits;
    uint32_t said = n >= INFO_HEAD ? le32(file.p + FILE_HEAD + 32) : 0;
    b->n_colours = said && said < most ? said : most;
    size_t room = pixels_at > at ? (pixels_at - at) / b->colour_bytes : 0;
    if (b->n_colours > room) /* old programs write fewer than they say */
        b->n_colours = (uint32_t)room;
    if (b->n_colours == 0)
        return broken(e, "it has no colours");
    b->palette = (struct slice){file.p + at, (size_t)b->n_colours * b->colour_bytes};
    return TAKT_OK;
}

takt_rc bmp_head_read(struct bmp *out, struct slice file, takt_err *e)
{
    *out = (struct bmp){0};
    if (file.len < FILE_HEAD + 4 || memcmp(file.p, "BM", 2) != 0)
        return broken(e, "it ends within its header");
    uint32_t pixels_at = le32(file.p + 10), n = le32(file.p + FILE_HEAD);
    if (n != CORE_HEAD && (n < 16 || n > 1024))
        return strange(e, "a header of size", n);
    if (file.len - FILE_HEAD < n)
        return broken(e, "it ends within its header");
    TAKT_TRY(read_size(out, file.p + FILE_HEAD, n, e));
    if (n != CORE_HEAD)
        TAKT_TRY(read_coding(out, file, n, e));
    else if (out->bits == 16 || out->bits == 32)
        return strange(e, "a header of OS/2 and bits per pixel:", out->bits);
    size_t at = FILE_HEAD + (size_t)n;
    if (pixels_at < at || pixels_at >= file.len)
        return broken(e, "its pixels are not within the file");
    TAKT_TRY(read_palette(out, file, n, at, pixels_at, e));
    out->pixels = (struct slice){file.p + pixels_at, file.len - pixels_at};
    return TAKT_OK;
}
