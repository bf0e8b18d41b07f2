/* prom: a naive reader of the text format of Prometheus, to read back what takt writes.
 *
 * Every departure from the format is a failed check: an unknown line, a sample without a TYPE
 * before it, a family in two places, a series that is there twice, a histogram that does not add
 * up. */
#ifndef TAKT_TESTS_OBS_PROM_H
#define TAKT_TESTS_OBS_PROM_H

#include <ctype.h>
#include <math.h>

#include "t.h"

struct prom_label {
    char name[64], value[192];
};

struct prom_sample {
    char name[128];
    struct prom_label label[16];
    unsigned n_labels;
    double value;
    char text[40]; /* the value as it stands there */
};

struct prom_family {
    char name[128], type[16], help[256];
};

struct prom {
    struct prom_sample *sample;
    size_t n, cap;
    struct prom_family family[512];
    size_t n_families;
};

/* Copies a name to TO. Returns what follows it, or NULL. */
static const char *prom_name(char *to, size_t room, const char *p)
{
    size_t n = 0;
    if (!isalpha((unsigned char)*p) && *p != '_' && *p != ':')
        return NULL;
    for (; isalnum((unsigned char)*p) || *p == '_' || *p == ':'; p++)
        if (n + 1 < room)
            to[n++] = *p;
    to[n] = 0;
    return p;
}

/* Copies what is escaped up to END or the end of the text. */
static const char *prom_unescape(char *to, size_t room, const char *p, char end)
{
    size_t n = 0;
    for (; *p && *p != end; p++) {
        char c = *p;
        if (c == '\\') {
            c = *++p;
            if (c == 'n')
                c = '\n';
            else if (c != '\\' && c != '"')
                return NULL;
        }
        if (n + 1 < room)
            to[n++] = c;
    }
    to[n] = 0;
    return p;
}

static const char *prom_labels(struct prom_sample *s, const char *p)
{
    if (*p != '{')
        return p;
    for (p++; *p != '}';) {
        struct prom_label *l = &s->label[s->n_labels++];
        if (s->n_labels > 16 || !(p = prom_name(l->name, sizeof l->name, p)) || *p++ != '=' ||
            *p++ != '"' || !(p = prom_unescape(l->value, sizeof l->value, p, '"')) || *p++ != '"')
            return NULL;
        if (*p == ',')
            p++;
        else if (*p != '}')
            return NULL;
    }
    return p + 1;
}

/* Whether NAME belongs to family F. */
static bool prom_is_of(const char *name, const struct prom_family *f)
{
    size_t n = strlen(f->name);
    if (strcmp(f->type, "histogram") != 0)
        return strcmp(name, f->name) == 0;
    return strncmp(name, f->name, n) == 0 &&
           (strcmp(name + n, "_bucket") == 0 || strcmp(name + n, "_sum") == 0 ||
            strcmp(name + n, "_count") == 0);
}

static bool prom_sample_line(struct prom *p, const char *line)
{
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 256;
        p->sample = realloc(p->sample, p->cap * sizeof *p->sample);
    }
    struct prom_sample *s = &p->sample[p->n++];
    char *end;
    memset(s, 0, sizeof *s);
    const char *at = prom_name(s->name, sizeof s->name, line);
    if (!at || !(at = prom_labels(s, at)) || *at++ != ' ')
        return false;
    snprintf(s->text, sizeof s->text, "%s", at);
    s->value = strtod(at, &end);
    return end > at && !*end && p->n_families && prom_is_of(s->name, &p->family[p->n_families - 1]);
}

static bool prom_comment_line(struct prom *p, const char *line)
{
    char word[16], name[128];
    int n = 0;
    if (sscanf(line, "# %15s %127s%n", word, name, &n) != 2)
        return false;
    if (strcmp(word, "HELP") == 0) {
        for (size_t i = 0; i < p->n_families; i++)
            if (strcmp(p->family[i].name, name) == 0)
                return false; /* in two places */
        struct prom_family *f = &p->family[p->n_families++];
        *f = (struct prom_family){{0}, {0}, {0}};
        snprintf(f->name, sizeof f->name, "%s", name);
        return line[n] == ' ' && prom_unescape(f->help, sizeof f->help, line + n + 1, 0);
    }
    struct prom_family *f = &p->family[p->n_families ? p->n_families - 1 : 0];
    return strcmp(word, "TYPE") == 0 && p->n_families && strcmp(name, f->name) == 0 && !*f->type &&
           snprintf(f->type, sizeof f->type, "%s", line + n + 1) > 0;
}

/* Whether A and B have the same labels, but for that called BUT. */
static bool prom_alike(const struct prom_sample *a, const struct prom_sample *b, const char *but)
{
    if (a->n_labels != b->n_labels)
        return false;
    for (unsigned i = 0; i < a->n_labels; i++)
        if (strcmp(a->label[i].name, b->label[i].name) != 0 ||
            (strcmp(a->label[i].name, but) != 0 &&
             strcmp(a->label[i].value, b->label[i].value) != 0))
            return false;
    return true;
}

static const char *prom_label(const struct prom_sample *s, const char *name)
{
    for (unsigned i = 0; i < s->n_labels; i++)
        if (strcmp(s->label[i].name, name) == 0)
            return s->label[i].value;
    return NULL;
}

/* The buckets of a histogram ascend in bound and count and end in +Inf; then come sum and count. */
static void prom_check_histograms(const struct prom *p)
{
    for (size_t i = 0; i + 2 < p->n; i++) {
        const struct prom_sample *s = &p->sample[i], *next = s + 1;
        const char *le = prom_label(s, "le");
        if (!le)
            continue;
        if (strcmp(le, "+Inf") != 0) {
            T_OK(strcmp(s->name, next->name) == 0 && prom_alike(s, next, "le"));
            T_OK(strtod(le, NULL) < strtod(prom_label(next, "le"), NULL));
            T_OK(s->value <= next->value);
            continue;
        }
        size_t n = strlen(s->name) - strlen("_bucket");
        T_EQ_STR(s->name + n, "_bucket");
        T_OK(strncmp(next->name, s->name, n) == 0 && strcmp(next->name + n, "_sum") == 0);
        T_OK(strncmp(s[2].name, s->name, n) == 0 && strcmp(s[2].name + n, "_count") == 0);
        T_OK(next->n_labels == s->n_labels - 1 && prom_alike(&s[1], &s[2], ""));
        T_OK(s[2].value == s->value);
    }
}

/* Reads TEXT, which is changed. */
__attribute__((unused)) static bool prom_read(struct prom *p, char *text)
{
    *p = (struct prom){0};
    bool ok = T_OK(*text && text[strlen(text) - 1] == '\n');
    for (char *line = text, *end; ok && *line; line = end + 1) {
        end = strchr(line, '\n');
        *end = 0;
        ok = *line == '#' ? prom_comment_line(p, line) : prom_sample_line(p, line);
        if (!ok)
            t_fail(__FILE__, __LINE__, "not in the format: %s", line);
    }
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(p->sample[i].name, p->sample[k].name) == 0 &&
                prom_alike(&p->sample[i], &p->sample[k], ""))
                t_fail(__FILE__, __LINE__, "twice: %s", p->sample[i].name);
    prom_check_histograms(p);
    return ok;
}

__attribute__((unused)) static void prom_free(struct prom *p)
{
    free(p->sample);
    *p = (struct prom){0};
}

/* The sample NAME whose labels are WANT ("a=1;b=2", others may be there too), or NULL. */
__attribute__((unused)) static const struct prom_sample *prom_find(const struct prom *p,
                                                                   const char *name,
                                                                   const char *want)
{
    for (size_t i = 0; i < p->n; i++) {
        bool is = strcmp(p->sample[i].name, name) == 0;
        for (const char *w = want; is && *w;) {
            char label[64], value[192];
            int n = 0;
            is = sscanf(w, "%63[^=]=%191[^;]%n", label, value, &n) == 2;
            const char *have = is ? prom_label(&p->sample[i], label) : NULL;
            is = have && strcmp(have, value) == 0;
            w += n;
            w += *w == ';';
        }
        if (is)
            return &p->sample[i];
    }
    return NULL;
}

/* Its value; NaN when there is none. */
__attribute__((unused)) static double prom_value(const struct prom *p, const char *name,
                                                 const char *want)
{
    const struct prom_sample *s = prom_find(p, name, want);
    return s ? s->value : (double)NAN;
}

__attribute__((unused)) static const char *prom_type(const struct prom *p, const char *name)
{
    for (size_t i = 0; i < p->n_families; i++)
        if (strcmp(p->family[i].name, name) == 0)
            return p->family[i].type;
    return NULL;
}

#endif
