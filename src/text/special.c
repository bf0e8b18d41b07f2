#include "text/special.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "text/unicode.h"

enum { ROOT = 0, NODES_MAX = 1 << 26 };

struct special_node {
    uint32_t child, sibling; /* 0: none (the root is nobody's child) */
    uint32_t id;             /* UINT32_MAX: no token ends here */
    uint8_t byte, flags;
};

static takt_rc new_node(struct special_set *s, uint8_t byte, uint32_t *at, takt_err *e)
{
    if (s->n_nodes == s->cap) {
        uint32_t cap = s->cap ? s->cap * 2 : 256;
        if (cap > NODES_MAX)
            return err_set(e, TAKT_ERR_LIMIT, "added tokens", "have more than %d bytes", NODES_MAX);
        struct special_node *nodes = realloc(s->nodes, cap * sizeof *nodes);
        if (!nodes)
            return err_set(e, TAKT_ERR_MEMORY, "added tokens", "no memory");
        s->nodes = nodes;
        s->cap = cap;
    }
    *at = s->n_nodes++;
    s->nodes[*at] = (struct special_node){0, 0, UINT32_MAX, byte, 0};
    return TAKT_OK;
}

static uint32_t child_of(const struct special_set *s, uint32_t at, uint8_t byte)
{
    uint32_t c = s->nodes[at].child;
    while (c && s->nodes[c].byte != byte)
        c = s->nodes[c].sibling;
    return c;
}

takt_rc special_add(struct special_set *s, struct slice text, uint32_t id, unsigned flags,
                    takt_err *e)
{
    uint32_t at = ROOT;
    if (text.len == 0)
        return TAKT_OK;
    if (s->n_nodes == 0)
        TAKT_TRY(new_node(s, 0, &at, e));
    for (size_t i = 0; i < text.len; i++) {
        uint32_t c = child_of(s, at, text.p[i]);
        if (!c) {
            TAKT_TRY(new_node(s, text.p[i], &c, e));
            s->nodes[c].sibling = s->nodes[at].child;
            s->nodes[at].child = c;
        }
        at = c;
    }
    if (s->nodes[at].id == UINT32_MAX) {
        s->nodes[at].id = id;
        s->nodes[at].flags = (uint8_t)flags;
        s->n_tokens++;
    }
    s->first[text.p[0]] = true;
    return TAKT_OK;
}

void special_free(struct special_set *s)
{
    free(s->nodes);
    *s = (struct special_set){0};
}

/* Is the character that starts at P one of a word (\w of Unicode TS 18: letters, marks, digits,
 * connectors, joiners)? */
static bool is_word(const uint8_t *p, size_t n)
{
    unsigned len;
    uint32_t c = utf8_next(p, n, &len);
    if (c == UTF8_INVALID)
        return false;
    utf8proc_category_t cat = utf8proc_category((utf8proc_int32_t)c);
    return (cat >= UTF8PROC_CATEGORY_LU && cat <= UTF8PROC_CATEGORY_NL) ||
           cat == UTF8PROC_CATEGORY_PC || c == 0x200C || c == 0x200D;
}

static bool word_before(struct slice t, size_t at)
{
    size_t p = at;
    if (at == 0)
        return false;
    for (p--; p > 0 && at - p < 4 && (t.p[p] & 0xC0) == 0x80;)
        p--;
    return is_word(t.p + p, at - p);
}

static bool word_after(struct slice t, size_t at)
{
    return at < t.len && is_word(t.p + at, t.len - at);
}

/* The longest token at AT: its node, or 0. */
static uint32_t longest(const struct special_set *s, struct slice t, size_t at, bool control,
                        size_t *end)
{
    uint32_t best = 0, node = ROOT;
    for (size_t p = at; p < t.len; p++) {
        node = child_of(s, node, t.p[p]);
        if (!node)
            break;
        const struct special_node *n = &s->nodes[node];
        if (n->id == UINT32_MAX || (!control && (n->flags & SPECIAL_CONTROL)))
            continue;
        if ((n->flags & SPECIAL_SINGLE_WORD) && (word_before(t, at) || word_after(t, p + 1)))
            continue;
        best = node;
        *end = p + 1;
    }
    return best;
}

static size_t spaces_before(struct slice t, size_t from, size_t at)
{
    for (;;) {
        size_t p = at;
        unsigned len;
        if (p == from)
            return at;
        for (p--; p > from && at - p < 4 && (t.p[p] & 0xC0) == 0x80;)
            p--;
        if (!(unicode_at(t.p, p, at, &len) & UC_ANY_SPACE) || p + len != at)
            return at;
        at = p;
    }
}

static size_t spaces_after(struct slice t, size_t at)
{
    unsigned len;
    while (unicode_at(t.p, at, t.len, &len) & UC_ANY_SPACE)
        at += len;
    return at;
}

bool special_find(const struct special_set *s, struct slice text, size_t from, bool control,
                  size_t *begin, size_t *end, uint32_t *id)
{
    if (s->n_tokens == 0)
        return false;
    for (size_t at = from; at < text.len; at++) {
        if (!s->first[text.p[at]])
            continue;
        uint32_t node = longest(s, text, at, control, end);
        if (!node)
            continue;
        unsigned flags = s->nodes[node].flags;
        *begin = flags & SPECIAL_LSTRIP ? spaces_before(text, from, at) : at;
        if (flags & SPECIAL_RSTRIP)
            *end = spaces_after(text, *end);
        *id = s->nodes[node].id;
        return true;
    }
    return false;
}
