/* format: printf-style and brace-style formatting of values. */
#ifndef TAKT_TEXT_JINJA_FORMAT_H
#define TAKT_TEXT_JINJA_FORMAT_H

#include "text/jinja_call.h"

/* format_percent is Python's fmt % args: a tuple gives several arguments, a dict named ones. */
bool format_percent(struct jinja_run *r, struct jv fmt, struct jv args, struct jv *out);

/* format_braces is fmt.format(*args, **kwargs). */
bool format_braces(struct jinja_run *r, const struct jv_str *fmt, const struct jinja_args *args,
                   struct jv *out);

/* format_spec: [[fill]align][sign][#][0][width][grouping][.precision][type]. */
struct format_spec {
    char fill[4];
    size_t fill_len;
    char align; /* < > ^ = or 0 */
    char sign;  /* + - space or 0 */
    bool alt, zero;
    size_t width;
    char group;    /* , _ or 0 */
    int precision; /* -1: none */
    char type;     /* 0: none */
};

/* format_value appends V formatted by SPEC (spec->type as in Python's format()). */
bool format_value(struct jinja_run *r, struct jinja_text *t, struct jv v,
                  const struct format_spec *spec);

/* format_padded appends S with the spec's width, fill and alignment (ALIGN when the spec has none);
 * for numbers the sign and prefix of PREFIX bytes stay before a fill aligned '='. */
bool format_padded(struct jinja_run *r, struct jinja_text *t, const char *s, size_t len,
                   size_t prefix, char align, const struct format_spec *spec);

#endif
