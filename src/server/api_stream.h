/* api_stream: replies of /v1/chat/completions and /v1/completions in pieces, as server-sent events.
 *
 * All of a chunk that does not change is written once, at the beginning: a chunk costs about a
 * microsecond. Each call appends whole events, from "data: " to the empty line. */
#ifndef TAKT_SERVER_API_STREAM_H
#define TAKT_SERVER_API_STREAM_H

#include "server/api_reply.h"

struct api_stream {
    struct api_reply reply;
    bool include_usage;    /* "usage": null in each chunk, and a last chunk with it */
    bool continuous_usage; /* the usage so far in each chunk */
    struct json_out head;  /* the beginning of a chunk, up to its choices */
};

/* api_stream_begin prepares a stream of R, which is copied; its strings must outlive the stream.
 * Errors: MEMORY. */
takt_rc api_stream_begin(struct api_stream *s, const struct api_reply *r, bool include_usage,
                         bool continuous_usage, takt_err *e);
void api_stream_free(struct api_stream *s); /* zeros are allowed */

/* api_stream_role writes the first chunk of choice P->index of a chat, which has no text yet but
 * may have prompt_ids; nothing for a completion, whose prompt_ids go with its first piece. */
void api_stream_role(struct json_out *o, const struct api_stream *s, const struct api_piece *p);

/* api_stream_piece writes what came since the last piece. SO_FAR is told if the request wants it in
 * each chunk, and in Groq's dialect with the piece that ends the reply; NULL otherwise. */
void api_stream_piece(struct json_out *o, const struct api_stream *s, const struct api_piece *p,
                      const struct api_usage *so_far);

/* api_stream_end writes the chunk with the usage, if it is wanted, and "data: [DONE]". */
void api_stream_end(struct json_out *o, const struct api_stream *s, const struct api_usage *u);

/* api_stream_ping writes a comment that keeps proxies from closing a quiet connection. */
void api_stream_ping(struct json_out *o);

#endif
