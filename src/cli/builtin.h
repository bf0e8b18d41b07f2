/* builtin: the model that comes with takt, and what its name stands for. */
#ifndef TAKT_CLI_BUILTIN_H
#define TAKT_CLI_BUILTIN_H

#include <stddef.h>

#include "base/err.h"

/* Names the model on the command line; "./builtin" is a file or folder of that name. */
#define BUILTIN_NAME "builtin"

enum { BUILTIN_PATH_MAX = 4096 };

/* Frames of a clip that it is shown where nothing is said: it has learnt from two to four. */
enum { BUILTIN_FRAMES = 4 };

/* builtin_find writes the path of FILE ("builtin.gguf"), which comes with takt, to PATH: beside the
 * running program as it was built, then as it was installed, then in the folder for data that the
 * build was configured with. TAKT_ERR_IO names all three when it is in none. */
takt_rc builtin_find(char path[BUILTIN_PATH_MAX], const char *file, takt_err *e);

/* builtin_path makes *PATH what the command-line argument MODEL stands for: the built-in model's
 * file, written to BUF, for BUILTIN_NAME, else MODEL itself. */
takt_rc builtin_path(const char **path, char buf[BUILTIN_PATH_MAX], const char *model, takt_err *e);

/* builtin_open is takt_model_open for a command-line argument. */
takt_rc builtin_open(takt_model **out, const char *model, takt_err *e);

#endif
