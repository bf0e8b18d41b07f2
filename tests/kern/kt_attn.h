/* kt_attn: cases of attention, over head sizes, windows, scattered pages and rows at different
 * positions, and their comparison with ref. */
#ifndef TAKT_TESTS_KERN_KT_ATTN_H
#define TAKT_TESTS_KERN_KT_ATTN_H

#include "kt.h"

enum { CASES = 96, PAGES_MAX = 12 };

struct attn_case {
    struct kv_shape shape;
    struct kern_attn a;
    struct kt_buf kv, q, out, want, scratch;
    uint32_t pages[64], n_pages, from[KERN_ATTN_ROWS_MAX];
    size_t row_floats;
};

static inline void write_cache(const struct kern_table *ref, struct attn_case *c,
                               uint32_t n_positions, enum kt_fill fill)
{
    struct kt_buf k, v;
    kt_buf(&k, c->shape.head_dim * 4);
    kt_buf(&v, c->shape.head_dim * 4);
    memset(c->kv.p, 0xff, c->kv.bytes); /* NaN where nothing was written */
    for (uint32_t pos = 0; pos < n_positions; pos++) {
        kt_floats(&k, fill);
        kt_floats(&v, fill);
        uint8_t *page = c->kv.p + c->pages[pos / LAYOUT_PAGE] * c->a.page_bytes + c->a.offset;
        ref->kv_write[c->shape.kind](page, c->a.head_bytes, c->shape.hdp, c->shape.head_dim,
                                     pos % LAYOUT_PAGE, (float *)(void *)k.p, (float *)(void *)v.p);
    }
    kt_free(&k);
    kt_free(&v);
}

static inline void shuffle_pages(struct attn_case *c)
{
    for (uint32_t i = 0; i < c->n_pages; i++)
        c->pages[i] = i;
    for (uint32_t i = c->n_pages; i > 1; i--) {
        uint32_t k = (uint32_t)(t_rand() % i), x = c->pages[i - 1];
        c->pages[i - 1] = c->pages[k];
        c->pages[k] = x;
    }
}

static inline void case_open(struct attn_case *c, enum kv_kind kind, uint32_t head_dim,
                             uint32_t n_rows, uint32_t n_positions)
{
    memset(c, 0, sizeof *c);
    c->shape =
        (struct kv_shape){.kind = kind, .n_layers = 1, .n_kv_heads = 2, .head_dim = head_dim};
    c->shape.hdp = (head_dim + 31) / 32 * 32;
    c->n_pages = (n_positions + LAYOUT_PAGE - 1) / LAYOUT_PAGE;
    shuffle_pages(c);
    c->row_floats = (head_dim + 15) / 16 * 16;
    c->a = (struct kern_attn){.n_rows = n_rows, .head_dim = head_dim, .hdp = c->shape.hdp};
    c->a.scale = 1.0f / sqrtf((float)head_dim);
    c->a.page_bytes = kv_shape_page_bytes(&c->shape);
    c->a.head_bytes = kv_shape_head_bytes(&c->shape);
    c->a.offset = kv_shape_offset(&c->shape, 0, 1);
    c->a.pages = c->pages;
    kt_buf(&c->kv, c->n_pages * c->a.page_bytes);
    kt_buf(&c->q, n_rows * c->row_floats * 4);
    kt_buf(&c->out, n_rows * c->row_floats * 4);
    kt_buf(&c->want, n_rows * c->row_floats * 4);
    kt_buf(&c->scratch, kern_attn_scratch_bytes(c->shape.hdp));
    c->a.kv = c->kv.p;
    c->a.scratch = c->scratch.p;
}

static inline void case_close(struct attn_case *c)
{
    kt_free(&c->kv);
    kt_free(&c->q);
    kt_free(&c->out);
    kt_free(&c->want);
    kt_free(&c->scratch);
}

static inline void point_rows(struct attn_case *c, struct kt_buf *out)
{
    for (uint32_t i = 0; i < c->a.n_rows; i++) {
        c->a.q[i] = (const float *)(const void *)c->q.p + i * c->row_floats;
        c->a.out[i] = (float *)(void *)out->p + i * c->row_floats;
    }
}

static inline bool case_run(const struct kern_table *t, const struct kern_table *ref,
                            struct attn_case *c)
{
    char name[96];
    snprintf(name, sizeof name, "%s attn kind=%d dim=%u rows=%u pos=%u window=%u",
             kern_level_name(t->level), (int)c->shape.kind, c->a.head_dim, c->a.n_rows, c->a.pos[0],
             c->a.window);
    uint64_t before = kt_hash(&c->kv) ^ kt_hash(&c->q);
    float max[2][KERN_ATTN_ROWS_MAX], total[2][KERN_ATTN_ROWS_MAX];
    bool asked = c->a.n_rows % 2 == 0;
    point_rows(c, &c->want);
    c->a.max = asked ? max[0] : NULL;
    c->a.total = total[0];
    ref->attn[c->shape.kind](&c->a);
    point_rows(c, &c->out);
    c->a.max = asked ? max[1] : NULL;
    c->a.total = total[1];
    if (!KT_CALL(name, t->attn[c->shape.kind](&c->a)))
        return false;
    for (uint32_t i = 0; asked && i < c->a.n_rows; i++)
        if (!T_OK((max[0][i] == max[1][i] && total[0][i] == total[1][i]) || isnan(max[0][i]) ||
                  isnan(total[0][i])))
            return false;
    return kt_equal(name, (float *)(void *)c->out.p, (float *)(void *)c->want.p,
                    c->out.bytes / 4) &&
           T_OK(kt_canaries(&c->out)) && T_OK(kt_canaries(&c->scratch)) &&
           T_OK((kt_hash(&c->kv) ^ kt_hash(&c->q)) == before);
}

/* Rows either all see about the end (decode), or are tokens of a chunk, or lie anywhere. */
static inline void place_rows(struct attn_case *c, uint32_t n_positions, uint32_t how)
{
    for (uint32_t i = 0; i < c->a.n_rows; i++) {
        uint32_t back = how == 0 ? 0 : how == 1 ? i / 4 : (uint32_t)(t_rand() % n_positions);
        c->a.pos[i] = n_positions - 1 - (back < n_positions ? back : n_positions - 1);
    }
    c->a.pos[0] = n_positions - 1;
}

/* Every attn of T that is not REF's own. */
static inline void check_attn_tables(const struct kern_table *t, const struct kern_table *ref)
{
    static const uint32_t dims[] = {64, 128, 80, 32, 96, 256, 40, 1};
    for (uint32_t i = 0; i < CASES; i++) {
        enum kv_kind kind = (enum kv_kind)(i % KV_KINDS);
        uint32_t n_positions = 1 + (uint32_t)(t_rand() % (i % 4 ? 80 : PAGES_MAX * LAYOUT_PAGE));
        struct attn_case c;
        case_open(&c, kind, dims[i / KV_KINDS % 8], 1 + i * 7 % KERN_ATTN_ROWS_MAX, n_positions);
        static const enum kt_fill fills[] = {KT_UNIFORM, KT_BINADES, KT_ZEROS};
        write_cache(ref, &c, n_positions, fills[i % 5 % 3]);
        kt_floats(&c.q, i % 11 == 10 ? KT_SPECIAL : KT_UNIFORM);
        c.a.window = i % 5 < 3 ? 0 : 1 + (uint32_t)(t_rand() % 400);
        place_rows(&c, n_positions, i % 7 % 3);
        for (uint32_t r = 0; i % 6 == 4 && r < c.a.n_rows; r++)
            c.from[r] = (uint32_t)(t_rand() % (c.a.pos[r] + 1));
        c.a.from = i % 6 == 4 ? c.from : NULL;
        bool same = t->attn[kind] == ref->attn[kind] || case_run(t, ref, &c);
        case_close(&c);
        if (!same)
            break;
        KT_NOTE(t->attn[kind]);
    }
    kt_covered("attn", t->attn, ref->attn, sizeof t->attn);
}

#endif
