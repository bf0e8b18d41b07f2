/* api_items: the items that a response began with, as they are kept, told and read again. */
#ifndef TAKT_SERVER_API_ITEMS_H
#define TAKT_SERVER_API_ITEMS_H

#include "server/api_response.h"

/* api_items_put writes the input of R, which was read, as a list of whole items: each with its
 * type, a status, and an id: its own, or one made of ID, the response's. */
void api_items_put(struct json_out *o, const struct api_response *r, const char *id);

/* api_items_join writes one list of the elements of the N JSON LISTS. */
void api_items_join(struct json_out *o, const struct slice *lists, size_t n);

/* What of a list is wanted: a query of GET /v1/responses/{response_id}/input_items. */
struct api_items_page {
    int64_t limit;
    uint32_t order; /* an enum api_order */
    struct slice after;
    struct field_notes notes;
};
enum api_order { API_NEWEST_FIRST, API_OLDEST_FIRST };
extern const struct field_table api_items_table;

/* api_items_page writes the reply with the items of ITEMS (kept ones, the oldest first) that P
 * wants. Errors: NO_OBJECT when there is no item P->after; MEMORY. */
takt_rc api_items_list(struct json_out *o, struct slice items, const struct api_items_page *p,
                       struct arena *a, struct api_error *e);

/* The query of GET /v1/responses/{response_id}: nothing of it has an effect. */
struct api_get_response {
    struct field_notes notes;
};
extern const struct field_table api_get_response_table;

#endif
