#include "server/api_stream.h"

#include <string.h>

#include "server/api_json.h"

/* Appends a string constant. */
#define PUT(o, text) api_json_raw((o), text, sizeof text - 1)

/* Leaves O so that the next member or element begins without a comma. */
static void fresh(struct json_out *o)
{
    o->need_comma = false;
}

takt_rc api_stream_begin(struct api_stream *s, const struct api_reply *r, bool include_usage,
                         bool continuous_usage, takt_err *e)
{
    *s = (struct api_stream){
        .reply = *r, .include_usage = include_usage, .continuous_usage = continuous_usage};
    struct json_out *o = &s->head;
    PUT(o, "data: ");
    json_obj_begin(o, NULL);
    json_put_str(o, "id", r->id);
    json_put_str(o, "object", r->is_text ? "text_completion" : "chat.completion.chunk");
    json_put_i64(o, "created", r->created);
    json_put_str(o, "model", r->model);
    if (r->tier)
        json_put_str(o, "service_tier", r->tier);
    if (r->fingerprint)
        json_put_str(o, "system_fingerprint", r->fingerprint);
    else
        json_put_null(o, "system_fingerprint");
    PUT(o, ",\"choices\":[");
    if (!o->failed)
        return TAKT_OK;
    api_stream_free(s);
    return err_set(e, TAKT_ERR_MEMORY, "stream", "no memory");
}

void api_stream_free(struct api_stream *s)
{
    json_out_free(&s->head);
}

/* The beginning of a chunk with the choice INDEX. */
static void begin_chunk(struct json_out *o, const struct api_stream *s, uint32_t index)
{
    char digits[16], *d = digits + sizeof digits;
    api_json_raw(o, s->head.p, s->head.len);
    PUT(o, "{\"index\":");
    do {
        *--d = (char)('0' + index % 10);
        index /= 10;
    } while (index);
    api_json_raw(o, d, (size_t)(digits + sizeof digits - d));
}

/* What stands between the choices and the end of the event. */
static void end_chunk(struct json_out *o, const struct api_stream *s,
                      const struct api_usage *so_far)
{
    if (s->continuous_usage && so_far) {
        PUT(o, ",");
        fresh(o);
        api_reply_usage(o, "usage", so_far, s->reply.dialect);
    } else if (s->include_usage) {
        PUT(o, ",\"usage\":null");
    }
}

static void end_event(struct json_out *o)
{
    PUT(o, "}\n\n");
    fresh(o);
}

void api_stream_role(struct json_out *o, const struct api_stream *s, const struct api_piece *p)
{
    const struct api_reply *r = &s->reply;
    if (r->is_text)
        return;
    begin_chunk(o, s, p->index);
    PUT(o, ",\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"logprobs\":null,"
           "\"finish_reason\":null}]");
    end_chunk(o, s, NULL);
    if (p->prompt_ids) {
        PUT(o, ",");
        fresh(o);
        api_reply_ids(o, "prompt_token_ids", p->prompt_ids, p->n_prompt_ids);
    }
    if (r->groq_id) {
        PUT(o, ",");
        fresh(o);
        api_reply_groq(o, r, NULL);
    }
    end_event(o);
}

static void put_delta(struct json_out *o, const struct api_piece *p)
{
    PUT(o, ",\"delta\":{");
    fresh(o);
    if (p->text.len) {
        PUT(o, "\"content\":");
        json_put_strn(o, NULL, (const char *)p->text.p, p->text.len);
    }
    if (p->n_calls)
        api_reply_calls(o, p, true);
    PUT(o, "}");
}

void api_stream_piece(struct json_out *o, const struct api_stream *s, const struct api_piece *p,
                      const struct api_usage *so_far)
{
    const struct api_reply *r = &s->reply;
    begin_chunk(o, s, p->index);
    if (r->is_text) {
        PUT(o, ",\"text\":");
        fresh(o);
        json_put_strn(o, NULL, p->text.len ? (const char *)p->text.p : "", p->text.len);
    } else {
        put_delta(o, p);
    }
    bool is_plain = p->finish == API_GOING && !p->ids && !p->prompt_ids && r->dialect != API_VLLM;
    if (!r->has_logprobs && is_plain) { /* most chunks */
        PUT(o, ",\"logprobs\":null,\"finish_reason\":null}]");
    } else {
        PUT(o, ",");
        fresh(o);
        api_reply_logprobs(o, r, p);
        api_reply_tail(o, r, p);
        PUT(o, "}]");
    }
    end_chunk(o, s, so_far);
    if (r->groq_id && so_far && p->finish != API_GOING) {
        PUT(o, ",");
        fresh(o);
        api_reply_groq(o, r, so_far);
    }
    end_event(o);
}

void api_stream_end(struct json_out *o, const struct api_stream *s, const struct api_usage *u)
{
    if (s->include_usage) {
        api_json_raw(o, s->head.p, s->head.len);
        PUT(o, "],");
        fresh(o);
        api_reply_usage(o, "usage", u, s->reply.dialect);
        end_event(o);
    }
    PUT(o, "data: [DONE]\n\n");
}

void api_stream_ping(struct json_out *o)
{
    PUT(o, ": ping\n\n");
}
