#include "base/opt_parts.h"

#include <locale.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- misspellings ---------------------------------------------------------------------------- */

enum { WORD_MAX = 40 };

/* Letters to insert, remove, replace or swap with their neighbour to turn A into B. */
static unsigned distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    unsigned row[3][WORD_MAX + 1];
    if (n > WORD_MAX || m > WORD_MAX)
        return WORD_MAX;
    for (unsigned j = 0; j <= m; j++)
        row[0][j] = j;
    for (unsigned i = 1; i <= n; i++) {
        unsigned *now = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
        now[0] = i;
        for (unsigned j = 1; j <= m; j++) {
            unsigned best = up[j - 1] + (a[i - 1] != b[j - 1]);
            if (up[j] + 1 < best)
                best = up[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                up2[j - 2] + 1 < best)
                best = up2[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

const char *opt_nearest(const char *word, const char *const *names, size_t n)
{
    const char *hit = NULL;
    unsigned best = WORD_MAX;
    for (size_t i = 0; i < n; i++) {
        unsigned d = distance(word, names[i]);
        size_t len = strlen(names[i]);
        bool is_start = strlen(word) >= 3 && strncmp(names[i], word, strlen(word)) == 0;
        if (is_start)
            d = 1;
        if (d < best && (d * 3 <= len || d == 1)) {
            best = d;
            hit = names[i];
        }
    }
    return hit;
}

/* ---- parsing --------------------------------------------------------------------------------- */

static takt_rc bad_value(const struct opt_parser *p, const struct opt *o, const char *text,
                         const char *want)
{
    return err_set(p->e, TAKT_ERR_USAGE, p->where, "--%s takes %s, not '%s'", o->name, want, text);
}

static takt_rc check_range(const struct opt_parser *p, const struct opt *o, const char *text,
                           double v)
{
    if ((o->min == 0 && o->max == 0) || (v >= o->min && v <= o->max))
        return TAKT_OK;
    char want[96];
    snprintf(want, sizeof want, "a number from %.10g to %.10g", o->min, o->max);
    return bad_value(p, o, text, want);
}

/* Tells whether TEXT is one of the words in "a|b|c"; true when ARG is no such list. */
static bool is_choice(const char *arg, const char *text)
{
    if (!arg || !strchr(arg, '|'))
        return true;
    size_t n = strlen(text);
    for (const char *at = arg; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (n > 0 && strncmp(at, text, n) == 0 && (at[n] == '|' || at[n] == 0))
            return true;
    return false;
}

static takt_rc set_number(const struct opt_parser *p, const struct opt *o, const char *text)
{
    char *end = NULL;
    errno = 0;
    if (o->kind == OPT_INT) {
        long long v = strtoll(text, &end, 10);
        if (end == text || *end || errno)
            return bad_value(p, o, text, "a whole number");
        TAKT_TRY(check_range(p, o, text, (double)v));
        *(int64_t *)(void *)(p->values + o->at) = v;
        return TAKT_OK;
    }
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* a decimal point, whatever LANG says */
    if (!c)
        return err_set(p->e, TAKT_ERR_MEMORY, p->cmd->name, "no memory");
    double v = strtod_l(text, &end, c);
    freelocale(c);
    if (end == text || *end || v - v != 0)
        return bad_value(p, o, text, "a number");
    TAKT_TRY(check_range(p, o, text, v));
    *(double *)(void *)(p->values + o->at) = v;
    return TAKT_OK;
}

takt_rc opt_set_value(const struct opt_parser *p, const struct opt *o, const char *text)
{
    char *to = p->values + o->at;
    if (o->kind == OPT_INT || o->kind == OPT_F64)
        return set_number(p, o, text);
    if (!is_choice(o->arg, text)) {
        char want[200];
        snprintf(want, sizeof want, "one of %s", o->arg);
        return bad_value(p, o, text, want);
    }
    if (o->kind == OPT_STR) {
        *(const char **)(void *)to = text;
        return TAKT_OK;
    }
    struct opt_list *list = (struct opt_list *)(void *)to;
    if (list->n == OPT_LIST_MAX)
        return err_set(p->e, TAKT_ERR_LIMIT, p->where, "--%s can be given at most %d times",
                       o->name, OPT_LIST_MAX);
    list->place[list->n] = p->rest->n_listed++;
    list->v[list->n++] = text;
    return TAKT_OK;
}

takt_rc opt_set_defaults(const struct opt_parser *p)
{
    for (uint32_t i = 0; i < p->cmd->n_opts; i++) {
        const struct opt *o = &p->cmd->opts[i];
        void *to = p->values + o->at;
        switch (o->kind) {
        case OPT_FLAG: *(bool *)to = false; break;
        case OPT_INT: *(int64_t *)to = 0; break;
        case OPT_F64: *(double *)to = 0; break;
        case OPT_STR: *(const char **)to = NULL; break;
        case OPT_LIST: ((struct opt_list *)to)->n = 0; break;
        }
        if (o->fallback && o->kind != OPT_FLAG)
            TAKT_TRY(opt_set_value(p, o, o->fallback));
    }
    return TAKT_OK;
}

const struct opt *opt_by_name(const struct opt_cmd *cmd, const char *name, size_t len)
{
    for (uint32_t i = 0; i < cmd->n_opts; i++)
        if (strlen(cmd->opts[i].name) == len && memcmp(cmd->opts[i].name, name, len) == 0)
            return &cmd->opts[i];
    return NULL;
}

static const struct opt *by_letter(const struct opt_cmd *cmd, char letter)
{
    for (uint32_t i = 0; i < cmd->n_opts; i++)
        if (cmd->opts[i].letter == letter)
            return &cmd->opts[i];
    return NULL;
}

takt_rc opt_unknown(const struct opt_parser *p, const char *name, size_t len)
{
    const char *names[OPT_MAX + 1] = {"help"};
    char word[WORD_MAX + 1];
    for (uint32_t i = 0; i < p->cmd->n_opts; i++)
        names[i + 1] = p->cmd->opts[i].name;
    snprintf(word, sizeof word, "%.*s", len < WORD_MAX ? (int)len : WORD_MAX, name);
    const char *near = opt_nearest(word, names, p->cmd->n_opts + 1);
    if (near)
        return err_set(p->e, TAKT_ERR_USAGE, p->where,
                       "there is no option --%s; did you mean --%s?", word, near);
    return err_set(p->e, TAKT_ERR_USAGE, p->where,
                   "there is no option --%s; '%s --help' lists them", word, p->cmd->name);
}

void opt_mark_given(const struct opt_parser *p, const struct opt *o)
{
    /* What the user lists replaces the default list. */
    uint64_t bit = UINT64_C(1) << (o - p->cmd->opts);
    if (o->kind == OPT_LIST && !(p->rest->given & bit))
        ((struct opt_list *)(void *)(p->values + o->at))->n = 0;
    p->rest->given |= bit;
}

/* Reads "--name", "--name=value" or "--no-name" at argv[*i]; *i moves past a separate value. */
static takt_rc long_option(const struct opt_parser *p, int *i, int argc, char **argv)
{
    const char *name = argv[*i] + 2, *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    const struct opt *o = opt_by_name(p->cmd, name, len);
    if (!o && len > 3 && strncmp(name, "no-", 3) == 0) {
        o = opt_by_name(p->cmd, name + 3, len - 3);
        if (!o || o->kind != OPT_FLAG || equals)
            return opt_unknown(p, name, len);
        opt_mark_given(p, o);
        *(bool *)(p->values + o->at) = false;
        return TAKT_OK;
    }
    if (!o)
        return opt_unknown(p, name, len);
    opt_mark_given(p, o);
    if (o->kind == OPT_FLAG) {
        if (equals)
            return err_set(p->e, TAKT_ERR_USAGE, p->cmd->name, "--%s takes no value", o->name);
        *(bool *)(p->values + o->at) = true;
        return TAKT_OK;
    }
    if (equals)
        return opt_set_value(p, o, equals + 1);
    if (*i + 1 == argc)
        return err_set(p->e, TAKT_ERR_USAGE, p->cmd->name, "--%s needs a value: --%s %s", o->name,
                       o->name, o->arg ? o->arg : "VALUE");
    return opt_set_value(p, o, argv[++*i]);
}

/* Reads "-a", "-abc" (flags), "-n5" or "-n 5". */
static takt_rc short_options(const struct opt_parser *p, int *i, int argc, char **argv)
{
    for (const char *c = argv[*i] + 1; *c; c++) {
        if (*c == 'h' && !by_letter(p->cmd, 'h')) {
            p->rest->wants_help = true;
            return TAKT_OK;
        }
        const struct opt *o = by_letter(p->cmd, *c);
        if (!o)
            return err_set(p->e, TAKT_ERR_USAGE, p->cmd->name,
                           "there is no option -%c; '%s --help' lists them", *c, p->cmd->name);
        opt_mark_given(p, o);
        if (o->kind == OPT_FLAG) {
            *(bool *)(p->values + o->at) = true;
            continue;
        }
        if (c[1])
            return opt_set_value(p, o, c + 1);
        if (*i + 1 == argc)
            return err_set(p->e, TAKT_ERR_USAGE, p->cmd->name, "-%c needs a value: -%c %s", *c, *c,
                           o->arg ? o->arg : "VALUE");
        return opt_set_value(p, o, argv[++*i]);
    }
    return TAKT_OK;
}

takt_rc opt_words(const struct opt_parser *p, int argc, char **argv)
{
    const struct opt_cmd *cmd = p->cmd;
    struct opt_rest *rest = p->rest;
    bool only_args = false;
    for (int i = 0; i < argc; i++) {
        char *word = argv[i];
        if (only_args || word[0] != '-' || word[1] == 0) { /* "-" is an argument */
            argv[rest->n_args++] = word;
        } else if (strcmp(word, "--") == 0) {
            only_args = true;
        } else if (strcmp(word, "--help") == 0) {
            rest->wants_help = true;
        } else if (word[1] == '-') {
            TAKT_TRY(long_option(p, &i, argc, argv));
        } else {
            TAKT_TRY(short_options(p, &i, argc, argv));
        }
        if (rest->wants_help)
            return TAKT_OK;
    }
    if (rest->n_args < cmd->args_min)
        return err_set(p->e, TAKT_ERR_USAGE, cmd->name, "something is missing: %s %s", cmd->name,
                       cmd->args ? cmd->args : "");
    if (rest->n_args > cmd->args_max)
        return err_set(p->e, TAKT_ERR_USAGE, cmd->name, "'%s' is one too many: %s %s",
                       argv[cmd->args_max], cmd->name, cmd->args ? cmd->args : "");
    return TAKT_OK;
}

takt_rc opt_parse(void *values, struct opt_rest *rest, const struct opt_cmd *cmd, int argc,
                  char **argv, takt_err *e)
{
    const struct opt_parser p = {cmd, values, rest, e, cmd->name};
    *rest = (struct opt_rest){.args = argv};
    takt_assert(cmd->n_opts <= OPT_MAX);
    TAKT_TRY(opt_set_defaults(&p));
    return opt_words(&p, argc, argv);
}

bool opt_given(const struct opt_rest *rest, const struct opt_cmd *cmd, const char *name)
{
    const struct opt *o = opt_by_name(cmd, name, strlen(name));
    return o && (rest->given >> (o - cmd->opts) & 1);
}
