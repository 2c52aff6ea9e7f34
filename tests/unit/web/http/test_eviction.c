#include <linux/sockios.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/net.h"
#include "tests/unit/test.h"
#include "web/http/eviction.h"

#define YOUNG_MS 5U
#define ATTEMPTS 50
#define CREDIT_MS 1500U
#define PATIENCE_MS 20000

struct connection {
    int ends[2]; /* the panel's, the client's */
    struct eviction_entry *entry;
};

struct table {
    struct eviction *eviction;
    struct net_address address;
    int listener;
    struct connection connections[EVICTION_CONNECTIONS_MAX + 1];
    size_t count;
};

static void create(struct table *table, uint32_t credit_ms)
{
    struct err err;
    OK(net_parse("127.0.0.1:0", &table->address, &err));
    OK(net_listen(&table->address, 128, &table->listener, &err));
    OK(eviction_create(credit_ms, &table->eviction, &err));
    table->count = 0;
}

static int begin(void **state)
{
    static struct table table;
    create(&table, EVICTION_CREDIT_MS);
    *state = &table;
    return 0;
}

static int begin_short(void **state)
{
    static struct table table;
    create(&table, CREDIT_MS);
    *state = &table;
    return 0;
}

static void close_all(struct table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        eviction_remove(table->eviction, table->connections[i].entry);
        close(table->connections[i].ends[0]);
        close(table->connections[i].ends[1]);
    }
    table->count = 0;
}

static int end(void **state)
{
    struct table *const table = *state;
    close_all(table);
    eviction_destroy(table->eviction);
    close(table->listener);
    return 0;
}

static void open_connection(struct table *table)
{
    struct connection *const connection = &table->connections[table->count++];
    const int small = 4096; /* what the client's kernel takes that the client does not read */
    connection->ends[1] = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(setsockopt(connection->ends[1], SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
    assert_int_equal(
        connect(connection->ends[1], (const struct sockaddr *)&table->address.storage, table->address.length), 0);
    connection->ends[0] = accept4(table->listener, NULL, NULL, SOCK_NONBLOCK);
    assert_true(connection->ends[0] >= 0);
    connection->entry = eviction_add(table->eviction, connection->ends[0]);
    assert_non_null(connection->entry);
}

/* The next connection is the first that evicts another. */
static void fill(struct table *table)
{
    while (table->count < EVICTION_BEGINS_AT) {
        open_connection(table);
    }
}

/* The panel's end has been shut down. */
static bool is_evicted(const struct table *table, size_t index)
{
    struct pollfd gone = {.fd = table->connections[index].ends[0], .events = 0};
    return poll(&gone, 1, 0) == 1 && (gone.revents & POLLHUP) != 0;
}

static size_t count_evicted(const struct table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        count += is_evicted(table, i);
    }
    return count;
}

static void pause_ms(uint64_t milliseconds)
{
    const struct timespec time = {.tv_nsec = (long)(milliseconds * NS_PER_MS)};
    nanosleep(&time, NULL);
}

static bool is_evicted_soon(const struct table *table, size_t index)
{
    for (int waited = 0; waited < PATIENCE_MS && !is_evicted(table, index); waited += 20) {
        pause_ms(20);
    }
    return is_evicted(table, index);
}

/* As much as the kernel takes from the panel. */
static void send_answer(struct table *table, size_t index)
{
    static const char bytes[65536];
    eviction_set_turn(table->eviction, table->connections[index].entry, EVICTION_PANEL_WORKS);
    while (send(table->connections[index].ends[0], bytes, sizeof bytes, MSG_NOSIGNAL) > 0) {
    }
    eviction_set_turn(table->eviction, table->connections[index].entry, EVICTION_CLIENT_READS);
}

TEST_IN(a_new_connection_evicts_the_one_that_has_waited_longest, begin, end)
{
    struct table *const table = *state;
    fill(table);
    pause_ms(4ULL * YOUNG_MS);
    assert_int_equal(count_evicted(table), 0);
    open_connection(table);
    assert_int_equal(count_evicted(table), 1);
    assert_true(is_evicted(table, 0));
}

TEST_IN(a_connection_that_the_panel_works_for_is_not_evicted, begin, end)
{
    struct table *const table = *state;
    fill(table);
    eviction_set_turn(table->eviction, table->connections[0].entry, EVICTION_PANEL_WORKS);
    pause_ms(4ULL * YOUNG_MS);
    open_connection(table);
    assert_false(is_evicted(table, 0));
    assert_true(is_evicted(table, 1));
}

TEST_IN(a_connection_whose_request_waits_for_the_panel_is_not_evicted, begin, end)
{
    struct table *const table = *state;
    fill(table);
    assert_int_equal(send(table->connections[0].ends[1], "GET ", 4, 0), 4);
    pause_ms(4ULL * YOUNG_MS);
    open_connection(table);
    assert_false(is_evicted(table, 0));
    assert_true(is_evicted(table, 1));
}

/* The clock decides what a burst is: on a machine that stalls the burst is repeated. */
TEST_IN(a_burst_evicts_none_of_its_own_while_there_is_room, begin, end)
{
    struct table *const table = *state;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        const uint64_t began = clock_now_ns();
        while (table->count < EVICTION_BEGINS_AT + 8) {
            open_connection(table);
        }
        const size_t evicted = count_evicted(table);
        if (clock_now_ns() - began < YOUNG_MS * NS_PER_MS) {
            assert_int_equal(evicted, 0);
            return;
        }
        close_all(table);
    }
    fail_msg("no burst was short enough in %d attempts", ATTEMPTS);
}

TEST_IN(there_is_always_a_free_entry, begin, end)
{
    struct table *const table = *state;
    while (table->count < EVICTION_CONNECTIONS_MAX) {
        open_connection(table);
    }
    assert_true(count_evicted(table) > 0);
}

/* libmicrohttpd then accepts nobody, whose arrival would evict another. */
TEST_IN(places_that_were_all_taken_by_a_burst_are_freed, begin, end)
{
    struct table *const table = *state;
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX; i++) {
        open_connection(table);
        eviction_set_turn(table->eviction, table->connections[i].entry, EVICTION_PANEL_WORKS);
    }
    assert_int_equal(count_evicted(table), 0);
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX; i++) {
        send_answer(table, i);
    }
    for (int waited = 0; waited < PATIENCE_MS && count_evicted(table) == 0; waited += 20) {
        pause_ms(20);
    }
    assert_true(count_evicted(table) > 0);
}

/* The client reads `size` bytes, which the panel's end sends anew. */
static void pass_bytes(const struct table *table, size_t index, size_t size)
{
    static char bytes[65536];
    const struct connection *const connection = &table->connections[index];
    for (size_t passed = 0; passed < size;) {
        struct pollfd readable = {.fd = connection->ends[1], .events = POLLIN};
        (void)send(connection->ends[0], bytes, sizeof bytes, MSG_NOSIGNAL);
        assert_int_equal(poll(&readable, 1, PATIENCE_MS), 1);
        const ssize_t taken = recv(connection->ends[1], bytes, sizeof bytes, MSG_DONTWAIT);
        assert_true(taken > 0);
        passed += (size_t)taken;
    }
}

static void read_all(const struct table *table, size_t index)
{
    static char bytes[65536];
    struct pollfd readable = {.fd = table->connections[index].ends[1], .events = POLLIN};
    int unread = 1;
    while (unread > 0) {
        assert_int_equal(poll(&readable, 1, PATIENCE_MS), 1);
        assert_true(recv(table->connections[index].ends[1], bytes, sizeof bytes, MSG_DONTWAIT) > 0);
        assert_int_equal(ioctl(table->connections[index].ends[0], SIOCOUTQ, &unread), 0);
    }
    while (recv(table->connections[index].ends[1], bytes, sizeof bytes, MSG_DONTWAIT) > 0) {
    }
}

TEST_IN(what_was_read_of_earlier_answers_earns_a_download_no_pause, begin_short, end)
{
    struct table *const table = *state;
    open_connection(table);
    open_connection(table);
    eviction_set_turn(table->eviction, table->connections[0].entry, EVICTION_PANEL_WORKS);
    pass_bytes(table, 0, (size_t)256 * 1024);
    eviction_set_turn(table->eviction, table->connections[0].entry, EVICTION_CLIENT_READS);
    read_all(table, 0);
    for (size_t i = 0; i < 2; i++) {
        eviction_set_turn(table->eviction, table->connections[i].entry, EVICTION_CLIENT_SENDS);
        eviction_set_turn(table->eviction, table->connections[i].entry, EVICTION_PANEL_WORKS);
        assert_true(eviction_begin_download(table->eviction, table->connections[i].entry));
        pass_bytes(table, i, (size_t)20 * 1024);
        eviction_set_turn(table->eviction, table->connections[i].entry, EVICTION_CLIENT_READS);
    }
    assert_true(is_evicted_soon(table, 1)); /* by a walk over all, the other first */
    assert_true(is_evicted(table, 0));
}

/* With a client that has read enough to earn a pause. */
static void begin_download(struct table *table, size_t index)
{
    open_connection(table);
    eviction_set_turn(table->eviction, table->connections[index].entry, EVICTION_PANEL_WORKS);
    assert_true(eviction_begin_download(table->eviction, table->connections[index].entry));
    eviction_set_turn(table->eviction, table->connections[index].entry, EVICTION_CLIENT_READS);
    pass_bytes(table, index, (size_t)128 * 1024);
}

static void expect_kept(const struct table *table, size_t index, uint64_t milliseconds)
{
    for (uint64_t waited = 0; waited < milliseconds; waited += 500) {
        pause_ms(500);
        assert_false(is_evicted(table, index));
    }
}

/* A client of 64 kB/s whose kernel has taken 1.2 MB in advance pauses for that long. */
TEST_IN(a_download_that_was_read_may_pause_for_longer_than_a_client_has_credit_at_first, begin_short, end)
{
    struct table *const table = *state;
    begin_download(table, 0);
    open_connection(table);
    assert_true(is_evicted_soon(table, 1));
    expect_kept(table, 0, 18000);
}

TEST_IN(a_download_is_not_over_before_the_last_of_it_was_read, begin_short, end)
{
    static const char bytes[65536];
    struct table *const table = *state;
    begin_download(table, 0);
    while (send(table->connections[0].ends[0], bytes, sizeof bytes, MSG_NOSIGNAL) > 0) {
    }
    eviction_set_turn(table->eviction, table->connections[0].entry, EVICTION_CLIENT_SENDS);
    expect_kept(table, 0, 4000);
    read_all(table, 0);
    assert_true(is_evicted_soon(table, 0)); /* it sends no further request */
}

TEST_IN(a_client_that_reads_nothing_is_evicted_and_one_that_reads_is_not, begin_short, end)
{
    struct table *const table = *state;
    static char bytes[65536];
    open_connection(table);
    open_connection(table);
    send_answer(table, 0);
    send_answer(table, 1);
    for (int waited = 0; waited < PATIENCE_MS && !is_evicted(table, 0); waited += 20) {
        (void)recv(table->connections[1].ends[1], bytes, sizeof bytes, MSG_DONTWAIT);
        (void)send(table->connections[1].ends[0], bytes, sizeof bytes, MSG_NOSIGNAL);
        pause_ms(20);
    }
    assert_true(is_evicted(table, 0));
    assert_false(is_evicted(table, 1));
    assert_int_equal(eviction_count(table->eviction), 1);
}

TEST_IN(a_client_whose_stream_has_nothing_to_read_is_not_evicted, begin_short, end)
{
    struct table *const table = *state;
    open_connection(table);
    open_connection(table);
    eviction_set_turn(table->eviction, table->connections[1].entry, EVICTION_CLIENT_READS);
    assert_true(is_evicted_soon(table, 0)); /* it sends no request */
    assert_false(is_evicted(table, 1));
}

TEST_IN(a_connection_closes_after_its_answer_while_many_are_open, begin, end)
{
    struct table *const table = *state;
    while (table->count < EVICTION_CLOSES_AT - 1) {
        open_connection(table);
    }
    assert_false(eviction_must_close(table->eviction, table->connections[0].entry));
    open_connection(table);
    assert_true(eviction_must_close(table->eviction, table->connections[0].entry));
    eviction_remove(table->eviction, table->connections[1].entry);
    table->connections[1].entry = NULL;
    assert_false(eviction_must_close(table->eviction, table->connections[0].entry));
}

TEST_IN(further_requests_do_not_help_a_client_that_reads_nothing, begin_short, end)
{
    struct table *const table = *state;
    open_connection(table);
    send_answer(table, 0);
    assert_true(eviction_must_close(table->eviction, table->connections[0].entry));
    for (int waited = 0; waited < PATIENCE_MS && !is_evicted(table, 0); waited += 20) {
        eviction_set_turn(table->eviction, table->connections[0].entry, EVICTION_CLIENT_SENDS);
        send_answer(table, 0);
        pause_ms(20);
    }
    assert_true(is_evicted(table, 0));
}

TEST_IN(downloads_leave_room_and_the_one_that_fell_behind_makes_it, begin, end)
{
    struct table *const table = *state;
    for (size_t i = 0; i <= EVICTION_DOWNLOADS_MAX; i++) {
        open_connection(table);
        eviction_set_turn(table->eviction, table->connections[i].entry, EVICTION_PANEL_WORKS);
        assert_int_equal(eviction_begin_download(table->eviction, table->connections[i].entry),
                         i < EVICTION_DOWNLOADS_MAX);
    }
    send_answer(table, 3);
    bool begun = false;
    for (int waited = 0; waited < PATIENCE_MS && !begun; waited += 20) {
        begun = eviction_begin_download(table->eviction, table->connections[EVICTION_DOWNLOADS_MAX].entry);
        pause_ms(20);
    }
    assert_true(begun);
    assert_true(is_evicted(table, 3));
    assert_int_equal(count_evicted(table), 1);
}
