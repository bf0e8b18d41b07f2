/* auth: who a request comes from, by its API key.
 *
 * The key file has a line for each key; empty lines and what stands behind a '#' at the start of a
 * word do not count:
 *
 *     # role  name   key                        limits
 *     user    alice  sha256:SALT:DIGEST         rpm=30 rpd=14400 tpm=6000 tpd=500000
 *     admin   ops    sk-takt-...
 *
 * role    user, or admin (who may also load models, drain, read others' usage)
 * name    1 to 64 of A-Z a-z 0-9 . _ - ; unlike any other in the file. It stands in logs, and what
 *         a key has used is counted under it, so a name can be given a new key.
 * key     DIGEST is 64 hexadecimal digits, the SHA-256 of SALT (16 to 64 letters and digits)
 *         directly followed by the key:  printf %s "$salt$key" | sha256sum
 *         One round is enough because keys are random and long, not because it is slow: nobody can
 *         try them all. Keys of one file may share a salt, and should: each other salt (64 at most)
 *         is one hash more per request. The key itself may stand there as well, 20 to 256 printable
 *         ASCII characters; auth_warning then tells.
 * limits  requests and tokens per minute and day, 1 to 10^12; none where not named (limits.h)
 *
 * A file with any mistake in it is refused whole, and so is one without a key (an empty file is
 * what a full disk leaves): auth_reload then keeps the keys it has. At most 4096 keys, 1 MiB.
 * Messages name the line and never what stands in it. Nothing may run beside auth_reload and
 * auth_keep; the rest can be called by several threads at once. */
#ifndef TAKT_SERVER_AUTH_H
#define TAKT_SERVER_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "server/limits.h"

enum {
    AUTH_NAME_MAX = 64,
    AUTH_KEY_MIN = 20,
    AUTH_KEY_MAX = 256,
    AUTH_KEYS_MAX = 4096,
    AUTH_SALTS_MAX = 64,
    AUTH_SALT_MIN = 16,
    AUTH_SALT_MAX = 64,
    AUTH_FILE_MAX = 1 << 20,
    AUTH_LINE_MAX = 512,
    AUTH_DIGEST_MAX = 64,
};

enum auth_role { AUTH_USER, AUTH_ADMIN };

/* Whose key it is. A copy: it stays what it is when the file is read again. */
struct auth_who {
    uint64_t
        id; /* from the name alone: for limits, fair shares and usage; 0: nobody in particular */
    enum auth_role role;
    char name[AUTH_NAME_MAX + 1]; /* "" for nobody in particular */
    struct limits_rule rule;
};

enum auth_verdict {
    AUTH_OK,
    AUTH_NO_KEY,    /* 401: there is no key in the request */
    AUTH_WRONG_KEY, /* 401: nobody has this one, or it is no key */
};

struct auth;

/* auth_open reads the key file PATH. PATH NULL: there are no keys and every request is AUTH_OK with
 * an `auth_who` that has no name, no limits, and role AUTH_USER. Errors: IO, USAGE (no regular
 * file), LIMIT (too large, too many keys or salts), FORMAT, MEMORY. */
takt_rc auth_open(struct auth **out, const char *path, takt_err *e);

/* auth_parse does the same with TEXT as the file's; WHERE names it in messages. */
takt_rc auth_parse(struct auth **out, struct slice text, const char *where, takt_err *e);

/* auth_keep sets the keys that stand beside those of the file, in the place of earlier ones: TEXT
 * is as a key file, but may have no key. From the first call on there are keys, so that a store
 * whose last key was revoked lets nobody in. Errors as for auth_open; all keys are as before then.
 */
takt_rc auth_keep(struct auth *a, struct slice text, const char *where, takt_err *e);

/* auth_free: NULL is allowed. */
void auth_free(struct auth *a);

/* auth_reload reads the file again. After an error, which is as above, all keys are as before. */
takt_rc auth_reload(struct auth *a, takt_err *e);

/* auth_is_open tells that there are no keys, so that whoever comes may ask. */
bool auth_is_open(const struct auth *a);

/* auth_n_keys counts the keys. auth_at tells whose the I-th is, those of the file first, and *line
 * (may be NULL) in which line of its text it stands, from 1; I is below auth_n_keys. Valid until
 * the keys change. */
uint32_t auth_n_keys(const struct auth *a);
const struct auth_who *auth_at(const struct auth *a, uint32_t i, uint32_t *line);

/* auth_warning is the I-th thing that somebody should look at, a sentence, or NULL behind the last:
 * a file that others can read or write, keys that stand in it unhashed. */
const char *auth_warning(const struct auth *a, uint32_t i);

/* auth_id is the id of whoever has the key called NAME; 0 for "". */
uint64_t auth_id(const char *name);

/* auth_salt is a salt that another key can share, or NULL. Valid until the keys change. */
const char *auth_salt(const struct auth *a);

/* auth_check finds out whose key a request has: AUTHORIZATION is the value of that header ("Bearer
 * KEY"), X_API_KEY of the other one; NULL: not there. A bearer's key goes first. The time that this
 * takes does not depend on how much of which key was right. WHO is written when AUTH_OK. About 1 us
 * and 3 ns per key, with one salt. */
enum auth_verdict auth_check(const struct auth *a, const char *authorization, const char *x_api_key,
                             struct auth_who *who);

/* A new key. */
struct auth_new_key {
    char key
        [AUTH_NAME_MAX]; /* "sk-takt-" and 43 characters that carry 256 random bits: shown once */
    char salt[AUTH_SALT_MAX + 1], digest[AUTH_DIGEST_MAX + 1]; /* as in a line */
    char line[AUTH_LINE_MAX]; /* for the key file, without a line feed */
};

/* auth_new_key makes a key for NAME. SALT may be NULL (a new one is made) or what auth_salt gives.
 * RULE may be NULL. The caller wipes OUT after use. Errors: USAGE (the name, the salt or a limit is
 * not allowed), IO (no random numbers). */
takt_rc auth_new_key(struct auth_new_key *out, enum auth_role role, const char *name,
                     const char *salt, const struct limits_rule *rule, takt_err *e);

/* auth_put_line writes the line of a key file for these, AUTH_LINE_MAX bytes at most, without a
 * line feed. Nothing is checked: a reader does that. Returns its length. */
size_t auth_put_line(char *line, enum auth_role role, const char *name, const char *salt,
                     const char *digest, const struct limits_rule *rule);

#endif
