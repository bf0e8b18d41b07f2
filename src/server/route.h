/* route: which handler answers which path, and who may ask. */
#ifndef TAKT_SERVER_ROUTE_H
#define TAKT_SERVER_ROUTE_H

#include "server/field.h"
#include "server/server_parts.h"

enum route_access {
    ROUTE_OPEN, /* without a key: only what says whether the server is well */
    ROUTE_KEY,  /* with any key, if there are keys */
    ROUTE_ADMIN,
};

struct route {
    enum http_method method;
    const char *path; /* {name}: a part that is the call's `arg` */
    enum route_access access;
    bool is_groq; /* also under /openai */
    void (*answer)(struct call *c);

    bool is_deep; /* {name} may have slashes: it is all that follows */

    /* The rest is for docs/api.md and /openapi.json. */
    const char *help;                /* a sentence */
    const struct field_table *body;  /* NULL: none is read */
    const struct field_table *query; /* NULL: none is read */
    bool is_form;                    /* the body is one */
    bool keeps;                      /* it needs the store */
    bool conflicts;                  /* not in every state of what it is about */
    const char *type;                /* of a reply that is no JSON; NULL: text/plain */
    const char *reply;               /* the name of its schema in api_schemas.c; NULL: it is text */
    const char *stream;              /* what a stream is made of; NULL: it cannot stream */
};

extern const struct route route_table[];
extern const uint32_t route_count;

/* route_request is the server's http_handlers.request: finds the route, checks the key, and calls
 * the handler; or replies with what is wrong. */
void route_request(void *user, struct http_exchange *x);

/* route_refuse is its http_handlers.refuse. */
size_t route_refuse(void *user, int status, const char *why, char *buf, size_t cap,
                    const char **content_type);

#endif
