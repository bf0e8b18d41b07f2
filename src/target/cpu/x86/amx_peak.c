#include "target/cpu/x86/amx_peak.h"

#include "target/cpu/x86/amx_tile.h"

enum { K_BYTES = 64 };

/* Small normal numbers, as bytes and as bf16, in the tiles of both operands; sums at zero. */
static void begin(uint8_t operand[AMX_ROWS * K_BYTES])
{
    memset(operand, 0x3c, AMX_ROWS * K_BYTES);
    amx_begin(AMX_ROWS, K_BYTES, AMX_B0);
    amx_load(AMX_A0, operand, K_BYTES);
    amx_load(AMX_A1, operand, K_BYTES);
    amx_load(AMX_B0, operand, K_BYTES);
    amx_load(AMX_B1, operand, K_BYTES);
    for (int t = 0; t < AMX_A0; t++)
        amx_zero(t);
}

static uint32_t end(uint8_t sums[AMX_ROWS * K_BYTES])
{
    uint32_t first;
    amx_store(0, sums, K_BYTES);
    amx_end();
    memcpy(&first, sums, sizeof first);
    return first;
}

uint32_t amx_peak_int8(uint32_t n)
{
    _Alignas(64) uint8_t buf[AMX_ROWS * K_BYTES];
    begin(buf);
    for (uint32_t i = 0; i < n; i++) {
        amx_dot_ss(0, AMX_A0, AMX_B0);
        amx_dot_ss(1, AMX_A0, AMX_B1);
        amx_dot_ss(2, AMX_A1, AMX_B0);
        amx_dot_ss(3, AMX_A1, AMX_B1);
    }
    return end(buf);
}

uint32_t amx_peak_bf16(uint32_t n)
{
    _Alignas(64) uint8_t buf[AMX_ROWS * K_BYTES];
    begin(buf);
    for (uint32_t i = 0; i < n; i++) {
        amx_dot_bf16(0, AMX_A0, AMX_B0);
        amx_dot_bf16(1, AMX_A0, AMX_B1);
        amx_dot_bf16(2, AMX_A1, AMX_B0);
        amx_dot_bf16(3, AMX_A1, AMX_B1);
    }
    return end(buf);
}
