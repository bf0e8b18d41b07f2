#include "target/cpu/lane.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/topo.h"
#include "base/thread.h"
#include "target/cpu/kern.h"

enum {
    IDLE_NS = 1000 * 1000, /* spins this long without work, then sleeps */
    SPINS_PER_LOOK = 256,  /* at the clock */
    TURNS_BEFORE_YIELD = 4096,
    STACK_BYTES = 128 << 10,
    STACK_PAGE = 4096,
};

#define WORD_STOP UINT64_MAX

struct lane {
    struct lane_team *team;
    uint32_t index;
    pthread_t thread;
};

struct lane_team {
    _Alignas(64) _Atomic uint64_t word;
    _Alignas(64) _Atomic uint32_t n_asleep;
    _Atomic uint32_t bell;  /* the futex: changes whenever sleepers must look */
    _Atomic uint32_t parks; /* changes when idle lanes shall sleep at once */
    _Alignas(64) lane_run *run;
    void *user;
    struct lane *lane; /* [n_lanes], 0 unused */
    uint32_t n_lanes, n_started;
    bool pin;
    pthread_t caller; /* the thread that was pinned as lane 0 */
    bool has_caller;
    cpu_set_t caller_cpus; /* its affinity before, restored when it closes the team */
    struct topo topo;
};

void lane_wait_turn(uint32_t turn)
{
    if (turn > TURNS_BEFORE_YIELD && turn % 64 == 0)
        sched_yield();
    else
        lane_pause();
}

bool lane_crowded(uint32_t n_lanes)
{
    struct topo t;
    topo_read(&t);
    return n_lanes > t.n_cpus || (t.quota > 0 && n_lanes > t.quota);
}

/* Has the system back the part of the calling thread's stack that kernels may come to use: a lane
 * may be the first to run a kernel, because it helps another one, in the midst of a step. */
__attribute__((noinline)) static void touch_stack(void)
{
    volatile uint8_t part[STACK_BYTES];
    for (uint32_t i = 0; i < STACK_BYTES; i += STACK_PAGE)
        part[i] = 0;
    (void)part[0];
}

static void pin_to(const struct lane_team *team, uint32_t lane)
{
    if (!team->pin || team->n_lanes > team->topo.n_cpus)
        return;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(team->topo.cpu[lane], &set);
    /* Refused (a core was taken away meanwhile): the lane runs unpinned, which changes no result.
     */
    (void)pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

/* Sleeps unless the word has changed. n_asleep is raised before the look and the word is stored
 * before n_asleep is read, both in the one order of seq_cst: either the sleeper sees the word or
 * the announcer sees the sleeper. */
static void sleep_on(struct lane_team *team, uint64_t last)
{
    atomic_fetch_add(&team->n_asleep, 1);
    uint32_t bell = atomic_load(&team->bell);
    if (atomic_load(&team->word) == last)
        syscall(SYS_futex, &team->bell, FUTEX_WAIT_PRIVATE, bell, NULL, NULL, 0);
    atomic_fetch_sub(&team->n_asleep, 1);
}

static uint64_t next_word(struct lane_team *team, uint64_t last)
{
    uint32_t parks = atomic_load_explicit(&team->parks, memory_order_relaxed);
    int64_t since = clock_ns();
    for (uint32_t spin = 1;; spin++) {
        uint64_t word = atomic_load_explicit(&team->word, memory_order_acquire);
        if (word != last)
            return word;
        lane_pause();
        if (spin % SPINS_PER_LOOK)
            continue;
        if (clock_ns() - since > IDLE_NS ||
            atomic_load_explicit(&team->parks, memory_order_relaxed) != parks)
            sleep_on(team, last);
    }
}

static void *lane_main(void *arg)
{
    struct lane *lane = arg;
    struct lane_team *team = lane->team;
    pin_to(team, lane->index);
    touch_stack();
    kern_float_state_set();
    for (uint64_t word = 0; (word = next_word(team, word)) != WORD_STOP;)
        team->run(team->user, lane->index, word);
    return NULL;
}

takt_rc lane_team_open(struct lane_team **out, uint32_t n_lanes, bool pin, lane_run *run,
                       void *user, takt_err *e)
{
    struct lane_team *team = aligned_alloc(64, sizeof *team);
    struct lane *lanes = calloc(n_lanes ? n_lanes : 1, sizeof *lanes);
    if (!team || !lanes) {
        free(team);
        free(lanes);
        return err_set(e, TAKT_ERR_MEMORY, "lanes", "no memory for %u lanes", n_lanes);
    }
    memset(team, 0, sizeof *team);
    team->run = run;
    team->user = user;
    team->lane = lanes;
    team->n_lanes = n_lanes;
    team->pin = pin;
    topo_read(&team->topo);
    for (uint32_t i = 1; i < n_lanes; i++) {
        lanes[i] = (struct lane){.team = team, .index = i};
        int rc = thread_start(&lanes[i].thread, lane_main, &lanes[i]);
        if (rc != 0) {
            team->n_lanes = i;
            lane_team_close(team);
            errno = rc;
            return err_sys(e, "lanes", "cannot start thread %u of %u", i, n_lanes);
        }
    }
    *out = team;
    return TAKT_OK;
}

void lane_team_close(struct lane_team *team)
{
    if (!team)
        return;
    lane_team_announce(team, WORD_STOP);
    for (uint32_t i = 1; i < team->n_lanes; i++)
        pthread_join(team->lane[i].thread, NULL);
    if (team->has_caller && pthread_equal(team->caller, pthread_self()))
        pthread_setaffinity_np(team->caller, sizeof team->caller_cpus, &team->caller_cpus);
    free(team->lane);
    free(team);
}

uint32_t lane_team_enter(struct lane_team *team)
{
    if (!team->has_caller || !pthread_equal(team->caller, pthread_self())) {
        team->caller = pthread_self();
        team->has_caller = true;
        pthread_getaffinity_np(team->caller, sizeof team->caller_cpus, &team->caller_cpus);
        pin_to(team, 0);
        touch_stack();
    }
    return kern_float_state_set();
}

void lane_team_leave(uint32_t float_state)
{
    kern_float_state_restore(float_state);
}

void lane_team_announce(struct lane_team *team, uint64_t word)
{
    atomic_store(&team->word, word);
    if (atomic_load(&team->n_asleep) == 0)
        return;
    atomic_fetch_add(&team->bell, 1);
    syscall(SYS_futex, &team->bell, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

static int64_t cpu_ns(pthread_t thread)
{
    clockid_t id;
    struct timespec t = {0};
    if (pthread_getcpuclockid(thread, &id) == 0)
        clock_gettime(id, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

int64_t lane_team_cpu_ns(const struct lane_team *team)
{
    int64_t sum = team->has_caller ? cpu_ns(team->caller) : 0;
    for (uint32_t i = 1; i < team->n_lanes; i++)
        sum += cpu_ns(team->lane[i].thread);
    return sum;
}

void lane_team_park(struct lane_team *team)
{
    atomic_fetch_add_explicit(&team->parks, 1, memory_order_relaxed);
}
