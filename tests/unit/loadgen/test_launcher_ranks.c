/* The launcher and several generators: mpirun is a script that is the first in PATH. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "tests/unit/loadgen/launcher_fixture.h"
#include "tests/unit/server/lab/fake_generator.h"

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
