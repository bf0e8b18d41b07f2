/* opt_parts: what opt.c and opt_layers.c share. */
#ifndef TAKT_BASE_OPT_PARTS_H
#define TAKT_BASE_OPT_PARTS_H

#include "base/opt.h"

struct opt_parser {
    const struct opt_cmd *cmd;
    char *values;
    struct opt_rest *rest;
    takt_err *e;
    const char *where; /* of what is read now, for messages */
};

/* opt_set_defaults gives every option of the table its default. */
takt_rc opt_set_defaults(const struct opt_parser *p);

/* opt_by_name finds the option called NAME (LEN bytes), or NULL; opt_unknown is the error for one
 * that is not there. */
const struct opt *opt_by_name(const struct opt_cmd *cmd, const char *name, size_t len);
takt_rc opt_unknown(const struct opt_parser *p, const char *name, size_t len);

/* opt_mark_given notes that O was given; opt_set_value then reads TEXT, which must stay, as its
 * value. */
void opt_mark_given(const struct opt_parser *p, const struct opt *o);
takt_rc opt_set_value(const struct opt_parser *p, const struct opt *o, const char *text);

/* opt_words reads a command line: opt_parse without the defaults. */
takt_rc opt_words(const struct opt_parser *p, int argc, char **argv);

#endif
