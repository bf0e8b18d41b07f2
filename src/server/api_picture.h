/* api_picture: the pictures and clips in a request: parts of messages that say where one is to be
 * had. */
#ifndef TAKT_SERVER_API_PICTURE_H
#define TAKT_SERVER_API_PICTURE_H

#include "base/arena.h"
#include "base/json.h"
#include "server/api_error.h"

enum api_picture_from {
    API_PICTURE_DATA, /* a data: URL, not looked into yet */
    API_PICTURE_FILE, /* the id of a file of /v1/files */
    API_PICTURE_WEB,  /* an http or https URL */
};

struct api_picture {
    struct api_picture *next;
    char path[96]; /* what says it, for errors: "messages[0].content[1].image_url" */
    enum api_picture_from from;
    struct slice text; /* the URL or id; NUL-terminated beside its length */
    bool is_low;       /* "detail": "low": whole, without tiles */
    bool is_clip;      /* several frames are shown: */
    uint32_t n_frames; /* so many, evenly chosen; 0: not said */
    double fps;        /* above 0: so many of each second */
};

/* Those of a request, in order. Zero-initialised: none. */
struct api_pictures {
    struct api_picture *first, *last;
    uint32_t n;
};

/* api_picture_is tells whether PART, of a message, is a picture by its type: "image_url" or
 * "input_image"; api_clip_is whether it is a clip: "video_url" or "input_video". */
bool api_picture_is(const struct json *part);
bool api_clip_is(const struct json *part);

/* api_picture_read appends what PART says, which is a picture or a clip, to LIST, in A; AT is its
 * place ("messages[0].content[1]"). The forms are {"type": "image_url", "image_url": {"url": URL,
 * "detail": "auto"|"low"|"high"}}, the same with "image_url": URL, and {"type": "input_image",
 * "image_url": URL, or "file_id": ID, "detail": ...}. Of clips it is "video_url" and "input_video",
 * and beside the URL or id there may be "num_frames": N or "fps": F. Errors name the member. */
takt_rc api_picture_read(struct api_pictures *list, const struct json *part, const char *at,
                         struct arena *a, struct api_error *e);

/* api_picture_refuse makes E of FROM, which is about P: its file, its URL or its pixels. What is
 * the sender's fault is told in FROM's words, other failures by their kind. Returns FROM's code. */
takt_rc api_picture_refuse(struct api_error *e, const struct api_picture *p, const takt_err *from);

#endif
