/* The launcher on a kernel without pidfd_open(2), which Linux has since 5.3. */
#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>

#include "tests/unit/loadgen/launcher_fixture.h"
#include "tests/unit/server/lab/fake_generator.h"

/* For this process and its children the call is as on a kernel that does not have it. */
static void hide_pidfd_open(void)
{
    if (!refuse_call(SYS_pidfd_open, ENOSYS)) {
        skip(); /* a kernel without seccomp */
    }
    assert_int_equal(pidfd_open(getpid(), 0), -1);
    assert_int_equal(errno, ENOSYS);
}

static struct launcher_end end_of(const char *script)
{
    struct fake_generator fake;
    struct run_spec spec;
    struct err err;
    struct launcher *launcher = NULL;
    struct seen seen = {.stop_at_start = NULL};
    run_spec_init(&spec);
    spec.mode = MODE_THREAD;
    spec.count = 5;
    assert_int_equal(fake_generator_make(&fake, script), 0);
    OK(launcher_start(&(struct launcher_programs){.generator = fake.path}, &spec, "127.0.0.1:9", &launcher, &err));
    follow(launcher, &seen);
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
