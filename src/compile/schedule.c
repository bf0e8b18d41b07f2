#include "compile/schedule.h"

#include "graph/graph.h"

enum {
    FEW_TOKENS = 8, /* up to here reading weights is all that counts */
    TILE_BYTES_BATCH = 256 << 10,
    TILE_GROUPS_PREFILL = 16, /* as many rows as kernels take per pass over the activations */
    PREFILL_TOKENS = 32,
    TILES_PER_LANE_MIN = 4, /* of a large matrix, so that a late lane can be helped */
    TILE_BYTES_MIN = 32 << 10,
    TILE_VALUES_MIN = 4096, /* elementwise work below this is not worth a counter */
};

static uint32_t div_up(uint64_t a, uint64_t b)
{
    return (uint32_t)((a + b - 1) / b);
}

/* Bytes that one group of 16 rows reads; of experts, of each. */
static uint64_t group_bytes(const struct plan_task *t)
{
    uint64_t bytes = layout_group_bytes(t->w0.type, t->w0.cols);
    if (t->w1.rows)
        bytes += layout_group_bytes(t->w1.type, t->w1.cols);
    return bytes;
}

/* even_tiles: of the sizes near NEAR, the largest one by which no lane gets more groups than it
 * must. */
static uint32_t even_tiles(uint32_t groups, uint32_t near, uint32_t n_lanes)
{
    uint64_t best_cost = UINT64_MAX;
    uint32_t best = near;
    for (uint32_t n = near / 2 ? near / 2 : 1; n <= near + near / 2; n++) {
        uint64_t cost = (uint64_t)div_up(div_up(groups, n), n_lanes) * n;
        if (cost <= best_cost) {
            best_cost = cost;
            best = n;
        }
    }
    return best;
}

/* With few tokens a tile's time is that of reading its weights. */
static void row_tiles(struct plan_task *t, uint32_t n_tokens, uint32_t n_lanes)
{
    uint32_t groups = div_up(t->w0.rows, LAYOUT_ROWS);
    uint64_t bytes = group_bytes(t) * groups;
    uint64_t want = n_tokens <= FEW_TOKENS      ? bytes / PLAN_TILE_BYTES
                    : n_tokens < PREFILL_TOKENS ? bytes / TILE_BYTES_BATCH
                                                : groups / TILE_GROUPS_PREFILL;
    uint64_t least = bytes / TILE_BYTES_MIN < (uint64_t)TILES_PER_LANE_MIN * n_lanes
                         ? n_lanes
                         : (uint64_t)TILES_PER_LANE_MIN * n_lanes;
    if (want < least)
        want = least;
    uint32_t tile_groups = even_tiles(groups, div_up(groups, want), n_lanes);
    t->tile_rows = tile_groups * LAYOUT_ROWS;
    t->n_tiles = div_up(groups, tile_groups);
}

static void token_tiles(struct plan_task *t, uint32_t n_tokens, uint32_t n_lanes, uint32_t values)
{
    uint32_t by_lanes = div_up(n_tokens, 2ull * n_lanes);
    uint32_t by_size = values ? div_up(TILE_VALUES_MIN, values) : n_tokens;
    uint32_t n = by_lanes > by_size ? by_lanes : by_size;
    t->tile_tokens = n < n_tokens ? n : n_tokens;
    t->n_tiles = div_up(n_tokens, t->tile_tokens);
}

/* A tile's query rows (tokens times heads of the group) fit the kernel; few tiles are cut further.
 */
static void attention_tiles(struct plan_task *t, uint32_t n_tokens, uint32_t n_lanes)
{
    uint32_t group = t->n_heads / t->n_kv_heads;
    uint32_t n = LAYOUT_ATTN_ROWS / group;
    if (n > n_tokens)
        n = n_tokens;
    while (n > 1 && t->n_kv_heads * div_up(n_tokens, n) < 2 * n_lanes)
        n = (n + 1) / 2;
    t->tile_tokens = n;
    t->n_tiles = t->n_kv_heads * div_up(n_tokens, n);
}

void schedule_tiles(struct plan_task *t, uint32_t n_tokens, uint32_t n_lanes)
{
    switch ((enum plan_op)t->op) {
    case PLAN_OP_MATMUL:
    case PLAN_OP_GATE_UP:
    case PLAN_OP_EXPERTS_GATE_UP:
    case PLAN_OP_EXPERTS_DOWN: row_tiles(t, n_tokens, n_lanes); break;
    case PLAN_OP_ATTN:
    case PLAN_OP_CROSS_ATTN: attention_tiles(t, n_tokens, n_lanes); break;
    case PLAN_OP_CROSS_KV:
        token_tiles(t, n_tokens, n_lanes, 2 * t->n_kv_heads * t->head_dim);
        break;
    case PLAN_OP_ROPE_KV:
        token_tiles(t, n_tokens, n_lanes, (t->n_heads + 2 * t->n_kv_heads) * t->head_dim);
        break;
    case PLAN_OP_ROPE_TABLE: token_tiles(t, n_tokens, n_lanes, t->rope_dims * 16); break;
    case PLAN_OP_EXPERTS_QUANT:
        token_tiles(t, n_tokens, n_lanes, t->cols * t->n_experts_used);
        break;
    case PLAN_OP_ROUTE: /* the grouping by expert is over all tokens */
        t->tile_tokens = n_tokens;
        t->n_tiles = 1;
        break;
    default: token_tiles(t, n_tokens, n_lanes, t->cols); break;
    }
}

/* share: the range of a task's tiles that lane L gets; false when there is none for it. */
static bool share(const struct plan_task *t, uint32_t l, uint32_t n_lanes, uint32_t *begin,
                  uint32_t *end)
{
    uint64_t tiles = t->n_tiles;
    *begin = div_up(tiles * l, n_lanes);
    *end = div_up(tiles * (l + 1), n_lanes);
    return *begin < *end;
}

takt_rc schedule_lanes(struct plan_lane *lane, uint32_t n_lanes, const struct plan_task *task,
                       uint32_t n_tasks, struct arena *arena, takt_err *e)
{
    uint32_t begin, end;
    for (uint32_t l = 0; l < n_lanes; l++) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < n_tasks; i++)
            n += share(&task[i], l, n_lanes, &begin, &end);
        struct plan_instr *in = ARENA_ARRAY(arena, struct plan_instr, n);
        if (!in)
            return err_set(e, TAKT_ERR_MEMORY, "plan", "not enough memory for its instructions");
        lane[l] = (struct plan_lane){in, n};
        for (uint32_t i = 0; i < n_tasks; i++) {
            if (!share(&task[i], l, n_lanes, &begin, &end))
                continue;
            double per_tile = task[i].ns_predicted / div_up(task[i].n_tiles, n_lanes);
            *in++ = (struct plan_instr){i, begin, end, (float)(per_tile * (end - begin))};
        }
    }
    return TAKT_OK;
}
