/* method: the methods of strings, lists, dicts, numbers and loops. Methods that would change their
 * object are unknown, as in Jinja's immutable sandbox. */
#ifndef TAKT_TEXT_JINJA_METHOD_H
#define TAKT_TEXT_JINJA_METHOD_H

#include "text/jinja_call.h"

/* A built-in method or filter: either FN gets its arguments bound by SIG, or RAW gets them as they
 * are. */
struct jinja_builtin {
    const char *name;
    const char *sig;
    size_t required;
    bool (*fn)(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out);
    bool (*raw)(struct jinja_run *r, struct jv self, const struct jinja_args *args, struct jv *out);
};

struct jv_method {
    struct jv self;
    const struct jinja_builtin *def;
};

/* builtin_call binds ARGS and calls DEF on SELF. */
bool builtin_call(struct jinja_run *r, const struct jinja_builtin *def, struct jv self,
                  const struct jinja_args *args, struct jv *out);

/* method_find makes a bound method of OBJ; *found tells whether there is one called NAME. */
bool method_find(struct jinja_run *r, struct jv obj, const char *name, struct jv *out, bool *found);

/* The tables, each ended by a NULL name. */
extern const struct jinja_builtin jinja_str_methods[];
extern const struct jinja_builtin jinja_str_predicates[];

#endif
