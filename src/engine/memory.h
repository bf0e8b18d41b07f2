/* memory: large regions from the system, and how much of it there is. */
#ifndef TAKT_ENGINE_MEMORY_H
#define TAKT_ENGINE_MEMORY_H

#include <stdint.h>

#include "base/err.h"
#include "engine/turn.h"

/* memory_reserve maps BYTES of zero pages at *out (64-byte aligned and more), huge ones where the
 * system gives them; nothing is backed until written. NAME is for the message. 0 bytes give a valid
 * pointer. */
takt_rc memory_reserve(uint8_t **out, uint64_t bytes, const char *name, takt_err *e);
void memory_release(uint8_t *p, uint64_t bytes); /* NULL is allowed */

/* memory_empty gives the memory behind whole pages of P back to the system, a little in each turn;
 * the addresses stay. */
void memory_empty(uint8_t *p, uint64_t bytes, struct turn *turn);

/* memory_populate brings the file-backed pages of P into memory and maps them, so that no step
 * waits for them. */
void memory_populate(const uint8_t *p, uint64_t bytes);

/* memory_available: bytes that this process could still use without swapping: the system's
 * estimate, cut by cgroup limits. UINT64_MAX when unknown. */
uint64_t memory_available(void);

#endif
