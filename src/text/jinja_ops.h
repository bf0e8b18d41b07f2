/* ops: what the operators of an expression do, with Python's rules. */
#ifndef TAKT_TEXT_JINJA_OPS_H
#define TAKT_TEXT_JINJA_OPS_H

#include "text/jinja_ast.h"
#include "text/jinja_run.h"

/* op_binary applies OP_ADD to OP_POW. op_unary applies OP_NEG or OP_POS. */
bool op_binary(struct jinja_run *r, enum jinja_op op, struct jv a, struct jv b, struct jv *out);
bool op_unary(struct jinja_run *r, enum jinja_op op, struct jv a, struct jv *out);

/* op_compare applies OP_EQ to OP_NOT_IN. */
bool op_compare(struct jinja_run *r, enum jinja_op op, struct jv a, struct jv b, bool *yes);

/* op_attr is obj.name: the object's own attribute or method, else its item of that name, else
 * undefined. NAME is NUL-terminated and outlives the rendering or is in its arena. */
bool op_attr(struct jinja_run *r, struct jv obj, const char *name, size_t len, struct jv *out);

/* op_item is obj[key]: the item, else (for string keys) the attribute, else undefined. */
bool op_item(struct jinja_run *r, struct jv obj, struct jv key, struct jv *out);

/* op_slice is obj[start:stop:step]; parts that were left out are JV_ABSENT. */
bool op_slice(struct jinja_run *r, struct jv obj, const struct jv part[3], struct jv *out);

/* op_repeat is s * n for a string. */
bool op_repeat(struct jinja_run *r, const struct jv_str *s, int64_t n, struct jv *out);

/* op_index cuts a Python index to [0, n]: negative ones count from the end. */
size_t op_index(int64_t i, size_t n);

#endif
