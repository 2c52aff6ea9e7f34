#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/table.h"
#include "tests/unit/loadgen/engine/engine_run.h"

static uint64_t soon(void *argument)
{
    return clock_now_ns() + 20 * NS_PER_MS;
}

/* The numbers are those of the transcript. */
static void check_share(struct memory_sink *memory, const struct report_event *event)
{
    static const char begin[] = "[CLIENT ";
    if (event->type == REPORT_LOG && strncmp(event->log.text, begin, strlen(begin)) == 0) {
        const unsigned long client = strtoul(event->log.text + strlen(begin), NULL, 10);
        assert_int_equal(client % 3, 1);
        memory->numbers |= 1ULL << (client / 3);
    }
}

TEST(every_mode_carries_its_share_alone)
{
    const struct engine_ranks ranks = {.share = {.first = 1, .stride = 3}, .meet = soon};
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        struct run_spec spec = spec_of((enum run_mode)mode);
        struct time_stub *const stub = time_stub_start((struct time_stub_manners){.reply = JAM});
        struct memory_sink memory = {.sink = {.write = memory_sink_write, .wants_details = true}, .act = check_share};
        struct load_totals totals = {0};
        struct err err;
        memory.count = client_share_of(&ranks.share, CLIENTS);
        OK(engine_create(&spec, &stub->address, &memory.sink, &memory.engine, &err));
        engine_set_ranks(memory.engine, &ranks);
        OK(engine_run(memory.engine, &totals, &err));
        assert_in_range(engine_late_ns(memory.engine), 0, 10 * NS_PER_S);
        engine_destroy(memory.engine);
        time_stub_stop(stub);
        time_stub_free(stub);
        assert_int_equal(totals.completed, memory.count);
        assert_int_equal(totals.failed + totals.not_started, 0);
        assert_int_equal(__builtin_popcountll(memory.numbers), memory.count);
    }
}

TEST(every_mode_completes_every_client)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        const struct run_spec spec = spec_of((enum run_mode)mode);
        struct memory_sink *const memory = run_against((struct time_stub_manners){.reply = JAM}, &spec, NULL);
        assert_int_equal(memory->status, LOAD_END_COMPLETED);
        assert_int_equal(memory->result.totals.completed, CLIENTS);
        assert_int_equal(memory->result.totals.connected, CLIENTS);
        for (int kind = 0; kind < LATENCY_COUNT; kind++) {
            assert_int_equal(hist_count(&memory->result.latency[kind]), CLIENTS);
        }
        assert_int_equal(memory->logs, 2 * CLIENTS);
        assert_true(memory->result.duration_us > 0);
        free(memory);
    }
}

static void check_threads(enum run_mode mode, uint64_t peak)
{
    switch (mode) {
    case MODE_THREAD:
    case MODE_POOL:
        assert_int_equal(peak, CLIENTS);
        break;
    case MODE_PROCESS:
        assert_int_equal(peak, 0);
        break;
    case MODE_EVENT:
    case MODE_URING:
        assert_in_range(peak, 1, cores_usable());
        break;
    case MODE_COUNT:
        fail();
    }
}

TEST(holding_keeps_all_clients_alive_at_once)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        struct run_spec spec = spec_of((enum run_mode)mode);
        spec.hold = true;
        spec.pool_size = CLIENTS;
        struct memory_sink *const memory = run_against((struct time_stub_manners){.reply = JAM}, &spec, NULL);
        assert_int_equal(memory->result.totals.completed, CLIENTS);
        assert_int_equal(memory->result.peaks.connections, CLIENTS);
        if (mode != MODE_PROCESS) { /* however short the moment was in which all were open */
            assert_in_range(memory->result.peak.used[LIMIT_NOFILE], CLIENTS + 3, 1 << 20);
            assert_int_equal(memory->result.peak.used[LIMIT_NR_OPEN], memory->result.peak.used[LIMIT_NOFILE]);
        }
        check_threads((enum run_mode)mode, memory->result.peaks.threads);
        assert_int_equal(memory->result.peaks.processes, mode == MODE_PROCESS ? CLIENTS : 0);
        free(memory);
    }
}

TEST(event_mode_has_a_loop_for_each_core_that_it_may_use)
{
    cpu_set_t before;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)sched_getcpu(), &one);
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    struct run_spec spec = spec_of(MODE_EVENT);
    spec.hold = true;
    struct memory_sink *const memory = run_against((struct time_stub_manners){.reply = JAM}, &spec, NULL);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_int_equal(memory->result.totals.completed, CLIENTS);
    assert_int_equal(memory->result.peaks.threads, 1);
    free(memory);
}

TEST(clients_that_hold_end_when_the_rest_has_failed)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        struct run_spec spec = spec_of((enum run_mode)mode);
        spec.hold = true;
        spec.pool_size = CLIENTS;
        spec.timeout_ms = 1000;
        struct memory_sink *const memory =
            run_against((struct time_stub_manners){.reply = JAM, .replies = CLIENTS - 5}, &spec, NULL);
        assert_int_equal(memory->result.totals.completed, CLIENTS - 5);
        assert_int_equal(memory->result.group_count, 1);
        assert_int_equal(memory->result.groups[0].phase, PHASE_TIMEOUT);
        assert_int_equal(memory->errors, 5);
        free(memory);
    }
}

TEST(stacks_of_the_least_size_are_enough)
{
    struct run_spec spec = spec_of(MODE_THREAD);
    spec.stack_kib = 16;
    struct memory_sink *const memory =
        run_against((struct time_stub_manners){.reply = "Invalid request\r\n"}, &spec, NULL);
    assert_int_equal(memory->result.totals.failed, CLIENTS);
    assert_int_equal(memory->result.groups[0].phase, PHASE_PROTOCOL);
    assert_int_equal(memory->errors, CLIENTS);
    free(memory);
}

/* Each client takes longer than the loop waits before it begins more, but replies come all the time. On a busy machine
 * they may not: the best of some runs counts. */
TEST(a_server_that_replies_is_not_given_more_connections)
{
    enum { RUNS = 10 };
    struct run_spec spec = spec_of(MODE_EVENT);
    spec.count = RUN_EVENT_UNDER_WAY * cores_usable() + 300;
    spec.requests = 20;
    if (spec.count > STUB_CONNECTIONS) {
        SKIP_BECAUSE("the server of the test has too few connections for so many loops");
    }
    uint64_t fewest = spec.count;
    for (int run = 0; run < RUNS && fewest == spec.count; run++) {
        struct memory_sink *const memory =
            run_against((struct time_stub_manners){.reply = JAM, .slow_us = 100}, &spec, NULL);
        assert_int_equal(memory->result.totals.completed, spec.count);
        fewest = memory->result.peaks.connections < fewest ? memory->result.peaks.connections : fewest;
        free(memory);
    }
    assert_in_range(fewest, 1, spec.count - 1);
}

/* What came with the reply before is there already when the next one is waited for. */
TEST(the_end_of_the_next_exchange_may_arrive_with_the_reply)
{
    static const struct {
        struct time_stub_manners manners;
        enum error_phase phase;
    } rows[] = {
        {{.reply = JAM, .ends = true}, PHASE_RECEIVE},
        {{.reply = JAM JAM, .once = true}, PHASE_PROTOCOL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        for (int mode = 0; mode < MODE_COUNT; mode++) {
            struct run_spec spec = spec_of((enum run_mode)mode);
            spec.request = REQUEST_CRLF;
            spec.requests = 2;
            spec.timeout_ms = 10000;
            struct memory_sink *const memory = run_against(rows[i].manners, &spec, NULL);
            assert_int_equal(memory->result.totals.failed, CLIENTS);
            assert_int_equal(memory->result.group_count, 1);
            assert_int_equal(memory->result.groups[0].phase, rows[i].phase);
            free(memory);
        }
    }
}

/* Two stacks of this size fit into the address space that is left, a third does not. Not with a sanitizer, which
 * reserves terabytes of it. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
static struct memory_sink *run_with_room_for_two_stacks(struct run_spec *spec)
{
    struct rlimit before;
    spec->stack_kib = 1048576;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    const struct rlimit low = {.rlim_cur = (rlim_t)5 << 29, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_AS, &low), 0);
    struct memory_sink *const memory = run_against((struct time_stub_manners){.reply = JAM}, spec, NULL);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    return memory;
}

TEST(a_pool_that_cannot_be_filled_reports_it_and_goes_on)
{
    struct run_spec spec = spec_of(MODE_POOL);
    struct memory_sink *const memory = run_with_room_for_two_stacks(&spec);
    assert_int_equal(memory->result.totals.completed, CLIENTS);
    assert_in_range(memory->result.peaks.threads, 1, 2);
    assert_non_null(strstr(memory->first_note, "of 7 threads: pthread_create: EAGAIN"));
    free(memory);
}

TEST(threads_that_cannot_be_created_are_failed_clients)
{
    struct run_spec spec = spec_of(MODE_THREAD);
    spec.hold = true; /* else the first threads would be gone before the last are created */
    struct memory_sink *const memory = run_with_room_for_two_stacks(&spec);
    assert_in_range(memory->result.totals.completed, 1, 2);
    assert_int_equal(memory->result.groups[0].phase, PHASE_START);
    assert_string_equal(memory->result.groups[0].call, "pthread_create");
    assert_int_equal(memory->result.groups[0].error_number, EAGAIN);
    free(memory);
}
#endif

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    return run_cases();
}
