#include "loadgen/limits/limit_terms.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "loadgen/limits/limit.h"
#include "loadgen/limits/sources.h"

/* INIT_USER of kernel/fork.c, copy_process: root of the first user namespace, which is the owner of /proc/sys in the
 * eyes of every namespace. Root of another namespace is somebody else there. */
static bool is_first_root(const char *root, uint64_t user)
{
    char path[SOURCE_PATH_SIZE];
    struct stat owned;
    const int length = snprintf(path, sizeof path, "%s/proc/sys", root);
    if (length < 0 || (size_t)length >= sizeof path || stat(path, &owned) != 0) {
        return user == 0;
    }
    return owned.st_uid == user;
}

/* Whether the process has one of the capabilities `wanted` where the kernel asks for them: in the first user namespace.
 * "self" is read as process 0, which for capget(2) is the calling one. */
static bool has_capability(const char *root, const char *process, uint64_t wanted)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3,
                                              .pid = (int)strtol(process, NULL, 10)};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};
    return source_is_first_user_namespace(root, process) && syscall(SYS_capget, &header, sets) == 0 &&
           (((uint64_t)sets[1].effective << 32 | sets[0].effective) & wanted) != 0;
}

/* As in copy_process, kernel/fork.c. */
const char *limit_terms_nproc_exempt(const char *root, const char *process)
{
    const bool is_self = strcmp(process, "self") == 0;
    if (is_first_root(root, is_self ? getuid() : source_user_of(root, process))) {
        return "root is exempt";
    }
    return has_capability(root, process, 1ULL << CAP_SYS_RESOURCE | 1ULL << CAP_SYS_ADMIN) ? "exempt by capability"
                                                                                           : NULL;
}

/* As in io_uring_create and io_create_region, io_uring/. */
const char *limit_terms_memlock_exempt(const char *root, const char *process)
{
    if (source_kernel_is_since(root, 5, 12) && !source_kernel_is_since(root, 6, 14)) {
        return "this kernel counts no rings";
    }
    return has_capability(root, process, 1ULL << CAP_IPC_LOCK) ? "exempt by capability" : NULL;
}

static uint64_t read_reserve(const char *root, const char *path)
{
    uint64_t kilobytes = 0;
    return source_read_uint(root, path, &kilobytes) && kilobytes <= UINT64_MAX / 1024 ? kilobytes * 1024 : 0;
}

/* PID_MAX_LIMIT of include/linux/threads.h: no more tasks have a number. */
static uint64_t read_tasks(const char *root, const char *path)
{
    enum { MOST = 4194304 };
    uint64_t value = 0;
    return source_read_uint(root, path, &value) && value > 0 && value < MOST ? value : MOST;
}

uint64_t limit_terms_threads_max(const char *root)
{
    return read_tasks(root, "/proc/sys/kernel/threads-max");
}

uint64_t limit_terms_pid_max(const char *root)
{
    return read_tasks(root, "/proc/sys/kernel/pid_max");
}

struct limit_terms limit_terms_read(const char *root, const char *process)
{
    const bool is_admin = has_capability(root, process, 1ULL << CAP_SYS_ADMIN);
    uint64_t tw_reuse = 0;
    (void)source_read_uint(root, "/proc/sys/net/ipv4/tcp_tw_reuse", &tw_reuse); /* else it stays 0 */
    return (struct limit_terms){
        .nproc_exempt = limit_terms_nproc_exempt(root, process),
        .memlock_exempt = limit_terms_memlock_exempt(root, process),
        .commit_for_root = is_admin ? 0 : read_reserve(root, "/proc/sys/vm/admin_reserve_kbytes"),
        .commit_for_others = read_reserve(root, "/proc/sys/vm/user_reserve_kbytes"),
        .tw_reuse = tw_reuse,
        .threads_max = limit_terms_threads_max(root),
        .pid_max = limit_terms_pid_max(root),
    };
}

/* As in do_prlimit, kernel/sys.c: the capability counts in the first user namespace alone, and nr_open for everybody.
 */
uint64_t limit_terms_most(int resource, bool *is_hard)
{
    uint64_t nr_open = LIMIT_UNLIMITED;
    struct rlimit limit;
    if (resource == RLIMIT_NOFILE) {
        (void)source_read_uint("", "/proc/sys/fs/nr_open", &nr_open);
    }
    const bool can_raise = has_capability("", "self", 1ULL << CAP_SYS_RESOURCE);
    const bool bounded = !can_raise && getrlimit((__rlimit_resource_t)resource, &limit) == 0;
    const uint64_t hard = bounded && limit.rlim_max != RLIM_INFINITY ? limit.rlim_max : LIMIT_UNLIMITED;
    *is_hard = hard <= nr_open;
    return *is_hard ? hard : nr_open;
}

int limit_terms_raise_nofile(void)
{
    uint64_t most = RLIM_INFINITY;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return errno;
    }
    (void)source_read_uint("", "/proc/sys/fs/nr_open", &most);
    limit.rlim_max = limit.rlim_max < most ? limit.rlim_max : most;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? 0 : errno;
}
