/* api_query: the parameters behind a path's '?', read by a table of fields as bodies are. */
#ifndef TAKT_SERVER_API_QUERY_H
#define TAKT_SERVER_API_QUERY_H

#include "net/multipart.h"
#include "server/field.h"

/* api_query_read reads QUERY ("a=1&b=x", %-encoded; NULL or "": none) into VALUES as field_read
 * reads an object: names may end in "[]", a list of strings is its name several times, and numbers
 * and true and false are what they look like where a row wants such. Rows of lists other than
 * strings, objects and groups cannot be given. VALUES and NOTES must be zero. Strings lie in A. */
takt_rc api_query_read(void *values, struct field_notes *notes, const struct field_table *t,
                       struct arena *a, const char *query, struct api_error *e);

/* api_form_read reads the N parts of a form in the same way; a file's value is its name. Texts have
 * at most API_MAX_FORM_TEXT bytes. */
takt_rc api_form_read(void *values, struct field_notes *notes, const struct field_table *t,
                      struct arena *a, const struct multipart_part *parts, uint32_t n,
                      bool groq_strict, struct api_error *e);

#endif
