/* Which hosts and addresses are fetched from. What is fetched, and how it ends, is in
 * tests/serve/test_fetch.py. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "net/fetch.h"
#include "t.h"

static bool is_public(const char *text)
{
    struct sockaddr_storage a = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&a;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&a;
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
        a.ss_family = AF_INET;
    else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
        a.ss_family = AF_INET6;
    else
        t_fail(__FILE__, __LINE__, "%s is no address", text);
    return fetch_is_public((const struct sockaddr *)&a);
}

T_TEST(public_addresses)
{
    static const char *const yes[] = {"8.8.8.8",         "1.1.1.1",         "100.63.255.255",
                                      "100.128.0.0",     "172.15.255.255",  "172.32.0.0",
                                      "192.0.1.0",       "198.17.255.255",  "198.20.0.0",
                                      "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::200e",
                                      "::ffff:8.8.8.8"};
    static const char *const no[] = {"0.0.0.0",
                                     "10.0.0.1",
                                     "10.255.255.255",
                                     "100.64.0.1",
                                     "127.0.0.1",
                                     "127.255.255.254",
                                     "169.254.169.254",
                                     "172.16.0.1",
                                     "172.31.255.255",
                                     "192.0.0.8",
                                     "192.0.2.1",
                                     "192.168.1.1",
                                     "198.18.0.1",
                                     "198.19.255.255",
                                     "198.51.100.7",
                                     "203.0.113.9",
                                     "224.0.0.1",
                                     "239.255.255.255",
                                     "240.0.0.1",
                                     "255.255.255.255",
                                     "::",
                                     "::1",
                                     "::ffff:127.0.0.1",
                                     "::ffff:10.0.0.1",
                                     "::127.0.0.1",
                                     "fe80::1",
                                     "fc00::1",
                                     "fd12:3456::1",
                                     "ff02::1",
                                     "64:ff9b::7f00:1",
                                     "2002:7f00:1::",
                                     "2001:0:1::1",
                                     "2001:db8::1",
                                     "3fff::1",
                                     "100::1"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (!is_public(yes[i]))
            t_fail(__FILE__, __LINE__, "%s is everybody's", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (is_public(no[i]))
            t_fail(__FILE__, __LINE__, "%s is not everybody's", no[i]);
    const struct sockaddr local = {.sa_family = AF_UNIX};
    T_OK(!fetch_is_public(&local));
}

static struct fetch *of(const char *list)
{
    struct fetch *f = NULL;
    takt_err e = {0};
    T_RC(fetch_new(&f, &list, 1, 1, &e), &e);
    return f;
}

T_TEST(hosts_of_the_list)
{
    static const char *const yes[] = {
        "http://a.example/x",       "https://a.example/",     "HTTP://A.Example:80/x?y#z",
        "https://b.example:8443/x", "https://x.c.example/",   "https://y.x.c.example/p",
        "http://10.1.2.3:8000/x",   "http://[2001:db8::1]/x", "http://0xa.1.2.3:8000/x"};
    static const char *const no[] = {
        "http://a.example:81/x",
        "https://b.example/x",
        "https://c.example/",
        "https://xc.example/",
        "http://10.1.2.3/x",
        "http://10.1.2.4:8000/x",
        "http://a.example.evil/x",
        "http://evil/a.example",
        "http://a.example@evil/x",
        "http://evil@a.example/x",
        "http://u:p@a.example/x",
        "http://evil#a.example/",
        "http://evil\\@a.example/",
        "ftp://a.example/x",
        "file:///etc/passwd",
        "gopher://a.example/",
        "http:///x",
        "http://",
        "http://localhost/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://a.example./x",
        "http://a.exampl\xc3\xa9/",
        "nonsense",
        "http://a.example:99999/",
        "",
    };
    struct fetch *f = of("a.example,B.example:8443,*.c.example,10.1.2.3:8000,[2001:db8::1]");
    if (!f)
        return;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        takt_err e = {0};
        if (fetch_check(f, yes[i], &e).code)
            t_fail(__FILE__, __LINE__, "%s: %s", yes[i], e.what);
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        takt_err e = {0};
        if (fetch_check(f, no[i], &e).code != TAKT_ERR_UNSUPPORTED)
            t_fail(__FILE__, __LINE__, "%s: %s", no[i], e.what);
    }
    fetch_free(f);
    fetch_free(NULL);
}

T_TEST(bad_lists)
{
    static const char *const bad[] = {"",
                                      ",",
                                      "a.example,",
                                      "http://a.example",
                                      "a/b",
                                      "a:0",
                                      "a:65536",
                                      "a:",
                                      "a:b",
                                      "*.",
                                      "*",
                                      "*.1.2.3.4",
                                      "[::1",
                                      "[nonsense]",
                                      "2001:db8::1",
                                      "a b",
                                      "*.*.x",
                                      "a.example:80:80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fetch *f = NULL;
        takt_err e = {0};
        if (fetch_new(&f, &bad[i], 1, 1, &e).code != TAKT_ERR_USAGE || f)
            t_fail(__FILE__, __LINE__, "'%s': %s", bad[i], e.what);
        fetch_free(f);
    }
}

T_TEST(this_machine_is_not_fetched_from_by_name)
{
    struct fetch *f = of("localhost:1");
    uint8_t *p = NULL;
    size_t n;
    takt_err e = {0};
    if (!f)
        return;
    T_FAILS(fetch_get(f, "http://localhost:1/x", 100, NULL, &p, &n, &e), &e, TAKT_ERR_UNSUPPORTED,
            "of this machine");
    T_OK(!p);
    fetch_free(f);
}

T_MAIN("net/fetch")
