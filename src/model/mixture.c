#include "model/mixture.h"

#include <string.h>
#include <strings.h>

static const struct mixture mixtures[] = {
    {"Q8_0", 7, QTYPE_Q8_0, 0},      {"Q6_K", 18, QTYPE_Q6_K, 0},
    {"Q5_K_M", 17, QTYPE_Q5_K, 'M'}, {"Q5_K_S", 16, QTYPE_Q5_K, 'S'},
    {"Q4_K_M", 15, QTYPE_Q4_K, 'M'}, {"Q4_K_S", 14, QTYPE_Q4_K, 'S'},
    {"Q4_0", 2, QTYPE_Q4_0, 0},      {"F32", 0, QTYPE_F32, 0},
    {"F16", 1, QTYPE_F16, 0},        {"BF16", 32, QTYPE_BF16, 0},
};

const struct mixture *mixture_find(const char *name)
{
    for (size_t i = 0; i < sizeof mixtures / sizeof *mixtures; i++) {
        const struct mixture *x = &mixtures[i];
        bool is_short = x->size == 'M' && strlen(name) == 4 && strncasecmp(name, x->name, 4) == 0;
        if (is_short || strcasecmp(name, x->name) == 0)
            return x;
    }
    return NULL;
}

const char *mixture_names(void)
{
    return "Q8_0, Q6_K, Q5_K_M, Q5_K_S, Q4_K_M, Q4_K_S, Q4_0, F32, F16, BF16";
}

static bool has(const char *name, const char *part)
{
    return strstr(name, part) != NULL;
}

bool mixture_applies(const char *name, uint32_t n_dims)
{
    /* Small or delicate ones, of all architectures. */
    static const char *const kept[] = {"_norm.weight",
                                       "ffn_gate_inp.weight",
                                       "altup",
                                       "laurel",
                                       "per_layer_model_proj",
                                       "position_embd",
                                       "pos_embd",
                                       "token_types.weight",
                                       "ssm_conv1d",
                                       "shortconv.conv.weight",
                                       "time_mix_first",
                                       "time_mix_w0",
                                       "time_mix_w1",
                                       "time_mix_w2",
                                       "time_mix_v0",
                                       "time_mix_v1",
                                       "time_mix_v2",
                                       "time_mix_a0",
                                       "time_mix_a1",
                                       "time_mix_a2",
                                       "time_mix_g1",
                                       "time_mix_g2",
                                       "time_mix_decay_w",
                                       "time_mix_lerp_fused",
                                       "attn_rel_b",
                                       "patch_embd",
                                       "patch_merger",
                                       "class_embd"};
    size_t n = strlen(name);
    if (n_dims < 2 || n < 6 || strcmp(name + n - 6, "weight") != 0)
        return false;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (has(name, kept[i]))
            return false;
    return true;
}

bool mixture_is_values(const char *name)
{
    return has(name, "attn_v.weight") || has(name, "attn_qkv.weight") ||
           has(name, "attn_kv_b.weight");
}

uint32_t mixture_layer(const char *name)
{
    uint32_t layer = 0;
    if (strncmp(name, "blk.", 4) != 0 || name[4] < '0' || name[4] > '9')
        return UINT32_MAX;
    for (name += 4; *name >= '0' && *name <= '9' && layer < 100000000; name++)
        layer = layer * 10 + (uint32_t)(*name - '0');
    return layer;
}

/* The layers that get more bits: the first and the last eighth, and every third between. */
static bool more_bits(uint32_t i, uint32_t n)
{
    return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2;
}

static enum qtype values_type(const struct mixture *x, const struct mixture_model *m,
                              uint32_t n_before)
{
    enum qtype t = x->base;
    if (x->size == 'M' && more_bits(n_before, m->n_values))
        t = QTYPE_Q6_K;
    else if (t == QTYPE_Q4_K && x->size == 'S' && n_before < 4)
        t = QTYPE_Q5_K;
    if (m->wide_attention && t == QTYPE_Q4_K)
        t = QTYPE_Q5_K;
    return m->n_experts == 8 ? QTYPE_Q8_0 : t; /* nothing, next to eight experts */
}

static enum qtype wanted(const struct mixture *x, const struct mixture_model *m, const char *name,
                         uint64_t n_columns, uint32_t n_before)
{
    uint32_t layer = mixture_layer(name);
    bool embeddings = strcmp(name, "token_embd.weight") == 0;
    if (strcmp(name, "output.weight") == 0 || (m->tied && embeddings)) {
        if (n_columns % qtype_block_values(x->base) != 0)
            return QTYPE_Q8_0;
        return x->base == QTYPE_Q8_0 ? QTYPE_Q8_0 : QTYPE_Q6_K;
    }
    if (embeddings)
        return x->base;
    if (mixture_is_values(name))
        return values_type(x, m, n_before);
    if (has(name, "attn_k.weight") && m->n_experts == 8)
        return QTYPE_Q8_0;
    if (has(name, "attn_output.weight") && m->n_experts == 8 && x->base == QTYPE_Q4_K)
        return QTYPE_Q5_K;
    if (has(name, "ffn_down") && layer != UINT32_MAX) {
        if (x->size == 'M' && more_bits(layer, m->n_layers))
            return QTYPE_Q6_K;
        if (x->base == QTYPE_Q4_K && x->size == 'S' && layer < m->n_layers / 8)
            return QTYPE_Q5_K;
    }
    return x->base;
}

enum qtype mixture_type(const struct mixture *x, const struct mixture_model *m, const char *name,
                        uint64_t n_columns, uint32_t n_before)
{
    if (qtype_block_values(x->base) == 1)
        return x->base;
    enum qtype t = wanted(x, m, name, n_columns, n_before);
    if (n_columns % qtype_block_values(t) == 0)
        return t;
    switch (t) {
    case QTYPE_Q4_K: t = QTYPE_Q5_0; break;
    case QTYPE_Q5_K: t = QTYPE_Q5_1; break;
    case QTYPE_Q6_K: t = QTYPE_Q8_0; break;
    default: return QTYPE_F16;
    }
    return n_columns % qtype_block_values(t) == 0 ? t : QTYPE_F16;
}
