/* Methods of lists, dicts and other values, and how methods are found and called. */
#include "text/jinja_method.h"

#include <math.h>
#include <string.h>

#include "text/jinja_ops.h"
#include "text/jinja_strings.h"

bool args_bind(struct jinja_run *r, const char *what, const struct jinja_args *args,
               const char *sig, size_t required, struct jv slots[JINJA_SLOTS])
{
    const char *name[JINJA_SLOTS];
    size_t len[JINJA_SLOTS], n = 0;
    for (const char *p = sig; *p && n < JINJA_SLOTS; n++) {
        name[n] = p;
        len[n] = strcspn(p, " ");
        p += len[n] + (p[len[n]] == ' ');
    }
    if (args->n_pos > n)
        return run_fail(r, "%s() takes at most %zu arguments (%zu given)", what, n, args->n_pos);
    for (size_t i = 0; i < JINJA_SLOTS; i++)
        slots[i] = i < args->n_pos ? args->pos[i] : (struct jv){.kind = JV_ABSENT};
    for (size_t k = 0; k < args->n_kw; k++) {
        size_t i = 0;
        while (i < n && (strlen(args->kw[k].name) != len[i] ||
                         memcmp(args->kw[k].name, name[i], len[i]) != 0))
            i++;
        if (i == n)
            return run_fail(r, "%s() got an unexpected keyword argument '%s'", what,
                            args->kw[k].name);
        if (slots[i].kind != JV_ABSENT)
            return run_fail(r, "%s() got multiple values for argument '%s'", what,
                            args->kw[k].name);
        slots[i] = args->kw[k].v;
    }
    for (size_t i = 0; i < required; i++)
        if (slots[i].kind == JV_ABSENT)
            return run_fail(r, "%s() missing required argument '%.*s'", what, (int)len[i], name[i]);
    return true;
}

bool arg_int(struct jinja_run *r, struct jv slot, int64_t missing, int64_t *out)
{
    *out = missing;
    if (slot.kind == JV_ABSENT)
        return true;
    if (slot.kind == JV_UNDEFINED)
        return run_undefined(r, slot);
    if (!jv_is_int(slot))
        return run_fail(r, "'%s' object cannot be interpreted as an integer", jv_type(slot));
    *out = jv_as_int(slot);
    return true;
}

bool arg_bool(struct jv slot, bool missing)
{
    return slot.kind == JV_ABSENT ? missing : jv_truth(slot);
}

bool arg_str(struct jinja_run *r, struct jv slot, const char *missing, const struct jv_str **out)
{
    struct jv v = slot;
    *out = NULL;
    if (slot.kind == JV_ABSENT) {
        if (!missing)
            return true;
        if (!jv_str_z(r, missing, &v))
            return false;
    }
    if (v.kind == JV_UNDEFINED)
        return run_undefined(r, v);
    if (v.kind != JV_STR)
        return run_fail(r, "expected a string, not '%s'", jv_type(v));
    *out = v.s;
    return true;
}

bool builtin_call(struct jinja_run *r, const struct jinja_builtin *def, struct jv self,
                  const struct jinja_args *args, struct jv *out)
{
    struct jv slots[JINJA_SLOTS];
    if (def->raw)
        return def->raw(r, self, args, out);
    return args_bind(r, def->name, args, def->sig, def->required, slots) &&
           def->fn(r, self, slots, out);
}

/* ---- dicts ---- */

static bool dict_get(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)
{
    struct jv_pair *p;
    if (!jv_dict_find(r, self.d, arg[0], &p))
        return false;
    *out = p ? p->v : arg[1].kind == JV_ABSENT ? jv_none() : arg[1];
    return true;
}

static bool view(struct jinja_run *r, struct jv self, int what, struct jv *out)
{
    struct jv_view *w = ARENA_NEW(&r->arena, struct jv_view);
    if (!w)
        return run_memory(r);
    w->d = self.d;
    w->what = what;
    *out = (struct jv){.kind = JV_VIEW, .view = w};
    return true;
}

static bool dict_items(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)
{
    (void)arg;
    return view(r, self, JV_ITEMS, out);
}

static bool dict_keys(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)
{
    (void)arg;
    return view(r, self, JV_KEYS, out);
}

static bool dict_values(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)
{
    (void)arg;
    return view(r, self, JV_VALUES, out);
}

/* Lists and dicts never change, so a copy is the value itself. */
static bool copy(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)
{
    (void)r;
    (void)arg;
    *out = self;
    return true;
}

/* ---- lists, tuples, ranges ---- */

static bool list_count(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)
{
    struct jv *v;
    size_t n, hits = 0;
    if (!jv_items(r, self, &v, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool eq;
        if (!run_charge(r, 1) || !jv_equal(r, v[i], arg[0], &eq))
            return false;
        hits += eq;
    }
    *out = jv_int((int64_t)hits);
    return true;
}

static bool list_index(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)
{
    struct jv *v;
    size_t n;
    int64_t start, stop;
    if (!jv_items(r, self, &v, &n) || !arg_int(r, arg[1], 0, &start) ||
        !arg_int(r, arg[2], (int64_t)n, &stop))
        return false;
    for (size_t i = op_index(start, n); i < op_index(stop, n); i++) {
        bool eq;
        if (!run_charge(r, 1) || !jv_equal(r, v[i], arg[0], &eq))
            return false;
        if (eq) {
            *out = jv_int((int64_t)i);
            return true;
        }
    }
    return run_fail(r, "value is not in the %s", jv_type(self));
}

/* ---- numbers ---- */

static bool is_integer(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)
{
    (void)r;
    (void)arg;
    *out = jv_bool(self.kind != JV_FLOAT || (isfinite(self.f) && self.f == floor(self.f)));
    return true;
}

static bool bit_length(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)
{
    (void)r;
    (void)arg;
    uint64_t u = self.kind == JV_BOOL ? self.b : self.i < 0 ? -(uint64_t)self.i : (uint64_t)self.i;
    int64_t bits = 0;
    for (; u; u >>= 1)
        bits++;
    *out = jv_int(bits);
    return true;
}

/* ---- loops, cyclers ---- */

static bool loop_cycle(struct jinja_run *r, struct jv self, const struct jinja_args *args,
                       struct jv *out)
{
    return loop_method(r, self.loop, "cycle", args, out);
}

static bool loop_changed(struct jinja_run *r, struct jv self, const struct jinja_args *args,
                         struct jv *out)
{
    return loop_method(r, self.loop, "changed", args, out);
}

static bool cycler_next(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)
{
    (void)r;
    (void)arg;
    struct jv_object *o = self.object;
    *out = o->items->v[o->at];
    o->at = (o->at + 1) % o->items->n;
    return true;
}

static bool cycler_reset(struct jinja_run *r, struct jv self, struct jv *arg, struct jv *out)
{
    (void)r;
    (void)arg;
    self.object->at = 0;
    *out = jv_none();
    return true;
}

/* Grouped by the kinds of which `kinds` holds the bits. */
#define ON(kind) (1u << (kind))
static const struct {
    unsigned kinds;
    struct jinja_builtin def;
} methods[] = {
    {ON(JV_DICT), {"get", "key default", 1, dict_get, NULL}},
    {ON(JV_DICT), {"items", "", 0, dict_items, NULL}},
    {ON(JV_DICT), {"keys", "", 0, dict_keys, NULL}},
    {ON(JV_DICT), {"values", "", 0, dict_values, NULL}},
    {ON(JV_DICT) | ON(JV_LIST), {"copy", "", 0, copy, NULL}},
    {ON(JV_LIST) | ON(JV_TUPLE) | ON(JV_RANGE), {"count", "value", 1, list_count, NULL}},
    {ON(JV_LIST) | ON(JV_TUPLE) | ON(JV_RANGE), {"index", "value start stop", 1, list_index, NULL}},
    {ON(JV_FLOAT), {"is_integer", "", 0, is_integer, NULL}},
    {ON(JV_INT) | ON(JV_BOOL), {"bit_length", "", 0, bit_length, NULL}},
    {ON(JV_LOOP), {"cycle", NULL, 0, NULL, loop_cycle}},
    {ON(JV_LOOP), {"changed", NULL, 0, NULL, loop_changed}},
};
static const struct jinja_builtin cycler_methods[] = {
    {"next", "", 0, cycler_next, NULL},
    {"reset", "", 0, cycler_reset, NULL},
};
#undef ON

static const struct jinja_builtin *in_table(const struct jinja_builtin *t, const char *name)
{
    for (; t->name; t++)
        if (strcmp(t->name, name) == 0)
            return t;
    return NULL;
}

static const struct jinja_builtin *find(struct jv obj, const char *name)
{
    if (obj.kind == JV_STR) {
        const struct jinja_builtin *def = in_table(jinja_str_methods, name);
        return def ? def : in_table(jinja_str_predicates, name);
    }
    if (obj.kind == JV_OBJECT) {
        bool cycler = obj.object->what == JV_CYCLER;
        for (size_t i = 0; cycler && i < sizeof cycler_methods / sizeof *cycler_methods; i++)
            if (strcmp(cycler_methods[i].name, name) == 0)
                return &cycler_methods[i];
        return NULL;
    }
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if ((methods[i].kinds >> obj.kind & 1) && strcmp(methods[i].def.name, name) == 0)
            return &methods[i].def;
    return NULL;
}

bool method_find(struct jinja_run *r, struct jv obj, const char *name, struct jv *out, bool *found)
{
    const struct jinja_builtin *def = find(obj, name);
    *found = false;
    if (!def)
        return true;
    struct jv_method *m = ARENA_NEW(&r->arena, struct jv_method);
    if (!m)
        return run_memory(r);
    *m = (struct jv_method){obj, def};
    *out = (struct jv){.kind = JV_METHOD, .method = m};
    *found = true;
    return true;
}
