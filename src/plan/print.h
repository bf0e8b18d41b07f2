/* print: a plan as text and JSON, for `takt plan` and for golden files. */
#ifndef TAKT_PLAN_PRINT_H
#define TAKT_PLAN_PRINT_H

#include <stdio.h>

#include "base/json.h"
#include "plan/plan.h"

/* A picture of some size, as its encoder takes it. */
struct plan_print_picture {
    uint32_t width, height;
    uint32_t n_rows;      /* that each token behind it looks at; 0: it has its positions alone */
    uint32_t n_tiles;     /* pictures of the encoder's size, the whole one included */
    uint32_t n_positions; /* in a sequence */
    double encode_ns;
};

/* Pictures before a prompt, and their encoder. */
struct plan_print_pictures {
    const struct plan_print_picture *v;
    uint32_t n;
    uint32_t side; /* pixels of a tile's */
    uint64_t weights_bytes, act_bytes;
};

struct plan_print_info {
    const char *model_name;
    uint32_t context; /* rates are given at this many positions per sequence */
    uint32_t batch;   /* sequences decoded together */
    uint32_t prompt;  /* tokens of the prefill that is predicted; 0: one full chunk */
    const struct plan_print_pictures *pictures; /* before that prompt (0: of no token), or NULL */
};

/* plan_print writes the human text: memory map, bytes and operations per token, predicted rates
 * beside the roof, what pictures take, and the longest instructions of a decode step. */
void plan_print(FILE *f, const struct plan *p, const struct plan_print_info *info);

/* plan_print_json writes one object with the same facts and every program's tasks. */
void plan_print_json(struct json_out *o, const struct plan *p, const struct plan_print_info *info);

#endif
