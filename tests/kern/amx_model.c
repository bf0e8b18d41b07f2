#include "kern/amx_model.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "target/cpu/kern.h"
#include "target/cpu/kern_math.h"
#include "target/cpu/x86/amx_tile.h"

enum { ROW_BYTES = 64 };

static struct {
    struct amx_config config;
    bool configured;
    uint8_t tile[AMX_TILES][AMX_ROWS][ROW_BYTES];
    const char *fault;
} machine;

static bool check(bool fine, const char *what)
{
    if (!fine && !machine.fault)
        machine.fault = what;
    return fine;
}

const char *amx_model_fault(void)
{
    const char *fault = machine.fault ? machine.fault : machine.configured ? "not released" : NULL;
    memset(&machine, 0, sizeof machine);
    return fault;
}

void amx_configure(const struct amx_config *c)
{
    memset(machine.tile, 0, sizeof machine.tile);
    machine.config = *c;
    machine.configured = true;
    check(c->palette == 1, "ldtilecfg: palette");
    check(c->start_row == 0, "ldtilecfg: start row");
    for (int i = 0; i < 14; i++)
        check(c->reserved[i] == 0, "ldtilecfg: reserved byte");
    for (int t = 0; t < 16; t++) {
        bool used = t < AMX_TILES;
        check(c->colsb[t] <= (used ? ROW_BYTES : 0), "ldtilecfg: bytes of a row");
        check(c->rows[t] <= (used ? AMX_ROWS : 0), "ldtilecfg: rows");
        check(!c->colsb[t] == !c->rows[t], "ldtilecfg: rows without columns");
    }
}

void amx_release(void)
{
    check(machine.configured, "tilerelease without ldtilecfg");
    memset(machine.tile, 0, sizeof machine.tile);
    memset(&machine.config, 0, sizeof machine.config);
    machine.configured = false;
}

static bool usable(int t)
{
    return check(machine.configured, "no configuration") &&
           check(t >= 0 && t < AMX_TILES, "tile number") &&
           check(machine.config.rows[t] && machine.config.colsb[t], "tile without shape");
}

void amx_zero(int t)
{
    if (usable(t))
        memset(machine.tile[t], 0, sizeof machine.tile[t]);
}

void amx_load(int t, const void *p, size_t stride)
{
    if (!usable(t))
        return;
    memset(machine.tile[t], 0, sizeof machine.tile[t]);
    for (size_t r = 0; r < machine.config.rows[t]; r++)
        memcpy(machine.tile[t][r], (const uint8_t *)p + r * stride, machine.config.colsb[t]);
}

void amx_store(int t, void *p, size_t stride)
{
    if (!usable(t))
        return;
    for (size_t r = 0; r < machine.config.rows[t]; r++)
        memcpy((uint8_t *)p + r * stride, machine.tile[t][r], machine.config.colsb[t]);
}

/* The shapes of a product C[m][n] += A[m][k] B[k][n], all in units of four bytes. */
struct shape {
    int m, k, n;
};

static bool shape_of(struct shape *s, int c, int a, int b)
{
    const struct amx_config *g = &machine.config;
    if (!usable(c) || !usable(a) || !usable(b))
        return false;
    *s = (struct shape){g->rows[c], g->colsb[a] / 4, g->colsb[c] / 4};
    return check(c != a && a != b && b != c, "product: tiles not distinct") &&
           check(g->colsb[a] % 4 == 0 && g->colsb[b] % 4 == 0 && g->colsb[c] % 4 == 0,
                 "product: columns") &&
           check(g->rows[a] == g->rows[c], "product: rows of A and C") &&
           check(g->rows[b] == s->k, "product: rows of B") &&
           check(g->colsb[b] == g->colsb[c], "product: columns of B and C");
}

static void dot_bytes(int c, int a, int b, bool b_signed)
{
    struct shape s;
    if (!shape_of(&s, c, a, b))
        return;
    for (int m = 0; m < s.m; m++)
        for (int n = 0; n < s.n; n++) {
            uint32_t sum;
            memcpy(&sum, &machine.tile[c][m][n * 4], 4);
            for (int k = 0; k < s.k * 4; k++) {
                uint8_t w = machine.tile[b][k / 4][n * 4 + k % 4];
                sum += (uint32_t)((int8_t)machine.tile[a][m][k] * (b_signed ? (int8_t)w : w));
            }
            memcpy(&machine.tile[c][m][n * 4], &sum, 4);
        }
}

void amx_dot_ss(int c, int a, int b)
{
    dot_bytes(c, a, b, true);
}

void amx_dot_su(int c, int a, int b)
{
    dot_bytes(c, a, b, false);
}

static float bf16_at(const uint8_t *p)
{
    uint16_t h;
    memcpy(&h, p, sizeof h);
    return kern_bf16_to_f32(h);
}

void amx_dot_bf16(int c, int a, int b)
{
    struct shape s;
    if (!shape_of(&s, c, a, b))
        return;
    uint32_t state = kern_float_state_set();
    for (int m = 0; m < s.m; m++)
        for (int n = 0; n < s.n; n++) {
            float even = 0.0f, odd = 0.0f, sum;
            for (int k = 0; k < s.k; k++) {
                const uint8_t *x = &machine.tile[a][m][k * 4], *w = &machine.tile[b][k][n * 4];
                even = fmaf(bf16_at(x), bf16_at(w), even);
                odd = fmaf(bf16_at(x + 2), bf16_at(w + 2), odd);
            }
            memcpy(&sum, &machine.tile[c][m][n * 4], 4);
            sum = sum + (even + odd);
            memcpy(&machine.tile[c][m][n * 4], &sum, 4);
        }
    kern_float_state_restore(state);
}
