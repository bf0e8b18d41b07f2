#include "base/cgroup.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"

static char root[64];

static int remove_one(const char *path, const struct stat *s, int flag, struct FTW *ftw)
{
    (void)s, (void)flag, (void)ftw;
    return remove(path);
}

static void no_tree(void)
{
    nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A machine that has the files of FILES, pairs of a path and its text up to NULL. */
static bool tree(const char *const files[])
{
    char path[512];
    snprintf(root, sizeof root, P_tmpdir "/takt-test-XXXXXX");
    bool ok = mkdtemp(root) != NULL;
    for (; ok && files[0]; files += 2) {
        snprintf(path, sizeof path, "%s%s", root, files[0]);
        for (char *at = path + strlen(root) + 1; (at = strchr(at, '/')) != NULL; at++) {
            *at = 0;
            mkdir(path, 0700);
            *at = '/';
        }
        FILE *f = fopen(path, "w");
        ok = f && fputs(files[1], f) >= 0;
        ok = f && fclose(f) == 0 && ok;
    }
    return T_OK(ok);
}

#define PROC "/proc/self/cgroup"
#define SYS  "/sys/fs/cgroup"

T_TEST(own_group_and_all_above)
{
    const char *const files[] = {PROC,
                                 "0::/system.slice/takt.service\n",
                                 SYS "/system.slice/takt.service/cpu.max",
                                 "max 100000\n",
                                 SYS "/system.slice/cpu.max",
                                 "150000 100000\n",
                                 SYS "/system.slice/takt.service/memory.max",
                                 "4000000\n",
                                 SYS "/system.slice/takt.service/memory.high",
                                 "max\n",
                                 SYS "/system.slice/takt.service/memory.current",
                                 "1500000\n",
                                 SYS "/system.slice/takt.service/memory.stat",
                                 "anon 1000000\ninactive_file 300000\n",
                                 SYS "/system.slice/memory.max",
                                 "max\n",
                                 SYS "/system.slice/memory.current",
                                 "9000000\n",
                                 NULL};
    if (tree(files)) {
        T_OK(cgroup_cpus(root) == 1.5);
        T_OK(cgroup_memory_left(root) == 4000000 - 1500000 + 300000);
    }
    no_tree();
}

T_TEST(the_tightest_counts)
{
    const char *const files[] = {PROC,
                                 "0::/a/b\n",
                                 SYS "/a/b/cpu.max",
                                 "300000 100000\n",
                                 SYS "/a/cpu.max",
                                 "200000 100000\n",
                                 SYS "/a/b/memory.max",
                                 "5000\n",
                                 SYS "/a/b/memory.high",
                                 "3000\n",
                                 SYS "/a/b/memory.current",
                                 "1000\n",
                                 SYS "/a/memory.max",
                                 "7000\n",
                                 SYS "/a/memory.current",
                                 "6500\n",
                                 NULL};
    if (tree(files)) {
        T_OK(cgroup_cpus(root) == 2);
        T_OK(cgroup_memory_left(root) == 500);
    }
    no_tree();
}

T_TEST(a_container_whose_group_is_the_mount)
{
    const char *const files[] = {PROC,
                                 "0::/../../kubepods/pod1/c2\n",
                                 SYS "/cpu.max",
                                 "50000 100000\n",
                                 SYS "/memory.max",
                                 "1000\n",
                                 SYS "/memory.current",
                                 "1200\n",
                                 NULL};
    if (tree(files)) {
        T_OK(cgroup_cpus(root) == 0.5);
        T_OK(cgroup_memory_left(root) == 0);
    }
    no_tree();
}

T_TEST(version_1)
{
    const char *const files[] = {
        PROC,
        "5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n3:cpuset:/\nodd line\n0::/\n",
        SYS "/cpu/docker/x/cpu.cfs_quota_us",
        "-1\n",
        SYS "/cpu/docker/x/cpu.cfs_period_us",
        "100000\n",
        SYS "/cpu/cpu.cfs_quota_us",
        "250000\n",
        SYS "/cpu/cpu.cfs_period_us",
        "100000\n",
        SYS "/memory/docker/x/memory.limit_in_bytes",
        "2000\n",
        SYS "/memory/docker/x/memory.usage_in_bytes",
        "900\n",
        SYS "/memory/docker/x/memory.stat",
        "inactive_file 1\ntotal_inactive_file 100\n",
        NULL};
    if (tree(files)) {
        T_OK(cgroup_cpus(root) == 2.5);
        T_OK(cgroup_memory_left(root) == 1200);
    }
    no_tree();
}

T_TEST(without_groups)
{
    const char *const none[] = {PROC, "0::/\n", SYS "/memory.current", "5\n", NULL};
    if (tree(none)) {
        T_OK(cgroup_cpus(root) == 0);
        T_OK(cgroup_memory_left(root) == UINT64_MAX);
    }
    no_tree();
    T_OK(cgroup_cpus("/no/such/root") == 0);
    T_OK(cgroup_memory_left("/no/such/root") == UINT64_MAX);
}

T_MAIN("base/cgroup")
