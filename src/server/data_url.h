/* data_url: what lies inside a "data:image/png;base64,..." URL (RFC 2397). */
#ifndef TAKT_SERVER_DATA_URL_H
#define TAKT_SERVER_DATA_URL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/slice.h"

/* data_url_open finds the base64 text in URL, which begins with "data:" in any case. What kind of
 * picture it is only its content tells; a media type that is no picture's, or with IS_CLIP no
 * video's or picture's, is refused all the same.
 * Nothing is decoded. Errors, "where" being "picture": FORMAT (no comma), UNSUPPORTED (another
 * media type, or not base64). */
takt_rc data_url_open(struct slice *base64, struct slice url, bool is_clip, takt_err *e);

/* data_url_bytes_max: how many bytes N characters of base64 can stand for. */
size_t data_url_bytes_max(size_t n);

/* data_url_decode writes the bytes that BASE64 (RFC 4648, white space allowed, "=" at the end)
 * stands for to OUT, which has data_url_bytes_max of them, and their number to *n. Error: FORMAT,
 * with the place. */
takt_rc data_url_decode(uint8_t *out, size_t *n, struct slice base64, takt_err *e);

#endif
