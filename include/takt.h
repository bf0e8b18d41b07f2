/* takt: a software LPU. The public C library, one header.
 *
 * Three kinds of object, and who may use them:
 *
 *   takt_model    a model file: metadata, tokenizer, chat template. Immutable after opening; any thread.
 *   takt_plan     the model compiled for this machine: memory map, instructions, predicted times. Immutable.
 *   takt_engine   the plan with its weights in memory and its lanes running. One step at a time: one thread.
 *   takt_seq      one timeline of tokens with its KV pages. Belongs to an engine and to the engine's thread.
 *
 * A model outlives its plans, a plan its engines, an engine its sequences. Every free function accepts NULL.
 * Nothing here calls exit or abort on input. Sizes are bytes unless the name says otherwise; times are in
 * nanoseconds (_ns) or seconds (_s). */
#ifndef TAKT_H
#define TAKT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- errors ---------------------------------------------------------------------------------- */

typedef enum takt_code {
    TAKT_ERR_NONE = 0,
    TAKT_ERR_IO,          /* the system refused: file, memory map, disk; `sys` holds errno */
    TAKT_ERR_FORMAT,      /* the input is broken; `where` names file and place */
    TAKT_ERR_LIMIT,       /* the input is larger than a stated limit */
    TAKT_ERR_UNSUPPORTED, /* well-formed, but not something takt does; the message lists what it does */
    TAKT_ERR_MEMORY,      /* not enough memory */
    TAKT_ERR_USAGE,       /* wrong arguments */
    TAKT_ERR_CANCELLED,   /* a callback or a signal asked to stop */
    TAKT_ERR_INTERNAL,    /* a check of our own failed; please report it */
} takt_code;

/* The result of every call that can fail. A struct, so that it cannot be mixed up with an int. */
typedef struct takt_rc {
    int32_t code; /* a takt_code; 0 is success */
} takt_rc;

/* Caller-owned description of a failure; no allocation. */
typedef struct takt_err {
    takt_code code;
    int sys;         /* errno, or 0 */
    char where[192]; /* "llama.gguf: tensor 'blk.3.attn_q.weight', offset 0x1f40" */
    char what[320];  /* "has 5 dimensions; takt reads up to 4." */
} takt_err;

/* takt_err_format writes "where: what" into BUF (always NUL-terminated, cut if too long) and returns BUF. */
char *takt_err_format(const takt_err *e, char *buf, size_t buf_bytes);

#ifdef __cplusplus
}
#endif
#endif
