/* Requests without a connection: handlers see no difference, and the reply comes back. */
#include "net/http.h"
#include "t.h"

static int status_told = -1, n_told, n_gone;
static char told[256];

static void reply(void *user, int status, const void *body, size_t n)
{
    T_OK(user == told);
    status_told = status;
    n_told++;
    snprintf(told, sizeof told, "%.*s", (int)n, (const char *)body);
}

static void gone(void *user)
{
    T_OK(user == &n_gone);
    n_gone++;
}

static struct http_exchange *ask(void)
{
    status_told = -1;
    n_told = n_gone = 0;
    return http_local_new("/v1/x?a=b", slice_str("{}"), reply, told);
}

T_TEST(whole)
{
    struct http_exchange *x = ask();
    if (!T_OK(x))
        return;
    T_EQ_INT(http_method(x), HTTP_POST);
    T_EQ_STR(http_path(x), "/v1/x");
    T_EQ_STR(http_query(x), "a=b");
    T_EQ_STR(http_header(x, "content-type"), "application/json");
    T_EQ_STR(http_header(x, "authorization"), NULL);
    T_EQ_STR(http_peer(x), "local");
    T_OK(slice_eq(http_body(x), "{}") && http_is_local(x) && http_arrival_ns(x) > 0);
    http_keep(x, &n_gone, gone);
    T_OK(http_kept(x) == &n_gone);
    http_reply_header(x, "x-test", "1");
    http_reply_header(x, "connection", "close");
    http_reply(x, 201, "text/plain", "hello", 5);
    T_EQ_INT(status_told, 201);
    T_EQ_STR(told, "hello");
    T_OK(n_told == 1 && n_gone == 0);
}

T_TEST(streams)
{
    struct http_exchange *x = ask();
    if (!T_OK(x))
        return;
    http_stream_begin(x, 200, "text/plain");
    http_stream_send(x, "one ", 4);
    http_stream_send(x, NULL, 0);
    http_stream_send(x, "two", 3);
    T_EQ_INT(http_stream_unsent(x), 0);
    T_EQ_INT(n_told, 0);
    http_stream_end(x);
    T_EQ_INT(status_told, 200);
    T_EQ_STR(told, "one two");
    x = ask();
    http_stream_begin(x, 200, "text/plain");
    http_stream_abort(x);
    T_OK(status_told == 0 && n_told == 1);
}

T_TEST(cancelled)
{
    struct http_exchange *x = ask();
    if (!T_OK(x))
        return;
    http_keep(x, &n_gone, gone);
    http_local_cancel(x);
    T_OK(n_told == 0 && n_gone == 1);
    x = ask();
    http_local_cancel(x);
    T_OK(n_told == 0 && n_gone == 0);
    T_OK(!http_local_new("no path", slice_str(""), reply, told));
}

T_MAIN("net/http_local")
