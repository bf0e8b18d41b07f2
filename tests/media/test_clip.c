/* Clips: animations by the workers, films by a program that stands for ffmpeg (film_liar.c) and so
 * can lie; real films are in tests/cli/test_video.py. */
#include "media/clip.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "media/film_read.h"
#include "t.h"

static struct media_pool *pool_new(void)
{
    const struct media_options o = {.n_workers = 1, .worker = WORKER};
    struct media_pool *p = NULL;
    takt_err e;
    T_RC(media_pool_new(&p, &o, &e), &e);
    return p;
}

static struct slice text(const char *s)
{
    return slice_str(s);
}

/* ---- which frames ---- */

static struct frames frames_at(const int64_t *at, uint32_t n, int64_t end)
{
    struct frames f = {0};
    struct media_clip_limits l = media_clip_limits_of(NULL);
    for (uint32_t i = 0; i < n; i++)
        T_OK(!frames_add(&f, at[i], i + 1 == n ? end : at[i] + 1, &l, NULL).code);
    frames_sort(&f);
    return f;
}

static void chosen(const struct frames *f, uint32_t n, double per_s, const char *want)
{
    const struct media_clip_choice c = {n, per_s};
    struct media_clip_limits l = media_clip_limits_of(NULL);
    uint32_t index[64], count;
    char got[400] = "";
    takt_err e;
    if (!T_RC(frames_choose(index, &count, f, &c, &l, &e), &e))
        return;
    for (uint32_t i = 0; i < count; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%u", i ? " " : "", index[i]);
    T_EQ_STR(got, want);
}

T_TEST(evenly)
{
    int64_t at[100];
    for (int i = 0; i < 100; i++)
        at[i] = 7000 + i * INT64_C(40000000);
    struct frames f = frames_at(at, 100, at[99] + 40000000);
    chosen(&f, 0, 0, "0 14 28 42 57 71 85 99");
    chosen(&f, 4, 0, "0 33 66 99");
    chosen(&f, 2, 0, "0 99");
    chosen(&f, 1, 0, "49");
    /* Four seconds, 25 frames each. */
    chosen(&f, 0, 1, "0 25 50 75");
    chosen(&f, 0, 0.5, "0 50");
    chosen(&f, 0, 0.01, "0");
    frames_free(&f);
    f = frames_at(at, 3, at[2] + 40000000);
    chosen(&f, 8, 0, "0 1 2");
    chosen(&f, 0, 1000, "0 1 2"); /* no frame twice */
    frames_free(&f);
}

T_TEST(unevenly)
{
    /* In another order than they are shown in, with a long pause, and two at the same time. */
    static const int64_t at[] = {0, 3000000000, 1000000000, 1000000000, 60000000000};
    struct frames f = frames_at(at, 5, 60000000001);
    chosen(&f, 5, 0, "0 1 2 3 4");
    chosen(&f, 0, 1, "0 2 3 4");
    frames_free(&f);
    f = frames_at(at, 1, 0);
    chosen(&f, 0, 0, "0");
    chosen(&f, 0, 30, "0");
    frames_free(&f);
}

T_TEST(too_many)
{
    int64_t at[100];
    uint32_t index[64], n;
    takt_err e;
    for (int i = 0; i < 100; i++)
        at[i] = i * INT64_C(40000000);
    struct frames f = frames_at(at, 100, 4000000000), none = {0};
    struct media_clip_limits l = media_clip_limits_of(NULL);
    struct media_clip_choice c = {.n = 65};
    T_FAILS(frames_choose(index, &n, &f, &c, &l, &e), &e, TAKT_ERR_LIMIT,
            "65 frames are asked for; 64 are the most");
    c = (struct media_clip_choice){.per_s = 25};
    T_FAILS(frames_choose(index, &n, &f, &c, &l, &e), &e, TAKT_ERR_LIMIT,
            "more than 64 frames at 25 a second");
    c = (struct media_clip_choice){0};
    T_EQ_INT(frames_choose(index, &n, &none, &c, &l, &e).code, TAKT_ERR_FORMAT);
    l.duration_ns = 3900000000;
    T_FAILS(frames_choose(index, &n, &f, &c, &l, &e), &e, TAKT_ERR_LIMIT,
            "lasts 4.0 s; 3.9 s are the most");
    l.file_frames = 100;
    T_EQ_INT(frames_add(&f, 0, 0, &l, &e).code, TAKT_ERR_LIMIT);
    frames_free(&f);
}

/* ---- what ffmpeg writes ---- */

static takt_rc list_line(struct film_list *t, const char *line, takt_err *e)
{
    static const struct media_clip_limits zeros;
    struct media_clip_limits l = media_clip_limits_of(&zeros);
    return film_list_line(t, line, strlen(line), &l, e);
}

T_TEST(lists)
{
    static const char *const good[] = {"#software: Lavf59.27.100",
                                       "#tb 0: 1/12800",
                                       "#dimensions 0: 320x240",
                                       "#sar 0: 1/1",
                                       "0,      -1024,          0,      512,     3952, 0x185c3e67",
                                       "0,       -512,       2048,      512,      530, 0x1, F=0x0",
                                       "0,  0, -9223372036854775808, 0, 88, 0xbcdd274f"};
    static const char *const bad[] = {"",
                                      "x",
                                      "1, 0, 0, 0, 0",
                                      "0, 0, 0",
                                      "0, a, 0, 0, 0",
                                      "0, 0, 99999999999999999999, 0, 0",
                                      "0,0,0,0",
                                      "0, 0, -, 0,"};
    struct film_list t = {0};
    takt_err e;
    T_EQ_INT(list_line(&t, good[4], &e).code, TAKT_ERR_INTERNAL); /* before the time base */
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        T_RC(list_line(&t, good[i], &e), &e);
    T_EQ_INT(t.frames.n, 3);
    T_EQ_INT(t.frames.at_ns[1], 160000000);
    T_EQ_INT(t.frames.at_ns[2], 0); /* not told: when it is decoded */
    T_EQ_INT(t.width * 1000 + t.height, 320240);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!T_EQ_INT(list_line(&t, bad[i], &e).code, TAKT_ERR_INTERNAL))
            printf("# '%s'\n", bad[i]);
    T_EQ_INT(list_line(&t, "#tb 0: 0/1", &e).code, TAKT_ERR_INTERNAL);
    T_RC(list_line(&t, "#tb 0: 1000000/1", &e), &e);
    T_EQ_INT(list_line(&t, "0, 0, 1000000, 0, 0", &e).code, TAKT_ERR_FORMAT);
    film_list_free(&t);
}

T_TEST(heads)
{
    static const char *const bad[] = {"P6\n3 2\n255",   "P6\n3 2\n256\n",  "P5\n3 2\n255\n", "",
                                      "P6\n3\n2 255\n", "P6\n-3 2\n255\n", "P6\n3 2\n255\nx"};
    struct media_clip_limits l = media_clip_limits_of(NULL);
    uint32_t w, h;
    takt_err e;
    T_RC(film_ppm_head(&w, &h, "P6\n3 2\n255\n", 11, &l, &e), &e);
    T_OK(w == 3 && h == 2);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        T_EQ_INT(film_ppm_head(&w, &h, bad[i], strlen(bad[i]), &l, &e).code, TAKT_ERR_INTERNAL);
    T_EQ_INT(film_ppm_head(&w, &h, "P6\n0 2\n255\n", 11, &l, &e).code, TAKT_ERR_FORMAT);
    T_EQ_INT(film_ppm_head(&w, &h, "P6\n9999 9999\n255\n", 17, &l, &e).code, TAKT_ERR_LIMIT);
    T_EQ_INT(film_ppm_head(&w, &h, "P6\n32769 1\n255\n", 15, &l, &e).code, TAKT_ERR_LIMIT);
}

/* ---- animations ---- */

static struct slice read_made(const char *name)
{
    char path[256], *bytes;
    size_t n;
    takt_err e;
    snprintf(path, sizeof path, "tests/data/media/made/%s", name);
    if (!T_RC(file_read_all(&bytes, &n, path, 1 << 20, &e), &e))
        return (struct slice){NULL, 0};
    return (struct slice){(const uint8_t *)bytes, n};
}

static void drop(struct slice s)
{
    free((void *)(uintptr_t)s.p);
}

/* The first frame of a clip is what a picture of it is; its header tells how many there are. */
static void first_is_picture(struct media_pool *p, const char *name, uint32_t n_frames)
{
    struct slice file = read_made(name);
    struct media_clip *c = NULL;
    struct media_clip_info info = {0};
    struct image one = {0}, im;
    int64_t at;
    takt_err e;
    T_RC(media_decode(p, file, NULL, &one, &e), &e);
    if (T_RC(media_clip_open(&c, p, file, NULL, &e), &e))
        media_clip_describe(c, &info);
    T_EQ_INT(info.file_frames, n_frames);
    for (uint32_t i = 0; i < info.n_frames; i++) {
        if (!T_RC(media_clip_next(c, &im, &at, &e), &e))
            break;
        T_OK(im.width == info.width && (i == 0 ? at == 0 : at > 0));
        if (i == 0)
            T_EQ_MEM(im.rgb, one.rgb, (size_t)im.width * im.height * 3);
        image_free(&im);
    }
    if (c && T_RC(media_clip_next(c, &im, &at, &e), &e))
        T_OK(!im.rgb);
    media_clip_close(c);
    image_free(&one);
    drop(file);
}

T_TEST(firsts)
{
    struct media_pool *p = pool_new();
    if (!p)
        return;
    first_is_picture(p, "moving.webp", 2);
    first_is_picture(p, "palette.gif", 1);
    first_is_picture(p, "interlaced.gif", 1);
    first_is_picture(p, "one.png", 1);
    media_pool_free(p);
}

/* A GIF of 2 x 2 pixels, black, red, green and blue; a frame for each of PARTS, which is (x, y,
 * width, height, colour of all its pixels, transparent colour or -1, disposal, hundredths). */
struct part {
    int x, y, width, height, colour, transparent, disposal, delay;
};

static struct slice make_gif(const struct part *parts, size_t n)
{
    static uint8_t out[4096];
    static const uint8_t head[] = {'G', 'I', 'F', '8', '9', 'a', 2, 0,   2, 0, 0x81, 0,  0,
                                   0,   0,   0,   255, 0,   0,   0, 255, 0, 0, 0,    255};
    size_t at = sizeof head;
    memcpy(out, head, at);
    for (size_t i = 0; i < n; i++) {
        const struct part *p = &parts[i];
        const uint8_t control[] = {0x21,
                                   0xf9,
                                   4,
                                   (uint8_t)(p->disposal << 2 | (p->transparent >= 0)),
                                   (uint8_t)p->delay,
                                   0,
                                   (uint8_t)p->transparent,
                                   0,
                                   0x2c,
                                   (uint8_t)p->x,
                                   0,
                                   (uint8_t)p->y,
                                   0,
                                   (uint8_t)p->width,
                                   0,
                                   (uint8_t)p->height,
                                   0,
                                   0,
                                   2};
        memcpy(out + at, control, sizeof control);
        at += sizeof control;
        /* Codes of 3 bits: clear (4) before each pixel keeps them so small; 5 is the end. */
        uint32_t bits = 0, n_bits = 0;
        uint8_t data[16], bytes = 0;
        int pixels = p->width * p->height;
        for (int k = 0; k <= pixels * 2; k++) {
            unsigned code = k == pixels * 2 ? 5 : k % 2 ? (unsigned)p->colour : 4;
            bits |= code << n_bits;
            for (n_bits += 3; n_bits >= 8; n_bits -= 8, bits >>= 8)
                data[bytes++] = (uint8_t)bits;
        }
        data[bytes++] = (uint8_t)bits;
        out[at++] = bytes;
        memcpy(out + at, data, bytes);
        at += bytes;
        out[at++] = 0;
    }
    out[at++] = 0x3b;
    return (struct slice){out, at};
}

/* The frames of a GIF, as letters for colours: "krgb" and "w" for white. */
static void plays(struct media_pool *p, const struct part *parts, size_t n, const char *want)
{
    struct slice file = make_gif(parts, n);
    struct media_clip *c;
    char got[200] = "";
    size_t len = 0;
    takt_err e;
    if (!T_RC(media_clip_open(&c, p, file, NULL, &e), &e))
        return;
    for (;;) {
        struct image im;
        int64_t at;
        if (!T_RC(media_clip_next(c, &im, &at, &e), &e) || !im.rgb)
            break;
        for (int i = 0; i < 4; i++) {
            const uint8_t *v = im.rgb + (size_t)i * 3;
            got[len++] = v[0] && v[1] ? 'w' : v[0] ? 'r' : v[1] ? 'g' : v[2] ? 'b' : 'k';
        }
        len += (size_t)snprintf(got + len, sizeof got - len, "@%lld ", (long long)(at / 10000000));
        image_free(&im);
    }
    media_clip_close(c);
    T_EQ_STR(got, want);
}

T_TEST(disposal)
{
    static const struct part over[] = {{0, 0, 2, 2, 1, -1, 0, 20},
                                       {1, 1, 1, 1, 2, -1, 1, 30},
                                       {0, 0, 1, 2, 3, 3, 0, 30},
                                       {0, 0, 1, 1, 3, -1, 0, 0}};
    static const struct part back[] = {{0, 0, 2, 2, 1, -1, 1, 5},
                                       {0, 0, 1, 1, 2, -1, 3, 5},
                                       {1, 0, 1, 1, 3, -1, 2, 5},
                                       {0, 1, 1, 1, 0, -1, 0, 5}};
    static const struct part holes[] = {{0, 0, 1, 1, 1, 2, 0, 5}, {1, 1, 2, 2, 3, -1, 0, 5}};
    struct media_pool *p = pool_new();
    if (!p)
        return;
    plays(p, over, 4, "rrrr@0 rrrg@20 rrrg@50 brrg@80 ");
    plays(p, back, 4, "rrrr@0 grrr@5 rbrr@10 rwkr@15 ");
    plays(p, holes, 2, "rwww@0 rwwb@5 "); /* the second leaves its screen */
    media_pool_free(p);
}

T_TEST(broken_animations)
{
    static const struct part two[] = {{0, 0, 2, 2, 1, -1, 0, 20}, {0, 0, 2, 2, 2, -1, 1, 30}};
    struct media_pool *p = pool_new();
    struct media_clip *c;
    struct slice whole = make_gif(two, 2);
    uint8_t copy[256];
    takt_err e;
    if (!p || !T_OK(whole.len < sizeof copy))
        return;
    T_OK(media_is_clip(whole));
    for (size_t n = 0; n < whole.len - 1; n++) { /* without its end it is whole, too */
        takt_rc rc = media_clip_open(&c, p, (struct slice){whole.p, n}, NULL, &e);
        if (!rc.code)
            media_clip_close(c);
        else
            T_OK(strcmp(e.where, "clip") == 0 && e.what[0]);
    }
    /* A frame that is larger than the screen. */
    memcpy(copy, whole.p, whole.len);
    enum { HEAD = 25, WIDTH = 13 };
    copy[HEAD + (whole.len - HEAD - 1) / 2 + WIDTH] = 200;
    T_RC(media_clip_open(&c, p, (struct slice){copy, whole.len}, NULL, &e), &e);
    struct image im;
    int64_t at;
    T_RC(media_clip_next(c, &im, &at, &e), &e);
    image_free(&im);
    T_EQ_INT(media_clip_next(c, &im, &at, &e).code, TAKT_ERR_FORMAT);
    T_EQ_STR(e.where, "clip");
    T_EQ_INT(media_clip_next(c, &im, &at, &e).code, TAKT_ERR_USAGE);
    media_clip_close(c);
    T_EQ_INT(media_clip_open(&c, p, text("nothing"), NULL, &e).code, TAKT_ERR_FORMAT);
    T_EQ_INT(media_clip_open(&c, p, text(""), NULL, &e).code, TAKT_ERR_FORMAT);
    media_pool_free(p);
}

/* ---- films, by the liar ---- */

static takt_rc open_film(struct media_clip **c, struct media_pool *p, const char *how,
                         const struct media_clip_limits *l, takt_err *e)
{
    static char file[256];
    struct media_clip_options o = {.ffmpeg = LIAR_FILM, .choice = {.n = 3}};
    if (l)
        o.limits = *l;
    snprintf(file, sizeof file, "\x1a\x45\xdf\xa3%s", how);
    return media_clip_open(c, p, text(file), &o, e);
}

/* Frames until the end or an error, which is left in E; its code. */
static int32_t play_film(struct media_pool *p, const char *how, const struct media_clip_limits *l,
                         uint32_t *n, takt_err *e)
{
    struct media_clip *c;
    *n = 0;
    takt_rc rc = open_film(&c, p, how, l, e);
    if (rc.code)
        return rc.code;
    for (;;) {
        struct image im;
        int64_t at;
        rc = media_clip_next(c, &im, &at, e);
        if (rc.code || !im.rgb)
            break;
        T_EQ_INT(at, (int64_t)*n * 40000000 * 2); /* frames 0, 2 and 4 of 5 */
        T_EQ_INT(im.rgb[0], *n);
        ++*n;
        image_free(&im);
    }
    media_clip_close(c);
    return rc.code;
}

static void film(struct media_pool *p, const char *how, int32_t code, uint32_t frames,
                 const char *says)
{
    uint32_t n;
    takt_err e = {0};
    int32_t got = play_film(p, how, NULL, &n, &e);
    if (!T_OK(got == code && n == frames && (!says || strstr(e.what, says))))
        printf("# %s: code %d, %u frames: %s\n", how, got, n, e.what);
}

T_TEST(liars)
{
    struct media_pool *p = pool_new();
    if (!p)
        return;
    film(p, "good", 0, 3, NULL);
    film(p, "old", 0, 3, NULL); /* one that does not know -fps_mode */
    film(p, "fewer", 0, 2, NULL);
    film(p, "none", TAKT_ERR_FORMAT, 0, "has no frame that ffmpeg can decode");
    film(p, "empty", TAKT_ERR_FORMAT, 0, "has no frames");
    film(p, "more", TAKT_ERR_INTERNAL, 3, "more frames than it should");
    film(p, "short", TAKT_ERR_INTERNAL, 2, "ended within a frame");
    film(p, "rubbish", TAKT_ERR_INTERNAL, 0, "something else than a list of frames");
    film(p, "endless", TAKT_ERR_INTERNAL, 0, "a line without end");
    film(p, "huge", TAKT_ERR_LIMIT, 0, "30000 x 30000 pixels");
    film(p, "lying", TAKT_ERR_LIMIT, 0, "30000 x 30000 pixels");
    film(p, "fails", TAKT_ERR_FORMAT, 0, "cannot be read by ffmpeg: it ?hurts");
    film(p, "fails-late", TAKT_ERR_FORMAT, 3, "cannot be read by ffmpeg");
    film(p, "segv", TAKT_ERR_FORMAT, 0, "crashed ffmpeg (signal 11)");
    film(p, "sound", TAKT_ERR_FORMAT, 0, "it is sound alone");
    film(p, "chatter", 0, 3, NULL); /* more words than a pipe holds */
    media_pool_free(p);
}

T_TEST(too_slow)
{
    const struct media_clip_limits l = {.decode_ns = 300000000};
    struct media_pool *p = pool_new();
    uint32_t n;
    takt_err e;
    if (!p)
        return;
    T_EQ_INT(play_film(p, "sleep", &l, &n, &e), TAKT_ERR_LIMIT);
    T_OK(strstr(e.what, "takes too long to decode: ffmpeg was killed after 0.3 s"));
    media_pool_free(p);
}

static void *no_more(void *user)
{
    usleep(100000);
    atomic_store((atomic_bool *)user, true);
    return NULL;
}

T_TEST(unwanted)
{
    static const char file[] = "\x1a\x45\xdf\xa3sleep";
    struct media_pool *p = pool_new();
    atomic_bool is_unwanted = false;
    const struct media_clip_options o = {.ffmpeg = LIAR_FILM, .is_unwanted = &is_unwanted};
    struct media_clip *c;
    pthread_t thread;
    takt_err e;
    if (!p || !T_EQ_INT(pthread_create(&thread, NULL, no_more, &is_unwanted), 0))
        return;
    T_FAILS(media_clip_open(&c, p, text(file), &o, &e), &e, TAKT_ERR_CANCELLED, "not wanted");
    pthread_join(thread, NULL);
    media_pool_free(p);
}

T_TEST(confined)
{
    static const char *const what[] = {"open",   "write", "socket", "fork",       "kill",
                                       "memory", "code",  "fds",    "environment"};
    bool has_landlock = syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 0;
    struct media_pool *p = pool_new();
    if (!p)
        return;
    setenv("TAKT_SECRET", "secret", 1);
    for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
        char how[64];
        if ((strcmp(what[i], "open") == 0 && !has_landlock) ||
            (strcmp(what[i], "memory") == 0 && T_SANITIZED))
            continue; /* the kernel cannot refuse it; a sanitized worker would not start */
        snprintf(how, sizeof how, "try-%s", what[i]);
        film(p, how, TAKT_ERR_FORMAT, 0, "was refused");
    }
    unsetenv("TAKT_SECRET");
    media_pool_free(p);
}

T_TEST(options)
{
    struct media_pool *p = pool_new();
    struct media_clip *c;
    takt_err e;
    if (!p)
        return;
    const struct media_clip_options none = {.ffmpeg = "/nowhere/ffmpeg"};
    T_EQ_INT(media_clip_open(&c, p, text("OggS\0"), &none, &e).code, TAKT_ERR_FORMAT);
    T_EQ_INT(media_clip_open(&c, p, (struct slice){(const uint8_t *)"OggS", 5}, &none, &e).code,
             TAKT_ERR_IO);
    const struct media_clip_options often = {.choice = {.per_s = 2000}};
    T_EQ_INT(media_clip_open(&c, p, text("GIF89a"), &often, &e).code, TAKT_ERR_USAGE);
    const struct media_clip_options many = {.limits = {.frames = 257}};
    T_EQ_INT(media_clip_open(&c, p, text("GIF89a"), &many, &e).code, TAKT_ERR_USAGE);
    const struct media_clip_options small = {.limits = {.file_bytes = 5}};
    T_EQ_INT(media_clip_open(&c, p, text("GIF89a"), &small, &e).code, TAKT_ERR_LIMIT);
    media_pool_free(p);
}

T_MAIN("media/clip")
