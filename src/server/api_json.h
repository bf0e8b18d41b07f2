/* api_json: JSON that exists as text already, put into what is being written. */
#ifndef TAKT_SERVER_API_JSON_H
#define TAKT_SERVER_API_JSON_H

#include "base/json.h"

/* api_json_raw appends N bytes as they are: no comma, no escaping. api_json_put appends TEXT, one
 * valid JSON value, as the member KEY (NULL inside arrays and at the root). */
void api_json_raw(struct json_out *o, const char *s, size_t n);
void api_json_put(struct json_out *o, const char *key, struct slice text);

/* api_json_quoted is api_json_put for a constant of ours that has ' for ". */
void api_json_quoted(struct json_out *o, const char *key, const char *text);

/* api_json_f32 is json_put_f32, ten times as fast for numbers of usual size: with as few decimals
 * as a reader of V's 32 bits needs. */
void api_json_f32(struct json_out *o, const char *key, float v);

/* api_json_characters counts the characters of UTF-8: the bytes that begin one. */
size_t api_json_characters(struct slice s);

/* api_json_keep moves what O holds into A and empties O; an empty slice when memory ran out. */
struct slice api_json_keep(struct json_out *o, struct arena *a);

#endif
