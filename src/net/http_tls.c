#include "net/http_conn.h"

#include <openssl/err.h>

/* What OpenSSL says of a failure; it lists the cause first. */
static takt_rc tls_err(takt_err *e, const char *file, const char *what)
{
    char text[96];
    unsigned long code = ERR_peek_error();
    const char *reason = ERR_SYSTEM_ERROR(code)
                             ? strerror_r(ERR_GET_REASON(code), text, sizeof text)
                             : ERR_reason_error_string(code);
    ERR_clear_error();
    return err_set(e, TAKT_ERR_FORMAT, file, "%s: %s", what, reason ? reason : "no reason given");
}

/* HTTP/1.1 is what we speak; a client that names only others is told so at once. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                           const unsigned char *in, unsigned in_len, void *user)
{
    (void)ssl;
    (void)user;
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen;
    if (SSL_select_next_proto(&chosen, out_len, ours, sizeof ours - 1, in, in_len) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

/* A server cannot be asked for the password of a key: such a key is an error. */
static int no_password(char *buf, int size, int rwflag, void *user)
{
    (void)buf;
    (void)size;
    (void)rwflag;
    (void)user;
    return 0;
}

static takt_rc load_own(SSL_CTX *ctx, const struct http_tls *tls, takt_err *e)
{
    if (SSL_CTX_use_certificate_chain_file(ctx, tls->certificate_file) != 1)
        return tls_err(e, tls->certificate_file, "cannot read a certificate in PEM");
    if (SSL_CTX_use_PrivateKey_file(ctx, tls->key_file, SSL_FILETYPE_PEM) != 1)
        return tls_err(e, tls->key_file, "cannot read the certificate's key in PEM");
    if (SSL_CTX_check_private_key(ctx) != 1)
        return tls_err(e, tls->key_file, "is not the certificate's key");
    return TAKT_OK;
}

static takt_rc load_clients(SSL_CTX *ctx, const char *file, takt_err *e)
{
    STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(file);
    if (!names || SSL_CTX_load_verify_locations(ctx, file, NULL) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return tls_err(e, file, "cannot read the clients' certificate authority in PEM");
    }
    SSL_CTX_set_client_CA_list(ctx, names);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return TAKT_OK;
}

takt_rc http_tls_new(SSL_CTX **out, const struct http_tls *tls, takt_err *e)
{
    static const unsigned char id[] = "takt";
    *out = NULL;
    if (!tls->certificate_file || !tls->key_file)
        return err_set(e, TAKT_ERR_USAGE, "tls", "needs both a certificate and its key");
    ERR_clear_error();
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (!ctx)
        return err_set(e, TAKT_ERR_MEMORY, "tls", "no memory for TLS");
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS); /* idle connections are many */
    SSL_CTX_set_session_id_context(ctx, id, sizeof id - 1);
    SSL_CTX_set_default_passwd_cb(ctx, no_password);
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
    takt_rc rc = load_own(ctx, tls, e);
    if (!rc.code && tls->client_ca_file)
        rc = load_clients(ctx, tls->client_ca_file, e);
    if (rc.code) {
        SSL_CTX_free(ctx);
        return rc;
    }
    *out = ctx;
    return TAKT_OK;
}
