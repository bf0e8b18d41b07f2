/* predict: what tasks and programs cost on a profiled machine. Private to compile/. */
#ifndef TAKT_COMPILE_PREDICT_H
#define TAKT_COMPILE_PREDICT_H

#include "plan/plan.h"
#include "plan/profile.h"

/* predict_task sets weight_bytes, ops, ns_predicted and ns_per_context of T (already cut into
 * tiles) for N_TOKENS rows. */
void predict_task(struct plan_task *t, const struct profile *prof, const struct kv_shape *kv,
                  uint32_t n_tokens, uint32_t n_lanes);

/* predict_program sums the tasks of P and sets the roof. */
void predict_program(struct plan_program *p, const struct profile *prof);

/* predict_matmul_ns: nanoseconds per weight of type T for N_TOKENS tokens (need not be whole), all
 * lanes: between measured points along a line, beyond the last in proportion; by the roof when the
 * type was not measured. */
double predict_matmul_ns(const struct profile *prof, enum qtype t, double n_tokens);

#endif
