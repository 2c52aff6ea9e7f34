#include "server/lab/run/panel_request.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/escape.h"

#define ANSWER_MOST ((size_t)256 * 1024)
#define FIRST_LINE_SIZE 200

/* Waits for `events`. */
static enum result wait_for(int fd, short events, uint64_t until_ns, struct err *err)
{
    struct pollfd poll_fd = {.fd = fd, .events = events};
    for (;;) {
        const uint64_t now_ns = clock_now_ns();
        const uint64_t left_ms = until_ns > now_ns ? (until_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS : 0;
        const int count = poll(&poll_fd, 1, (int)left_ms);
        if (count > 0) {
            return RESULT_OK;
        }
        if (count == 0) {
            return err_system(err, ETIMEDOUT, "no answer in time");
        }
        if (errno != EINTR) {
            return err_system(err, errno, "cannot wait for an answer");
        }
    }
}

static enum result open_connection(const struct panel_address *panel, uint64_t until_ns, int *fd, struct err *err)
{
    const struct net_address *const to = &panel->address;
    int failed = 0;
    socklen_t length = sizeof failed;
    *fd = socket(to->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0) {
        return err_system(err, errno, "cannot make a socket");
    }
    enum result result = RESULT_OK;
    if (connect(*fd, (const struct sockaddr *)&to->storage, to->length) != 0) {
        failed = errno;
        if (failed == EINPROGRESS) {
            result = wait_for(*fd, POLLOUT, until_ns, err);
            failed = result != RESULT_OK || getsockopt(*fd, SOL_SOCKET, SO_ERROR, &failed, &length) != 0 ? 0 : failed;
        }
        if (result == RESULT_OK && failed != 0) {
            result = err_system(err, failed, "cannot connect");
        }
    }
    if (result != RESULT_OK) {
        close(*fd);
    }
    return result;
}

/* A request is shorter than any socket buffer: it is sent at once, or not at all. */
static enum result send_request(int fd, const struct panel_address *panel, const char *path, struct err *err)
{
    struct buf text = BUF_INIT;
    buf_printf(&text, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", path, panel->host);
    if (panel->token != NULL) {
        buf_printf(&text, "Authorization: Bearer %s\r\n", panel->token);
    }
    buf_text(&text, "\r\n");
    enum result result = RESULT_OK;
    if (text.failed) {
        result = err_set(err, RESULT_NO_MEMORY, "no memory for a request");
    } else if (send(fd, text.bytes, text.length, MSG_NOSIGNAL) != (ssize_t)text.length) {
        result = err_system(err, errno, "cannot send a request");
    }
    buf_free(&text);
    return result;
}

/* Until the other side closes. */
static enum result receive(int fd, uint64_t until_ns, struct buf *answer, struct err *err)
{
    char bytes[4096];
    for (;;) {
        if (wait_for(fd, POLLIN, until_ns, err) != RESULT_OK) {
            return err->code;
        }
        const ssize_t count = recv(fd, bytes, sizeof bytes, 0);
        if (count == 0) {
            return RESULT_OK;
        }
        if (count > 0) {
            buf_append(answer, bytes, (size_t)count);
        } else if (errno != EINTR && errno != EAGAIN) {
            return err_system(err, errno, "no whole answer");
        }
        if (answer->failed || answer->length > ANSWER_MOST) {
            return err_set(err, RESULT_SYSTEM, "the answer is too long");
        }
    }
}

/* An answer that was cut is no JSON. */
static enum result read_answer(struct buf *answer, cJSON **json, struct err *err)
{
    static const char ok[] = "HTTP/1.1 200 ";
    buf_append(answer, "", 1);
    if (answer->failed) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for an answer");
    }
    const char *const body = strstr(answer->bytes, "\r\n\r\n");
    if (strncmp(answer->bytes, ok, sizeof ok - 1) != 0 || body == NULL) {
        char line[FIRST_LINE_SIZE]; /* it may go to a terminal */
        escape_write(answer->bytes, strcspn(answer->bytes, "\r\n"), sizeof line, line, sizeof line);
        return err_set(err, RESULT_SYSTEM, "it answered: %s", line);
    }
    *json = cJSON_Parse(body + 4);
    return *json != NULL ? RESULT_OK : err_set(err, RESULT_SYSTEM, "its answer is no JSON");
}

enum result panel_request(const struct panel_address *panel, const char *path, uint64_t until_ns, cJSON **json,
                          struct err *err)
{
    struct buf answer = BUF_INIT;
    int fd = -1;
    if (open_connection(panel, until_ns, &fd, err) != RESULT_OK) {
        return err->code;
    }
    enum result result = send_request(fd, panel, path, err);
    if (result == RESULT_OK) {
        result = receive(fd, until_ns, &answer, err);
    }
    if (result == RESULT_OK) {
        result = read_answer(&answer, json, err);
    }
    close(fd);
    buf_free(&answer);
    return result;
}
