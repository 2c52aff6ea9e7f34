/* The TIME server and its clients as they come, under each model: each way to ask, cut anywhere; slow readers, slow
 * writers, many in one segment, many at once. */
#include "tests/unit/server/time/time_helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define JAM "JAM hh:mm:ss\r\n"
#define UNFINISHED_MS 25

static const struct shape {
    const char *request;
    const char *replies; /* each digit of a time as its letter */
    bool ends;           /* the server closes after it */
    bool waits;          /* the answer comes when the line is given up */
} shapes[] = {
    {"TIME\r\n", JAM, false, false},
    {"TIME\r\n\r\n", JAM, false, false},
    {"TIME \r\n", JAM, false, false},
    {"TIME Testing\r\n", JAM, false, false},
    {"TIME threading \r\n", JAM, false, false},
    {"TIME MESIN:2or3\r\n", JAM, false, false},
    {"TIME\r\nTIME\r\n", JAM JAM, false, false},
    {"JAM\r\n", INVALID, false, false},
    {"TIME", INVALID, false, true},
    {"QUIT\r\n", "", true, false},
    {"QUIT", INVALID, false, true},
};

/* Writes over "12:34:56" with "hh:mm:ss". */
static void hide_digits(char *text)
{
    for (char *jam = strstr(text, "JAM "); jam != NULL && strlen(jam) >= 14; jam = strstr(jam + 1, "JAM ")) {
        for (size_t i = 4; i < 12; i++) {
            if (jam[i] >= '0' && jam[i] <= '9') {
                jam[i] = "hh:mm:ss"[i - 4];
            }
        }
    }
}

/* Hears exactly `expected`, in however many segments. */
static void assert_hears_all(int fd, const char *expected)
{
    char text[256] = "";
    size_t length = 0;
    while (length < strlen(expected)) {
        const ssize_t got = recv(fd, text + length, sizeof text - 1 - length, 0);
        assert_true(got > 0);
        length += (size_t)got;
        text[length] = '\0';
    }
    hide_digits(text);
    assert_string_equal(text, expected);
}

/* Nothing but `expected` may come before the reply to another request, or before the end. */
static void assert_answered_once(int fd, const struct shape *shape)
{
    if (shape->ends) {
        assert_end_of_stream(fd);
        return;
    }
    if (shape->waits) {
        assert_hears_all(fd, shape->replies);
        ask(fd);
        return;
    }
    char expected[64];
    say(fd, "X\r\n");
    snprintf(expected, sizeof expected, "%s%s", shape->replies, INVALID);
    assert_hears_all(fd, expected);
}

static int connect_without_delay(const struct time_server *server)
{
    const int one = 1;
    const int fd = connect_to(server);
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one), 0);
    return fd;
}

static void say_part(int fd, const char *bytes, size_t length)
{
    assert_int_equal(send(fd, bytes, length, MSG_NOSIGNAL), length);
}

TEST(every_request_is_answered_once_wherever_it_is_cut)
{
    struct time_server_config config = quiet_config(model_of(state));
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const char *const request = shapes[i].request;
        const size_t length = strlen(request);
        config.unfinished_ms = shapes[i].waits ? UNFINISHED_MS : 60000;
        struct time_server *const server = start(&config);
        for (size_t cut = 1; cut <= length; cut++) {
            const int fd = connect_without_delay(server);
            say_part(fd, request, cut);
            usleep(100); /* gives the first part a chance to be received alone; the answer is the same if it is not */
            if (cut < length) {
                say_part(fd, request + cut, length - cut);
            }
            assert_answered_once(fd, &shapes[i]);
            close(fd);
        }
        time_server_stop(server);
    }
}

TEST(writers_of_single_bytes_are_answered_together)
{
    enum { WRITERS = 20 };
    static const char request[] = "TIME threading \r\n\r\nXYZ\r\n";
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    int fds[WRITERS];
    for (size_t i = 0; i < WRITERS; i++) {
        fds[i] = connect_without_delay(server);
    }
    for (size_t byte = 0; byte < sizeof request - 1; byte++) {
        for (size_t i = 0; i < WRITERS; i++) {
            say_part(fds[i], request + byte, 1);
        }
    }
    for (size_t i = 0; i < WRITERS; i++) {
        assert_hears_all(fds[i], JAM INVALID);
        close(fds[i]);
    }
    AWAIT(server, stats.live == 0);
    assert_int_equal(stats_of(server).replies, WRITERS);
    assert_int_equal(stats_of(server).invalid, WRITERS);
    time_server_stop(server);
}

/* More than one recv of the server, with lines across their borders. */
TEST(requests_in_one_stream_are_all_answered_in_order)
{
    enum { PAIRS = 2000 };
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    const int fd = connect_to(server);
    static const char pair[] = {'T', 'I', 'M', 'E', '\r', '\n', 'X', 'Y', 'Z', '\r', '\n'};
    char bytes[PAIRS * sizeof pair];
    for (size_t i = 0; i < PAIRS; i++) {
        memcpy(bytes + i * sizeof pair, pair, sizeof pair);
    }
    assert_int_equal(send(fd, bytes, sizeof bytes, MSG_NOSIGNAL), sizeof bytes);
    for (size_t i = 0; i < PAIRS; i++) {
        char text[32] = "";
        const size_t length = strlen(JAM INVALID);
        assert_int_equal(recv(fd, text, length, MSG_WAITALL), length);
        hide_digits(text);
        assert_string_equal(text, JAM INVALID);
    }
    close(fd);
    AWAIT(server, stats.live == 0);
    assert_int_equal(stats_of(server).replies, PAIRS);
    assert_int_equal(stats_of(server).invalid, PAIRS);
    time_server_stop(server);
}

/* Fills all socket buffers with lines and with replies that nobody reads; returns how many replies there will be, one
 * for each line begun. */
static size_t ask_without_reading(int fd)
{
    char lines[3000];
    for (size_t i = 0; i < sizeof lines; i++) {
        lines[i] = "x\r\n"[i % 3];
    }
    size_t bytes = 0;
    unsigned refused = 0;
    while (refused < 20) {
        const size_t place = bytes % sizeof lines;
        const ssize_t sent = send(fd, lines + place, sizeof lines - place, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            refused = 0;
            bytes += (size_t)sent;
        } else {
            assert_int_equal(errno, EAGAIN);
            refused++;
            usleep(1000);
        }
    }
    return (bytes + 2) / 3;
}

/* Reads to the end of the stream; returns how many replies came. */
static size_t hear_invalid_until_the_end(int fd)
{
    char bytes[16384];
    size_t length = 0;
    ssize_t got = 0;
    while ((got = recv(fd, bytes, sizeof bytes, 0)) > 0) {
        for (ssize_t i = 0; i < got; i++, length++) {
            assert_int_equal(bytes[i], INVALID[length % strlen(INVALID)]);
        }
    }
    assert_int_equal(got, 0);
    assert_int_equal(length % strlen(INVALID), 0);
    return length / strlen(INVALID);
}

TEST(slow_reader_gets_every_reply_and_holds_up_nobody)
{
    struct time_server_config config = quiet_config(model_of(state));
    config.unfinished_ms = 60000;
    struct time_server *const server = start(&config);
    /* Not so small that the kernel waits for its persist timer each time the window opens by less than a segment. */
    const int small = 128 * 1024;
    const int slow = make_socket();
    assert_int_equal(setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    assert_int_equal(setsockopt(slow, SOL_SOCKET, SO_SNDBUF, &small, sizeof small), 0);
    connect_socket(slow, server);
    const size_t lines = ask_without_reading(slow);
    const int quick = connect_to(server);
    ask(quick);
    close(quick);
    shutdown(slow, SHUT_WR);
    assert_int_equal(hear_invalid_until_the_end(slow), lines);
    close(slow);
    AWAIT(server, stats.live == 0);
    assert_int_equal(stats_of(server).invalid, lines);
    assert_int_equal(stats_of(server).evicted, 0);
    time_server_stop(server);
}

/* Talks on one of two connections until the other is reset. False when this thread itself was held up for so long that
 * nothing can be said. */
static bool try_to_outlive(const struct time_server *server, uint64_t most_gap_ns)
{
    const uint64_t evicted = stats_of(server).evicted;
    const int silent = connect_to(server);
    const int talking = connect_to(server);
    uint64_t last_ns = clock_now_ns();
    uint64_t gap_ns = 0;
    bool is_answered = true;
    while (is_answered && stats_of(server).evicted == evicted) {
        char text[256];
        is_answered = send(talking, "TIME\r\n", 6, MSG_NOSIGNAL) == 6 && hear(talking, text) == 14;
        usleep(10000);
        const uint64_t now_ns = clock_now_ns();
        gap_ns = now_ns - last_ns > gap_ns ? now_ns - last_ns : gap_ns;
        last_ns = now_ns;
    }
    const bool is_valid = gap_ns < most_gap_ns;
    if (is_valid) {
        assert_true(is_answered);
        ask(talking);
        assert_reset(silent);
    }
    close(silent);
    close(talking);
    AWAIT(server, stats.live == 0);
    return is_valid;
}

TEST(talking_connection_is_not_idle)
{
    struct time_server_config config = quiet_config(model_of(state));
    config.idle_ms = 300;
    struct time_server *const server = start(&config);
    unsigned attempts = 1;
    while (!try_to_outlive(server, 100 * NS_PER_MS) && attempts < 10) {
        attempts++;
    }
    time_server_stop(server);
    if (attempts == 10) {
        SKIP_BECAUSE("this machine is too busy");
    }
}

TEST(two_thousand_connections_are_served_at_once)
{
    enum { COUNT = 2000 };
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    if (model_of(state) != TIME_MODEL_EPOLL) {
        skip(); /* too many threads for a small machine */
    }
    if (limit.rlim_cur < 2UL * COUNT + time_server_descriptors() + 100) {
        SKIP_BECAUSE("needs about 4,150 open files (ulimit -Hn)");
    }
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    static int fds[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        fds[i] = connect_to(server);
    }
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            say(fds[i], "TIME\r\n\r\n");
        }
        for (size_t i = 0; i < COUNT; i++) {
            assert_hears_all(fds[i], JAM);
        }
    }
    assert_int_equal(stats_of(server).live, COUNT);
    assert_int_equal(stats_of(server).threads, threads_at_rest(&config));
    for (size_t i = 0; i < COUNT; i++) {
        close(fds[i]);
    }
    AWAIT(server, stats.live == 0 && stats.replies == 2UL * COUNT);
    time_server_stop(server);
}

/* A process with copies of all descriptors, as one has that is being spawned; it ends when `*release` is closed. */
static pid_t fork_holder(int *release)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    const pid_t holder = fork();
    assert_true(holder >= 0);
    if (holder == 0) {
        char byte = 0;
        close(ends[1]);
        const ssize_t ignored = read(ends[0], &byte, 1);
        (void)ignored;
        _exit(0);
    }
    close(ends[0]);
    *release = ends[1];
    return holder;
}

/* Its socket lives on in the other process and what the client sends to it still makes events: the connection that they
 * were for has ended. */
TEST(closed_connection_whose_socket_another_process_holds_disturbs_nobody)
{
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    const int ended = connect_to(server);
    ask(ended);
    int release = -1;
    const pid_t holder = fork_holder(&release);
    say(ended, "QUIT\r\n");
    AWAIT(server, stats.live == 0);
    say(ended, "TIME\r\n");
    for (int i = 0; i < 20; i++) {
        const int fd = connect_to(server);
        ask(fd);
        close(fd);
    }
    close(release);
    assert_int_equal(waitpid(holder, NULL, 0), holder);
    close(ended);
    AWAIT(server, stats.live == 0 && stats.total == 21 && stats.replies == 21);
    time_server_stop(server);
}

int main(void)
{
    return run_under_each_model();
}
