/* case: upper, lower and title case, and the classes of characters, as Python's str has them. */
#ifndef TAKT_TEXT_JINJA_CASE_H
#define TAKT_TEXT_JINJA_CASE_H

#include "text/jinja_run.h"

enum jinja_case {
    CASE_LOWER,
    CASE_UPPER,
    CASE_TITLE,      /* str.title(): every run of letters starts with a capital */
    CASE_CAPITALIZE, /* the first character a capital, all others small */
    CASE_SWAP,
    CASE_FOLD,
    CASE_WORDS /* the filter title: a capital after white space, '-' and opening brackets */
};

/* case_convert sets *out to S in the given case. */
bool case_convert(struct jinja_run *r, const struct jv_str *s, enum jinja_case how, struct jv *out);

/* case_compare_form is S lowered, for comparisons that ignore case; other values are returned as
 * they are. */
bool case_compare_form(struct jinja_run *r, struct jv v, struct jv *out);

enum jinja_class {
    CLASS_ALPHA,
    CLASS_DECIMAL,
    CLASS_DIGIT,
    CLASS_NUMERIC,
    CLASS_ALNUM,
    CLASS_SPACE,
    CLASS_ASCII,
    CLASS_PRINTABLE,
    CLASS_LOWER, /* at least one cased character, all of them small */
    CLASS_UPPER,
    CLASS_TITLE,
    CLASS_IDENTIFIER
};

/* case_is is Python's s.isalpha() and its relatives. */
bool case_is(const struct jv_str *s, enum jinja_class which);

/* case_is_word tells whether code point C matches \w. */
bool case_is_word(uint32_t c);

#endif
