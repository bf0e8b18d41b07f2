/* json: a strict RFC 8259 reader into an arena, and an append-only writer.
 *
 * The reader makes a flat tree: every value is a node; children are linked in order. Strings are
 * unescaped UTF-8 (checked) and NUL-terminated beside their length; numbers keep their text until
 * asked for. */
#ifndef TAKT_BASE_JSON_H
#define TAKT_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"

enum json_kind {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json {
    enum json_kind kind;
    uint32_t count;   /* members of an array or object */
    uint32_t key_len; /* of key */
    uint32_t offset;  /* of the value's first byte in the text (cut to 32 bits), for messages */
    const char *key;  /* name inside the parent object, or NULL */
    const char *str;  /* string value or number text, NUL-terminated; else NULL */
    size_t str_len;
    const struct json *child; /* first member */
    const struct json *next;  /* next sibling */
};

/* json_limits: zero fields take the defaults (depth 64, nodes 16 Mi). */
struct json_limits {
    uint32_t depth_max;
    uint32_t nodes_max;
    bool reject_duplicate_keys; /* costs O(members^2) up to 64 members, a sort beyond */
};

/* json_parse reads exactly one value (surrounded by white space) from TEXT into nodes owned by
 * ARENA. *out is the root. Errors: TAKT_ERR_FORMAT with the byte offset, TAKT_ERR_LIMIT,
 * TAKT_ERR_MEMORY. WHERE names the source in messages. LIM may be NULL. */
takt_rc json_parse(const struct json **out, struct arena *arena, struct slice text,
                   const char *where, const struct json_limits *lim, takt_err *e);

/* json_get finds member KEY of an object; NULL when V is NULL, no object, or has no such member
 * (the last wins among duplicates). json_at gives element I of an array or NULL. Both linear. */
const struct json *json_get(const struct json *v, const char *key);
const struct json *json_at(const struct json *v, uint32_t i);

/* Typed reads: false (and *out untouched) when V is NULL, of another kind, or out of range.
 * json_f64 accepts any number; json_i64 only integers without fraction or exponent... or with a
 * zero one. Locale-free. */
bool json_f64(const struct json *v, double *out);
bool json_i64(const struct json *v, int64_t *out);
bool json_bool(const struct json *v, bool *out);
bool json_is_str(const struct json *v, const char *s);

/* json_out: an append-only text buffer. Sticky failure when memory runs out: check `failed` at the
 * end. */
struct json_out {
    char *p; /* malloc'ed, NUL-terminated */
    size_t len, cap;
    bool failed;
    bool need_comma;
    int indent; /* > 0: pretty print with that many spaces */
    int depth;
};
void json_out_free(struct json_out *o);
void json_obj_begin(struct json_out *o,
                    const char *key); /* key NULL inside arrays and at the root */
void json_obj_end(struct json_out *o);
void json_arr_begin(struct json_out *o, const char *key);
void json_arr_end(struct json_out *o);
void json_put_str(struct json_out *o, const char *key, const char *s);
void json_put_strn(struct json_out *o, const char *key, const char *s,
                   size_t len); /* invalid UTF-8 becomes U+FFFD */
void json_put_i64(struct json_out *o, const char *key, int64_t v);
void json_put_u64(struct json_out *o, const char *key, uint64_t v);
void json_put_f64(struct json_out *o, const char *key,
                  double v); /* shortest text that reads back; non-finite: null */
void json_put_f32(struct json_out *o, const char *key,
                  float v); /* the same for 32 bits: 0.1f is 0.1 */
void json_put_bool(struct json_out *o, const char *key, bool v);
void json_put_null(struct json_out *o, const char *key);

#endif
