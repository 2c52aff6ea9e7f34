/* A complete web server on its own port, with a store in its own directory and a queue that is held, so that runs stay
 * queued; and a client that sends raw bytes, because a well-behaved one cannot send what must be refused. */
#ifndef KONEKSI_TESTS_UNIT_WEB_WEB_FIXTURE_H
#define KONEKSI_TESTS_UNIT_WEB_WEB_FIXTURE_H

#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "tests/unit/test.h"
#include "web/api/resources.h"
#include "web/http/http.h"

/* No wait takes this long unless something hangs. */
#define HANG_MS 120000

struct fixture {
    char directory[FOLDER_SIZE];
    struct store *store;
    struct live *live;
    struct time_server *server;
    struct run_queue *queue;
    struct experiments *experiments;
    struct publisher *publisher;
    struct app *app;
    struct http *http;
    unsigned port;
};

struct fixture fixture_start(const char *token);
void fixture_stop(struct fixture *fixture);
/* Setup and teardown of a test whose state is a fixture without a token. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

#define WEB_TEST(name) TEST_IN(name, fixture_setup, fixture_teardown)

int fixture_connect(const struct fixture *fixture);

void send_bytes(int fd, const char *bytes, size_t length);
/* Appends the bytes that arrive next. False at the end of the connection. */
bool receive(int fd, struct buf *out);
/* Fails the test where the connection ends before `text`. */
void receive_until(int fd, struct buf *out, const char *text);
/* Sends a request and returns everything up to the end of the connection; the caller frees it. */
char *ask_raw(const struct fixture *fixture, const char *request, size_t length);
/* Sends a request such as "POST /runs" with more header lines (each with CR LF; NULL: none) and a body (NULL: none). */
char *ask(const struct fixture *fixture, const char *line, const char *headers, const char *body);

unsigned status_of(const char *answer);
const char *body_of(const char *answer);
/* Sends a request and checks the status and that the answer contains `text` (NULL: anything). */
void expect(const struct fixture *fixture, const char *line, const char *headers, const char *body, unsigned status,
            const char *text);
/* Stores a queued run and returns its id. */
int64_t add_run(const struct fixture *fixture, const char *label);

#endif
