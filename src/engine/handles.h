/* handles: what is behind the opaque types of takt.h. For engine/ and cli/ only. */
#ifndef TAKT_ENGINE_HANDLES_H
#define TAKT_ENGINE_HANDLES_H

#include "engine/batch.h"
#include "engine/kv.h"
#include "engine/load.h"
#include "engine/prefix.h"
#include "engine/vision.h"
#include "model/model.h"
#include "plan/plan.h"
#include "plan/profile.h"
#include "target/target.h"
#include "text/chat.h"
#include "text/tokenizer.h"

struct graph;
struct compile_options;

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

/* plan_make compiles the graph G of M for this machine, as takt_plan_new does: O's threads, kernel
 * level, progress and wish to calibrate count, the rest is in C, whose lanes and level are set. */
takt_rc plan_make(takt_plan **out, const struct model *m, const struct graph *g,
                  const takt_plan_options *o, struct compile_options *c, takt_err *e);

struct takt_engine {
    const takt_model *model;
    const takt_plan *plan;
    struct weights weights;
    struct kv_pool kv;
    struct prefix prefix; /* empty where nobody calls seq_publish */
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
    uint32_t n_found;        /* leading pages that others can find */
    uint32_t n_promised;     /* pages that it can take whatever others do */
    uint32_t promise_end;    /* the promise is of the pages before this one */
    const takt_span *spans;  /* [n_spans] the caller's: see takt_seq_pictures */
    size_t n_spans;
    uint64_t salt;  /* of those that it shares pages with */
    uint64_t stamp; /* of the last step that it was put into: see struct batch */
};

/* engine_new is takt_engine_new beside engines whose steps take TURN: loading then takes little of
 * each turn (see load.h). engine_bytes: what an engine of P needs of memory, with all that it can
 * come to. */
takt_rc engine_new(takt_engine **out, const takt_model *m, const takt_plan *p,
                   const takt_engine_options *opt, struct turn *turn, takt_err *e);
uint64_t engine_bytes(const takt_plan *p, uint32_t n_seqs);

/* engine_empty gives the memory of EN's weights and KV pages back, a little in each turn, before
 * takt_engine_free, which is all that may follow. */
void engine_empty(takt_engine *en, struct turn *turn);

/* seq_step is batch_step of one sequence: appends IDS (N tokens) with logits for the last N_OUTPUTS
 * of them. */
takt_rc seq_step(struct takt_seq *s, const int32_t *ids, uint32_t n, uint32_t n_outputs,
                 int64_t *ns_measured, double *ns_predicted, takt_err *e);

/* seq_check_ids: are the N ids known (seq_check_known), and do they fit behind what S holds?
 * Errors: USAGE, LIMIT. */
takt_rc seq_check_ids(const struct takt_seq *s, const int32_t *ids, size_t n, takt_err *e);

/* seq_check_known: are IDS, appended to S, ids of the vocabulary or those of a picture that lies
 * there? Error: USAGE, WHERE names them. */
takt_rc seq_check_known(const struct takt_seq *s, const int32_t *ids, size_t n, const char *where,
                        takt_err *e);

/* seq_give_pages gives all pages from the one numbered FIRST on back to the pool. */
void seq_give_pages(struct takt_seq *s, uint32_t first);

/* seq_step_back forgets the last N positions, which the last step has brought and seq_publish has
 * not seen, and keeps their pages for those that come in their place. */
void seq_step_back(struct takt_seq *s, uint32_t n);

/* seq_copy makes TO (of the same engine) what FROM is now: tokens and KV pages are copied, so that
 * a step reads the memory of both, which is what a benchmark wants; others want seq_fork. On an
 * error (TAKT_ERR_LIMIT: no pages) TO is empty. */
takt_rc seq_copy(struct takt_seq *to, const struct takt_seq *from, takt_err *e);

/* ---- shared pages ----
 *
 * Full pages of a sequence can be held by others too; whoever writes into such a page (after
 * takt_seq_truncate) gets a copy first, so no sequence sees another. Nothing below allocates.
 *
 * Threads: a step of sequences that have their pages already (takt_seq_reserve) looks at nothing
 * but them. So another thread may call what is below for other sequences while it runs; all these
 * calls must exclude each other. seq_publish may move the sequence to other pages: not while it is
 * in a step. */

/* seq_reset makes S empty, as it was made: all its pages and its promise go back. */
void seq_reset(struct takt_seq *s);

/* seq_begin makes S hold as much of the N ids as the engine finds computed already under SALT (see
 * prefix.h), and nothing else: never all ids. Returns how many; the others are to be fed. Any
 * promise of S is gone. */
uint32_t seq_begin(struct takt_seq *s, uint64_t salt, const int32_t *ids, size_t n);

/* seq_begin_again holds what more of the same N ids was found computed since seq_begin, after which
 * nothing was fed; returns how many it has now. */
uint32_t seq_begin_again(struct takt_seq *s, const int32_t *ids, size_t n);

/* seq_publish makes the full pages of S, as of now, findable by its ids and the salt that it was
 * begun with (0 without seq_begin), also after its end: call it when the ids are settled. Cheap
 * where no page was filled since the last call. */
void seq_publish(struct takt_seq *s);

/* seq_publish_tail is seq_publish for a sequence that is at its end, which nothing is added to: its
 * last page, which is not full, can be found too. */
void seq_publish_tail(struct takt_seq *s);

/* seq_fork makes TO (of the same engine) what FROM is now, for another answer to the same prompt:
 * it shares the full pages, and the last one, which is not full, is copied. Error: TAKT_ERR_LIMIT
 * when no page is left for that one; TO is empty then. */
takt_rc seq_fork(struct takt_seq *to, const struct takt_seq *from, takt_err *e);

/* seq_promise sets pages aside for all positions of S up to N (at most the context): until
 * seq_reset or takt_seq_free S can take them, whatever others take, also those that it gives back
 * in between. They are not taken yet, and what idle pages hold is kept as long as it can be. Called
 * again it replaces the promise. A sequence that truncates itself into pages that it shares may
 * find that the copies use up its promise. Error: TAKT_ERR_LIMIT when there are too few; S has no
 * promise then. */
takt_rc seq_promise(struct takt_seq *s, uint32_t n, takt_err *e);

/* seq_pages_alone: pages that would be free or idle without S. */
uint32_t seq_pages_alone(const struct takt_seq *s);

#endif
