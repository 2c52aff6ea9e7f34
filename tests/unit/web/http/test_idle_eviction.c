#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/unit/test.h"
#include "web/http/idle_eviction.h"

#define GRACE_MS 5U
#define ATTEMPTS 50

struct connection {
    int ends[2]; /* the panel's, the client's */
    struct eviction_entry *entry;
};

struct table {
    struct idle_eviction *eviction;
    struct connection connections[EVICTION_CONNECTIONS_MAX + 1];
    size_t count;
};

static int begin(void **state)
{
    static struct table table;
    struct err err;
    table = (struct table){.count = 0};
    OK(eviction_create(&table.eviction, &err));
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
    return 0;
}

static void open_connection(struct table *table)
{
    struct connection *const connection = &table->connections[table->count++];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, connection->ends), 0);
    connection->entry = eviction_add(table->eviction, connection->ends[0]);
    assert_non_null(connection->entry);
}

static bool is_evicted(const struct table *table, size_t index)
{
    char byte;
    return recv(table->connections[index].ends[1], &byte, 1, MSG_DONTWAIT) == 0;
}

static size_t count_evicted(const struct table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        count += is_evicted(table, i);
    }
    return count;
}

static void wait_for_grace_period(void)
{
    const struct timespec time = {.tv_nsec = (long)(GRACE_MS * NS_PER_MS * 2)};
    nanosleep(&time, NULL);
}

TEST_IN(a_new_connection_evicts_the_one_that_has_waited_longest, begin, end)
{
    struct table *const table = *state;
    while (table->count < EVICTION_BEGINS_AT) {
        open_connection(table);
    }
    wait_for_grace_period();
    assert_int_equal(count_evicted(table), 0);
    open_connection(table);
    assert_int_equal(count_evicted(table), 1);
    assert_true(is_evicted(table, 0));
}

TEST_IN(a_connection_that_is_being_answered_is_not_evicted, begin, end)
{
    struct table *const table = *state;
    while (table->count < EVICTION_BEGINS_AT) {
        open_connection(table);
    }
    eviction_set_busy(table->eviction, table->connections[0].entry, true);
    wait_for_grace_period();
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
        if (clock_now_ns() - began < GRACE_MS * NS_PER_MS) {
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
