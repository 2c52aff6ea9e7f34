/* Why clients failed: each cause by what shows it, and none without. */
#include <errno.h>

#include "loadgen/verdict/diagnose.h"
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
    scene->values[7] = limit(LIMIT_FILE_MAX, LIMIT_SIDE_CLIENT, LIMIT_UNLIMITED, 0);
    scene->values[8] = limit(LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, 64 << 20, 1 << 20);
    scene->values[9] = limit(LIMIT_MEMORY, LIMIT_SIDE_CLIENT, 1 << 30, 0);
    scene->facts = (struct diagnose_case){
        .run = {.spec = &scene->spec, .server = epoll, .cores = 2, .spread_sources = true, .nproc_binds = true},
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

static void expect(const struct scene *scene, enum limit_id id, enum limit_side side, enum certainty certainty,
                   const char *evidence)
{
    const struct verdict verdict = diagnose(&scene->facts);
    assert_int_equal(verdict.kind, id != LIMIT_COUNT ? VERDICT_LIMIT : VERDICT_UNKNOWN);
    assert_int_equal(verdict.limit, id);
    assert_int_equal(verdict.certainty, certainty);
    if (id != LIMIT_COUNT) {
        assert_int_equal(verdict.side, side);
    }
    if (strstr(verdict.evidence, evidence) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", verdict.evidence, evidence);
    }
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
        expect(&scene, all[i].limit, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "for 400 clients, first for client 100");
    }
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
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "exhausted: pids.max, with about 151 of 151");
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
           "RLIMIT_NPROC, RLIMIT_AS, pids.max, kernel.threads-max");
    scene.values[1].value = 153;
    scene.values[2].value = 218;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "exhausted: pids.max and vm.max_map_count");
}

TEST(a_server_without_descriptors_and_a_full_accept_queue_are_proved_by_counters)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 400));
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "no limit of the server");
    scene.facts.listen_overflows = 7;
    expect(&scene, LIMIT_BACKLOG, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "the kernel dropped 7 handshakes");
    scene.values[4].value = 228; /* then the queue is full because nobody takes from it */
    expect(&scene, LIMIT_NOFILE, LIMIT_SIDE_SERVER, CERTAINTY_PROVED,
           "had 100 connections open, and keeps 128 of its 228");
    scene.facts.run.server = foreign;
    scene.facts.listen_overflows = 0;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "no limit of the server");
}

TEST(what_the_server_answers_is_no_limit)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_PROTOCOL, "recv", 0, 5));
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "recv failed for 5 clients");
}

TEST(tasks_that_the_kernel_counted_as_refused_prove_the_limit)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_PROCESS), group(PHASE_START, "fork", EAGAIN, 400));
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 3;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "counted 3 tasks refused");
    scene.values[1].value = LIMIT_UNLIMITED;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "none of the limits that can cause it");
}

TEST(a_kill_is_of_the_group_or_of_the_machine_by_what_was_counted)
{
    struct scene scene;
    make_scene(&scene, MODE_THREAD)->facts.killed = true;
    assert_int_equal(diagnose(&scene.facts).kind, VERDICT_NONE);
    scene.facts.risen[COUNTER_MACHINE_KILLED] = 2;
    expect(&scene, LIMIT_MEMORY, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "2 processes of the machine, 0 of them");
    scene.facts.risen[COUNTER_GROUP_KILLED] = 1;
    expect(&scene, LIMIT_MEMORY, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "2 processes of the machine, 1 of them");
    scene.facts.risen[COUNTER_MEMORY_REFUSED] = 9;
    expect(&scene, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "killed 1 of its processes");
    scene.values[9].used = scene.values[9].value - scene.values[8].value;
    expect(&scene, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "killed 1 of its processes");
    scene.values[9].used = 0;
    scene.facts.killed = false;
    add_group(&scene, group(PHASE_RECEIVE, "waitpid", 0, 5));
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "waitpid failed");
    scene.groups[0] = group(PHASE_RECEIVE, "SIGKILL", 0, 5);
    expect(&scene, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "SIGKILL ended the process for 5 clients");
}

TEST(tasks_that_the_server_was_refused_are_counted_too)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_RECEIVE, "recv", ECONNRESET, 7));
    scene.facts.run.server = threads;
    scene.facts.refused = 7;
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 7;
    scene.values[1].side = LIMIT_SIDE_SERVER;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "counted 7 tasks refused");
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
        assert_null(strstr(verdict.evidence, "both sides")); /* event loops cost no task */
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
               "; both sides take from it: 100 clients were alive, the server had 99 connections open");
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
        enum slow_side side;
    } rows[] = {
        {17, "recv", "it had accepted 17 of 90 connections", &threads, BOTTLENECK_NONE, SLOW_SERVER},
        {90, "recv", "accepted every connection and did not answer", &threads, BOTTLENECK_NONE, SLOW_SERVER},
        {90, "recv", "both sides were slow", &threads, BOTTLENECK_MACHINE, SLOW_BOTH},
        {90, "recv", "the server side was slow", &threads, BOTTLENECK_SERVER, SLOW_SERVER},
        {17, "connect", "it kept the processors busy", &threads, BOTTLENECK_CLIENT, SLOW_CLIENT},
        {0, "connect", "did not answer the handshake", &foreign, BOTTLENECK_NONE, SLOW_SERVER},
        {0, "recv", "took the connection", &foreign, BOTTLENECK_NONE, SLOW_SERVER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene scene;
        add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, rows[i].call, ETIMEDOUT, 73));
        scene.facts.run.server = *rows[i].server;
        scene.facts.connected = 90;
        scene.facts.server_accepted = rows[i].accepted;
        scene.facts.bottleneck = rows[i].bottleneck;
        const struct verdict verdict = diagnose(&scene.facts);
        assert_int_not_equal(verdict.kind, VERDICT_NONE);
        assert_int_equal(verdict.slow, rows[i].side);
        if (strstr(verdict.evidence, rows[i].words) == NULL) {
            fail_msg("row %zu: %s", i, verdict.evidence);
        }
    }
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_RECEIVE, "recv", ECONNRESET, 7));
    const struct verdict verdict = diagnose(&scene.facts);
    assert_int_not_equal(verdict.kind, VERDICT_NONE);
    assert_int_equal(verdict.slow, SLOW_NONE);
}

TEST(json_has_null_for_what_is_unknown)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_PROTOCOL, "recv", 0, 5));
    const struct verdict verdict = diagnose(&scene.facts);
    assert_int_not_equal(verdict.kind, VERDICT_NONE);
    cJSON *const json = verdict_to_json(&verdict);
    assert_non_null(json);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "name")));
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "raise_by")));
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(json, "certainty")), "unknown");
    cJSON_Delete(json);
}

TEST(a_verdict_comes_back_from_json_as_it_was)
{
    static const struct verdict verdicts[] = {
        {.kind = VERDICT_NONE},
        {.kind = VERDICT_UNKNOWN,
         .limit = LIMIT_COUNT,
         .side = LIMIT_SIDE_COUNT,
         .certainty = CERTAINTY_UNKNOWN,
         .slow = SLOW_BOTH,
         .evidence = "recv failed"},
        {.kind = VERDICT_LIMIT,
         .limit = LIMIT_NOFILE,
         .side = LIMIT_SIDE_SERVER,
         .value = 1024,
         .reached = 1017,
         .certainty = CERTAINTY_PROVED_BY_EXPERIMENT,
         .proof = {.experiment = 7, .lowered_to = 768, .expected = 761, .ceiling = 762},
         .evidence = "socket failed"},
    };
    for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++) {
        struct verdict again;
        cJSON *const json = verdict_to_json(&verdicts[i]);
        verdict_from_json(json, &again);
        assert_memory_equal(&again, &verdicts[i], sizeof again);
        cJSON_Delete(json);
    }
}
