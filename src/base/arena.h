/* arena: memory that grows by bumping and is freed at once.
 *
 * For everything that lives as long as its owner (a model's metadata, a graph, a plan). Blocks are
 * malloc'ed and chained; nothing moves, so pointers stay good until arena_free. Not thread-safe. */
#ifndef TAKT_BASE_ARENA_H
#define TAKT_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena_block;

struct arena {
    struct arena_block *head;
    size_t used_bytes;  /* handed out, over all blocks */
    size_t limit_bytes; /* 0: none. Beyond it arena_alloc returns NULL: readers of hostile input set
                           one */
};

/* arena_alloc returns zeroed memory for COUNT objects of SIZE bytes, aligned to 64 bytes when the
 * request is 64 bytes or more and to 16 otherwise; NULL when memory or the limit is exhausted or
 * COUNT*SIZE overflows. Owned by the arena. COUNT*SIZE == 0 gives a valid unique pointer. */
void *arena_alloc(struct arena *a, size_t count, size_t size);

/* arena_strndup copies LEN bytes and adds a NUL; NULL when out of memory. */
char *arena_strndup(struct arena *a, const char *s, size_t len);

/* arena_printf formats into the arena; NULL when out of memory. */
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* arena_free releases all blocks and makes A empty again (the limit stays). */
void arena_free(struct arena *a);

#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), 1, sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_alloc((a), (n), sizeof(type)))

#endif
