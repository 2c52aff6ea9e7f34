/* What is seen of a server of somebody else. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "loadgen/limits/sources.h"
#include "loadgen/watch/foreign_write.h"
#include "loadgen/watch/run_usage.h"
#include "tests/unit/loadgen/watch/child_server.h"

static enum result open_at(const struct net_address *address, struct foreign_server **foreign, struct err *err)
{
    char text[NET_TEXT_SIZE];
    net_format(address, text);
    return foreign_server_open(text, true, foreign, err);
}

static const struct foreign_use *look(struct foreign_server *foreign)
{
    foreign_server_look(foreign, clock_now_ns(), true);
    return foreign_server_use(foreign);
}

static void skip_where_processes_have_more_threads(void)
{
#if defined(__SANITIZE_THREAD__)
    SKIP_BECAUSE("ThreadSanitizer gives each process a thread of its own");
#endif
}

TEST(a_server_is_watched_until_its_end)
{
    skip_where_processes_have_more_threads();
    struct server server;
    struct foreign_server *foreign = NULL;
    struct limit_value values[LIMIT_COUNT];
    struct err err;
    char json[1536];
    start_server(&server);
    OK(open_at(&server.address, &foreign, &err));
    assert_non_null(foreign);
    if (foreign_server_predict(foreign).backlog == LIMIT_UNKNOWN) {
        SKIP_BECAUSE("the kernel has no sock_diag for TCP");
    }
    assert_int_equal(foreign_server_process(foreign), server.pid);
    const size_t count = foreign_server_limits(foreign, values);
    assert_int_equal(limit_find(values, count, LIMIT_NOFILE, LIMIT_SIDE_SERVER)->value, NOFILE);
    assert_int_equal(limit_find(values, count, LIMIT_BACKLOG, LIMIT_SIDE_SERVER)->value, 5);
    const struct predict_server predicted = foreign_server_predict(foreign);
    assert_true(predicted.watched && !predicted.known);
    assert_int_equal(predicted.acceptors, 1);
    assert_int_equal(predicted.sockets, 1);
    assert_int_equal(predicted.backlog, 5);

    foreign_server_begin(foreign);
    const uint64_t fds = look(foreign)->fds;
    const int first = connect_to(&server);
    const int second = connect_to(&server);
    assert_int_equal(look(foreign)->queue, 2);
    assert_int_equal(foreign_server_use(foreign)->connections, 0);
    assert_true(foreign_server_peak(foreign)->connections == LIMIT_UNKNOWN); /* as at the end of a short run */
    foreign_describe(foreign, json, sizeof json);
    assert_non_null(strstr(json, "\"connections\":null"));
    foreign_server_look(foreign, clock_now_ns() + 60 * NS_PER_S, false); /* as while a run goes on */
    assert_int_equal(foreign_server_peak(foreign)->connections, 0);
    order(&server, 'a');
    const struct foreign_use *const use = look(foreign);
    assert_int_equal(use->processes, 1);
    assert_int_equal(use->threads, 1);
    assert_int_equal(use->fds, fds + 1);
    assert_int_equal(use->most_fds, fds + 1);
    assert_int_equal(use->connections, 1);
    assert_int_equal(use->queue, 1);
    assert_int_equal(use->fullest_queue, 1);
    assert_int_equal(use->overflows, 0);
    assert_true(use->rss_bytes > 0 && use->cpu_us != LIMIT_UNKNOWN);
    order(&server, 'f'); /* a child that does not listen */
    assert_int_equal(look(foreign)->processes, 2);
    assert_false(foreign_server_is_gone(foreign));
    assert_int_equal(foreign_server_ended(foreign), 0);

    assert_int_equal(use->stopped, 0);
    assert_int_equal(kill(server.pid, SIGSTOP), 0);
    assert_int_equal(waitid(P_PID, (id_t)server.pid, &(siginfo_t){0}, WSTOPPED | WNOWAIT), 0);
    assert_int_equal(look(foreign)->stopped, 1);
    assert_int_equal(kill(server.pid, SIGCONT), 0);

    assert_int_equal(use->replaced, 0);
    assert_int_equal(kill(server.pid, SIGKILL), 0);
    assert_int_equal(waitid(P_PID, (id_t)server.pid, &(siginfo_t){0}, WEXITED | WNOWAIT), 0);
    while (!foreign_server_is_gone(foreign)) { /* its child ends after it */
        assert_int_equal(poll(NULL, 0, 1), 0);
        look(foreign);
    }
    assert_true(look(foreign)->queue == LIMIT_UNKNOWN);
    assert_int_equal(foreign_server_ended(foreign), 2);
    assert_int_equal(foreign_server_peak(foreign)->processes, 2);
    assert_int_equal(foreign_server_peak(foreign)->replaced, 1); /* the child came later */
    assert_int_equal(foreign_server_peak(foreign)->stopped, 1);
    assert_int_equal(foreign_server_peak(foreign)->queue, 2);
    assert_int_equal(foreign_server_peak(foreign)->connections, 1);
    foreign_describe(foreign, json, sizeof json);
    assert_non_null(strstr(json, "\"processes\":1,\"threads\":1,\"unseen\":null,\"backlog\":5,\"listen_overflows\":0"));
    assert_non_null(strstr(json, "\"program\":\"odd "));
    foreign_server_begin(foreign); /* what ended before is no more of it */
    assert_int_equal(look(foreign)->replaced, 0);
    assert_int_equal(foreign_server_ended(foreign), 0);
    foreign_server_close(foreign);
    assert_int_equal(waitpid(server.pid, NULL, 0), server.pid);
    close(first);
    close(second);
    close(server.orders);
    close(server.done);
}

TEST(the_limits_are_those_of_the_process_that_accepts)
{
    skip_where_processes_have_more_threads();
    struct server server;
    struct foreign_server *foreign = NULL;
    struct limit_value values[LIMIT_COUNT];
    struct err err;
    start_server(&server);
    order(&server, 'm');
    OK(open_at(&server.address, &foreign, &err));
    assert_non_null(foreign);
    assert_int_equal(foreign_server_identity(foreign)->processes, 2);
    assert_int_not_equal(foreign_server_process(foreign), server.pid);
    const size_t count = foreign_server_limits(foreign, values);
    const struct limit_value *const value = limit_find(values, count, LIMIT_NOFILE, LIMIT_SIDE_SERVER);
    assert_int_equal(value->value, NOFILE);
    foreign_server_begin(foreign);
    assert_int_equal(look(foreign)->most_fds, value->used);
    const int client = connect_to(&server);
    order(&server, 'a');
    assert_int_equal(look(foreign)->most_fds, value->used + 1);
    close(client);
    foreign_server_close(foreign);
    end_server(&server);
}

/* The time of a report stands for the present. */
TEST(it_is_known_when_the_queue_was_last_empty_before_a_client_ran_out_of_time)
{
    enum { AT_US = 5000000 };
    struct server server;
    struct foreign_server *foreign = NULL;
    struct run_usage usage;
    struct err err;
    struct diagnose_case facts = {.count = 0};
    const struct group_usage late = {.phase = PHASE_TIMEOUT, .call = "recv", .error_number = ETIMEDOUT, .at_us = AT_US};
    start_server(&server);
    OK(open_at(&server.address, &foreign, &err));
    assert_non_null(foreign);
    foreign_server_begin(foreign);
    OK(run_usage_open(&usage, foreign, false, &err));
    const uint64_t emptied_ns = look(foreign)->emptied_ns;
    if (emptied_ns == LIMIT_UNKNOWN) {
        SKIP_BECAUSE("the kernel has no sock_diag for TCP");
    }
    const int client = connect_to(&server);
    assert_int_equal(poll(NULL, 0, 20), 0);
    assert_true(look(foreign)->emptied_ns == emptied_ns);
    run_usage_add(&usage, &late, 0);
    const uint64_t ago_us = (clock_now_ns() - emptied_ns) / NS_PER_US;
    order(&server, 'a');
    look(foreign); /* what is accepted later counts no more */
    run_usage_add(&usage, &late, 0);
    run_usage_describe(&usage, NULL, LIMIT_UNKNOWN, &facts);
    assert_in_range(facts.queue_empty_us, AT_US - ago_us, AT_US - 20000);
    const uint64_t until_full_ns = foreign_server_use(foreign)->emptied_ns;
    order(&server, 'u');
    assert_true(look(foreign)->most_fds >= NOFILE); /* with those that it inherited */
    order(&server, 'c');
    assert_true(look(foreign)->most_fds < NOFILE && foreign_server_use(foreign)->queue == 0);
    assert_true(foreign_server_use(foreign)->emptied_ns <= until_full_ns);
    close(client);
    run_usage_close(&usage);
    foreign_server_close(foreign);
    end_server(&server);
}

/* Its accept queue has room for one more than the backlog. */
TEST(what_its_listening_socket_drops_is_counted)
{
    struct server server;
    struct foreign_server *foreign = NULL;
    struct err err;
    int clients[6];
    start_server(&server);
    OK(open_at(&server.address, &foreign, &err));
    assert_non_null(foreign);
    if (foreign_server_predict(foreign).backlog == LIMIT_UNKNOWN) {
        SKIP_BECAUSE("the kernel has no sock_diag for TCP");
    }
    foreign_server_begin(foreign);
    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
        clients[i] = connect_to(&server);
    }
    assert_int_equal(look(foreign)->drops, 0);
    const int late = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(connect(late, (const struct sockaddr *)&server.address.storage, server.address.length), -1);
    while (look(foreign)->drops == 0) {
        assert_int_equal(poll(NULL, 0, 1), 0);
    }
    close(late);
    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
        close(clients[i]);
    }
    foreign_server_close(foreign);
    end_server(&server);
}

/* With TCP_DEFER_ACCEPT, as Apache and uwsgi have it, the kernel counts the bare ACK of each handshake as dropped. */
TEST(a_handshake_that_waits_for_data_is_no_drop)
{
    enum { CLIENTS = 5 };
    const int seconds = 10;
    struct net_address address;
    struct foreign_server *foreign = NULL;
    struct err err;
    int clients[CLIENTS];
    OK(net_parse("127.0.0.1:0", &address, &err));
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(setsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds), 0);
    assert_int_equal(bind(listener, (const struct sockaddr *)&address.storage, address.length), 0);
    assert_int_equal(listen(listener, 64), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address.storage, &address.length), 0);
    OK(open_at(&address, &foreign, &err));
    if (foreign == NULL || foreign_server_predict(foreign).backlog == LIMIT_UNKNOWN) {
        SKIP_BECAUSE("the kernel has no sock_diag for TCP");
    }
    foreign_server_begin(foreign);
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(clients[i], (const struct sockaddr *)&address.storage, address.length), 0);
    }
    assert_int_equal(look(foreign)->drops, 0);
    assert_int_equal(foreign_server_use(foreign)->overflows, 0);
    for (size_t i = 0; i < CLIENTS; i++) {
        close(clients[i]);
    }
    foreign_server_close(foreign);
    close(listener);
}

TEST(a_server_lives_on_while_no_descriptor_is_left_to_look_at_it)
{
    skip_where_processes_have_more_threads();
    enum { CHILDREN = 20 };
    struct server server;
    struct foreign_server *foreign = NULL;
    struct rlimit limit;
    struct err err;
    start_server(&server);
    for (int i = 0; i < CHILDREN; i++) {
        order(&server, 'f');
    }
    OK(open_at(&server.address, &foreign, &err));
    assert_non_null(foreign);
    foreign_server_begin(foreign);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, limit.rlim_max}), 0);
    const struct foreign_use use = *look(foreign);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(use.processes, 1 + CHILDREN);
    assert_int_equal(use.threads, 1 + CHILDREN);
    assert_false(foreign_server_is_gone(foreign));
    assert_int_equal(look(foreign)->processes, 1 + CHILDREN);
    foreign_server_close(foreign);
    end_server(&server);
}

TEST(a_server_that_is_not_held_takes_no_descriptor_between_two_looks)
{
    skip_where_processes_have_more_threads();
    struct server server;
    struct foreign_server *foreign = NULL;
    struct err err;
    char text[NET_TEXT_SIZE];
    start_server(&server);
    net_format(&server.address, text);
    const uint64_t open_before = source_open_fds("");
    OK(foreign_server_open(text, false, &foreign, &err));
    assert_non_null(foreign);
    const int other = connect_to(&server);
    order(&server, 'a');
    const int waiting = connect_to(&server); /* is no process's yet */
    foreign_server_begin(foreign);
    assert_int_equal(foreign_server_use(foreign)->others, 1);
    order(&server, 'a');
    close(waiting);
    const int client = connect_to(&server);
    assert_int_equal(look(foreign)->queue, 1);
    const uint64_t fds = foreign_server_use(foreign)->fds;
    order(&server, 'a');
    assert_int_equal(look(foreign)->fds, fds + 1);
    assert_int_equal(foreign_server_use(foreign)->connections, 3);
    assert_int_equal(foreign_server_use(foreign)->overflows, 0);
    close(client);
    close(other);
    assert_int_equal(source_open_fds(""), open_before);
    foreign_server_close(foreign);
    end_server(&server);
}

TEST(where_nobody_listens_nothing_is_watched)
{
    struct net_address address;
    struct foreign_server *foreign = NULL;
    struct err err;
    int fd = -1;
    OK(net_parse("127.0.0.1:0", &address, &err));
    OK(net_listen(&address, 1, &fd, &err));
    close(fd);
    OK(open_at(&address, &foreign, &err));
    assert_null(foreign);
    OK(net_parse("192.0.2.1:80", &address, &err)); /* on no interface of this machine */
    OK(open_at(&address, &foreign, &err));
    assert_null(foreign);
}
