/* conversation: the messages of a chat, and their file form: {"messages": [{"role": ..., "content":
 * ...}, ...]}. The content of a message with pictures or clips is a list: these, as {"type":
 * "image_url", "image_url": {"url": FILE}} and {"type": "video_url", "video_url": {"url": FILE}},
 * and then the text. */
#ifndef TAKT_CLI_CONVERSATION_H
#define TAKT_CLI_CONVERSATION_H

#include "base/err.h"
#include "base/json.h"

/* A picture or a clip in a message. */
struct conversation_sight {
    char *file; /* owned */
    bool is_clip;
};

struct conversation_message {
    char *role, *content;             /* owned */
    struct conversation_sight *sight; /* [n_sights] owned */
    size_t n_sights;
};

struct conversation {
    struct conversation_message *msg;
    size_t n, cap;
};

/* conversation_add copies ROLE and CONTENT to the end. */
takt_rc conversation_add(struct conversation *c, const char *role, const char *content,
                         takt_err *e);
/* conversation_show adds the picture or clip in FILE to the last message, behind those that it has.
 */
takt_rc conversation_show(struct conversation *c, const char *file, bool is_clip, takt_err *e);
/* conversation_cut drops all messages from N on; conversation_free drops everything. */
void conversation_cut(struct conversation *c, size_t n);
void conversation_free(struct conversation *c);

/* conversation_write appends the file form to O, whose caller looks at `failed`. */
void conversation_write(const struct conversation *c, struct json_out *o);

/* conversation_save writes PATH (through a temporary file, so that an old one stays whole on
 * failure); conversation_load replaces C, which stays as it is on failure. */
takt_rc conversation_save(const struct conversation *c, const char *path, takt_err *e);
takt_rc conversation_load(struct conversation *c, const char *path, takt_err *e);

#endif
