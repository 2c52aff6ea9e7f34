/* The TIME server where something runs out, under each model: its budget, the accept queue, descriptors, threads. What
 * needs limits of its own runs in a child process: this program again, with the names of a case and a model. */
#include "tests/unit/server/time/time_helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void run_case(const char *name, enum time_model model)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        execl("/proc/self/exe", "test_time_limits", name, time_model_name(model), (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) {
        SKIP_BECAUSE("root may not become another user here");
    }
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Standard error goes to a file from capture_begin to capture_end. */
struct capture {
    int before;
    int file;
};

static struct capture capture_begin(void)
{
    char path[] = "/tmp/koneksi-test-XXXXXX";
    const struct capture capture = {.before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3),
                                    .file = mkostemp(path, O_CLOEXEC)};
    assert_true(capture.before >= 0 && capture.file >= 0);
    unlink(path);
    assert_int_equal(dup2(capture.file, STDERR_FILENO), STDERR_FILENO);
    return capture;
}

static void capture_end(struct capture capture, char *text, size_t size)
{
    dup2(capture.before, STDERR_FILENO);
    close(capture.before);
    const ssize_t got = pread(capture.file, text, size - 1, 0);
    close(capture.file);
    assert_true(got >= 0);
    text[got] = '\0';
}

/* While accepting waits, the process hardly uses the processor. */
static void assert_not_spinning(void)
{
    const struct timespec while_waiting = {.tv_nsec = 100 * NS_PER_MS};
    struct timespec before;
    struct timespec after;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    nanosleep(&while_waiting, NULL);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    const int64_t used_ns = (after.tv_sec - before.tv_sec) * (int64_t)NS_PER_S + after.tv_nsec - before.tv_nsec;
    assert_in_range(used_ns, 0, 20 * NS_PER_MS);
}

TEST(accepting_waits_at_the_budget)
{
    enum { BUDGET = 8 };
    struct time_server *const server = start_with_budget(model_of(state), BUDGET, 16);
    assert_int_equal(stats_of(server).budget, BUDGET);
    int fds[BUDGET + 2];
    for (size_t i = 0; i < BUDGET + 2; i++) {
        fds[i] = connect_to(server);
        say(fds[i], "TIME\r\n");
    }
    for (size_t i = 0; i < BUDGET; i++) {
        assert_hears_time(fds[i]);
    }
    AWAIT(server, stats.accept_paused && stats.queue == 2);
    assert_int_equal(stats_of(server).live, BUDGET);
    assert_int_equal(stats_of(server).total, BUDGET);
    char text[8];
    assert_int_equal(recv(fds[BUDGET], text, sizeof text, MSG_DONTWAIT), -1);
    assert_not_spinning();

    close(fds[0]);
    assert_hears_time(fds[BUDGET]);
    AWAIT(server, stats.accept_paused && stats.total == BUDGET + 1);
    assert_int_equal(stats_of(server).live, BUDGET);
    say(fds[1], "QUIT\r\n");
    assert_hears_time(fds[BUDGET + 1]);
    close(fds[2]);
    close(fds[3]);
    AWAIT(server, !stats.accept_paused && stats.live == BUDGET - 2);
    assert_true(stats_of(server).accept_pauses >= 2);
    for (size_t i = 1; i < BUDGET + 2; i++) {
        if (i != 2 && i != 3) {
            close(fds[i]);
        }
    }
    time_server_stop(server);
}

TEST(overflows_of_the_accept_queue_are_counted)
{
    enum { EXTRA = 6 };
    struct time_server *const server = start_with_budget(model_of(state), 1, 1);
    const int first = connect_to(server);
    AWAIT(server, stats.accept_paused);
    assert_int_equal(stats_of(server).backlog, 1);
    assert_int_equal(stats_of(server).listen_overflows, 0);
    struct net_address address;
    time_server_address(server, &address);
    int fds[EXTRA];
    for (size_t i = 0; i < EXTRA; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        assert_true(fds[i] >= 0);
        assert_int_equal(connect(fds[i], (const struct sockaddr *)&address.storage, address.length), -1);
        assert_int_equal(errno, EINPROGRESS);
    }
    AWAIT(server, stats.listen_overflows > 0 && stats.listen_drops > 0 && stats.queue == 2);
    for (size_t i = 0; i < EXTRA; i++) {
        close(fds[i]);
    }
    close(first);
    time_server_stop(server);
}

/* Ones' complement sum of the pseudo header and the segment (RFC 9293, 3.1). */
static uint16_t checksum_of(const struct sockaddr_in *address, const struct tcphdr *segment)
{
    const struct {
        uint32_t from, to;
        uint16_t protocol, length;
        struct tcphdr segment;
    } whole = {address->sin_addr.s_addr, address->sin_addr.s_addr, htons(IPPROTO_TCP), htons(sizeof *segment),
               *segment};
    uint16_t words[sizeof whole / 2];
    uint32_t sum = 0;
    memcpy(words, &whole, sizeof words);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        sum += words[i];
    }
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t) ~(sum + (sum >> 16));
}

/* Into a network of this thread's own, where nobody else's overflows are counted; returns the one before, -1 when that
 * is not permitted. */
static int enter_own_network(void)
{
    const int before = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (before < 0 || unshare(CLONE_NEWNET) != 0) {
        close(before);
        return -1;
    }
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &loopback), 0);
    close(fd);
    return before;
}

/* A segment without a flag is nothing that a listener can take: it drops it, and its queue is as empty as before. */
TEST(a_drop_of_the_listener_is_no_overflow)
{
    enum { SEGMENTS = 5 };
    const int network = enter_own_network();
    if (network < 0) {
        SKIP_BECAUSE("a network of one's own is not permitted here");
    }
    const int raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP);
    assert_true(raw >= 0);
    struct time_server *const server = start_with_budget(model_of(state), 8, 16);
    struct net_address address;
    time_server_address(server, &address);
    struct sockaddr_in to = *(const struct sockaddr_in *)&address.storage;
    struct tcphdr segment = {.source = htons(9), .dest = to.sin_port, .doff = sizeof segment / 4, .window = htons(512)};
    segment.check = checksum_of(&to, &segment);
    to.sin_port = 0;
    for (size_t i = 0; i < SEGMENTS; i++) {
        assert_int_equal(sendto(raw, &segment, sizeof segment, 0, (const struct sockaddr *)&to, sizeof to),
                         sizeof segment);
    }
    const int client = connect_to(server);
    say(client, "TIME\r\n");
    assert_hears_time(client); /* loopback keeps the order: the segments were dropped before */
    assert_int_equal(stats_of(server).listen_overflows, 0);
    close(client);
    close(raw);
    time_server_stop(server);
    assert_int_equal(setns(network, CLONE_NEWNET), 0);
    close(network);
}

TEST(pauses_are_logged_once_a_second)
{
    enum { ROUNDS = 40 };
    const struct capture capture = capture_begin();
    const uint64_t begin = clock_now_ns();
    struct time_server *const server = start_with_budget(model_of(state), 1, 16);
    int before = connect_to(server);
    for (int i = 0; i < ROUNDS; i++) {
        const int next = connect_to(server);
        AWAIT(server, stats.accept_paused);
        close(before);
        ask(next);
        before = next;
    }
    close(before);
    const uint64_t seconds = (clock_now_ns() - begin) / NS_PER_S;
    const uint64_t pauses = stats_of(server).accept_pauses;
    time_server_stop(server);
    char text[4096];
    capture_end(capture, text, sizeof text);
    assert_true(pauses >= ROUNDS);
    size_t lines = 0;
    for (const char *line = text; (line = strchr(line, '\n')) != NULL; line++) {
        lines++;
    }
    assert_true(lines >= 1 && lines <= seconds + 1);
    assert_non_null(strstr(text, "accepting waits until one closes"));
}

TEST(connections_are_logged_when_the_option_is_set)
{
    const struct capture capture = capture_begin();
    struct time_server_config config = quiet_config(model_of(state));
    config.log_connections = true;
    struct time_server *const server = start(&config);
    for (int i = 0; i < 3; i++) {
        const int fd = connect_to(server);
        ask(fd);
        close(fd);
    }
    time_server_stop(server);
    char text[256];
    capture_end(capture, text, sizeof text);
    assert_string_equal(text, "total koneksi 1\ntotal koneksi 2\ntotal koneksi 3\n");
}

TEST(start_fails_with_a_message)
{
    struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    struct time_server *other = NULL;
    struct err err = {0};
    time_server_address(server, &config.address);
    assert_int_equal(time_server_start(&config, &other, &err), RESULT_SYSTEM);
    assert_non_null(strstr(err.message, "EADDRINUSE"));
    time_server_stop(server);

    config = quiet_config(model_of(state));
    config.reserved_fds = UINT64_MAX;
    assert_int_equal(time_server_start(&config, &other, &err), RESULT_INVALID);
    assert_non_null(strstr(err.message, "RLIMIT_NOFILE"));
    assert_null(other);
}

/* In a child: descriptors run out for all the process, below the budget. A thread that already blocks in accept4(2)
 * has its descriptor, and an accept that a ring has may still take one, so there is no telling which client waits, only
 * that one does; a pool's only worker is kept busy until there is none for it. */
static void case_descriptors_run_out(void **state)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    struct time_server_config config = quiet_config(model_of(state));
    config.workers = 1;
    const struct capture capture = capture_begin();
    struct time_server *const server = start(&config);
    const int first = connect_to(server);
    enum { ACCEPTS = 8 }; /* of each loop of the uring model */
    const size_t count = threads_at_rest(&config) * ACCEPTS + 1;
    int *const clients = calloc(count, sizeof *clients);
    assert_non_null(clients);
    for (size_t i = 0; i < count; i++) {
        clients[i] = make_socket();
    }
    ask(first);
    const struct rlimit few = {.rlim_cur = 3, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    for (size_t i = 0; i < count; i++) {
        connect_socket(clients[i], server);
        say(clients[i], "TIME\r\n");
    }
    close(first);
    AWAIT(server, stats.accept_paused);
    assert_true(stats_of(server).total < 1 + count);
    assert_true(stats_of(server).accept_pauses > 0);
    assert_not_spinning();
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (size_t i = 0; i < count; i++) {
        assert_hears_time(clients[i]);
        close(clients[i]);
    }
    free(clients);
    AWAIT(server, !stats.accept_paused);
    time_server_stop(server);
    char text[1024];
    capture_end(capture, text, sizeof text);
    assert_non_null(strstr(text, "EMFILE"));
}

/* In a child: no thread can be created, because the user already has more than RLIMIT_NPROC allows. */
static void case_threads_run_out(void **state)
{
    const struct time_server_config config = quiet_config(model_of(state));
    const struct capture capture = capture_begin();
    struct time_server *const server = start(&config);
    if (geteuid() == 0 && setresuid(61234, 61234, 61234) != 0) {
        time_server_stop(server);
        _exit(77);
    }
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NPROC, &limit), 0);
    const struct rlimit none = {.rlim_cur = 1, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NPROC, &none), 0);
    for (int i = 0; i < 3; i++) {
        const int fd = connect_to(server);
        assert_reset(fd);
        close(fd);
    }
    AWAIT(server, stats.refused == 3 && stats.live == 0 && stats.threads == 1);
    assert_int_equal(stats_of(server).total, 3);
    assert_int_equal(setrlimit(RLIMIT_NPROC, &limit), 0);
    const int fd = connect_to(server);
    ask(fd);
    close(fd);
    time_server_stop(server);
    char text[1024];
    capture_end(capture, text, sizeof text);
    assert_non_null(strstr(text, "EAGAIN"));
}

TEST(accepting_waits_when_descriptors_run_out)
{
    run_case("descriptors", model_of(state));
}

/* The other models create their threads at the start. */
TEST(connection_without_a_thread_is_reset)
{
    if (model_of(state) != TIME_MODEL_THREAD) {
        skip();
    }
    run_case("threads", model_of(state));
}

TEST(stop_ends_a_server_that_waits_for_its_budget)
{
    struct time_server *const server = start_with_budget(model_of(state), 1, 16);
    const int fd = connect_to(server);
    AWAIT(server, stats.accept_paused);
    time_server_stop(server);
    assert_reset(fd);
    close(fd);
}

static int run_in_this_process(const char *name, enum time_model model)
{
    const struct CMUnitTest descriptors[] = {cmocka_unit_test_prestate(case_descriptors_run_out, &model)};
    const struct CMUnitTest threads[] = {cmocka_unit_test_prestate(case_threads_run_out, &model)};
    return strcmp(name, "threads") == 0 ? cmocka_run_group_tests(threads, NULL, NULL)
                                        : cmocka_run_group_tests(descriptors, NULL, NULL);
}

int main(int argc, char **argv)
{
    if (argc == 3) {
        return run_in_this_process(argv[1], time_model_from_name(argv[2]));
    }
    return run_under_each_model();
}
