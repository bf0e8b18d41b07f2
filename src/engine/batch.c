#include "engine/batch.h"

#include <stdlib.h>

#include "base/clock.h"
#include "engine/handles.h"
#include "engine/place.h"
#include "engine/sight.h"

takt_rc batch_init(struct batch *b, const struct plan *plan, takt_err *e)
{
    const struct plan_program *last = &plan->program[plan->n_programs - 1];
    *b = (struct batch){.n_tokens_max = last->bucket, .n_outputs_max = last->n_outputs_max};
    b->token = calloc(b->n_tokens_max, sizeof *b->token);
    b->input = calloc(b->n_tokens_max, sizeof *b->input);
    b->pos = calloc(b->n_tokens_max, sizeof *b->pos);
    b->seq = calloc(b->n_tokens_max, sizeof *b->seq);
    b->place = plan->has_places ? calloc(b->n_tokens_max, sizeof *b->place) : NULL;
    b->pages = calloc(b->n_tokens_max, sizeof *b->pages);
    b->out_token = calloc(b->n_outputs_max, sizeof *b->out_token);
    b->sight = plan->cross.n_layers ? calloc(b->n_tokens_max, sizeof *b->sight) : NULL;
    bool has_places = b->place || !plan->has_places;
    bool has_sight = b->sight || !plan->cross.n_layers;
    if (b->token && b->input && b->pos && b->seq && b->pages && b->out_token && has_places &&
        has_sight)
        return TAKT_OK;
    batch_release(b);
    return err_set(e, TAKT_ERR_MEMORY, "engine", "no memory for steps of %u tokens", last->bucket);
}

void batch_release(struct batch *b)
{
    free(b->token);
    free(b->input);
    free(b->pos);
    free(b->seq);
    free(b->place);
    free(b->sight);
    free(b->pages);
    free(b->out_token);
    *b = (struct batch){0};
}

/* One item by itself. WHERE names it in messages. */
static takt_rc check_item(const takt_engine *en, const takt_step_item *it, uint64_t stamp,
                          const char *where, takt_err *e)
{
    const struct plan *plan = &en->plan->plan;
    if (!it->seq || it->seq->engine != en)
        return err_set(e, TAKT_ERR_USAGE, where, "its sequence does not belong to this engine");
    if (it->seq->stamp == stamp)
        return err_set(e, TAKT_ERR_USAGE, where,
                       "its sequence occurs twice; put all of its tokens into one item");
    it->seq->stamp = stamp;
    if (it->n_ids == 0)
        return err_set(e, TAKT_ERR_USAGE, where, "has no token");
    if (it->n_logits > it->n_ids)
        return err_set(e, TAKT_ERR_USAGE, where, "wants %u rows of logits of %u tokens",
                       it->n_logits, it->n_ids);
    if (it->n_ids > plan->n_ctx - it->seq->n)
        return err_set(
            e, TAKT_ERR_LIMIT, where,
            "%u tokens do not fit: %u of %u positions are in use; raise the context (--ctx)",
            it->n_ids, it->seq->n, plan->n_ctx);
    TAKT_TRY(sight_check(plan, it->seq->spans, it->seq->n_spans, where, e));
    return seq_check_known(it->seq, it->ids, it->n_ids, where, e);
}

static takt_rc check_items(takt_engine *en, const takt_step_item *items, size_t n_items,
                           takt_err *e)
{
    const struct batch *b = &en->batch;
    uint64_t n_tokens = 0, n_outputs = 0, stamp = ++en->batch.stamp;
    char where[48];
    if (n_items == 0)
        return err_set(e, TAKT_ERR_USAGE, "step", "has no item");
    for (size_t i = 0; i < n_items; i++) {
        snprintf(where, sizeof where, "step, item %zu", i);
        TAKT_TRY(check_item(en, &items[i], stamp, where, e));
        n_tokens += items[i].n_ids;
        n_outputs += items[i].n_logits;
        if (n_tokens > b->n_tokens_max)
            return err_set(e, TAKT_ERR_LIMIT, where,
                           "makes %llu tokens; a step of this plan has at most %u (--chunk)",
                           (unsigned long long)n_tokens, b->n_tokens_max);
        if (n_outputs > b->n_outputs_max)
            return err_set(e, TAKT_ERR_LIMIT, where,
                           "makes %llu rows of logits; a step of this plan has at most %u "
                           "(logits_rows)",
                           (unsigned long long)n_outputs, b->n_outputs_max);
    }
    return TAKT_OK;
}

/* Pages for all items, or for none: a sequence that got some gives them back. */
static takt_rc reserve_all(const takt_step_item *items, size_t n_items, takt_err *e)
{
    for (size_t i = 0; i < n_items; i++) {
        takt_seq *s = items[i].seq;
        s->n_pages_before = s->n_pages;
        takt_rc rc = takt_seq_reserve(s, s->n + items[i].n_ids, e);
        if (!rc.code)
            continue;
        while (i-- > 0)
            seq_give_pages(items[i].seq, items[i].seq->n_pages_before);
        return rc;
    }
    return TAKT_OK;
}

/* Writes the items into the batch's arrays and F. */
static void compose(struct batch *b, const takt_step_item *items, size_t n_items,
                    struct plan_facts *f)
{
    uint32_t n = 0, n_outputs = 0;
    bool sees = false;
    for (size_t i = 0; i < n_items; i++) {
        takt_seq *s = items[i].seq;
        for (uint32_t k = 0; k < items[i].n_ids; k++, n++) {
            int32_t id = items[i].ids[k];
            b->token[n] = s->ids[s->n + k] = id;
            b->input[n] = id < 0 ? picture_row(s->spans, s->n_spans, s->n + k, id) : NULL;
            b->pos[n] = s->n + k;
            if (b->place)
                place_of(b->place[n], s->spans, s->n_spans, s->n + k);
            b->seq[n] = (uint32_t)i;
            if (b->sight && sight_of(&b->sight[n], s->spans, s->n_spans, s->ids, s->n + k))
                sees = true;
        }
        for (uint32_t k = items[i].n_logits; k > 0; k--)
            b->out_token[n_outputs++] = n - k;
        b->pages[i] = s->pages;
    }
    *f = (struct plan_facts){.n_tokens = n,
                             .n_outputs = n_outputs,
                             .token = b->token,
                             .input = b->input,
                             .pos = b->pos,
                             .place = b->place,
                             .seq = b->seq,
                             .pages = b->pages,
                             .out_token = b->out_token,
                             .sight = sees ? b->sight : NULL};
}

double batch_predict_ns(const takt_engine *en, const takt_step_item *items, size_t n_items)
{
    const struct plan *plan = &en->plan->plan;
    uint64_t n_tokens = 0, together = 0, apart = 0, n_pooled = 0, rows = 0, rows_apart = 0;
    for (size_t i = 0; i < n_items; i++) {
        n_tokens += items[i].n_ids;
        n_pooled += items[i].pool ? items[i].n_ids : 0;
        *(items[i].n_ids > 1 ? &together : &apart) +=
            plan_visible_pairs(plan, items[i].seq->n, items[i].n_ids);
        if (en->batch.sight)
            *(items[i].n_ids > 1 ? &rows : &rows_apart) += sight_pairs(
                items[i].seq->spans, items[i].seq->n_spans, items[i].seq->n, items[i].n_ids);
    }
    return plan_batch_ns(plan, (uint32_t)n_tokens, together, apart) +
           plan_pool_ns(plan, (uint32_t)n_pooled) +
           plan_sight_ns(plan, (uint32_t)n_tokens, rows, rows_apart);
}

/* Adds the hidden rows of the step that has run to its items' sums. Returns the time it took. */
static int64_t pool(takt_engine *en, const takt_step_item *items, size_t n_items)
{
    int64_t begin = 0;
    for (uint32_t i = 0, first = 0; i < n_items; first += items[i++].n_ids) {
        if (!items[i].pool)
            continue;
        begin = begin ? begin : clock_ns();
        target_pool(en->target, first, items[i].n_ids, items[i].pool);
    }
    return begin ? clock_ns() - begin : 0;
}

takt_rc batch_step(takt_engine *en, const takt_step_item *items, size_t n_items,
                   takt_step_info *info, takt_err *e)
{
    struct batch *b = &en->batch;
    struct plan_facts facts;
    TAKT_TRY(check_items(en, items, n_items, e));
    TAKT_TRY(reserve_all(items, n_items, e));
    compose(b, items, n_items, &facts);
    takt_step_info done = {.predicted_ns = batch_predict_ns(en, items, n_items)};
    done.measured_ns = target_step(
        en->target, plan_program_for(&en->plan->plan, facts.n_tokens, facts.n_outputs), &facts);
    done.measured_ns += pool(en, items, n_items);
    for (size_t i = 0; i < n_items; i++)
        items[i].seq->n += items[i].n_ids;
    b->n_steps++;
    b->ns_predicted += done.predicted_ns;
    b->ns_measured += (double)done.measured_ns;
    if (info)
        *info = done;
    return TAKT_OK;
}

takt_rc takt_step(takt_engine *en, const takt_step_item *items, size_t n_items, takt_step_fn *row,
                  void *user, takt_step_info *info, takt_err *e)
{
    TAKT_TRY(batch_step(en, items, n_items, info, e));
    uint32_t at = 0;
    for (size_t i = 0; row && i < n_items; i++)
        for (uint32_t k = items[i].n_ids - items[i].n_logits; k < items[i].n_ids; k++)
            if (!row(user, i, k, target_logits(en->target, at++)))
                return err_set(e, TAKT_ERR_CANCELLED, "logits", "stopped by the caller");
    return TAKT_OK;
}

void takt_engine_limits(const takt_engine *en, takt_step_limits *out)
{
    *out = (takt_step_limits){.n_tokens = en->batch.n_tokens_max,
                              .n_logits = en->batch.n_outputs_max,
                              .n_ctx = en->plan->plan.n_ctx};
}
