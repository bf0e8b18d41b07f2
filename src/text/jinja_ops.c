#include "text/jinja_ops.h"

#include <math.h>
#include <string.h>

#include "text/jinja_call.h"
#include "text/jinja_format.h"
#include "text/jinja_method.h"
#include "text/jinja_print.h"

static const char *op_text(enum jinja_op op)
{
    static const char *const text[] = {"+", "-", "*", "/", "//", "%", "**"};
    return text[op - OP_ADD];
}

static bool bad_types(struct jinja_run *r, enum jinja_op op, struct jv a, struct jv b)
{
    if (a.kind == JV_UNDEFINED)
        return run_undefined(r, a);
    if (b.kind == JV_UNDEFINED)
        return run_undefined(r, b);
    if (op == OP_ADD && a.kind == JV_STR)
        return run_fail(r, "can only concatenate str (not \"%s\") to str", jv_type(b));
    if (op == OP_ADD && (a.kind == JV_LIST || a.kind == JV_TUPLE))
        return run_fail(r, "can only concatenate %s (not \"%s\") to %s", jv_type(a), jv_type(b),
                        jv_type(a));
    return run_fail(r, "unsupported operand type(s) for %s: '%s' and '%s'", op_text(op), jv_type(a),
                    jv_type(b));
}

static bool too_large(struct jinja_run *r)
{
    return run_unsupported(r, "an integer exceeds 64 bits");
}

static bool int_pow(struct jinja_run *r, int64_t a, int64_t b, struct jv *out)
{
    int64_t v = 1;
    if (a == 0 || a == 1 || a == -1) {
        *out = jv_int(b == 0 ? 1 : a == -1 && b % 2 == 0 ? 1 : a);
        return true;
    }
    for (; b > 0; b--) /* ends by overflow after 63 turns at most */
        if (__builtin_mul_overflow(v, a, &v))
            return too_large(r);
    *out = jv_int(v);
    return true;
}

static bool int_op(struct jinja_run *r, enum jinja_op op, int64_t a, int64_t b, struct jv *out)
{
    int64_t v = 0;
    bool over = false;
    if (b == 0 && op >= OP_DIV && op <= OP_MOD)
        return run_fail(r, "division by zero");
    switch (op) {
    case OP_ADD: over = __builtin_add_overflow(a, b, &v); break;
    case OP_SUB: over = __builtin_sub_overflow(a, b, &v); break;
    case OP_MUL: over = __builtin_mul_overflow(a, b, &v); break;
    case OP_DIV: *out = jv_float((double)a / (double)b); return true;
    case OP_FLOORDIV:
    case OP_MOD: {
        if (b == -1) {
            over = op == OP_FLOORDIV && __builtin_sub_overflow((int64_t)0, a, &v);
            break;
        }
        int64_t q = a / b, m = a % b;
        if (m != 0 && (m < 0) != (b < 0)) {
            q--;
            m += b;
        }
        v = op == OP_FLOORDIV ? q : m;
        break;
    }
    default: return int_pow(r, a, b, out);
    }
    *out = jv_int(v);
    return over ? too_large(r) : true;
}

/* Floor division and remainder so that a == q * b + m and m has the sign of b (Python's
 * float_divmod). */
static double float_divmod(double a, double b, bool want_mod)
{
    double m = fmod(a, b), q = (a - m) / b;
    if (m != 0) {
        if ((b < 0) != (m < 0)) {
            m += b;
            q -= 1;
        }
    } else {
        m = copysign(0.0, b);
    }
    if (want_mod)
        return m;
    if (q == 0)
        return copysign(0.0, a / b);
    double f = floor(q);
    return q - f > 0.5 ? f + 1 : f;
}

static bool float_op(struct jinja_run *r, enum jinja_op op, double a, double b, struct jv *out)
{
    double v;
    if (b == 0 && op >= OP_DIV && op <= OP_MOD)
        return run_fail(r, "float division by zero");
    switch (op) {
    case OP_ADD: v = a + b; break;
    case OP_SUB: v = a - b; break;
    case OP_MUL: v = a * b; break;
    case OP_DIV: v = a / b; break;
    case OP_FLOORDIV: v = float_divmod(a, b, false); break;
    case OP_MOD: v = float_divmod(a, b, true); break;
    default:
        if (a == 0 && b < 0)
            return run_fail(r, "0.0 cannot be raised to a negative power");
        if (a < 0 && b != floor(b))
            return run_unsupported(r, "the result of ** is a complex number");
        v = pow(a, b);
        if (isinf(v) && !isinf(a) && !isinf(b))
            return run_fail(r, "result of ** is out of range");
        break;
    }
    *out = jv_float(v);
    return true;
}

bool op_repeat(struct jinja_run *r, const struct jv_str *s, int64_t n, struct jv *out)
{
    if (n <= 0 || s->len == 0)
        return jv_str_view(r, "", 0, out);
    uint64_t len;
    if (__builtin_mul_overflow((uint64_t)n, (uint64_t)s->len, &len) || len > r->lim.memory_bytes)
        return run_limit(r, "repeats a text beyond the memory that a rendering may use");
    char *p = arena_alloc(&r->arena, len, 1);
    if (!p || !run_charge(r, len))
        return run_memory(r);
    memcpy(p, s->p, s->len);
    for (size_t have = s->len; have < len; have *= 2) /* doubles: log(n) copies */
        memcpy(p + have, p, have < len - have ? have : len - have);
    return jv_str_view(r, p, len, out);
}

static bool repeat_list(struct jinja_run *r, struct jv l, int64_t n, struct jv *out)
{
    uint64_t count;
    n = n < 0 ? 0 : n;
    if (__builtin_mul_overflow((uint64_t)n, (uint64_t)l.l->n, &count) ||
        count > r->lim.memory_bytes / sizeof(struct jv))
        return run_limit(r, "repeats a list beyond the memory that a rendering may use");
    if (!jv_list_new(r, l.kind, count, out))
        return false;
    for (size_t i = 0; i < count; i++)
        out->l->v[i] = l.l->v[i % l.l->n];
    return true;
}

static bool add_str(struct jinja_run *r, struct jv a, struct jv b, struct jv *out)
{
    bool safe = a.safe || b.safe;
    struct jv *plain = safe && !a.safe ? &a : safe && !b.safe ? &b : NULL;
    if (plain) { /* text marked safe escapes what it meets */
        struct jinja_text t = {0};
        if (!print_html(r, &t, plain->s) || !text_value(r, &t, plain))
            return false;
    }
    if (!jv_str_cat(r, a.s, b.s, out))
        return false;
    out->safe = safe;
    return true;
}

/* Like jv_str_cat: a list that grows by sums costs its length once. */
static bool add_lists(struct jinja_run *r, struct jv a, struct jv b, struct jv *out)
{
    struct jv_vec *tail = a.l->tail;
    size_t n = a.l->n + b.l->n;
    if (!tail || a.l->v + a.l->n != tail->v + tail->n || b.l->n > tail->cap - tail->n) {
        tail = ARENA_NEW(&r->arena, struct jv_vec);
        struct jv *v = ARENA_ARRAY(&r->arena, struct jv, n + n / 2 + 4);
        if (!tail || !v)
            return run_memory(r);
        if (a.l->n)
            memcpy(v, a.l->v, a.l->n * sizeof *v);
        *tail = (struct jv_vec){v, a.l->n, n + n / 2 + 4};
        if (!run_charge(r, a.l->n))
            return false;
    }
    if (b.l->n)
        memcpy(tail->v + tail->n, b.l->v, b.l->n * sizeof *tail->v);
    tail->n += b.l->n;
    if (!jv_seq(r, a.kind, tail->v + tail->n - n, b.l->n, out))
        return false;
    out->l->n = n;
    out->l->tail = tail;
    return true;
}

bool op_binary(struct jinja_run *r, enum jinja_op op, struct jv a, struct jv b, struct jv *out)
{
    if (jv_is_num(a) && jv_is_num(b)) {
        bool ints = a.kind != JV_FLOAT && b.kind != JV_FLOAT;
        if (ints && !(op == OP_POW && jv_as_int(b) < 0))
            return int_op(r, op, jv_as_int(a), jv_as_int(b), out);
        return float_op(r, op, jv_as_float(a), jv_as_float(b), out);
    }
    bool list = a.kind == JV_LIST || a.kind == JV_TUPLE;
    if (op == OP_ADD && a.kind == JV_STR && b.kind == JV_STR)
        return add_str(r, a, b, out);
    if (op == OP_ADD && list && a.kind == b.kind)
        return add_lists(r, a, b, out);
    if (op == OP_MOD && a.kind == JV_STR)
        return format_percent(r, a, b, out);
    if (op == OP_MUL && jv_is_int(a)) {
        struct jv swap = a;
        a = b;
        b = swap;
    }
    if (op == OP_MUL && jv_is_int(b) && a.kind == JV_STR) {
        if (!op_repeat(r, a.s, jv_as_int(b), out))
            return false;
        out->safe = a.safe;
        return true;
    }
    if (op == OP_MUL && jv_is_int(b) && (a.kind == JV_LIST || a.kind == JV_TUPLE))
        return repeat_list(r, a, jv_as_int(b), out);
    return bad_types(r, op, a, b);
}

bool op_unary(struct jinja_run *r, enum jinja_op op, struct jv a, struct jv *out)
{
    if (a.kind == JV_UNDEFINED)
        return run_undefined(r, a);
    if (!jv_is_num(a))
        return run_fail(r, "bad operand type for unary %c: '%s'", op == OP_NEG ? '-' : '+',
                        jv_type(a));
    if (a.kind == JV_FLOAT)
        *out = jv_float(op == OP_NEG ? -a.f : a.f);
    else if (op == OP_POS)
        *out = jv_int(jv_as_int(a));
    else if (jv_as_int(a) == INT64_MIN)
        return too_large(r);
    else
        *out = jv_int(-jv_as_int(a));
    return true;
}

bool op_compare(struct jinja_run *r, enum jinja_op op, struct jv a, struct jv b, bool *yes)
{
    int c;
    if (op == OP_EQ || op == OP_NE) {
        if (!jv_equal(r, a, b, yes))
            return false;
        *yes ^= op == OP_NE;
        return true;
    }
    if (op == OP_IN || op == OP_NOT_IN) {
        if (!jv_contains(r, b, a, yes))
            return false;
        *yes ^= op == OP_NOT_IN;
        return true;
    }
    if (!jv_order(r, a, b, &c))
        return false;
    *yes = c != 2 && ((op == OP_LT && c < 0) || (op == OP_LE && c <= 0) || (op == OP_GT && c > 0) ||
                      (op == OP_GE && c >= 0));
    return true;
}

/* The attributes that are no methods. *found tells whether NAME is one. */
static bool own_attr(struct jinja_run *r, struct jv obj, const char *name, struct jv *out,
                     bool *found)
{
    *found = false;
    if (obj.kind == JV_NAMESPACE) {
        struct jv_pair *p = jv_dict_find_str(obj.d, name, strlen(name));
        *found = p != NULL;
        if (p)
            *out = p->v;
        return true;
    }
    if (obj.kind == JV_LOOP)
        return loop_attr(r, obj, name, out, found);
    if (obj.kind == JV_MACRO)
        return macro_attr(r, obj, name, out, found);
    if (obj.kind == JV_OBJECT && obj.object->what == JV_CYCLER && strcmp(name, "current") == 0) {
        *found = true;
        *out = obj.object->items->v[obj.object->at];
        return true;
    }
    if (obj.kind == JV_TUPLE && obj.l->group &&
        (strcmp(name, "grouper") == 0 || strcmp(name, "list") == 0)) {
        *found = true;
        *out = obj.l->v[name[0] == 'l'];
    }
    return true;
}

static bool attr_or_method(struct jinja_run *r, struct jv obj, const char *name, size_t len,
                           struct jv *out, bool *found)
{
    if (strlen(name) != len) { /* a NUL inside: no attribute has one */
        *found = false;
        return true;
    }
    if (!own_attr(r, obj, name, out, found))
        return false;
    return *found || method_find(r, obj, name, out, found);
}

/* An item of OBJ; *found is false where Python would raise TypeError or LookupError. */
static bool item(struct jinja_run *r, struct jv obj, struct jv key, struct jv *out, bool *found)
{
    *found = false;
    if (obj.kind == JV_DICT) {
        struct jv_pair *p;
        if (key.kind == JV_LIST || key.kind == JV_DICT)
            return true;
        if (!jv_dict_find(r, obj.d, key, &p))
            return false;
        *found = p != NULL;
        if (p)
            *out = p->v;
        return true;
    }
    bool seq =
        obj.kind == JV_LIST || obj.kind == JV_TUPLE || obj.kind == JV_STR || obj.kind == JV_RANGE;
    size_t n;
    if (!seq || !jv_is_int(key))
        return true;
    if (!jv_length(r, obj, &n))
        return false;
    int64_t i = jv_as_int(key);
    i = i < 0 ? i + (int64_t)n : i;
    if (i < 0 || (uint64_t)i >= n)
        return true;
    *found = true;
    if (obj.kind == JV_STR) {
        size_t at = jv_str_at(obj.s, (size_t)i), end = at + 1;
        while (end < obj.s->len && ((unsigned char)obj.s->p[end] & 0xC0) == 0x80)
            end++;
        return run_charge(r, end) && jv_str_view(r, obj.s->p + at, end - at, out);
    }
    *out = obj.kind == JV_RANGE ? jv_int(obj.range->start + i * obj.range->step) : obj.l->v[i];
    return true;
}

static const char *owner_name(struct jv obj)
{
    return obj.kind == JV_NONE ? "None" : jv_type(obj);
}

bool op_attr(struct jinja_run *r, struct jv obj, const char *name, size_t len, struct jv *out)
{
    bool found;
    if (obj.kind == JV_UNDEFINED)
        return run_undefined(r, obj);
    if (!attr_or_method(r, obj, name, len, out, &found))
        return false;
    if (found)
        return true;
    if (obj.kind == JV_DICT) {
        struct jv_pair *p = jv_dict_find_str(obj.d, name, len);
        if (p) {
            *out = p->v;
            return true;
        }
    }
    return jv_undef_named(r, name, owner_name(obj), out);
}

bool op_item(struct jinja_run *r, struct jv obj, struct jv key, struct jv *out)
{
    bool found;
    if (obj.kind == JV_UNDEFINED)
        return run_undefined(r, obj);
    if (!item(r, obj, key, out, &found))
        return false;
    if (found)
        return true;
    if (key.kind != JV_STR)
        return jv_undef_named(r, "item", owner_name(obj), out);
    char *name = arena_strndup(&r->arena, key.s->p, key.s->len);
    if (!name)
        return run_memory(r);
    if (!attr_or_method(r, obj, name, key.s->len, out, &found))
        return false;
    if (found)
        return true;
    return jv_undef_named(r, name, owner_name(obj), out);
}

size_t op_index(int64_t i, size_t n)
{
    if (i < 0)
        i = i < -(int64_t)n ? 0 : i + (int64_t)n;
    return (uint64_t)i > n ? n : (size_t)i;
}

/* Python's slice.indices(): positions start, start + step, ... of count elements. */
static bool slice_bounds(struct jinja_run *r, const struct jv part[3], size_t len, int64_t *start,
                         int64_t *step, size_t *count)
{
    int64_t n = (int64_t)len, bound[2];
    for (size_t i = 0; i < 3; i++) {
        if (part[i].kind == JV_UNDEFINED)
            return run_undefined(r, part[i]);
        if (part[i].kind != JV_ABSENT && part[i].kind != JV_NONE && !jv_is_int(part[i]))
            return run_fail(r, "slice indices must be integers or None");
    }
    *step = jv_is_int(part[2]) ? jv_as_int(part[2]) : 1;
    if (*step == 0)
        return run_fail(r, "slice step cannot be zero");
    int64_t low = *step < 0 ? -1 : 0, high = *step < 0 ? n - 1 : n;
    for (size_t i = 0; i < 2; i++) {
        if (!jv_is_int(part[i])) {
            bound[i] = (*step < 0) == (i == 0) ? high : low;
            continue;
        }
        int64_t v = jv_as_int(part[i]);
        v = v < 0 ? (v < -n ? -1 : v + n) : v;
        if (v < 0)
            v = low;
        bound[i] = v > high ? high : v;
    }
    *start = bound[0];
    int64_t span = *step < 0 ? bound[0] - bound[1] : bound[1] - bound[0];
    uint64_t width = *step < 0 ? -(uint64_t)*step : (uint64_t)*step;
    *count = span <= 0 ? 0 : (size_t)(((uint64_t)span - 1) / width + 1);
    return true;
}

static bool slice_str(struct jinja_run *r, const struct jv_str *s, int64_t start, int64_t step,
                      size_t count, struct jv *out)
{
    if (step == 1 || count == 0) {
        size_t at = count ? jv_str_at(s, (size_t)start) : 0;
        size_t end = count ? jv_str_at(s, (size_t)start + count) : 0;
        return run_charge(r, end) && jv_str_view(r, s->p + at, end - at, out);
    }
    struct jv whole = {.kind = JV_STR, .s = (struct jv_str *)(uintptr_t)s}, *chars;
    struct jinja_text t = {0};
    size_t n;
    if (!jv_items(r, whole, &chars, &n))
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct jv_str *c = chars[start + (int64_t)i * step].s;
        if (!text_put(r, &t, c->p, c->len))
            return false;
    }
    return text_value(r, &t, out);
}

bool op_slice(struct jinja_run *r, struct jv obj, const struct jv part[3], struct jv *out)
{
    int64_t start = 0, step = 1;
    size_t n, count = 0;
    if (obj.kind == JV_UNDEFINED)
        return run_undefined(r, obj);
    if (obj.kind != JV_STR && obj.kind != JV_LIST && obj.kind != JV_TUPLE && obj.kind != JV_RANGE)
        return run_fail(r, "'%s' object cannot be sliced", jv_type(obj));
    if (!jv_length(r, obj, &n) || !slice_bounds(r, part, n, &start, &step, &count))
        return false;
    if (obj.kind == JV_STR) {
        if (!slice_str(r, obj.s, start, step, count, out))
            return false;
        out->safe = obj.safe;
        return true;
    }
    if (obj.kind == JV_RANGE) {
        struct jv_range *g = ARENA_NEW(&r->arena, struct jv_range);
        if (!g)
            return run_memory(r);
        int64_t first = obj.range->start + (count ? start * obj.range->step : 0);
        int64_t by = count > 1 ? obj.range->step * step : 1;
        *g = (struct jv_range){first, first + (int64_t)count * by, by, count};
        *out = (struct jv){.kind = JV_RANGE, .range = g};
        return true;
    }
    if (!jv_list_new(r, obj.kind, count, out))
        return false;
    for (size_t i = 0; i < count; i++)
        out->l->v[i] = obj.l->v[start + (int64_t)i * step];
    return true;
}
