/* Forms as clients send them, and broken ones. */
#include "net/multipart.h"
#include "t.h"

static struct arena arena;
static struct multipart_part part[4];
static uint32_t n;
static takt_err e;

static takt_rc read_form(const char *type, const char *body)
{
    arena_free(&arena);
    return multipart_read(part, 4, &n, type, slice_str(body), &arena, &e);
}

#define TYPE "multipart/form-data; boundary=xyz"

T_TEST(as_clients_send_it)
{
    T_RC(read_form("multipart/form-data; boundary=----formdata-undici-0123",
                   "------formdata-undici-0123\r\nContent-Disposition: form-data; name=\"purpose\""
                   "\r\n\r\nbatch\r\n------formdata-undici-0123\r\nContent-Disposition: form-data; "
                   "name=\"file\"; filename=\"in put.jsonl\"\r\nContent-Type: application/x-ndjson"
                   "\r\n\r\n{\"a\":1}\r\n{}\r\n\r\n------formdata-undici-0123--\r\n"),
         &e);
    if (!T_OK(n == 2))
        return;
    T_OK(slice_eq(part[0].name, "purpose") && slice_eq(part[0].content, "batch"));
    T_OK(!part[0].filename.p && !part[0].type.p);
    T_OK(slice_eq(part[1].name, "file") && slice_eq(part[1].filename, "in put.jsonl"));
    T_OK(slice_eq(part[1].type, "application/x-ndjson"));
    T_OK(slice_eq(part[1].content, "{\"a\":1}\r\n{}\r\n"));
}

T_TEST(names)
{
    T_RC(read_form("Multipart/Form-Data; charset=utf-8; Boundary=\"x;y\"",
                   "a preamble\r\n--x;y  \r\ncontent-disposition: form-data; filename=\"C:\\\\a\\\\"
                   "b \\\"q\\\" %22.txt\" ; name=f\r\nX-Other: 1\r\n\r\n\r\n--x;y--"),
         &e);
    if (!T_OK(n == 1))
        return;
    T_EQ_STR((const char *)part[0].name.p, "f");
    T_EQ_STR((const char *)part[0].filename.p, "b \"q\" \".txt");
    T_EQ_INT(part[0].content.len, 0);
    T_RC(read_form(TYPE, "--xyz\r\nContent-Disposition: form-data; name=\"a\"; filename=\"/x/ü\""
                         "\r\n\r\n--xyz\r\nContent-Disposition: form-data; name=b\r\n\r\n--xy"
                         "\r\n--xyz--"),
         &e);
    T_OK(n == 2 && slice_eq(part[0].filename, "ü") && part[0].content.len == 0);
    T_OK(slice_eq(part[1].content, "--xy"));
}

T_TEST(broken)
{
    static const struct {
        const char *type, *body, *says;
        takt_code code;
    } bad[] = {
        {"multipart/form-data", "--xyz--", "boundary", TAKT_ERR_FORMAT},
        {"multipart/form-data; boundary=", "--xyz--", "boundary", TAKT_ERR_FORMAT},
        {TYPE, "", "not in it", TAKT_ERR_FORMAT},
        {TYPE, "--xy", "not in it", TAKT_ERR_FORMAT},
        {TYPE, "--xyz", "cut off", TAKT_ERR_FORMAT},
        {TYPE, "--xyz\r", "cut off", TAKT_ERR_FORMAT},
        {TYPE, "--xyz--", "no part", TAKT_ERR_FORMAT},
        {TYPE, "--xyzw\r\n", "cut off", TAKT_ERR_FORMAT},
        {TYPE, "--xyz\r\n", "cut off", TAKT_ERR_FORMAT},
        {TYPE, "--xyz\r\n\r\nx\r\n--xyz--", "no name", TAKT_ERR_FORMAT},
        {TYPE, "--xyz\r\nnonsense\r\n\r\n\r\n--xyz--", "'Name: value'", TAKT_ERR_FORMAT},
        {TYPE, "--xyz\r\nContent-Disposition: form-data\r\n\r\n\r\n--xyz--", "no name",
         TAKT_ERR_FORMAT},
        {TYPE, "--xyz\r\nContent-Disposition: form-data; name=\"a\tb\"\r\n\r\n\r\n--xyz--",
         "no text", TAKT_ERR_FORMAT},
        {TYPE, "--xyz\r\nContent-Disposition: form-data; name=\"\xFF\"\r\n\r\n\r\n--xyz--",
         "no text", TAKT_ERR_FORMAT},
        {TYPE, "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\nhello", "last boundary",
         TAKT_ERR_FORMAT},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        T_FAILS(read_form(bad[i].type, bad[i].body), &e, bad[i].code, bad[i].says);
    T_OK(!multipart_is(NULL) && !multipart_is("application/json"));
    T_OK(!multipart_is("multipart/form-dataset") && multipart_is("Multipart/form-data;boundary=x"));
}

T_TEST(too_much)
{
    static char body[64 << 10];
    size_t at = 0;
    for (int i = 0; i < 5; i++)
        at += (size_t)snprintf(body + at, sizeof body - at,
                               "--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n");
    snprintf(body + at, sizeof body - at, "--xyz--");
    T_FAILS(read_form(TYPE, body), &e, TAKT_ERR_LIMIT, "more than 4 parts");
    memset(body, 'x', sizeof body - 1);
    memcpy(body, "--xyz\r\n", 7);
    T_FAILS(read_form(TYPE, body), &e, TAKT_ERR_LIMIT, "bytes of headers");
    for (size_t i = 7; i + 8 < sizeof body; i += 8)
        memcpy(body + i, "x: yyy\r\n", 8);
    T_FAILS(read_form(TYPE, body), &e, TAKT_ERR_LIMIT, "bytes of headers");
    arena_free(&arena);
}

T_MAIN("net/multipart")
