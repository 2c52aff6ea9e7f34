/* The TIME server over real sockets, under each model: the protocol on the wire, many connections at once, the end. */
#include "tests/unit/server/time/time_helpers.h"

TEST(the_time_is_sent_in_one_send)
{
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    const int fd = connect_to(server);
    static const char *const requests[] = {"TIME\r\n", "TIME\r\n\r\n", "TIME \r\n", "TIME Testing\r\n\r\n"};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        say(fd, requests[i]);
        assert_hears_time(fd);
    }
    AWAIT(server, stats.replies == 4);
    assert_int_equal(stats_of(server).invalid, 0);
    close(fd);
    time_server_stop(server);
}

TEST(wrong_request_is_answered_and_connection_stays)
{
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    const int fd = connect_to(server);
    say(fd, "JAM BERAPA\r\n");
    assert_hears(fd, INVALID);
    ask(fd);
    AWAIT(server, stats.invalid == 1 && stats.replies == 1);
    close(fd);
    time_server_stop(server);
}

TEST(quit_closes_without_a_byte)
{
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    const int fd = connect_to(server);
    ask(fd);
    say(fd, "QUIT\r\n");
    assert_end_of_stream(fd);
    close(fd);
    AWAIT(server, stats.live == 0 && stats.threads == threads_at_rest(&config));
    time_server_stop(server);
}

TEST(unfinished_line_is_given_up_and_connection_stays)
{
    struct time_server_config config = quiet_config(model_of(state));
    config.unfinished_ms = 30;
    struct time_server *const server = start(&config);
    const int fd = connect_to(server);
    say(fd, "TIME");
    assert_hears(fd, INVALID);
    ask(fd);
    say(fd, "TIME\r\nTI");
    assert_hears_time(fd);
    assert_hears(fd, INVALID);
    ask(fd);
    close(fd);
    time_server_stop(server);
}

TEST(line_has_to_end_in_time_though_bytes_keep_coming)
{
    struct time_server_config config = quiet_config(model_of(state));
    config.unfinished_ms = 100;
    struct time_server *const server = start(&config);
    const int fd = connect_to(server);
    const uint64_t begin = clock_now_ns();
    char text[256];
    ssize_t got = -1;
    while (got < 0 && clock_now_ns() - begin < PATIENCE_S * NS_PER_S) {
        say(fd, "x");
        usleep(10000);
        got = recv(fd, text, sizeof text, MSG_DONTWAIT);
    }
    assert_int_equal(got, strlen(INVALID));
    assert_memory_equal(text, INVALID, strlen(INVALID));
    close(fd);
    time_server_stop(server);
}

TEST(unfinished_line_of_a_half_closed_client_is_answered)
{
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    const int fd = connect_to(server);
    say(fd, "TIME");
    shutdown(fd, SHUT_WR);
    assert_hears(fd, INVALID);
    assert_end_of_stream(fd);
    close(fd);
    time_server_stop(server);
}

TEST(reply_to_a_line_too_long_arrives_before_the_end)
{
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    const int fd = connect_to(server);
    char bytes[20000];
    memset(bytes, 'x', sizeof bytes);
    assert_int_equal(send(fd, bytes, sizeof bytes, MSG_NOSIGNAL), sizeof bytes);
    assert_hears(fd, INVALID);
    assert_end_of_stream(fd);
    close(fd);
    AWAIT(server, stats.live == 0);
    assert_int_equal(stats_of(server).invalid, 1);
    time_server_stop(server);
}

TEST(idle_connection_is_reset)
{
    struct time_server_config config = quiet_config(model_of(state));
    config.idle_ms = 50;
    struct time_server *const server = start(&config);
    const int silent = connect_to(server);
    const int served = connect_to(server);
    ask(served);
    assert_reset(silent);
    assert_reset(served);
    AWAIT(server, stats.evicted == 2 && stats.live == 0);
    close(silent);
    close(served);
    time_server_stop(server);
}

TEST(client_that_never_reads_is_reset)
{
    struct time_server_config config = quiet_config(model_of(state));
    config.idle_ms = 100;
    struct time_server *const server = start(&config);
    const int fd = connect_deaf(server);
    AWAIT(server, stats.evicted == 1 && stats.live == 0);
    close(fd);
    time_server_stop(server);
}

TEST(client_that_never_reads_does_not_hold_up_the_end)
{
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    const int fd = connect_deaf(server);
    const uint64_t begin = clock_now_ns();
    time_server_stop(server);
    assert_true(clock_now_ns() - begin < PATIENCE_S * NS_PER_S);
    close(fd);
}

#define MANY 200

static void connect_many(const struct time_server *server, int fds[MANY])
{
    for (size_t i = 0; i < MANY; i++) {
        fds[i] = connect_to(server);
    }
    for (size_t i = 0; i < MANY; i++) {
        say(fds[i], "TIME\r\n\r\n");
    }
    for (size_t i = 0; i < MANY; i++) {
        assert_hears_time(fds[i]);
    }
}

static void close_many(const int fds[MANY])
{
    for (size_t i = 0; i < MANY; i++) {
        close(fds[i]);
    }
}

TEST(serves_many_at_once_and_logs_each)
{
    struct time_server_config config = quiet_config(model_of(state));
    config.workers = MANY;
    struct time_server *const server = start(&config);
    const uint64_t begin_ns = clock_now_ns();
    int fds[MANY];
    connect_many(server, fds);
    AWAIT(server, stats.replies == MANY);
    const struct time_stats full = stats_of(server);
    assert_int_equal(full.live, MANY);
    assert_int_equal(full.threads, threads_at_rest(&config) + (config.model == TIME_MODEL_THREAD ? MANY : 0));
    assert_int_equal(full.total, MANY);
    close_many(fds);
    AWAIT(server, stats.live == 0 && stats.threads == threads_at_rest(&config));

    uint64_t cursor = 0;
    uint64_t last_ns = begin_ns;
    struct time_log rows[MANY + 1];
    assert_int_equal(time_server_log(server, &cursor, rows, MANY + 1), MANY);
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(rows[i].number, i + 1);
        assert_true(rows[i].at_ns >= last_ns);
        if (config.model == TIME_MODEL_THREAD) {
            last_ns = rows[i].at_ns; /* one acceptor; of several, each takes its time before its number */
        }
    }
    assert_int_equal(time_server_log(server, &cursor, rows, MANY + 1), 0);
    time_server_stop(server);
}

TEST(stop_ends_live_connections_and_frees_the_port)
{
    struct time_server_config config = quiet_config(model_of(state));
    config.workers = MANY;
    struct time_server *server = start(&config);
    time_server_address(server, &config.address);
    int fds[MANY];
    connect_many(server, fds);
    say(fds[0], "TIM");
    time_server_stop(server);
    for (size_t i = 0; i < MANY; i++) {
        assert_reset(fds[i]);
    }
    server = start(&config);
    const int fd = connect_to(server);
    ask(fd);
    close(fd);
    close_many(fds);
    time_server_stop(server);
}

TEST(stop_while_connections_come_and_go)
{
    for (int round = 0; round < 20; round++) {
        const struct time_server_config config = quiet_config(model_of(state));
        struct time_server *const server = start(&config);
        int fds[20];
        for (size_t i = 0; i < 20; i++) {
            fds[i] = connect_to(server);
            say(fds[i], i % 2 == 0 ? "TIME\r\nQUIT\r\n" : "TIME\r\n");
        }
        time_server_stop(server);
        for (size_t i = 0; i < 20; i++) {
            close(fds[i]);
        }
    }
}

int main(void)
{
    return run_under_each_model();
}
