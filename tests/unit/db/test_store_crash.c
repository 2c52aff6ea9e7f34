/* The store when things go wrong: the process is killed, the disk is full, no descriptor is free. Each works in a child
 * process of its own, so that signals and resource limits hit nothing else. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "db/store_parts.h"
#include "tests/unit/db/store_fixture.h"

#define ROUNDS 6

/* Creates runs and reports each id that was acknowledged, until it is killed. */
static void create_until_killed(const char *path, int acknowledge)
{
    struct store *store = NULL;
    struct err err;
    if (store_open(path, &store, &err) != RESULT_OK) {
        _exit(1);
    }
    for (;;) {
        struct run run = fixture_run(10);
        if (store_run_create(store, &run, &err) != RESULT_OK ||
            write(acknowledge, &run.id, sizeof run.id) != sizeof run.id) {
            _exit(2);
        }
    }
}

/* Kills the writer when it has acknowledged `most` runs, and returns the last id that it reported. */
static int64_t kill_a_writer(const char *path, int most)
{
    int ends[2];
    int64_t id = 0;
    int64_t last = 0;
    assert_int_equal(pipe(ends), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        create_until_killed(path, ends[1]);
    }
    close(ends[1]);
    for (int count = 0; read(ends[0], &id, sizeof id) == sizeof id; count++) {
        last = id;
        if (count == most) {
            assert_int_equal(kill(child, SIGKILL), 0);
        }
    }
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    return last;
}

FILE_TEST(loses_nothing_acknowledged_when_killed)
{
    struct fixture *fixture = *state;
    for (int round = 0; round < ROUNDS; round++) {
        const int64_t last = kill_a_writer(fixture->path, round * 7);
        OK(store_open(fixture->path, &fixture->store, &fixture->err));
        for (int64_t id = 1; id <= last; id++) {
            struct run run;
            OK(store_run_get(fixture->store, id, &run, &fixture->err));
        }
        fixture_close(fixture);
        fixture_assert_whole(fixture->path);
    }
}

/* Runs `body` in a child that has the store open and fails with the number of the line that does not hold. */
static void in_a_child(struct fixture *fixture, int (*body)(struct store *store, const char *path))
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct store *store = NULL;
        struct err err;
        int line = -1;
        if (store_open(fixture->path, &store, &err) == RESULT_OK) {
            line = body(store, fixture->path);
            store_close(store);
        }
        if (line != 0) {
            fprintf(stderr, "line %d does not hold\n", line);
        }
        _exit(line == 0 ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

#define HOLDS(condition)                                                                                               \
    if (!(condition)) {                                                                                                \
        return __LINE__;                                                                                               \
    }

static int set_soft_limit(__rlimit_resource_t resource, rlim_t soft)
{
    struct rlimit limit;
    HOLDS(getrlimit(resource, &limit) == 0)
    limit.rlim_cur = soft;
    HOLDS(setrlimit(resource, &limit) == 0)
    return 0;
}

/* A file that may not grow is a full disk, in the one process that has the limit. */
static int fill_the_disk(struct store *store, const char *path)
{
    struct err err;
    struct stat log;
    char log_path[80];
    int created = 0;
    enum result result = RESULT_OK;
    snprintf(log_path, sizeof log_path, "%s-wal", path);
    signal(SIGXFSZ, SIG_IGN);
    HOLDS(stat(log_path, &log) == 0)
    HOLDS(set_soft_limit(RLIMIT_FSIZE, (rlim_t)log.st_size + 200000) == 0)
    while (result == RESULT_OK && created < 1000) {
        struct run run = fixture_run(10);
        result = store_run_create(store, &run, &err);
        created += result == RESULT_OK;
    }
    HOLDS(result == RESULT_STORE)
    HOLDS(strstr(err.message, "storing a run: ") == err.message)
    HOLDS(created > 0 && fixture_count_runs(store) == created)
    struct run refused = fixture_run(10);
    HOLDS(store_run_create(store, &refused, &err) == RESULT_STORE && refused.id == 0)
    HOLDS(set_soft_limit(RLIMIT_FSIZE, RLIM_INFINITY) == 0)
    struct run again = fixture_run(10);
    HOLDS(store_run_create(store, &again, &err) == RESULT_OK)
    HOLDS(fixture_count_runs(store) == created + 1)
    return 0;
}

FILE_TEST(a_full_disk_is_an_error_and_not_the_end)
{
    in_a_child(*state, fill_the_disk);
    fixture_assert_whole(((struct fixture *)*state)->path);
}

/* About four times what the log may hold before it starts anew. */
static int write_much(struct store *store, const char *path, off_t *longest)
{
    static struct run_log logs[2000];
    struct err err;
    struct stat log;
    char log_path[80];
    snprintf(log_path, sizeof log_path, "%s-wal", path);
    struct run run = fixture_run(10);
    HOLDS(store_run_create(store, &run, &err) == RESULT_OK)
    for (size_t i = 0; i < 2000; i++) {
        logs[i].at_us = i * 7919 % 2000;
        memset(logs[i].text, 'x', sizeof logs[i].text - 1);
    }
    for (int batch = 0; batch < 30; batch++) {
        HOLDS(store_logs_add(store, run.id, logs, 2000, &err) == RESULT_OK)
        HOLDS(stat(log_path, &log) == 0)
        *longest = log.st_size > *longest ? log.st_size : *longest;
    }
    return store_run_delete(store, run.id, &err) == RESULT_OK ? 0 : __LINE__;
}

static int work_without_a_free_descriptor(struct store *store, const char *path)
{
    struct err err;
    off_t longest = 0;
    HOLDS(set_soft_limit(RLIMIT_NOFILE, 3) == 0)
    HOLDS(open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
    HOLDS(write_much(store, path, &longest) == 0)
    HOLDS(longest > 0 && longest < 10L * 1024 * 1024)
    HOLDS(store_ping(store, &err) == RESULT_OK)
    HOLDS(fixture_count_runs(store) == 0)
    return 0;
}

FILE_TEST(needs_no_descriptor_once_it_is_open_and_keeps_its_log_short)
{
    in_a_child(*state, work_without_a_free_descriptor);
    fixture_assert_whole(((struct fixture *)*state)->path);
}
