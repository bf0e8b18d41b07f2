/* TLS: with certificates made here. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>

#include "rig.h"

static struct {
    char folder[32];
    EVP_PKEY *ca_key;
    X509 *ca;
} made;

static const char *file(const char *name)
{
    static char path[16][64];
    static unsigned at;
    char *p = path[at++ % 16];
    snprintf(p, sizeof path[0], "%s/%s", made.folder, name);
    return p;
}

static void write_pem(const char *name, const X509 *cert, const EVP_PKEY *key)
{
    FILE *f = fopen(file(name), "w");
    if (f && cert)
        PEM_write_X509(f, cert);
    if (f && key)
        PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
    if (f)
        fclose(f);
}

/* A certificate for KEY and NAME, signed by ISSUER, or by itself where that is NULL. */
static X509 *make_cert(EVP_PKEY *key, const char *name, X509 *issuer, EVP_PKEY *issuer_key)
{
    static long serial = 1;
    X509 *x = X509_new();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
    X509_gmtime_adj(X509_getm_notBefore(x), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x), 3600);
    X509_set_pubkey(x, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(issuer ? issuer : x));
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints,
                                              issuer ? "CA:FALSE" : "critical,CA:TRUE");
    X509_add_ext(x, ext, -1);
    X509_EXTENSION_free(ext);
    X509_sign(x, issuer_key ? issuer_key : key, EVP_sha256());
    return x;
}

static EVP_PKEY *make_key(void)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
}

/* NAME.pem and NAME.key, signed by the authority of this test. */
static void make_pair(const char *name)
{
    char to[32];
    EVP_PKEY *key = make_key();
    X509 *cert = make_cert(key, name, made.ca, made.ca_key);
    snprintf(to, sizeof to, "%s.pem", name);
    write_pem(to, cert, NULL);
    snprintf(to, sizeof to, "%s.key", name);
    write_pem(to, NULL, key);
    X509_free(cert);
    EVP_PKEY_free(key);
}

static bool make_files(void)
{
    if (made.ca)
        return true;
    snprintf(made.folder, sizeof made.folder, "build-tls-XXXXXX");
    if (!T_OK(mkdtemp(made.folder) != NULL))
        return false;
    made.ca_key = make_key();
    made.ca = make_cert(made.ca_key, "authority", NULL, NULL);
    write_pem("ca.pem", made.ca, NULL);
    make_pair("server");
    make_pair("client");
    EVP_PKEY *key = make_key(); /* one that nobody knows */
    X509 *cert = make_cert(key, "stranger", NULL, NULL);
    write_pem("stranger.pem", cert, NULL);
    write_pem("stranger.key", NULL, key);
    X509_free(cert);
    EVP_PKEY_free(key);
    FILE *f = fopen(file("locked.key"), "w");
    PEM_write_PrivateKey(f, made.ca_key, EVP_aes_128_cbc(), (const unsigned char *)"secret", 6,
                         NULL, NULL);
    fclose(f);
    return true;
}

__attribute__((destructor)) static void remove_files(void)
{
    static const char *const names[] = {"ca.pem",     "server.pem",   "server.key",   "client.pem",
                                        "client.key", "stranger.pem", "stranger.key", "locked.key"};
    if (!made.ca)
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(file(names[i]));
    rmdir(made.folder);
    X509_free(made.ca);
    EVP_PKEY_free(made.ca_key);
}

/* ---- a client -------------------------------------------------------------------------------- */

struct client {
    SSL_CTX *ctx;
    SSL *ssl;
    int fd;
    char buf[256 << 10];
    size_t len;
};
static struct client c;

/* Connects; CERT (or NULL) names the client's certificate, ALPN (or NULL) is in wire format. */
static bool client_open(uint16_t port, const char *cert, const char *alpn)
{
    char pem[64], key[64];
    signal(SIGPIPE, SIG_IGN); /* OpenSSL's writes here: those of the server have their own test */
    c.len = 0;
    c.fd = dial(port);
    c.ctx = SSL_CTX_new(TLS_client_method());
    SSL_CTX_load_verify_locations(c.ctx, file("ca.pem"), NULL);
    SSL_CTX_set_verify(c.ctx, SSL_VERIFY_PEER, NULL);
    if (cert) {
        snprintf(pem, sizeof pem, "%s/%s.pem", made.folder, cert);
        snprintf(key, sizeof key, "%s/%s.key", made.folder, cert);
        SSL_CTX_use_certificate_chain_file(c.ctx, pem);
        SSL_CTX_use_PrivateKey_file(c.ctx, key, SSL_FILETYPE_PEM);
    }
    c.ssl = SSL_new(c.ctx);
    if (alpn)
        SSL_set_alpn_protos(c.ssl, (const unsigned char *)alpn, (unsigned)strlen(alpn));
    SSL_set_fd(c.ssl, c.fd);
    ERR_clear_error();
    return c.fd >= 0 && SSL_connect(c.ssl) == 1;
}

static void client_close(void)
{
    SSL_free(c.ssl);
    SSL_CTX_free(c.ctx);
    close(c.fd);
    ERR_clear_error();
}

static bool client_put(const char *text)
{
    return SSL_write(c.ssl, text, (int)strlen(text)) == (int)strlen(text);
}

/* Reads until TEXT has come. */
static bool client_has(const char *text)
{
    for (;;) {
        c.buf[c.len] = 0;
        if (strstr(c.buf, text))
            return true;
        struct pollfd p = {.fd = c.fd, .events = POLLIN};
        if (c.len == sizeof c.buf - 1 || (SSL_pending(c.ssl) == 0 && poll(&p, 1, PATIENCE_MS) <= 0))
            return false;
        int n = SSL_read(c.ssl, c.buf + c.len, (int)(sizeof c.buf - 1 - c.len));
        if (n <= 0)
            return false;
        c.len += (size_t)n;
    }
}

static bool start(struct rig *rig, const struct http_limits *limits, const char *clients)
{
    struct http_tls tls = {.certificate_file = file("server.pem"),
                           .key_file = file("server.key"),
                           .client_ca_file = clients};
    return rig_start(rig, limits, "127.0.0.1:0", &tls);
}

/* ---- tests ----------------------------------------------------------------------------------- */

T_TEST(requests_and_streams_go_through_tls)
{
    struct rig rig = {0};
    if (!make_files() || !start(&rig, NULL, NULL))
        return;
    T_OK(client_open(rig.port, NULL, "\x02h2\x08http/1.1"));
    const unsigned char *alpn;
    unsigned n;
    SSL_get0_alpn_selected(c.ssl, &alpn, &n);
    T_OK(n == 8 && memcmp(alpn, "http/1.1", 8) == 0);
    T_EQ_INT(SSL_version(c.ssl), TLS1_3_VERSION);
    client_put("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi" GET("/echo?2"));
    T_OK(client_has("GET /echo|2|127.0.0.1|"));
    T_OK(strstr(c.buf, "POST /echo||127.0.0.1|hi") != NULL);
    c.len = 0;
    client_put(GET("/hold"));
    T_OK(client_has("data: first\n\n\r\n"));
    for (int i = 0; i < 3; i++) {
        c.len = 0;
        int64_t begin = clock_ns();
        rig_ask(&rig, RIG_EVENT);
        T_OK(client_has("c\r\ndata: next\n\n\r\n"));
        T_OK(clock_ns() - begin < 1000000000);
    }
    rig_ask(&rig, RIG_END);
    T_OK(client_has("\r\n0\r\n\r\n"));
    c.len = 0;
    client_put("GET /close HTTP/1.1\r\nHost: x\r\n\r\n");
    T_OK(client_has("bye"));
    T_EQ_INT(SSL_read(c.ssl, c.buf, 1), 0); /* a proper end */
    T_EQ_INT(SSL_get_shutdown(c.ssl), SSL_RECEIVED_SHUTDOWN);
    client_close();
    rig_stop(&rig);
}

T_TEST(large_bodies_go_through_tls)
{
    enum { N = 3000000 };
    struct rig rig = {0};
    if (!make_files() || !start(&rig, NULL, NULL))
        return;
    T_OK(client_open(rig.port, NULL, NULL));
    char *body = malloc(N);
    memset(body, 'b', N);
    client_put("POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
    T_EQ_INT(SSL_write(c.ssl, body, N), N);
    T_OK(client_has("HTTP/1.1 204"));
    c.len = 0;
    client_put(GET("/big?20000000"));
    size_t n = 0;
    T_OK(client_has("\r\n\r\n"));
    n = c.len - (size_t)(strstr(c.buf, "\r\n\r\n") + 4 - c.buf);
    for (int got = 1; n < 20000000 && got > 0; n += got > 0 ? (size_t)got : 0)
        got = SSL_read(c.ssl, body, N);
    T_EQ_INT(n, 20000000);
    free(body);
    client_close();
    rig_stop(&rig);
}

T_TEST(clients_without_the_right_certificate_are_refused)
{
    struct rig rig = {0};
    if (!make_files() || !start(&rig, NULL, file("ca.pem")))
        return;
    T_OK(client_open(rig.port, "client", NULL));
    client_put(GET("/echo"));
    T_OK(client_has("GET /echo||127.0.0.1|"));
    client_close();
    static const char *const wrong[] = {NULL, "stranger"};
    for (int i = 0; i < 2; i++) { /* TLS 1.3 tells the client behind its handshake */
        bool is_open = client_open(rig.port, wrong[i], NULL);
        T_OK(!is_open || !client_put(GET("/echo")) || !client_has("GET"));
        client_close();
    }
    T_OK(rig_connections_are(&rig, 0));
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_requests, 1);
}

T_TEST(other_protocols_do_not_get_through)
{
    struct rig rig = {0};
    if (!make_files() || !start(&rig, NULL, NULL))
        return;
    T_EQ_INT(ask(rig.port, GET("/echo"), NULL), 0); /* without TLS */
    T_OK(!client_open(rig.port, NULL, "\x02h2"));
    client_close();
    c.fd = dial(rig.port);
    c.ctx = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(c.ctx, TLS1_1_VERSION);
    SSL_CTX_set_security_level(c.ctx, 0);
    c.ssl = SSL_new(c.ctx);
    SSL_set_fd(c.ssl, c.fd);
    T_OK(SSL_connect(c.ssl) != 1);
    client_close();
    T_OK(rig_connections_are(&rig, 0));
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_requests, 0);
}

T_TEST(a_handshake_that_stops_times_out)
{
    struct rig rig = {0};
    struct http_limits limits = {.header_s = 0.2};
    if (!make_files() || !start(&rig, &limits, NULL))
        return;
    int fd = dial(rig.port);
    put_n(fd, "\x16\x03\x01", 3);
    T_OK(rig_connections_are(&rig, 1));
    T_OK(rig_connections_are(&rig, 0));
    close(fd);
    rig_stop(&rig);
}

T_TEST(clients_that_leave_are_noticed_through_tls)
{
    struct rig rig = {0};
    struct http_limits limits = {.unsent_max = 1 << 20};
    if (!make_files() || !start(&rig, &limits, NULL))
        return;
    for (int i = 0; i < 4; i++) {
        T_OK(client_open(rig.port, NULL, NULL));
        client_put(i % 2 ? GET("/wait") : GET("/hold"));
        if (i % 2 == 0)
            T_OK(client_has("first"));
        else
            pause_ms(30);
        T_OK(rig_gone_is(&rig, i));
        if (i < 2)
            SSL_shutdown(c.ssl);
        if (i == 3)
            setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
                       sizeof(struct linger));
        client_close();
        T_OK(rig_gone_is(&rig, i + 1));
    }
    T_OK(client_open(rig.port, NULL, NULL));
    client_put(GET("/flood"));
    T_OK(client_has("first"));
    for (int i = 0; i < 1000 && atomic_load(&rig.n_gone) == 4; i++)
        rig_ask(&rig, RIG_FLOOD);
    T_OK(rig_gone_is(&rig, 5));
    client_close();
    rig_stop(&rig);
}

/* Much arrives behind a request that is being handled, ends inside of a TLS record, and is all
 * there when its turn comes. */
T_TEST(what_waits_behind_a_request_is_not_lost_in_tls)
{
    enum { N = 200000 };
    struct rig rig = {0};
    if (!make_files() || !start(&rig, NULL, NULL))
        return;
    T_OK(client_open(rig.port, NULL, NULL));
    static char body[N + 1];
    memset(body, 'b', N);
    client_put(GET("/wait") "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n");
    client_put(body);
    pause_ms(100);
    rig_ask(&rig, RIG_END);
    T_OK(client_has("POST /echo||127.0.0.1|bbbb"));
    rig_stop(&rig);
    client_close();
}

/* Whether the server's certificate is NAME's. */
static bool shows(struct rig *rig, const char *name)
{
    char have[64] = "";
    bool ok = T_OK(client_open(rig->port, NULL, NULL));
    X509 *cert = ok ? SSL_get1_peer_certificate(c.ssl) : NULL;
    if (cert)
        X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, have, sizeof have);
    X509_free(cert);
    return T_EQ_STR(have, name);
}

T_TEST(certificates_can_be_read_anew)
{
    takt_err e;
    struct rig rig = {0};
    if (!make_files() || !rig_make(&rig, NULL))
        return;
    const struct http_tls tls = {.certificate_file = file("server.pem"),
                                 .key_file = file("server.key")};
    const struct http_tls other = {.certificate_file = file("client.pem"),
                                   .key_file = file("client.key")};
    const struct http_tls wrong = {.certificate_file = file("server.pem"),
                                   .key_file = file("client.key")};
    uint16_t plain;
    T_RC(http_listen(rig.server, "127.0.0.1:0", &tls, &rig.port, &e), &e);
    T_RC(http_listen(rig.server, "127.0.0.1:0", NULL, &plain, &e), &e);
    T_FAILS(http_tls_renew(rig.server, &wrong, &e), &e, TAKT_ERR_FORMAT, "mismatch");
    rig_go(&rig);
    T_OK(shows(&rig, "server"));
    rig_rest(&rig);
    T_RC(http_tls_renew(rig.server, &other, &e), &e);
    rig_go(&rig);
    client_put(GET("/echo")); /* the old connection goes on */
    T_OK(client_has("GET /echo||127.0.0.1|"));
    client_close();
    T_OK(shows(&rig, "client"));
    client_close();
    int fd = dial(plain); /* and what had no TLS has none */
    put(fd, GET("/echo"));
    static struct wire w;
    w = (struct wire){.fd = fd};
    T_OK(has(&w, "GET /echo||127.0.0.1|"));
    close(fd);
    rig_stop(&rig);
}

T_TEST(wrong_certificates_are_named)
{
    takt_err e = {0};
    struct rig rig = {0};
    if (!make_files() || !rig_make(&rig, NULL))
        return;
    struct http_tls tls = {.certificate_file = file("server.pem")};
    T_FAILS(http_listen(rig.server, "127.0.0.1:0", &tls, NULL, &e), &e, TAKT_ERR_USAGE, "both");
    tls.key_file = file("none.key");
    T_FAILS(http_listen(rig.server, "127.0.0.1:0", &tls, NULL, &e), &e, TAKT_ERR_FORMAT,
            "none.key: cannot read the certificate's key in PEM: No such file");
    tls.key_file = file("client.key");
    T_FAILS(http_listen(rig.server, "127.0.0.1:0", &tls, NULL, &e), &e, TAKT_ERR_FORMAT,
            "mismatch");
    tls.key_file = file("locked.key");
    T_FAILS(http_listen(rig.server, "127.0.0.1:0", &tls, NULL, &e), &e, TAKT_ERR_FORMAT,
            "locked.key");
    tls.key_file = file("server.key");
    tls.client_ca_file = file("server.key");
    T_FAILS(http_listen(rig.server, "127.0.0.1:0", &tls, NULL, &e), &e, TAKT_ERR_FORMAT,
            "authority");
    tls.certificate_file = "tests/net/meson.build";
    T_FAILS(http_listen(rig.server, "127.0.0.1:0", &tls, NULL, &e), &e, TAKT_ERR_FORMAT,
            "meson.build");
    http_server_free(rig.server);
}

T_MAIN("net/http_tls")
