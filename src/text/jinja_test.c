/* Tests: value is name. */
#include <string.h>

#include "text/jinja_case.h"
#include "text/jinja_filter.h"
#include "text/jinja_ops.h"
#include "text/jinja_print.h"

#define TEST(name)                                                                                 \
    static bool name(struct jinja_run *r, struct jv v, struct jv *arg, struct jv *out)

static bool answer(struct jv *out, bool yes)
{
    *out = jv_bool(yes);
    return true;
}

/* Tests of the kind alone: those that hold for a set of kinds. */
#define ON(kind) (1u << (kind))
static const struct {
    const char *name;
    unsigned kinds;
} kind_tests[] = {
    {"undefined", ON(JV_UNDEFINED)},
    {"defined", ~ON(JV_UNDEFINED)},
    {"none", ON(JV_NONE)},
    {"boolean", ON(JV_BOOL)},
    {"integer", ON(JV_INT) | ON(JV_BIGINT)},
    {"float", ON(JV_FLOAT)},
    {"number", ON(JV_INT) | ON(JV_BIGINT) | ON(JV_FLOAT) | ON(JV_BOOL)},
    {"string", ON(JV_STR)},
    {"mapping", ON(JV_DICT)},
    {"sequence",
     ON(JV_STR) | ON(JV_LIST) | ON(JV_TUPLE) | ON(JV_DICT) | ON(JV_RANGE) | ON(JV_UNDEFINED)},
    {"iterable", ON(JV_STR) | ON(JV_LIST) | ON(JV_TUPLE) | ON(JV_DICT) | ON(JV_RANGE) |
                     ON(JV_UNDEFINED) | ON(JV_VIEW) | ON(JV_ITER) | ON(JV_LOOP)},
    {"callable", ON(JV_FUNC) | ON(JV_MACRO) | ON(JV_METHOD) | ON(JV_LOOP) | ON(JV_UNDEFINED)},
};
#undef ON

TEST(t_true)
{
    (void)r;
    (void)arg;
    return answer(out, v.kind == JV_BOOL && v.b);
}
TEST(t_false)
{
    (void)r;
    (void)arg;
    return answer(out, v.kind == JV_BOOL && !v.b);
}

static bool remainder_is(struct jinja_run *r, struct jv v, struct jv by, int64_t want,
                         struct jv *out)
{
    struct jv m;
    bool eq;
    if (!op_binary(r, OP_MOD, v, by, &m) || !jv_equal(r, m, jv_int(want), &eq))
        return false;
    return answer(out, eq);
}

TEST(t_odd)
{
    (void)arg;
    return remainder_is(r, v, jv_int(2), 1, out);
}
TEST(t_even)
{
    (void)arg;
    return remainder_is(r, v, jv_int(2), 0, out);
}
TEST(t_divisibleby)
{
    return remainder_is(r, v, arg[0], 0, out);
}

static bool cased(struct jinja_run *r, struct jv v, enum jinja_class which, struct jv *out)
{
    struct jv s;
    return print_to_str(r, v, &s) && run_charge(r, s.s->len) && answer(out, case_is(s.s, which));
}

TEST(t_lower)
{
    (void)arg;
    return cased(r, v, CLASS_LOWER, out);
}
TEST(t_upper)
{
    (void)arg;
    return cased(r, v, CLASS_UPPER, out);
}
TEST(t_escaped)
{
    (void)r;
    (void)arg;
    return answer(out, v.kind == JV_STR && v.safe);
}

TEST(t_sameas)
{
    struct jv x = arg[0];
    bool eq = v.kind == x.kind;
    if (eq && v.kind > JV_UNDEFINED &&
        (v.kind < JV_FLOAT || v.kind == JV_STR)) /* equal constants are one object */
        return jv_equal(r, v, x, &eq) && answer(out, eq);
    return answer(out, eq && v.d == x.d);
}

TEST(t_filter)
{
    (void)r;
    (void)arg;
    char name[64] = "";
    if (v.kind == JV_STR && v.s->len < sizeof name)
        memcpy(name, v.s->p, v.s->len);
    return answer(out, filter_exists(name));
}
TEST(t_test)
{
    (void)r;
    (void)arg;
    char name[64] = "";
    if (v.kind == JV_STR && v.s->len < sizeof name)
        memcpy(name, v.s->p, v.s->len);
    return answer(out, test_exists(name));
}

#define COMPARISON(name, op)                                                                       \
    TEST(name)                                                                                     \
    {                                                                                              \
        bool yes;                                                                                  \
        return op_compare(r, op, v, arg[0], &yes) && answer(out, yes);                             \
    }
COMPARISON(t_eq, OP_EQ)
COMPARISON(t_ne, OP_NE)
COMPARISON(t_lt, OP_LT)
COMPARISON(t_le, OP_LE)
COMPARISON(t_gt, OP_GT)
COMPARISON(t_ge, OP_GE)
COMPARISON(t_in, OP_IN)

static const struct jinja_builtin tests[] = {
    {"true", "", 0, t_true, NULL},
    {"false", "", 0, t_false, NULL},
    {"odd", "", 0, t_odd, NULL},
    {"even", "", 0, t_even, NULL},
    {"divisibleby", "num", 1, t_divisibleby, NULL},
    {"lower", "", 0, t_lower, NULL},
    {"upper", "", 0, t_upper, NULL},
    {"escaped", "", 0, t_escaped, NULL},
    {"sameas", "other", 1, t_sameas, NULL},
    {"filter", "", 0, t_filter, NULL},
    {"test", "", 0, t_test, NULL},
    {"in", "seq", 1, t_in, NULL},
    {"eq", "b", 1, t_eq, NULL},
    {"equalto", "b", 1, t_eq, NULL},
    {"==", "b", 1, t_eq, NULL},
    {"ne", "b", 1, t_ne, NULL},
    {"!=", "b", 1, t_ne, NULL},
    {"lt", "b", 1, t_lt, NULL},
    {"lessthan", "b", 1, t_lt, NULL},
    {"<", "b", 1, t_lt, NULL},
    {"le", "b", 1, t_le, NULL},
    {"<=", "b", 1, t_le, NULL},
    {"gt", "b", 1, t_gt, NULL},
    {"greaterthan", "b", 1, t_gt, NULL},
    {">", "b", 1, t_gt, NULL},
    {"ge", "b", 1, t_ge, NULL},
    {">=", "b", 1, t_ge, NULL},
    {NULL, NULL, 0, NULL, NULL},
};

bool test_exists(const char *name)
{
    for (size_t i = 0; i < sizeof kind_tests / sizeof *kind_tests; i++)
        if (strcmp(kind_tests[i].name, name) == 0)
            return true;
    for (const struct jinja_builtin *t = tests; t->name; t++)
        if (strcmp(t->name, name) == 0)
            return true;
    return false;
}

bool test_call(struct jinja_run *r, const char *name, struct jv v, const struct jinja_args *args,
               bool *yes)
{
    struct jv out;
    for (size_t i = 0; i < sizeof kind_tests / sizeof *kind_tests; i++) {
        if (strcmp(kind_tests[i].name, name) != 0)
            continue;
        if (args->n_pos || args->n_kw)
            return run_fail(r, "test '%s' takes no argument", name);
        *yes = kind_tests[i].kinds >> v.kind & 1;
        return true;
    }
    for (const struct jinja_builtin *t = tests; t->name; t++) {
        if (strcmp(t->name, name) != 0)
            continue;
        if (!builtin_call(r, t, v, args, &out))
            return false;
        *yes = out.b;
        return true;
    }
    return run_unsupported(r, "test '%s' is not supported", name);
}
