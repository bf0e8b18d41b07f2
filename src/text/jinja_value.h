/* jv: the values of a template: Python's, as far as chat templates see them.
 *
 * Values are 16 bytes and passed by value; what they point at lives in the arena of one rendering
 * (constants: of the template) and is freed at once. Everything but namespaces, iterators and loops
 * is immutable, so lists are shared, never copied. All functions that can fail return false after
 * run_fail() (jinja_run.h). */
#ifndef TAKT_TEXT_JINJA_VALUE_H
#define TAKT_TEXT_JINJA_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum jv_kind {
    JV_ABSENT, /* no value: an argument that was not given; never seen by a template */
    JV_UNDEFINED,
    JV_NONE,
    JV_BOOL,
    JV_INT,
    JV_FLOAT,
    JV_BIGINT, /* an integer beyond 64 bits, as its digits: can be passed on, not calculated with */
    JV_STR,
    JV_LIST,
    JV_TUPLE,
    JV_DICT,
    JV_VIEW,  /* dict.keys(), .values(), .items() */
    JV_RANGE, /* never materialised before it is iterated */
    JV_ITER,  /* a generator: can be consumed once, has no length */
    JV_NAMESPACE,
    JV_LOOP,
    JV_MACRO,
    JV_FUNC,   /* a global function, by enum jinja_func */
    JV_METHOD, /* a method bound to its object */
    JV_OBJECT  /* cycler, joiner */
};

struct jinja_run;
struct jinja_macro;
struct jinja_loop;
struct jv_method;

struct jv {
    enum jv_kind kind;
    bool safe; /* of a string: marked by the filter `safe` */
    union {
        bool b;
        int64_t i;
        double f;
        struct jv_str *s;
        struct jv_list *l;
        struct jv_dict *d; /* also of a namespace */
        struct jv_view *view;
        struct jv_range *range;
        struct jv_iter *iter;
        struct jv_undef *undef; /* NULL: nothing is known about its origin */
        struct jv_object *object;
        struct jinja_loop *loop;
        struct jinja_macro *macro;
        struct jv_method *method;
        int func;
    };
};

/* jv_str: UTF-8, not NUL-terminated. Strings that grow by appending share one buffer: a string that
 * ends where the used part of its buffer ends may be extended in place without disturbing those
 * that share the front. */
struct jv_str {
    const char *p;
    size_t len;   /* bytes */
    size_t chars; /* code points; == len means ASCII */
    struct jv_buf *buf;
};

struct jv_buf {
    char *p;
    size_t len, cap;
};

/* jv_vec: a growing array of values in the run's arena. */
struct jv_vec {
    struct jv *v;
    size_t n, cap;
};

struct jv_list {
    struct jv *v;
    size_t n;
    struct jv_vec *tail; /* of a sum of lists: where it may be extended in place; see jv_str */
    bool group;          /* a tuple made by groupby: has the attributes grouper and list */
};

struct jv_pair {
    struct jv k, v;
};

/* jv_dict keeps insertion order; beyond 8 members an open-addressed table of positions + 1 serves
 * look-ups. */
struct jv_dict {
    struct jv_pair *e;
    size_t n, cap;
    uint32_t *slots;
    size_t n_slots;
};

struct jv_view {
    struct jv_dict *d;
    enum { JV_KEYS, JV_VALUES, JV_ITEMS } what;
};

struct jv_range {
    int64_t start, stop, step;
    size_t n;
};

struct jv_iter {
    struct jv_list *l;
    size_t at;
};

struct jv_undef {
    const char *name;  /* of the variable or attribute, or NULL */
    const char *owner; /* type of the object that lacks it, or NULL */
};

struct jv_object {
    enum { JV_CYCLER, JV_JOINER } what;
    struct jv_list *items; /* of a cycler */
    struct jv sep;         /* of a joiner */
    size_t at;
};

/* Makers of values that need no memory. */
static inline struct jv jv_none(void)
{
    return (struct jv){.kind = JV_NONE};
}
static inline struct jv jv_bool(bool b)
{
    return (struct jv){.kind = JV_BOOL, .b = b};
}
static inline struct jv jv_int(int64_t i)
{
    return (struct jv){.kind = JV_INT, .i = i};
}
static inline struct jv jv_float(double f)
{
    return (struct jv){.kind = JV_FLOAT, .f = f};
}
static inline struct jv jv_undefined(void)
{
    return (struct jv){.kind = JV_UNDEFINED};
}

/* jv_str_in makes a string of LEN bytes at P (valid UTF-8, not copied) in ARENA. NULL: out of
 * memory. */
struct jv_str *jv_str_in(struct arena *arena, const char *p, size_t len);

/* jv_str_view is a string value over LEN bytes at P, not copied. jv_str_copy copies. jv_str_z views
 * a C string. */
bool jv_str_view(struct jinja_run *r, const char *p, size_t len, struct jv *out);
bool jv_str_copy(struct jinja_run *r, const char *p, size_t len, struct jv *out);
bool jv_str_z(struct jinja_run *r, const char *s, struct jv *out);

/* jv_str_cat is A followed by B; extends A's buffer when A is its newest end, so that building a
 * text piece by piece costs its length once. */
bool jv_str_cat(struct jinja_run *r, const struct jv_str *a, const struct jv_str *b,
                struct jv *out);

/* jv_str_at is the byte offset of code point I (0 <= I <= s->chars). */
size_t jv_str_at(const struct jv_str *s, size_t i);

/* jv_str_is compares with a C string. */
bool jv_str_is(const struct jv_str *s, const char *z);

/* jv_undef_named is an undefined value that remembers what was looked for (names not copied) and in
 * what. */
bool jv_undef_named(struct jinja_run *r, const char *name, const char *owner, struct jv *out);

/* jv_list_new makes a list or tuple (KIND) of N elements, all JV_NONE, to be filled at (*out).l->v.
 * jv_seq views N values at V without copying. jv_pair_new is the tuple (a, b). */
bool jv_list_new(struct jinja_run *r, enum jv_kind kind, size_t n, struct jv *out);
bool jv_seq(struct jinja_run *r, enum jv_kind kind, struct jv *v, size_t n, struct jv *out);
bool jv_pair_new(struct jinja_run *r, struct jv a, struct jv b, struct jv *out);

/* jv_iter_of makes a generator over the N values at V. */
bool jv_iter_of(struct jinja_run *r, struct jv *v, size_t n, struct jv *out);

/* jv_dict_new makes an empty dict or namespace (KIND). */
bool jv_dict_new(struct jinja_run *r, enum jv_kind kind, struct jv *out);

/* jv_dict_put sets D[K] = V. Fails for keys that cannot be hashed. */
bool jv_dict_put(struct jinja_run *r, struct jv_dict *d, struct jv k, struct jv v);

/* jv_dict_find sets *at to the member with key K or to NULL. Fails for keys that cannot be hashed.
 * jv_dict_find_str never fails. */
bool jv_dict_find(struct jinja_run *r, const struct jv_dict *d, struct jv k, struct jv_pair **at);
struct jv_pair *jv_dict_find_str(const struct jv_dict *d, const char *p, size_t len);

/* jv_vec_push appends X. */
bool jv_vec_push(struct jinja_run *r, struct jv_vec *vec, struct jv x);

/* jv_type names the Python type: "int", "str", "dict", ... */
const char *jv_type(struct jv v);

/* jv_truth is Python's bool(v). */
bool jv_truth(struct jv v);

/* jv_is_num: int, float or bool. jv_as_float converts such a value. jv_is_int: int or bool;
 * jv_as_int converts. */
bool jv_is_num(struct jv v);
double jv_as_float(struct jv v);
bool jv_is_int(struct jv v);
int64_t jv_as_int(struct jv v);

/* jv_equal sets *eq to Python's a == b (never a type error; fails only on the step and depth
 * limits). */
bool jv_equal(struct jinja_run *r, struct jv a, struct jv b, bool *eq);

/* jv_order sets *c to the sign of a - b; fails for types that Python does not order. *c is 2 where
 * a NaN is involved. */
bool jv_order(struct jinja_run *r, struct jv a, struct jv b, int *c);

/* jv_length sets *n to len(v); fails for values without a length. */
bool jv_length(struct jinja_run *r, struct jv v, size_t *n);

/* jv_items sets *items and *n to what iteration over V yields; generators are consumed. Lists are
 * not copied: the caller must not write. Fails for values that cannot be iterated. */
bool jv_items(struct jinja_run *r, struct jv v, struct jv **items, size_t *n);

/* jv_contains sets *in to Python's x in v. */
bool jv_contains(struct jinja_run *r, struct jv v, struct jv x, bool *in);

#endif
