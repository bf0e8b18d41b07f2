/* err: failures as values.
 *
 * Every function that can fail returns takt_rc (a struct, so that it cannot be mistaken for an int)
 * and fills a caller-owned takt_err, which may be NULL. Three classes are never mixed:
 *   our bug          takt_assert(): prints and aborts; never reachable from input
 *   the world        TAKT_ERR_IO, _MEMORY, ...
 *   the caller       TAKT_ERR_FORMAT, _USAGE, _LIMIT, _UNSUPPORTED with `where` naming file, field
 * and offset
 */
#ifndef TAKT_BASE_ERR_H
#define TAKT_BASE_ERR_H

#include <stddef.h>

#include "takt.h"

#define TAKT_OK ((takt_rc){TAKT_ERR_NONE})

/* TAKT_TRY returns from the calling function when CALL failed. The only macro with control flow. */
#define TAKT_TRY(call)                                                                             \
    do {                                                                                           \
        takt_rc rc_ = (call);                                                                      \
        if (rc_.code)                                                                              \
            return rc_;                                                                            \
    } while (0)

/* err_set fills E (which may be NULL) with CODE, WHERE (copied, cut if too long; NULL for "") and
 * the printf-formatted message, and returns CODE as a takt_rc, so that a failure is one statement:
 *     return err_set(e, TAKT_ERR_FORMAT, path, "tensor '%s' has %u dimensions; takt reads up to 4",
 * n, d); */
takt_rc err_set(takt_err *e, takt_code code, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* err_sys is err_set with TAKT_ERR_IO, adding errno's value and text to the message. */
takt_rc err_sys(takt_err *e, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* err_where puts PREFIX and ": " before e->where (for callers that know more of the place). NULL is
 * allowed. */
void err_where(takt_err *e, const char *prefix);

/* takt_assert states an invariant of our own code. Never used on input. Kept in release builds. */
#define takt_assert(cond) ((cond) ? (void)0 : err_assert_failed(#cond, __FILE__, __LINE__))
_Noreturn void err_assert_failed(const char *cond, const char *file, int line);

#endif
