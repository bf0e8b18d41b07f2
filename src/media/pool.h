/* pool: its workers, for who decodes more than one picture with one of them. */
#ifndef TAKT_MEDIA_POOL_H
#define TAKT_MEDIA_POOL_H

#include "media/worker.h"

struct slot;

/* pool_kind: what all workers of P have in common. */
const struct worker_kind *pool_kind(const struct media_pool *p);

/* pool_ask takes a ready worker, waiting for one, and asks it (see worker_ask). It is to be left
 * with pool_leave, but after an error. */
takt_rc pool_ask(struct media_pool *p, struct slot **out, struct slice file,
                 const struct media_head *head, const uint32_t *frame, uint32_t n, takt_err *e);

/* pool_worker: the worker that was asked. */
struct worker *pool_worker(struct slot *s);

/* pool_leave gives a worker back to be replaced; FATE and RC are those of its last answer. */
void pool_leave(struct media_pool *p, struct slot *s, enum worker_fate fate, takt_rc rc);

#endif
