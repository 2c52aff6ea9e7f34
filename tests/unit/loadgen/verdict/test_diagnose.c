/* Why clients failed: each cause by what shows it, and none without. */
#include <errno.h>
#include <signal.h>

#include "loadgen/verdict/diagnose.h"
#include "loadgen/verdict/sentence.h"
#include "loadgen/verdict/verdict_json.h"
#include "tests/unit/test.h"

static struct limit_value limit(enum limit_id id, enum limit_side side, uint64_t value, uint64_t used)
{
    struct limit_value made = {.id = id, .side = side, .scope = LIMIT_SCOPE_MACHINE, .value = value, .used = used};
    made.scope = id == LIMIT_NOFILE || id == LIMIT_AS || id == LIMIT_MAX_MAP_COUNT ? LIMIT_SCOPE_PROCESS
                 : id == LIMIT_PIDS_MAX                                            ? LIMIT_SCOPE_CGROUP
                 : id == LIMIT_BACKLOG                                             ? LIMIT_SCOPE_SOCKET
                                                                                   : LIMIT_SCOPE_MACHINE;
    return made;
}

static struct error_group group(enum error_phase phase, const char *call, int error_number, uint64_t count)
{
    struct error_group made = {.phase = phase, .error_number = error_number, .count = count, .first_client = 100};
    snprintf(made.call, sizeof made.call, "%s", call);
    return made;
}

static const struct predict_server epoll = {.known = true, .bytes = 1600, .reserved_fds = 128};
static const struct predict_server threads = {.known = true, .threads = 1, .bytes = 37000, .reserved_fds = 128};
static const struct predict_server foreign = {.known = false};

/* Five hundred held clients of a mode against the epoll model, with room for all of them. */
struct scene {
    struct run_spec spec;
    struct limit_value values[10];
    struct error_group groups[3];
    struct diagnose_case facts;
};

static struct scene *make_scene(struct scene *scene, enum run_mode mode)
{
    memset(scene, 0, sizeof *scene);
    run_spec_init(&scene->spec);
    scene->spec.mode = mode;
    scene->spec.count = 500;
    scene->spec.hold = true;
    scene->values[0] = limit(LIMIT_NOFILE, LIMIT_SIDE_CLIENT, 20000, 7);
    scene->values[1] = limit(LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, 20000, 50);
    scene->values[2] = limit(LIMIT_MAX_MAP_COUNT, LIMIT_SIDE_CLIENT, 65530, 17);
    scene->values[3] = limit(LIMIT_AS, LIMIT_SIDE_CLIENT, LIMIT_UNLIMITED, 0);
    scene->values[4] = limit(LIMIT_NOFILE, LIMIT_SIDE_SERVER, 20000, 30);
    scene->values[5] = limit(LIMIT_BACKLOG, LIMIT_SIDE_SERVER, 4096, 0);
    scene->values[6] = limit(LIMIT_PORT_RANGE, LIMIT_SIDE_CLIENT, 28232, 0);
    scene->values[7] = limit(LIMIT_FILE_MAX, LIMIT_SIDE_CLIENT, 2000000, 900);
    scene->values[8] = limit(LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, 64 << 20, 1 << 20);
    scene->values[9] = limit(LIMIT_MEMORY, LIMIT_SIDE_CLIENT, 1 << 30, 0);
    scene->facts =
        (struct diagnose_case){.run = {.spec = &scene->spec, .server = epoll, .cores = 2, .spread_sources = true},
                               .values = scene->values,
                               .count = 10,
                               .groups = scene->groups,
                               .alive = 100,
                               .connections = 90,
                               .server_connections = 100};
    return scene;
}

static void add_group(struct scene *scene, struct error_group added)
{
    scene->groups[scene->facts.group_count++] = added;
}

/* Whether its sentence has these words. */
static void expect_words(const struct verdict *verdict, const char *words)
{
    struct buf text = BUF_INIT;
    sentence_append(verdict, LANGUAGE_ENGLISH, &text);
    assert_false(text.failed);
    if (strstr(text.bytes, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text.bytes, words);
    }
    buf_free(&text);
}

static void expect(const struct scene *scene, enum limit_id id, enum limit_side side, enum certainty certainty,
                   const char *words)
{
    const struct verdict verdict = diagnose(&scene->facts);
    assert_int_equal(verdict.kind, id != LIMIT_COUNT ? VERDICT_LIMIT : VERDICT_UNKNOWN);
    assert_int_equal(verdict.limit, id);
    assert_int_equal(verdict.certainty, certainty);
    if (id != LIMIT_COUNT) {
        assert_int_equal(verdict.side, side);
    }
    expect_words(&verdict, words);
}

static void expect_reason(const struct scene *scene, enum verdict_reason reason, enum fact_side side,
                          enum certainty certainty, const char *words)
{
    const struct verdict verdict = diagnose(&scene->facts);
    assert_int_equal(verdict.kind, reason_kind(reason));
    assert_int_equal(verdict.reason, reason);
    assert_int_equal(verdict.side, side);
    assert_int_equal(verdict.certainty, certainty);
    expect_words(&verdict, words);
}

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

TEST(a_server_without_descriptors_and_a_full_accept_queue_are_proved_by_counters)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 400));
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "What stopped the clients is not known.");
    scene.facts.connected = 90; /* of which the server accepted none */
    scene.facts.listen_overflows = 7;
    expect(&scene, LIMIT_BACKLOG, LIMIT_SIDE_SERVER, CERTAINTY_PROVED,
           "holds 4,096 connections; handshakes that found it full: 7");
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
    scene.facts.listen_overflows = 90;
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
    scene.facts.listen_overflows = 300;
    expect_reason(&scene, REASON_WORKERS, FACT_SIDE_SERVER, CERTAINTY_PROVED, "The server has 4 workers");
    assert_int_equal(diagnose(&scene.facts).value, 4);
    scene.facts.server_connections = 3; /* one was free */
    expect(&scene, LIMIT_BACKLOG, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "found it full: 300");
    scene.facts.server_connections = 100;
    scene.spec.hold = false; /* workers go on to the next connection */
    expect(&scene, LIMIT_BACKLOG, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "found it full: 300");
}

/* The errno fits several reasons; what keeps io_uring from this process is one. */
TEST(what_refuses_io_uring_is_named)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_URING), group(PHASE_START, "io_uring_setup", EPERM, 500));
    scene.facts.refusal = URING_REFUSED_RESTRICTED;
    expect_reason(&scene, REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, CERTAINTY_PROVED, "kernel.io_uring_disabled is 1");
    scene.facts.refusal = URING_REFUSED_FILTER;
    expect_reason(&scene, REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, CERTAINTY_PROVED, "the profile must allow");
    scene.facts.run.elsewhere = true;
    expect_reason(&scene, REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, CERTAINTY_PROVED, "or by a seccomp profile");
    add_group(make_scene(&scene, MODE_URING), group(PHASE_START, "io_uring_setup", ENOSYS, 500));
    expect_reason(&scene, REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, CERTAINTY_PROVED, "io_uring is missing");
    scene.facts.refusal = URING_REFUSED_KERNEL;
    expect_reason(&scene, REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, CERTAINTY_PROVED, "it takes a newer kernel");
}

TEST(causes_that_are_no_limit)
{
    struct scene scene;
    for (int eperm = 0; eperm < 2; eperm++) {
        add_group(make_scene(&scene, MODE_PROCESS), group(PHASE_START, "fork", eperm ? EPERM : EACCES, 500));
        scene.values[1].value = 151; /* exhausted as well: it gives EAGAIN */
        expect_reason(&scene, REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, CERTAINTY_PROVED, "does not permit");
    }
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_CONNECT, "connect", ECONNREFUSED, 500));
    scene.facts.run.server = foreign;
    expect_reason(&scene, REASON_NOBODY_LISTENS, FACT_SIDE_SERVER, CERTAINTY_LIKELY, "every connection was refused");
    scene.facts.listener = LISTENER_GONE;
    expect_reason(&scene, REASON_NOBODY_LISTENS, FACT_SIDE_SERVER, CERTAINTY_PROVED, "no socket listened there");
    scene.facts.listener = LISTENER_THERE; /* a firewall, or a server that refuses */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "ECONNREFUSED");
    scene.facts.listener = LISTENER_GONE;
    scene.facts.connected = 50;
    expect_reason(&scene, REASON_WENT_AWAY, FACT_SIDE_SERVER, CERTAINTY_PROVED, "then it was there no more");
    scene.groups[0] = group(PHASE_PROTOCOL, "recv", 0, 500);
    expect_reason(&scene, REASON_NOT_TIME, FACT_SIDE_SERVER, CERTAINTY_PROVED, "something else");
}

TEST(of_several_targets_those_that_are_gone_are_named)
{
    struct scene scene;
    struct verdict verdict;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_CONNECT, "connect", ECONNREFUSED, 250));
    scene.facts.run.server = foreign;
    scene.facts.connected = 750;
    scene.facts.listener = LISTENER_SOME_GONE;
    scene.facts.gone = (struct listeners_gone){.count = 1, .of = 4, .clients = 250, .first = "127.0.0.1:45003"};
    expect_reason(&scene, REASON_NOBODY_LISTENS, FACT_SIDE_SERVER, CERTAINTY_PROVED,
                  "Nobody listens at 127.0.0.1:45003:");
    expect_reason(&scene, REASON_NOBODY_LISTENS, FACT_SIDE_SERVER, CERTAINTY_PROVED,
                  "after the run: 1 of 4; the first is 127.0.0.1:45003. They were to serve 250 clients.");
    scene.groups[0].count = 200; /* it listened at first, or not all were begun */
    expect_reason(&scene, REASON_NOBODY_LISTENS, FACT_SIDE_SERVER, CERTAINTY_LIKELY, "127.0.0.1:45003");
    scene.groups[0] = group(PHASE_RECEIVE, "recv", ECONNRESET, 200);
    expect_reason(&scene, REASON_WENT_AWAY, FACT_SIDE_SERVER, CERTAINTY_LIKELY,
                  "The server at 127.0.0.1:45003 went away");
    scene.groups[0].count = 251; /* others lost theirs, too */
    verdict = diagnose(&scene.facts);
    assert_int_equal(verdict.kind, VERDICT_UNKNOWN);
}

TEST(what_a_server_is_not_follows_from_the_exchange)
{
    static const enum verdict_reason reasons[EXCHANGE_COUNT] = {
        [EXCHANGE_TIME] = REASON_NOT_TIME,    [EXCHANGE_CONNECT] = REASON_COUNT,
        [EXCHANGE_ECHO] = REASON_NOT_ECHO,    [EXCHANGE_HTTP] = REASON_NOT_HTTP,
        [EXCHANGE_REDIS] = REASON_NOT_REDIS,  [EXCHANGE_MEMCACHED] = REASON_NOT_MEMCACHED,
        [EXCHANGE_CUSTOM] = REASON_NOT_CUSTOM};
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_PROTOCOL, "recv", 0, 500));
    for (enum run_exchange exchange = 0; exchange < EXCHANGE_COUNT; exchange++) {
        scene.spec.exchange = exchange;
        for (int own = 0; own < 2; own++) { /* the builtin server speaks TIME alone */
            scene.facts.run.server = own ? epoll : foreign;
            if (reasons[exchange] == REASON_COUNT || (own && exchange == EXCHANGE_TIME)) {
                expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "not known");
            } else {
                expect_reason(&scene, reasons[exchange], FACT_SIDE_SERVER, CERTAINTY_PROVED, "The server ");
            }
        }
    }
    scene.groups[0].phase = PHASE_REFUSED;
    snprintf(scene.groups[0].message, sizeof scene.groups[0].message, "the server replied: -ERR no");
    expect_reason(&scene, REASON_REFUSED, FACT_SIDE_SERVER, CERTAINTY_PROVED, "replied: -ERR no.");
    scene.facts.completed = 50; /* of others */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "not known");
}

TEST(what_was_in_use_is_that_of_the_same_words)
{
    struct scene scene;
    struct group_usage usages[2] = {{.phase = PHASE_REFUSED, .call = "recv", .words = 404},
                                    {.phase = PHASE_REFUSED, .call = "recv", .words = 503}};
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_REFUSED, "recv", 0, 300));
    add_group(&scene, group(PHASE_REFUSED, "recv", 0, 200));
    scene.facts.usages = usages;
    scene.facts.usage_count = 2;
    scene.groups[0].words = 503;
    scene.groups[1].words = 404;
    assert_ptr_equal(diagnose_usage(&scene.facts), &usages[1]);
    scene.groups[0].words = 500;
    assert_null(diagnose_usage(&scene.facts));
}

TEST(packets_are_lost_on_the_way_if_nothing_at_the_server_dropped_them)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_TIMEOUT, "connect", ETIMEDOUT, 400));
    scene.facts.listener = LISTENER_THERE;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "not known");
    scene.facts.risen[COUNTER_SYN_RETRANSMITS] = 350;
    expect_reason(&scene, REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, "TCPSynRetrans rose by 350");
    scene.facts.risen[COUNTER_LISTEN_DROPS] = 1;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "not known");
    scene.facts.risen[COUNTER_LISTEN_DROPS] = 0;
    scene.facts.listener = LISTENER_UNKNOWN; /* its counters are those of another machine */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "not known");
    scene.values[9] = limit(LIMIT_CONNTRACK, LIMIT_SIDE_CLIENT, 300, 4);
    scene.facts.risen[COUNTER_CONNTRACK_DROPS] = 12;
    expect(&scene, LIMIT_CONNTRACK, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "nf_conntrack drop rose by 12");
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
}

TEST(a_kill_is_of_the_group_or_of_the_machine_by_what_was_counted)
{
    struct scene scene;
    make_scene(&scene, MODE_THREAD)->facts.signal = SIGKILL;
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

TEST(the_side_that_made_clients_run_out_of_time_is_named)
{
    static const struct {
        uint64_t accepted;
        const char *call;
        const char *words;
        const struct predict_server *server;
        enum bottleneck bottleneck;
        enum fact_side side;
    } rows[] = {
        {17, "recv", "accepted in all: 17", &threads, BOTTLENECK_NONE, FACT_SIDE_SERVER},
        {90, "recv", "accepted in all: 90", &threads, BOTTLENECK_NONE, FACT_SIDE_SERVER},
        {90, "recv", "Both sides were slow", &threads, BOTTLENECK_MACHINE, FACT_SIDE_BOTH},
        {90, "recv", "The server side did not answer in time", &threads, BOTTLENECK_SERVER, FACT_SIDE_SERVER},
        {17, "connect", "it kept the processors busy", &threads, BOTTLENECK_CLIENT, FACT_SIDE_CLIENT},
        {0, "connect", "The server side did not answer in time", &foreign, BOTTLENECK_NONE, FACT_SIDE_SERVER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene scene;
        add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, rows[i].call, ETIMEDOUT, 73));
        scene.facts.run.server = *rows[i].server;
        scene.facts.connected = 90;
        scene.facts.server_accepted = rows[i].accepted;
        scene.facts.bottleneck = rows[i].bottleneck;
        const struct verdict verdict = diagnose(&scene.facts);
        assert_int_equal(verdict.kind, VERDICT_UNKNOWN);
        assert_int_equal(verdict.side, rows[i].side);
        expect_words(&verdict, rows[i].words);
    }
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_RECEIVE, "recv", ECONNRESET, 7));
    const struct verdict verdict = diagnose(&scene.facts);
    assert_null(verdict_fact(&verdict, FACT_SLOW));
}

/* What this kernel counts, and how busy its processors are, says nothing of a server on another machine. */
TEST(of_a_server_elsewhere_this_machine_tells_nothing)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, "connect", ETIMEDOUT, 73));
    scene.facts.connected = 90;
    scene.facts.risen[COUNTER_SYN_QUEUE_DROPS] = 5;
    expect(&scene, LIMIT_BACKLOG, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "listen backlog");
    scene.facts.run.server.elsewhere = true;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "did not answer in time");
    scene.facts.listen_overflows = 80; /* the other panel counted them */
    expect(&scene, LIMIT_BACKLOG, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "listen backlog");
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 73));
    scene.facts.connected = scene.facts.server_accepted = 90;
    scene.facts.bottleneck = BOTTLENECK_MACHINE;
    scene.facts.run.server.elsewhere = true;
    struct verdict verdict = diagnose(&scene.facts);
    assert_int_equal(verdict.side, FACT_SIDE_SERVER);
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 73));
    scene.spec.hold = false;
    scene.facts.connected = 90;
    scene.facts.server_accepted = 50;
    scene.facts.run.server.workers = 4;
    expect_reason(&scene, REASON_WORKERS, FACT_SIDE_SERVER, CERTAINTY_LIKELY, "each serves one connection");
    scene.facts.run.server.elsewhere = true; /* its processors may be busy */
    verdict = diagnose(&scene.facts);
    assert_int_equal(verdict.kind, VERDICT_UNKNOWN);
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

/* With the usage of the moment at which its first group failed. */
static void add_usage(struct scene *scene, struct group_usage *usage, enum limit_side side, enum limit_id id,
                      uint64_t used)
{
    usage->phase = scene->groups[0].phase;
    usage->error_number = scene->groups[0].error_number;
    snprintf(usage->call, sizeof usage->call, "%s", scene->groups[0].call);
    usage_init(&usage->used[LIMIT_SIDE_CLIENT]);
    usage_init(&usage->used[LIMIT_SIDE_SERVER]);
    usage_init(&scene->facts.peak[LIMIT_SIDE_CLIENT]);
    usage_init(&scene->facts.peak[LIMIT_SIDE_SERVER]);
    usage->used[side].used[id] = used;
    scene->facts.usages = usage;
    scene->facts.usage_count = 1;
}

TEST(what_was_in_use_at_the_failure_counts_before_an_estimate)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_PROCESS), group(PHASE_START, "fork", EAGAIN, 400));
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX, 19990);
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY,
           "19,990 of 20,000 tasks of the cgroup were in use");
    scene.values[1].value = 151;
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX, 90); /* read when clients had ended already */
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "estimated");
    usage.error_number = ENOMEM; /* it was another group's */
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "estimated");
}

TEST(memory_that_is_kept_back_for_others_cannot_be_promised)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_START, "pthread_create", EAGAIN, 5));
    scene.values[3] = limit(LIMIT_OVERCOMMIT, LIMIT_SIDE_CLIENT, 1 << 30, 1 << 20);
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_OVERCOMMIT, (1 << 30) - (40 << 20));
    usage.used[LIMIT_SIDE_CLIENT].used[LIMIT_AS] = 900 << 20;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "These limits can cause it");
    scene.facts.run.terms.commit_for_others = 128 << 20;
    expect(&scene, LIMIT_OVERCOMMIT, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "were in use when the first");
    scene.facts.run.terms.commit_for_others = 8 << 20;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "These limits can cause it");
    scene.facts.run.terms.commit_for_root = 25 << 20;
    expect(&scene, LIMIT_OVERCOMMIT, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "keeps 34,603,008 bytes of it back");
}

TEST(what_the_server_had_in_use_is_read_too_late_to_rule_out_an_estimate)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_RECEIVE, "recv", ECONNRESET, 1));
    scene.facts.run.server = threads;
    scene.facts.refused = 1;
    scene.values[1] = limit(LIMIT_PIDS_MAX, LIMIT_SIDE_SERVER, 151, 50);
    add_usage(&scene, &usage, LIMIT_SIDE_SERVER, LIMIT_PIDS_MAX, 60);
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_SERVER, CERTAINTY_LIKELY, "estimated");
}

/* The last of the held clients failed, and the others ended at once. */
TEST(what_was_read_after_the_clients_had_ended_is_no_fact_beside_a_proof)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_PROCESS), group(PHASE_START, "fork", EAGAIN, 1));
    scene.values[1].value = 151; /* 50 before, the generator, 100 clients */
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 1;
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX, 57);
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "pids.events max rose by 1");
    struct verdict verdict = diagnose(&scene.facts);
    assert_null(verdict_fact(&verdict, FACT_USE));
    scene.facts.peak[LIMIT_SIDE_CLIENT].used[LIMIT_PIDS_MAX] = 151;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "151 of 151 tasks");
    usage.used[LIMIT_SIDE_CLIENT].used[LIMIT_PIDS_MAX] = 151;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "were in use when the first");
    scene.facts.alive = 20; /* so few do not take them all: another group refused them */
    usage.used[LIMIT_SIDE_CLIENT].used[LIMIT_PIDS_MAX] = 57;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "57 of 151 tasks");
}

TEST(ports_that_an_earlier_run_left_in_time_wait_are_a_lack_of_ports)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "connect", EADDRNOTAVAIL, 500));
    scene.values[6].value = 200;
    scene.facts.connections = 0;
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_TCP_MAX_TW_BUCKETS, 195);
    expect(&scene, LIMIT_PORT_RANGE, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "may still hold: at most 195");
    assert_int_equal(diagnose(&scene.facts).reached, 0);
    scene.facts.run.spread_sources = false; /* and those to other addresses hold none of these ports */
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_TCP_MAX_TW_BUCKETS, 900);
    expect(&scene, LIMIT_PORT_RANGE, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "may still hold: at most 200");
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_TCP_MAX_TW_BUCKETS, 20);
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "EADDRNOTAVAIL");
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
