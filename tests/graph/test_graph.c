#include <math.h>

#include "graph/graph.h"
#include "graph/tiny.h"

/* build makes the file and its graph; the caller closes the file when *g was built or not. */
static takt_rc build(struct tiny_file *f, struct graph *g, struct tiny t, takt_err *e)
{
    *g = (struct graph){0};
    if (!T_RC(tiny_open(f, t, e), e))
        return (takt_rc){TAKT_ERR_INTERNAL};
    return graph_build(g, &f->model, e);
}

static void refuses(struct tiny t, takt_code code, const char *part)
{
    struct tiny_file f;
    struct graph g;
    takt_err e = {0};
    T_FAILS(build(&f, &g, t, &e), &e, code, part);
    graph_free(&g);
    tiny_close(&f);
}

static uint32_t count(const struct graph *g, enum graph_op op)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->n_nodes; i++)
        n += g->node[i].op == op;
    return n;
}

T_TEST(llama_has_its_operations)
{
    struct tiny_file f;
    struct graph g;
    takt_err e = {0};
    if (T_RC(build(&f, &g, (struct tiny){.n_layers = 3}, &e), &e)) {
        T_EQ_INT(count(&g, GRAPH_EMBED), 1);
        T_EQ_INT(count(&g, GRAPH_NORM), 7);
        T_EQ_INT(count(&g, GRAPH_LINEAR), 22);
        T_EQ_INT(count(&g, GRAPH_ATTENTION), 3);
        T_EQ_INT(count(&g, GRAPH_SWIGLU), 3);
        T_EQ_INT(count(&g, GRAPH_ADD), 6);
        T_EQ_INT(count(&g, GRAPH_GATHER_OUTPUTS), 1);
        T_EQ_INT(g.node[g.n_nodes - 1].cols, 100);
        T_EQ_STR(g.node[g.n_nodes - 1].w->name, "output.weight");
        for (uint32_t i = 0; i < g.n_nodes; i++) /* inputs come first */
            T_OK(g.node[i].a == GRAPH_NO_VALUE || g.node[i].a < i);
    }
    graph_free(&g);
    tiny_close(&f);
}

T_TEST(tied_output_is_the_embedding)
{
    struct tiny_file f;
    struct graph g;
    takt_err e = {0};
    if (T_RC(build(&f, &g, (struct tiny){.tied = true}, &e), &e))
        T_OK(g.node[g.n_nodes - 1].w == g.node[0].w);
    graph_free(&g);
    tiny_close(&f);
}

T_TEST(bias_is_taken_where_it_is)
{
    struct tiny_file f;
    struct graph g;
    takt_err e = {0};
    if (T_RC(build(&f, &g, (struct tiny){.arch = "qwen2", .bias = true}, &e), &e)) {
        uint32_t n = 0;
        for (uint32_t i = 0; i < g.n_nodes; i++)
            n += g.node[i].bias != NULL && strstr(g.node[i].bias->name, "attn_q.bias") != NULL;
        T_EQ_INT(n, 2);
        T_OK(!g.rope_pairs);
    }
    graph_free(&g);
    tiny_close(&f);
}

/* Both forms of expert tensors describe the same rows. */
T_TEST(experts_merged_and_separate)
{
    for (int separate = 0; separate < 2; separate++) {
        struct tiny_file f;
        struct graph g;
        takt_err e = {0};
        struct tiny t = {.n_experts = 5, .separate_experts = separate, .type = QTYPE_Q8_0};
        if (T_RC(build(&f, &g, t, &e), &e)) {
            const struct graph_node *n = NULL;
            for (uint32_t i = 0; i < g.n_nodes; i++)
                if (g.node[i].op == GRAPH_EXPERTS)
                    n = &g.node[i];
            if (T_OK(n)) {
                T_EQ_INT(n->gate->n_experts, 5);
                T_EQ_INT(n->gate->n_parts, 5);
                T_EQ_INT(n->gate->rows, 96);
                T_EQ_INT(n->gate->part[3].first_row, separate ? 0 : 3 * 96);
                T_EQ_INT(n->down->rows, 64);
                T_EQ_INT(n->down->part[4].n_rows, 64);
                T_EQ_STR(n->gate->name, "blk.1.ffn_gate_exps.weight");
                T_EQ_INT(n->router->rows, 5);
                T_OK(n->norm_topk);
            }
        }
        graph_free(&g);
        tiny_close(&f);
    }
}

T_TEST(shared_expert_of_granite)
{
    struct tiny_file f;
    struct graph g;
    takt_err e = {0};
    struct tiny t = {.arch = "granitemoe", .n_experts = 4, .n_ff_shared = 32};
    if (T_RC(build(&f, &g, t, &e), &e)) {
        T_EQ_INT(count(&g, GRAPH_EXPERTS), 2);
        T_EQ_INT(count(&g, GRAPH_SWIGLU), 2);
        T_EQ_INT(count(&g, GRAPH_ADD), 6);
    }
    graph_free(&g);
    tiny_close(&f);
}

T_TEST(refusals_name_what_and_where)
{
    refuses((struct tiny){.arch = "bert"}, TAKT_ERR_UNSUPPORTED, "llama granite granitemoe qwen2");
    refuses((struct tiny){.without = "blk.1.attn_k.weight"}, TAKT_ERR_FORMAT,
            "'blk.1.attn_k.weight' is missing");
    refuses((struct tiny){.without = "output_norm.weight"}, TAKT_ERR_FORMAT, "output_norm.weight");
    refuses((struct tiny){.taller = "blk.0.ffn_up.weight"}, TAKT_ERR_FORMAT,
            "'blk.0.ffn_up.weight' (F32) has shape [64, 97], not [64, 96]");
    refuses((struct tiny){.as_q8_1 = "blk.0.ffn_gate.weight"}, TAKT_ERR_UNSUPPORTED,
            "'blk.0.ffn_gate.weight' has type Q8_1");
    refuses((struct tiny){.extra = "blk.1.attn_q_norm.weight"}, TAKT_ERR_UNSUPPORTED,
            "'blk.1.attn_q_norm.weight' has no place");
    refuses((struct tiny){.extra = "output_norm.bias"}, TAKT_ERR_UNSUPPORTED, "output_norm.bias");
    refuses((struct tiny){.n_heads = 33, .n_kv_heads = 1, .head_dim = 2}, TAKT_ERR_LIMIT,
            "per key head is 33; takt takes 1 to 32");
    refuses((struct tiny){.n_heads = 1, .n_kv_heads = 1, .head_dim = 258}, TAKT_ERR_LIMIT,
            "head size is 258");
    refuses((struct tiny){.n_layers = 513, .n_embd = 2, .n_ff = 2, .n_vocab = 2, .head_dim = 2},
            TAKT_ERR_LIMIT, "number of layers is 513");
    refuses((struct tiny){.rope_freq_first = -1}, TAKT_ERR_FORMAT, "rope_freqs.weight");
    refuses((struct tiny){.arch = "granitemoe"}, TAKT_ERR_FORMAT, "needs experts");
}

T_TEST(rope_frequencies)
{
    struct tiny_file f;
    struct graph g;
    takt_err e = {0};
    if (T_RC(build(&f, &g, (struct tiny){.rope_freq_first = 4}, &e), &e)) {
        T_EQ_INT(g.rope_dims, 16);
        T_OK(g.rope_pairs);
        T_NEAR(g.inv_freq[0], 0.25, 0);
        T_NEAR(g.inv_freq[1], (float)pow(10000, -2.0 / 16), 0);
        T_NEAR(g.inv_freq[7], (float)pow(10000, -14.0 / 16), 0);
    }
    graph_free(&g);
    tiny_close(&f);
}

/* Llama 3.1's scaling from its published parameters: long waves by the factor, short ones as they
 * are. */
T_TEST(rope_llama3_scaling)
{
    struct tiny_file f;
    struct graph g = {0};
    takt_err e = {0};
    if (!T_RC(tiny_open(&f, (struct tiny){.head_dim = 128, .n_heads = 1, .n_kv_heads = 1}, &e), &e))
        return;
    struct model_hparams *hp = &f.model.hp;
    hp->rope_theta = 500000;
    hp->rope_scaling = ROPE_SCALING_LLAMA3;
    hp->rope_factor = 8;
    hp->rope_low_freq_factor = 1;
    hp->rope_high_freq_factor = 4;
    hp->rope_orig_ctx = 8192;
    if (T_RC(graph_build(&g, &f.model, &e), &e)) {
        T_NEAR(g.inv_freq[0], 1, 0);
        T_NEAR(g.inv_freq[20], (float)pow(500000, -40.0 / 128), 0);
        T_NEAR(g.inv_freq[63] * 8, pow(500000, -126.0 / 128), 1e-12);
        /* Between: waves of 2048 to 8192 positions. i = 30 has 13389 / 4096 turns. */
        double freq = pow(500000, -60.0 / 128), wave = 2 * 3.14159265358979323846 / freq;
        double smooth = (8192 / wave - 1) / 3;
        T_OK(smooth > 0 && smooth < 1);
        T_NEAR(g.inv_freq[30], (1 - smooth) * freq / 8 + smooth * freq, 1e-9);
    }
    graph_free(&g);
    hp->rope_scaling = ROPE_SCALING_LINEAR;
    hp->rope_factor = 2;
    if (T_RC(graph_build(&g, &f.model, &e), &e))
        T_NEAR(g.inv_freq[0], 0.5, 0);
    graph_free(&g);
    hp->rope_scaling = ROPE_SCALING_YARN;
    T_FAILS(graph_build(&g, &f.model, &e), &e, TAKT_ERR_UNSUPPORTED, "yarn");
    tiny_close(&f);
}

T_MAIN("graph/graph")
