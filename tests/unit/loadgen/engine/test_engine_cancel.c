/* Runs that are cancelled, and clients that are killed. */

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/cpu.h"
#include "tests/unit/loadgen/engine/engine_run.h"

static void cancel_when_all_are_connected(struct memory_sink *memory, const struct report_event *event)
{
    if (event->type == REPORT_SAMPLE && event->sample.connections == memory->count) {
        engine_cancel(memory->engine);
    }
}

TEST(a_cancel_ends_clients_that_wait_for_a_reply)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        struct run_spec spec = spec_of((enum run_mode)mode);
        spec.pool_size = CLIENTS;
        struct memory_sink *const memory =
            run_against((struct time_stub_manners){.reply = NULL}, &spec, cancel_when_all_are_connected);
        assert_int_equal(memory->status, LOAD_END_CANCELLED);
        assert_int_equal(memory->result.totals.failed, CLIENTS);
        assert_string_equal(memory->result.groups[0].call, "cancel");
        assert_int_equal(memory->result.groups[0].error_number, ECANCELED);
        assert_int_equal(memory->result.groups[0].phase, PHASE_RECEIVE);
        assert_true(memory->result.duration_us < 20 * 1000000ULL); /* not the timeout of 30 s */
        free(memory);
    }
}

TEST(a_cancel_ends_clients_that_hold)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        /* One client gets no reply, so the barrier stays shut. */
        struct run_spec spec = spec_of((enum run_mode)mode);
        spec.pool_size = CLIENTS;
        spec.hold = true;
        struct memory_sink *const memory = run_against((struct time_stub_manners){.reply = JAM, .replies = CLIENTS - 1},
                                                       &spec, cancel_when_all_are_connected);
        assert_int_equal(memory->status, LOAD_END_CANCELLED);
        assert_int_equal(memory->result.totals.failed, CLIENTS);
        assert_int_equal(memory->result.totals.completed, 0);
        free(memory);
    }
}

/* The generator has no bound of its own on clients that wait for a reply. */
TEST(a_silent_server_gets_the_connections_of_all_clients)
{
    struct run_spec spec = spec_of(MODE_EVENT);
    spec.count = RUN_EVENT_UNDER_WAY * cores_usable() + 200;
    if (spec.count > STUB_CONNECTIONS) {
        SKIP_BECAUSE("the server of the test has too few connections for so many loops");
    }
    struct memory_sink *const memory =
        run_against((struct time_stub_manners){.reply = NULL}, &spec, cancel_when_all_are_connected);
    assert_int_equal(memory->status, LOAD_END_CANCELLED);
    assert_int_equal(memory->result.peaks.connections, spec.count);
    free(memory);
}

static void cancel_when_one_has_failed(struct memory_sink *memory, const struct report_event *event)
{
    if (event->type == REPORT_ERROR) {
        engine_cancel(memory->engine);
    }
}

TEST(a_cancel_ends_a_run_whose_clients_all_fail_at_once)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        struct time_stub *const stub = time_stub_start((struct time_stub_manners){.reply = NULL});
        const struct net_address nobody = stub->address;
        time_stub_stop(stub);
        struct run_spec spec = spec_of((enum run_mode)mode);
        spec.count = 2000000;
        struct memory_sink *const memory = run_engine(&spec, &nobody, cancel_when_one_has_failed);
        assert_int_equal(memory->status, LOAD_END_CANCELLED);
        assert_true(memory->result.totals.not_started > 0);
        time_stub_free(stub);
        free(memory);
    }
}

static void cancel_at_once(struct memory_sink *memory, const struct report_event *event)
{
    if (event->type == REPORT_START) {
        engine_cancel(memory->engine);
    }
}

TEST(clients_of_a_run_cancelled_at_its_start_are_not_started)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        const struct run_spec spec = spec_of((enum run_mode)mode);
        struct memory_sink *const memory = run_against((struct time_stub_manners){.reply = JAM}, &spec, cancel_at_once);
        assert_int_equal(memory->status, LOAD_END_CANCELLED);
        assert_int_equal(memory->result.totals.not_started, CLIENTS);
        free(memory);
    }
}

/* Kills the first child, and cancels the rest once that was noticed. */
static void kill_one(struct memory_sink *memory, const struct report_event *event)
{
    if (event->type == REPORT_SAMPLE && event->sample.connections == CLIENTS && !memory->acted) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
        FILE *const children = fopen(path, "re");
        char text[32] = "";
        assert_non_null(children);
        assert_non_null(fgets(text, sizeof text, children));
        fclose(children);
        const long pid = strtol(text, NULL, 10);
        assert_true(pid > 1);
        assert_int_equal(kill((pid_t)pid, SIGKILL), 0);
        memory->acted = true;
    }
    if (event->type == REPORT_ERROR && strcmp(event->error.call, "SIGKILL") == 0) {
        engine_cancel(memory->engine);
    }
}

TEST(a_killed_process_is_one_failed_client)
{
    const struct run_spec spec = spec_of(MODE_PROCESS);
    struct memory_sink *const memory = run_against((struct time_stub_manners){.reply = NULL}, &spec, kill_one);
    assert_int_equal(memory->result.totals.failed, CLIENTS);
    assert_int_equal(memory->result.group_count, 2);
    assert_string_equal(memory->result.groups[0].call, "SIGKILL");
    assert_string_equal(memory->result.groups[0].message, "the client process was killed by SIGKILL");
    assert_int_equal(memory->result.groups[0].count, 1);
    assert_int_equal(memory->result.groups[1].count, CLIENTS - 1);
    free(memory);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    return run_cases();
}
