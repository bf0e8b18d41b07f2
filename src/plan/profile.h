/* profile: the measured speeds of a machine, from which times are predicted. Filled by a target's
 * calibration, kept in the cache folder by the engine, read by compile/. Also used by tests with
 * made-up figures. */
#ifndef TAKT_PLAN_PROFILE_H
#define TAKT_PLAN_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/qtype.h"
#include "plan/layout.h"

enum {
    PROFILE_VERSION = 14,
    PROFILE_TYPES_MAX = 64, /* indexed by enum qtype */
    PROFILE_TOKENS = 8,     /* rows of tokens at which matmuls are measured: see profile_tokens */
};
/* profile_tokens: 1, 2, 4, 8, 16, 32, 64, 256 */
extern const uint32_t profile_tokens[PROFILE_TOKENS];

struct profile {
    uint32_t version;
    char machine[96]; /* cpu model, lanes, isa: a profile is used only where this string is the same
                       */
    uint32_t n_lanes;
    double read_bytes_per_s;      /* all lanes streaming memory with the best loop */
    double read_bytes_per_s_lane; /* one lane alone */
    double int8_ops_per_s;        /* all lanes, registers only */
    double f32_ops_per_s;
    double bf16_ops_per_s; /* 0: as f32 */
    double sync_ns;        /* raise a counter here, see it there */
    /* Matmul of packed weights, all lanes, nanoseconds per weight (one matrix element), for
     * profile_tokens[i] tokens: with weights from memory, and, where the tokens are few enough for
     * reading to matter, with weights from the caches. 0: not measured. */
    double matmul_ns_per_weight[PROFILE_TYPES_MAX][PROFILE_TOKENS];
    double matmul_cached_ns_per_weight[PROFILE_TYPES_MAX][PROFILE_TOKENS];
    /* read_bytes_per_s as it was while that type was measured: the memory of a shared host has
     * faster and slower times */
    double matmul_read_bytes_per_s[PROFILE_TYPES_MAX];
    double norm_ns_per_value, quant_ns_per_value, rope_ns_per_value, swiglu_ns_per_value,
        embed_ns_per_value;
    double quant_a256_ns_per_value; /* 0: as quant_ns_per_value, which is of A32 */
    double kv_write_ns_per_value;   /* K and V of a head into a page that no cache holds */
    /* Attention on one lane, by kv_kind: per (query head row, position) and per (query head row,
     * position, dimension) in the shapes of decode and of prefill, and per (query head row,
     * dimension) besides. */
    double attn_ns_per_pair[KV_KINDS], attn_prefill_ns_per_pair[KV_KINDS];
    double attn_ns_per_pair_value[KV_KINDS];
    double attn_prefill_ns_per_pair_value[KV_KINDS];
    double attn_row_ns_per_value[KV_KINDS];
    double task_overhead_ns; /* fixed cost of a task on all lanes: dispatch, counters, skew */
    /* Other work took the processors while that type's matmuls, or anything else, were measured:
     * the figures may be far off, and are measured again in a quiet moment. */
    bool matmul_disturbed[PROFILE_TYPES_MAX];
    bool disturbed;
    int64_t measured_s; /* when anything was measured last: seconds since 1970 */
};

/* profile_is_disturbed: may figures that matter to weights of TYPES be far off, because the machine
 * was busy while they were measured? */
bool profile_is_disturbed(const struct profile *p, const enum qtype *types, uint32_t n_types);

/* profile_adapt fits P to a machine whose lanes read memory at READ_BYTES_PER_S and see what others
 * wrote after SYNC_NS now: a host moves its guests between cores that are near or far from each
 * other and from memory. A matmul takes a little longer than the longer one of its two parts,
 * arithmetic (its time with weights in the caches) and reading: how much, is taken from its
 * measured time. */
void profile_adapt(struct profile *p, double read_bytes_per_s, double sync_ns);

#endif
