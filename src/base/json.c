#include "base/json.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/utf8.h"

enum { DEPTH_DEFAULT = 64, NODES_DEFAULT = 16 << 20, SLACK = 16, QUADRATIC_MAX = 64 };

/* All strings and numbers go to one buffer as long as the text: a string loses its quotes and gains
 * a NUL, a number is followed by at least one byte or the end. SLACK lets 16 bytes be stored
 * blindly. */
struct reader {
    const uint8_t *start, *p, *end;
    char *out;
    struct json *pool; /* unused nodes, allocated in growing runs */
    uint32_t pool_left, pool_run, nodes_left;
    struct arena *arena;
    const char *where;
    takt_err *e;
};

/* One open array or object. */
struct level {
    struct json *node;
    struct json *last; /* its last member, or NULL */
};

/* Fails with the place of AT in the text. */
__attribute__((format(printf, 4, 5))) static takt_rc fail(struct reader *r, const uint8_t *at,
                                                          takt_code code, const char *fmt, ...)
{
    size_t line = 1, column = 1;
    for (const uint8_t *p = r->start; p < at; p++, column++)
        if (*p == '\n') {
            line++;
            column = 0;
        }
    char what[256], where[160];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    snprintf(where, sizeof where, "offset %zu (line %zu, column %zu)", (size_t)(at - r->start),
             line, column);
    takt_rc rc = err_set(r->e, code, where, "%s", what);
    if (r->where && *r->where)
        err_where(r->e, r->where);
    return rc;
}

/* Fails because of the byte at r->p, or the end, where WANT was needed. */
static takt_rc unexpected(struct reader *r, const char *want)
{
    if (r->p == r->end)
        return fail(r, r->p, TAKT_ERR_FORMAT, "the text ends where %s must stand", want);
    if (*r->p > 0x20 && *r->p < 0x7F)
        return fail(r, r->p, TAKT_ERR_FORMAT, "'%c' where %s must stand", *r->p, want);
    return fail(r, r->p, TAKT_ERR_FORMAT, "byte 0x%02x where %s must stand", *r->p, want);
}

static void skip_space(struct reader *r)
{
    const uint8_t *p = r->p, *end = r->end;
    for (;;) {
        uint64_t w; /* indented files are mostly runs of spaces */
        while (end - p >= 8 && (memcpy(&w, p, 8), w == 0x2020202020202020u))
            p += 8;
        if (p == end || !(*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
            break;
        p++;
    }
    r->p = p;
}

/* Reads four hexadecimal digits at r->p into *c. */
static takt_rc hex4(struct reader *r, uint32_t *c)
{
    *c = 0;
    for (int i = 0; i < 4; i++, r->p++) {
        uint32_t b = r->p < r->end ? *r->p : 0, low = b | 0x20;
        uint32_t digit = b >= '0' && b <= '9'       ? b - '0'
                         : low >= 'a' && low <= 'f' ? low - 'a' + 10
                                                    : 16;
        if (digit == 16)
            return unexpected(r, "a hexadecimal digit of \\uXXXX");
        *c = *c << 4 | digit;
    }
    return TAKT_OK;
}

/* Reads an escape sequence; r->p is behind the backslash. */
static takt_rc escape(struct reader *r)
{
    const uint8_t *at = r->p - 1;
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *hit = r->p < r->end && *r->p ? strchr(from, *r->p) : NULL;
    if (hit) {
        *r->out++ = to[hit - from];
        r->p++;
        return TAKT_OK;
    }
    if (r->p == r->end || *r->p != 'u')
        return unexpected(r, "one of \"\\/bfnrtu after a backslash");
    r->p++;
    uint32_t c, low;
    TAKT_TRY(hex4(r, &c));
    if (c >= 0xD800 && c < 0xDC00 && r->end - r->p >= 2 && r->p[0] == '\\' && r->p[1] == 'u') {
        r->p += 2;
        TAKT_TRY(hex4(r, &low));
        if (low < 0xDC00 || low > 0xDFFF)
            return fail(r, at, TAKT_ERR_FORMAT, "\\u%04x is half of a surrogate pair", c);
        c = 0x10000 + ((c - 0xD800) << 10 | (low - 0xDC00));
    } else if (c >= 0xD800 && c <= 0xDFFF) {
        return fail(r, at, TAKT_ERR_FORMAT, "\\u%04x is half of a surrogate pair", c);
    }
    r->out += utf8_put((uint8_t *)r->out, c);
    return TAKT_OK;
}

/* Copies plain ASCII up to a quote, backslash, control character or byte above 0x7F. */
static void copy_plain(struct reader *r)
{
    const uint8_t *p = r->p;
    char *out = r->out;
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  space = _mm_set1_epi8(' ');
    for (; r->end - p >= 16; p += 16, out += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)p);
        _mm_storeu_si128((__m128i *)out, v);
        /* Signed: bytes above 0x7F are less than a space, too. */
        __m128i stop =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)),
                         _mm_cmplt_epi8(v, space));
        unsigned mask = (unsigned)_mm_movemask_epi8(stop);
        if (mask) {
            r->p = p + __builtin_ctz(mask);
            r->out = out + __builtin_ctz(mask);
            return;
        }
    }
#endif
    while (p < r->end && *p >= 0x20 && *p < 0x80 && *p != '"' && *p != '\\')
        *out++ = (char)*p++;
    r->p = p;
    r->out = out;
}

/* Reads a string; r->p is at its opening quote. */
static takt_rc string(struct reader *r, const char **s, size_t *len)
{
    const uint8_t *open = r->p++;
    *s = r->out;
    for (;;) {
        copy_plain(r);
        if (r->p == r->end)
            return fail(r, open, TAKT_ERR_FORMAT, "this string has no closing quote");
        uint8_t c = *r->p;
        if (c == '"')
            break;
        if (c == '\\') {
            r->p++;
            TAKT_TRY(escape(r));
        } else if (c < 0x20) {
            return fail(r, r->p, TAKT_ERR_FORMAT,
                        "control character 0x%02x in a string; it must be written \\u%04x", c, c);
        } else {
            unsigned n;
            if (utf8_next(r->p, (size_t)(r->end - r->p), &n) == UTF8_INVALID)
                return fail(r, r->p, TAKT_ERR_FORMAT, "byte 0x%02x is not valid UTF-8 here", c);
            for (; n > 0; n--)
                *r->out++ = (char)*r->p++;
        }
    }
    r->p++;
    *len = (size_t)(r->out - *s);
    *r->out++ = 0;
    return TAKT_OK;
}

static bool digits(struct reader *r)
{
    const uint8_t *from = r->p;
    while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
        r->p++;
    return r->p > from;
}

/* Reads -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)? and keeps its text. */
static takt_rc number(struct reader *r, struct json *v)
{
    const uint8_t *from = r->p;
    if (*r->p == '-')
        r->p++;
    if (r->p < r->end && *r->p == '0')
        r->p++;
    else if (!digits(r))
        return unexpected(r, "a digit");
    if (r->p < r->end && *r->p == '.') {
        r->p++;
        if (!digits(r))
            return unexpected(r, "a digit after the decimal point");
    }
    if (r->p < r->end && (*r->p | 0x20) == 'e') {
        r->p++;
        if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
            r->p++;
        if (!digits(r))
            return unexpected(r, "a digit of the exponent");
    }
    v->kind = JSON_NUMBER;
    v->str = r->out;
    v->str_len = (size_t)(r->p - from);
    memcpy(r->out, from, v->str_len);
    r->out += v->str_len;
    *r->out++ = 0;
    return TAKT_OK;
}

static takt_rc literal(struct reader *r, struct json *v, const char *word, enum json_kind kind)
{
    size_t n = strlen(word);
    if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0)
        return unexpected(r, "a value (null, true, false, number, string, array or object)");
    r->p += n;
    v->kind = kind;
    return TAKT_OK;
}

static takt_rc scalar(struct reader *r, struct json *v)
{
    switch (*r->p) {
    case '"': v->kind = JSON_STRING; return string(r, &v->str, &v->str_len);
    case 'n': return literal(r, v, "null", JSON_NULL);
    case 't': return literal(r, v, "true", JSON_TRUE);
    case 'f': return literal(r, v, "false", JSON_FALSE);
    case '-': return number(r, v);
    default:
        if (*r->p >= '0' && *r->p <= '9')
            return number(r, v);
        return literal(r, v, "null", JSON_NULL); /* fails, naming the byte */
    }
}

static takt_rc node_new(struct reader *r, struct json **out)
{
    if (r->nodes_left == 0)
        return fail(r, r->p, TAKT_ERR_LIMIT, "more values than the limit allows");
    if (r->pool_left == 0) {
        if (r->pool_run < 4096)
            r->pool_run *= 2;
        r->pool = ARENA_ARRAY(r->arena, struct json, r->pool_run);
        if (!r->pool)
            return fail(r, r->p, TAKT_ERR_MEMORY, "no memory for another %u values", r->pool_run);
        r->pool_left = r->pool_run;
    }
    r->nodes_left--;
    r->pool_left--;
    *out = r->pool++;
    (*out)->offset = (uint32_t)(r->p - r->start);
    return TAKT_OK;
}

/* Reads the name of a member and its colon into V. */
static takt_rc member_name(struct reader *r, struct json *v)
{
    size_t len;
    if (r->p == r->end || *r->p != '"')
        return unexpected(r, "the name of a member in double quotes");
    const uint8_t *at = r->p;
    TAKT_TRY(string(r, &v->key, &len));
    if (len > UINT32_MAX)
        return fail(r, at, TAKT_ERR_LIMIT, "a member's name of %zu bytes", len);
    v->key_len = (uint32_t)len;
    skip_space(r);
    if (r->p == r->end || *r->p != ':')
        return unexpected(r, "':' after a member's name");
    r->p++;
    skip_space(r);
    return TAKT_OK;
}

static int compare_keys(const void *a, const void *b)
{
    const struct json *x = *(const struct json *const *)a, *y = *(const struct json *const *)b;
    uint32_t n = x->key_len < y->key_len ? x->key_len : y->key_len;
    int c = memcmp(x->key, y->key, n);
    return c ? c : x->key_len < y->key_len ? -1 : x->key_len > y->key_len;
}

static takt_rc duplicate(struct reader *r, const struct json *v)
{
    return fail(r, r->start + v->offset, TAKT_ERR_FORMAT, "member \"%.64s\" stands here twice",
                v->key);
}

/* Pairs for small objects; beyond, a sort, because no choice of names can make it slow. */
static takt_rc check_duplicates(struct reader *r, const struct json *object)
{
    if (object->count <= QUADRATIC_MAX) {
        for (const struct json *a = object->child; a; a = a->next)
            for (const struct json *b = a->next; b; b = b->next)
                if (compare_keys(&a, &b) == 0)
                    return duplicate(r, b);
        return TAKT_OK;
    }
    const struct json **all = ARENA_ARRAY(r->arena, const struct json *, object->count);
    if (!all)
        return fail(r, r->p, TAKT_ERR_MEMORY, "no memory to compare %u names", object->count);
    uint32_t n = 0;
    for (const struct json *m = object->child; m; m = m->next)
        all[n++] = m;
    qsort(all, n, sizeof *all, compare_keys);
    for (uint32_t i = 1; i < n; i++)
        if (compare_keys(&all[i - 1], &all[i]) == 0)
            return duplicate(r, all[i - 1]->offset > all[i]->offset ? all[i - 1] : all[i]);
    return TAKT_OK;
}

/* Reads one value, and for a container only its opening; appends it to its parent TOP (or NULL). */
static takt_rc open_value(struct reader *r, struct level *top, struct json **out)
{
    struct json *v = NULL;
    TAKT_TRY(node_new(r, &v));
    if (top && top->node->kind == JSON_OBJECT) {
        TAKT_TRY(member_name(r, v));
        v->offset = (uint32_t)(r->p - r->start);
    }
    if (top) {
        if (top->last)
            top->last->next = v;
        else
            top->node->child = v;
        top->last = v;
        top->node->count++; /* cannot overflow: nodes are counted in 32 bits */
    }
    *out = v;
    if (r->p == r->end)
        return unexpected(r, "a value");
    if (*r->p != '[' && *r->p != '{')
        return scalar(r, v);
    v->kind = *r->p++ == '[' ? JSON_ARRAY : JSON_OBJECT;
    return TAKT_OK;
}

/* Closes every container that ends at r->p, and passes the comma before the next member. */
static takt_rc close_values(struct reader *r, struct level *stack, uint32_t *depth, bool check_keys)
{
    while (*depth > 0) {
        const struct level *top = &stack[*depth - 1];
        bool is_array = top->node->kind == JSON_ARRAY;
        skip_space(r);
        if (r->p < r->end && *r->p == (is_array ? ']' : '}')) {
            r->p++;
            if (check_keys && !is_array)
                TAKT_TRY(check_duplicates(r, top->node));
            --*depth;
            continue;
        }
        if (!top->last) /* just opened */
            return TAKT_OK;
        if (r->p == r->end || *r->p != ',')
            return unexpected(r, is_array ? "',' or ']'" : "',' or '}'");
        r->p++;
        skip_space(r);
        return TAKT_OK;
    }
    return TAKT_OK;
}

static takt_rc parse(struct reader *r, const struct json_limits *lim, const struct json **out)
{
    uint32_t depth = 0, depth_max = lim && lim->depth_max ? lim->depth_max : DEPTH_DEFAULT;
    struct level *stack = ARENA_ARRAY(r->arena, struct level, depth_max);
    if (!stack)
        return fail(r, r->p, TAKT_ERR_MEMORY, "no memory for %u levels", depth_max);
    skip_space(r);
    do {
        struct json *v;
        TAKT_TRY(open_value(r, depth ? &stack[depth - 1] : NULL, &v));
        if (!*out)
            *out = v;
        if (v->kind >= JSON_ARRAY) {
            if (depth == depth_max)
                return fail(r, r->p - 1, TAKT_ERR_LIMIT, "nested deeper than %u levels", depth_max);
            stack[depth++] = (struct level){v, NULL};
        }
        TAKT_TRY(close_values(r, stack, &depth, lim && lim->reject_duplicate_keys));
    } while (depth > 0);
    skip_space(r);
    if (r->p < r->end)
        return unexpected(r, "the end of the text");
    return TAKT_OK;
}

takt_rc json_parse(const struct json **out, struct arena *arena, struct slice text,
                   const char *where, const struct json_limits *lim, takt_err *e)
{
    *out = NULL;
    struct reader r = {.start = text.p, .p = text.p, .arena = arena, .where = where, .e = e};
    if (text.len > SIZE_MAX / 2)
        return err_set(e, TAKT_ERR_LIMIT, where, "a text of %zu bytes", text.len);
    if (text.len == 0)
        return err_set(e, TAKT_ERR_FORMAT, where, "is empty; JSON is expected");
    r.end = text.p + text.len;
    r.pool_run = 8;
    r.nodes_left = lim && lim->nodes_max ? lim->nodes_max : NODES_DEFAULT;
    r.out = arena_alloc(arena, 1, text.len + 1 + SLACK);
    if (!r.out)
        return fail(&r, r.p, TAKT_ERR_MEMORY, "no memory for a text of %zu bytes", text.len);
    const struct json *root = NULL;
    TAKT_TRY(parse(&r, lim, &root));
    *out = root;
    return TAKT_OK;
}

const struct json *json_get(const struct json *v, const char *key)
{
    const struct json *hit = NULL;
    if (!v || v->kind != JSON_OBJECT)
        return NULL;
    size_t n = strlen(key);
    for (const struct json *m = v->child; m; m = m->next)
        if (m->key_len == n && memcmp(m->key, key, n) == 0)
            hit = m;
    return hit;
}

const struct json *json_at(const struct json *v, uint32_t i)
{
    if (!v || v->kind != JSON_ARRAY || i >= v->count)
        return NULL;
    const struct json *m = v->child;
    while (i-- > 0)
        m = m->next;
    return m;
}

bool json_f64(const struct json *v, double *out)
{
    if (!v || v->kind != JSON_NUMBER)
        return false;
    /* For "C" the C library hands out a constant: no allocation, nothing global. */
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c)
        return false;
    double x = strtod_l(v->str, NULL, c);
    freelocale(c);
    if (x - x != 0) /* overflowed */
        return false;
    *out = x;
    return true;
}

bool json_i64(const struct json *v, int64_t *out)
{
    if (!v || v->kind != JSON_NUMBER)
        return false;
    const char *p = v->str;
    bool negative = *p == '-';
    int64_t x = 0;
    for (p += negative; *p >= '0' && *p <= '9'; p++) {
        int d = negative ? '0' - *p : *p - '0';
        if (__builtin_mul_overflow(x, 10, &x) || __builtin_add_overflow(x, d, &x))
            return false;
    }
    for (; *p; p++) /* only zeros may follow */
        if (*p >= '1' && *p <= '9')
            return false;
    *out = x;
    return true;
}

bool json_bool(const struct json *v, bool *out)
{
    if (!v || (v->kind != JSON_TRUE && v->kind != JSON_FALSE))
        return false;
    *out = v->kind == JSON_TRUE;
    return true;
}

bool json_is_str(const struct json *v, const char *s)
{
    return v && v->kind == JSON_STRING && strlen(s) == v->str_len &&
           memcmp(v->str, s, v->str_len) == 0;
}
