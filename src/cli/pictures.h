/* pictures: from files on the command line to pictures in a prompt. */
#ifndef TAKT_CLI_PICTURES_H
#define TAKT_CLI_PICTURES_H

#include "base/err.h"
#include "base/opt.h"
#include "cli/builtin.h"
#include "takt.h"

/* Options of commands that take pictures: embed `struct cli_pictures pictures` and put
 * CLI_PICTURE_OPTS(type) in the table. */
struct cli_pictures {
    struct opt_list files;
    const char *mmproj;
    int64_t max_pixels;
};
#define CLI_PICTURE_OPTS(type)                                                                     \
    OPT(LIST, 'i', "image", type, pictures.files, "FILE", NULL,                                    \
        "show the model the picture in FILE (PNG, JPEG, WebP, GIF, BMP); may be repeated, in "     \
        "order; - is standard input"),                                                             \
        OPT(STR, 0, "mmproj", type, pictures.mmproj, "FILE", NULL,                                 \
            "the model's picture encoder; without it the only *mmproj*.gguf beside the model"),    \
        OPT_RANGE(                                                                                 \
            INT, 0, "max-pixels", type, pictures.max_pixels, "N", "0", 0, 1e9,                     \
            "of encoders that keep a picture's proportions (Qwen2-VL): make larger ones that "     \
            "small; 0: 1003520, as their processors do")

/* What is shown to a model; zero-initialise, release with pictures_close. */
struct pictures {
    takt_vision *vision;
    struct media_pool *pool;
    takt_span span[OPT_LIST_MAX];
    size_t n;
    int64_t encode_ns;          /* all steps of the encoder */
    double encode_ns_predicted; /* for the same */
};

/* pictures_find writes the path of the only picture encoder that lies beside the model whose file is
 * MODEL as the command line has it ("builtin" has its own) to PATH. TAKT_ERR_USAGE: there is none, or
 * there are several. */
takt_rc pictures_find(char path[BUILTIN_PATH_MAX], const char *model, takt_err *e);

/* pictures_start finds the picture encoder of M as pictures_open does, unless it is open already.
 * */
takt_rc pictures_start(struct pictures *p, const char *mmproj, const takt_model *m,
                       const char *model, const takt_vision_options *opt, takt_err *e);

/* pictures_open finds the picture encoder of M, whose file is MODEL as the command line has it
 * ("builtin" has its own), and encodes the files of O in order. Nothing is done when there are
 * none. Errors name the file: no or several encoders to be found (TAKT_ERR_USAGE), those of
 * takt_vision_new, of reading files and of decoding pictures. */
takt_rc pictures_open(struct pictures *p, const struct cli_pictures *o, const takt_model *m,
                      const char *model, const takt_vision_options *opt, takt_err *e);

/* pictures_read encodes FILE ("-": standard input) into span[n++]; the encoder must be open. */
takt_rc pictures_read(struct pictures *p, const char *file, takt_err *e);

/* pictures_cut drops all from the one numbered N on. */
void pictures_cut(struct pictures *p, size_t n);

/* pictures_insert puts all pictures at place AT of the N ids (malloc'ed; freed after an error). */
takt_rc pictures_insert(struct pictures *p, size_t at, int32_t **ids, size_t *n, takt_err *e);

/* pictures_close frees the pictures and the encoder. */
void pictures_close(struct pictures *p);

#endif
