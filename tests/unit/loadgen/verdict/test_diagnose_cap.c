/* When a server of somebody else is found to serve so many at the same time and no more. */
#include <errno.h>

#include "tests/unit/loadgen/verdict/cap_fixture.h"

TEST(a_server_that_turns_away_all_beyond_so_many_has_a_cap)
{
    struct scene scene;
    make_cap_scene(&scene);
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
    make_cap_scene(&scene);
    fail_with(&scene, PHASE_TIMEOUT, "recv", ETIMEDOUT);
    expect_cap(&scene, 50, "50 clients were served at the same time, the slowest within 40 ms");
    scene.facts.slowest_ns = 1500000000; /* it was slow, and the others were not as lucky */
    expect_none(&scene);
}

/* As one that restarts, or is overloaded: it serves those again that come later. */
TEST(a_server_that_refuses_for_a_moment_has_no_cap)
{
    struct scene scene;
    make_cap_scene(&scene);
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
    make_cap_scene(&scene);
    assert_false(says(&scene, soon)); /* nothing is known of the start, nor of the addresses */
    assert_false(says(&scene, one));
    scene.facts.arrived_us = 40000;
    assert_true(says(&scene, "All clients began within 40 ms"));
    assert_true(says(&scene, soon));
    scene.facts.arrived_us = 4000000;
    assert_false(says(&scene, soon));
    assert_true(says(&scene, "A bound on new connections in a longer time, as in a minute, would look the same."));
    scene.facts.run.source_addresses = 1;
    assert_true(says(&scene, one));
    scene.facts.run.source_addresses = 3;
    assert_true(says(&scene, "They came from 3 addresses: a bound on the connections of one address"));
}

/* As a proxy does whose backend takes so many requests: it replies 503 and keeps the connection. */
TEST(a_server_that_keeps_the_connections_of_those_it_refuses_may_bound_requests)
{
    static const char no_more[] = "serves 50 connections at the same time and no more";
    struct scene scene;
    make_cap_scene(&scene);
    fail_with(&scene, PHASE_REFUSED, "recv", 0);
    scene.facts.server_connections = 124; /* it closed them soon */
    assert_true(says(&scene, no_more));
    scene.facts.server_connections = 125;
    assert_false(says(&scene, no_more));
    expect_cap(&scene, 50, "it served 50 of the clients and turned the others away");
    assert_true(says(&scene, "It had 125 connections open at the same time: its bound may be on requests"));
    fail_with(&scene, PHASE_RECEIVE, "recv", ECONNRESET); /* a connection that is closed is none that is kept */
    assert_true(says(&scene, no_more));
}

TEST(a_server_that_is_at_work_long_after_it_refused_others_may_bound_requests)
{
    struct scene scene;
    make_cap_scene(&scene);
    fail_with(&scene, PHASE_REFUSED, "recv", 0);
    scene.facts.slowest_ns = 300000000;
    scene.groups[REFUSED_GROUP].last_at_us = 150000;
    assert_true(says(&scene, "serves 50 connections at the same time and no more"));
    scene.groups[REFUSED_GROUP].last_at_us = 149000;
    expect_cap(&scene, 50, "it was still at work for one that it served: its bound may be on requests");
}

TEST(a_cap_that_keeps_clients_waiting_names_what_would_look_the_same)
{
    static const char soon[] = "All clients began within 40 ms: a bound on new connections in a second would look the";
    struct scene scene;
    make_cap_scene(&scene);
    fail_with(&scene, PHASE_TIMEOUT, "recv", ETIMEDOUT);
    assert_false(says(&scene, soon));
    assert_true(says(&scene, "A server that stopped serving from then on would look the same."));
    scene.facts.arrived_us = 40000;
    scene.facts.run.source_addresses = 1;
    assert_true(says(&scene, soon));
    assert_true(says(&scene, "a bound on the connections of one address would look the same"));
    scene.facts.arrived_us = 4000000;
    assert_false(says(&scene, soon));
}

/* One of them may have turned all of its own away. */
TEST(of_several_servers_none_is_said_to_have_a_cap)
{
    struct scene scene;
    make_cap_scene(&scene);
    fail_with(&scene, PHASE_REFUSED, "recv", 0);
    snprintf(scene.spec.target, sizeof scene.spec.target, "127.0.0.1:7001-7002");
    expect_none(&scene);
}

/* The queue took 21 clients when the server had accepted fifty, and nobody else connected. */
static void fill_queue(struct scene *scene)
{
    make_cap_scene(scene);
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
    scene.groups[LATE_GROUP].count = 2; /* others lie in it that have gone */
    expect_cap(&scene, 50, "waited in vain");
    fill_queue(&scene);
    scene.usage.used[LIMIT_SIDE_SERVER].used[LIMIT_BACKLOG] = 0; /* it was full for a moment */
    const struct verdict verdict = diagnose(&scene.facts);
    assert_true(verdict_names(&verdict, LIMIT_BACKLOG, LIMIT_SIDE_SERVER));
}

/* Of two processes one does not accept: every other client waits, and it is chance who runs out of time first. */
TEST(failures_among_those_that_were_served_are_no_cap)
{
    struct scene scene;
    make_cap_scene(&scene);
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

/* As a database does that answers each tenth request "lock wait timeout". */
TEST(words_of_a_server_are_said_where_nothing_is_known_as_well)
{
    struct scene scene;
    make_cap_scene(&scene);
    scene.spec.hold = false;
    fail_with(&scene, PHASE_PROTOCOL, "recv", 0);
    snprintf(scene.groups[0].message, sizeof scene.groups[0].message, "the server replied: ERROR 1205 lock wait");
    assert_int_equal(diagnose(&scene.facts).kind, VERDICT_UNKNOWN);
    assert_true(says(&scene, "The first of these clients failed with \"the server replied: ERROR 1205 lock wait\"."));
}

TEST(failures_of_other_kinds_beside_them_are_no_cap)
{
    struct scene scene;
    make_cap_scene(&scene);
    scene.groups[LATE_GROUP] = (struct error_group){
        .phase = PHASE_CONNECT, .call = "connect", .error_number = ENETUNREACH, .count = 30, .first_client = 60};
    scene.facts.group_count = 2;
    expect_none(&scene);
}

TEST(only_held_clients_of_a_server_of_somebody_else_show_a_cap)
{
    struct scene scene;
    make_cap_scene(&scene);
    scene.spec.hold = false;
    expect_none(&scene);
    make_cap_scene(&scene);
    scene.facts.run.server.known = true;
    expect_none(&scene);
    make_cap_scene(&scene);
    scene.facts.completed = 0;
    expect_none(&scene);
}

/* What it would have done had it run is not known. */
TEST(a_server_that_was_stopped_has_no_cap)
{
    struct scene scene;
    make_cap_scene(&scene);
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
    make_cap_scene(&scene);
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
    make_cap_scene(&scene);
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
    make_cap_scene(&scene);
    struct limit_value values[] = {scene.backlog,
                                   {.id = LIMIT_NPROC, .side = LIMIT_SIDE_SERVER, .value = 60, .used = 9}};
    scene.facts.values = values;
    scene.facts.count = 2;
    expect_none(&scene);
    assert_true(says(&scene, "none is known to have been exhausted: RLIMIT_NPROC."));
    values[1].value = 120;
    expect_cap(&scene, 50, "turned the later ones away");
}

/* As event loops do that keep one in reserve to take a connection and close it. */
TEST(a_server_that_turns_clients_away_with_its_last_descriptor_is_likely_at_its_limit_of_them)
{
    struct scene scene;
    make_cap_scene(&scene);
    struct limit_value values[] = {scene.backlog,
                                   {.id = LIMIT_NOFILE, .side = LIMIT_SIDE_SERVER, .value = 60, .used = 8}};
    scene.facts.values = values;
    scene.facts.count = 2;
    scene.facts.peak[LIMIT_SIDE_SERVER].used[LIMIT_NOFILE] = 58;
    expect_cap(&scene, 50, "turned the later ones away");
    scene.facts.peak[LIMIT_SIDE_SERVER].used[LIMIT_NOFILE] = 59;
    const struct verdict verdict = diagnose(&scene.facts);
    assert_true(verdict_names(&verdict, LIMIT_NOFILE, LIMIT_SIDE_SERVER));
    assert_int_equal(verdict.certainty, CERTAINTY_LIKELY);
    assert_true(says(&scene, "RLIMIT_NOFILE: at most 59 of 60 descriptors were in use."));
    scene.facts.peak[LIMIT_SIDE_SERVER].used[LIMIT_NOFILE] = 30;
    values[1].used = 9; /* it was over before it was looked at again */
    assert_true(says(&scene, "RLIMIT_NOFILE: about 59 of 60 descriptors were in use, estimated"));
    scene.facts.watched.processes = 2; /* of which each may have served some */
    expect_cap(&scene, 50, "turned the later ones away");
    scene.facts.watched.processes = 1;
    fail_with(&scene, PHASE_REFUSED, "recv", 0); /* memcached counts descriptors, and says so */
    expect_cap(&scene, 50, "turned the later ones away");
    fail_with(&scene, PHASE_TIMEOUT, "recv", ETIMEDOUT);
    expect_cap(&scene, 50, "waited in vain");
}

/* One of its limits may have done it. */
TEST(a_server_that_cannot_be_looked_into_has_a_cap_only_by_its_words)
{
    struct scene scene;
    make_cap_scene(&scene);
    scene.facts.run.server.watched = false;
    expect_none(&scene);
    fail_with(&scene, PHASE_REFUSED, "recv", 0);
    expect_cap(&scene, 50, "turned the later ones away");
    fail_with(&scene, PHASE_PROTOCOL, "recv", 0); /* as "Exceeded MaxStartups" in place of the reply */
    expect_cap(&scene, 50, "turned the later ones away");
}
