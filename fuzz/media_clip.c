/* What is read of clips before anything is decoded: the frames of animations, and what ffmpeg,
 * which may have been taken over by a film, writes. */
#include <stdlib.h>

#include "media/animation.h"
#include "media/film.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct media_clip_limits small = {.file_frames = 1000, .frames = 16};

/* What is chosen are frames, each once, in order, and no more than are allowed. */
static void choose(const struct frames *f, const struct media_clip_limits *l)
{
    static const struct media_clip_choice choices[] = {{0, 0}, {1, 0}, {16, 0}, {0, 0.7}, {0, 900}};
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        uint32_t index[16], count;
        takt_err e = {0};
        takt_rc rc = frames_choose(index, &count, f, &choices[i], l, &e);
        if (rc.code ? !e.what[0] || count > 0 : count == 0 || count > 16)
            abort();
        for (uint32_t k = 0; k < count; k++)
            if (index[k] >= f->n || (k > 0 && index[k] <= index[k - 1]))
                abort();
    }
}

static void animation(struct slice file, enum media_kind kind)
{
    struct media_clip_limits l = media_clip_limits_of(&small);
    struct frames f = {0};
    takt_err e = {0};
    if (animation_read(&f, file, kind, &l, &e).code && !e.what[0])
        abort();
    if (f.n > l.file_frames)
        abort();
    for (uint32_t i = 1; i < f.n; i++)
        if (f.at_ns[i] <= f.at_ns[i - 1])
            abort();
    choose(&f, &l);
    frames_free(&f);
}

static void list(struct slice file)
{
    struct media_clip_limits l = media_clip_limits_of(&small);
    struct film_list t = {0};
    takt_err e = {0};
    for (size_t at = 0; at < file.len;) {
        const uint8_t *line = file.p + at, *end = memchr(line, '\n', file.len - at);
        size_t n = end ? (size_t)(end - line) : file.len - at;
        if (film_list_line(&t, (const char *)line, n, &l, &e).code)
            break;
        at += n + 1;
    }
    frames_sort(&t.frames);
    choose(&t.frames, &l);
    film_list_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct slice file = {data, n};
    struct media_clip_limits l = media_clip_limits_of(NULL);
    uint32_t width, height;
    takt_err e = {0};
    const char *demuxer = NULL;
    if (film_kind(file, &demuxer) && !demuxer)
        abort();
    media_is_clip(file);
    animation(file, MEDIA_GIF);
    animation(file, MEDIA_WEBP);
    list(file);
    if (film_ppm_head(&width, &height, (const char *)data, n, &l, &e).code)
        return 0;
    if (width == 0 || height == 0 || (uint64_t)width * height > l.pixels)
        abort();
    return 0;
}
