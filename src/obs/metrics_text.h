/* metrics_text: numbers and strings as the text format of metrics wants them, in any locale. */
#ifndef TAKT_OBS_METRICS_TEXT_H
#define TAKT_OBS_METRICS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { METRICS_NUMBER_MAX = 32 }; /* bytes of a number, with a NUL where there is one */

/* metrics_put_u64 writes V / 10^DECIMALS, exactly and without needless zeros, to P, which has room
 * for METRICS_NUMBER_MAX bytes; those behind the number are undefined afterwards. DECIMALS is at
 * most METRICS_DECIMALS_MAX. Returns the length. */
size_t metrics_put_u64(char *p, uint64_t v, unsigned decimals);

/* metrics_put_f64 does the same for any double: whole numbers exactly, others with 15 digits, which
 * is more than anything that is measured has; "NaN", "+Inf", "-Inf". */
size_t metrics_put_f64(char *p, double v);

/* metrics_put_bound writes the upper bound of a bucket, NUL-terminated: "0.5", "1.0", "1e+06",
 * "+Inf". */
void metrics_put_bound(char *p, double v);

/* metrics_escape writes S with backslashes and line feeds escaped, with QUOTES also double quotes,
 * and a NUL. OUT has room for 3 bytes per byte of S and one more. Bytes that are no UTF-8 become
 * U+FFFD. Returns the length. */
size_t metrics_escape(char *out, const char *s, bool quotes);

#endif
