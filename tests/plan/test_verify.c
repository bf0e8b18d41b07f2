/* plan_verify finds what it claims to find: a sound plan of four tasks passes, and each way of
 * breaking it is named. */
#include "plan/plan.h"
#include "t.h"

enum { LANES = 2, BUCKET = 4, WIDTH = 64, VOCAB = 48, TASKS = 4 };

/* embed (x) -> norm (a, int8) -> matmul (y, in place of nothing) -> quant (b); all in one arena of
 * activations. */
struct sample {
    struct plan plan;
    struct plan_program prog;
    struct plan_task task[TASKS];
    struct plan_lane lane[LANES];
    struct plan_instr instr[LANES][TASKS];
};

static struct plan_operand act(uint64_t offset, uint64_t bytes)
{
    return (struct plan_operand){PLAN_ACT, offset, bytes, bytes};
}

static void deal(struct sample *s)
{
    for (uint32_t l = 0; l < LANES; l++) {
        for (uint32_t t = 0; t < TASKS; t++) {
            uint32_t half = s->task[t].n_tiles / LANES;
            s->instr[l][t] = (struct plan_instr){t, l * half, (l + 1) * half, 1};
        }
        s->lane[l] = (struct plan_lane){s->instr[l], TASKS};
    }
}

static void sound(struct sample *s)
{
    uint64_t row = WIDTH * 4, a = layout_act_stride(ACT_A32, WIDTH);
    uint64_t x_at = 0, a_at = x_at + BUCKET * row, y_at = a_at + BUCKET * a,
             b_at = y_at + BUCKET * row;
    struct plan_matrix table = {QTYPE_Q8_0, VOCAB, WIDTH, 0, 0};
    struct plan_matrix w = {QTYPE_Q8_0, WIDTH, WIDTH, 0,
                            layout_matrix_bytes(QTYPE_Q8_0, VOCAB, WIDTH)};
    uint64_t norm_at = w.offset + layout_matrix_bytes(QTYPE_Q8_0, WIDTH, WIDTH);
    *s = (struct sample){0};
    s->task[0] = (struct plan_task){.op = PLAN_OP_EMBED,
                                    .n_tiles = 2,
                                    .tile_tokens = 2,
                                    .cols = WIDTH,
                                    .scale = 1,
                                    .w0 = table,
                                    .out = act(x_at, row),
                                    .label = "embed"};
    s->task[1] = (struct plan_task){.op = PLAN_OP_NORM,
                                    .act = ACT_A32,
                                    .n_tiles = 2,
                                    .tile_tokens = 2,
                                    .cols = WIDTH,
                                    .in0 = act(x_at, row),
                                    .in1 = {PLAN_WEIGHTS, norm_at, row, 0},
                                    .out = act(a_at, a),
                                    .n_waits = 1,
                                    .wait = {0},
                                    .label = "norm"};
    s->task[2] = (struct plan_task){.op = PLAN_OP_MATMUL,
                                    .act = ACT_A32,
                                    .n_tiles = 4,
                                    .tile_rows = 16,
                                    .cols = WIDTH,
                                    .w0 = w,
                                    .in0 = act(a_at, a),
                                    .out = act(y_at, row),
                                    .n_waits = 1,
                                    .wait = {1},
                                    .label = "product"};
    s->task[3] = (struct plan_task){.op = PLAN_OP_QUANT,
                                    .act = ACT_A32,
                                    .n_tiles = 2,
                                    .tile_tokens = 2,
                                    .cols = WIDTH,
                                    .in0 = act(y_at, row),
                                    .out = act(b_at, a),
                                    .n_waits = 1,
                                    .wait = {2},
                                    .label = "round"};
    deal(s);
    s->prog = (struct plan_program){.bucket = BUCKET,
                                    .n_outputs_max = 1,
                                    .task = s->task,
                                    .n_tasks = TASKS,
                                    .lane = s->lane,
                                    .act_bytes = b_at + BUCKET * a};
    s->plan = (struct plan){.n_lanes = LANES,
                            .n_vocab = VOCAB,
                            .n_embd = WIDTH,
                            .n_input = WIDTH,
                            .program = &s->prog,
                            .n_programs = 1,
                            .weights_bytes = norm_at + row,
                            .act_bytes = s->prog.act_bytes};
}

static void refused(struct sample *s, const char *text)
{
    takt_err e = {0};
    T_FAILS(plan_verify(&s->plan, &e), &e, TAKT_ERR_INTERNAL, text);
}

T_TEST(a_sound_plan_passes)
{
    struct sample s;
    takt_err e = {0};
    sound(&s);
    T_RC(plan_verify(&s.plan, &e), &e);
}

T_TEST(waits_point_back)
{
    struct sample s;
    sound(&s);
    s.task[1].wait[0] = 2;
    refused(&s, "does not come before it");
    sound(&s);
    s.task[1].n_waits = PLAN_WAITS_MAX + 1;
    refused(&s, "waits");
}

T_TEST(every_tile_runs_once)
{
    struct sample s;
    sound(&s);
    s.instr[1][2].tile_end--;
    refused(&s, "3 of 4 tiles");
    sound(&s);
    s.instr[1][2].tile_begin--;
    refused(&s, "run twice");
    sound(&s);
    s.instr[1][2].tile_end++;
    refused(&s, "tiles 2 to 5 of 4");
    sound(&s);
    s.lane[1].n_instr = 2;
    refused(&s, "of 4 tiles");
}

T_TEST(lanes_ascend)
{
    struct sample s;
    sound(&s);
    struct plan_instr first = s.instr[0][1];
    s.instr[0][1] = s.instr[0][2];
    s.instr[0][2] = first;
    refused(&s, "out of order");
    sound(&s);
    s.instr[0][3].task = TASKS;
    refused(&s, "out of order");
}

T_TEST(unordered_tasks_do_not_share_bytes)
{
    struct sample s;
    sound(&s);
    s.task[1].n_waits = 0; /* norm may run before embed */
    refused(&s, "unordered with task");
    sound(&s);
    s.task[3].out.offset =
        s.task[1].out.offset; /* written while nothing says that the product has read it */
    s.task[3].n_waits = 1;
    s.task[3].wait[0] = 1;
    refused(&s, "unordered with task");
    sound(&s);
    s.task[3].out = s.task[2].in0; /* used again after its last reader: fine */
    takt_err e = {0};
    T_RC(plan_verify(&s.plan, &e), &e);
    sound(&s);
    s.task[2].out.offset =
        s.task[2].in0.offset; /* reads and writes the same bytes in another shape */
    refused(&s, "unordered with task");
}

T_TEST(nothing_is_read_before_it_is_written)
{
    struct sample s;
    sound(&s);
    s.task[3].in0.offset = s.prog.act_bytes; /* fresh bytes */
    s.prog.act_bytes += BUCKET * s.task[3].in0.stride;
    s.plan.act_bytes = s.prog.act_bytes;
    refused(&s, "reads byte 0 of a row, which no earlier task wrote");
    sound(&s);
    s.task[0].out.row_bytes -= 64; /* too narrow for the row itself */
    refused(&s, "are needed");
}

T_TEST(operands_lie_inside_their_regions)
{
    struct sample s;
    sound(&s);
    s.prog.act_bytes -= 64;
    refused(&s, "leaves its region");
    sound(&s);
    s.plan.weights_bytes -= 64;
    refused(&s, "leaves its region");
    sound(&s);
    s.task[2].w0.offset += LAYOUT_ALIGN * 1000000ull;
    refused(&s, "outside of the weights");
    sound(&s);
    s.task[1].out.offset += 4;
    refused(&s, "not aligned");
    sound(&s);
    s.task[3].in0.offset = UINT64_MAX - 63;
    refused(&s, "leaves its region");
    sound(&s);
    s.task[3].out.region = PLAN_WEIGHTS;
    s.task[3].out.offset = 0;
    refused(&s, "writes to the weights");
}

T_TEST(shapes_agree)
{
    struct sample s;
    sound(&s);
    s.task[2].act = ACT_A256;
    refused(&s, "activations");
    sound(&s);
    s.task[2].w0.cols = 32;
    refused(&s, "a matrix of");
    sound(&s);
    s.task[2].tile_rows = 24;
    refused(&s, "tiles of");
    sound(&s);
    s.task[2].w0.type = QTYPE_IQ1_S;
    refused(&s, "a matrix of");
    sound(&s);
    s.task[0].w0.rows = 16; /* fewer rows than token ids */
    refused(&s, "a table of 16 rows");
    sound(&s);
    s.plan.n_input = WIDTH / 2; /* of what stands for an embedding */
    refused(&s, "rows of 64 values, inputs of 32");
    sound(&s);
    s.task[1].tile_tokens = 0;
    refused(&s, "tiles of 0 tokens");
    sound(&s);
    s.task[1].op = PLAN_OP_COUNT;
    refused(&s, "unknown operation");
    sound(&s);
    s.prog.n_tasks = PLAN_TASKS_MAX + 1;
    refused(&s, "tasks");
}

/* What the tasks of picture encoders need beyond the others. */
T_TEST(shapes_of_encoders_agree)
{
    struct sample s;
    sound(&s);
    s.task[0].op = PLAN_OP_POSITION;
    refused(&s, "rows for 0 positions");
    s.plan.n_positions = s.task[0].w0.rows + 1;
    refused(&s, "positions");
    s.plan.n_positions = s.task[0].w0.rows;
    takt_err e = {0};
    T_RC(plan_verify(&s.plan, &e), &e);
    s.task[0].in0 = (struct plan_operand){PLAN_WEIGHTS, 0, WIDTH, 0};
    refused(&s, "in0 has rows of 64 bytes, 256 are needed");
    sound(&s);
    s.task[1].op = PLAN_OP_LAYER_NORM; /* has no bias */
    refused(&s, "in2 has rows of 0 bytes");
    sound(&s);
    s.task[3].in0 = (struct plan_operand){.region = PLAN_FACTS, .row_bytes = 4 * WIDTH};
    T_RC(plan_verify(&s.plan, &e), &e);
    s.plan.n_input = WIDTH / 2;
    s.task[0].op = PLAN_OP_POSITION;
    s.plan.n_positions = 1;
    refused(&s, "rows of 64 values, inputs of 32");
    sound(&s);
    s.task[1].op = PLAN_OP_MERGE; /* of token rows, where outputs are to be */
    s.task[1].merge_across = s.task[1].merge_down = s.task[1].merge_stride = 1;
    refused(&s, "blocks of 1 x 1 rows");
    s.task[1].per_output = s.task[1].gather = true;
    s.task[1].merge_down = 0;
    refused(&s, "blocks of 1 x 0 rows");
    s.task[1].merge_down = 2;
    s.task[1].merge_stride = s.prog.bucket; /* the second row is in no step */
    refused(&s, "blocks of 1 x 2 rows");
    s.task[1].merge_stride = 1; /* wider than what it writes */
    refused(&s, "out has rows of");
}

/* The product becomes gate and up of one stream in the place of the one matrix. */
static void gate_up(struct sample *s)
{
    sound(s);
    struct plan_task *t = &s->task[2];
    t->op = PLAN_OP_GATE_UP;
    t->interleaved = true;
    t->w0.offset = 0;
    t->w0.rows = t->w1.rows = 16;
    t->w1 = t->w0;
    t->w1.offset = layout_group_bytes(t->w0.type, t->w0.cols);
    t->n_tiles = 1;
    t->tile_rows = 16;
    s->lane[0] = (struct plan_lane){s->instr[0], TASKS};
    s->instr[0][2].tile_end = 1;
    s->instr[1][2] = s->instr[1][3];
    s->lane[1].n_instr = TASKS - 1;
    t->out.row_bytes = WIDTH * 4;
}

T_TEST(gate_and_up_of_one_stream)
{
    struct sample s;
    takt_err e = {0};
    gate_up(&s);
    T_RC(plan_verify(&s.plan, &e), &e);
    s.task[2].w1.offset += LAYOUT_ALIGN;
    refused(&s, "share a stream");
    gate_up(&s);
    s.task[2].w1.type = QTYPE_Q4_0;
    refused(&s, "share a stream");
    gate_up(&s);
    s.task[2].w0.offset =
        s.plan.weights_bytes / LAYOUT_ALIGN * LAYOUT_ALIGN - layout_group_bytes(QTYPE_Q8_0, WIDTH);
    s.task[2].w1.offset = s.task[2].w0.offset + layout_group_bytes(QTYPE_Q8_0, WIDTH);
    refused(&s, "outside of the weights");
}

T_TEST(hidden_rows_stay)
{
    struct sample s;
    takt_err e = {0};
    for (int kept = 0; kept < 2; kept++) {
        sound(&s);
        s.task[1].gather = true;
        s.task[3].out.offset = 0; /* over what the norm reads, after it */
        if (kept)
            s.prog.hidden = s.task[1].in0;
        s.prog.hidden_task = 1;
        if (kept)
            refused(&s, "overwrites the hidden rows");
        else
            T_RC(plan_verify(&s.plan, &e), &e);
    }
    sound(&s);
    s.task[1].gather = true;
    s.prog.hidden = s.task[1].in0;
    s.prog.hidden_task = 1;
    T_RC(plan_verify(&s.plan, &e), &e);
    s.prog.hidden.offset += LAYOUT_ALIGN;
    refused(&s, "is not the norm");
    s.prog.hidden = s.task[1].in0;
    s.prog.hidden_task = TASKS;
    refused(&s, "is not the norm");
    s.prog.hidden_task = 1;
    s.task[1].gather = false;
    refused(&s, "is not the norm");
}

T_MAIN("plan/verify")
