#include "server/api_file.h"

#include <string.h>

#include "server/api_limits.h"
#include "server/api_query.h"

enum { O = FIELD_OPENAI, G = FIELD_GROQ };
enum { EXPIRES_MIN_S = 3600, EXPIRES_MAX_S = 30 * 86400 };

#define PURPOSES "assistants|batch|fine-tune|vision|user_data|evals"
static const char *const purposes[] = {
    "assistants", "batch", "fine-tune",   "vision",
    "user_data",  "evals", "batch_output"}; /* the last is not for forms */

static const struct field form_rows[] = {
    {FIELD_AT(STRING, "file", struct api_file_form, file), .who = O | G, .is_required = true,
     .min = 1, .max = API_MAX_FILE_NAME, .schema = "{'type':'string','format':'binary'}",
     .help = "The file, with a name."},
    {FIELD_AT(WORD, "purpose", struct api_file_form, purpose), .who = O | G, .is_required = true,
     .words = PURPOSES, .groq = "[\"batch\"]",
     .help = "What it is for. Only files for `batch` are read by anything here; others are kept."},
    {FIELD_AT(WORD, "expires_after[anchor]", struct api_file_form, anchor), .who = O,
     .words = "created_at", .help = "From when the next field counts."},
    {FIELD_AT(INT, "expires_after[seconds]", struct api_file_form, expires_s), .who = O,
     .min = EXPIRES_MIN_S, .max = EXPIRES_MAX_S, .absent = "never",
     .help = "After how many seconds the file is deleted."},
};
static const struct field_part form_parts[] = {{form_rows, 4, 0}};
const struct field_table api_file_form_table = {form_parts, 1, NULL};

static const struct field query_rows[] = {
    {FIELD_AT(WORD, "purpose", struct api_files_query, purpose), .who = O,
     .words = PURPOSES "|batch_output", .absent = "any", .help = "Only files for this."},
    {FIELD_AT(INT, "limit", struct api_files_query, limit), .who = O, .min = 1,
     .max = API_MAX_LISTED, .fallback = API_MAX_LISTED, .help = "How many to give at most."},
    {FIELD_AT(WORD, "order", struct api_files_query, order), .who = O, .words = "desc|asc",
     .help = "`desc` gives the newest first."},
    {FIELD_AT(STRING, "after", struct api_files_query, after), .who = O, .min = 1,
     .max = API_MAX_NAME, .help = "Goes on behind the file that has this id."},
};
static const struct field_part query_parts[] = {{query_rows, 4, 0}};
const struct field_table api_files_query_table = {query_parts, 1, NULL};

takt_rc api_file_read(struct api_file_form *f, struct slice *content, struct arena *a,
                      const struct multipart_part *parts, uint32_t n, bool groq_strict,
                      struct api_error *e)
{
    *f = (struct api_file_form){.purpose = 0};
    *content = (struct slice){NULL, 0};
    for (uint32_t i = 0; i < n; i++)
        if (slice_eq(parts[i].name, "file")) {
            if (!parts[i].filename.p)
                return api_refuse(
                    e, API_BAD_TYPE, "file",
                    "must be a part with a filename, as `curl -F file=@PATH` sends it");
            *content = parts[i].content;
        }
    TAKT_TRY(api_form_read(f, &f->notes, &api_file_form_table, a, parts, n, groq_strict, e));
    if (field_given(&f->notes, &api_file_form_table, "expires_after[anchor]") && !f->expires_s)
        return api_refuse(e, API_MISSING, "expires_after[seconds]",
                          "is needed beside expires_after[anchor]");
    return TAKT_OK;
}

const char *api_purpose_name(uint32_t purpose)
{
    return purposes[purpose];
}

const char *api_files_purpose(const struct api_files_query *q)
{
    return field_given(&q->notes, &api_files_query_table, "purpose") ? purposes[q->purpose] : NULL;
}

struct store_page api_page_of(struct slice after, int64_t limit, uint32_t order)
{
    return (struct store_page){
        .after = (const char *)after.p, .limit = (uint32_t)limit, .oldest_first = order == 1};
}

/* ---- replies --------------------------------------------------------------------------------- */

void api_file_put(struct json_out *o, const char *key, const struct store_file *f)
{
    json_obj_begin(o, key);
    json_put_str(o, "id", f->id);
    json_put_str(o, "object", "file");
    json_put_u64(o, "bytes", f->bytes);
    json_put_i64(o, "created_at", f->created_s);
    if (f->expires_s)
        json_put_i64(o, "expires_at", f->expires_s);
    json_put_str(o, "filename", f->name);
    json_put_str(o, "purpose", f->purpose);
    json_put_str(o, "status", "processed");
    json_put_null(o, "status_details");
    json_obj_end(o);
}

void api_list_begin(struct json_out *o)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "object", "list");
    json_arr_begin(o, "data");
}

static void put_id(struct json_out *o, const char *key, const char *id)
{
    if (id)
        json_put_str(o, key, id);
    else
        json_put_null(o, key);
}

void api_list_end(struct json_out *o, const char *first, const char *last, bool more)
{
    json_arr_end(o);
    put_id(o, "first_id", first);
    put_id(o, "last_id", last);
    json_put_bool(o, "has_more", more);
    json_obj_end(o);
}
