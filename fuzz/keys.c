/* The reader of key files: what it accepts has keys and lets nobody in who has none of them; each
 * word of it, presented as a key, is answered, and hashed ones never open a door. */
#include <stdlib.h>
#include <string.h>

#include "server/auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void present(const struct auth *a, const char *word)
{
    struct auth_who who = {.id = 0};
    enum auth_verdict v = auth_check(a, word, word, &who);
    bool is_known = v == AUTH_OK && who.id && who.name[0];
    if (v == AUTH_OK && (!is_known || strncmp(word, "sha256:", 7) == 0))
        __builtin_trap();
    if (v == AUTH_NO_KEY && word[strspn(word, " \t")] && strncasecmp(word, "bearer", 6) != 0)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    takt_err e;
    struct auth *a, *again;
    struct slice text = {data, n};
    if (auth_parse(&a, text, "fuzz", &e).code) {
        if (a || !e.what[0])
            __builtin_trap();
        return 0;
    }
    if (auth_is_open(a) || auth_n_keys(a) == 0 || auth_n_keys(a) > AUTH_KEYS_MAX)
        __builtin_trap();
    if (auth_parse(&again, text, "fuzz", &e).code || auth_n_keys(again) != auth_n_keys(a))
        __builtin_trap();
    auth_free(again);
    char *copy = malloc(n + 1), *rest = copy, *word;
    if (copy) {
        memcpy(copy, data, n);
        copy[n] = 0;
        present(a, copy);
        while ((word = strtok_r(rest, " \t\r\n", &rest)))
            present(a, word);
    }
    free(copy);
    auth_free(a);
    return 0;
}
