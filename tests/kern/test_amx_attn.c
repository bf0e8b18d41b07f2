/* The attention of the AMX level against ref, as test_amx.c does for its products. */
#include "kt_amx.h"
#include "kt_attn.h"

T_TEST(attn_amx_model)
{
    struct kern_table t, ref;
    if (!model_tables(&t, &ref))
        T_SKIP("this machine lacks AVX-512 with VNNI");
    for (int round = 0; round < 4; round++)
        check_attn_tables(&t, &ref);
    check_model();
}

T_TEST(attn_amx)
{
    struct kern_table t, ref;
    if (!kt_tables(KERN_AMX, &t, &ref))
        T_SKIP("this machine lacks AMX");
    for (int round = 0; round < 4; round++)
        check_attn_tables(&t, &ref);
}

T_MAIN("kern/amx_attn")
