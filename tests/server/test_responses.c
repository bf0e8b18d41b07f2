/* Responses that are kept. */
#include "server/responses.h"

#include "api.h"

static struct responses *kept;

static void open_for(uint32_t n_max, uint64_t bytes_max)
{
    takt_err e;
    responses_free(kept);
    T_OK(!responses_new(&kept, n_max, bytes_max, 7, &e).code);
}

static takt_rc put(const char *id, const char *owner, const char *previous, const char *reply)
{
    takt_err e;
    const struct response_kept r = {.id = id,
                                    .owner = owner,
                                    .previous = previous,
                                    .reply = slice_str(reply),
                                    .input = slice_str("[]")};
    return responses_put(kept, &r, &e);
}

static bool has(const char *id, const char *owner)
{
    return responses_get(kept, id, owner) != NULL;
}

T_TEST(what_was_put_is_found_by_its_owner)
{
    open_for(10, 1 << 20);
    T_OK(!put("resp_1", "", NULL, "{1}").code && !put("resp_2", "bob", "resp_1", "{2}").code);
    const struct response_kept *r = responses_get(kept, "resp_2", "bob");
    T_OK(r && strcmp(r->previous, "resp_1") == 0 && slice_is(r->reply, "{2}") &&
         slice_is(r->input, "[]"));
    T_OK(has("resp_1", "") && !has("resp_1", "bob") && !has("resp_2", "") && !has("resp", ""));
    T_OK(!responses_delete(kept, "resp_2", "") && responses_delete(kept, "resp_2", "bob"));
    T_OK(!has("resp_2", "bob") && !responses_delete(kept, "resp_2", "bob"));
    responses_free(kept);
    kept = NULL;
}

T_TEST(the_oldest_are_forgotten)
{
    open_for(3, 1 << 20);
    for (int i = 0; i < 8; i++) {
        char id[16];
        snprintf(id, sizeof id, "r%d", i);
        T_OK(!put(id, "", NULL, "x").code);
    }
    T_OK(!has("r4", "") && has("r5", "") && has("r6", "") && has("r7", ""));
    T_OK(responses_delete(kept, "r6", "") && !put("r8", "", NULL, "x").code && has("r5", ""));

    static char large[60000];
    memset(large, 'x', sizeof large - 1);
    open_for(100, 130000);
    T_OK(!put("a", "", NULL, large).code && !put("b", "", NULL, large).code && has("a", ""));
    T_OK(!put("c", "", NULL, large).code && !has("a", "") && has("b", "") && has("c", ""));
    open_for(100, 50000);
    T_OK(put("a", "", NULL, large).code == TAKT_ERR_LIMIT && !has("a", ""));
    responses_free(kept);
    kept = NULL;
}

T_TEST(chains)
{
    const struct response_kept **chain;
    bool is_broken;
    uint32_t n;
    takt_err e;
    open_for(5000, 1 << 24);
    T_OK(!put("r0", "", NULL, "x").code);
    for (int i = 1; i <= RESPONSES_CHAIN_MAX; i++) {
        char id[16], previous[16];
        snprintf(id, sizeof id, "r%d", i);
        snprintf(previous, sizeof previous, "r%d", i - 1);
        T_OK(!put(id, "", previous, "x").code);
    }
    T_OK(!responses_chain(kept, "r3", "", &arena, &chain, &n, &is_broken, &e).code);
    T_OK(n == 4 && !is_broken && strcmp(chain[0]->id, "r3") == 0 &&
         strcmp(chain[3]->id, "r0") == 0);
    T_OK(!responses_chain(kept, "r3", "bob", &arena, &chain, &n, &is_broken, &e).code && n == 0);
    T_OK(responses_chain(kept, "r1024", "", &arena, &chain, &n, &is_broken, &e).code ==
         TAKT_ERR_LIMIT);
    T_OK(responses_delete(kept, "r1", ""));
    T_OK(!responses_chain(kept, "r3", "", &arena, &chain, &n, &is_broken, &e).code);
    T_OK(n == 2 && is_broken);
    responses_free(kept);
    kept = NULL;
    done();
}

T_MAIN("server/responses")
