/* What a worker answers: nothing but a size that is expected, or a failure that can be shown. */
#include <stdlib.h>
#include <string.h>

#include "media/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(const uint8_t *data, size_t n, uint32_t width, uint32_t height)
{
    takt_err e = {0};
    struct wire_reply r;
    takt_rc rc = wire_reply_read(data, n, width, height, &e);
    if (rc.code == TAKT_ERR_NONE) {
        if (n != sizeof r)
            abort();
        memcpy(&r, data, sizeof r);
        if (r.width != width || r.height != height || r.code || r.magic != WIRE_REPLY)
            abort();
        return;
    }
    if (rc.code == TAKT_ERR_USAGE || rc.code == TAKT_ERR_CANCELLED ||
        (rc.code == TAKT_ERR_IO && width > 0) || strcmp(e.where, "picture") != 0)
        abort();
    for (const char *p = e.what; *p; p++)
        if (*p < ' ' || *p > '~')
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    check(data, n, 0, 0);
    check(data, n, 21, 13);
    return 0;
}
