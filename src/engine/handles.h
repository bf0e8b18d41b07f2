/* handles: what is behind the opaque types of takt.h. For engine/ and cli/ only. */
#ifndef TAKT_ENGINE_HANDLES_H
#define TAKT_ENGINE_HANDLES_H

#include "engine/batch.h"
#include "engine/kv.h"
#include "engine/load.h"
#include "model/model.h"
#include "plan/plan.h"
#include "plan/profile.h"
#include "target/target.h"
#include "text/chat.h"
#include "text/tokenizer.h"

struct takt_model {
    struct model file;
    struct tokenizer *tokenizer; /* NULL when the file has none: see tokenizer_err */
    takt_err tokenizer_err;
    struct chat_template
        *chat; /* NULL when the model has none, or chat_err says why it cannot be used */
    takt_err chat_err;
    uint64_t n_params;
};

struct takt_plan {
    struct plan plan;
    struct profile profile;
    const char *isa; /* static */
    uint32_t chunk;
    bool is_guess; /* the machine was busy while it was measured: profile_is_disturbed */
};

struct takt_engine {
    const takt_model *model;
    const takt_plan *plan;
    struct weights weights;
    struct kv_pool kv;
    struct target *target;
    struct batch batch; /* the facts of a step */
    uint32_t n_seqs;    /* alive */
};

struct takt_seq {
    takt_engine *engine;
    int32_t *ids;    /* [n_ctx] tokens fed so far */
    uint32_t n;      /* positions that are in the KV cache */
    uint32_t *pages; /* [n_pages_max] */
    uint32_t n_pages;
    uint32_t n_pages_before; /* while a step takes pages */
    uint64_t stamp;          /* of the last step that it was put into: see struct batch */
};

/* seq_step is batch_step of one sequence: appends IDS (N tokens) with logits for the last N_OUTPUTS
 * of them. */
takt_rc seq_step(struct takt_seq *s, const int32_t *ids, uint32_t n, uint32_t n_outputs,
                 int64_t *ns_measured, double *ns_predicted, takt_err *e);

/* seq_give_pages gives all pages from the one numbered FIRST on back to the pool. */
void seq_give_pages(struct takt_seq *s, uint32_t first);

/* seq_copy makes TO (of the same engine) what FROM is now: tokens and KV pages are copied. On an
 * error (TAKT_ERR_LIMIT: no pages) TO is empty. */
takt_rc seq_copy(struct takt_seq *to, const struct takt_seq *from, takt_err *e);

#endif
