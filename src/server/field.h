/* field: the fields of a request, from one table that reads and checks them, and writes the
 * documentation and the OpenAPI schema.
 *
 *     struct point { double x; struct slice name; };
 *     static const struct field rows[] = {
 *         {FIELD_AT(NUMBER, "x", struct point, x), .who = FIELD_TAKT, .min = -1, .max = 1,
 *          .help = "Where it is."},
 *         {FIELD_AT(STRING, "name", struct point, name), .who = FIELD_TAKT, .max = 64,
 *          .absent = "none", .help = "What it is called."},
 *         {FIELD_REFUSE("colour", "[\"red\"]"), .who = FIELD_OPENAI, .why = "points are red"},
 *     };
 *     static const struct field_part parts[] = {{rows, 3, 0}};
 *     static const struct field_table table = {parts, 1};
 *
 * Every field that a peer's API defines has a row, so that nothing is ignored in silence: a field
 * is served, or taken without effect, or refused when it is set to anything that would have one.
 * null is the same as not given. Strings point into the arena, JSON texts into the body: both must
 * outlive the values. */
#ifndef TAKT_SERVER_FIELD_H
#define TAKT_SERVER_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/slice.h"
#include "server/api_error.h"

/* Kinds, and the type of the value. */
enum field_kind {
    FIELD_ANY,     /* struct field_json; `schema` says what it is, or there is no value (`at`) */
    FIELD_BOOL,    /* bool */
    FIELD_INT,     /* int64_t */
    FIELD_NUMBER,  /* double, finite */
    FIELD_STRING,  /* struct slice; NUL-terminated beside its length; min, max: characters */
    FIELD_WORD,    /* uint32_t: which one of `words`, from 0 */
    FIELD_STRINGS, /* struct field_strings: a list, or one string; min, max: strings in it */
    FIELD_IDS,     /* struct field_ids: a list of token ids; min, max: how many */
    FIELD_PROMPTS, /* struct field_prompts: a string, strings, ids, or lists of ids */
    FIELD_BIASES,  /* struct field_biases: {"token id": number from min to max}; ids ascend */
    FIELD_LABELS,  /* struct field_json: metadata, short strings by short names */
    FIELD_OBJECT,  /* struct field_json */
    FIELD_LIST,    /* struct field_json; min, max: elements */
    FIELD_GROUP, /* an object with rows of its own, `group`, whose values are in the same struct */
};

struct field_json {
    const struct json *v; /* NULL: not given */
    struct slice text;    /* as it stands in the body */
};
struct field_strings {
    const struct slice *v;
    uint32_t n;
};
struct field_ids {
    const int32_t *v; /* none is negative */
    uint32_t n;
};
struct field_prompts {
    uint32_t n;
    const struct slice *text;    /* [n], or NULL */
    const struct field_ids *ids; /* [n], or NULL: one of both */
};
struct field_biases {
    const takt_logit_bias *v;
    uint32_t n;
};

/* The header of a reply for field_warning. */
#define FIELD_WARNING_HEADER "x-takt-warning"

/* Whose field it is. */
enum { FIELD_OPENAI = 1, FIELD_GROQ = 2, FIELD_VLLM = 4, FIELD_TAKT = 8, FIELD_OTHERS = 16 };

enum field_state {
    FIELD_SERVED,
    FIELD_IDLE,    /* checked, and without effect; `why` */
    FIELD_REFUSED, /* refused unless it is one of `only`, which say what happens anyway; `why` */
};

struct field {
    const char *name;
    enum field_kind kind;
    uint8_t who;
    enum field_state state;
    bool is_required;
    bool above;         /* a number must be larger than min, not equal */
    size_t at;          /* of the value in the struct of the part; SIZE_MAX: none is kept */
    double min, max;    /* inclusive; both 0: any */
    double fallback;    /* the value when not given: of a NUMBER, INT, BOOL or WORD */
    const char *absent; /* what not giving it means, instead of `fallback`, in words */
    const char *words;  /* of a WORD: "auto|none"; of an ANY: what it may be, for people */
    const char *only;   /* of a refused field: a JSON list of harmless values; NULL: none is */
    const char *groq;   /* a JSON list: all values that Groq takes; NULL: any */
    const char
        *schema;      /* JSON schema for the documentation, with ' for ", where the row does not say
                           it all */
    const char *why;  /* a clause: "takt makes no sound" */
    const char *help; /* a sentence; NULL for refused fields that `why` explains */
    const struct field_part *group;
};

/* FIELD_AT begins a row whose value is MEMBER of TYPE. FIELD_NONE begins one that is checked but
 * not kept. FIELD_REFUSE begins one that is refused unless it is one of the JSON list ONLY. */
#define FIELD_AT(kind_, name_, type, member)                                                       \
    .name = (name_), .kind = FIELD_##kind_, .at = offsetof(type, member)
#define FIELD_NONE(kind_, name_)                                                                   \
    .name = (name_), .kind = FIELD_##kind_, .state = FIELD_IDLE, .at = SIZE_MAX
#define FIELD_REFUSE(name_, only_)                                                                 \
    .name = (name_), .kind = FIELD_ANY, .state = FIELD_REFUSED, .at = SIZE_MAX, .only = (only_)

/* Rows whose structs lie at AT in the struct of the request, so that several kinds of request can
 * share them. */
struct field_part {
    const struct field *rows;
    uint32_t n;
    size_t at;
};
struct field_table {
    const struct field_part *parts;
    uint32_t n_parts;
    const char *rules; /* between fields, for the documentation: a JSON list of schemas that all
                          hold, with ' for "; NULL: none */
};

/* What was read beside the values. */
enum { FIELD_ROWS_MAX = 256, FIELD_NOTES_MAX = 16 };
struct field_notes {
    uint64_t given[FIELD_ROWS_MAX / 64];   /* by row, over all parts; groups count as one */
    uint32_t n_unknown, n_idle;            /* may exceed what is kept of them */
    struct slice unknown[FIELD_NOTES_MAX]; /* names that no row has: the client's, any UTF-8 */
    const char *idle[FIELD_NOTES_MAX];     /* names of fields given though they have no effect */
};

/* field_parse reads BODY as one JSON object: no duplicate names, limits as in api_limits.h. The
 * body is refused by why and place. */
takt_rc field_parse(const struct json **root, struct arena *a, struct slice body,
                    struct api_error *e);

/* field_read reads the object ROOT (out of BODY) into VALUES, which must be zero: the defaults
 * first, then what is given. With GROQ_STRICT, fields and values that Groq does not take are
 * refused as it does. NOTES must be zero, too. Errors name the field and what it may be. */
takt_rc field_read(void *values, struct field_notes *notes, const struct field_table *t,
                   struct arena *a, struct slice body, const struct json *root, bool groq_strict,
                   struct api_error *e);

/* field_given tells whether NAME, a row of T, stood in the request with a value other than null. */
bool field_given(const struct field_notes *notes, const struct field_table *t, const char *name);

/* field_note_idle remembers NAME (a constant) as something given that has no effect. */
void field_note_idle(struct field_notes *notes, const char *name);

/* field_warning writes "unknown: a, b; without effect: c" for a header, at most CAP - 1 bytes of
 * visible ASCII, and returns BUF; "" when there is nothing to tell. */
const char *field_warning(const struct field_notes *notes, char *buf, size_t cap);

/* field_text is V as it stands in BODY, without white space around it. */
struct slice field_text(struct slice body, const struct json *v);

/* field_value reads V, which is not null, as row F says into VALUE (of the row's type). PATH names
 * it in errors. */
takt_rc field_value(void *value, const struct field *f, const char *path, struct arena *a,
                    struct slice body, const struct json *v, struct api_error *e);

/* field_integer reads a JSON number that is a whole one, however it is written (1e3, 10.0). False
 * when it is not, or does not fit. */
bool field_integer(const struct json *v, int64_t *out);

/* field_one_of tells whether V equals an element of the JSON list LIST (NULL: an empty one). */
bool field_one_of(const struct json *v, const char *list, struct arena *a);

/* field_wanted writes what F may be into BUF, as "a number between 0 and 2". field_shown writes V
 * for a message: a scalar as it stands, cut short; of others what it is. Both return BUF. */
const char *field_wanted(const struct field *f, char *buf, size_t cap);
const char *field_shown(const struct json *v, char *buf, size_t cap);

/* field_markdown prints T as tables for a person. field_schema appends T's JSON schema as the
 * member KEY of an object (or NULL); field_parameters OpenAPI's parameters of a query, elements of
 * the open list. */
void field_markdown(FILE *out, const struct field_table *t);
void field_schema(struct json_out *o, const char *key, const struct field_table *t);
void field_parameters(struct json_out *o, const struct field_table *t);

#endif
