/* kt_amx: the AMX level on any machine with AVX-512: its sources, compiled against a model of the
 * tile instructions in C (amx_model.h). */
#ifndef TAKT_TESTS_KERN_KT_AMX_H
#define TAKT_TESTS_KERN_KT_AMX_H

#include "kt.h"

#include "kern/amx_model.h"

/* The level's sources, compiled against the model. */
void model_kern_init_amx(struct kern_table *t);

static inline bool model_tables(struct kern_table *t, struct kern_table *ref)
{
    if (!kt_tables(KERN_AVX512, t, ref))
        return false;
    model_kern_init_amx(t);
    t->level = KERN_AMX;
    return true;
}

static inline void check_model(void)
{
    const char *fault = amx_model_fault();
    if (fault)
        t_fail(__FILE__, __LINE__, "the tile instructions would have failed: %s", fault);
}

#endif
