/* shown: a name out of a hostile file, made fit for a message. */
#ifndef TAKT_MODEL_SHOWN_H
#define TAKT_MODEL_SHOWN_H

#include "base/slice.h"

struct shown {
    char text[64];
};

/* show cuts S to 63 bytes and replaces what a terminal would obey. */
static inline struct shown show(struct slice s)
{
    struct shown r;
    size_t n = s.len < sizeof r.text - 1 ? s.len : sizeof r.text - 1;
    for (size_t i = 0; i < n; i++)
        r.text[i] = s.p[i] < 32 || s.p[i] == 127 ? '?' : (char)s.p[i];
    r.text[n] = 0;
    return r;
}

#endif
