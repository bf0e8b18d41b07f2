#include "server/api_picture.h"

#include <string.h>
#include <strings.h>

#include "server/api_limits.h"
#include "server/field.h"

static const char wanted_picture[] =
    "a data: URL as \"data:image/png;base64,...\", or an http or https URL";
static const char wanted_clip[] =
    "a data: URL as \"data:video/mp4;base64,...\", or an http or https URL";

bool api_picture_is(const struct json *part)
{
    const struct json *type = json_get(part, "type");
    return json_is_str(type, "image_url") || json_is_str(type, "input_image");
}

bool api_clip_is(const struct json *part)
{
    const struct json *type = json_get(part, "type");
    return json_is_str(type, "video_url") || json_is_str(type, "input_video");
}

static bool is_given(const struct json *v)
{
    return v && v->kind != JSON_NULL;
}

static takt_rc refuse(struct api_error *e, const char *path, const struct json *v, const char *what)
{
    char shown[64];
    if (!is_given(v))
        return api_refuse(e, API_MISSING, path, "is missing; it must be %s", what);
    return api_refuse(e, v->kind == JSON_STRING ? API_BAD_VALUE : API_BAD_TYPE, path,
                      "%s; it must be %s", field_shown(v, shown, sizeof shown), what);
}

static bool begins(const struct json *v, const char *prefix)
{
    size_t n = strlen(prefix);
    return v->str_len >= n && strncasecmp(v->str, prefix, n) == 0;
}

static takt_rc read_url(struct api_picture *p, const struct json *v, struct api_error *e)
{
    const char *wanted = p->is_clip ? wanted_clip : wanted_picture;
    bool is_web;
    if (!v || v->kind != JSON_STRING)
        return refuse(e, p->path, v, wanted);
    is_web = begins(v, "http://") || begins(v, "https://");
    if (!is_web && !begins(v, "data:"))
        return refuse(e, p->path, v, wanted);
    if (is_web && v->str_len > API_MAX_URL)
        return api_refuse(e, API_TOO_LONG, p->path, "is longer than %d characters", API_MAX_URL);
    p->from = is_web ? API_PICTURE_WEB : API_PICTURE_DATA;
    p->text = (struct slice){(const uint8_t *)v->str, v->str_len};
    return TAKT_OK;
}

static takt_rc read_file_id(struct api_picture *p, const struct json *v, const char *at,
                            struct api_error *e)
{
    snprintf(p->path, sizeof p->path, "%.80s.file_id", at);
    if (v->kind != JSON_STRING || v->str_len == 0)
        return refuse(e, p->path, v, "the id of a file that was uploaded to /v1/files");
    if (v->str_len > API_MAX_NAME)
        return api_refuse(e, API_TOO_LONG, p->path, "is longer than %d characters", API_MAX_NAME);
    p->from = API_PICTURE_FILE;
    p->text = (struct slice){(const uint8_t *)v->str, v->str_len};
    return TAKT_OK;
}

static takt_rc read_detail(struct api_picture *p, const struct json *v, const char *at,
                           struct api_error *e)
{
    char path[128];
    if (!is_given(v) || json_is_str(v, "auto") || json_is_str(v, "high"))
        return TAKT_OK;
    p->is_low = json_is_str(v, "low");
    snprintf(path, sizeof path, "%.100s.detail", at);
    return p->is_low ? TAKT_OK : refuse(e, path, v, "\"auto\", \"low\" or \"high\"");
}

static takt_rc refuse_number(struct api_error *e, const char *path, const struct json *v,
                             const char *what)
{
    char shown[64];
    return api_refuse(e, v->kind == JSON_NUMBER ? API_BAD_VALUE : API_BAD_TYPE, path,
                      "%s; it must be %s", field_shown(v, shown, sizeof shown), what);
}

/* Which frames of a clip are wanted, from V, the part or the object inside it. */
static takt_rc read_frames(struct api_picture *p, const struct json *v, const char *at,
                           struct api_error *e)
{
    enum { FPS_MAX = 1000 };
    const struct json *n = json_get(v, "num_frames"), *fps = json_get(v, "fps");
    char path[128];
    int64_t count = 0;
    double rate = 0;
    snprintf(path, sizeof path, "%.100s.num_frames", at);
    if (is_given(n) && (!json_i64(n, &count) || count < 1 || count > API_MAX_PICTURES))
        return refuse_number(e, path, n, "a whole number from 1 to 256");
    snprintf(path, sizeof path, "%.100s.fps", at);
    if (is_given(fps) && (!json_f64(fps, &rate) || !(rate > 0 && rate <= FPS_MAX)))
        return refuse_number(e, path, fps, "a number above 0, up to 1000");
    if ((is_given(n) || p->n_frames) && (is_given(fps) || p->fps > 0))
        return api_refuse(e, API_BAD_VALUE, path, "there is \"num_frames\", too; give one of both");
    p->n_frames = is_given(n) ? (uint32_t)count : p->n_frames;
    p->fps = is_given(fps) ? rate : p->fps;
    return TAKT_OK;
}

takt_rc api_picture_read(struct api_pictures *list, const struct json *part, const char *at,
                         struct arena *a, struct api_error *e)
{
    bool is_clip = api_clip_is(part);
    const char *name = is_clip ? "video_url" : "image_url";
    const struct json *url = json_get(part, name), *id = json_get(part, "file_id");
    const struct json *detail = json_get(part, "detail");
    if (list->n == API_MAX_PICTURES)
        return api_refuse(e, API_TOO_MANY, at, "is a picture more than the %d that are allowed",
                          API_MAX_PICTURES);
    struct api_picture *p = ARENA_NEW(a, struct api_picture);
    if (!p)
        return api_error_from_server(e, &(takt_err){.code = TAKT_ERR_MEMORY});
    p->is_clip = is_clip;
    snprintf(p->path, sizeof p->path, "%.80s.%s", at, name);
    if (is_clip)
        TAKT_TRY(read_frames(p, part, at, e));
    if (is_given(id) && is_given(url))
        return api_refuse(e, API_BAD_VALUE, p->path,
                          "there is a \"file_id\", too; give one of both");
    if (is_given(id)) {
        TAKT_TRY(read_file_id(p, id, at, e));
    } else if (url && url->kind == JSON_OBJECT) {
        const struct json *inner = json_get(url, "detail");
        detail = is_given(inner) ? inner : detail;
        if (is_clip)
            TAKT_TRY(read_frames(p, url, p->path, e));
        TAKT_TRY(read_url(p, json_get(url, "url"), e));
    } else {
        TAKT_TRY(read_url(p, url, e));
    }
    TAKT_TRY(read_detail(p, detail, p->from == API_PICTURE_FILE ? at : p->path, e));
    *(list->last ? &list->last->next : &list->first) = p;
    list->last = p;
    list->n++;
    return TAKT_OK;
}

takt_rc api_picture_refuse(struct api_error *e, const struct api_picture *p, const takt_err *from)
{
    switch (from->code) {
    case TAKT_ERR_FORMAT:
    case TAKT_ERR_USAGE: return api_refuse(e, API_BAD_VALUE, p->path, "%s", from->what);
    case TAKT_ERR_UNSUPPORTED:
        return api_refuse(e, API_UNSUPPORTED_VALUE, p->path, "%s", from->what);
    case TAKT_ERR_LIMIT: return api_refuse(e, API_TOO_LONG, p->path, "%s", from->what);
    default: return api_error_from_server(e, from);
    }
}
