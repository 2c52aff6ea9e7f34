#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/output.h"
#include "tests/unit/test.h"

static int write_to_a_pipe(void)
{
    int ends[2] = {-1, -1};
    return pipe(ends) == 0 ? (int)output_some(ends[1], "line", 4, 1) & 0xff : 1;
}

TEST(a_moment_without_memory_takes_nothing_and_is_no_error)
{
    const int count = look_without(SYS_write, ENOMEM, write_to_a_pipe);
    if (count == NO_SECCOMP) {
        SKIP_BECAUSE("this kernel has no seccomp");
    }
    assert_int_equal(count, 0);
    assert_int_equal(look_without(SYS_write, EIO, write_to_a_pipe), -1 & 0xff);
}
