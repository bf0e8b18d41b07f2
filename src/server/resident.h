/* resident: which models are in memory. One that is not is loaded when it is asked for, in the
 * place of those that have been idle longest if there is no other room, and leaves when nobody has
 * asked for it for a while. A model with answers in progress stays.
 *
 * All of this is decided on the loop's thread; one thread at a time does the work. */
#ifndef TAKT_SERVER_RESIDENT_H
#define TAKT_SERVER_RESIDENT_H

#include "server/server_parts.h"

/* resident_new makes S->resident. Error: MEMORY. resident_free releases it; no call may wait. */
takt_rc resident_new(struct server *s, takt_err *e);
void resident_free(struct server *s);

/* resident_tick does what has become due: calls go on whose model is there, loading begins, idle
 * models leave. */
void resident_tick(struct server *s);

/* resident_wait sets C aside until M is loaded (see call_model), or refuses it with the time after
 * which to ask again: it has a wish that cannot be kept, or too many wait. */
void resident_wait(const struct call *c, struct served *m);

/* resident_refuse replies to all that wait that the server ends. */
void resident_refuse(struct server *s);

/* resident_changes: can models come and leave? Only if an option says so; else no request can make
 * them. */
bool resident_changes(const struct server *s);

/* resident_begun and resident_ended: an answer of M begins and ends. resident_keep: it is to stay
 * for KEEP_S seconds after its last answer from now on, where models can leave; NAN: as before. */
void resident_begun(struct served *m);
void resident_ended(struct served *m);
void resident_keep(const struct server *s, struct served *m, double keep_s);

/* resident_loaded notes and logs that M, whose loading began at load_begun_ns, is ready. On the
 * loop's thread, or on that of the start. */
void resident_loaded(struct server *s, struct served *m);

/* resident_load_s predicts the seconds after which M could be ready; 0: it is. */
double resident_load_s(const struct server *s, const struct served *m);

/* resident_promises counts the promises that M, which is ready, has kept and broken so far. */
void resident_promises(struct served *m);

/* resident_figures: calls that wait for M; how often it was loaded and unloaded. */
struct resident_figures {
    uint32_t n_waiting;
    uint64_t n_loads, n_unloads;
};
void resident_figures(const struct server *s, const struct served *m, struct resident_figures *out);

#endif
