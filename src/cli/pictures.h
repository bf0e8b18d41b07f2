/* pictures: from files on the command line to pictures, and frames of clips, in a prompt. */
#ifndef TAKT_CLI_PICTURES_H
#define TAKT_CLI_PICTURES_H

#include "base/err.h"
#include "base/opt.h"
#include "cli/builtin.h"
#include "takt.h"

/* Options of commands that take pictures: embed `struct cli_pictures pictures` and put
 * CLI_PICTURE_OPTS(type) in the table. */
struct cli_pictures {
    struct opt_list files, clips;
    const char *mmproj;
    int64_t max_pixels;
    int64_t n_frames;
    double fps;
};
#define CLI_PICTURE_OPTS(type)                                                                     \
    OPT(LIST, 'i', "image", type, pictures.files, "FILE", NULL,                                    \
        "show the model the picture in FILE (PNG, JPEG, WebP, GIF, BMP); may be repeated, in "     \
        "order; - is standard input"),                                                             \
        OPT(LIST, 0, "video", type, pictures.clips, "FILE", NULL,                                  \
            "show the model frames of the clip in FILE (MP4, WebM, MKV and other films through "   \
            "ffmpeg; animated GIF and WebP); may be repeated, in order with --image; - is "        \
            "standard input"),                                                                     \
        OPT_RANGE(INT, 0, "frames", type, pictures.n_frames, "N", "0", 0, 64,                      \
                  "frames of a clip, evenly chosen; 0: 8, or 4 for the built-in model"),           \
        OPT_RANGE(F64, 0, "fps", type, pictures.fps, "F", "0", 0, 1000,                            \
                  "instead, F frames of each second of a clip, up to 64 in all"),                  \
        OPT(STR, 0, "mmproj", type, pictures.mmproj, "FILE", NULL,                                 \
            "the model's picture encoder; without it the one in the model's folder, or the only "  \
            "*mmproj*.gguf beside the model file"),                                                \
        OPT_RANGE(                                                                                 \
            INT, 0, "max-pixels", type, pictures.max_pixels, "N", "0", 0, 1e9,                     \
            "of encoders that keep a picture's proportions (Qwen2-VL): make larger ones that "     \
            "small; 0: 1003520, as their processors do")

/* As what a file is shown. A picture is also a clip of one frame; of a GIF the first frame is a
 * picture; BY_CONTENT: films, and animations of several frames, are clips. */
enum shown_as { AS_PICTURE, AS_CLIP, BY_CONTENT };

enum { PICTURES_MAX = 256 };

/* A clip that is shown. */
struct shown_clip {
    size_t first, n; /* its pictures: its frames, or one for the whole clip */
    uint32_t file_frames, n_frames;
    int64_t duration_ns;
    int64_t *at_ns; /* [n_frames] when each that is shown stands there, from the first one of its
                       file; malloc'ed */
};

/* What is shown to a model; zero-initialise, release with pictures_close. */
struct pictures {
    takt_vision *vision;
    struct media_pool *pool;
    takt_span span[PICTURES_MAX];
    uint32_t clip_of[PICTURES_MAX]; /* see takt_chat_input.clips */
    size_t n;
    struct shown_clip clip[PICTURES_MAX];
    uint32_t n_clips;
    uint32_t last_number;       /* of a clip */
    uint32_t n_frames;          /* of each clip; 0: the default */
    double fps;                 /* above 0: instead, so many of each second */
    uint32_t n_encoded;         /* pictures; the others were known by their content */
    int64_t encode_ns;          /* all steps of the encoder */
    double encode_ns_predicted; /* for the same */
};

/* pictures_find writes the path of the only picture encoder that lies beside the model whose file
 * is MODEL as the command line has it ("builtin" has its own; a folder may have one in it) to PATH.
 * TAKT_ERR_USAGE: there is none, or there are several. */
takt_rc pictures_find(char path[BUILTIN_PATH_MAX], const char *model, takt_err *e);

/* pictures_start finds the picture encoder of M as pictures_open does, unless it is open already,
 * and takes from O which frames of clips are shown. Errors: USAGE (both --frames and --fps). */
takt_rc pictures_start(struct pictures *p, const struct cli_pictures *o, const takt_model *m,
                       const char *model, const takt_vision_options *opt, takt_err *e);

/* pictures_open finds the picture encoder of M, whose file is MODEL as the command line has it
 * ("builtin" has its own), and encodes the files of O in order. Nothing is done when there are
 * none. Errors name the file: no or several encoders to be found (TAKT_ERR_USAGE), those of
 * takt_vision_new, of reading files and of decoding pictures and clips. */
takt_rc pictures_open(struct pictures *p, const struct cli_pictures *o, const takt_model *m,
                      const char *model, const takt_vision_options *opt, takt_err *e);

/* pictures_each calls SHOW for each file of O in the order of the command line, until one fails. */
takt_rc pictures_each(const struct cli_pictures *o,
                      takt_rc (*show)(void *user, const char *file, enum shown_as as, takt_err *e),
                      void *user, takt_err *e);

/* pictures_read encodes FILE ("-": standard input) into span[n++], or its frames into several; *as
 * becomes AS_PICTURE or AS_CLIP where it was BY_CONTENT. The encoder must be open. */
takt_rc pictures_read(struct pictures *p, const char *file, enum shown_as *as, takt_err *e);

/* pictures_check_room: is there room for one more? Error: LIMIT, WHERE names it. pictures_add takes
 * PICTURE over where there is; CLIP: the number of the one it belongs to, 0: none. pictures_count
 * takes in what encoding took. */
takt_rc pictures_check_room(const struct pictures *p, const char *where, takt_err *e);
void pictures_add(struct pictures *p, takt_picture *picture, uint32_t clip);
void pictures_count(struct pictures *p, const takt_step_info *info);

/* pictures_cut drops all from the one numbered N on, pictures_cut_first the first N; a clip is
 * dropped whole. */
void pictures_cut(struct pictures *p, size_t n);
void pictures_cut_first(struct pictures *p, size_t n);

/* pictures_insert puts all pictures at place AT of the N ids (malloc'ed; freed after an error). */
takt_rc pictures_insert(struct pictures *p, size_t at, int32_t **ids, size_t *n, takt_err *e);

/* pictures_write appends what is known of the pictures to O, an object that is open. */
struct json_out;
void pictures_write(const struct pictures *p, struct json_out *o);

/* pictures_close frees the pictures and the encoder. */
void pictures_close(struct pictures *p);

#endif
