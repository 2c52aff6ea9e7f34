/* The launcher against every way in which a load generator can live and die. */

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "tests/unit/loadgen/launcher_fixture.h"
#include "tests/unit/server/lab/fake_generator.h"

static void launch(struct fake_generator *fake, const char *script, struct launcher **launcher)
{
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    spec.mode = MODE_THREAD;
    spec.count = 5;
    assert_int_equal(fake_generator_make(fake, script), 0);
    if (launcher_start(&(struct launcher_programs){.generator = fake->path}, &spec, "127.0.0.1:9", launcher, &err) !=
        RESULT_OK) {
        fail_msg("%s", err.message);
    }
}

static void run_script(const char *script, struct seen *seen, char how[LAUNCHER_END_TEXT_SIZE])
{
    struct fake_generator fake;
    struct launcher *launcher = NULL;
    *seen = (struct seen){0};
    launch(&fake, script, &launcher);
    follow(launcher, seen);
    seen->death = *launcher_end(launcher);
    launcher_end_describe(&seen->death, how);
    launcher_destroy(launcher);
    fake_generator_remove(&fake);
}

TEST(a_whole_run_is_reported_line_by_line)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    run_script(FAKE_START FAKE_SAMPLE(FAKE_TOTALS(2, 2, 1, 0, 3)) FAKE_RESULT(FAKE_TOTALS(5, 5, 5, 0, 0), "")
                   FAKE_END("completed"),
               &seen, how);
    assert_int_equal(seen.events[REPORT_START], 1);
    assert_int_equal(seen.events[REPORT_SAMPLE], 1);
    assert_int_equal(seen.events[REPORT_RESULT], 1);
    assert_int_equal(seen.events[REPORT_END], 1);
    assert_int_equal(seen.end, LOAD_END_COMPLETED);
    assert_int_equal(seen.totals.completed, 5);
    assert_string_equal(how, "ended with exit status 0");
    assert_int_equal(seen.death.kind, LAUNCHER_EXITED);
}

TEST(it_gets_json_and_the_run_and_the_target)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    run_script("echo \"$*\" >&2; exit 3\n", &seen, how);
    assert_ptr_equal(strstr(how, "ended with exit status 3: "), how);
    assert_non_null(strstr(how, "127.0.0.1:9"));
    run_script("test \"$1\" = --json && exit 4\n", &seen, how);
    assert_string_equal(how, "ended with exit status 4");
}

TEST(a_line_in_pieces_is_one_line)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    run_script("printf '{\"v\":1,\"type\":\"log\",\"at_us\":1,'\nprintf '\"text\":\"hello\"}\\n'\n", &seen, how);
    assert_int_equal(seen.events[REPORT_LOG], 1);
    assert_string_equal(seen.log, "hello");
}

TEST(a_program_that_is_not_there_fails_at_once)
{
    struct run_spec spec;
    struct err err;
    struct launcher *launcher = NULL;
    run_spec_init(&spec);
    spec.mode = MODE_THREAD;
    spec.count = 1;
    assert_int_equal(launcher_start(&(struct launcher_programs){.generator = "/nonexistent/koneksi-load"}, &spec,
                                    "127.0.0.1:9", &launcher, &err),
                     RESULT_SYSTEM);
    assert_non_null(strstr(err.message, "ENOENT"));
    assert_null(launcher);
}

TEST(a_death_by_signal_is_named)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    run_script(FAKE_START "kill -KILL $$\n", &seen, how);
    assert_string_equal(how, "was killed by SIGKILL");
    assert_int_equal(seen.events[REPORT_START], 1);
    assert_int_equal(seen.events[REPORT_END], 0);
}

/* The verdict asks the OOM killer's counters only about such a death. */
TEST(a_death_by_signal_is_one_whatever_was_written_before_it)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    run_script(FAKE_START "echo 'low on memory' >&2; kill -KILL $$\n", &seen, how);
    assert_string_equal(how, "was killed by SIGKILL: low on memory");
    assert_int_equal(seen.death.kind, LAUNCHER_SIGNALLED);
    assert_int_equal(seen.death.number, SIGKILL);
}

TEST(the_end_of_standard_error_is_reported_as_plain_text)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    run_script("i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done\n"
               "printf 'cannot\\tstart\\n\\033[1m\\303' >&2; exit 3\n",
               &seen, how);
    assert_ptr_equal(strstr(how, "ended with exit status 3: "), how);
    assert_non_null(strstr(how, "line 2999 cannot start  [1m?"));
    assert_null(strstr(how, "line 2900"));
}

TEST(garbage_is_death)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    run_script(FAKE_START "echo 'not json'\n" FAKE_WAIT, &seen, how);
    assert_ptr_equal(strstr(how, "wrote what is not of the protocol"), how);
    run_script(FAKE_START "say '{\"v\":2,\"type\":\"end\",\"status\":\"completed\"}'\n" FAKE_WAIT, &seen, how);
    assert_ptr_equal(strstr(how, "wrote what is not of the protocol"), how);
    assert_int_equal(seen.events[REPORT_END], 0);
}

TEST(a_flood_without_a_line_break_is_death)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    run_script("exec tr '\\0' x </dev/zero\n", &seen, how);
    assert_string_equal(how, "wrote a line without an end and was killed");
}

TEST(output_closed_early_is_death)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    run_script(FAKE_START "exec >&-\n" FAKE_WAIT, &seen, how);
    assert_string_equal(how, "closed its output early and was killed");
    assert_int_equal(seen.death.kind, LAUNCHER_KILLED);
}

TEST(one_that_stays_after_its_end_is_killed_and_its_end_stands)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    run_script(FAKE_START FAKE_END("completed") FAKE_WAIT, &seen, how);
    assert_string_equal(how, "did not end in time and was killed");
    assert_int_equal(seen.death.kind, LAUNCHER_KILLED);
    assert_int_equal(seen.end, LOAD_END_COMPLETED);
}

TEST(stop_is_a_cancel_that_it_can_answer)
{
    struct fake_generator fake;
    struct seen seen = {0};
    struct launcher *launcher = NULL;
    launch(&fake,
           "trap 'say \"{\\\"v\\\":1,\\\"type\\\":\\\"end\\\",\\\"status\\\":\\\"cancelled\\\"}\"; exit 0' "
           "TERM\n" FAKE_START FAKE_WAIT,
           &launcher);
    seen.stop_at_start = launcher;
    follow(launcher, &seen);
    assert_int_equal(seen.events[REPORT_END], 1);
    assert_int_equal(seen.end, LOAD_END_CANCELLED);
    launcher_destroy(launcher);
    fake_generator_remove(&fake);
}

TEST(one_that_ignores_the_stop_is_killed)
{
    struct fake_generator fake;
    struct seen seen = {0};
    struct launcher *launcher = NULL;
    launch(&fake, "trap '' TERM\n" FAKE_START "exec sleep 60\n", &launcher);
    seen.stop_at_start = launcher;
    follow(launcher, &seen);
    assert_int_equal(launcher_end(launcher)->kind, LAUNCHER_KILLED);
    assert_int_equal(launcher_end(launcher)->number, SIGKILL);
    launcher_destroy(launcher);
    fake_generator_remove(&fake);
}

/* A process that died but is not reaped by init yet still answers kill(pid, 0). */
static bool is_running(pid_t pid)
{
    char path[48];
    char line[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *const file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    const char *const read = fgets(line, sizeof line, file);
    fclose(file);
    const char *const name_end = read != NULL ? strrchr(line, ')') : NULL;
    return name_end != NULL && name_end[2] != 'Z' && name_end[2] != 'X';
}

TEST(its_client_processes_die_with_it)
{
    struct fake_generator fake;
    struct seen seen = {0};
    struct launcher *launcher = NULL;
    launch(&fake,
           "sleep 60 >/dev/null 2>&1 &\nsay "
           "\"{\\\"v\\\":1,\\\"type\\\":\\\"log\\\",\\\"at_us\\\":1,\\\"text\\\":\\\"$!\\\"}\"\nkill -KILL $$\n",
           &launcher);
    follow(launcher, &seen);
    const pid_t child = (pid_t)strtol(seen.log, NULL, 10);
    assert_true(child > 1);
    const uint64_t give_up = clock_now_ns() + HANG_MS * NS_PER_MS;
    while (is_running(child)) {
        assert_true(clock_now_ns() < give_up);
        poll(NULL, 0, 1);
    }
    launcher_destroy(launcher);
    fake_generator_remove(&fake);
}

TEST(destroy_kills_and_reaps_one_that_lives)
{
    struct fake_generator fake;
    struct launcher *launcher = NULL;
    launch(&fake, FAKE_WAIT, &launcher);
    launcher_destroy(launcher);
    fake_generator_remove(&fake);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

TEST(a_subreaper_reaps_the_clients_of_a_killed_generator)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    run_script("sleep 60 >&- 2>&- & sleep 60 >&- 2>&- & kill -KILL $$\n", &seen, how);
    prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
    assert_string_equal(how, "was killed by SIGKILL");
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* Of the ignored signals 1 to 28 are looked at: glibc ignores its own two (32, 33) for the child. */
TEST(it_gets_default_signals_and_no_descriptor_of_ours)
{
    struct seen seen;
    char how[LAUNCHER_END_TEXT_SIZE];
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction before;
    sigset_t blocked;
    sigset_t mask;
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC); /* what this test itself was started with is not meant */
    sigaction(SIGPIPE, &ignore, &before);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &mask);
    run_script("grep -q '^SigBlk:[[:space:]]*0*$' /proc/self/status || exit 5\n"
               "grep -q '^SigIgn:[[:space:]]*[0-9a-f]*0000000$' /proc/self/status || exit 6\n"
               "exit 8\n",
               &seen, how);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGPIPE, &before, NULL);
    assert_string_equal(how, "ended with exit status 8");
    run_script("exec ls /proc/self/fd >&2\n", &seen, how);
    assert_string_equal(how, "ended with exit status 0: 0 1 2 3"); /* 3: the directory that ls reads */
}
