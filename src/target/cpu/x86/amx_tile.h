/* amx_tile: the tile instructions (Intel SDM volume 2, "TDPBSSD" and its neighbours).
 *
 * Eight tiles of up to 16 rows of 64 bytes. Kernels give them one of two sets of roles, each of
 * which one configuration serves:
 *
 *   0..3 or 0..4   C  rows x 16 sums (int32 or f32)
 *   4, 5 or 5, 6   A  rows x k_bytes of activations, a token per row
 *   6, 7 or 7      B  k_bytes / 4 x 64: k-groups (or pairs of bf16) of 16 rows of weights, as
 *                     plan/layout.h packs them
 *
 * A product takes 16 cycles whatever its number of rows, and 52 until its sums are there; a load
 * from L1 takes 8, a store 16. Tiles are renamed: one may be loaded again while a product still
 * reads it. A store of sums that are not there yet holds up what follows, so kernels issue four
 * products in between. Near tile instructions, for some 250 cycles behind each, only one of the two
 * vector ports multiplies and converts (adds and shuffles go on); all measured on Granite Rapids.
 * Tiles belong to the thread: each kernel call configures them and releases them at its end, so
 * that a switch of context saves nothing.
 *
 * Tile numbers must be constants. The instructions are assembler, not intrinsics: those of gcc 12
 * tell the compiler neither that a load reads memory nor that a configuration has 64 bytes. */
#ifndef TAKT_TARGET_CPU_X86_AMX_TILE_H
#define TAKT_TARGET_CPU_X86_AMX_TILE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define AMX_INLINE static inline __attribute__((always_inline))

enum { AMX_ROWS = 16, AMX_A0 = 4, AMX_A1 = 5, AMX_B0 = 6, AMX_B1 = 7, AMX_TILES = 8 };

/* The operand of ldtilecfg. */
struct amx_config {
    uint8_t palette, start_row, reserved[14];
    uint16_t colsb[16]; /* bytes of a row */
    uint8_t rows[16];
};

#ifdef TAKT_AMX_MODEL
/* The tests' model: amx_load and so on as functions. */
#include TAKT_AMX_MODEL
#else

/* amx_configure sets the shapes of all tiles and clears them. */
AMX_INLINE void amx_configure(const struct amx_config *c)
{
    __asm__ volatile("ldtilecfg %0" : : "m"(*c));
}

/* amx_release: the thread has no tiles any more. */
AMX_INLINE void amx_release(void)
{
    __asm__ volatile("tilerelease");
}

#define AMX_EACH_TILE(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)

/* amx_zero clears tile T. */
AMX_INLINE void amx_zero(int t)
{
    switch (t) {
#define X(n)                                                                                       \
    case n:                                                                                        \
        __asm__ volatile("tilezero %tmm" #n);                                                      \
        break;
        AMX_EACH_TILE(X)
#undef X
    }
}

/* amx_load fills tile T with rows at P, STRIDE bytes apart. */
AMX_INLINE void amx_load(int t, const void *p, size_t stride)
{
    switch (t) {
#define X(n)                                                                                       \
    case n:                                                                                        \
        __asm__ volatile("tileloadd (%0,%1,1), %%tmm" #n : : "r"(p), "r"(stride) : "memory");      \
        break;
        AMX_EACH_TILE(X)
#undef X
    }
}

/* amx_store writes the rows of tile T to P, STRIDE bytes apart. */
AMX_INLINE void amx_store(int t, void *p, size_t stride)
{
    switch (t) {
#define X(n)                                                                                       \
    case n:                                                                                        \
        __asm__ volatile("tilestored %%tmm" #n ", (%0,%1,1)" : : "r"(p), "r"(stride) : "memory");  \
        break;
        AMX_EACH_TILE(X)
#undef X
    }
}

#undef AMX_EACH_TILE

/* Products C += A B. */
#define AMX_PRODUCT_CASE(op, c, a, b)                                                              \
    case c * 64 + a * 8 + b:                                                                       \
        __asm__ volatile(op " %tmm" #b ", %tmm" #a ", %tmm" #c);                                   \
        break;
#define AMX_PRODUCT_CASES(op, c)                                                                   \
    AMX_PRODUCT_CASE(op, c, 4, 6)                                                                  \
    AMX_PRODUCT_CASE(op, c, 4, 7)                                                                  \
    AMX_PRODUCT_CASE(op, c, 5, 6)                                                                  \
    AMX_PRODUCT_CASE(op, c, 5, 7)                                                                  \
    AMX_PRODUCT_CASE(op, c, 6, 7)
#define AMX_PRODUCT(name, op)                                                                      \
    AMX_INLINE void name(int c, int a, int b)                                                      \
    {                                                                                              \
        switch (c * 64 + a * 8 + b) {                                                              \
            AMX_PRODUCT_CASES(op, 0)                                                               \
            AMX_PRODUCT_CASES(op, 1)                                                               \
            AMX_PRODUCT_CASES(op, 2)                                                               \
            AMX_PRODUCT_CASES(op, 3)                                                               \
            AMX_PRODUCT_CASE(op, 4, 5, 7)                                                          \
            AMX_PRODUCT_CASE(op, 4, 6, 7)                                                          \
        }                                                                                          \
    }
AMX_PRODUCT(amx_dot_ss, "tdpbssd")     /* signed by signed bytes */
AMX_PRODUCT(amx_dot_su, "tdpbsud")     /* signed activations by unsigned weights */
AMX_PRODUCT(amx_dot_bf16, "tdpbf16ps") /* in the order of docs/numerics.md */
#undef AMX_PRODUCT
#undef AMX_PRODUCT_CASES
#undef AMX_PRODUCT_CASE

#endif

/* amx_begin configures tiles for ROWS (1..16) tokens and K_BYTES (32 or 64) of columns; B tiles are
 * those from FIRST_B (6 or 7) on, the two before them are A. */
AMX_INLINE void amx_begin(uint32_t rows, uint32_t k_bytes, int first_b)
{
    struct amx_config c;
    memset(&c, 0, sizeof c);
    c.palette = 1;
    for (int t = 0; t < AMX_TILES; t++) {
        c.colsb[t] = (uint16_t)(t == first_b - 1 || t == first_b - 2 ? k_bytes : 64);
        c.rows[t] = (uint8_t)(t >= first_b ? k_bytes / 4 : rows);
    }
    amx_configure(&c);
}

/* amx_end is called at the end of every kernel that called amx_begin. */
AMX_INLINE void amx_end(void)
{
    amx_release();
}

#endif
