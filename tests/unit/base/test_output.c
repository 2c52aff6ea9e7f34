#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/output.h"
#include "tests/unit/test.h"

#define NO_SECCOMP 99

/* What output_some() returns in a process whose write() gives that error, as an exit status; NO_SECCOMP: there are no
 * filters. */
static int write_behind_a_filter(unsigned error_number)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_write, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error_number),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = COUNT_OF(filter), .filter = filter};
    int ends[2] = {-1, -1};
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
        const bool filtered =
            prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
        _exit(filtered ? (int)output_some(ends[1], "line", 4, 1) & 0xff : NO_SECCOMP);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    close(ends[0]);
    close(ends[1]);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

TEST(a_moment_without_memory_takes_nothing_and_is_no_error)
{
    const int count = write_behind_a_filter(ENOMEM);
    if (count == NO_SECCOMP) {
        SKIP_BECAUSE("this kernel has no seccomp");
    }
    assert_int_equal(count, 0);
    assert_int_equal(write_behind_a_filter(EIO), -1 & 0xff);
}
