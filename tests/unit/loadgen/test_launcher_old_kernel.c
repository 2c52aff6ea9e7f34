/* The launcher on a kernel without pidfd_open(2), which Linux has since 5.3. */
#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>

#include "base/clock.h"
#include "loadgen/launcher.h"
#include "tests/unit/server/lab/fake_generator.h"
#include "tests/unit/test.h"

enum { HANG_MS = 60000 };

/* For this process and its children the call is as on a kernel that does not have it. */
static void hide_pidfd_open(void)
{
    if (!refuse_call(SYS_pidfd_open, ENOSYS)) {
        skip(); /* a kernel without seccomp */
    }
    assert_int_equal(pidfd_open(getpid(), 0), -1);
    assert_int_equal(errno, ENOSYS);
}

static void ignore(struct report_event *event, void *arg)
{
}

static struct launcher_end end_of(const char *script)
{
    struct fake_generator fake;
    struct run_spec spec;
    struct err err;
    struct launcher *launcher = NULL;
    run_spec_init(&spec);
    spec.mode = MODE_THREAD;
    spec.count = 5;
    assert_int_equal(fake_generator_make(&fake, script), 0);
    OK(launcher_start(&(struct launcher_programs){.generator = fake.path}, &spec, "127.0.0.1:9", &launcher, &err));
    const uint64_t give_up = clock_now_ns() + HANG_MS * NS_PER_MS;
    while (launcher_step(launcher, ignore, NULL)) {
        struct pollfd fds[LAUNCHER_FDS];
        poll(fds, launcher_poll_fds(launcher, fds), 20);
        assert_true(clock_now_ns() < give_up);
    }
    const struct launcher_end end = *launcher_end(launcher);
    launcher_destroy(launcher);
    fake_generator_remove(&fake);
    return end;
}

TEST(a_generator_is_started_followed_and_reaped)
{
    hide_pidfd_open();
    struct launcher_end end = end_of("exit 4\n");
    assert_int_equal(end.kind, LAUNCHER_EXITED);
    assert_int_equal(end.number, 4);
    end = end_of("kill -ABRT $$\n");
    assert_int_equal(end.kind, LAUNCHER_SIGNALLED);
    assert_int_equal(end.number, SIGABRT);
}
