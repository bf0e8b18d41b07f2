/* files: /v1/files. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/api_file.h"
#include "server/api_limits.h"
#include "server/api_query.h"
#include "server/call_wait.h"
#include "server/files.h"
#include "server/routes.h"

enum { PARTS_MAX = 32 };
#define UPLOADS_MAX (UINT64_C(1) << 30) /* bytes that wait for the store at one time */

static int64_t now_s(void)
{
    return (int64_t)time(NULL);
}

/* ---- POST ------------------------------------------------------------------------------------ */

struct upload {
    struct call_wait wait;
    uint8_t *body;
    size_t n_body;
    const char *type; /* of the body */
    bool is_strict;
    char id[64];
    struct api_file_form form;
    struct store_file file;
    struct slice content;
    struct store_quota quota;
    struct api_error why; /* it is refused */
};

/* Reads the form. On the store's thread: a large one takes milliseconds. */
static takt_rc read_form(struct upload *u, struct api_error *e)
{
    const struct slice body = {u->body, u->n_body};
    struct arena *a = &u->wait.arena;
    struct multipart_part part[PARTS_MAX];
    uint32_t n;
    takt_err err;
    if (multipart_read(part, PARTS_MAX, &n, u->type, body, a, &err).code)
        return api_error_from_request(e, &err, NULL);
    TAKT_TRY(api_file_read(&u->form, &u->content, a, part, n, u->is_strict, e));
    u->file.name = (const char *)u->form.file.p;
    u->file.purpose = api_purpose_name(u->form.purpose);
    u->file.expires_s = u->form.expires_s ? u->file.created_s + u->form.expires_s : 0;
    u->file.bytes = u->content.len;
    return TAKT_OK;
}

static takt_rc keep_file(struct call_wait *w, struct store *s, takt_err *e)
{
    struct upload *u = (struct upload *)w;
    if (read_form(u, &u->why).code)
        return TAKT_OK; /* of the store */
    return store_file_add(s, &u->file, u->content, &u->quota, e);
}

static void tell_file(struct call_wait *w)
{
    struct upload *u = (struct upload *)w;
    struct json_out o = {0};
    if (u->why.why != API_OK) {
        call_error(&w->call, &u->why);
        return;
    }
    call_warn(&w->call, &u->form.notes);
    api_file_put(&o, NULL, &u->file);
    call_json(&w->call, 200, &o);
}

static void free_upload(struct call_wait *w)
{
    struct upload *u = (struct upload *)w;
    w->call.s->upload_bytes -= u->n_body;
    free(u->body);
}

/* Takes what is needed of the call to U. */
static takt_rc take_call(struct upload *u, struct api_error *e)
{
    const struct call *c = &u->wait.call;
    const char *type = http_header(c->x, "content-type");
    if (!multipart_is(type))
        return api_refuse(e, API_BAD_MEDIA, NULL,
                          "a file is sent as multipart/form-data, as `curl -F purpose=batch -F "
                          "file=@PATH` does");
    if (http_body(c->x).len > UPLOADS_MAX - c->s->upload_bytes) {
        api_refuse(e, API_OVERLOADED, NULL, "too many uploads wait for the server's store");
        e->retry_after_s = 1;
        return (takt_rc){TAKT_ERR_LIMIT};
    }
    u->type = arena_strndup(&u->wait.arena, type, strlen(type));
    if (!u->type)
        return api_refuse(e, API_NO_MEMORY, NULL, "there is no memory for the request");
    u->is_strict = c->s->config.groq_strict && c->dialect == API_GROQ;
    server_id(c->s, u->id, sizeof u->id, "file-");
    u->file =
        (struct store_file){.id = u->id, .owner = u->wait.call.who.name, .created_s = now_s()};
    u->quota = (struct store_quota){API_MAX_FILES, c->s->config.files_bytes};
    u->body = http_take_body(c->x, &u->n_body);
    c->s->upload_bytes += u->n_body;
    return TAKT_OK;
}

void file_create(struct call *c)
{
    struct upload *u = call_wait_new(c, sizeof *u, keep_file, tell_file);
    struct api_error e;
    if (!u)
        return;
    u->wait.release = free_upload;
    if (take_call(u, &e).code) {
        call_error(c, &e);
        call_wait_drop(&u->wait);
        return;
    }
    call_wait_begin(&u->wait);
}

/* ---- GET ------------------------------------------------------------------------------------- */

struct listing {
    struct call_wait wait;
    struct api_files_query query;
    struct store_file *file;
    uint32_t n;
    bool more;
};

static takt_rc list(struct call_wait *w, struct store *s, takt_err *e)
{
    struct listing *l = (struct listing *)w;
    const struct api_files_query *q = &l->query;
    const struct store_page page = api_page_of(q->after, q->limit, q->order);
    return store_files(s, w->call.who.name, api_files_purpose(q), &page, now_s(), &w->arena,
                       &l->file, &l->n, &l->more, e);
}

static void tell_list(struct call_wait *w)
{
    const struct listing *l = (const struct listing *)w;
    struct json_out o = {0};
    api_list_begin(&o);
    for (uint32_t i = 0; i < l->n; i++)
        api_file_put(&o, NULL, &l->file[i]);
    api_list_end(&o, l->n ? l->file[0].id : NULL, l->n ? l->file[l->n - 1].id : NULL, l->more);
    call_json(&w->call, 200, &o);
}

void files_list(struct call *c)
{
    struct listing *l = call_wait_new(c, sizeof *l, list, tell_list);
    if (l)
        call_wait_begin_query(&l->wait, &l->query, &l->query.notes, &api_files_query_table);
}

struct file_lookup {
    struct call_wait wait;
    struct store_file *file;
    enum store_gone gone;
};

static void no_file(const struct call *c)
{
    call_refuse(c, API_NO_OBJECT, "file_id", "there is no file '%.100s'", c->arg);
}

static takt_rc look_up(struct call_wait *w, struct store *s, takt_err *e)
{
    struct file_lookup *l = (struct file_lookup *)w;
    return store_file_get(s, w->call.arg, w->call.who.name, now_s(), &w->arena, &l->file, e);
}

static void tell_found(struct call_wait *w)
{
    const struct file_lookup *l = (const struct file_lookup *)w;
    struct json_out o = {0};
    if (!l->file) {
        no_file(&w->call);
        return;
    }
    api_file_put(&o, NULL, l->file);
    call_json(&w->call, 200, &o);
}

void file_get(struct call *c)
{
    struct file_lookup *l = call_wait_new(c, sizeof *l, look_up, tell_found);
    if (l)
        call_wait_begin(&l->wait);
}

static void tell_content(struct call_wait *w)
{
    const struct file_lookup *l = (const struct file_lookup *)w;
    if (l->file)
        download_begin(&w->call, l->file);
    else
        no_file(&w->call);
}

void file_content(struct call *c)
{
    struct file_lookup *l = call_wait_new(c, sizeof *l, look_up, tell_content);
    if (l)
        call_wait_begin(&l->wait);
}

/* ---- DELETE ---------------------------------------------------------------------------------- */

static takt_rc delete_it(struct call_wait *w, struct store *s, takt_err *e)
{
    struct file_lookup *l = (struct file_lookup *)w;
    return store_file_delete(s, w->call.arg, w->call.who.name, &l->gone, e);
}

static void tell_deleted(struct call_wait *w)
{
    const struct file_lookup *l = (const struct file_lookup *)w;
    struct json_out o = {0};
    if (l->gone == STORE_NOT_THERE) {
        no_file(&w->call);
        return;
    }
    if (l->gone == STORE_IN_USE) {
        call_refuse(&w->call, API_CONFLICT, "file_id",
                    "a batch that has not ended reads '%.100s'; cancel it first", w->call.arg);
        return;
    }
    json_obj_begin(&o, NULL);
    json_put_str(&o, "id", w->call.arg);
    json_put_str(&o, "object", "file");
    json_put_bool(&o, "deleted", true);
    json_obj_end(&o);
    call_json(&w->call, 200, &o);
}

void file_delete(struct call *c)
{
    struct file_lookup *l = call_wait_new(c, sizeof *l, delete_it, tell_deleted);
    if (l)
        call_wait_begin(&l->wait);
}
