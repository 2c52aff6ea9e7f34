/* When a server of somebody else is found to serve so many at the same time and no more. */
#include <errno.h>

#include "loadgen/verdict/diagnose.h"
#include "loadgen/verdict/sentence.h"
#include "tests/unit/test.h"

enum { REFUSED_GROUP, LATE_GROUP, GROUPS };

/* Two hundred held clients: the first fifty have their replies, the others do not. */
struct scene {
    struct run_spec spec;
    struct limit_value backlog;
    struct error_group groups[GROUPS];
    struct group_usage usage;
    struct diagnose_case facts;
};

/* Of so many clients those that connected first were served, and all others failed. */
static struct load_order come_last(uint64_t served, uint64_t failed)
{
    const uint64_t sum = failed * (2 * served + failed - 1) / 2;
    return (struct load_order){sum, sum};
}

static void make_scene(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    run_spec_init(&scene->spec);
    scene->spec.count = 200;
    scene->spec.hold = true;
    scene->spec.timeout_ms = 2000;
    scene->backlog = (struct limit_value){.id = LIMIT_BACKLOG, .side = LIMIT_SIDE_SERVER, .value = 20, .used = 0};
    scene->groups[REFUSED_GROUP] = (struct error_group){.phase = PHASE_RECEIVE,
                                                        .call = "recv",
                                                        .error_number = ECONNRESET,
                                                        .count = 150,
                                                        .first_client = 50,
                                                        .last_client = 199};
    scene->usage = (struct group_usage){.phase = PHASE_RECEIVE, .call = "recv", .error_number = ECONNRESET};
    usage_init(&scene->usage.used[LIMIT_SIDE_CLIENT]);
    usage_init(&scene->usage.used[LIMIT_SIDE_SERVER]);
    scene->facts = (struct diagnose_case){
        .run = {.spec = &scene->spec,
                .server = {.watched = true, .acceptors = 1, .sockets = 1, .backlog = 20},
                .cores = 2},
        .values = &scene->backlog,
        .count = 1,
        .groups = scene->groups,
        .group_count = 1,
        .alive = 200,
        .connections = 200,
        .connected = 200,
        .completed = 50,
        .failed = come_last(50, 150),
        .slowest_ns = 40000000,
        .server_connections = 50,
        .watched = {1, 2, 60},
        .listener = LISTENER_THERE,
        .counted = true,
        .listen_drops = LIMIT_UNKNOWN,
        .usages = &scene->usage,
        .usage_count = 1,
    };
    usage_init(&scene->facts.peak[LIMIT_SIDE_CLIENT]);
    usage_init(&scene->facts.peak[LIMIT_SIDE_SERVER]);
}

static void fail_with(struct scene *scene, enum error_phase phase, const char *call, int error_number)
{
    struct error_group *const group = &scene->groups[REFUSED_GROUP];
    group->phase = scene->usage.phase = phase;
    group->error_number = scene->usage.error_number = error_number;
    snprintf(group->call, sizeof group->call, "%s", call);
    snprintf(scene->usage.call, sizeof scene->usage.call, "%s", call);
}

static void expect_cap(const struct scene *scene, uint64_t value, const char *words)
{
    struct buf text = BUF_INIT;
    const struct verdict verdict = diagnose(&scene->facts);
    sentence_append(&verdict, LANGUAGE_ENGLISH, &text);
    assert_string_equal(verdict_name(&verdict), "server's own cap");
    assert_int_equal(verdict.kind, VERDICT_CAP);
    assert_int_equal(verdict.side, FACT_SIDE_SERVER);
    assert_int_equal(verdict.certainty, CERTAINTY_LIKELY);
    assert_int_equal(verdict.value, value);
    assert_int_equal(verdict.reached, 50);
    if (text.failed || strstr(text.bytes, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text.bytes, words);
    }
    buf_free(&text);
}

static bool says(const struct scene *scene, const char *words)
{
    struct buf text = BUF_INIT;
    const struct verdict verdict = diagnose(&scene->facts);
    sentence_append(&verdict, LANGUAGE_ENGLISH, &text);
    const bool found = strstr(text.bytes, words) != NULL;
    buf_free(&text);
    return found;
}

static void expect_none(const struct scene *scene)
{
    assert_int_not_equal(diagnose(&scene->facts).kind, VERDICT_CAP);
}

TEST(a_server_that_turns_away_all_beyond_so_many_has_a_cap)
{
    struct scene scene;
    make_scene(&scene);
    expect_cap(&scene, 50, "The first 50 clients were served at the same time; it turned the later ones away.");
    fail_with(&scene, PHASE_RECEIVE, "recv", 0);
    expect_cap(&scene, 50, "turned the later ones away");
    fail_with(&scene, PHASE_SEND, "send", EPIPE);
    expect_cap(&scene, 50, "turned the later ones away");
    fail_with(&scene, PHASE_REFUSED, "recv", 0);
    snprintf(scene.groups[0].message, sizeof scene.groups[0].message, "the server replied: -ERR max");
    expect_cap(&scene, 50, "-ERR max");
}

TEST(a_server_that_answers_promptly_and_lets_all_beyond_so_many_wait_has_a_cap)
{
    struct scene scene;
    make_scene(&scene);
    fail_with(&scene, PHASE_TIMEOUT, "recv", ETIMEDOUT);
    expect_cap(&scene, 50, "50 clients were served at the same time, the slowest within 40 ms");
    scene.facts.slowest_ns = 1500000000; /* it was slow, and the others were not as lucky */
    expect_none(&scene);
}

/* Two hundred clients came within 80 ms, and the server closed 150 connections while they were held. */
static void close_held(struct scene *scene, uint64_t first_client, uint64_t first_at_ms, uint64_t last_at_ms)
{
    struct error_group *const group = &scene->groups[REFUSED_GROUP];
    make_scene(scene);
    fail_with(scene, PHASE_HOLD, "recv", 0);
    scene->facts.began_us = 30000; /* the generator took so long to start */
    scene->facts.arrived_us = 110000;
    group->first_client = first_client;
    scene->facts.failed = come_last(first_client, group->count);
    group->first_at_us = scene->facts.began_us + first_at_ms * 1000;
    group->last_at_us = scene->facts.began_us + last_at_ms * 1000;
}

/* As nginx does to connections that are idle. */
TEST(a_server_that_closes_the_oldest_for_each_that_comes_has_a_cap)
{
    struct scene scene;
    close_held(&scene, 0, 26, 84);
    expect_cap(&scene, FACT_UNKNOWN, "a bound of its own on connections");
    expect_cap(&scene, FACT_UNKNOWN, "and kept 50.");
    scene.facts.server_connections = 120; /* it had room for more */
    expect_none(&scene);
    close_held(&scene, 0, 26, 84);
    scene.facts.run.server.watched = false; /* or may have had */
    expect_none(&scene);
}

/* It had as many connections as it kept all the time, as clients came and were closed at the same pace. */
TEST(a_server_that_closes_what_has_been_idle_for_a_while_has_no_cap)
{
    struct scene scene;
    close_held(&scene, 0, 26, 200); /* it goes on when nobody comes */
    expect_none(&scene);
    const struct verdict verdict = diagnose(&scene.facts);
    assert_int_equal(verdict.reason, REASON_SERVER_CLOSED);
    assert_int_equal(verdict.side, FACT_SIDE_SERVER);
    assert_true(says(&scene, "The server closed connections while they were held;"));
    assert_true(says(&scene,
                     "26 ms after the first client began and the last after 200 ms; the last client began after "
                     "80 ms. It kept 50."));
    close_held(&scene, 0, 5, 84); /* it had fewer when it began to */
    expect_none(&scene);
    close_held(&scene, 0, 101, 404);
    scene.facts.arrived_us = scene.facts.began_us + 400000; /* the first may have been idle for long enough */
    expect_none(&scene);
    close_held(&scene, 0, 76, 304);
    scene.facts.arrived_us = scene.facts.began_us + 300000; /* it cannot */
    expect_cap(&scene, FACT_UNKNOWN, "a bound of its own on connections");
    close_held(&scene, 0, 26, 84);
    scene.facts.arrived_us += 2000000; /* who came had been there for long */
    expect_none(&scene);
    close_held(&scene, 0, 26, 84);
    scene.facts.arrived_us = 0; /* nothing is known of the start */
    expect_none(&scene);
}

TEST(a_server_that_restarts_while_clients_come_has_no_cap)
{
    struct scene scene;
    close_held(&scene, 0, 150, 150);
    scene.groups[REFUSED_GROUP].count = 60;
    scene.facts.completed = scene.facts.server_connections = 140;
    scene.facts.failed = come_last(0, 60);
    expect_none(&scene);
}

TEST(a_server_that_closes_all_that_come_later_has_a_cap)
{
    struct scene scene;
    close_held(&scene, 50, 101, 500);
    expect_cap(&scene, 50, "The first 50 clients were served at the same time; it turned the later ones away.");
    scene.facts.run.server.watched = false; /* it says that it closed them */
    expect_cap(&scene, 50, "it turned the later ones away");
    close_held(&scene, 50, 501, 2000); /* the earlier ones were idle for longer */
    scene.facts.arrived_us = scene.facts.began_us + 2000000;
    expect_cap(&scene, 50, "it turned the later ones away");
    scene.facts.server_connections = 120; /* it had more */
    expect_none(&scene);
    close_held(&scene, 50, 201, 500); /* it had had them for long: the first may have been closed in the same tick */
    expect_none(&scene);
    close_held(&scene, 50, 101, 500);
    fail_with(&scene, PHASE_HOLD, "recv", ECONNRESET); /* it is not known when */
    expect_none(&scene);
}

/* A hundred in a second, of clients that come twice as fast. */
TEST(a_server_that_admits_so_many_in_a_second_has_no_cap)
{
    struct scene scene;
    close_held(&scene, 100, 500, 1000);
    scene.facts.arrived_us = scene.facts.began_us + 1060000;
    scene.groups[REFUSED_GROUP].count = 100;
    scene.facts.completed = scene.facts.server_connections = 112;
    scene.facts.failed = come_last(100, 100);
    scene.facts.connected = 212;
    expect_none(&scene);
}

/* As one that restarts, or is overloaded: it serves those again that come later. */
TEST(a_server_that_refuses_for_a_moment_has_no_cap)
{
    struct scene scene;
    make_scene(&scene);
    scene.groups[REFUSED_GROUP].count = 40;
    scene.facts.completed = scene.facts.server_connections = 160;
    scene.groups[REFUSED_GROUP].first_client = 150; /* ten were served after them */
    scene.facts.failed = come_last(150, 40);
    scene.groups[REFUSED_GROUP].last_client = 189;
    expect_none(&scene);
    assert_int_equal(diagnose(&scene.facts).reason, REASON_SERVER_CLOSED);
    scene.groups[REFUSED_GROUP].last_client = 194; /* some began at the same time as the last that was served */
    assert_int_equal(diagnose(&scene.facts).reason, REASON_OWN_CAP);
    scene.groups[REFUSED_GROUP].last_client = LIMIT_UNKNOWN; /* an earlier generator does not say */
    assert_int_equal(diagnose(&scene.facts).reason, REASON_OWN_CAP);
    scene.groups[REFUSED_GROUP].last_client = 189;
    scene.spec.count = 250; /* the others were never started */
    assert_int_equal(diagnose(&scene.facts).reason, REASON_OWN_CAP);
}

TEST(a_cap_names_what_would_look_the_same)
{
    static const char soon[] =
        "a bound on new connections in a second, or a server that refused for that moment, would "
        "look the same";
    static const char one[] = "a bound on the connections of one address would look the same";
    struct scene scene;
    make_scene(&scene);
    assert_false(says(&scene, soon)); /* nothing is known of the start, nor of the addresses */
    assert_false(says(&scene, one));
    scene.facts.arrived_us = 40000;
    assert_true(says(&scene, "All clients began within 40 ms"));
    assert_true(says(&scene, soon));
    scene.facts.arrived_us = 4000000;
    assert_false(says(&scene, soon));
    scene.facts.source_addresses = 1;
    assert_true(says(&scene, one));
    scene.facts.source_addresses = 3;
    assert_false(says(&scene, one));
}

/* One of them may have turned all of its own away. */
TEST(of_several_servers_none_is_said_to_have_a_cap)
{
    struct scene scene;
    make_scene(&scene);
    fail_with(&scene, PHASE_REFUSED, "recv", 0);
    snprintf(scene.spec.target, sizeof scene.spec.target, "127.0.0.1:7001-7002");
    expect_none(&scene);
}

/* The queue took 21 clients when the server had accepted fifty, and nobody else connected. */
static void fill_queue(struct scene *scene)
{
    make_scene(scene);
    fail_with(scene, PHASE_TIMEOUT, "connect", ETIMEDOUT);
    scene->usage.used[LIMIT_SIDE_SERVER].used[LIMIT_BACKLOG] = 21;
    scene->facts.listen_overflows = 600;
    scene->groups[REFUSED_GROUP].count = 129;
    scene->groups[REFUSED_GROUP].first_client = 6; /* which of them runs out of time first is chance */
    scene->groups[LATE_GROUP] =
        (struct error_group){.phase = PHASE_TIMEOUT, .call = "recv", .error_number = ETIMEDOUT, .count = 21};
    scene->facts.group_count = 2;
    scene->facts.connected = 71;
    scene->facts.failed = come_last(50, 21);
}

/* Its accept queue is a consequence. */
TEST(a_cap_shows_in_a_queue_that_is_still_full_when_clients_fail)
{
    struct scene scene;
    fill_queue(&scene);
    expect_cap(&scene, 50, "waited in vain");
    scene.facts.run.server.sockets = 2; /* one of which may have nobody who accepts */
    expect_none(&scene);
    fill_queue(&scene);
    scene.groups[LATE_GROUP].count = 2; /* those that lay in it were accepted */
    expect_none(&scene);
    fill_queue(&scene);
    scene.usage.used[LIMIT_SIDE_SERVER].used[LIMIT_BACKLOG] = 0; /* it was full for a moment */
    const struct verdict verdict = diagnose(&scene.facts);
    assert_true(verdict_names(&verdict, LIMIT_BACKLOG, LIMIT_SIDE_SERVER));
}

/* Of two processes one does not accept: every other client waits, and it is chance who runs out of time first. */
TEST(failures_among_those_that_were_served_are_no_cap)
{
    struct scene scene;
    make_scene(&scene);
    fail_with(&scene, PHASE_TIMEOUT, "recv", ETIMEDOUT);
    scene.groups[REFUSED_GROUP].count = 52;
    scene.facts.connected = 100;
    scene.facts.completed = scene.facts.server_connections = 48;
    scene.groups[REFUSED_GROUP].first_client = 48;
    scene.facts.failed = come_last(24, 52); /* as many came before them as afterwards */
    expect_none(&scene);
    scene.facts.failed = (struct load_order){FACT_UNKNOWN, FACT_UNKNOWN};
    expect_none(&scene);
    scene.facts.failed.places = come_last(48, 52).places; /* they connected in another order than they began */
    assert_int_equal(diagnose(&scene.facts).reason, REASON_OWN_CAP);
}

TEST(failures_of_other_kinds_beside_them_are_no_cap)
{
    struct scene scene;
    make_scene(&scene);
    scene.groups[LATE_GROUP] = (struct error_group){
        .phase = PHASE_CONNECT, .call = "connect", .error_number = ENETUNREACH, .count = 30, .first_client = 60};
    scene.facts.group_count = 2;
    expect_none(&scene);
}

TEST(only_held_clients_of_a_server_of_somebody_else_show_a_cap)
{
    struct scene scene;
    make_scene(&scene);
    scene.spec.hold = false;
    expect_none(&scene);
    make_scene(&scene);
    scene.facts.run.server.known = true;
    expect_none(&scene);
    make_scene(&scene);
    scene.facts.completed = 0;
    expect_none(&scene);
}

/* What it would have done had it run is not known. */
TEST(a_server_that_was_stopped_has_no_cap)
{
    struct scene scene;
    make_scene(&scene);
    fail_with(&scene, PHASE_TIMEOUT, "recv", ETIMEDOUT);
    scene.facts.watched.stopped = 1;
    assert_int_equal(diagnose(&scene.facts).kind, VERDICT_UNKNOWN);
    assert_int_equal(diagnose(&scene.facts).side, FACT_SIDE_SERVER);
    assert_true(says(&scene, "Processes of the server that did not run"));
    scene.facts.watched.stopped = FACT_UNKNOWN;
    expect_cap(&scene, 50, "waited in vain");
}

/* Its clients failed with it, and the process that came in its place served others. */
TEST(a_server_whose_processes_were_replaced_has_no_cap)
{
    struct scene scene;
    make_scene(&scene);
    fail_with(&scene, PHASE_RECEIVE, "recv", 0);
    scene.facts.watched.replaced = 1;
    expect_none(&scene);
    assert_true(says(&scene, "Processes that the server had when the run began, and that ended during it: 1."));
    scene.facts.watched.replaced = FACT_UNKNOWN;
    expect_cap(&scene, 50, "turned the later ones away");
}

TEST(what_others_have_of_a_cap_is_counted_in)
{
    struct scene scene;
    make_scene(&scene);
    scene.facts.watched.others = 15;
    const struct verdict verdict = diagnose(&scene.facts);
    assert_string_equal(verdict_name(&verdict), "server's own cap");
    assert_int_equal(verdict.certainty, CERTAINTY_LIKELY);
    assert_true(verdict.value == 65 && verdict.reached == 65);
    assert_int_equal(verdict.needed, 215);
    assert_true(says(&scene, "Others had 15 connections to the server before the run, and kept them"));
}

/* The children of a server that forks may be gone before anybody has counted them. */
TEST(a_server_that_may_have_lacked_tasks_has_no_cap)
{
    struct scene scene;
    make_scene(&scene);
    struct limit_value values[] = {scene.backlog,
                                   {.id = LIMIT_NPROC, .side = LIMIT_SIDE_SERVER, .value = 60, .used = 9}};
    scene.facts.values = values;
    scene.facts.count = 2;
    expect_none(&scene);
    assert_true(says(&scene, "none is known to have been exhausted: RLIMIT_NPROC."));
    values[1].value = 120;
    expect_cap(&scene, 50, "turned the later ones away");
}

/* One of its limits may have done it. */
TEST(a_server_that_cannot_be_looked_into_has_a_cap_only_by_its_words)
{
    struct scene scene;
    make_scene(&scene);
    scene.facts.run.server.watched = false;
    expect_none(&scene);
    fail_with(&scene, PHASE_REFUSED, "recv", 0);
    expect_cap(&scene, 50, "turned the later ones away");
}
