#include "text/spm.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"

struct ranked {
    float score;
    uint32_t id;
};

static int by_score(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

/* The symbol for one half of a piece: a token, or a single character that is none. VOCAB_NONE: no
 * symbol ever has that text. */
static takt_rc half(struct tokenizer *t, const uint8_t *p, size_t len, uint32_t *id, takt_err *e)
{
    unsigned k;
    *id = vocab_find(&t->v, p, len, TOKENIZER_NO_MERGE);
    if (*id != VOCAB_NONE)
        return TAKT_OK;
    utf8_next(p, len, &k);
    return k == len ? vocab_intern(&t->v, (struct slice){p, len}, TOKENIZER_NO_MERGE, id, e)
                    : TAKT_OK;
}

static takt_rc add_splits(struct tokenizer *t, uint32_t id, uint32_t rank, takt_err *e)
{
    uint8_t text[SPM_PIECE_MAX]; /* a copy: interning may move the vocabulary's text */
    struct slice s = vocab_text(&t->v, id);
    if (s.len > SPM_PIECE_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "vocabulary",
                       "token %u has %zu bytes; takt reads up to %d with scores", id, s.len,
                       SPM_PIECE_MAX);
    if (s.len == 0)
        return TAKT_OK;
    memcpy(text, s.p, s.len);
    unsigned k;
    utf8_next(text, s.len, &k);
    for (size_t at = k; at < s.len; at += k) {
        uint32_t left, right;
        TAKT_TRY(half(t, text, at, &left, e));
        TAKT_TRY(half(t, text + at, s.len - at, &right, e));
        if (left != VOCAB_NONE && right != VOCAB_NONE)
            TAKT_TRY(bpe_add(&t->merges, left, right, rank, id, false, e));
        utf8_next(text + at, s.len - at, &k);
    }
    return TAKT_OK;
}

takt_rc spm_add_merges(struct tokenizer *t, takt_err *e)
{
    uint32_t n = t->v.n_tokens, n_ranked = 0;
    struct ranked *r = calloc(n ? n : 1, sizeof *r);
    if (!r)
        return err_set(e, TAKT_ERR_MEMORY, "vocabulary", "no memory for %u scores", n);
    for (uint32_t id = 0; id < n; id++) {
        if (t->v.attr[id] & (TOKENIZER_NO_MERGE | VOCAB_ATTR_UNMAPPED))
            continue;
        float score = t->v.score[id];
        r[n_ranked++] = (struct ranked){isnan(score) ? -INFINITY : score, id};
    }
    qsort(r, n_ranked, sizeof *r, by_score);
    takt_rc rc = TAKT_OK;
    for (uint32_t i = 0, rank = 0; i < n_ranked && !rc.code; i++) {
        if (i > 0 && r[i].score != r[i - 1].score)
            rank++;
        rc = add_splits(t, r[i].id, rank, e);
    }
    free(r);
    return rc;
}

void spm_cut_words(struct tokenizer *t)
{
    if (t->byte_level || t->drops_unknown || t->pre.n_stages > 0)
        return;
    for (uint32_t id = 0; id < t->v.n; id++) {
        struct slice s = vocab_text(&t->v, id);
        if (t->v.attr[id] & TOKENIZER_NO_MERGE)
            continue;
        for (size_t i = 1; i < s.len; i++)
            if (s.p[i] == ' ' && s.p[i - 1] != ' ')
                return;
    }
    pretok_add(&t->pre, PRETOK_WORDS);
}
