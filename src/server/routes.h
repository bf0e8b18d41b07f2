/* routes: the handlers of the server's routes. Each replies to its call, at once or, through
 * answer.h, bit by bit. */
#ifndef TAKT_SERVER_ROUTES_H
#define TAKT_SERVER_ROUTES_H

struct call;

/* chat.c, completion.c, embedding.c */
void chat_create(struct call *c);
void estimate_create(struct call *c);
void render_chat(struct call *c);
void completion_create(struct call *c);
void render_completion(struct call *c);
void embedding_create(struct call *c);

/* response.c */
void response_create(struct call *c);
void response_count(struct call *c);
void response_get(struct call *c);
void response_items(struct call *c);
void response_delete(struct call *c);
void response_cancel(struct call *c);

/* files.c */
void file_create(struct call *c);
void files_list(struct call *c);
void file_get(struct call *c);
void file_content(struct call *c);
void file_delete(struct call *c);

/* batches.c */
void batch_create(struct call *c);
void batches_list(struct call *c);
void batch_get(struct call *c);
void batch_cancel(struct call *c);

/* usage_list.c */
void usage_list(struct call *c);

/* models.c: call_model's list as clients see it */
void models_list(struct call *c);
void models_get(struct call *c);

/* tokens.c */
void tokens_make(struct call *c);
void tokens_text(struct call *c);

/* load.c */
void load_get(struct call *c);
void load_by_rank(struct call *c);
void load_server(struct call *c);

/* health.c */
void health_live(struct call *c);
void health_ready(struct call *c);
void health_version(struct call *c);
void health_metrics(struct call *c);
void health_openapi(struct call *c);

#endif
