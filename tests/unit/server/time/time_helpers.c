#include "tests/unit/server/time/time_helpers.h"

#include <errno.h>
#include <netinet/in.h>
#include <regex.h>
#include <sched.h>
#include <sys/resource.h>

enum time_model model_of(void **state)
{
    return *(const enum time_model *)*state;
}

int run_under_each_model(void)
{
    static enum time_model models[TIME_MODEL_COUNT];
    static char names[TEST_CASES_MOST * TIME_MODEL_COUNT][96];
    static struct CMUnitTest cases[TEST_CASES_MOST * TIME_MODEL_COUNT];
    struct CMUnitTest tests[TEST_CASES_MOST];
    const size_t count = test_cases(tests);
    size_t row = 0;
    for (enum time_model model = 0; model < TIME_MODEL_COUNT; model++) {
        const enum uring_refusal refusal = model == TIME_MODEL_URING ? uring_check() : URING_ALLOWED;
        if (refusal != URING_ALLOWED) {
            printf("SKIPPED: the model %s: %s\n", time_model_name(model), uring_refusal_why(refusal, LANGUAGE_ENGLISH));
            continue;
        }
        models[model] = model;
        for (size_t i = 0; i < count; i++, row++) {
            snprintf(names[row], sizeof names[row], "%s (%s)", tests[i].name, time_model_name(model));
            cases[row] = tests[i];
            cases[row].name = names[row];
            cases[row].initial_state = &models[model];
        }
    }
    return _cmocka_run_group_tests("tests", cases, row, NULL, NULL);
}

uint64_t threads_at_rest(const struct time_server_config *config)
{
    cpu_set_t cores;
    switch (config->model) {
    case TIME_MODEL_THREAD:
        return 1;
    case TIME_MODEL_POOL:
        return config->workers;
    case TIME_MODEL_EPOLL:
    case TIME_MODEL_URING:
        assert_int_equal(sched_getaffinity(0, sizeof cores, &cores), 0);
        return (uint64_t)CPU_COUNT(&cores);
    case TIME_MODEL_COUNT:
        break;
    }
    fail();
    return 0;
}

struct time_server_config quiet_config(enum time_model model)
{
    struct time_server_config config = time_server_defaults();
    config.model = model;
    ((struct sockaddr_in *)&config.address.storage)->sin_port = 0;
    return config;
}

struct time_server *start(const struct time_server_config *config)
{
    struct time_server *server = NULL;
    struct err err = {0};
    const enum result result = time_server_start(config, &server, &err);
    if (result != RESULT_OK) {
        fail_msg("%s", err.message);
    }
    return server;
}

struct time_server *start_with_budget(enum time_model model, uint64_t budget, int backlog)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    struct time_server_config config = quiet_config(model);
    config.reserved_fds = limit.rlim_cur - budget;
    config.backlog = backlog;
    return start(&config);
}

int make_socket(void)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    return fd;
}

void connect_socket(int fd, const struct time_server *server)
{
    struct net_address address;
    time_server_address(server, &address);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address.storage, address.length), 0);
}

int connect_to(const struct time_server *server)
{
    const int fd = make_socket();
    connect_socket(fd, server);
    return fd;
}

void say(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

ssize_t hear(int fd, char text[256])
{
    const ssize_t got = recv(fd, text, 255, 0);
    text[got > 0 ? got : 0] = '\0';
    return got;
}

void assert_hears(int fd, const char *expected)
{
    char text[256];
    assert_int_equal(hear(fd, text), strlen(expected));
    assert_string_equal(text, expected);
}

void assert_hears_time(int fd)
{
    char text[256];
    assert_int_equal(hear(fd, text), 14);
    regex_t form;
    assert_int_equal(regcomp(&form, "^JAM ([01][0-9]|2[0-3]):[0-5][0-9]:[0-6][0-9]\r\n$", REG_EXTENDED | REG_NOSUB), 0);
    assert_int_equal(regexec(&form, text, 0, NULL, 0), 0);
    regfree(&form);
}

void ask(int fd)
{
    say(fd, "TIME\r\n\r\n");
    assert_hears_time(fd);
}

void assert_end_of_stream(int fd)
{
    char text[256];
    assert_int_equal(hear(fd, text), 0);
}

void assert_reset(int fd)
{
    char text[256];
    assert_int_equal(hear(fd, text), -1);
    assert_int_equal(errno, ECONNRESET);
}

int connect_deaf(const struct time_server *server)
{
    const int fd = make_socket();
    const int small = 4096;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    connect_socket(fd, server);
    char bytes[3000];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = "x\r\n"[i % 3];
    }
    int refused = 0;
    while (refused < 20) {
        if (send(fd, bytes, sizeof bytes, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
            refused = 0;
        } else if (errno == EAGAIN) {
            refused++;
            usleep(1000);
        } else {
            break;
        }
    }
    return fd;
}

struct time_stats stats_of(const struct time_server *server)
{
    struct time_stats stats;
    time_server_stats(server, &stats);
    return stats;
}
