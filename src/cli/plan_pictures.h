/* plan_pictures: what pictures of some sizes take, for takt plan. */
#ifndef TAKT_CLI_PLAN_PICTURES_H
#define TAKT_CLI_PLAN_PICTURES_H

#include "base/err.h"
#include "base/opt.h"
#include "cli/pictures.h"
#include "plan/print.h"

/* Zero-initialise, release with plan_pictures_close. */
struct plan_pictures {
    takt_vision *vision; /* without its weights */
    struct plan_print_picture each[OPT_LIST_MAX];
    struct plan_print_pictures print;
};

/* plan_pictures_open finds the picture encoder of M as pictures_open does, plans it, reads none of
 * its weights, and predicts what the pictures of O ("640x480", at least one) take. Errors: USAGE
 * (a size that is none), LIMIT (one that takt takes no picture of), those of pictures_find and
 * takt_vision_new. */
takt_rc plan_pictures_open(struct plan_pictures *p, const struct cli_pictures *o,
                           const takt_model *m, const char *model, const takt_vision_options *opt,
                           takt_err *e);
void plan_pictures_close(struct plan_pictures *p);

#endif
