/* qtype: the number formats of model files (ggml's table) and their exact meaning.
 *
 * A row of a tensor is a sequence of blocks; QTYPE_TABLE has one line per format:
 *   X(enum suffix, ggml id, printed name, values per block, bytes per block, computable)
 * Formats that takt cannot compute are named all the same, so that they can be refused by name. */
#ifndef TAKT_MODEL_QTYPE_H
#define TAKT_MODEL_QTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QTYPE_TABLE(X)                                                                             \
    X(F32, 0, "F32", 1, 4, 1)                                                                      \
    X(F16, 1, "F16", 1, 2, 1)                                                                      \
    X(Q4_0, 2, "Q4_0", 32, 18, 1)                                                                  \
    X(Q4_1, 3, "Q4_1", 32, 20, 1)                                                                  \
    X(Q5_0, 6, "Q5_0", 32, 22, 1)                                                                  \
    X(Q5_1, 7, "Q5_1", 32, 24, 1)                                                                  \
    X(Q8_0, 8, "Q8_0", 32, 34, 1)                                                                  \
    X(Q8_1, 9, "Q8_1", 32, 36, 0)                                                                  \
    X(Q2_K, 10, "Q2_K", 256, 84, 1)                                                                \
    X(Q3_K, 11, "Q3_K", 256, 110, 1)                                                               \
    X(Q4_K, 12, "Q4_K", 256, 144, 1)                                                               \
    X(Q5_K, 13, "Q5_K", 256, 176, 1)                                                               \
    X(Q6_K, 14, "Q6_K", 256, 210, 1)                                                               \
    X(Q8_K, 15, "Q8_K", 256, 292, 0)                                                               \
    X(IQ2_XXS, 16, "IQ2_XXS", 256, 66, 0)                                                          \
    X(IQ2_XS, 17, "IQ2_XS", 256, 74, 0)                                                            \
    X(IQ3_XXS, 18, "IQ3_XXS", 256, 98, 0)                                                          \
    X(IQ1_S, 19, "IQ1_S", 256, 50, 0)                                                              \
    X(IQ4_NL, 20, "IQ4_NL", 32, 18, 1)                                                             \
    X(IQ3_S, 21, "IQ3_S", 256, 110, 0)                                                             \
    X(IQ2_S, 22, "IQ2_S", 256, 82, 0)                                                              \
    X(IQ4_XS, 23, "IQ4_XS", 256, 136, 1)                                                           \
    X(I8, 24, "I8", 1, 1, 0)                                                                       \
    X(I16, 25, "I16", 1, 2, 0)                                                                     \
    X(I32, 26, "I32", 1, 4, 0)                                                                     \
    X(I64, 27, "I64", 1, 8, 0)                                                                     \
    X(F64, 28, "F64", 1, 8, 0)                                                                     \
    X(IQ1_M, 29, "IQ1_M", 256, 56, 0)                                                              \
    X(BF16, 30, "BF16", 1, 2, 1)                                                                   \
    X(TQ1_0, 34, "TQ1_0", 256, 54, 0)                                                              \
    X(TQ2_0, 35, "TQ2_0", 256, 66, 0)                                                              \
    X(MXFP4, 39, "MXFP4", 32, 17, 1)                                                               \
    X(NVFP4, 40, "NVFP4", 64, 36, 0)                                                               \
    X(Q1_0, 41, "Q1_0", 128, 18, 0)                                                                \
    X(Q2_0, 42, "Q2_0", 64, 18, 0)

enum qtype {
#define X(suffix, id, name, block, bytes, computable) QTYPE_##suffix = (id),
    QTYPE_TABLE(X)
#undef X
};

/* qtype_known tells whether ID is a format of the table; every function below requires that. */
bool qtype_known(uint32_t id);
const char *qtype_name(enum qtype t);
bool qtype_computable(enum qtype t);
uint32_t qtype_block_values(enum qtype t);
uint32_t qtype_block_bytes(enum qtype t);

/* qtype_row_bytes gives the bytes of N values (N a multiple of the block, or false is returned). */
bool qtype_row_bytes(enum qtype t, uint64_t n, uint64_t *bytes);

/* qtype_computable_list is a printable list of all computable names, for messages. */
const char *qtype_computable_list(void);

/* qtype_dequantize writes the N float32 values of the packed row SRC (N a multiple of the block; t
 * computable). This is the exact meaning of the format: each product of scale and integer is
 * rounded once to float32 as ggml's reference does. SRC needs no alignment. */
void qtype_dequantize(enum qtype t, float *dst, const void *src, size_t n);

/* qtype_quantize packs N float32 values into DST for t in {F32, F16, BF16, Q8_0, Q4_0, Q5_0, Q5_1,
 * Q4_K, Q5_K, Q6_K}; false for the other types. N a multiple of the block. IMPORTANCE (N weights
 * >= 0 for the squared error, or NULL). Deterministic. */
bool qtype_quantize(enum qtype t, void *dst, const float *src, size_t n, const float *importance);

/* Conversions of single values; f32 to f16/bf16 rounds to nearest even, NaN stays NaN. */
float qtype_f16_to_f32(uint16_t h);
uint16_t qtype_f32_to_f16(float f);
static inline float qtype_bf16_to_f32(uint16_t h)
{
    union {
        uint32_t u;
        float f;
    } v = {(uint32_t)h << 16};
    return v.f;
}
uint16_t qtype_f32_to_bf16(float f);

/* The 16 levels of IQ4_NL/IQ4_XS and of MXFP4 (doubled, so that they are integers; the block scale
 * is halved). */
extern const int8_t qtype_iq4nl_levels[16];
extern const int8_t qtype_mxfp4_levels[16];

#endif
