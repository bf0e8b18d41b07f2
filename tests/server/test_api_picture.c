/* Pictures in requests: parts of messages, data: URLs, base64. */
#include "api.h"
#include "server/api_json.h"
#include "server/api_limits.h"
#include "server/data_url.h"

#define PART(p)  "{\"messages\":[{\"role\":\"user\",\"content\":[" p "]}]}"
#define INPUT(p) "{\"input\":[{\"role\":\"user\",\"content\":[" p "]}]}"
#define URL(x)   "{\"type\":\"image_url\",\"image_url\":{\"url\":\"" x "\"}}"

T_TEST(pictures_are_found_in_all_forms)
{
    struct api_chat c;
    READ(chat, &c,
         PART("{\"type\":\"text\",\"text\":\"a\"}," URL(
             "data:image/png;base64,QUJD") ","
                                           "{\"detail\":\"low\",\"image_url\":\"DATA:;base64,QQ=="
                                           "\",\"type\":\"image_url\"},"
                                           "{\"type\":\"image_url\",\"image_url\":{\"detail\":"
                                           "\"low\",\"url\":\"http://h/p\"}},"
                                           "{\"type\":\"input_image\",\"file_id\":\"file-1\","
                                           "\"detail\":\"high\"}"),
         &usual, API_OK, "", "");
    const struct api_picture *p = c.pictures.first;
    T_EQ_INT(c.pictures.n, 4);
    T_OK(p->from == API_PICTURE_DATA && !p->is_low &&
         slice_is(p->text, "data:image/png;base64,QUJD"));
    T_OK(strcmp(p->path, "messages[0].content[1].image_url") == 0);
    p = p->next;
    T_OK(p->from == API_PICTURE_DATA && p->is_low && slice_is(p->text, "DATA:;base64,QQ=="));
    p = p->next;
    T_OK(p->from == API_PICTURE_WEB && p->is_low && slice_is(p->text, "http://h/p"));
    p = p->next;
    T_OK(p->from == API_PICTURE_FILE && !p->is_low && slice_is(p->text, "file-1"));
    T_OK(strcmp(p->path, "messages[0].content[4].file_id") == 0 && !p->next);
    /* What they are is not what the template sees. */
    T_OK(slice_is(c.messages,
                  "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                  "{\"type\":\"image_url\"},{\"type\":\"image_url\"},{\"type\":\"image_url\"},"
                  "{\"type\":\"image_url\"}]}]"));
    done();
}

T_TEST(pictures_and_developers_change_the_same_list)
{
    struct api_chat c;
    READ(chat, &c,
         "{\"messages\":[{\"content\":[" URL(
             "data:,") "],\"role\":\"developer\"},"
                       "{\"role\":\"developer\",\"content\":\"x\"}]}",
         &usual, API_OK, "", "");
    T_OK(slice_is(c.messages, "[{\"content\":[{\"type\":\"image_url\"}],\"role\":\"system\"},"
                              "{\"role\":\"system\",\"content\":\"x\"}]"));
    done();
}

T_TEST(clips_stand_beside_pictures)
{
    struct api_chat c;
    READ(chat, &c,
         PART("{\"type\":\"video_url\",\"video_url\":{\"url\":\"data:video/mp4;base64,QQ==\","
              "\"num_frames\":5}}," URL(
                  "data:,") ","
                            "{\"type\":\"input_video\",\"file_id\":\"file-1\",\"fps\":0.5},"
                            "{\"type\":\"video_url\",\"video_url\":\"data:,\",\"num_frames\":256}"),
         &usual, API_OK, "", "");
    const struct api_picture *p = c.pictures.first;
    T_EQ_INT(c.pictures.n, 4);
    T_OK(p->is_clip && p->n_frames == 5 && p->fps == 0);
    T_OK(strcmp(p->path, "messages[0].content[0].video_url") == 0);
    T_OK(!p->next->is_clip);
    p = p->next->next;
    T_OK(p->is_clip && p->from == API_PICTURE_FILE && p->fps == 0.5 && p->n_frames == 0);
    T_OK(p->next->n_frames == 256);
    T_OK(slice_is(c.messages,
                  "[{\"role\":\"user\",\"content\":[{\"type\":\"video_url\"},"
                  "{\"type\":\"image_url\"},{\"type\":\"video_url\"},{\"type\":\"video_url\"}]}]"));
    done();
#define CLIP(more) PART("{\"type\":\"video_url\",\"video_url\":{\"url\":\"data:,\"," more "}}")
    REFUSE(chat, CLIP("\"num_frames\":0"), API_BAD_VALUE,
           "messages[0].content[0].video_url.num_frames", "0; it must be a whole number");
    REFUSE(chat, CLIP("\"num_frames\":\"8\""), API_BAD_TYPE,
           "messages[0].content[0].video_url.num_frames", "");
    REFUSE(chat, CLIP("\"fps\":-1"), API_BAD_VALUE, "messages[0].content[0].video_url.fps",
           "-1; it must be a number above 0");
    REFUSE(chat, CLIP("\"fps\":1,\"num_frames\":3"), API_BAD_VALUE,
           "messages[0].content[0].video_url.fps", "give one of both");
    REFUSE(chat, PART("{\"type\":\"video_url\"}"), API_MISSING, "messages[0].content[0].video_url",
           "data:video/mp4");
    REFUSE(chat, PART("{\"type\":\"video_url\",\"video_url\":\"/etc/passwd\"}"), API_BAD_VALUE,
           "messages[0].content[0].video_url", "");
}

T_TEST(responses_have_them_too)
{
    struct api_response r;
    READ(response, &r,
         INPUT("{\"type\":\"input_text\",\"text\":\"a\"},"
               "{\"type\":\"input_image\",\"image_url\":\"data:,\",\"detail\":\"auto\"},"
               "{\"type\":\"input_image\",\"file_id\":\"file-1\",\"image_url\":null},"
               "{\"type\":\"input_video\",\"video_url\":\"data:,\",\"fps\":2}"),
         &usual, API_OK, "", "");
    T_EQ_INT(r.pictures.n, 3);
    T_OK(r.pictures.last->is_clip && r.pictures.last->fps == 2);
    T_OK(strcmp(r.pictures.first->path, "input[0].content[1].image_url") == 0);
    T_OK(strcmp(r.pictures.first->next->path, "input[0].content[2].file_id") == 0);
    T_OK(slice_is(r.messages,
                  "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                  "{\"type\":\"image_url\"},{\"type\":\"image_url\"},{\"type\":\"video_url\"}]}]"));
    done();
}

T_TEST(bad_parts_are_refused_by_place)
{
    REFUSE(chat, PART("{\"type\":\"image_url\"}"), API_MISSING, "messages[0].content[0].image_url",
           "is missing; it must be a data: URL");
    REFUSE(chat, PART("{\"type\":\"image_url\",\"image_url\":7}"), API_BAD_TYPE,
           "messages[0].content[0].image_url", "7; it must be");
    REFUSE(chat, PART("{\"type\":\"image_url\",\"image_url\":{}}"), API_MISSING,
           "messages[0].content[0].image_url", "");
    REFUSE(chat, PART(URL("/etc/passwd")), API_BAD_VALUE, "messages[0].content[0].image_url",
           "\"/etc/passwd\"; it must be");
    REFUSE(chat, PART(URL("file:///etc/passwd")), API_BAD_VALUE, "messages[0].content[0].image_url",
           "");
    REFUSE(chat,
           PART("{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:,\",\"detail\":\"x\"}}"),
           API_BAD_VALUE, "messages[0].content[0].image_url.detail", "\"low\"");
    REFUSE(chat, PART("{\"type\":\"input_image\",\"file_id\":\"f\",\"detail\":3}"), API_BAD_TYPE,
           "messages[0].content[0].detail", "");
    REFUSE(chat, PART("{\"type\":\"input_image\",\"file_id\":\"f\",\"image_url\":\"data:,\"}"),
           API_BAD_VALUE, "messages[0].content[0].image_url", "give one of both");
    REFUSE(chat, PART("{\"type\":\"input_image\",\"file_id\":\"\"}"), API_BAD_VALUE,
           "messages[0].content[0].file_id", "");
    REFUSE(tokenize, PART(URL("data:,")), API_UNSUPPORTED_VALUE, "messages[0].content[0].type",
           "/v1/estimate");
}

T_TEST(there_is_an_end_to_pictures)
{
    static const char begin[] = "{\"messages\":[{\"role\":\"user\",\"content\":[";
    static const char part[] = URL("data:,") ",", last[] = URL("data:,") "]}]}";
    struct json_out o = {0};
    struct api_chat c;
    api_json_raw(&o, begin, sizeof begin - 1);
    for (int i = 0; i < API_MAX_PICTURES; i++)
        api_json_raw(&o, part, sizeof part - 1);
    api_json_raw(&o, last, sizeof last - 1);
    T_OK(!o.failed);
    READ(chat, &c, o.p, &usual, API_TOO_MANY, "messages[0].content[256]", "256 that are allowed");
    json_out_free(&o);
    done();
}

static takt_rc decode(const char *url, uint8_t *out, size_t *n, takt_err *e)
{
    struct slice base64;
    TAKT_TRY(data_url_open(&base64, slice_str(url), false, e));
    return data_url_decode(out, n, base64, e);
}

/* That URL stands for WANT; in place, as the server does it. */
static void is(const char *url, const char *want)
{
    uint8_t buf[256];
    size_t n = 0;
    takt_err e = {0};
    struct slice base64;
    memcpy(buf, url, strlen(url));
    T_OK(data_url_open(&base64, (struct slice){buf, strlen(url)}, false, &e).code == 0);
    T_OK(data_url_decode(buf, &n, base64, &e).code == 0);
    T_OK(n == strlen(want) && memcmp(buf, want, n) == 0);
    T_OK(n <= data_url_bytes_max(base64.len));
}

static void is_not(const char *url, takt_code code, const char *part)
{
    uint8_t buf[256];
    size_t n;
    takt_err e = {0};
    T_OK(decode(url, buf, &n, &e).code == (int)code);
    if (!strstr(e.what, part))
        t_fail(__FILE__, __LINE__, "%s: \"%s\" does not contain \"%s\"", url, e.what, part);
}

T_TEST(data_urls)
{
    is("data:image/png;base64,QUJD", "ABC");
    is("data:image/png;base64,QUJDRA==", "ABCD");
    is("data:image/png;base64,QUJDREU=", "ABCDE");
    is("data:;base64,QUJD", "ABC");
    is("DATA:IMAGE/JPEG;charset=x;BASE64,QUJD", "ABC");
    is("data:application/octet-stream;base64,QU\n JD\r\n", "ABC");
    is("data:image/png;base64,+/8=", "\xfb\xff");
    is_not("data:image/png;base64", TAKT_ERR_FORMAT, "without a comma");
    is_not("data:text/plain;base64,QUJD", TAKT_ERR_UNSUPPORTED, "'text/plain'");
    is_not("data:image/png,QUJD", TAKT_ERR_UNSUPPORTED, "not base64");
    is_not("data:image/png;base64,", TAKT_ERR_FORMAT, "is empty");
    is_not("data:image/png;base64,====", TAKT_ERR_FORMAT, "cut off");
    is_not("data:image/png;base64,QUJDR", TAKT_ERR_FORMAT, "cut off");
    is_not("data:image/png;base64,QUJDRA", TAKT_ERR_FORMAT, "lacks \"=\"");
    is_not("data:image/png;base64,QUJDREU", TAKT_ERR_FORMAT, "cut off");
    is_not("data:image/png;base64,QU-D", TAKT_ERR_FORMAT, "byte 2 of it is 0x2d");
    is_not("data:image/png;base64,QQ=A", TAKT_ERR_FORMAT, "0x3d");
    is_not("data:image/png;base64,QUJD===", TAKT_ERR_FORMAT, "cut off");
}

T_MAIN("server/api_picture")
