/* The launcher against every way in which a load generator can live and die. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "loadgen/launcher.h"
#include "tests/unit/server/lab/fake_generator.h"
#include "tests/unit/test.h"

enum { HANG_MS = 60000 };

struct seen {
    int events[REPORT_END + 1];
    enum load_end end;
    struct load_totals totals;
    char log[160];
    struct launcher *stop_at_start;
    struct launcher_end death;
};

static void note(struct report_event *event, void *arg)
{
    struct seen *const seen = arg;
    seen->events[event->type]++;
    switch (event->type) {
    case REPORT_START:
        if (seen->stop_at_start != NULL) {
            launcher_stop(seen->stop_at_start);
        }
        break;
    case REPORT_LOG:
        snprintf(seen->log, sizeof seen->log, "%s", event->log.text);
        break;
    case REPORT_RESULT:
        seen->totals = event->result->totals;
        break;
    case REPORT_END:
        seen->end = event->end.status;
        break;
    case REPORT_SAMPLE:
    case REPORT_ERROR:
    case REPORT_USAGE:
    case REPORT_RANK:
        break;
    }
}

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

/* Steps until it has ended; the bound is only against a hang. */
static void follow(struct launcher *launcher, struct seen *seen)
{
    const uint64_t give_up = clock_now_ns() + HANG_MS * NS_PER_MS;
    while (launcher_step(launcher, note, seen)) {
        struct pollfd fds[LAUNCHER_FDS];
        const size_t count = launcher_poll_fds(launcher, fds);
        poll(fds, count, 20);
        assert_true(clock_now_ns() < give_up);
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

/* --- several generators: mpirun is a script that is the first in PATH --- */

static void launch_ranks(struct fake_generator *fake, const char *hostfile, struct launcher **launcher, struct err *err)
{
    char path[PATH_MAX];
    struct run_spec spec;
    const struct launcher_programs programs = {.generator = "/nonexistent/koneksi-load",
                                               .ranks = {.generator = fake->path, .hostfile = hostfile}};
    run_spec_init(&spec);
    spec.mode = MODE_THREAD;
    spec.count = 5;
    spec.ranks = 3;
    snprintf(path, sizeof path, "%s", getenv("PATH"));
    assert_int_equal(setenv("PATH", fake->directory, 1), 0);
    const enum result result = launcher_start(&programs, &spec, "127.0.0.1:9", launcher, err);
    assert_int_equal(setenv("PATH", path, 1), 0);
    err->code = result;
}

TEST(ranks_are_started_by_mpirun_with_fixed_words)
{
    struct fake_generator fake;
    struct launcher *launcher = NULL;
    struct seen seen = {.stop_at_start = NULL};
    char how[LAUNCHER_END_TEXT_SIZE];
    char mpirun[128];
    char expected[LAUNCHER_END_TEXT_SIZE];
    struct err err;
    assert_int_equal(fake_generator_make(&fake, "PATH=/usr/bin:/bin\nprintf '%s\\n-----\\n' \"$*\" | tail -c 140 >&2; "
                                                "exit 3\n"),
                     0);
    snprintf(mpirun, sizeof mpirun, "%s/mpirun", fake.directory);
    launch_ranks(&fake, NULL, &launcher, &err);
    assert_int_equal(err.code, RESULT_INVALID); /* there is no mpirun */
    assert_string_equal(err.field, "ranks");
    assert_non_null(strstr(err.message, "openmpi-bin"));
    assert_int_equal(symlink(fake.path, mpirun), 0);
    launch_ranks(&fake, "hosts 1", &launcher, &err);
    OK(err.code);
    follow(launcher, &seen);
    launcher_end_describe(launcher_end(launcher), how);
    launcher_destroy(launcher);
    snprintf(expected, sizeof expected,
             "--hostfile hosts 1 --map-by node --bind-to none -n 3 %s --json --allow-target 127.0.0.1:9 --mode thread "
             "--count 5 --target 127.0.0.1:9",
             fake.path);
    assert_string_equal(how + strlen(how) - 100, expected + strlen(expected) - 100); /* the last words */
    assert_null(strstr(how, "---"));
    assert_null(strstr(how, "--ranks"));
    unlink(mpirun);
    fake_generator_remove(&fake);
}

/* Its ranks lead groups of their own, as set -m does it, and have nothing to tell them of its end. */
TEST(what_mpirun_leaves_behind_is_ended)
{
    struct fake_generator fake;
    struct launcher *launcher = NULL;
    struct seen seen = {.stop_at_start = NULL};
    char mpirun[128];
    struct err err;
    const char *const script = "PATH=/usr/bin:/bin\nset -m\nsleep 60 >/dev/null 2>&1 </dev/null &\n"
                               "say '{\"v\":1,\"type\":\"log\",\"at_us\":1,\"text\":\"'$!'\"}'\nkill -KILL $$\n";
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
    assert_int_equal(fake_generator_make(&fake, script), 0);
    snprintf(mpirun, sizeof mpirun, "%s/mpirun", fake.directory);
    assert_int_equal(symlink(fake.path, mpirun), 0);
    launch_ranks(&fake, NULL, &launcher, &err);
    OK(err.code);
    follow(launcher, &seen);
    launcher_destroy(launcher);
    const pid_t rank = (pid_t)strtol(seen.log, NULL, 10);
    assert_true(rank > 0);
    assert_int_equal(kill(rank, 0), -1);
    assert_int_equal(errno, ESRCH);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0), 0);
    unlink(mpirun);
    fake_generator_remove(&fake);
}

TEST(the_rank_or_host_that_mpirun_lost_is_named)
{
    char text[LAST_WORDS_SIZE];
    assert_true(
        last_words_lost("-----\nmpirun noticed that process rank 7 with PID 974 on node lab2 exited on signal 9 "
                        "(Killed).\n-----\n3 more processes have sent help message\n",
                        text, sizeof text));
    assert_string_equal(text, "rank 7 on host lab2 (process 974) was lost");
    assert_true(
        last_words_lost("ORTE has lost communication with a remote daemon.\n\n  HNP daemon   : [[1,0],0] on node vm\n"
                        "  Remote daemon: [[1,0],3] on node lab3\n",
                        text, sizeof text));
    assert_string_equal(text, "host lab3 was lost");
    assert_false(last_words_lost("mpirun noticed that process rank", text, sizeof text));
    assert_false(last_words_lost("", text, sizeof text));
}

TEST(of_what_mpirun_says_the_cause_is_kept)
{
    static const char rule[] = "--------------------------------------------------------------------------\n";
    char words[1000];
    char text[LAST_WORDS_SIZE];
    snprintf(words, sizeof words, "ssh: connect to host lab3 port 22: No route to host\n%sORTE was unable to\n%s", rule,
             rule);
    assert_true(last_words_cause(words, text, sizeof text));
    assert_string_equal(text, "ssh: connect to host lab3 port 22: No route to host\n");
    snprintf(words, sizeof words,
             "[vm:1] plm:rsh: Warning: setpgid\n%s[vm:1] plm:rsh: Warning: setpgid\nPrimary job  terminated "
             "normally\n%s%sNot enough slots:\n  2\n%s"
             "[vm:1] 3 more processes have sent help message\n",
             rule, rule, rule, rule);
    assert_true(last_words_cause(words, text, sizeof text));
    assert_string_equal(text, "Not enough slots:\n  2\n");
    assert_false(last_words_cause(rule, text, sizeof text));
    assert_false(last_words_cause("", text, sizeof text));
}

TEST(ranks_without_their_generator_are_refused)
{
    struct err err;
    const struct ranks_way way = {.generator = "/nonexistent/koneksi-load-mpi"};
    struct run_spec spec;
    run_spec_init(&spec);
    spec.ranks = 2;
    assert_int_equal(ranks_check(&way, &spec, &err), RESULT_INVALID);
    assert_string_equal(err.field, "ranks");
    assert_non_null(strstr(err.message, "libopenmpi-dev"));
}

/* A programs' folder in which mpirun and the generator are only there. */
TEST(ranks_for_which_mpirun_has_no_descriptors_or_no_words_are_refused)
{
    struct err err;
    struct rlimit before;
    struct run_spec spec;
    char folder[] = "/tmp/koneksi-ranks-XXXXXX";
    char mpirun[64];
    assert_non_null(mkdtemp(folder));
    snprintf(mpirun, sizeof mpirun, "%s/mpirun", folder);
    const int fd = open(mpirun, O_CREAT | O_WRONLY | O_CLOEXEC, 0700);
    assert_true(fd >= 0);
    close(fd);
    const char *const found = getenv("PATH");
    char *const path = strdup(found != NULL ? found : "/usr/bin");
    assert_non_null(path);
    assert_int_equal(setenv("PATH", folder, 1), 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const struct ranks_way way = {.generator = mpirun};
    run_spec_init(&spec);
    spec.ranks = 20;
    OK(ranks_check(&way, &spec, &err));
    snprintf(spec.label, sizeof spec.label, ":");
    assert_int_equal(ranks_check(&way, &spec, &err), RESULT_INVALID);
    assert_string_equal(err.field, "label");
    spec.label[0] = '\0';
    const struct rlimit few = {.rlim_cur = 100, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    assert_int_equal(ranks_check(&way, &spec, &err), RESULT_INVALID);
    assert_string_equal(err.field, "ranks");
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(setenv("PATH", path, 1), 0);
    free(path);
    unlink(mpirun);
    rmdir(folder);
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
