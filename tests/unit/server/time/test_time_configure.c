/* The TIME server changes its model, backlog and workers while clients come; and what is peculiar to the pool. */
#include "tests/unit/server/time/time_helpers.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>

static const struct time_server_change no_change = {.model = TIME_MODEL_COUNT};

static void configure(struct time_server *server, struct time_server_change change)
{
    struct err err = {0};
    if (time_server_configure(server, &change, &err) != RESULT_OK) {
        fail_msg("%s", err.message);
    }
}

/* Where io_uring may not be used the pool stands in for its model: no test here changes from or to that beside it. */
static void change_model(struct time_server *server, enum time_model model)
{
    if (time_server_refusal(server, model) != URING_ALLOWED) {
        model = TIME_MODEL_POOL;
    }
    configure(server, (struct time_server_change){.model = model});
    assert_int_equal(stats_of(server).model, model);
}

static void connect_many(const struct time_server *server, int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fds[i] = connect_to(server);
        ask(fds[i]);
    }
}

static void close_many(const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        close(fds[i]);
    }
}

TEST(change_of_model_resets_open_connections_and_keeps_the_totals)
{
    enum { EACH = 20 };
    struct time_server_config config = quiet_config(model_of(state));
    config.workers = EACH;
    struct time_server *const server = start(&config);
    int fds[EACH];
    connect_many(server, fds, EACH);
    say(fds[0], "TIM");
    for (size_t step = 1; step <= TIME_MODEL_COUNT; step++) {
        change_model(server, (config.model + step) % TIME_MODEL_COUNT);
        for (size_t i = 0; i < EACH; i++) {
            assert_reset(fds[i]);
        }
        close_many(fds, EACH);
        assert_int_equal(stats_of(server).live, 0);
        connect_many(server, fds, EACH);
    }
    const struct time_stats full = stats_of(server);
    assert_int_equal(full.total, (TIME_MODEL_COUNT + 1) * EACH);
    assert_int_equal(full.live, EACH);
    assert_int_equal(full.evicted + full.refused + full.invalid, 0);
    uint64_t cursor = 0;
    struct time_log rows[(TIME_MODEL_COUNT + 1) * EACH];
    assert_int_equal(time_server_log(server, &cursor, rows, sizeof rows / sizeof *rows), sizeof rows / sizeof *rows);
    close_many(fds, EACH);
    AWAIT(server, stats.live == 0 && stats.threads == threads_at_rest(&config));
    time_server_stop(server);
}

/* A connection that waits in send when the model stops holds it up for CONNECTION_READERS_MS, not until idle_ms. */
TEST(client_that_never_reads_does_not_hold_up_a_change)
{
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    const int deaf = connect_deaf(server);
    const uint64_t begin_ns = clock_now_ns();
    change_model(server, (config.model + 1) % TIME_MODEL_COUNT);
    assert_true(clock_now_ns() - begin_ns < PATIENCE_S * NS_PER_S);
    const int fd = connect_to(server);
    ask(fd);
    close(fd);
    close(deaf);
    time_server_stop(server);
}

TEST(clients_in_the_accept_queue_are_served_by_the_new_model)
{
    enum { WAITING = 8 };
    struct time_server *const server = start_with_budget(model_of(state), 1, 16);
    const int first = connect_to(server);
    AWAIT(server, stats.accept_paused);
    int fds[WAITING];
    for (size_t i = 0; i < WAITING; i++) {
        fds[i] = connect_to(server);
        say(fds[i], "TIME\r\n");
    }
    AWAIT(server, stats.queue == WAITING);
    change_model(server, (model_of(state) + 1) % TIME_MODEL_COUNT);
    assert_reset(first);
    close(first);
    for (size_t i = 0; i < WAITING; i++) {
        assert_hears_time(fds[i]);
        close(fds[i]);
    }
    assert_int_equal(stats_of(server).total, WAITING + 1);
    time_server_stop(server);
}

TEST(backlog_changes_without_touching_connections)
{
    struct time_server *const server = start_with_budget(model_of(state), 1, 5);
    const int first = connect_to(server);
    AWAIT(server, stats.accept_paused && stats.backlog == 5);
    const int second = connect_to(server);
    struct time_server_change change = no_change;
    change.backlog = 9;
    configure(server, change);
    AWAIT(server, stats.backlog == 9 && stats.queue == 1);
    assert_int_equal(stats_of(server).model, model_of(state));
    ask(first);
    close(first);
    ask(second);
    close(second);
    time_server_stop(server);
}

struct clients {
    const struct time_server *server;
    _Atomic bool enough;
    _Atomic unsigned served;
    _Atomic unsigned reset; /* those that were connected at a change */
};

/* cmocka's assertions are for the main thread: a client that is neither served nor reset ends the program. */
static void *come_and_go(void *argument)
{
    struct clients *const clients = argument;
    struct net_address address;
    time_server_address(clients->server, &address);
    while (!atomic_load(&clients->enough)) {
        char text[32];
        const struct timeval patience = {.tv_sec = PATIENCE_S};
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0 ||
            connect(fd, (const struct sockaddr *)&address.storage, address.length) != 0) {
            fprintf(stderr, "a client could not connect: %s\n", strerror(errno));
            abort();
        }
        if (send(fd, "TIME\r\n\r\n", 8, MSG_NOSIGNAL) == 8 && recv(fd, text, sizeof text, 0) == 14) {
            atomic_fetch_add(&clients->served, 1);
        } else if (errno == ECONNRESET || errno == EPIPE) {
            atomic_fetch_add(&clients->reset, 1);
        } else {
            fprintf(stderr, "a client got no answer: %s\n", strerror(errno));
            abort();
        }
        close(fd);
    }
    return NULL;
}

TEST(every_client_is_accepted_while_models_change)
{
    enum { CLIENTS = 4, CHANGES = 30 };
    struct time_server_config config = quiet_config(model_of(state));
    config.workers = 8;
    struct time_server *const server = start(&config);
    struct clients clients = {.server = server};
    pthread_t threads[CLIENTS];
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, &clients), 0);
    }
    for (unsigned i = 1; i <= CHANGES; i++) {
        const unsigned before = atomic_load(&clients.served);
        configure(server, (struct time_server_change){.model = (config.model + i) % TIME_MODEL_COUNT,
                                                      .backlog = (int)i + 20,
                                                      .workers = 4 + i});
        AWAIT(server, stats.total > 0 && atomic_load(&clients.served) >= before + CLIENTS);
    }
    atomic_store(&clients.enough, true);
    for (size_t i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
    }
    const unsigned served = atomic_load(&clients.served);
    const unsigned reset = atomic_load(&clients.reset);
    AWAIT(server, stats.live == 0 && stats.total == served + reset);
    assert_true(reset <= CLIENTS * CHANGES);
    time_server_stop(server);
}

TEST(wrong_change_is_refused)
{
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    const struct time_stats before = stats_of(server);
    struct time_server_change change = no_change;
    struct err err = {0};
    change.workers = TIME_WORKERS_MOST + 1;
    assert_int_equal(time_server_configure(server, &change, &err), RESULT_INVALID);
    assert_string_equal(err.field, "workers");
    change = no_change;
    change.backlog = -1;
    assert_int_equal(time_server_configure(server, &change, &err), RESULT_INVALID);
    assert_string_equal(err.field, "backlog");
    const struct time_stats after = stats_of(server);
    assert_int_equal(after.workers, before.workers);
    assert_int_equal(after.backlog, before.backlog);
    const int fd = connect_to(server);
    ask(fd);
    close(fd);
    time_server_stop(server);
}

/* A low RLIMIT_AS has no room for so many stacks. */
TEST(model_that_cannot_start_leaves_the_old_one)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* a sanitizer needs more address space than any limit */
#else
    const struct time_server_config config = quiet_config(model_of(state));
    struct time_server *const server = start(&config);
    const int fd = connect_to(server);
    ask(fd);
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_AS, &limit), 0);
    const struct rlimit little = {.rlim_cur = 300UL * 1024 * 1024, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_AS, &little), 0);
    const struct time_server_change change = {.model = TIME_MODEL_POOL, .workers = TIME_WORKERS_MOST};
    struct err err = {0};
    const enum result result = time_server_configure(server, &change, &err);
    assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
    assert_int_equal(result, RESULT_SYSTEM);
    assert_non_null(strstr(err.message, "workers"));
    assert_int_equal(stats_of(server).model, config.model);
    assert_int_equal(stats_of(server).workers, config.workers);
    ask(fd);
    const int other = connect_to(server);
    ask(other);
    close(other);
    close(fd);
    AWAIT(server, stats.live == 0 && stats.threads == threads_at_rest(&config));
    time_server_stop(server);
#endif
}

TEST(held_connections_keep_the_workers_of_a_pool)
{
    if (model_of(state) != TIME_MODEL_POOL) {
        skip();
    }
    struct time_server_config config = quiet_config(TIME_MODEL_POOL);
    config.workers = 2;
    struct time_server *const server = start(&config);
    assert_int_equal(stats_of(server).workers, 2);
    int fds[3];
    connect_many(server, fds, 2);
    fds[2] = connect_to(server);
    say(fds[2], "TIME\r\n");
    AWAIT(server, stats.queue == 1);
    assert_int_equal(stats_of(server).live, 2);
    assert_int_equal(stats_of(server).total, 2);
    assert_false(stats_of(server).accept_paused);
    char text[8];
    assert_int_equal(recv(fds[2], text, sizeof text, MSG_DONTWAIT), -1);
    close(fds[0]);
    assert_hears_time(fds[2]);
    assert_int_equal(stats_of(server).queue, 0);
    close_many(fds + 1, 2);
    AWAIT(server, stats.live == 0 && stats.threads == 2);
    time_server_stop(server);
}

TEST(more_workers_take_what_waits)
{
    if (model_of(state) != TIME_MODEL_POOL) {
        skip();
    }
    struct time_server_config config = quiet_config(TIME_MODEL_POOL);
    config.workers = 1;
    struct time_server *const server = start(&config);
    int fds[3];
    connect_many(server, fds, 1);
    fds[1] = connect_to(server);
    fds[2] = connect_to(server);
    AWAIT(server, stats.queue == 2);
    struct time_server_change change = no_change;
    change.workers = 3;
    configure(server, change);
    assert_reset(fds[0]);
    ask(fds[1]);
    ask(fds[2]);
    assert_int_equal(stats_of(server).workers, 3);
    close_many(fds, 3);
    AWAIT(server, stats.live == 0 && stats.threads == 3);
    time_server_stop(server);
}

int main(void)
{
    return run_under_each_model();
}
