/* What the kernel says of this processor. */
#include <sys/auxv.h>

#include "target/cpu/kern.h"

bool kern_reported(enum kern_level l)
{
    /* Linux's numbers, which older headers lack. */
    const unsigned long asimd = 1ul << 1, dotprod = 1ul << 20, i8mm = 1ul << 13;
    unsigned long have = getauxval(AT_HWCAP), more = getauxval(AT_HWCAP2);
    bool neon = (have & asimd) && (have & dotprod);
    switch (l) {
    case KERN_REF: return true;
    case KERN_NEON: return neon;
    case KERN_I8MM: return neon && (more & i8mm);
    default: return false;
    }
}
