/* What is on the way, or this machine's own, and was taken for something else before. */
#include <errno.h>

#include "tests/unit/loadgen/verdict/diagnose_fixture.h"

/* net.ipv4.tcp_syn_retries and tcp_retries2 may end before the client's own time. */
TEST(what_the_kernel_gave_up_to_send_was_lost)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "connect", ETIMEDOUT, 40));
    scene.facts.listener = LISTENER_THERE;
    expect_reason(&scene, REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, "handshakes were sent again");
    scene.groups[0] = group(PHASE_RECEIVE, "recv", ETIMEDOUT, 40);
    expect_reason(&scene, REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, "clients sent their data again");
    scene.facts.risen[COUNTER_LISTEN_DROPS] = 40; /* of this socket, or another */
    scene.groups[0] = group(PHASE_CONNECT, "connect", ETIMEDOUT, 40);
    assert_true(diagnose(&scene.facts).kind == VERDICT_UNKNOWN);
}

TEST(a_route_that_drops_what_is_sent_is_on_the_way)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "connect", EINVAL, 40));
    expect_reason(&scene, REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, "connect failed with EINVAL");
}

TEST(clients_without_a_connection_do_not_show_that_both_sides_were_slow)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_TIMEOUT, "connect", ETIMEDOUT, 80));
    scene.facts.bottleneck = BOTTLENECK_MACHINE;
    scene.facts.listen_drops = 80;
    scene.facts.connected = scene.facts.server_accepted = 0;
    const struct verdict verdict = diagnose(&scene.facts);
    assert_true(verdict.side == FACT_SIDE_SERVER);
}

/* With IP_BIND_ADDRESS_NO_PORT bind() takes no port. */
TEST(an_address_that_cannot_be_bound_is_no_lack_of_ports)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "bind", EADDRNOTAVAIL, 75));
    scene.facts.connected = scene.facts.completed = 25;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "bind failed with EADDRNOTAVAIL for 75 clients");
}

TEST(a_server_whose_replies_were_all_errors_refused_the_clients_whatever_happened_to_others)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_REFUSED, "recv", 0, 63));
    add_group(&scene, group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 37));
    snprintf(scene.groups[0].message, sizeof scene.groups[0].message, "HTTP/1.0 404 File not found");
    scene.spec.exchange = EXCHANGE_HTTP;
    scene.facts.completed = 0;
    scene.facts.run.server.known = false;
    expect_reason(&scene, REASON_REFUSED, FACT_SIDE_SERVER, CERTAINTY_LIKELY, "404 File not found");
    expect_reason(&scene, REASON_REFUSED, FACT_SIDE_SERVER, CERTAINTY_LIKELY, "the others failed otherwise");
    scene.facts.group_count = 1;
    expect_reason(&scene, REASON_REFUSED, FACT_SIDE_SERVER, CERTAINTY_PROVED, "404 File not found");
}

/* Its epoll did not take them, or there was no memory. */
TEST(a_server_without_a_thread_for_each_connection_lacked_none)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_RECEIVE, "recv", ECONNRESET, 510));
    scene.facts.refused = 510;
    const struct verdict verdict = diagnose(&scene.facts);
    assert_null(verdict_fact(&verdict, FACT_CANDIDATE));
    expect_words(&verdict, "reset because the system refused what it needed for them");
}
