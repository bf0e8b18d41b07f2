/* multipart: a body of type multipart/form-data (RFC 7578), as browsers and API clients send forms
 * with files. A pure function of the whole body. */
#ifndef TAKT_NET_MULTIPART_H
#define TAKT_NET_MULTIPART_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"

enum { MULTIPART_HEAD_MAX = 8 << 10 }; /* bytes of a part's headers */

/* A field of the form. Names are UTF-8 without control characters, NUL-terminated beside their
 * length, in the arena; content lies in the body. */
struct multipart_part {
    struct slice name;
    struct slice filename; /* without folders; p NULL: it is no file */
    struct slice type;     /* of the content; p NULL: not said */
    struct slice content;
};

/* multipart_is tells whether CONTENT_TYPE (NULL: none) is multipart/form-data. */
bool multipart_is(const char *content_type);

/* multipart_read finds the parts of BODY, at most MAX, in their order. Errors: FORMAT (no boundary
 * in CONTENT_TYPE; a part without a name; a body that is cut off or holds no part), LIMIT (more
 * parts, or longer headers), MEMORY. Linear in the body. */
takt_rc multipart_read(struct multipart_part *out, uint32_t max, uint32_t *n,
                       const char *content_type, struct slice body, struct arena *a, takt_err *e);

#endif
