#include "media/wire.h"

#include <stdio.h>
#include <string.h>

void wire_reply_write(struct wire_reply *r, uint32_t width, uint32_t height, const takt_err *e)
{
    *r = (struct wire_reply){.magic = WIRE_REPLY, .width = width, .height = height};
    if (e) {
        r->code = e->code;
        snprintf(r->text, sizeof r->text, "%s", e->what);
    }
}

/* Whether a worker may tell this failure: when it starts (no picture yet), or of a picture. */
static bool is_tellable(uint32_t code, bool starts)
{
    switch (code) {
    case TAKT_ERR_FORMAT:
    case TAKT_ERR_UNSUPPORTED:
    case TAKT_ERR_LIMIT:
    case TAKT_ERR_MEMORY: return true;
    case TAKT_ERR_IO: return starts;
    default: return false;
    }
}

takt_rc wire_reply_read(const void *bytes, size_t n, uint32_t width, uint32_t height, takt_err *e)
{
    struct wire_reply r;
    if (n != sizeof r)
        return err_set(e, TAKT_ERR_INTERNAL, "picture",
                       "its decoder answered with %zu bytes, not %zu", n, sizeof r);
    memcpy(&r, bytes, sizeof r);
    r.text[sizeof r.text - 1] = 0;
    for (char *p = r.text; *p; p++)
        if (*p < ' ' || *p > '~')
            *p = '?';
    bool starts = width == 0 && height == 0;
    if (r.magic == WIRE_REPLY && is_tellable(r.code, starts))
        return err_set(e, (takt_code)r.code, "picture", "%s", r.text);
    if (r.magic != WIRE_REPLY || r.code != TAKT_ERR_NONE)
        return err_set(e, TAKT_ERR_INTERNAL, "picture", "its decoder's answer makes no sense");
    if (r.width != width || r.height != height)
        return err_set(e, TAKT_ERR_INTERNAL, "picture",
                       "its decoder answered with %u x %u pixels where %u x %u are expected",
                       r.width, r.height, width, height);
    return TAKT_OK;
}
