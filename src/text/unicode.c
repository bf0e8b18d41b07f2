#include "text/unicode.h"

enum { BLOCK_BITS = 7, TABLE_END = 0x40000 };

#define O UC_OTHER
#define S UC_SPACE
#define R UC_NEWLINE
#define N UC_NUMBER
#define U UC_UPPER
#define L UC_LOWER
const uint8_t unicode_ascii[128] = {
    O, O, O, O, O, O, O, O, O, S, R, S, S, R, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
    S, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, N, N, N, N, N, N, N, N, N, N, O, O, O, O, O, O,
    O, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, O, O, O, O, O,
    O, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, O, O, O, O, O,
};
#undef O
#undef S
#undef R
#undef N
#undef U
#undef L

uint8_t unicode_class_of(uint32_t c)
{
    static const uint8_t bit[8] = {UC_OTHER, UC_UPPER,  UC_LOWER, UC_LETTER,
                                   UC_MARK,  UC_NUMBER, UC_SPACE, UC_OTHER};
    if (c < 0x80)
        return unicode_ascii[c];
    if (c >= TABLE_END) /* variation selectors are the only classed characters up there */
        return c >= 0xE0100 && c <= 0xE01EF ? UC_MARK : UC_OTHER;
    size_t cell =
        (size_t)unicode_index[c >> BLOCK_BITS] << BLOCK_BITS | (c & ((1u << BLOCK_BITS) - 1));
    return bit[unicode_blocks[cell / 2] >> (cell % 2 * 4) & 7];
}
