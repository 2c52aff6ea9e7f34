/* Runs libmicrohttpd: its daemon, its options and its callbacks.
 *
 * A few threads poll with epoll and run the handlers; connections that wait (event streams) are suspended. The number
 * of connections stays well below the descriptors that the panel reserves for itself, because libmicrohttpd spins when
 * accept() fails with EMFILE. */
#include "web/http/http.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sync.h"
#include "web/http/dispatch.h"
#include "web/http/eviction.h"
#include "web/http/sse.h"

#define CONNECTIONS_MAX ((unsigned)EVICTION_CONNECTIONS_MAX)
/* Headers that need more than half of it are refused. An endless header first fills all of it: libmicrohttpd 0.9.75
 * reads the last 8 KiB in pieces of 128 bytes and scans the line again after each. With 32 KiB an endless header costs
 * twice the time. */
#define CONNECTION_MEMORY ((size_t)(16 * 1024))
/* With 64, a flood of connections delays others by a second, after which a dropped SYN is sent again. */
#define BACKLOG 1024
/* What the kernel holds for a client before it is sent. Without a bound it takes 2.5 MB of an answer from a client on
 * this machine that reads nothing, so that 200 of them cost the time to make all that. */
#define UNSENT_MOST 65536
#define HEARTBEAT_MS 10000
/* How long http_stop waits for the answers under way. */
#define FINISH_NS NS_PER_S

_Static_assert(SSE_STREAMS_MAX + EVICTION_DOWNLOADS_MAX <= EVICTION_BEGINS_AT, "streams and downloads leave room");

struct http {
    struct http_context context;
    struct net_address address;
    struct MHD_Daemon *daemon;
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    size_t answering; /* complete requests whose answer is not over */
};

/* --- callbacks, on libmicrohttpd's threads --- */

static void *on_target(void *arg, const char *uri, struct MHD_Connection *connection)
{
    const struct http *const http = arg;
    return request_create(&http->context, connection, uri);
}

static void on_connection(void *arg, struct MHD_Connection *connection, void **entry,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http *const http = arg;
    switch (code) {
    case MHD_CONNECTION_NOTIFY_STARTED:
        *entry = eviction_add(http->context.eviction,
                              MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
        break;
    case MHD_CONNECTION_NOTIFY_CLOSED:
        eviction_remove(http->context.eviction, *entry);
        break;
    }
}

static enum MHD_Result answer(struct http *http, struct request *request)
{
    pthread_mutex_lock(&http->mutex);
    http->answering++;
    pthread_mutex_unlock(&http->mutex);
    request_begin_answer(request);
    const enum MHD_Result result = dispatch(request);
    request_answer_queued(request);
    return result;
}

/* Called with the headers, then with each piece of the body, then once more at the end of the body. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *piece, size_t *piece_size, void **state)
{
    struct request *const request = *state;
    (void)connection;
    (void)url;
    if (request == NULL) {
        return MHD_NO;
    }
    if (!request->seen) {
        if (dispatch_admit(request, method, version)) {
            return answer(arg, request);
        }
        request->seen = true;
        return MHD_YES;
    }
    if (*piece_size > 0) {
        const bool taken = request_feed(request, piece, *piece_size);
        *piece_size = 0;
        return taken ? MHD_YES : MHD_NO;
    }
    return answer(arg, request);
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct http *const http = arg;
    struct request *const request = *state;
    (void)connection;
    (void)code;
    if (request != NULL && request->answering) {
        request_completed(request);
        pthread_mutex_lock(&http->mutex);
        http->answering--;
        pthread_cond_signal(&http->answered);
        pthread_mutex_unlock(&http->mutex);
    }
    request_free(request);
    *state = NULL;
}

/* --- life --- */

/* libmicrohttpd owns the listening socket from then on. It is left as lenient as it is, because the guard checks what
 * it would: when it is strict it answers a request without Host twice. */
static struct MHD_Daemon *start_daemon(struct http *http, int listener)
{
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, http,                //
                            MHD_OPTION_LISTEN_SOCKET, listener,                    //
                            MHD_OPTION_THREAD_POOL_SIZE, (unsigned)HTTP_THREADS,   //
                            MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,          //
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, //
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,     //
                            MHD_OPTION_URI_LOG_CALLBACK, on_target, http,          //
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,       //
                            MHD_OPTION_END);
}

enum result http_start(const struct http_config *config, struct http **out, struct err *err)
{
    int listener = -1;
    struct http *const http = calloc(1, sizeof *http);
    if (http == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    http->context.app = config->app;
    http->context.routes = config->routes;
    http->address = config->address;
    if (eviction_create(EVICTION_CREDIT_MS, &http->context.eviction, err) != RESULT_OK) {
        goto fail_eviction;
    }
    if (sync_init(&http->mutex, &http->answered, err) != RESULT_OK) {
        goto fail_sync;
    }
    if (net_listen(&http->address, BACKLOG, &listener, err) != RESULT_OK) {
        goto fail_listen;
    }
    const int unsent_most = UNSENT_MOST;
    (void)setsockopt(listener, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_most, sizeof unsent_most); /* is inherited */
    guard_init(&http->context.guard, &http->address, config->token);
    const uint32_t heartbeat_ms = config->heartbeat_ms != 0 ? config->heartbeat_ms : HEARTBEAT_MS;
    if (sse_start(config->live, heartbeat_ms, &http->context.sse, err) != RESULT_OK) {
        goto fail_sse;
    }
    http->daemon = start_daemon(http, listener);
    if (http->daemon == NULL) {
        err_set(err, RESULT_SYSTEM, "libmicrohttpd %s cannot start its threads", MHD_get_version());
        goto fail_daemon;
    }
    *out = http;
    return RESULT_OK;

fail_daemon:
    sse_close(http->context.sse);
    sse_free(http->context.sse);
fail_sse:
    close(listener);
fail_listen:
    sync_destroy(&http->mutex, &http->answered);
fail_sync:
    eviction_destroy(http->context.eviction);
fail_eviction:
    free(http);
    return err->code;
}

static void wait_for_answers(struct http *http)
{
    const struct timespec deadline = clock_timespec(clock_now_ns() + FINISH_NS);
    pthread_mutex_lock(&http->mutex);
    int status = 0;
    while (http->answering > 0 && status == 0) {
        status = pthread_cond_timedwait(&http->answered, &http->mutex, &deadline);
    }
    pthread_mutex_unlock(&http->mutex);
}

/* The streams end first, and no new one begins: stopping a daemon while a connection is suspended aborts the program.
 * MHD_quiesce_daemon can abort it too (0.9.75): it and a thread of the daemon both remove the listener from the
 * thread's epoll, and the second to do so panics. So a client that connects meanwhile may still be answered. */
void http_stop(struct http *http)
{
    sse_close(http->context.sse);
    wait_for_answers(http);
    MHD_stop_daemon(http->daemon);
    sse_free(http->context.sse);
    sync_destroy(&http->mutex, &http->answered);
    eviction_destroy(http->context.eviction);
    free(http);
}

void http_address(const struct http *http, struct net_address *address)
{
    *address = http->address;
}
