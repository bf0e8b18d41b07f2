/* The AMX level against ref: its sources compiled against a model of the tile instructions in C
 * (amx_model.h), on any machine with AVX-512; and the instructions themselves where there are any.
 */
#include "kt_amx.h"
#include "kt_matmul.h"

/* More tokens than the kernels take in one turn. */
static void check_turns(const struct kern_table *t, const struct kern_table *ref)
{
    static const enum qtype types[] = {QTYPE_BF16, QTYPE_Q4_K, QTYPE_Q8_0};
    for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct matmul_case c;
        case_open_n(&c, types[i], 256 + 32 * i, 3, 259 + 8 * i);
        fill_weights(&c, false);
        fill_act(ref, &c, KT_UNIFORM);
        case_run(t, ref, &c);
        case_close(&c);
    }
}

T_TEST(matmul_amx_model)
{
    struct kern_table t, ref;
    if (!model_tables(&t, &ref))
        T_SKIP("this machine lacks AVX-512 with VNNI");
    check_tables(&t, &ref, TOKENS_MAX + 2);
    check_turns(&t, &ref);
    check_model();
}

T_TEST(matmul_amx)
{
    struct kern_table t, ref;
    if (!kt_tables(KERN_AMX, &t, &ref))
        T_SKIP("this machine lacks AMX");
    check_tables(&t, &ref, TOKENS_MAX + 2);
    check_turns(&t, &ref);
}

T_MAIN("kern/amx")
