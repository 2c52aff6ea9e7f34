/* When a server that closes connections while they are held is found to keep so many at the same time and no more. */
#include <errno.h>

#include "tests/unit/loadgen/verdict/cap_fixture.h"

/* Two hundred clients came within 80 ms, and the server closed 150 connections while they were held. */
static void close_held(struct scene *scene, uint64_t first_client, uint64_t first_at_ms, uint64_t last_at_ms)
{
    struct error_group *const group = &scene->groups[REFUSED_GROUP];
    make_cap_scene(scene);
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
    scene.groups[REFUSED_GROUP].first_at_us = scene.facts.began_us - 4000; /* by a clock of 10 ms */
    assert_true(says(&scene, "closed the first of these connections 0 ms after the first client began"));
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

/* As nginx does with keepalive_requests 1: the last ones are not yet closed when the run ends. */
TEST(a_server_that_closes_each_connection_after_its_reply_has_no_cap)
{
    struct scene scene;
    close_held(&scene, 0, 3, 84);
    scene.groups[REFUSED_GROUP].count = 195;
    scene.facts.completed = scene.facts.server_connections = 5;
    scene.facts.failed = come_last(0, 195);
    expect_none(&scene);
    assert_int_equal(diagnose(&scene.facts).reason, REASON_SERVER_CLOSED);
    close_held(&scene, 0, 3, 22); /* many are left, however fast they came */
    scene.facts.arrived_us = scene.facts.began_us + 20000;
    expect_cap(&scene, FACT_UNKNOWN, "and kept 50.");
    close_held(&scene, 1, 3, 5); /* that the one which is left came first is chance */
    scene.groups[REFUSED_GROUP].count = 2;
    scene.facts.completed = scene.facts.server_connections = 1;
    scene.facts.connected = scene.spec.count = 3;
    scene.facts.failed = come_last(1, 2);
    expect_none(&scene);
    scene.groups[REFUSED_GROUP].count = 10;
    scene.facts.completed = scene.facts.server_connections = 5;
    scene.facts.connected = scene.spec.count = 15;
    scene.facts.failed = come_last(5, 10);
    assert_int_equal(diagnose(&scene.facts).reason, REASON_OWN_CAP);
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
    expect_cap(&scene, 50, "It kept the connections of the first 50 clients, and closed the later ones while");
    scene.facts.run.server.watched = false; /* it says that it closed them */
    expect_cap(&scene, 50, "closed the later ones while they were held");
    close_held(&scene, 50, 501, 2000); /* the earlier ones were idle for longer */
    scene.facts.arrived_us = scene.facts.began_us + 2000000;
    expect_cap(&scene, 50, "closed the later ones while they were held");
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

/* As a server that is throttled: whoever had replies was being served. */
TEST(a_server_that_answered_those_that_ran_out_of_time_has_no_cap)
{
    struct scene scene;
    make_cap_scene(&scene);
    fail_with(&scene, PHASE_TIMEOUT, "recv", ETIMEDOUT);
    scene.spec.requests = 20;
    scene.groups[0].answered = 0;
    expect_cap(&scene, 50, "waited in vain");
    scene.groups[0].answered = 112;
    expect_none(&scene);
}
