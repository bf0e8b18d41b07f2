/* A warm step allocates nothing, faults on no page and makes no system call, on any lane: prefill,
 * decode, batches and mixes of both, dense and with experts. */
#include <sys/mman.h>
#include <sys/wait.h>

#include "made.h"
#include "quiet.h"

#ifdef QUIET_WORKS

enum {
    N_SEQS = 5,
    N_CTX = 160,
    CHUNK = 32,
    ROUNDS_MAX = 400,
    ROUNDS_WANTED = 5, /* without anything at all */
};

/* What the child found, in memory that both processes see. */
struct found {
    bool opened, filtered;
    uint32_t n_clean, n_rounds, n_allocs;
    uint32_t n_faults; /* in rounds without system calls */
    uint32_t other;    /* a system call besides futex; 0: none */
    uint32_t n_other;
};

static takt_seq *seqs[N_SEQS];
static int32_t ids[N_CTX];

static bool step(struct loaded *l, const takt_step_item *items, size_t n)
{
    return !takt_step(l->engine, items, n, NULL, NULL, NULL, &l->e).code;
}

/* Two prompts in chunks, one of them while others decode; then all decode. */
static bool round_of_steps(struct loaded *l)
{
    takt_step_item item[N_SEQS];
    bool ok = true;
    for (int i = 0; i < N_SEQS; i++) {
        takt_seq_truncate(seqs[i], 0);
        ok = ok && !takt_seq_reserve(seqs[i], N_CTX, &l->e).code;
        item[i] = (takt_step_item){.seq = seqs[i], .ids = ids, .n_ids = 1, .n_logits = 1};
    }
    for (uint32_t n = CHUNK; n > 0; n /= 2) { /* all programs but that of one token */
        item[0].n_ids = n;
        ok = ok && step(l, item, 1);
    }
    for (int i = 0; i < 6; i++) {
        item[0].n_ids = 1;
        ok = ok && step(l, item, 1) && step(l, item, N_SEQS - 1);
        item[4].n_ids = 9;
        ok = ok && step(l, item, N_SEQS);
    }
    return ok;
}

/* The time between a round's steps is not the step's: lanes that had no work for a millisecond,
 * because the machine ran something else, sleep in futex. Such rounds do not count, but no other
 * call may ever come, nor an allocation. */
static void watch(struct loaded *l, struct found *f)
{
    for (; f->n_rounds < ROUNDS_MAX && f->n_clean < ROUNDS_WANTED; f->n_rounds++) {
        quiet_clear();
        uint64_t faults = quiet_faults();
        if (!round_of_steps(l))
            quiet_exit(3);
        uint32_t n_faults = (uint32_t)(quiet_faults() - faults);
        uint32_t n_calls = atomic_load(&quiet.n_calls);
        f->n_allocs += atomic_load(&quiet.n_allocs);
        f->n_faults += n_calls ? 0 : n_faults;
        f->n_clean += n_calls == 0 && n_faults == 0;
        for (uint32_t i = 0; i < QUIET_CALLS_MAX; i++)
            if (i != SYS_futex && atomic_load(&quiet.call[i])) {
                f->other = i;
                f->n_other += atomic_load(&quiet.call[i]);
            }
    }
}

static void child(struct found *f, const char *path, const takt_plan_options *po)
{
    struct loaded l;
    if (!loaded_open(&l, path, po, N_SEQS))
        _exit(2);
    seqs[0] = l.seq;
    for (int i = 1; i < N_SEQS; i++)
        if (!T_RC(takt_seq_new(&seqs[i], l.engine, &l.e), &l.e))
            _exit(2);
    for (int i = 0; i < N_CTX; i++)
        ids[i] = 3 + i * 7 % 300;
    for (int i = 0; i < 20; i++)
        if (!round_of_steps(&l))
            _exit(2);
    f->opened = true;
    if (!quiet_begin())
        _exit(0);
    f->filtered = true;
    watch(&l, f);
    quiet_exit(0);
}

static void warm(struct made m, const char *kv, uint32_t threads)
{
    const char *path = made_write(m);
    takt_plan_options po = {
        .n_ctx = N_CTX, .chunk = CHUNK, .logits_rows = 8, .kv = kv, .threads = threads};
    struct found *f =
        mmap(NULL, sizeof *f, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status = -1;
    if (!T_OK(path) || !T_OK(f != MAP_FAILED))
        return;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        child(f, path, &po);
    T_OK(pid > 0 && waitpid(pid, &status, 0) == pid);
    T_EQ_INT(status, 0);
    T_OK(f->opened);
    if (!f->filtered && f->opened)
        t_.skip = "the system allows no seccomp filter";
    if (f->filtered) {
        if (f->n_other)
            t_fail(__FILE__, __LINE__, "system call %u, %u times", f->other, f->n_other);
        T_EQ_INT(f->n_allocs, 0);
        if (f->n_clean < ROUNDS_WANTED)
            t_fail(__FILE__, __LINE__, "%u of %u rounds were clean; %u page faults", f->n_clean,
                   f->n_rounds, f->n_faults);
    }
    munmap(f, sizeof *f);
    unlink(path);
}

static uint32_t n_cpus(void)
{
    return target_cpu_lanes_default();
}

T_TEST(one_lane)
{
    warm((struct made){.type = QTYPE_Q8_0}, "bf16", 1);
    warm((struct made){.type = QTYPE_Q4_K, .n_experts = 5, .n_experts_used = 2}, "f32", 1);
}

T_TEST(two_lanes)
{
    if (n_cpus() < 2)
        T_SKIP("one core only: lanes may give it up to each other");
    warm((struct made){.type = QTYPE_Q4_K}, "bf16", 2);
    warm((struct made){.type = QTYPE_F32}, "f32", 2);
}

T_TEST(two_lanes_with_experts)
{
    if (n_cpus() < 2)
        T_SKIP("one core only: lanes may give it up to each other");
    warm((struct made){.type = QTYPE_Q8_0, .n_experts = 5, .n_experts_used = 2}, "bf16", 2);
}

/* The counters count: what is looked for would be found. */
T_TEST(counters)
{
    int status = -1;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        volatile uint8_t *page =
            mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (!quiet_begin())
            _exit(9);
        quiet_clear();
        uint64_t faults = quiet_faults();
        bool ok = atomic_load(&quiet.n_calls) == 0;
        void *volatile small = malloc(10);
        free(small);
        ok = ok && atomic_load(&quiet.n_allocs) == 2;
        (void)getppid();
        ok = ok && atomic_load(&quiet.n_calls) == 1 && atomic_load(&quiet.call[SYS_getppid]) == 1;
        page[5] = 1;
        ok = ok && quiet_faults() > faults;
        quiet_exit(ok ? 0 : 1);
    }
    T_OK(pid > 0 && waitpid(pid, &status, 0) == pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 9)
        T_SKIP("the system allows no seccomp filter");
    T_EQ_INT(status, 0);
}

#else

T_TEST(warm_steps)
{
    T_SKIP("needs glibc on x86-64, without sanitizers");
}

#endif

T_MAIN("engine/warm")
