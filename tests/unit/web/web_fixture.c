#include "tests/unit/web/web_fixture.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include "web/api/publisher.h"

struct fixture fixture_start(const char *token)
{
    struct fixture fixture;
    struct err err;
    char path[128];
    folder_make(fixture.directory);
    snprintf(path, sizeof path, "%s/web.db", fixture.directory);
    OK(store_open(path, &fixture.store, &err));
    OK(live_create(&fixture.live, &err));
    struct time_server_config time_config = time_server_defaults();
    OK(net_parse("127.0.0.1:0", &time_config.address, &err));
    OK(time_server_start(&time_config, &fixture.server, &err));
    fixture.publisher = malloc(sizeof *fixture.publisher);
    assert_non_null(fixture.publisher);
    *fixture.publisher = (struct publisher){.live = fixture.live, .store = fixture.store, .server = fixture.server};
    static const char *const no_targets[] = {NULL};
    const struct run_queue_config queue_config = {.watch.store = fixture.store,
                                                  .watch.observer = publisher_observer(fixture.publisher),
                                                  .watch.server = fixture.server,
                                                  .watch.programs.generator = "/nowhere/koneksi-load",
                                                  .watch.targets = no_targets,
                                                  .held = true};
    OK(run_queue_start(&queue_config, &fixture.queue, &err));
    const struct experiments_config experiments_config = {.observer = publisher_observer(fixture.publisher),
                                                          .store = fixture.store,
                                                          .queue = fixture.queue,
                                                          .sides.server = fixture.server};
    OK(experiments_start(&experiments_config, &fixture.experiments, &err));
    fixture.app = malloc(sizeof *fixture.app);
    assert_non_null(fixture.app);
    *fixture.app = (struct app){
        .store = fixture.store, .queue = fixture.queue, .experiments = fixture.experiments, .server = fixture.server};
    struct http_config config = {
        .token = token, .routes = api_routes, .app = fixture.app, .live = fixture.live, .heartbeat_ms = 50};
    OK(net_parse("127.0.0.1:0", &config.address, &err));
    OK(http_start(&config, &fixture.http, &err));
    struct net_address address;
    http_address(fixture.http, &address);
    fixture.port = net_port(&address);
    return fixture;
}

void fixture_stop(struct fixture *fixture)
{
    http_stop(fixture->http);
    free(fixture->app);
    experiments_stop(fixture->experiments);
    run_queue_stop(fixture->queue);
    time_server_stop(fixture->server);
    publisher_free(fixture->publisher);
    free(fixture->publisher);
    live_destroy(fixture->live);
    store_close(fixture->store);
    folder_remove(fixture->directory);
}

int fixture_setup(void **state)
{
    struct fixture *const fixture = malloc(sizeof *fixture);
    assert_non_null(fixture);
    *fixture = fixture_start(NULL);
    *state = fixture;
    return 0;
}

int fixture_teardown(void **state)
{
    fixture_stop(*state);
    free(*state);
    return 0;
}

int fixture_connect(const struct fixture *fixture)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)fixture->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

void send_bytes(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        const ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0) {
            return; /* refused half way: the answer says why */
        }
        bytes += sent;
        length -= (size_t)sent;
    }
}

bool receive(int fd, struct buf *out)
{
    char bytes[4096];
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    if (poll(&ready, 1, HANG_MS) != 1) {
        fail_msg("nothing arrived: %s", out->bytes == NULL ? "" : out->bytes);
    }
    const ssize_t length = recv(fd, bytes, sizeof bytes, 0);
    if (length <= 0) {
        return false;
    }
    buf_append(out, bytes, (size_t)length);
    return true;
}

void receive_until(int fd, struct buf *out, const char *text)
{
    while (out->bytes == NULL || strstr(out->bytes, text) == NULL) {
        if (!receive(fd, out)) {
            fail_msg("the connection ended before \"%s\": %s", text, out->bytes == NULL ? "" : out->bytes);
        }
    }
}

char *ask_raw(const struct fixture *fixture, const char *request, size_t length)
{
    struct buf out = BUF_INIT;
    const int fd = fixture_connect(fixture);
    send_bytes(fd, request, length);
    while (receive(fd, &out)) {
    }
    close(fd);
    buf_append(&out, "", 0);
    return buf_take(&out);
}

/* Joins the chunks of the body, because a row may lie in two of them (RFC 9112, 7.1). */
static void join_chunks(char *answer)
{
    char *body = strstr(answer, "\r\n\r\n");
    const char *const coding = strstr(answer, "\r\nTransfer-Encoding: chunked\r\n");
    if (body == NULL || coding == NULL || coding > body) {
        return;
    }
    body += 4;
    char *to = body;
    size_t size = *body == '\0' ? 0 : 1; /* the answer to HEAD has no body */
    while (size > 0) {
        char *bytes = NULL;
        size = strtoul(body, &bytes, 16);
        if (bytes == body || strncmp(bytes, "\r\n", 2) != 0 || size > strlen(bytes + 2) ||
            strncmp(bytes + 2 + size, "\r\n", 2) != 0) {
            fail_msg("a chunk of %zu bytes was cut off: %s", size, answer);
        }
        memmove(to, bytes + 2, size);
        to += size;
        body = bytes + 2 + size + 2;
    }
    *to = '\0';
}

char *ask(const struct fixture *fixture, const char *line, const char *headers, const char *body)
{
    struct buf request = BUF_INIT;
    buf_printf(&request, "%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%s", line, fixture->port,
               headers == NULL ? "" : headers);
    if (body != NULL) {
        buf_printf(&request, "Content-Length: %zu\r\n", strlen(body));
    }
    buf_text(&request, "\r\n");
    buf_text(&request, body == NULL ? "" : body);
    char *const answer = ask_raw(fixture, request.bytes, request.length);
    buf_free(&request);
    join_chunks(answer);
    return answer;
}

unsigned status_of(const char *answer)
{
    static const char version[] = "HTTP/1.1 ";
    return strncmp(answer, version, sizeof version - 1) == 0 ? (unsigned)strtoul(answer + sizeof version - 1, NULL, 10)
                                                             : 0;
}

const char *body_of(const char *answer)
{
    const char *const end = strstr(answer, "\r\n\r\n");
    return end == NULL ? "" : end + 4;
}

void expect(const struct fixture *fixture, const char *line, const char *headers, const char *body, unsigned status,
            const char *text)
{
    char *const answer = ask(fixture, line, headers, body);
    if (status_of(answer) != status || (text != NULL && strstr(answer, text) == NULL)) {
        fail_msg("%s: expected %u with \"%s\", got %s", line, status, text == NULL ? "" : text, answer);
    }
    free(answer);
}

int64_t add_run(const struct fixture *fixture, const char *label)
{
    struct run run;
    struct err err;
    memset(&run, 0, sizeof run);
    run_spec_init(&run.spec);
    run.spec.mode = MODE_THREAD;
    run.spec.count = 5;
    run.created_ms = clock_utc_ms();
    snprintf(run.spec.label, sizeof run.spec.label, "%s", label);
    OK(store_run_create(fixture->store, &run, &err));
    return run.id;
}
