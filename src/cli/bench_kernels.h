/* bench_kernels: `takt bench --kernels`, which needs no model. */
#ifndef TAKT_CLI_BENCH_KERNELS_H
#define TAKT_CLI_BENCH_KERNELS_H

#include "cli/cli.h"

/* cli_bench_kernels measures the kernels at the level and on the lanes of LOAD and prints each
 * one's share of the roof; products with weights of TYPE alone when it is not NULL. Errors: usage
 * (names the types), what kern_bench_run says. */
takt_rc cli_bench_kernels(const struct cli_load *load, const char *type, bool json, takt_err *e);

#endif
