#include "compile/order.h"

#include <string.h>

enum { NONE = -1 };

/* Who touched a buffer last: its last writer, and the readers since, as a list through `next`. */
struct touch {
    int64_t writer, readers;
};

struct ordering {
    struct lowered *l;
    struct order *o;
    struct touch *touch; /* by buffer */
    int64_t *next;       /* by task * LOWER_SLOTS + slot: the next reader of the same buffer */
    uint64_t *wanted;    /* bit set of tasks that the current one must wait for */
};

static void want(struct ordering *s, int64_t task)
{
    if (task != NONE)
        s->wanted[task / 64] |= 1ull << (task % 64);
}

static void want_all(struct ordering *s, const struct lower_task *t)
{
    for (int k = 0; k < LOWER_SLOTS; k++) {
        if (t->buf[k] == LOWER_NO_BUF)
            continue;
        const struct touch *b = &s->touch[t->buf[k]];
        want(s, b->writer);
        for (int64_t r = b->readers; t->writes[k] && r != NONE; r = s->next[r])
            want(s, r / LOWER_SLOTS);
    }
}

static void touch_all(struct ordering *s, uint32_t task, const struct lower_task *t)
{
    for (int k = 0; k < LOWER_SLOTS; k++) {
        if (t->buf[k] == LOWER_NO_BUF || t->writes[k])
            continue;
        struct touch *b = &s->touch[t->buf[k]];
        int64_t id = (int64_t)task * LOWER_SLOTS + k;
        s->next[id] = b->readers;
        b->readers = id;
    }
    for (int k = 0; k < LOWER_SLOTS; k++)
        if (t->buf[k] != LOWER_NO_BUF && t->writes[k])
            s->touch[t->buf[k]] = (struct touch){task, NONE};
}

/* Latest first: what an accepted wait already implies is dropped. False when more are left than a
 * task can hold. */
static bool reduce(struct ordering *s, uint32_t task)
{
    struct plan_task *t = &s->l->task[task].task;
    uint64_t *row = s->o->before + task * s->o->words;
    for (size_t w = task / 64 + 1; w-- > 0;) {
        while (s->wanted[w]) {
            uint32_t bit = 63 - (uint32_t)__builtin_clzll(s->wanted[w]);
            uint32_t i = (uint32_t)w * 64 + bit;
            s->wanted[w] &= ~(1ull << bit);
            if (i == task || order_before(s->o, i, task))
                continue;
            if (t->n_waits == PLAN_WAITS_MAX)
                return false;
            t->wait[t->n_waits++] = i;
            for (size_t k = 0; k <= i / 64; k++)
                row[k] |= s->o->before[i * s->o->words + k];
            row[i / 64] |= 1ull << (i % 64);
        }
    }
    return true;
}

takt_rc order_tasks(struct order *o, struct lowered *l, struct arena *scratch, takt_err *e)
{
    struct ordering s = {.l = l, .o = o};
    o->words = l->n_tasks / 64 + 1;
    o->before = ARENA_ARRAY(scratch, uint64_t, (size_t)l->n_tasks * o->words);
    s.touch = ARENA_ARRAY(scratch, struct touch, l->n_bufs);
    s.next = ARENA_ARRAY(scratch, int64_t, (size_t)l->n_tasks * LOWER_SLOTS);
    s.wanted = ARENA_ARRAY(scratch, uint64_t, o->words);
    if (!o->before || !s.touch || !s.next || !s.wanted)
        return err_set(e, TAKT_ERR_MEMORY, "plan", "not enough memory to order its tasks");
    for (uint32_t b = 0; b < l->n_bufs; b++)
        s.touch[b] = (struct touch){NONE, NONE};
    for (uint32_t i = 0; i < l->n_tasks; i++) {
        want_all(&s, &l->task[i]);
        if (!reduce(&s, i))
            return err_set(e, TAKT_ERR_INTERNAL, l->task[i].task.label, "needs more than %d waits",
                           PLAN_WAITS_MAX);
        touch_all(&s, i, &l->task[i]);
    }
    return TAKT_OK;
}
