/* filter: the filters (value|name) and tests (value is name). */
#ifndef TAKT_TEXT_JINJA_FILTER_H
#define TAKT_TEXT_JINJA_FILTER_H

#include "text/jinja_method.h"

/* filter_call applies filter NAME to V. An unknown filter fails with TAKT_ERR_UNSUPPORTED. */
bool filter_call(struct jinja_run *r, const char *name, struct jv v, const struct jinja_args *args,
                 struct jv *out);

/* test_call sets *yes to whether V passes test NAME. An unknown test fails with
 * TAKT_ERR_UNSUPPORTED. */
bool test_call(struct jinja_run *r, const char *name, struct jv v, const struct jinja_args *args,
               bool *yes);

/* filter_exists and test_exists tell whether there is one called NAME. filter_is_known also knows
 * the filters of Jinja that are not supported here. */
bool filter_is_known(const char *name);
bool filter_exists(const char *name);
bool test_exists(const char *name);

/* The tables of filters, each ended by a NULL name. */
extern const struct jinja_builtin jinja_seq_filters[];
extern const struct jinja_builtin jinja_sort_filters[];
extern const struct jinja_builtin jinja_text_filters[];
extern const struct jinja_builtin jinja_num_filters[];

/* filter_attribute follows ATTRIBUTE ("a.0.b", an integer, or absent/None) from V as filters with
 * attribute= do; where an item is undefined and DEF is given (not absent or None), goes on with
 * DEF. */
bool filter_attribute(struct jinja_run *r, struct jv v, struct jv attribute, struct jv def,
                      struct jv *out);

#endif
