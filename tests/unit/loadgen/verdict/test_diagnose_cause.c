/* Why clients failed that no limit stopped. */
#include <errno.h>
#include <signal.h>

#include "tests/unit/loadgen/verdict/diagnose_fixture.h"

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

/* A seccomp profile may end who calls instead of refusing the call. */
TEST(a_profile_that_kills_is_named)
{
    struct scene scene;
    make_scene(&scene, MODE_THREAD)->facts.signal = SIGSYS;
    expect_reason(&scene, REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, CERTAINTY_LIKELY, "SIGSYS ended the load generator");
    add_group(make_scene(&scene, MODE_PROCESS), group(PHASE_CONNECT, "SIGSYS", 0, 50));
    expect_reason(&scene, REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, CERTAINTY_LIKELY, "whose process SIGSYS ended: 50");
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
    assert_int_equal(diagnose(&scene.facts).side, FACT_SIDE_SERVER);
    scene.facts.listener_before = LISTENER_THERE; /* all the time: it was not the server */
    assert_int_equal(diagnose(&scene.facts).side, FACT_SIDE_PATH);
    scene.facts.connected = 50;
    assert_int_equal(diagnose(&scene.facts).side, FACT_SIDE_NONE);
    scene.facts.connected = 0;
    scene.facts.listener = LISTENER_GONE;
    scene.facts.listener_before = LISTENER_THERE;
    scene.facts.connected = 50;
    expect_reason(&scene, REASON_WENT_AWAY, FACT_SIDE_SERVER, CERTAINTY_PROVED, "then it was gone");
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
    scene.groups[0].count = 200; /* not all were begun, or another is redirected */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "not known");
    scene.facts.listener_before = LISTENER_THERE; /* it listened at first */
    expect_reason(&scene, REASON_NOBODY_LISTENS, FACT_SIDE_SERVER, CERTAINTY_LIKELY, "127.0.0.1:45003");
    scene.groups[0] = group(PHASE_RECEIVE, "recv", ECONNRESET, 200);
    expect_reason(&scene, REASON_WENT_AWAY, FACT_SIDE_SERVER, CERTAINTY_LIKELY,
                  "The server at 127.0.0.1:45003 went away");
    scene.groups[0].count = 251; /* others lost theirs, too */
    verdict = diagnose(&scene.facts);
    assert_int_equal(verdict.reason, REASON_SERVER_CLOSED);
}

/* No socket ever listens at a port that a firewall redirects to the server's. */
TEST(a_target_without_a_listener_before_the_run_did_not_go_away)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_RECEIVE, "recv", ECONNRESET, 70));
    scene.facts.run.server = foreign;
    scene.facts.connected = 100;
    scene.facts.listener = scene.facts.listener_before = LISTENER_GONE;
    expect_reason(&scene, REASON_SERVER_CLOSED, FACT_SIDE_SERVER, CERTAINTY_LIKELY, "The server reset connections");
    scene.facts.listener_before = LISTENER_UNKNOWN;
    expect_reason(&scene, REASON_SERVER_CLOSED, FACT_SIDE_SERVER, CERTAINTY_LIKELY, "The server reset connections");
    scene.facts.listener_before = LISTENER_THERE;
    expect_reason(&scene, REASON_WENT_AWAY, FACT_SIDE_SERVER, CERTAINTY_PROVED, "no socket listened there");
    scene.facts.listener = LISTENER_SOME_GONE;
    scene.facts.listener_before = LISTENER_SOME_GONE;
    scene.facts.gone = (struct listeners_gone){.count = 1, .of = 2, .clients = 80, .first = "127.0.0.1:8000"};
    expect_reason(&scene, REASON_SERVER_CLOSED, FACT_SIDE_SERVER, CERTAINTY_LIKELY, "The server reset connections");
}

TEST(a_server_elsewhere_that_ends_connections_and_refuses_all_later_ones_likely_went_away)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "connect", ECONNREFUSED, 400));
    scene.facts.run.server = foreign;
    scene.facts.connected = scene.facts.completed = 100;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "ECONNREFUSED"); /* or a firewall's cap */
    add_group(&scene, group(PHASE_RECEIVE, "recv", ECONNRESET, 2));
    expect_reason(&scene, REASON_WENT_AWAY, FACT_SIDE_SERVER, CERTAINTY_LIKELY, "The server went away");
    scene.groups[0].count = 370; /* others were served again */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "ECONNREFUSED");
    scene.groups[0].count = 400;
    scene.facts.listener = LISTENER_THERE;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "ECONNREFUSED");
}

/* That a connection was reset does not say by whom. */
TEST(a_server_that_closes_connections_is_said_to)
{
    static const struct {
        enum error_phase phase;
        const char *call;
        int error_number;
        enum certainty certainty;
        const char *words;
    } rows[] = {
        {PHASE_RECEIVE, "recv", 0, CERTAINTY_PROVED, "The server closed connections before the reply was complete;"},
        {PHASE_RECEIVE, "recv", ECONNRESET, CERTAINTY_LIKELY, "The server reset connections before the reply"},
        {PHASE_SEND, "send", EPIPE, CERTAINTY_LIKELY, "The server reset connections before the reply"},
        {PHASE_CONNECT, "connect", ECONNRESET, CERTAINTY_LIKELY, "The server reset connections before the reply"},
        {PHASE_HOLD, "recv", 0, CERTAINTY_PROVED, "The server closed connections while they were held;"},
        {PHASE_HOLD, "recv", ECONNRESET, CERTAINTY_LIKELY, "The server reset connections while they were held;"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int own = 0; own < 2; own++) {
            struct scene scene;
            add_group(make_scene(&scene, MODE_EVENT), group(rows[i].phase, rows[i].call, rows[i].error_number, 500));
            scene.facts.run.server = own ? epoll : foreign;
            scene.facts.listener = LISTENER_THERE;
            expect_reason(&scene, REASON_SERVER_CLOSED, FACT_SIDE_SERVER, rows[i].certainty, rows[i].words);
        }
    }
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_RECEIVE, "waitpid", 0, 500)); /* its generator is lost */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "not known");
    scene.groups[0] = group(PHASE_RECEIVE, "recv", ECONNRESET, 500); /* by the kernel, for want of a descriptor */
    scene.values[4].value = 228;
    expect(&scene, LIMIT_NOFILE, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "RLIMIT_NOFILE (228) on the server side");
    scene.values[4].value = 20000;
    scene.facts.refused = 400; /* which limit kept it from creating threads is open */
    scene.facts.run.server = threads;
    scene.values[5] = limit(LIMIT_PIDS_MAX, LIMIT_SIDE_SERVER, 20000, 50);
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "none is known to have been exhausted: pids.max");
}

TEST(what_is_not_delivered_is_no_matter_of_either_side)
{
    static const int errors[] = {ENETUNREACH, EHOSTUNREACH, EHOSTDOWN, ENONET, ENOPROTOOPT, EACCES};
    struct scene scene;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "connect", errors[i], 60));
        scene.facts.run.server = foreign;
        scene.facts.listener = LISTENER_THERE;
        scene.facts.connected = 40;
        expect_reason(&scene, REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY,
                      "answered that it did not deliver them. This is likely, not proved. connect failed with E");
    }
    scene.facts.connected = 0; /* of the last of them: connect itself may be forbidden */
    expect_reason(&scene, REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, CERTAINTY_LIKELY, "does not permit");
    scene.groups[0] = group(PHASE_CONNECT, "socket", EACCES, 60);
    scene.facts.connected = 40;
    expect_reason(&scene, REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, CERTAINTY_PROVED, "does not permit");
    scene.groups[0] =
        group(PHASE_CONNECT, "connect", EADDRNOTAVAIL, 60); /* the target's address is not this machine's */
    scene.facts.connected = 0;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "EADDRNOTAVAIL");
    assert_int_equal(diagnose(&scene.facts).side, FACT_SIDE_CLIENT);
}

TEST(what_clients_had_of_their_replies_is_said)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_RECEIVE, "recv", 0, 500));
    scene.facts.run.server = foreign;
    expect_reason(&scene, REASON_SERVER_CLOSED, FACT_SIDE_SERVER, CERTAINTY_PROVED,
                  "None of these clients had received a byte of that reply.");
    scene.groups[0].cut = 17;
    expect_reason(&scene, REASON_SERVER_CLOSED, FACT_SIDE_SERVER, CERTAINTY_PROVED,
                  "17 of these clients had received a part of the reply.");
    struct verdict verdict = diagnose(&scene.facts);
    assert_null(verdict_fact(&verdict, FACT_ANSWERED));
    scene.spec.requests = 10;
    scene.groups[0] = group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 500);
    scene.groups[0].answered = 1234;
    verdict = diagnose(&scene.facts);
    expect_words(&verdict, "1,234 of their 5,000 requests had been answered by then.");
    assert_null(verdict_fact(&verdict, FACT_CUT));
    scene.groups[0].answered = LIMIT_UNKNOWN; /* its generator does not count them */
    verdict = diagnose(&scene.facts);
    assert_null(verdict_fact(&verdict, FACT_ANSWERED));
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
    expect_reason(&scene, REASON_REFUSED, FACT_SIDE_SERVER, CERTAINTY_PROVED,
                  "failed with \"the server replied: -ERR no\".");
    scene.facts.completed = 50; /* of others */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "not known");
}

TEST(packets_are_lost_on_the_way_if_nothing_at_the_server_dropped_them)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_TIMEOUT, "connect", ETIMEDOUT, 400));
    scene.facts.listener = LISTENER_THERE;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "not known");
    scene.facts.risen[COUNTER_SYN_RETRANSMITS] = 350; /* of others */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "No answer came in time");
    scene.groups[0].resent = 390;
    expect_reason(&scene, REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, "390 of these clients had sent data again");
    scene.groups[0].resent = LIMIT_UNKNOWN; /* its generator does not report it */
    expect_reason(&scene, REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, "TCPSynRetrans rose by 350");
    scene.facts.risen[COUNTER_LISTEN_DROPS] = scene.facts.listen_drops = 9; /* of 400 */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "No answer came in time");
    assert_int_equal(diagnose(&scene.facts).side, FACT_SIDE_NONE);
    scene.facts.listen_overflows = scene.facts.listen_drops = 1; /* or of another listener */
    expect_reason(&scene, REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, "not the server's queue that dropped them");
    scene.facts.listen_overflows = scene.facts.listen_drops = 0; /* all are of another listener */
    scene.facts.risen[COUNTER_SYN_QUEUE_DROPS] = 9;
    expect_reason(&scene, REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, "handshakes were sent again");
    scene.facts.listen_drops = LIMIT_UNKNOWN;
    scene.facts.risen[COUNTER_SYN_QUEUE_DROPS] = 0;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "not known");
    scene.facts.risen[COUNTER_LISTEN_DROPS] = 0;
    scene.facts.listener = LISTENER_UNKNOWN; /* its counters are those of another machine */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "not known");
    scene.values[9] = limit(LIMIT_CONNTRACK, LIMIT_SIDE_CLIENT, 300, 4);
    scene.facts.risen[COUNTER_CONNTRACK_DROPS] = 12;
    expect(&scene, LIMIT_CONNTRACK, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "nf_conntrack drop rose by 12");
}

/* The kernel acknowledges what comes on a connection, however slow the server is. */
TEST(what_was_said_on_connections_and_sent_again_was_lost)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 59));
    scene.facts.run.server = foreign;
    scene.facts.listener = LISTENER_THERE;
    scene.facts.connected = 100;
    scene.facts.risen[COUNTER_SYN_RETRANSMITS] = 20;
    scene.facts.risen[COUNTER_RETRANSMITS] = 137; /* of others, maybe */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "The server side did not answer in time.");
    assert_int_equal(diagnose(&scene.facts).side, FACT_SIDE_SERVER);
    scene.facts.risen[COUNTER_RETRANSMITS] = 138; /* of others, or of the server's replies */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "No answer came in time");
    assert_int_equal(diagnose(&scene.facts).side, FACT_SIDE_NONE);
    scene.groups[0].resent = LIMIT_UNKNOWN;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "No answer came in time");
    scene.groups[0].resent = 0;
    scene.groups[0].count = 1; /* no client in a hundred is none */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "No answer came in time");
    scene.groups[0].count = 59;
    scene.groups[0].resent = 55; /* by the clients' own sockets */
    expect_reason(&scene, REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, "clients sent their data again");
    expect_reason(&scene, REASON_LOST, FACT_SIDE_PATH, CERTAINTY_LIKELY, "55 of these clients had sent data again");
    scene.facts.risen[COUNTER_PRUNES] = 1; /* the kernel dropped them itself */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "No answer came in time");
    scene.facts.risen[COUNTER_PRUNES] = 0;
    scene.facts.listener = LISTENER_UNKNOWN; /* maybe its queue was full */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "No answer came in time");
    assert_int_equal(diagnose(&scene.facts).side, FACT_SIDE_NONE);
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
        {0, "connect", "No answer came in time", &foreign, BOTTLENECK_NONE, FACT_SIDE_NONE},
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
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, "connect", ETIMEDOUT, 73));
    scene.facts.listen_drops = 73; /* by the server's own socket */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "The server side did not answer in time.");
    assert_int_equal(diagnose(&scene.facts).side, FACT_SIDE_SERVER);
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
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN, "No answer came in time");
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
