/* print: values as text: Python's str() and repr(), json.dumps(), and number formats. */
#ifndef TAKT_TEXT_JINJA_PRINT_H
#define TAKT_TEXT_JINJA_PRINT_H

#include "text/jinja_run.h"

/* print_str appends str(v), print_repr appends repr(v). */
bool print_str(struct jinja_run *r, struct jinja_text *t, struct jv v);
bool print_repr(struct jinja_run *r, struct jinja_text *t, struct jv v);

/* print_to_str is str(v) as a value; strings are returned as they are (with their mark `safe`). */
bool print_to_str(struct jinja_run *r, struct jv v, struct jv *out);

/* print_float writes repr(f) into BUF and returns its length. */
size_t print_float(double f, char buf[40]);

/* print_fixed writes F with PRECISION (0 to 500) digits in printf's format KIND ('e', 'E', 'f',
 * 'F', 'g', 'G'), with the flag '#' when ALT, with a decimal point whatever the locale; appends. */
bool print_fixed(struct jinja_run *r, struct jinja_text *t, double f, int precision, char kind,
                 bool alt);

/* print_json appends json.dumps(v) with the arguments of transformers' tojson. INDENT is a string
 * (or absent: one line); ITEM_SEP and KEY_SEP are the separators. */
struct print_json {
    bool ensure_ascii, sort_keys;
    struct jv indent;
    struct jv item_sep, key_sep;
    uint32_t level;
};
bool print_json(struct jinja_run *r, struct jinja_text *t, struct print_json *how, struct jv v);

/* print_html appends S with & < > ' " escaped as Jinja does. */
bool print_html(struct jinja_run *r, struct jinja_text *t, const struct jv_str *s);

#endif
