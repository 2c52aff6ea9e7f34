/* Which limit made clients fail: by what shows it, and none without. */
#include <errno.h>
#include <signal.h>

#include "loadgen/verdict/verdict_json.h"
#include "tests/unit/loadgen/verdict/diagnose_fixture.h"

TEST(without_a_failure_there_is_nothing_to_explain)
{
    struct scene scene;
    assert_int_equal(diagnose(&make_scene(&scene, MODE_THREAD)->facts).kind, VERDICT_NONE);
    add_group(&scene, group(PHASE_RECEIVE, "cancel", ECANCELED, 400));
    assert_int_equal(diagnose(&scene.facts).kind, VERDICT_NONE);
}

TEST(an_error_that_only_one_limit_causes_proves_it)
{
    static const struct {
        int error_number;
        enum limit_id limit;
    } all[] = {{EMFILE, LIMIT_NOFILE}, {ENFILE, LIMIT_FILE_MAX}, {EADDRNOTAVAIL, LIMIT_PORT_RANGE}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct scene scene;
        add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "socket", all[i].error_number, 400));
        add_group(&scene, group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 3));
        scene.facts.connected = 90;
        expect(&scene, all[i].limit, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "for 400 clients; client 100 was the first");
    }
}

TEST(descriptors_end_at_the_kernels_bound_where_that_is_not_above_their_own)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "socket", EMFILE, 5));
    scene.values[7] = limit(LIMIT_NR_OPEN, LIMIT_SIDE_CLIENT, 20001, 7);
    expect(&scene, LIMIT_NOFILE, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "EMFILE for 5 clients");
    scene.values[7].value = 320;
    expect(&scene, LIMIT_NR_OPEN, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "EMFILE for 5 clients");
}

/* On two cores the rings need 88 KiB. */
TEST(rings_that_cannot_be_made_name_rlimit_memlock)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_URING), group(PHASE_START, "io_uring_setup", ENOMEM, 500));
    scene.values[7] = limit(LIMIT_MEMLOCK, LIMIT_SIDE_CLIENT, 65536, LIMIT_UNKNOWN);
    expect(&scene, LIMIT_MEMLOCK, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "RLIMIT_MEMLOCK (65,536) on the client side");
    assert_int_equal(diagnose(&scene.facts).needed, 88 * 1024);
    scene.values[7].value = 88ULL * 1024; /* other processes of the user may have the rest */
    expect(&scene, LIMIT_MEMLOCK, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "RLIMIT_MEMLOCK");
    scene.values[8].used = scene.values[8].value;
    expect(&scene, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "memory.max");
    scene.values[8].used = 1 << 20;
    scene.values[7].value = 0;
    scene.facts.run.terms.memlock_exempt = "exempt by capability";
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "none is known to have been exhausted");
    scene.facts.run.terms.memlock_exempt = NULL;
    scene.values[7].value = LIMIT_UNLIMITED;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "none is known to have been exhausted");
}

TEST(an_address_that_this_machine_does_not_have_is_no_lack_of_ports)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "connect", EADDRNOTAVAIL, 500));
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "connect failed with EADDRNOTAVAIL");
}

TEST(of_the_causes_of_eagain_the_one_that_is_exhausted_is_likely)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_PROCESS), group(PHASE_START, "fork", EAGAIN, 400));
    scene.values[1].value = 151; /* 50 before, the generator, 100 clients */
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY,
           "pids.max: about 151 of 151 tasks of the cgroup were in use, estimated");
    make_scene(&scene, MODE_THREAD);
    add_group(&scene, group(PHASE_START, "pthread_create", EAGAIN, 400));
    scene.values[2].value = 218; /* 17 before, two for each thread */
    expect(&scene, LIMIT_MAX_MAP_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "vm.max_map_count");
}

TEST(causes_that_fit_equally_and_none_at_all_are_candidates)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_START, "pthread_create", EAGAIN, 400));
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN,
           "none is known to have been exhausted: pids.max, vm.max_map_count.");
    scene.values[1].value = 153;
    scene.values[2].value = 218;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "vm.max_map_count: about 217 of 218 maps");
}

TEST(a_bound_that_cannot_be_read_is_a_candidate)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_START, "pthread_create", EAGAIN, 400));
    scene.values[1] = limit(LIMIT_THREADS_MAX, LIMIT_SIDE_CLIENT, 30000, 50);
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN,
           "none is known to have been exhausted: pids.max (which cannot be read here), kernel.threads-max,");
    scene.values[1].value = 151; /* exhausted; but so may be the other */
    expect(&scene, LIMIT_THREADS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "kernel.threads-max");
}

TEST(a_server_without_descriptors_and_a_full_accept_queue_are_proved_by_counters)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 400));
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "What stopped the clients is not known.");
    scene.facts.connected = 90; /* of which the server accepted none */
    scene.groups[0].resent = 310;
    scene.facts.listen_overflows = 7; /* too few for 400 clients, unless the queue was full for long */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "What stopped the clients is not known.");
    scene.facts.peak[LIMIT_SIDE_SERVER].used[LIMIT_BACKLOG] = 4096;
    expect(&scene, LIMIT_BACKLOG, LIMIT_SIDE_SERVER, CERTAINTY_PROVED,
           "holds 4,097, one connection more than the backlog; handshakes that found it full: 7");
    scene.facts.server_accepted = 90; /* then it ended none of them */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "What stopped the clients is not known.");
    scene.facts.server_accepted = 0;
    scene.values[4].value = 228; /* then the queue is full because nobody takes from it */
    expect(&scene, LIMIT_NOFILE, LIMIT_SIDE_SERVER, CERTAINTY_PROVED,
           "open at the same time: 100; accepted in all: 0. It keeps 128 descriptors");
    scene.facts.run.server = foreign;
    scene.facts.listen_overflows = 0;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "The server side did not answer in time.");
}

TEST(each_of_two_limits_that_stopped_clients_is_named)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "socket", EMFILE, 400));
    add_group(&scene, group(PHASE_TIMEOUT, "connect", ETIMEDOUT, 30));
    add_group(&scene, group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 4));
    scene.facts.connected = 90; /* of which the server accepted none */
    scene.facts.listen_overflows = 401;
    expect(&scene, LIMIT_NOFILE, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED,
           "RLIMIT_NOFILE (20,000) on the client side stopped the clients. "
           "Other clients were stopped by listen backlog (4,096) on the server side: 34.");
    scene.groups[1].count = 401; /* the same the other way round */
    expect(&scene, LIMIT_BACKLOG, LIMIT_SIDE_SERVER, CERTAINTY_PROVED,
           "Other clients were stopped by RLIMIT_NOFILE (20,000) on the client side: 400.");
    scene.facts.listen_overflows = 0;
    scene.facts.bottleneck = BOTTLENECK_QUOTA;
    scene.values[9] = limit(LIMIT_CPU_MAX, LIMIT_SIDE_CLIENT, 200, 0);
    scene.facts.risen[COUNTER_CPU_THROTTLED] = 39;
    scene.groups[1].count = 3;
    expect(&scene, LIMIT_NOFILE, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "Other clients were likely stopped by cpu.max");
}

TEST(clients_that_one_limit_stopped_in_several_ways_or_that_were_cancelled_are_no_second_limit)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "socket", EMFILE, 400));
    add_group(&scene, group(PHASE_CONNECT, "open", EMFILE, 30));
    add_group(&scene, group(PHASE_RECEIVE, "cancel", ECANCELED, 20));
    const struct verdict verdict = diagnose(&scene.facts);
    assert_true(verdict_names(&verdict, LIMIT_NOFILE, LIMIT_SIDE_CLIENT));
    assert_null(verdict_fact(&verdict, FACT_ALSO));
}

TEST(workers_that_clients_hold_are_named_before_the_queue_that_fills_behind_them)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_TIMEOUT, "connect", ETIMEDOUT, 400));
    scene.facts.run.server.workers = 4;
    scene.facts.listen_overflows = 500;
    expect_reason(&scene, REASON_WORKERS, FACT_SIDE_SERVER, CERTAINTY_PROVED, "The server has 4 workers");
    assert_int_equal(diagnose(&scene.facts).value, 4);
    scene.facts.server_connections = 3; /* one was free */
    expect(&scene, LIMIT_BACKLOG, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "found it full: 500");
    scene.facts.server_connections = 100;
    scene.spec.hold = false; /* workers go on to the next connection */
    expect(&scene, LIMIT_BACKLOG, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "found it full: 500");
}

TEST(a_generator_that_could_not_start_has_a_verdict_too)
{
    struct scene scene;
    make_scene(&scene, MODE_EVENT)->facts.start_errno = EMFILE;
    scene.facts.connections = 0;
    expect(&scene, LIMIT_NOFILE, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED,
           "RLIMIT_NOFILE (20,000) on the client side stopped the load generator before it began a client.");
    assert_int_equal(diagnose(&scene.facts).reached, 0);
    scene.facts.start_errno = EAGAIN;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN,
           "What stopped the load generator before it began a client is not known.");
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 1;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "could not start");
}

/* The server has a bound of its own, with which the other clients would fail. */
TEST(what_is_needed_is_not_known_where_something_else_stopped_clients_as_well)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_CONNECT, "socket", EMFILE, 258));
    scene.values[0].value = 100;
    scene.facts.connections = 93;
    assert_int_equal(diagnose(&scene.facts).needed, 507);
    add_group(&scene, group(PHASE_START, "", ECANCELED, 3));
    assert_int_equal(diagnose(&scene.facts).needed, 507);
    add_group(&scene, group(PHASE_RECEIVE, "recv", ECONNRESET, 92));
    expect(&scene, LIMIT_NOFILE, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "EMFILE for 258 clients");
    assert_true(diagnose(&scene.facts).needed == FACT_UNKNOWN);
}

TEST(what_is_needed_is_what_all_clients_of_the_run_take)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_PROCESS), group(PHASE_START, "fork", EAGAIN, 400));
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 3;
    scene.values[1].value = 151;
    assert_int_equal(diagnose(&scene.facts).needed, 551); /* 50 before, the generator, 500 clients */
    scene.facts.alive = 60;                               /* a neighbour took 40 of them */
    assert_int_equal(diagnose(&scene.facts).needed, 591);
}

TEST(tasks_that_the_kernel_counted_as_refused_prove_the_limit)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_PROCESS), group(PHASE_START, "fork", EAGAIN, 400));
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 3;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "pids.events max rose by 3");
    scene.values[1].value = LIMIT_UNLIMITED;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "none is known to have been exhausted");
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 400; /* by the group of a pod above the container */
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "whose value cannot be read");
    assert_true(diagnose(&scene.facts).value == FACT_UNKNOWN);
}

TEST(a_kill_is_of_the_group_or_of_the_machine_by_what_was_counted)
{
    struct scene scene;
    make_scene(&scene, MODE_THREAD)->facts.signal = SIGKILL;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "Signal 9 ended the load generator");
    scene.facts.completed = scene.facts.run.spec->count;
    assert_int_equal(diagnose(&scene.facts).kind, VERDICT_NONE);
    scene.facts.risen[COUNTER_MACHINE_KILLED] = 2;
    expect(&scene, LIMIT_MEMORY, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "counter oom_kill rose by 2");
    scene.facts.risen[COUNTER_GROUP_KILLED] = 1;
    expect(&scene, LIMIT_MEMORY, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "counter memory.events oom_kill rose by 1");
    scene.facts.risen[COUNTER_MEMORY_REFUSED] = 9;
    expect(&scene, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "counter memory refused rose by 9");
    scene.values[9].used = scene.values[9].value - scene.values[8].value;
    expect(&scene, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "counter memory refused rose by 9");
    scene.values[9].used = 0;
    scene.facts.signal = 0;
    add_group(&scene, group(PHASE_RECEIVE, "waitpid", 0, 5));
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "failed at waitpid: 5");
    scene.groups[0] = group(PHASE_RECEIVE, "SIGKILL", 0, 5);
    expect(&scene, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "SIGKILL ended: 5");
}

TEST(a_generator_that_waited_for_memory_was_at_the_bound_of_its_group)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_RECEIVE, "waitpid", 0, 5));
    scene.facts.waited_for_memory = true;
    expect(&scene, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "OOM killer is off");
    scene.facts.group_count = 0; /* it came to no client */
    expect(&scene, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "OOM killer is off");
    scene.facts.group_count = 1;
    scene.values[8].value = LIMIT_UNLIMITED;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "failed at waitpid: 5");
}

TEST(tasks_that_the_server_was_refused_are_counted_too)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_RECEIVE, "recv", ECONNRESET, 7));
    scene.facts.run.server = threads;
    scene.facts.refused = 7;
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 7;
    scene.values[1].side = LIMIT_SIDE_SERVER;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "pids.events max rose by 7");
}

TEST(what_was_reached_is_that_of_the_side_of_the_limit)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_RECEIVE, "recv", ECONNRESET, 7));
    scene.facts.run.server = threads;
    scene.values[1] = limit(LIMIT_PIDS_MAX, LIMIT_SIDE_SERVER, 151, 50);
    scene.facts.refused = 7;
    scene.facts.server_connections = 93; /* of the hundred alive the server has reset seven */
    for (uint64_t counted = 0; counted <= 7; counted += 7) {
        scene.facts.risen[COUNTER_PIDS_REFUSED] = counted;
        const struct verdict verdict = diagnose(&scene.facts);
        assert_int_not_equal(verdict.kind, VERDICT_NONE);
        assert_int_equal(verdict.limit, LIMIT_PIDS_MAX);
        assert_int_equal(verdict.reached, 93);
        assert_null(verdict_fact(&verdict, FACT_SHARED)); /* event loops cost no task */
    }
}

TEST(for_a_limit_that_both_sides_take_from_the_evidence_has_the_share_of_each)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_START, "pthread_create", EAGAIN, 400));
    scene.facts.run.server = threads;
    scene.values[1].value = 251; /* 50 before, the generator, a thread of each side for each of 100 clients */
    scene.facts.server_connections = 99;
    for (uint64_t counted = 0; counted <= 7; counted += 7) {
        scene.facts.risen[COUNTER_PIDS_REFUSED] = counted;
        expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, counted > 0 ? CERTAINTY_PROVED : CERTAINTY_LIKELY,
               "Both sides take from pids.max: 100 clients, and 99 connections of the server.");
        const struct verdict verdict = diagnose(&scene.facts);
        assert_int_not_equal(verdict.kind, VERDICT_NONE);
        assert_int_equal(verdict.reached, 100);
    }
}

TEST(json_has_null_for_what_is_unknown)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_PROTOCOL, "recv", 0, 5));
    const struct verdict verdict = diagnose(&scene.facts);
    cJSON *const json = verdict_to_json(&verdict, LANGUAGE_ENGLISH);
    assert_non_null(json);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "name")));
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "raise_by")));
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(json, "certainty")), "unknown");
    cJSON_Delete(json);
}

TEST(a_group_over_memory_high_explains_clients_that_ran_out_of_time_while_it_waited)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 73));
    scene.spec.timeout_ms = 500;
    scene.values[9] = limit(LIMIT_MEMORY_HIGH, LIMIT_SIDE_CLIENT, 9000000, 0);
    scene.facts.risen[COUNTER_MEMORY_AT_HIGH] = 786;
    expect(&scene, LIMIT_MEMORY_HIGH, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "memory.events high rose by 786");
    scene.facts.risen[COUNTER_MEMORY_WAIT_US] = 250000;
    expect(&scene, LIMIT_MEMORY_HIGH, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "memory.pressure some rose by 250,000");
    scene.facts.risen[COUNTER_MEMORY_WAIT_US] = 249000; /* the others of their time they waited for something else */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "The server side did not answer in time");
}

TEST(a_quota_that_was_used_up_explains_clients_that_ran_out_of_time)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 73));
    scene.values[9] = limit(LIMIT_CPU_MAX, LIMIT_SIDE_CLIENT, 200, 0);
    scene.facts.bottleneck = BOTTLENECK_QUOTA;
    scene.facts.risen[COUNTER_CPU_THROTTLED] = 39;
    expect(&scene, LIMIT_CPU_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "nr_throttled rose by 39");
    scene.facts.signal = SIGXCPU;
    scene.values[9] = limit(LIMIT_CPU, LIMIT_SIDE_CLIENT, 1, 0);
    scene.facts.client_cpu_us = 1000000;
    expect(&scene, LIMIT_CPU, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "1,000 ms of CPU time");
}
