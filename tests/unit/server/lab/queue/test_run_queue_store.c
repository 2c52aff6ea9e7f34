/* The run queue with a store that fails. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/unit/server/lab/lab_fixture.h"

static void limit_file_size(rlim_t max)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Redirects standard error to a pipe and returns its read end; `kept` is a copy of the old one. */
static int divert_errors(int *kept)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    *kept = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    assert_true(*kept >= 0 && dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
    close(ends[1]);
    return ends[0];
}

/* Reads until a log line with `part` arrives. */
static bool read_until(int fd, const char *part)
{
    char text[8192] = "";
    size_t used = 0;
    while (strstr(text, part) == NULL && used < sizeof text - 1) {
        const ssize_t length = read(fd, text + used, sizeof text - 1 - used);
        if (length <= 0) {
            return false;
        }
        used += (size_t)length;
        text[used] = '\0';
    }
    return strstr(text, part) != NULL;
}

/* RLIMIT_FSIZE plays a disk that is full while a run ends; the generator waits at a FIFO. */
LAB_TEST(a_store_that_fails_at_the_end_of_a_run_is_retried_until_it_works)
{
    struct lab *const lab = *state;
    char go[80];
    char script[2048];
    int kept = -1;
    signal(SIGXFSZ, SIG_IGN);
    snprintf(go, sizeof go, "%s/go", lab->fake.directory);
    assert_int_equal(mkfifo(go, 0600), 0);
    snprintf(script, sizeof script, "%sread line <%s\n%s", FAKE_HALF_WAY, go, FAKE_ALL_DONE);
    start_queue(lab, script);
    const int64_t id = submit(lab);
    wait_started(lab, id, 3);
    const int errors = divert_errors(&kept);
    limit_file_size(1);
    const int go_fd = open(go, O_WRONLY | O_CLOEXEC);
    close(go_fd);
    const bool failed = read_until(errors, "cannot be stored, trying again");
    const enum run_status meanwhile = get(lab, id)->status;
    limit_file_size(RLIM_INFINITY);
    dup2(kept, STDERR_FILENO);
    close(kept);
    close(errors);
    unlink(go);
    assert_true(go_fd >= 0 && failed);
    assert_int_equal(meanwhile, RUN_STATUS_RUNNING);
    assert_int_equal(wait_over(lab, id)->status, RUN_STATUS_COMPLETED);
}
