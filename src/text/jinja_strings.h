/* strings: the work behind string methods and filters. */
#ifndef TAKT_TEXT_JINJA_STRINGS_H
#define TAKT_TEXT_JINJA_STRINGS_H

#include "text/jinja_run.h"

/* str_strip removes white space, or the characters of CHARS if not NULL, at the LEFT and RIGHT end.
 */
bool str_strip(struct jinja_run *r, const struct jv_str *s, const struct jv_str *chars, bool left,
               bool right, struct jv *out);

/* str_replace replaces OLD by NEW_ from the left, COUNT times at most (negative: everywhere). */
bool str_replace(struct jinja_run *r, const struct jv_str *s, const struct jv_str *old,
                 const struct jv_str *new_, int64_t count, struct jv *out);

/* str_split splits at SEP (NULL: at white space), MAX times at most (negative: everywhere); from
 * the right when RIGHT. */
bool str_split(struct jinja_run *r, const struct jv_str *s, const struct jv_str *sep, int64_t max,
               bool right, struct jv *out);

/* str_lines splits at line ends as Python's splitlines. */
bool str_lines(struct jinja_run *r, const struct jv_str *s, bool keep, struct jv *out);

/* str_join joins the str() of N values. */
bool str_join(struct jinja_run *r, const struct jv_str *sep, const struct jv *v, size_t n,
              struct jv *out);

/* str_find sets *at to the byte offset of the first (or LAST) occurrence of SUB in P[0..n), or -1.
 */
bool str_find(struct jinja_run *r, const char *p, size_t n, const struct jv_str *sub, bool last,
              int64_t *at);

/* str_chars counts the code points of P[0..n). */
size_t str_chars(const char *p, size_t n);

#endif
