/* api_file: the form of POST /v1/files, the query of GET /v1/files, and files as clients see them.
 * */
#ifndef TAKT_SERVER_API_FILE_H
#define TAKT_SERVER_API_FILE_H

#include "base/json.h"
#include "net/multipart.h"
#include "server/field.h"
#include "store/store.h"

struct api_file_form {
    struct slice file; /* its name */
    uint32_t purpose;
    uint32_t anchor;
    int64_t expires_s; /* 0: never */
    struct field_notes notes;
};
extern const struct field_table api_file_form_table;

/* What of a list is wanted. */
struct api_files_query {
    uint32_t purpose;
    uint32_t order; /* 1: the oldest first */
    int64_t limit;
    struct slice after;
    struct field_notes notes;
};
extern const struct field_table api_files_query_table;

/* api_file_read reads the form with the N parts PARTS; *content is what the file holds. */
takt_rc api_file_read(struct api_file_form *f, struct slice *content, struct arena *a,
                      const struct multipart_part *parts, uint32_t n, bool groq_strict,
                      struct api_error *e);

/* api_purpose_name is the word for the PURPOSE of a form; api_files_purpose that of a query, NULL
 * for any. */
const char *api_purpose_name(uint32_t purpose);
const char *api_files_purpose(const struct api_files_query *q);

/* api_page_of is the page that AFTER, LIMIT and ORDER of a query ask for. */
struct store_page api_page_of(struct slice after, int64_t limit, uint32_t order);

/* api_file_put writes F as the member KEY (or NULL). api_list_end ends a list that was begun by
 * api_list_begin with N elements from FIRST to LAST (ids; NULL when N is 0). */
void api_file_put(struct json_out *o, const char *key, const struct store_file *f);
void api_list_begin(struct json_out *o);
void api_list_end(struct json_out *o, const char *first, const char *last, bool more);

#endif
