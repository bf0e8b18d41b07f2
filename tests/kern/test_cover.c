/* Which kernel each level runs: the table below is the only list of it. A kernel that is not in it
 * fails here, and so does an entry whose kernel is gone; test_attn, test_matmul and test_rows fail
 * for a kernel that they did not compare with ref. Tables are looked at, not run, so that levels
 * which this machine lacks are checked as well. */
#include "kt.h"

#define SET(id) (1u << KERN_##id)

/* What a level is made of, the lowest part first (the table of kern.c). */
static const struct {
    enum kern_level level;
    uint32_t parts;
} levels[] = {
    {KERN_AVX2, SET(AVX2)},
    {KERN_AVXVNNI, SET(AVX2) | SET(AVXVNNI)},
    {KERN_AVX512, SET(AVX2) | SET(AVX512)},
    {KERN_AMX, SET(AVX2) | SET(AVX512) | SET(AMX)},
    {KERN_NEON, SET(NEON)},
    {KERN_I8MM, SET(NEON) | SET(I8MM)},
};
_Static_assert(sizeof levels / sizeof *levels == KERN_LEVEL_COUNT - 1, "every level is checked");

#define VECTOR  (SET(AVX2) | SET(AVX512) | SET(NEON))
#define INTEGER (VECTOR | SET(AVXVNNI) | SET(I8MM))

#define TYPES32(X)     X(Q8_0) X(Q4_0) X(Q4_1) X(Q5_0) X(Q5_1) X(IQ4_NL) X(MXFP4)
#define TYPES256(X)    X(Q2_K) X(Q3_K) X(Q4_K) X(Q5_K) X(Q6_K) X(IQ4_XS)
#define FLOAT_TYPES(X) X(F32) X(F16) X(BF16)

/* An entry of the table and the levels that bring a kernel of their own for it. */
static const struct entry {
    const char *name;
    size_t at;
    uint32_t own;
} entries[] = {
#define AT(member)                 offsetof(struct kern_table, member)
#define MATMUL(type)               {"matmul " #type, AT(matmul[QTYPE_##type]), INTEGER | SET(AMX)},
#define MATMUL_FLOAT(type, levels) {"matmul " #type, AT(matmul[QTYPE_##type]), levels},
#define EMBED(type)                {"embed " #type, AT(embed[QTYPE_##type]), 0},
    {"norm", AT(norm), VECTOR},
    {"layer_norm", AT(layer_norm), VECTOR},
    {"quant f32", AT(quant[ACT_F32]), 0},
    {"quant bf16", AT(quant[ACT_BF16]), VECTOR},
    {"quant int8/32", AT(quant[ACT_A32]), VECTOR},
    {"quant int8/256", AT(quant[ACT_A256]), VECTOR},
    {"swiglu", AT(swiglu), VECTOR},
    {"gelu", AT(gelu), VECTOR},
    {"gelu_exact", AT(gelu_exact), VECTOR},
    {"axpy", AT(axpy), VECTOR},
    {"scale", AT(scale), VECTOR},
    {"add", AT(add), VECTOR},
    {"rope", AT(rope), VECTOR},
    {"kv_write f32", AT(kv_write[KV_KIND_F32]), 0},
    {"kv_write bf16", AT(kv_write[KV_KIND_BF16]), VECTOR},
    {"kv_write q8", AT(kv_write[KV_KIND_Q8]), VECTOR},
    {"attn f32", AT(attn[KV_KIND_F32]), VECTOR},
    {"attn bf16", AT(attn[KV_KIND_BF16]), VECTOR | SET(AMX)},
    {"attn q8", AT(attn[KV_KIND_Q8]), VECTOR | SET(AMX)},
    TYPES32(MATMUL) TYPES256(MATMUL) MATMUL_FLOAT(F32, VECTOR) MATMUL_FLOAT(F16, VECTOR)
        MATMUL_FLOAT(BF16, VECTOR | SET(AMX)) TYPES32(EMBED) TYPES256(EMBED) FLOAT_TYPES(EMBED)};
enum { N_ENTRIES = sizeof entries / sizeof *entries };

typedef void kernel(void);

static kernel *entry_of(const struct kern_table *t, size_t at)
{
    kernel *k;
    memcpy(&k, (const char *)t + at, sizeof k);
    return k;
}

/* The highest of PARTS that brings a kernel, REF when none does. */
static enum kern_level expected(uint32_t own, uint32_t parts)
{
    enum kern_level from = KERN_REF;
    for (int l = 0; l < KERN_LEVEL_COUNT; l++)
        if (own & parts & 1u << l)
            from = (enum kern_level)l;
    return from;
}

/* The lowest of PARTS whose table has the entry's kernel already. */
static enum kern_level found(const struct kern_table tables[], kernel *k, size_t at, uint32_t parts)
{
    for (int l = 0; l < KERN_LEVEL_COUNT; l++)
        if ((l == KERN_REF || parts & 1u << l) && entry_of(&tables[l], at) == k)
            return (enum kern_level)l;
    return KERN_LEVEL_COUNT;
}

static void check_level(const struct kern_table tables[], enum kern_level level, uint32_t parts)
{
    for (const struct entry *e = entries; e < entries + N_ENTRIES; e++) {
        enum kern_level want = expected(e->own, parts);
        enum kern_level got = found(tables, entry_of(&tables[level], e->at), e->at, parts);
        if (got != want)
            t_fail(__FILE__, __LINE__, "%s runs %s's %s, not %s's: correct the code or the table",
                   kern_level_name(level), kern_level_name(got), e->name, kern_level_name(want));
    }
}

/* The machine's part of the levels only: elsewhere a table is ref's. */
T_TEST(each_level_runs_the_kernels_of_the_table)
{
    static struct kern_table tables[KERN_LEVEL_COUNT];
    uint32_t built = 0;
    for (int l = 0; l < KERN_LEVEL_COUNT; l++)
        kern_table_init(&tables[l], (enum kern_level)l);
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        enum kern_level l = levels[i].level, below = KERN_REF;
        for (int k = 0; k < (int)l; k++)
            if (levels[i].parts & 1u << k)
                below = (enum kern_level)k;
        size_t first = offsetof(struct kern_table, matmul), n = sizeof tables[l] - first;
        if (memcmp((char *)&tables[l] + first, (char *)&tables[below] + first, n) == 0)
            continue; /* not built in */
        built++;
        check_level(tables, l, levels[i].parts);
    }
    if (!built)
        T_SKIP("no level above ref is built in");
}

/* A function pointer of the struct that no entry names: a new kernel or type. */
T_TEST(the_table_names_every_entry)
{
    static struct kern_table t;
    for (int l = 0; l < KERN_LEVEL_COUNT; l++) {
        kern_table_init(&t, (enum kern_level)l);
        for (size_t at = offsetof(struct kern_table, matmul); at < sizeof t;
             at += sizeof(kernel *)) {
            bool named = entry_of(&t, at) == NULL;
            for (size_t i = 0; i < N_ENTRIES && !named; i++)
                named = entries[i].at == at;
            if (!named)
                t_fail(__FILE__, __LINE__,
                       "%s has a kernel at byte %zu of its table without a name",
                       kern_level_name((enum kern_level)l), at);
        }
    }
}

T_MAIN("kern/cover")
