/* literal: numbers and strings as they are written in a template. */
#ifndef TAKT_TEXT_JINJA_LITERAL_H
#define TAKT_TEXT_JINJA_LITERAL_H

#include "text/jinja_lex.h"

/* literal_number reads the number at P[0..n), which starts with a digit, into T (kind, i or f) and
 * sets *len to its length. AFTER_DOT: a dot stands before, so that it is no float (a.0.1). False
 * when an integer exceeds 64 bits. */
bool literal_number(struct jinja_token *t, const char *p, size_t n, bool after_dot, size_t *len);

/* literal_string undoes the backslash escapes of LEN bytes at P (Python's rules) into T (p, len),
 * in ARENA. False for a malformed escape or when out of memory. */
bool literal_string(struct jinja_token *t, struct arena *arena, const char *p, size_t len);

/* literal_float reads LEN bytes of the form 1.5e3 (digits, no sign, no underscore). False when
 * malformed. */
bool literal_float(const char *p, size_t len, double *out);

/* literal_int reads digits of BASE (2 to 36). False when there are none, others follow, or 64 bits
 * are exceeded. */
bool literal_int(const char *p, size_t len, unsigned base, int64_t *out);

#endif
