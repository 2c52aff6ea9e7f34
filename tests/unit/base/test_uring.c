#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/uring.h"
#include "tests/unit/test.h"

#define NO_SECCOMP 99

/* What uring_check() says in a process whose io_uring_setup() gives that error; NO_SECCOMP: there are no filters. */
static int check_behind_a_filter(unsigned error_number)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_io_uring_setup, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error_number),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = COUNT_OF(filter), .filter = filter};
    const pid_t child = fork();
    if (child == 0) {
        const bool filtered =
            prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
        _exit(filtered ? (int)uring_check() : NO_SECCOMP);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

TEST(a_seccomp_profile_is_named_whatever_it_answers)
{
    static const unsigned answers[] = {EPERM, EACCES, ENOSYS};
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        const int refusal = check_behind_a_filter(answers[i]);
        if (refusal == NO_SECCOMP) {
            SKIP_BECAUSE("this kernel has no seccomp");
        }
        if (refusal == URING_REFUSED_SYSCTL) {
            SKIP_BECAUSE("kernel.io_uring_disabled is set");
        }
        assert_int_equal(refusal, URING_REFUSED_FILTER);
    }
}

TEST(want_of_a_descriptor_is_no_refusal)
{
    assert_int_equal(check_behind_a_filter(EMFILE), URING_ALLOWED);
}

TEST(a_refusal_has_a_name_and_a_reason)
{
    assert_null(uring_refusal_name(URING_ALLOWED));
    assert_null(uring_refusal_why(URING_ALLOWED, LANGUAGE_ENGLISH));
    assert_string_equal(uring_refusal_name(URING_REFUSED_SYSCTL), "sysctl");
    assert_non_null(strstr(uring_refusal_why(URING_REFUSED_SYSCTL, LANGUAGE_ENGLISH), "kernel.io_uring_disabled"));
}

/* The ring belongs to the thread that starts it, which is this one: what it submits completes. */
TEST(a_ring_that_was_started_works)
{
    struct io_uring ring;
    struct io_uring_cqe *seen = NULL;
    if (uring_check() != URING_ALLOWED) {
        SKIP_BECAUSE(uring_refusal_why(uring_check(), LANGUAGE_ENGLISH));
    }
    assert_int_equal(uring_make(&ring, 4, 8), 0);
    assert_int_equal(io_uring_submit(&ring), 0);
    assert_int_equal(uring_start(&ring), 0);
    struct io_uring_sqe *const entry = io_uring_get_sqe(&ring);
    io_uring_prep_nop(entry);
    io_uring_sqe_set_data64(entry, 7);
    assert_int_equal(io_uring_submit_and_wait(&ring, 1), 1);
    assert_int_equal(io_uring_peek_cqe(&ring, &seen), 0);
    assert_int_equal(io_uring_cqe_get_data64(seen), 7);
    io_uring_cqe_seen(&ring, seen);
    io_uring_queue_exit(&ring);
}
