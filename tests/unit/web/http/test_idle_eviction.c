#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above first */
#include <cmocka.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "web/http/idle_eviction.h"

#define GRACE_MS 5U
#define ATTEMPTS 50

struct guest {
    int ends[2]; /* the panel's, the client's */
    struct eviction_entry *place;
};

struct party {
    struct idle_eviction *eviction;
    struct guest guests[EVICTION_CONNECTIONS_MAX + 1];
    size_t count;
};

static int begin(void **state)
{
    static struct party party;
    struct err err;
    party = (struct party){.count = 0};
    assert_int_equal(eviction_create(&party.eviction, &err), RESULT_OK);
    *state = &party;
    return 0;
}

static void leave(struct party *party)
{
    for (size_t i = 0; i < party->count; i++) {
        eviction_leave(party->eviction, party->guests[i].place);
        close(party->guests[i].ends[0]);
        close(party->guests[i].ends[1]);
    }
    party->count = 0;
}

static int end(void **state)
{
    struct party *const party = *state;
    leave(party);
    eviction_destroy(party->eviction);
    return 0;
}

static void arrive(struct party *party)
{
    struct guest *const guest = &party->guests[party->count++];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, guest->ends), 0);
    guest->place = eviction_arrive(party->eviction, guest->ends[0]);
    assert_non_null(guest->place);
}

static bool is_ended(const struct party *party, size_t index)
{
    char byte;
    return recv(party->guests[index].ends[1], &byte, 1, MSG_DONTWAIT) == 0;
}

static size_t ended(const struct party *party)
{
    size_t count = 0;
    for (size_t i = 0; i < party->count; i++) {
        count += is_ended(party, i);
    }
    return count;
}

static void wait_out_the_grace(void)
{
    const struct timespec time = {.tv_nsec = (long)(GRACE_MS * NS_PER_MS * 2)};
    nanosleep(&time, NULL);
}

static void a_newcomer_ends_the_one_that_has_waited_longest(void **state)
{
    struct party *const party = *state;
    while (party->count < EVICTION_BEGINS_AT) {
        arrive(party);
    }
    wait_out_the_grace();
    assert_int_equal(ended(party), 0);
    arrive(party);
    assert_int_equal(ended(party), 1);
    assert_true(is_ended(party, 0));
}

static void one_that_is_being_answered_stays(void **state)
{
    struct party *const party = *state;
    while (party->count < EVICTION_BEGINS_AT) {
        arrive(party);
    }
    eviction_busy(party->eviction, party->guests[0].place, true);
    wait_out_the_grace();
    arrive(party);
    assert_false(is_ended(party, 0));
    assert_true(is_ended(party, 1));
}

/* The clock decides what a burst is: on a machine that is held up it is tried again. */
static void a_burst_ends_none_of_its_own_while_there_is_room(void **state)
{
    struct party *const party = *state;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        const uint64_t began = clock_now_ns();
        while (party->count < EVICTION_BEGINS_AT + 8) {
            arrive(party);
        }
        const size_t gone = ended(party);
        if (clock_now_ns() - began < GRACE_MS * NS_PER_MS) {
            assert_int_equal(gone, 0);
            return;
        }
        leave(party);
    }
    fail_msg("no burst was short enough in %d attempts", ATTEMPTS);
}

static void there_is_always_a_place(void **state)
{
    struct party *const party = *state;
    while (party->count < EVICTION_CONNECTIONS_MAX) {
        arrive(party);
    }
    assert_true(ended(party) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_newcomer_ends_the_one_that_has_waited_longest, begin, end),
        cmocka_unit_test_setup_teardown(one_that_is_being_answered_stays, begin, end),
        cmocka_unit_test_setup_teardown(a_burst_ends_none_of_its_own_while_there_is_room, begin, end),
        cmocka_unit_test_setup_teardown(there_is_always_a_place, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
