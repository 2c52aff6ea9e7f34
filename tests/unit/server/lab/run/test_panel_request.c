#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/lab/run/panel_request.h"
#include "tests/unit/test.h"

/* Answers one request. */
struct other_panel {
    int listener;
    pthread_t thread;
    const char *answer; /* NULL: it says nothing until the other side has gone */
    size_t repeats;     /* of the answer */
    char request[1024];
};

static void *answer(void *arg)
{
    struct other_panel *const other = arg;
    size_t used = 0;
    const int fd = accept(other->listener, NULL, NULL);
    while (fd >= 0 && strstr(other->request, "\r\n\r\n") == NULL) {
        const ssize_t count = recv(fd, other->request + used, sizeof other->request - used - 1, 0);
        if (count <= 0) {
            break;
        }
        used += (size_t)count;
    }
    for (size_t i = 0; i < other->repeats && other->answer != NULL; i++) {
        (void)send(fd, other->answer, strlen(other->answer), MSG_NOSIGNAL);
    }
    if (other->answer == NULL) {
        char byte = 0;
        (void)recv(fd, &byte, 1, 0);
    }
    close(fd);
    return NULL;
}

static enum result ask(struct other_panel *other, const char *token, uint64_t wait_ms, cJSON **json, struct err *err)
{
    struct panel_address panel = {.token = token != NULL ? strdup(token) : NULL};
    OK(net_parse("127.0.0.1:0", &panel.address, err));
    OK(net_listen(&panel.address, 1, &other->listener, err));
    const int flags = fcntl(other->listener, F_GETFL);
    assert_int_equal(fcntl(other->listener, F_SETFL, flags & ~O_NONBLOCK), 0);
    net_format(&panel.address, panel.host);
    assert_int_equal(pthread_create(&other->thread, NULL, answer, other), 0);
    const enum result result = panel_request(&panel, "/server", clock_now_ns() + wait_ms * NS_PER_MS, json, err);
    pthread_join(other->thread, NULL);
    close(other->listener);
    free(panel.token);
    return result;
}

TEST(a_panel_is_asked_with_its_token_and_its_answer_read)
{
    struct other_panel other = {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"a\": 17}", .repeats = 1};
    struct err err;
    cJSON *json = NULL;
    OK(ask(&other, "secret", 10000, &json, &err));
    assert_int_equal(cJSON_GetObjectItem(json, "a")->valueint, 17);
    cJSON_Delete(json);
    assert_non_null(strstr(other.request, "GET /server HTTP/1.1\r\nHost: 127.0.0.1:"));
    assert_non_null(strstr(other.request, "\r\nAuthorization: Bearer secret\r\n"));
    other = (struct other_panel){.answer = "HTTP/1.1 200 OK\r\n\r\n{}", .repeats = 1};
    OK(ask(&other, NULL, 10000, &json, &err));
    cJSON_Delete(json);
    assert_null(strstr(other.request, "Authorization"));
}

TEST(what_is_no_answer_of_a_panel_says_why)
{
    static const struct {
        const char *answer;
        size_t repeats;
        const char *words;
    } rows[] = {
        {"HTTP/1.1 401 Unauthorized\r\n\r\n{}", 1, "it answered: HTTP/1.1 401 Unauthorized"},
        {"220 mail\r\n", 1, "it answered: 220 mail"},
        {"HTTP/1.1 200 OK\r\n", 1, "it answered: HTTP/1.1 200 OK"}, /* cut in its headers */
        {"HTTP/1.1 200 OK\r\n\r\n{\"a\":", 1, "its answer is no JSON"},
        {"", 1, "it answered: "},
        {"HTTP/1.1 200 OK\r\n\r\n0123456789012345678901234567890123456789", 10000, "the answer is too long"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct other_panel other = {.answer = rows[i].answer, .repeats = rows[i].repeats};
        struct err err = {0};
        cJSON *json = NULL;
        assert_int_equal(ask(&other, NULL, 10000, &json, &err), RESULT_SYSTEM);
        if (strncmp(err.message, rows[i].words, strlen(rows[i].words)) != 0) {
            fail_msg("expected \"%s\", got \"%s\"", rows[i].words, err.message);
        }
    }
}

TEST(a_panel_that_says_nothing_is_given_up_in_time)
{
    struct other_panel other = {.answer = NULL};
    struct err err;
    cJSON *json = NULL;
    const uint64_t start_ns = clock_now_ns();
    assert_int_equal(ask(&other, NULL, 200, &json, &err), RESULT_SYSTEM);
    assert_in_range(clock_now_ns() - start_ns, 190 * NS_PER_MS, 5000 * NS_PER_MS);
    assert_int_equal(err.error_number, ETIMEDOUT);
}

TEST(where_no_panel_listens_the_kernel_says_so)
{
    struct panel_address panel = {.token = NULL};
    struct err err;
    cJSON *json = NULL;
    int fd = -1;
    OK(net_parse("127.0.0.1:0", &panel.address, &err));
    OK(net_listen(&panel.address, 1, &fd, &err));
    close(fd);
    net_format(&panel.address, panel.host);
    assert_int_equal(panel_request(&panel, "/server", clock_now_ns() + 10000 * NS_PER_MS, &json, &err), RESULT_SYSTEM);
    assert_int_equal(err.error_number, ECONNREFUSED);
}
