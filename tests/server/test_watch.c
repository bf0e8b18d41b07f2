#include "server/watch.h"

#include "../t.h"

#define MS INT64_C(1000000)

/* An engine that is looked at every 100 ms. */
struct rig {
    struct watch w;
    struct watch_seen seen;
    int64_t now;
};

static struct rig idle(void)
{
    return (struct rig){.now = 5000 * MS, .seen = {.n_steps = 7, .step_ns_predicted = 10.0 * MS}};
}

static void begin_step(struct rig *r)
{
    r->seen.has_work = true;
    r->seen.step_begun_ns = r->now;
}

/* Looks for MS_LONG, every 100 ms; true if it was late at the end. */
static bool look_for(struct rig *r, int64_t ms_long)
{
    bool late = watch_look(&r->w, &r->seen, r->now);
    for (int64_t t = 0; t < ms_long; t += 100) {
        r->now += 100 * MS;
        late = watch_look(&r->w, &r->seen, r->now);
    }
    return late;
}

T_TEST(an_idle_engine_is_never_late)
{
    struct rig r = idle();
    T_OK(!look_for(&r, 100000));
}

T_TEST(a_step_is_late_beyond_its_bound_and_only_then)
{
    struct rig r = idle();
    begin_step(&r);
    T_OK(watch_bound(&r.w) == WATCH_SLACK_NS);
    T_OK(!look_for(&r, 1200)); /* 20 times 10 ms and a second */
    T_OK(watch_bound(&r.w) == WATCH_SLACK_NS + 200e6);
    T_OK(look_for(&r, 100));
    r.seen.n_steps++; /* it ended after all, and the next began */
    begin_step(&r);
    T_OK(!look_for(&r, 1200));
    T_OK(look_for(&r, 100));
    r.seen.has_work = false;
    r.seen.step_begun_ns = 0;
    T_OK(!look_for(&r, 100));
}

T_TEST(the_bound_is_that_of_the_running_step)
{
    struct rig r = idle();
    r.seen.step_ns_predicted = 300.0 * MS; /* a long prompt: 7 seconds */
    begin_step(&r);
    T_OK(!look_for(&r, 7000));
    T_OK(look_for(&r, 100));
}

T_TEST(steps_that_follow_each_other_are_not_late_however_many)
{
    struct rig r = idle();
    for (int i = 0; i < 1000; i++) {
        r.seen.n_steps++;
        begin_step(&r);
        T_OK(!look_for(&r, 200));
    }
}

T_TEST(work_that_no_step_takes_up_is_late)
{
    struct rig r = idle();
    r.seen.has_work = true;
    T_OK(!look_for(&r, 1200));
    T_OK(look_for(&r, 100));
}

T_TEST(waiting_begins_with_the_work)
{
    struct rig r = idle();
    T_OK(!look_for(&r, 50000));
    r.seen.has_work = true;
    T_OK(!look_for(&r, 1200));
}

T_TEST(time_in_which_nobody_looked_hardly_counts)
{
    struct rig r = idle();
    begin_step(&r);
    T_OK(!look_for(&r, 200));
    r.now += 3600 * 1000 * MS; /* the machine slept */
    T_OK(!watch_look(&r.w, &r.seen, r.now));
    T_OK(!look_for(&r, 500));
    T_OK(look_for(&r, 100));
}

T_MAIN("server/watch")
