/* libmicrohttpd's life: the daemon, its options, and the callbacks through which it hands requests over.
 *
 * A few threads poll with epoll and run the handlers; what waits (event streams) is suspended. The number of
 * connections is bounded well below the descriptors that the panel keeps for itself, because libmicrohttpd spins when
 * accept() meets EMFILE. */
#include "web/http/web.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sync.h"
#include "web/http/crowd.h"
#include "web/http/dispatch.h"

#define THREADS 4U
#define CONNECTIONS_MOST ((unsigned)CROWD_MOST)
#define IDLE_S 15U
/* Headers beyond half of it are refused, and endless ones fill all of it first: what goes into the last 8 KiB,
 * libmicrohttpd 0.9.75 reads 128 bytes at a time, and looks through the whole line again each time. With 32 KiB endless
 * headers cost twice the time. */
#define CONNECTION_MEMORY ((size_t)(16 * 1024))
/* With 64 a flood of connections costs others a second: a SYN that found no room is sent again then. */
#define BACKLOG 1024
#define HEARTBEAT_MS 10000
/* How long the answers under way may take at the end. */
#define FINISH_NS NS_PER_S

struct web {
    struct web_context context;
    struct net_address address;
    struct MHD_Daemon *daemon;
    struct crowd *crowd;
    pthread_mutex_t mutex;
    pthread_cond_t answered;
    size_t answering; /* requests that are whole and whose answer is not over */
};

/* --- callbacks, on libmicrohttpd's threads --- */

static void *on_target(void *arg, const char *uri, struct MHD_Connection *connection)
{
    const struct web *const web = arg;
    return request_create(&web->context, connection, uri);
}

static void on_connection(void *arg, struct MHD_Connection *connection, void **place,
                          enum MHD_ConnectionNotificationCode code)
{
    struct web *const web = arg;
    switch (code) {
    case MHD_CONNECTION_NOTIFY_STARTED:
        *place = crowd_arrive(web->crowd,
                              MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd);
        break;
    case MHD_CONNECTION_NOTIFY_CLOSED:
        crowd_leave(web->crowd, *place);
        break;
    }
}

static void note_busy(struct web *web, struct MHD_Connection *connection, bool busy)
{
    crowd_busy(web->crowd, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context,
               busy);
}

static enum MHD_Result answer(struct web *web, struct request *request)
{
    pthread_mutex_lock(&web->mutex);
    web->answering++;
    pthread_mutex_unlock(&web->mutex);
    request->answering = true;
    note_busy(web, request->connection, true);
    return dispatch(request);
}

/* Called first with the headers alone, then with each piece of the body, then once more when all is there. */
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
    struct web *const web = arg;
    struct request *const request = *state;
    (void)code;
    if (request != NULL && request->answering) {
        note_busy(web, connection, false);
        pthread_mutex_lock(&web->mutex);
        web->answering--;
        pthread_cond_signal(&web->answered);
        pthread_mutex_unlock(&web->mutex);
    }
    request_free(request);
    *state = NULL;
}

/* --- life --- */

/* The listening socket is libmicrohttpd's from then on. */
static struct MHD_Daemon *start_daemon(struct web *web, int listener)
{
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME;
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, web,                 //
                            MHD_OPTION_LISTEN_SOCKET, listener,                    //
                            MHD_OPTION_THREAD_POOL_SIZE, THREADS,                  //
                            MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MOST,         //
                            MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S,                 //
                            MHD_OPTION_STRICT_FOR_CLIENT, 1,                       //
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, //
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, web,      //
                            MHD_OPTION_URI_LOG_CALLBACK, on_target, web,           //
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, web,        //
                            MHD_OPTION_END);
}

enum result web_start(const struct web_config *config, struct web **out, struct err *err)
{
    int listener = -1;
    struct web *const web = calloc(1, sizeof *web);
    if (web == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    web->context.config = *config;
    web->address = config->address;
    if (crowd_create(&web->crowd, err) != RESULT_OK) {
        goto fail_crowd;
    }
    if (sync_init(&web->mutex, &web->answered, err) != RESULT_OK) {
        goto fail_sync;
    }
    if (net_listen(&web->address, BACKLOG, &listener, err) != RESULT_OK) {
        goto fail_listen;
    }
    guard_init(&web->context.guard, &web->address, config->token);
    const uint32_t heartbeat_ms = config->heartbeat_ms != 0 ? config->heartbeat_ms : HEARTBEAT_MS;
    if (sse_start(config->live, heartbeat_ms, &web->context.sse, err) != RESULT_OK) {
        goto fail_sse;
    }
    web->daemon = start_daemon(web, listener);
    if (web->daemon == NULL) {
        err_set(err, RESULT_SYSTEM, "libmicrohttpd %s cannot start its threads", MHD_get_version());
        goto fail_daemon;
    }
    *out = web;
    return RESULT_OK;

fail_daemon:
    sse_close(web->context.sse);
    sse_free(web->context.sse);
fail_sse:
    close(listener);
fail_listen:
    sync_destroy(&web->mutex, &web->answered);
fail_sync:
    crowd_destroy(web->crowd);
fail_crowd:
    free(web);
    return err->code;
}

static void wait_for_answers(struct web *web)
{
    const struct timespec deadline = clock_timespec(clock_now_ns() + FINISH_NS);
    pthread_mutex_lock(&web->mutex);
    int status = 0;
    while (web->answering > 0 && status == 0) {
        status = pthread_cond_timedwait(&web->answered, &web->mutex, &deadline);
    }
    pthread_mutex_unlock(&web->mutex);
}

/* The streams end first, and no new one begins: a daemon that is stopped while a connection is suspended aborts the
 * program. So does MHD_quiesce_daemon at times (0.9.75): it and a thread of the daemon both take the listener out of
 * that thread's epoll, and whoever comes second panics. Hence whoever connects meanwhile may still have an answer. */
void web_stop(struct web *web)
{
    sse_close(web->context.sse);
    wait_for_answers(web);
    MHD_stop_daemon(web->daemon);
    sse_free(web->context.sse);
    sync_destroy(&web->mutex, &web->answered);
    crowd_destroy(web->crowd);
    free(web);
}

void web_address(const struct web *web, struct net_address *address)
{
    *address = web->address;
}
