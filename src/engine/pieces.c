#include "engine/pieces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES_MAX = 1 << 24, TEXT_MAX = 64 };

static takt_rc reserve(struct pieces *p, uint32_t n, takt_err *e)
{
    if (n <= p->cap - p->n)
        return TAKT_OK;
    if (n > PIECES_MAX - p->n)
        return err_set(e, TAKT_ERR_LIMIT, "picture", "takes more than %d positions", PIECES_MAX);
    uint32_t cap = (p->n + n) * 2;
    struct piece *bigger = realloc(p->v, cap * sizeof *bigger);
    if (!bigger)
        return err_set(e, TAKT_ERR_MEMORY, "picture", "no memory for its %u positions", cap);
    p->v = bigger;
    p->cap = cap;
    return TAKT_OK;
}

/* All rows of a view. */
static takt_rc add_view(struct pieces *p, const struct model_vision *v, uint32_t view, takt_err *e)
{
    TAKT_TRY(reserve(p, vision_rows(v), e));
    for (uint32_t i = 0; i < vision_rows(v); i++)
        p->v[p->n++] = (struct piece){.view = view, .row = i};
    return TAKT_OK;
}

/* The tokens of TEXT, in which the names of control tokens are those. */
static takt_rc add_text(struct pieces *p, const struct tokenizer *t, const char *text, takt_err *e)
{
    static const struct tokenize_options opt = {.parse_special = true, .no_prefix = true};
    int32_t ids[TEXT_MAX];
    size_t n;
    if (!t)
        return err_set(e, TAKT_ERR_USAGE, "picture",
                       "the model has no tokenizer for the text around its pictures");
    TAKT_TRY(tokenizer_encode(t, text, strlen(text), &opt, ids, TEXT_MAX, &n, e));
    if (n > TEXT_MAX) /* one token a byte would be fewer */
        return err_set(e, TAKT_ERR_LIMIT, "picture", "the text around its rows has %zu tokens", n);
    TAKT_TRY(reserve(p, (uint32_t)n, e));
    for (size_t i = 0; i < n; i++)
        p->v[p->n++] = (struct piece){.kind = PIECE_TOKEN, .token = ids[i]};
    return TAKT_OK;
}

/* LLaVA-NeXT: the patches of all tiles as if they were one picture's, line by line. */
static takt_rc add_grid(struct pieces *p, const struct model_vision *v, const struct tiles *t,
                        takt_err *e)
{
    uint32_t side = v->side / v->patch;
    TAKT_TRY(reserve(p, t->n_rows * (t->n_cols + 1), e));
    for (uint32_t y = t->first_row; y < t->first_row + t->n_rows; y++) {
        for (uint32_t x = t->first_col; x < t->first_col + t->n_cols; x++)
            p->v[p->n++] = (struct piece){.view = 1 + y / side * t->across + x / side,
                                          .row = y % side * side + x % side};
        p->v[p->n++] = (struct piece){.kind = PIECE_NEWLINE};
    }
    return TAKT_OK;
}

static takt_rc llava(struct pieces *p, const struct model_vision *v, const struct tiles *t,
                     const struct tokenizer *tokenizer, takt_err *e)
{
    (void)tokenizer;
    TAKT_TRY(add_view(p, v, 0, e));
    return add_grid(p, v, t, e);
}

/* Idefics3: tile by tile, each behind its row and column, then the whole picture. */
static takt_rc idefics3(struct pieces *p, const struct model_vision *v, const struct tiles *t,
                        const struct tokenizer *tokenizer, takt_err *e)
{
#define FAKE "<fake_token_around_image>"
    char text[TEXT_MAX];
    for (uint32_t i = 0; i < t->across * t->down; i++) {
        uint32_t row = i / t->across, col = i % t->across;
        snprintf(text, sizeof text, "%s" FAKE "<row_%u_col_%u>", row && !col ? "\n" : "", row + 1,
                 col + 1);
        TAKT_TRY(add_text(p, tokenizer, text, e));
        TAKT_TRY(add_view(p, v, 1 + i, e));
    }
    TAKT_TRY(
        add_text(p, tokenizer, t->across ? "\n\n" FAKE "<global-img>" : FAKE "<global-img>", e));
    TAKT_TRY(add_view(p, v, 0, e));
    return add_text(p, tokenizer, FAKE, e);
#undef FAKE
}

/* All rows of a picture that keeps its proportions. */
static takt_rc add_rows(struct pieces *p, const struct tiles *t, uint32_t view, takt_err *e)
{
    uint32_t n = t->n_rows * t->n_cols;
    TAKT_TRY(reserve(p, n, e));
    for (uint32_t i = 0; i < n; i++)
        p->v[p->n++] = (struct piece){.view = view, .row = i};
    return TAKT_OK;
}

/* Qwen2-VL: all rows, of N pairs of frames one after the other, between two marks. */
static takt_rc between_marks(struct pieces *p, const struct tiles *t, uint32_t n,
                             const struct tokenizer *tokenizer, takt_err *e)
{
    TAKT_TRY(add_text(p, tokenizer, "<|vision_start|>", e));
    for (uint32_t i = 0; i < n; i++)
        TAKT_TRY(add_rows(p, t, i, e));
    return add_text(p, tokenizer, "<|vision_end|>", e);
}

static takt_rc qwen2vl(struct pieces *p, const struct model_vision *v, const struct tiles *t,
                       const struct tokenizer *tokenizer, takt_err *e)
{
    (void)v;
    return between_marks(p, t, 1, tokenizer, e);
}

/* Pixtral: each line of rows ends with a mark. */
static takt_rc pixtral(struct pieces *p, const struct model_vision *v, const struct tiles *t,
                       const struct tokenizer *tokenizer, takt_err *e)
{
    (void)v;
    for (uint32_t y = 0; y < t->n_rows; y++) {
        TAKT_TRY(reserve(p, t->n_cols, e));
        for (uint32_t x = 0; x < t->n_cols; x++)
            p->v[p->n++] = (struct piece){.row = y * t->n_cols + x};
        TAKT_TRY(add_text(p, tokenizer, y + 1 < t->n_rows ? "[IMG_BREAK]" : "[IMG_END]", e));
    }
    return TAKT_OK;
}

static const struct layout {
    const char *projector;
    takt_rc (*add)(struct pieces *p, const struct model_vision *v, const struct tiles *t,
                   const struct tokenizer *tokenizer, takt_err *e);
} layouts[] = {{"idefics3", idefics3},
               {"qwen2vl_merger", qwen2vl},
               {"qwen2.5vl_merger", qwen2vl},
               {"pixtral", pixtral}};

static takt_rc or_none(takt_rc rc, struct pieces *out)
{
    if (rc.code)
        pieces_free(out);
    return rc;
}

takt_rc pieces_of(struct pieces *out, const struct model_vision *v, const struct tiles *t,
                  const struct tokenizer *tokenizer, takt_err *e)
{
    const struct layout *l = NULL;
    *out = (struct pieces){0};
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        if (strcmp(layouts[i].projector, v->projector) == 0)
            l = &layouts[i];
    return or_none((l ? l->add : llava)(out, v, t, tokenizer, e), out);
}

takt_rc pieces_of_pair(struct pieces *out, const struct tiles *t, takt_err *e)
{
    *out = (struct pieces){0};
    return or_none(add_rows(out, t, 0, e), out);
}

takt_rc pieces_of_clip(struct pieces *out, const struct tiles *t, uint32_t n,
                       const struct tokenizer *tokenizer, takt_err *e)
{
    *out = (struct pieces){0};
    return or_none(between_marks(out, t, n, tokenizer, e), out);
}

void pieces_free(struct pieces *p)
{
    free(p->v);
    *p = (struct pieces){0};
}
