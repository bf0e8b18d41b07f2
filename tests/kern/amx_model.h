/* amx_model: the tile instructions in C, for tests on machines without AMX. The kernels of the AMX
 * level are compiled against it in place of the instructions of amx_tile.h, whose names these are.
 *
 * Semantics as in Intel's SDM: shapes come from the configuration; what would raise #UD or #GP
 * fails the running test; rows and columns outside of a tile's shape become zero; products of bf16
 * round to nearest even, with denormals as zero on input and output, whatever MXCSR says. One
 * thread. */
#ifndef TAKT_TESTS_KERN_AMX_MODEL_H
#define TAKT_TESTS_KERN_AMX_MODEL_H

#include <stdbool.h>
#include <stddef.h>

struct amx_config;

/* amx_configure = ldtilecfg, amx_release = tilerelease. */
void amx_configure(const struct amx_config *c);
void amx_release(void);
/* amx_zero = tilezero, amx_load = tileloadd, amx_store = tilestored. */
void amx_zero(int t);
void amx_load(int t, const void *p, size_t stride);
void amx_store(int t, void *p, size_t stride);
/* amx_dot_ss = tdpbssd, amx_dot_su = tdpbsud, amx_dot_bf16 = tdpbf16ps: C += A B. */
void amx_dot_ss(int c, int a, int b);
void amx_dot_su(int c, int a, int b);
void amx_dot_bf16(int c, int a, int b);

/* amx_model_fault: what first went wrong since the last call, NULL for nothing; also that tiles are
 * still configured (a kernel releases them). */
const char *amx_model_fault(void);

#endif
