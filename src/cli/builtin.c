#include "cli/builtin.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

/* Where the build was told to install data: "/usr/share" and the like. */
#ifndef TAKT_DATADIR
#define TAKT_DATADIR "/usr/local/share"
#endif

/* The folder above the running program's, without a slash at its end; false when the system does
 * not tell. */
static bool own_root(char *buf, size_t cap)
{
    ssize_t n = readlink("/proc/self/exe", buf, cap - 1);
    if (n <= 0)
        return false;
    buf[n] = '\0';
    for (int i = 0; i < 2; i++) {
        char *slash = strrchr(buf, '/');
        if (slash)
            *slash = '\0';
    }
    return true;
}

takt_rc builtin_find(char path[BUILTIN_PATH_MAX], const char *file, takt_err *e)
{
    enum { N_PLACES = 3, DATADIR = 2 };
    static const char *const below[N_PLACES] = {"/models/builtin", "/share/takt", "/takt"};
    char root[BUILTIN_PATH_MAX / 2], folder[N_PLACES][BUILTIN_PATH_MAX - 256], tried[1024] = "";
    for (int i = own_root(root, sizeof root) ? 0 : DATADIR; i < N_PLACES; i++) {
        snprintf(folder[i], sizeof folder[i], "%s%s", i < DATADIR ? root : TAKT_DATADIR, below[i]);
        snprintf(path, BUILTIN_PATH_MAX, "%s/%s", folder[i], file);
        if (file_exists(path))
            return TAKT_OK;
        size_t n = strlen(tried);
        if (i < DATADIR || strcmp(folder[i], folder[DATADIR - 1]) != 0)
            snprintf(tried + n, sizeof tried - n, "%s%s", n ? ", " : "", folder[i]);
    }
    return err_set(e, TAKT_ERR_IO, BUILTIN_NAME,
                   "takt's own model is missing; name a MODEL, or install takt anew: there is no "
                   "%s in %s",
                   file, tried);
}

takt_rc builtin_path(const char **path, char buf[BUILTIN_PATH_MAX], const char *model, takt_err *e)
{
    *path = model;
    if (strcmp(model, BUILTIN_NAME) != 0)
        return TAKT_OK;
    *path = buf;
    return builtin_find(buf, "builtin.gguf", e);
}

takt_rc builtin_open(takt_model **out, const char *model, takt_err *e)
{
    char buf[BUILTIN_PATH_MAX];
    const char *path;
    *out = NULL;
    TAKT_TRY(builtin_path(&path, buf, model, e));
    return takt_model_open(out, path, e);
}
