#include "media/film.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/film_run.h"

/* ---- kinds ---- */

static bool has(struct slice file, size_t at, const char *text, size_t n)
{
    return file.len >= at + n && memcmp(file.p + at, text, n) == 0;
}

const char *film_kind(struct slice file, const char **demuxer)
{
    static const struct {
        const char *name, *demuxer, *text;
        size_t at, n;
    } kinds[] = {
        {"WebM or MKV", "matroska", "\x1a\x45\xdf\xa3", 0, 4},
        {"AVI", "avi", "AVI ", 8, 4},
        {"FLV", "flv", "FLV\1", 0, 4},
        {"Ogg", "ogg", "OggS\0", 0, 5},
        {"MPEG", "mpeg", "\0\0\1\xba", 0, 4},
        {"ASF or WMV", "asf", "\x30\x26\xb2\x75\x8e\x66\xcf\x11", 0, 8},
        {"MP4 or MOV", "mov", "moov", 4, 4},
        {"MP4 or MOV", "mov", "mdat", 4, 4},
        {"MP4 or MOV", "mov", "wide", 4, 4},
    };
    const char *ignored;
    demuxer = demuxer ? demuxer : &ignored;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (has(file, kinds[i].at, kinds[i].text, kinds[i].n)) {
            *demuxer = kinds[i].demuxer;
            return kinds[i].name;
        }
    /* Photos have such heads, too. */
    if (has(file, 4, "ftyp", 4) && !has(file, 8, "heic", 4) && !has(file, 8, "mif1", 4) &&
        !has(file, 8, "avif", 4)) {
        *demuxer = "mov";
        return "MP4 or MOV";
    }
    if (has(file, 0, "\x47", 1) && has(file, 188, "\x47", 1) && has(file, 376, "\x47", 1)) {
        *demuxer = "mpegts";
        return "MPEG-TS";
    }
    return NULL;
}

/* ---- opening ---- */

static bool is_program(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode) && access(path, X_OK) == 0;
}

/* The first in PATH, of which folders without a whole path are skipped: a film's own folder could
 * hold such a program. */
static bool is_found(char path[FILM_PATH_MAX])
{
    const char *all = getenv("PATH");
    for (const char *at = all ? all : "/usr/local/bin:/usr/bin:/bin"; *at;) {
        size_t n = strcspn(at, ":");
        if (*at == '/' && n + sizeof "/ffmpeg" <= FILM_PATH_MAX) {
            snprintf(path, FILM_PATH_MAX, "%.*s/ffmpeg", (int)n, at);
            if (is_program(path))
                return true;
        }
        at += n + (at[n] == ':');
    }
    return false;
}

bool media_reads_films(void)
{
    char path[FILM_PATH_MAX];
    return is_found(path);
}

static takt_rc find_ffmpeg(char path[FILM_PATH_MAX], const char *kind, takt_err *e)
{
    if (is_found(path))
        return TAKT_OK;
    return err_set(e, TAKT_ERR_UNSUPPORTED, "clip",
                   "is a film (%s), which takt reads through the program ffmpeg, and that is not "
                   "installed: install the package ffmpeg (Debian and Ubuntu: apt-get install "
                   "ffmpeg), or make an animated GIF of it",
                   kind);
}

/* A copy in memory that nobody can change, so that what was listed is what is decoded. */
static takt_rc keep_file(struct film *f, struct slice file, takt_err *e)
{
    f->file = memfd_create("takt-film", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (f->file < 0)
        return err_sys(e, "clip", "no memory to hold it");
    for (size_t at = 0; at < file.len;) {
        ssize_t n = write(f->file, file.p + at, file.len - at);
        if (n < 0 && errno != EINTR)
            return err_sys(e, "clip", "no memory to hold it");
        at += n > 0 ? (size_t)n : 0;
    }
    if (fcntl(f->file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
        return err_sys(e, "clip", "its memory cannot be sealed");
    return TAKT_OK;
}

static takt_rc read_list(struct film *f, takt_err *e)
{
    char line[FILM_LINE_MAX];
    size_t n = 0;
    for (;;) {
        int c;
        TAKT_TRY(film_run_byte(f, &c, e));
        if (c < 0)
            break;
        if (c == '\n') {
            TAKT_TRY(film_list_line(&f->list, line, n, &f->limits, e));
            n = 0;
        } else if (n < sizeof line) {
            line[n++] = (char)c;
        } else if (line[0] != '#') { /* comments may be long */
            return err_set(e, TAKT_ERR_INTERNAL, "clip", "ffmpeg wrote a line without end");
        }
    }
    return film_run_finish(f, e);
}

/* Lists the packets without decoding them. What is known to be missing is an error. */
static takt_rc list(struct film *f, takt_err *e)
{
    const char *const args[] = {"-v",
                                "error",
                                "-hide_banner",
                                "-nostdin",
                                "-xerror",
                                "-copyts",
                                "-protocol_whitelist",
                                "file",
                                "-f",
                                f->demuxer,
                                "-i",
                                "/proc/self/fd/3",
                                "-map",
                                "0:V:0",
                                "-c",
                                "copy",
                                "-f",
                                "framecrc",
                                "pipe:1"};
    TAKT_TRY(film_run_start(f, args, sizeof args / sizeof *args, e));
    TAKT_TRY(read_list(f, e));
    film_run_drop(f);
    if (f->list.frames.n == 0)
        return err_set(e, TAKT_ERR_FORMAT, "clip", "has no frames");
    frames_sort(&f->list.frames);
    /* Some containers do not tell it; each frame does. */
    if (f->list.width == 0 && f->list.height == 0)
        return TAKT_OK;
    return film_size_check(f->list.width, f->list.height, &f->limits, e);
}

takt_rc film_open(struct film *f, struct slice file, const char *worker,
                  const struct media_clip_options *o, const struct media_clip_limits *l,
                  takt_err *e)
{
    *f = (struct film){.limits = *l,
                       .left_ns = l->decode_ns,
                       .is_unwanted = o->is_unwanted,
                       .file = -1,
                       .run = {.out = -1, .words = -1}};
    const char *kind = film_kind(file, &f->demuxer);
    if (!kind)
        return err_set(e, TAKT_ERR_UNSUPPORTED, "clip", "is no film");
    if (!o->ffmpeg)
        TAKT_TRY(find_ffmpeg(f->ffmpeg, kind, e));
    else if (strlen(o->ffmpeg) >= sizeof f->ffmpeg || !is_program(o->ffmpeg))
        return err_set(e, TAKT_ERR_IO, o->ffmpeg, "is no program that can be run");
    else
        snprintf(f->ffmpeg, sizeof f->ffmpeg, "%s", o->ffmpeg);
    snprintf(f->worker, sizeof f->worker, "%s", worker);
    TAKT_TRY(keep_file(f, file, e));
    return list(f, e);
}

void film_want(struct film *f, const uint32_t *index, uint32_t n)
{
    f->index = index;
    f->n_index = n;
    f->next = f->run_end = 0;
}

/* ---- frames ---- */

/* Frames that lie nearer than this are decoded in one run; a jump costs a start of ffmpeg (0.1 s)
 * and what lies between two key frames, seldom more than 250. */
enum { JUMP_FRAMES = 300 };

/* A little before frame I of the list: times are rounded, and no film has 1000 frames a second. */
static double before_s(const struct film *f, uint32_t i)
{
    return (double)f->list.frames.at_ns[i] * 1e-9 - 0.0005;
}

/* The filter that lets through, for each wanted frame of this run, the first one that is not before
 * it. *text is malloc'ed. */
static takt_rc make_filter(char **text, const struct film *f, takt_err *e)
{
    size_t len;
    FILE *out = open_memstream(text, &len);
    if (out) {
        fputs("select='", out);
        for (uint32_t i = f->next; i < f->run_end; i++) {
            double t = before_s(f, f->index[i]);
            fprintf(out, "%sgte(t,%.6f)*(isnan(prev_t)+lt(prev_t,%.6f))", i > f->next ? "+" : "", t,
                    t);
        }
        fputs("',scale=flags=bicubic+accurate_rnd+full_chroma_int+bitexact,format=rgb24", out);
    }
    if (!out || fclose(out) != 0)
        return err_set(e, TAKT_ERR_MEMORY, "clip", "no memory to choose frames");
    return TAKT_OK;
}

static takt_rc start_run(struct film *f, takt_err *e)
{
    const struct frames *all = &f->list.frames;
    char *filter, from[40], count[16];
    f->run_end = f->next + 1;
    while (f->run_end < f->n_index &&
           f->index[f->run_end] - f->index[f->run_end - 1] <= JUMP_FRAMES)
        f->run_end++;
    TAKT_TRY(make_filter(&filter, f, e));
    snprintf(from, sizeof from, "%.6f", before_s(f, f->index[f->next]) - all->at_ns[0] * 1e-9);
    snprintf(count, sizeof count, "%u", f->run_end - f->next);
    const char *args[FILM_ARGS_MAX] = {
        "-v",   "error", "-hide_banner", "-nostdin", "-copyts", "-protocol_whitelist",
        "file", "-f",    f->demuxer,     "-threads", "1"};
    size_t n = 11;
    if (f->index[f->next] > JUMP_FRAMES) {
        args[n++] = "-noaccurate_seek";
        args[n++] = "-ss";
        args[n++] = from;
    }
    const char *const rest[] = {"-i",
                                "/proc/self/fd/3",
                                "-map",
                                "0:V:0",
                                "-vf",
                                filter,
                                f->old ? "-vsync" : "-fps_mode",
                                f->old ? "0" : "passthrough",
                                "-frames:v",
                                count,
                                "-threads",
                                "1",
                                "-c:v",
                                "ppm",
                                "-f",
                                "image2pipe",
                                "pipe:1"};
    memcpy(args + n, rest, sizeof rest);
    takt_rc rc = film_run_start(f, args, n + sizeof rest / sizeof *rest, e);
    free(filter);
    return rc;
}

/* Reads the head of a picture into HEAD; *n is 0 where the output ends instead. */
static takt_rc read_head(struct film *f, char head[FILM_HEAD_MAX], size_t *n, takt_err *e)
{
    unsigned lines = 0;
    *n = 0;
    while (lines < 3 && *n < FILM_HEAD_MAX) {
        int c;
        TAKT_TRY(film_run_byte(f, &c, e));
        if (c < 0)
            break;
        head[(*n)++] = (char)c;
        lines += c == '\n';
    }
    return TAKT_OK;
}

static takt_rc read_pixels(struct film *f, struct image *out, takt_err *e)
{
    size_t bytes = (size_t)out->width * out->height * 3;
    for (size_t at = 0; at < bytes;) {
        size_t n;
        TAKT_TRY(film_run_read(f, out->rgb + at, bytes - at, &n, e));
        if (n == 0) {
            TAKT_TRY(film_run_finish(f, e));
            return err_set(e, TAKT_ERR_INTERNAL, "clip", "ffmpeg ended within a frame");
        }
        at += n;
    }
    return TAKT_OK;
}

/* Ends a run: nothing may come behind what was asked for. */
static takt_rc end_run(struct film *f, takt_err *e)
{
    int c;
    TAKT_TRY(film_run_byte(f, &c, e));
    if (c >= 0)
        return err_set(e, TAKT_ERR_INTERNAL, "clip", "ffmpeg gave more frames than it should");
    TAKT_TRY(film_run_finish(f, e));
    film_run_drop(f);
    f->next = f->run_end;
    return TAKT_OK;
}

/* A picture of the running child; *out stays "none" where there are no more in this run, which then
 * has ended. */
static takt_rc next_of_run(struct film *f, struct image *out, takt_err *e)
{
    char head[FILM_HEAD_MAX];
    size_t n;
    uint32_t width, height;
    if (f->next == f->run_end)
        return end_run(f, e);
    TAKT_TRY(read_head(f, head, &n, e));
    if (n == 0)
        return end_run(f, e);
    TAKT_TRY(film_ppm_head(&width, &height, head, n, &f->limits, e));
    TAKT_TRY(image_new(out, width, height, e));
    return read_pixels(f, out, e);
}

static takt_rc next_frame(struct film *f, struct image *out, uint32_t *at, takt_err *e)
{
    while (!out->rgb && (f->run.pid || f->next < f->n_index)) {
        if (!f->run.pid)
            TAKT_TRY(start_run(f, e));
        *at = f->next;
        takt_rc rc = next_of_run(f, out, e);
        if (rc.code && f->run.knows_no_mode && !f->old) {
            f->old = true; /* and once more */
            film_run_drop(f);
            continue;
        }
        TAKT_TRY(rc);
        f->next += out->rgb != NULL;
        f->given += out->rgb != NULL;
    }
    if (out->rgb || f->given)
        return TAKT_OK;
    return err_set(e, TAKT_ERR_FORMAT, "clip", "has no frame that ffmpeg can decode");
}

takt_rc film_next(struct film *f, struct image *out, uint32_t *at, takt_err *e)
{
    *out = (struct image){0};
    *at = 0;
    takt_rc rc = next_frame(f, out, at, e);
    if (rc.code) {
        image_free(out);
        film_run_drop(f);
    }
    return rc;
}

void film_close(struct film *f)
{
    film_run_drop(f);
    if (f->file >= 0)
        close(f->file);
    film_list_free(&f->list);
    *f = (struct film){.file = -1, .run = {.out = -1, .words = -1}};
}
