#include "engine/patches.h"

#include <stdlib.h>
#include <string.h>

#include "engine/handles.h"

takt_rc patches_init(takt_vision *v, takt_err *e)
{
    uint32_t n = vision_step_tokens(v) * v->n_batch;
    uint32_t n_pages = (vision_step_tokens(v) + LAYOUT_PAGE - 1) / LAYOUT_PAGE;
    v->patch = calloc((size_t)n * v->plan->plan.n_input, sizeof *v->patch);
    v->input = malloc(n * sizeof *v->input);
    v->pos = malloc(n * sizeof *v->pos);
    v->seq = calloc(n, sizeof *v->seq);
    v->place = calloc(n, sizeof *v->place);
    v->near = calloc(n, sizeof *v->near);
    v->sees = malloc(n * sizeof *v->sees);
    v->out_token = malloc(v->n_outputs * v->n_batch * sizeof *v->out_token);
    v->pages = malloc(n_pages * v->n_batch * sizeof *v->pages);
    if (!v->patch || !v->input || !v->pos || !v->seq || !v->place || !v->near || !v->sees ||
        !v->out_token || !v->pages)
        return err_set(e, TAKT_ERR_MEMORY, v->file.path, "no memory for its steps");
    for (uint32_t i = 0; i < n; i++) {
        v->input[i] = v->patch + (size_t)i * v->plan->plan.n_input;
        v->pos[i] = i;
    }
    for (uint32_t i = 0; i < n_pages * v->n_batch; i++)
        v->pages[i] = i;
    for (uint32_t i = 0; i < v->n_batch; i++)
        v->page_table[i] = v->pages + (size_t)i * n_pages;
    return TAKT_OK;
}

void patches_free(takt_vision *v)
{
    free(v->patch);
    free(v->input);
    free(v->pos);
    free(v->seq);
    free(v->place);
    free(v->near);
    free(v->sees);
    free(v->out_token);
    free(v->pages);
}

/* ---- order ----------------------------------------------------------------------------------- */

static void set_place(takt_vision *v, uint32_t i, uint32_t row, uint32_t col)
{
    v->place[i][1] = row;
    v->place[i][2] = col;
}

/* Line by line, behind the class row. */
static void lay_lines(takt_vision *v, uint32_t cols, uint32_t rows)
{
    uint32_t m = v->v.merge, across = cols * m, n = across * rows * m;
    for (uint32_t i = 0; i < n; i++)
        set_place(v, i + v->v.has_class, i / across, i % across);
    for (uint32_t i = 0; i < v->n_outputs; i++) /* a block's first patch */
        v->out_token[i] = m == 1 ? i : i / cols * m * across + i % cols * m;
    v->n_tokens = n + v->v.has_class;
}

/* The window of blocks that begins at ROW and COL, N tokens being laid; returns how many are. */
static uint32_t lay_window(takt_vision *v, uint32_t cols, uint32_t rows, uint32_t row, uint32_t col,
                           uint32_t n)
{
    uint32_t m = v->v.merge, side = v->v.window, first = n;
    uint32_t bottom = side && side < rows - row ? row + side : rows;
    uint32_t right = side && side < cols - col ? col + side : cols;
    for (uint32_t y = row; y < bottom; y++)
        for (uint32_t x = col; x < right; x++) {
            v->out_token[y * cols + x] = n;
            for (uint32_t k = 0; k < m * m; k++)
                set_place(v, n++, y * m + k / m, x * m + k % m);
        }
    for (uint32_t i = first; i < n; i++)
        v->near[i] = (struct plan_range){first, n - 1};
    return n;
}

static void lay_windows(takt_vision *v, uint32_t cols, uint32_t rows)
{
    uint32_t down = v->v.window ? v->v.window : rows, across = v->v.window ? v->v.window : cols;
    v->n_tokens = 0;
    for (uint32_t row = 0; row < rows; row += down)
        for (uint32_t col = 0; col < cols; col += across)
            v->n_tokens = lay_window(v, cols, rows, row, col, v->n_tokens);
}

void patches_lay(takt_vision *v, uint32_t cols, uint32_t rows)
{
    if (v->v.max_pixels) {
        lay_windows(v, cols, rows);
        v->n_laid = cols * rows;
    } else {
        lay_lines(v, cols, rows);
        v->n_laid = v->n_outputs;
    }
    for (uint32_t i = 0; i < v->n_tokens * v->n_batch; i++) {
        v->seq[i] = i / v->n_tokens;
        v->pos[i] = i % v->n_tokens;
        v->sees[i] = v->n_tokens - 1;
    }
    for (uint32_t i = v->n_laid; i < v->n_laid * v->n_batch; i++)
        v->out_token[i] = v->out_token[i - v->n_laid] + v->n_tokens;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The values of a patch of frame NUMBER, of N in all: colour by colour. */
static void fill_frame(const takt_vision *v, float *to, uint32_t number, uint32_t n,
                       const uint8_t *rgb, size_t stride)
{
    uint32_t side = v->v.patch, area = side * side;
    bool is_inside = v->v.frames_inside;
    float *first = to + (size_t)number * area * (is_inside ? 1 : 3);
    image_patch(first, rgb, stride, side, &v->norm, (size_t)area * (is_inside ? n : 1));
}

/* A class row stays zero. */
void patches_fill(takt_vision *v, uint32_t slot, const uint8_t *rgb, const uint8_t *second,
                  size_t stride)
{
    uint32_t side = v->v.patch, n_input = v->plan->plan.n_input, n = n_input / (3 * side * side);
    for (uint32_t i = v->v.has_class; i < v->n_tokens; i++) {
        float *to = v->patch + ((size_t)slot * v->n_tokens + i) * n_input;
        size_t at = (size_t)v->place[i][1] * side * stride + (size_t)v->place[i][2] * side * 3;
        fill_frame(v, to, 0, n, rgb + at, stride);
        if (n == 2)
            fill_frame(v, to, 1, n, second + at, stride);
    }
}

struct plan_facts patches_facts(const takt_vision *v, uint32_t n)
{
    return (struct plan_facts){.n_tokens = v->n_tokens * n,
                               .n_outputs = v->n_laid * n,
                               .input = v->input,
                               .pos = v->pos,
                               .place = v->plan->plan.has_places ? v->place : NULL,
                               .near = v->near,
                               .seq = v->seq,
                               .sees = v->sees,
                               .pages = v->page_table,
                               .out_token = v->out_token};
}
