/* print: a plan as text and JSON, for `takt plan` and for golden files. */
#ifndef TAKT_PLAN_PRINT_H
#define TAKT_PLAN_PRINT_H

#include <stdio.h>

#include "base/json.h"
#include "plan/plan.h"

struct plan_print_info {
    const char *model_name;
    uint32_t context; /* rates are given at this many positions per sequence */
    uint32_t batch;   /* sequences decoded together */
    uint32_t prompt;  /* tokens of the prefill that is predicted; 0: one full chunk */
};

/* plan_print writes the human text: memory map, bytes and operations per token, predicted rates
 * beside the roof, and the longest instructions of a decode step. */
void plan_print(FILE *f, const struct plan *p, const struct plan_print_info *info);

/* plan_print_json writes one object with the same facts and every program's tasks. */
void plan_print_json(struct json_out *o, const struct plan *p, const struct plan_print_info *info);

#endif
