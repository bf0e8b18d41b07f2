/* table: the recordings of tests/data/media, which are lines of fields between tabs. */
#ifndef TAKT_TESTS_MEDIA_TABLE_H
#define TAKT_TESTS_MEDIA_TABLE_H

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "media/image.h"
#include "t.h"

enum { TABLE_FIELDS_MAX = 8 };

/* table_read calls ROW for every line of tests/data/media/NAME; false when there are none. */
__attribute__((unused)) static bool table_read(const char *name,
                                               void (*row)(char *field[TABLE_FIELDS_MAX],
                                                           unsigned n))
{
    char path[256], *text;
    size_t len;
    takt_err e;
    snprintf(path, sizeof path, "tests/data/media/%s", name);
    if (!T_RC(file_read_all(&text, &len, path, 1 << 20, &e), &e))
        return false;
    unsigned n_rows = 0;
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1, n_rows++) {
        char *field[TABLE_FIELDS_MAX] = {line};
        unsigned n = 1;
        *end = 0;
        for (char *p = line; *p; p++)
            if (*p == '\t' && n < TABLE_FIELDS_MAX) {
                *p = 0;
                field[n++] = p + 1;
            }
        row(field, n);
    }
    free(text);
    return T_OK(n_rows > 0);
}

__attribute__((unused)) static uint32_t table_u32(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 10);
}

/* table_hash writes the SHA-256 of the pixels of IM. */
__attribute__((unused)) static void table_hash(char hex[65], const struct image *im)
{
    struct sha256 s;
    uint8_t digest[32];
    sha256_init(&s);
    sha256_add(&s, im->rgb, (size_t)im->width * im->height * 3);
    sha256_end(&s, digest);
    hash_hex(hex, digest, sizeof digest);
}

#endif
