/* Why a server of somebody else, whose processes are watched, failed its clients. */
#include <errno.h>

#include "loadgen/verdict/diagnose.h"
#include "loadgen/verdict/sentence.h"
#include "tests/unit/test.h"

enum { NOFILE, NPROC, PIDS_MAX, MEMORY_MAX, CPU_MAX, BACKLOG, VALUES };

/* Three hundred held clients, of which most ran out of time, against a server with room for all. */
struct scene {
    struct run_spec spec;
    struct limit_value values[VALUES];
    struct error_group group;
    struct group_usage usage;
    struct diagnose_case facts;
};

static struct limit_value limit(enum limit_id id, uint64_t value, uint64_t used)
{
    return (struct limit_value){.id = id, .side = LIMIT_SIDE_SERVER, .value = value, .used = used};
}

static void make_scene(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    run_spec_init(&scene->spec);
    scene->spec.mode = MODE_EVENT;
    scene->spec.count = 300;
    scene->spec.hold = true;
    scene->values[NOFILE] = limit(LIMIT_NOFILE, 100, 5);
    scene->values[NPROC] = limit(LIMIT_NPROC, 40, 2);
    scene->values[PIDS_MAX] = limit(LIMIT_PIDS_MAX, 500, 2);
    scene->values[MEMORY_MAX] = limit(LIMIT_MEMORY_MAX, 64 << 20, 1 << 20);
    scene->values[CPU_MAX] = limit(LIMIT_CPU_MAX, 200, LIMIT_UNKNOWN);
    scene->values[BACKLOG] = limit(LIMIT_BACKLOG, 5, LIMIT_UNKNOWN);
    scene->group = (struct error_group){
        .phase = PHASE_TIMEOUT, .call = "recv", .error_number = ETIMEDOUT, .count = 210, .first_client = 90};
    scene->usage = (struct group_usage){.phase = PHASE_TIMEOUT, .call = "recv", .error_number = ETIMEDOUT};
    usage_init(&scene->usage.used[LIMIT_SIDE_CLIENT]);
    usage_init(&scene->usage.used[LIMIT_SIDE_SERVER]);
    scene->facts = (struct diagnose_case){
        .run = {.spec = &scene->spec, .server = {.watched = true, .acceptors = 1, .backlog = 5}, .cores = 2},
        .values = scene->values,
        .count = VALUES,
        .groups = &scene->group,
        .group_count = 1,
        .alive = 300,
        .connections = 300,
        .connected = 300,
        .server_connections = 90,
        .watched = {1, 92, 95, 90, 2},
        .listener = LISTENER_THERE,
        .counted = true,
        .listen_drops = LIMIT_UNKNOWN,
        .usages = &scene->usage,
        .usage_count = 1,
    };
    usage_init(&scene->facts.peak[LIMIT_SIDE_CLIENT]);
    usage_init(&scene->facts.peak[LIMIT_SIDE_SERVER]);
}

static uint64_t *at_failure(struct scene *scene, enum limit_id id)
{
    return &scene->usage.used[LIMIT_SIDE_SERVER].used[id];
}

static void fail_with(struct scene *scene, enum error_phase phase, int error_number, uint64_t count)
{
    scene->group.phase = scene->usage.phase = phase;
    scene->group.error_number = scene->usage.error_number = error_number;
    scene->group.count = count;
}

static void expect(const struct scene *scene, enum limit_id id, enum certainty certainty, const char *words)
{
    struct buf text = BUF_INIT;
    const struct verdict verdict = diagnose(&scene->facts);
    sentence_append(&verdict, LANGUAGE_ENGLISH, &text);
    if (text.failed || strstr(text.bytes, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text.bytes, words);
    }
    buf_free(&text);
    assert_int_equal(verdict.kind, id != LIMIT_COUNT ? VERDICT_LIMIT : VERDICT_UNKNOWN);
    assert_int_equal(verdict.limit, id);
    assert_int_equal(verdict.side, FACT_SIDE_SERVER);
    assert_int_equal(verdict.certainty, certainty);
    if (id != LIMIT_COUNT) {
        assert_int_equal(verdict.reached, 90);
    }
}

TEST(a_server_with_no_descriptor_left_is_at_its_limit_of_them)
{
    struct scene scene;
    make_scene(&scene);
    *at_failure(&scene, LIMIT_NOFILE) = 100;
    expect(&scene, LIMIT_NOFILE, CERTAINTY_PROVED,
           "RLIMIT_NOFILE: 100 of 100 descriptors were in use when the first of these clients failed.");
    *at_failure(&scene, LIMIT_NOFILE) = 99;
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "descriptors: 95; open connections: 90");
    scene.facts.peak[LIMIT_SIDE_SERVER].used[LIMIT_NOFILE] = 100; /* it has closed some since */
    expect(&scene, LIMIT_NOFILE, CERTAINTY_PROVED, "open connections: 90");
}

TEST(the_descriptors_that_are_needed_are_those_of_others_as_well)
{
    struct scene scene;
    make_scene(&scene);
    *at_failure(&scene, LIMIT_NOFILE) = 100;
    scene.spec.count = 80;
    scene.facts.completed = 35; /* sixty connections are of others */
    assert_int_equal(diagnose(&scene.facts).needed, 100 + 80 - 35);
    scene.facts.peak[LIMIT_SIDE_SERVER].used[LIMIT_BACKLOG] = 50; /* and five more of theirs waited */
    assert_int_equal(diagnose(&scene.facts).needed, 150);
    scene.values[NOFILE].used = 75; /* as they had before the run */
    assert_int_equal(diagnose(&scene.facts).needed, 155);
}

/* Others took them later, and the server was slow. */
TEST(descriptors_stop_no_client_that_the_server_had_accepted)
{
    struct scene scene;
    make_scene(&scene);
    *at_failure(&scene, LIMIT_NOFILE) = 100;
    scene.spec.timeout_ms = 1500;
    scene.facts.arrived_us = 20000;
    scene.group.first_at_us = 1510000;
    scene.group.last_at_us = 1530000;
    scene.facts.queue_empty_us = 79000; /* the last may have come since */
    expect(&scene, LIMIT_NOFILE, CERTAINTY_PROVED, "100 of 100 descriptors");
    scene.facts.queue_empty_us = 80000;
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "did not answer in time");
    scene.facts.listen_overflows = 1; /* who found the queue full comes again */
    expect(&scene, LIMIT_NOFILE, CERTAINTY_PROVED, "100 of 100 descriptors");
    scene.facts.listen_overflows = 0;
    fail_with(&scene, PHASE_RECEIVE, ECONNRESET, 210); /* it may need a second one for each connection */
    expect(&scene, LIMIT_NOFILE, CERTAINTY_PROVED, "100 of 100 descriptors");
}

TEST(descriptors_that_were_used_up_before_likely_stop_a_server_that_serves_nobody)
{
    struct scene scene;
    make_scene(&scene);
    *at_failure(&scene, LIMIT_NOFILE) = 100;
    scene.values[NOFILE].used = 100;
    expect(&scene, LIMIT_NOFILE, CERTAINTY_LIKELY, "100 of 100 descriptors");
    scene.facts.completed = 90;
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "not known");
}

TEST(tasks_that_were_used_up_before_likely_stop_a_server_that_turns_everybody_away)
{
    struct scene scene;
    make_scene(&scene);
    fail_with(&scene, PHASE_RECEIVE, ECONNRESET, 300);
    scene.values[NPROC].used = *at_failure(&scene, LIMIT_NPROC) = 43;
    scene.facts.watched.threads = 2;
    expect(&scene, LIMIT_NPROC, CERTAINTY_LIKELY, "43 of 40 tasks of the user");
    scene.values[NPROC].value = 0; /* as HAProxy sets it */
    assert_int_equal(diagnose(&scene.facts).reason, REASON_SERVER_CLOSED);
}

TEST(a_server_that_was_started_at_the_limit_of_tasks_is_likely_stopped_by_it)
{
    struct scene scene;
    make_scene(&scene);
    *at_failure(&scene, LIMIT_NPROC) = 39; /* the thread that met the limit has ended */
    expect(&scene, LIMIT_NPROC, CERTAINTY_LIKELY, "RLIMIT_NPROC: 39 of 40 tasks of the user were in use");
    scene.facts.run.server.nproc_exempt = true;
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "not known");
    scene.facts.run.server.nproc_exempt = false;
    scene.values[NPROC].used = 39; /* nor does the limit stop what was there before */
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "not known");
}

/* The user's tasks became more by those of the load generator. */
TEST(a_limit_of_tasks_that_was_used_up_before_stops_no_server_that_serves)
{
    struct scene scene;
    make_scene(&scene);
    scene.values[NPROC] = limit(LIMIT_NPROC, 0, 3); /* as HAProxy sets it */
    scene.facts.completed = 90;
    *at_failure(&scene, LIMIT_NPROC) = 5;
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "not known");
}

TEST(tasks_that_its_group_was_refused_prove_the_limit)
{
    struct scene scene;
    make_scene(&scene);
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 3; /* of the panel's group */
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "not known");
    scene.facts.server_risen[COUNTER_PIDS_REFUSED] = 7;
    scene.facts.completed = 90;
    expect(&scene, LIMIT_PIDS_MAX, CERTAINTY_PROVED, "pids.events max rose by 7");
}

/* A neighbour in the group keeps asking for tasks; the server needs none for a client. */
TEST(tasks_that_its_group_was_refused_are_not_the_servers_unless_it_starts_some)
{
    struct scene scene;
    make_scene(&scene);
    scene.facts.server_risen[COUNTER_PIDS_REFUSED] = 7;
    *at_failure(&scene, LIMIT_NPROC) = 40;
    scene.facts.completed = 90;
    scene.facts.watched.threads = 2;
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "threads: 2");
    scene.facts.watched.threads = 10; /* a pool of threads grew; whose the refused tasks are is open */
    expect(&scene, LIMIT_PIDS_MAX, CERTAINTY_LIKELY, "pids.events max rose by 7");
    scene.facts.watched.threads = 2;
    scene.facts.watched.connections = 0; /* the run was over before a look met its tasks */
    expect(&scene, LIMIT_PIDS_MAX, CERTAINTY_LIKELY, "pids.events max rose by 7");
    scene.facts.watched.connections = 90;
    scene.facts.completed = 0; /* it closes whom it has no task for */
    fail_with(&scene, PHASE_RECEIVE, ECONNRESET, 300);
    expect(&scene, LIMIT_PIDS_MAX, CERTAINTY_LIKELY, "pids.events max rose by 7");
}

TEST(a_process_that_was_killed_for_its_groups_memory_proves_the_limit)
{
    struct scene scene;
    make_scene(&scene);
    fail_with(&scene, PHASE_RECEIVE, ECONNRESET, 210);
    scene.facts.server_gone = true;
    scene.facts.listener = LISTENER_GONE;
    scene.facts.server_risen[COUNTER_GROUP_KILLED] = 1;
    scene.facts.server_risen[COUNTER_MEMORY_REFUSED] = 4;
    expect(&scene, LIMIT_MEMORY_MAX, CERTAINTY_PROVED, "oom_kill rose by 1");
}

/* A sidecar in the same group, for instance. */
TEST(a_process_that_was_killed_is_not_the_servers_unless_one_of_its_own_ended)
{
    struct scene scene;
    make_scene(&scene);
    scene.facts.server_risen[COUNTER_GROUP_KILLED] = 1;
    scene.facts.server_risen[COUNTER_MEMORY_REFUSED] = 4;
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "not known");
    scene.facts.server_ended = 1; /* and others live on */
    expect(&scene, LIMIT_MEMORY_MAX, CERTAINTY_LIKELY, "oom_kill rose by 1");
}

TEST(a_server_whose_processes_have_ended_went_away)
{
    struct scene scene;
    make_scene(&scene);
    fail_with(&scene, PHASE_RECEIVE, ECONNRESET, 210);
    scene.facts.server_gone = true; /* and another listens there now */
    const struct verdict verdict = diagnose(&scene.facts);
    assert_int_equal(verdict.kind, VERDICT_CAUSE);
    assert_int_equal(verdict.reason, REASON_WENT_AWAY);
    assert_non_null(verdict_fact(&verdict, FACT_ENDED));
    assert_int_equal(verdict_fact(&verdict, FACT_LISTENER)->numbers[0], 1);
}

/* As inetd does, and servers that close their listening socket when they have no descriptor left. */
TEST(a_server_that_lives_on_without_its_socket_stopped_listening)
{
    struct buf text = BUF_INIT;
    struct scene scene;
    make_scene(&scene);
    fail_with(&scene, PHASE_RECEIVE, ECONNRESET, 210);
    scene.facts.listener = LISTENER_GONE;
    scene.facts.listener_before = LISTENER_THERE;
    scene.facts.peak[LIMIT_SIDE_SERVER].used[LIMIT_NOFILE] = 100;
    const struct verdict verdict = diagnose(&scene.facts);
    assert_int_equal(verdict.kind, VERDICT_CAUSE);
    assert_int_equal(verdict.reason, REASON_WENT_AWAY);
    assert_int_equal(verdict.certainty, CERTAINTY_PROVED);
    sentence_append(&verdict, LANGUAGE_ENGLISH, &text);
    assert_non_null(strstr(text.bytes, "The server stopped listening during the run"));
    assert_non_null(strstr(text.bytes, "RLIMIT_NOFILE: at most 100 of 100 descriptors were in use."));
    buf_free(&text);
    scene.facts.server_gone = true;
    assert_int_equal(diagnose(&scene.facts).reason, REASON_WENT_AWAY);
    assert_non_null(verdict_fact(&verdict, FACT_USE));
}

/* Of a run that was over before it was looked at. */
TEST(connections_that_no_look_met_are_not_known)
{
    struct buf text = BUF_INIT;
    struct scene scene;
    make_scene(&scene);
    *at_failure(&scene, LIMIT_NOFILE) = 100;
    scene.facts.completed = 90;
    for (scene.facts.server_connections = 0; scene.facts.server_connections <= 2; scene.facts.server_connections += 2) {
        const struct verdict verdict = diagnose(&scene.facts);
        assert_int_equal(verdict.limit, LIMIT_NOFILE);
        assert_true(verdict.reached == FACT_UNKNOWN);
        assert_true(verdict_fact(&verdict, FACT_WATCHED)->numbers[3] == FACT_UNKNOWN);
        buf_clear(&text);
        sentence_append(&verdict, LANGUAGE_ENGLISH, &text);
        assert_non_null(strstr(text.bytes, "threads: 92; descriptors: 95."));
        assert_null(strstr(text.bytes, "open connections"));
    }
    buf_free(&text);
}

TEST(a_server_whose_processes_are_out_of_sight_is_said_to_be)
{
    struct scene scene;
    make_scene(&scene);
    scene.facts.run.server = (struct predict_server){.unseen = true, .backlog = 5};
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "Koneksi may not look into the server's processes");
}

TEST(a_quota_of_its_group_explains_clients_that_ran_out_of_time)
{
    struct scene scene;
    make_scene(&scene);
    scene.facts.server_risen[COUNTER_CPU_PERIODS] = 40;
    scene.facts.server_risen[COUNTER_CPU_THROTTLED] = 19;
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "not known");
    scene.facts.server_risen[COUNTER_CPU_THROTTLED] = 20;
    expect(&scene, LIMIT_CPU_MAX, CERTAINTY_LIKELY, "nr_throttled rose by 20");
    scene.spec.timeout_ms = 1500;
    scene.facts.completed = 90;
    scene.facts.failed.numbers = 210 * (90 + 299) / 2; /* those after the 90 */
    scene.values[NPROC].value = LIMIT_UNLIMITED;       /* a task for each of the 90 would have used it up */
    scene.facts.slowest_ns = 750000000;
    expect(&scene, LIMIT_CPU_MAX, CERTAINTY_LIKELY, "nr_throttled rose by 20");
    scene.facts.slowest_ns = 749000000; /* a neighbour used the quota up */
    assert_int_equal(diagnose(&scene.facts).reason, REASON_OWN_CAP);
}

TEST(memory_high_of_its_group_explains_clients_that_ran_out_of_time)
{
    struct scene scene;
    make_scene(&scene);
    scene.values[CPU_MAX] = limit(LIMIT_MEMORY_HIGH, 64 << 20, 1 << 20);
    scene.facts.server_risen[COUNTER_MEMORY_AT_HIGH] = 30;
    scene.facts.server_risen[COUNTER_MEMORY_WAIT_US] = scene.spec.timeout_ms * 1000;
    expect(&scene, LIMIT_MEMORY_HIGH, CERTAINTY_LIKELY, "memory.events high rose by 30");
    scene.facts.server_risen[COUNTER_MEMORY_WAIT_US] = 1000;
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "not known");
}

TEST(a_full_queue_is_the_backlog_as_listen_was_given_it)
{
    struct scene scene;
    make_scene(&scene);
    scene.facts.listen_overflows = 900;
    scene.group.resent = 150;
    *at_failure(&scene, LIMIT_BACKLOG) = 6;
    expect(&scene, LIMIT_BACKLOG, CERTAINTY_PROVED, "listen backlog (5) on the server side");
}

/* As of ten workers that clients hold, and two more clients that wait for one. */
TEST(a_queue_with_room_does_not_stop_the_clients_that_lie_in_it)
{
    struct scene scene;
    make_scene(&scene);
    fail_with(&scene, PHASE_TIMEOUT, ETIMEDOUT, 2);
    scene.facts.listen_overflows = scene.facts.listen_drops = 6; /* in the burst, and the handshakes were sent again */
    scene.facts.risen[COUNTER_LISTEN_DROPS] = 6;
    *at_failure(&scene, LIMIT_BACKLOG) = 2;
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "The server side did not answer in time.");
    *at_failure(&scene, LIMIT_BACKLOG) = 6; /* full, and it kept nobody out */
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "The server side did not answer in time.");
    *at_failure(&scene, LIMIT_BACKLOG) = 2;
    scene.group.resent = 2; /* the kernel of the server acknowledged nothing that they said */
    expect(&scene, LIMIT_BACKLOG, CERTAINTY_PROVED, "handshakes that found it full: 6");
    scene.group.resent = LIMIT_UNKNOWN;
    expect(&scene, LIMIT_BACKLOG, CERTAINTY_PROVED, "handshakes that found it full: 6");
}

TEST(a_full_queue_ends_no_connection_that_is_held)
{
    struct scene scene;
    make_scene(&scene);
    scene.spec.exchange = EXCHANGE_CONNECT;
    scene.facts.listen_overflows = 30;
    fail_with(&scene, PHASE_HOLD, 0, 18);
    assert_int_equal(diagnose(&scene.facts).reason, REASON_SERVER_CLOSED);
}

TEST(a_few_overflows_do_not_explain_many_failures)
{
    struct scene scene;
    make_scene(&scene);
    fail_with(&scene, PHASE_RECEIVE, ECONNRESET, 210);
    scene.facts.listen_overflows = 22;
    assert_int_equal(diagnose(&scene.facts).reason, REASON_SERVER_CLOSED);
}

TEST(a_server_that_holds_all_connections_of_a_held_run_has_dropped_none)
{
    struct scene scene;
    make_scene(&scene);
    scene.facts.listen_overflows = 900;
    scene.facts.server_connections = 300;
    expect(&scene, LIMIT_COUNT, CERTAINTY_UNKNOWN, "open connections: 300");
}
