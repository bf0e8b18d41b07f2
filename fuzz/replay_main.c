/* Runs a fuzz target over its saved corpus, so that the corpus is a test under every compiler: each
 * file whole, and cut at up to 64 places. Input lies in a buffer of exactly its size. Prints TAP.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void run(const char *text, size_t n)
{
    uint8_t *exact = malloc(n ? n : 1);
    if (!exact)
        exit(1);
    memcpy(exact, text, n);
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
}

static bool replay(const char *path)
{
    char *text;
    size_t n;
    takt_err e;
    if (file_read_all(&text, &n, path, 16 << 20, &e).code) {
        printf("# %s: %s\n", path, e.what);
        return false;
    }
    fprintf(stderr, "%s\n", path); /* names the culprit if this one is fatal */
    run(text, n);
    size_t step = n / 64 + 1;
    for (size_t cut = 0; cut < n; cut += step)
        run(text, cut);
    free(text);
    return true;
}

int main(int argc, char **argv)
{
    DIR *d = argc == 2 ? opendir(argv[1]) : NULL;
    unsigned n = 0, n_failed = 0;
    printf("1..1\n");
    for (struct dirent *f; d && (f = readdir(d));) {
        char path[1024];
        if (f->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], f->d_name);
        n++;
        n_failed += !replay(path);
    }
    if (d)
        closedir(d);
    if (n == 0)
        printf("not ok 1 - no corpus in %s\n", argc == 2 ? argv[1] : "(no folder given)");
    else
        printf("%s 1 - %u files survived, %u not read\n", n_failed ? "not ok" : "ok", n - n_failed,
               n_failed);
    return n_failed > 0 || n == 0;
}
