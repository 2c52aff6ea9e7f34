#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/uring.h"
#include "base/uring_refusal.h"
#include "tests/unit/test.h"

static int check(void)
{
    return (int)uring_check();
}

TEST(a_seccomp_profile_is_named_whatever_it_answers)
{
    static const int answers[] = {EPERM, EACCES, ENOSYS};
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        const int refusal = look_without(SYS_io_uring_setup, answers[i], check);
        if (refusal == NO_SECCOMP) {
            SKIP_BECAUSE("this kernel has no seccomp");
        }
        if (refusal == URING_REFUSED_SYSCTL || refusal == URING_REFUSED_RESTRICTED) {
            SKIP_BECAUSE("kernel.io_uring_disabled is set");
        }
        assert_int_equal(refusal, URING_REFUSED_FILTER);
    }
}

TEST(a_kernel_without_the_flags_is_too_old)
{
    const int refusal = look_without(SYS_io_uring_setup, EINVAL, check);
    if (refusal == NO_SECCOMP) {
        SKIP_BECAUSE("this kernel has no seccomp");
    }
    assert_int_equal(refusal, URING_REFUSED_KERNEL);
}

TEST(want_of_a_descriptor_is_no_refusal)
{
    assert_int_equal(look_without(SYS_io_uring_setup, EMFILE, check), URING_ALLOWED);
}

TEST(a_refusal_has_a_name_and_a_reason)
{
    assert_null(uring_refusal_name(URING_ALLOWED));
    assert_null(uring_refusal_why(URING_ALLOWED, LANGUAGE_ENGLISH));
    assert_string_equal(uring_refusal_name(URING_REFUSED_SYSCTL), "sysctl");
    assert_int_equal(uring_refusal_from_name("filter"), URING_REFUSED_FILTER);
    assert_int_equal(uring_refusal_from_name("another"), URING_ALLOWED);
    assert_int_equal(uring_refusal_from_name(NULL), URING_ALLOWED);
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
        assert_non_null(strstr(uring_refusal_why(URING_REFUSED_KERNEL, language), "Linux 5.19"));
        assert_non_null(strstr(uring_refusal_why(URING_REFUSED_SYSCTL, language), "sysctl kernel.io_uring_disabled=0"));
        assert_non_null(strstr(uring_refusal_why(URING_REFUSED_RESTRICTED, language), "kernel.io_uring_group"));
        assert_non_null(strstr(uring_refusal_why(URING_REFUSED_FILTER, language), "io_uring_setup"));
    }
}

static void start_ring(struct io_uring *ring)
{
    if (uring_check() != URING_ALLOWED) {
        SKIP_BECAUSE(uring_refusal_why(uring_check(), LANGUAGE_ENGLISH));
    }
    assert_int_equal(uring_make(ring, 4, 8), 0);
    assert_int_equal(uring_start(ring), 0);
}

/* The ring belongs to the thread that starts it, which is this one: what it submits completes. */
TEST(a_ring_that_was_started_works)
{
    struct io_uring ring;
    struct io_uring_cqe *seen = NULL;
    start_ring(&ring);
    struct io_uring_sqe *const entry = uring_next(&ring, 1);
    io_uring_prep_nop(entry);
    io_uring_sqe_set_data64(entry, 7);
    assert_int_equal(io_uring_submit_and_wait(&ring, 1), 1);
    assert_int_equal(io_uring_peek_cqe(&ring, &seen), 0);
    assert_int_equal(io_uring_cqe_get_data64(seen), 7);
    io_uring_cqe_seen(&ring, seen);
    io_uring_queue_exit(&ring);
}

/* A link ends where a submission ends (io_uring_enter(2)): the kernel would begin both parts at once. */
TEST(entries_that_are_linked_are_submitted_together)
{
    struct io_uring ring;
    start_ring(&ring);
    for (unsigned i = 0; i < 3; i++) {
        io_uring_prep_nop(uring_next(&ring, 1));
    }
    assert_int_equal(io_uring_sq_ready(&ring), 3);
    io_uring_prep_nop(uring_next(&ring, 2));
    assert_int_equal(io_uring_sq_ready(&ring), 1);
    assert_int_equal(io_uring_cq_ready(&ring), 3);
    io_uring_prep_nop(uring_next(&ring, 1));
    assert_int_equal(io_uring_sq_ready(&ring), 2);
    io_uring_queue_exit(&ring);
}
