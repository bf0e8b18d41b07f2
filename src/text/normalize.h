/* normalize: rewrites text before it is cut: string replacements and Unicode normal forms, in
 * order. */
#ifndef TAKT_TEXT_NORMALIZE_H
#define TAKT_TEXT_NORMALIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

enum { NORMALIZE_OPS = 8, NORMALIZE_STR_MAX = 64 };

enum normalize_kind {
    NORMALIZE_REPLACE, /* every occurrence of FROM becomes TO */
    NORMALIZE_NFC,
    NORMALIZE_NFD,
    NORMALIZE_NFKC,
    NORMALIZE_NFKD,
};

struct normalize_op {
    enum normalize_kind kind;
    uint8_t from[NORMALIZE_STR_MAX], to[NORMALIZE_STR_MAX];
    uint8_t n_from, n_to;
};

struct normalizer {
    struct normalize_op ops[NORMALIZE_OPS];
    uint32_t n_ops;
};

/* A growing byte string. Zero-initialised; text_buf_free at the end. */
struct text_buf {
    uint8_t *p;
    size_t len, cap;
};

/* text_buf_add appends; false without memory. */
bool text_buf_add(struct text_buf *b, const void *p, size_t len);
void text_buf_free(struct text_buf *b);

/* normalizer_add appends an operation. FROM and TO are for NORMALIZE_REPLACE. Errors:
 * TAKT_ERR_LIMIT (too many operations, strings over NORMALIZE_STR_MAX bytes), TAKT_ERR_FORMAT for
 * an empty FROM. */
takt_rc normalizer_add(struct normalizer *n, enum normalize_kind kind, struct slice from,
                       struct slice to, takt_err *e);

/* normalizer_run rewrites *TEXT. Where nothing changes it stays as it is; otherwise it points into
 * A or B, which the caller owns and may reuse. Text that is not valid UTF-8 keeps its form under
 * the Unicode operations. False without memory. */
bool normalizer_run(const struct normalizer *n, struct slice *text, struct text_buf *a,
                    struct text_buf *b);

#endif
