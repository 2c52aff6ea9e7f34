/* The ring of live events: order, filters, bounds and concurrency. */

#include <inttypes.h>
#include <pthread.h>

#include "tests/unit/test.h"
#include "web/http/live.h"

static int make_live(void **state)
{
    struct err err;
    struct live *live = NULL;
    if (live_create(&live, &err) != RESULT_OK) {
        return -1;
    }
    *state = live;
    return 0;
}

static int drop_live(void **state)
{
    live_destroy(*state);
    return 0;
}

#define CASE(name) TEST_IN(name, make_live, drop_live)

CASE(events_come_in_order_and_in_stream_form)
{
    struct live *const live = *state;
    struct buf out = BUF_INIT;
    uint64_t cursor = 0;
    live_publish(live, &(struct live_event){.name = "run", .about.run = 7, .json = "{\"id\":7}"});
    live_publish(live, &(struct live_event){.name = "server", .about.run = 0, .json = "{}"});
    assert_true(live_read(live, &(struct live_subject){.run = 0}, &cursor, 65536, &out, NULL));
    assert_string_equal(out.bytes, "id: 1\nevent: run\ndata: {\"id\":7}\n\nid: 2\nevent: server\ndata: {}\n\n");
    assert_int_equal(cursor, 2);
    assert_int_equal(live_newest(live), 2);
    assert_false(live_read(live, &(struct live_subject){.run = 0}, &cursor, 65536, &out, NULL));
    buf_free(&out);
}

CASE(a_reader_of_one_run_sees_no_other)
{
    struct live *const live = *state;
    struct buf out = BUF_INIT;
    uint64_t cursor = 0;
    live_publish(live, &(struct live_event){.name = "sample", .about.run = 1, .json = "{\"a\":1}"});
    live_publish(live, &(struct live_event){.name = "sample", .about.run = 2, .json = "{\"b\":2}"});
    live_publish(live, &(struct live_event){.name = "server", .about.run = 0, .json = "{}"});
    assert_true(live_read(live, &(struct live_subject){.run = 2}, &cursor, 65536, &out, NULL));
    assert_string_equal(out.bytes, "id: 2\nevent: sample\ndata: {\"b\":2}\n\n");
    assert_int_equal(cursor, 3);
    buf_free(&out);
}

CASE(the_last_event_of_a_subject_ends_its_readers_alone)
{
    struct live *const live = *state;
    struct buf out = BUF_INIT;
    uint64_t cursor = 0;
    bool last = true;
    live_publish(live, &(struct live_event){.name = "run", .about.run = 1, .json = "{}"});
    live_publish(live, &(struct live_event){.name = "run", .about.run = 2, .last = true, .json = "{}"});
    live_publish(live, &(struct live_event){.name = "experiment", .about.experiment = 1, .last = true, .json = "{}"});
    assert_true(live_read(live, &(struct live_subject){.run = 1}, &cursor, 65536, &out, &last));
    assert_false(last);
    live_publish(live, &(struct live_event){.name = "run", .about.run = 1, .last = true, .json = "{}"});
    live_publish(live, &(struct live_event){.name = "run", .about.run = 1, .json = "{\"behind\":1}"});
    assert_true(live_read(live, &(struct live_subject){.run = 1}, &cursor, 65536, &out, &last));
    assert_true(last);
    assert_int_equal(cursor, 4);
    assert_null(strstr(out.bytes, "behind"));
    cursor = 0;
    assert_true(live_read(live, &(struct live_subject){.run = 0}, &cursor, 65536, &out, &last));
    assert_false(last);
    cursor = 0;
    assert_false(live_read(live, &(struct live_subject){.experiment = 1}, &cursor, 0, NULL, &last));
    assert_true(last);
    assert_int_equal(cursor, 3);
    buf_free(&out);
}

CASE(a_read_stops_near_its_maximum_and_the_next_continues_there)
{
    struct live *const live = *state;
    struct buf out = BUF_INIT;
    uint64_t cursor = 0;
    for (int i = 0; i < 10; i++) {
        live_publish(live, &(struct live_event){.name = "log", .about.run = 1, .json = "{}"});
    }
    assert_true(live_read(live, &(struct live_subject){.run = 0}, &cursor, 1, &out, NULL));
    assert_int_equal(cursor, 1);
    while (live_read(live, &(struct live_subject){.run = 0}, &cursor, 1, &out, NULL)) {
    }
    assert_int_equal(cursor, 10);
    buf_free(&out);
}

CASE(events_that_left_the_ring_are_skipped)
{
    struct live *const live = *state;
    struct buf out = BUF_INIT;
    uint64_t cursor = 3;
    for (int i = 0; i < 3000; i++) {
        live_publish(live, &(struct live_event){.name = "sample", .about.run = 1, .json = "{}"});
    }
    assert_true(live_read(live, &(struct live_subject){.run = 0}, &cursor, 1, &out, NULL));
    assert_int_equal(cursor, 3000 - 2048 + 1);
    buf_free(&out);
}

CASE(the_ring_is_bounded_in_bytes)
{
    struct live *const live = *state;
    struct buf out = BUF_INIT;
    uint64_t cursor = 0;
    enum { EVENT = 60 * 1024, EVENTS = 300 };
    char *const json = malloc(EVENT + 1);
    assert_non_null(json);
    memset(json, 'x', EVENT);
    json[EVENT] = '\0';
    for (int i = 0; i < EVENTS; i++) {
        live_publish(live, &(struct live_event){.name = "run", .about.run = 1, .json = json});
    }
    assert_true(live_read(live, &(struct live_subject){.run = 0}, &cursor, 1, &out, NULL));
    assert_int_equal(cursor, EVENTS - 8 * 1024 * 1024 / EVENT + 1);
    free(json);
    buf_free(&out);
}

CASE(an_event_that_is_too_large_is_dropped_and_its_id_skipped)
{
    struct live *const live = *state;
    struct buf out = BUF_INIT;
    uint64_t cursor = 0;
    enum { EVENT = 64 * 1024 + 1 };
    char *const json = malloc(EVENT + 1);
    assert_non_null(json);
    memset(json, 'x', EVENT);
    json[EVENT] = '\0';
    live_publish(live, &(struct live_event){.name = "run", .about.run = 1, .json = json});
    live_publish(live, &(struct live_event){.name = "run", .about.run = 1, .json = "{}"});
    assert_true(live_read(live, &(struct live_subject){.run = 0}, &cursor, 65536, &out, NULL));
    assert_string_equal(out.bytes, "id: 2\nevent: run\ndata: {}\n\n");
    free(json);
    buf_free(&out);
}

CASE(a_cursor_from_before_a_restart_starts_at_the_newest)
{
    struct live *const live = *state;
    struct buf out = BUF_INIT;
    uint64_t cursor = 5000;
    live_publish(live, &(struct live_event){.name = "run", .about.run = 1, .json = "{}"});
    assert_false(live_read(live, &(struct live_subject){.run = 0}, &cursor, 65536, &out, NULL));
    assert_int_equal(cursor, 1);
    live_publish(live, &(struct live_event){.name = "run", .about.run = 1, .json = "{}"});
    assert_true(live_read(live, &(struct live_subject){.run = 0}, &cursor, 65536, &out, NULL));
    buf_free(&out);
}

static void count_wake(void *arg)
{
    ++*(int *)arg;
}

CASE(a_subscriber_is_woken_until_it_unsubscribes)
{
    struct live *const live = *state;
    int first = 0;
    int second = 0;
    struct live_subscriber *const one = live_subscribe(live, count_wake, &first);
    struct live_subscriber *const two = live_subscribe(live, count_wake, &second);
    assert_non_null(one);
    assert_non_null(two);
    live_publish(live, &(struct live_event){.name = "run", .about.run = 1, .json = "{}"});
    live_unsubscribe(live, one);
    live_publish(live, &(struct live_event){.name = "run", .about.run = 1, .json = "{}"});
    live_unsubscribe(live, two);
    live_publish(live, &(struct live_event){.name = "run", .about.run = 1, .json = "{}"});
    assert_int_equal(first, 1);
    assert_int_equal(second, 2);
}

/* Two publishers and two readers. A reader may skip events, but it never goes back and never misses the last one. */
enum { EACH = 2000, PUBLISHERS = 2, READERS = 2 };

struct reader {
    struct live *live;
    pthread_mutex_t lock;
    pthread_cond_t news;
    int wakes;
    bool in_order;
};

static void wake_reader(void *arg)
{
    struct reader *const reader = arg;
    pthread_mutex_lock(&reader->lock);
    reader->wakes++;
    pthread_cond_signal(&reader->news);
    pthread_mutex_unlock(&reader->lock);
}

static void *publish_many(void *arg)
{
    for (int i = 0; i < EACH; i++) {
        live_publish(arg, &(struct live_event){.name = "sample", .about.run = i % 3, .json = "{\"n\":1}"});
    }
    return NULL;
}

static void check_order(struct reader *reader, const char *text, uint64_t *last)
{
    for (const char *at = strstr(text, "id: "); at != NULL; at = strstr(at + 1, "\nid: ")) {
        const uint64_t id = strtoull(strpbrk(at, "0123456789"), NULL, 10);
        reader->in_order = reader->in_order && id > *last;
        *last = id;
    }
}

static void *read_all(void *arg)
{
    struct reader *const reader = arg;
    struct buf out = BUF_INIT;
    uint64_t cursor = 0;
    uint64_t last = 0;
    /* Subscribed before the first read, so that an event after what was read has left a wakeup. */
    struct live_subscriber *const subscriber = live_subscribe(reader->live, wake_reader, reader);
    while (cursor < (uint64_t)EACH * PUBLISHERS) {
        if (live_read(reader->live, &(struct live_subject){.run = 0}, &cursor, 4096, &out, NULL)) {
            check_order(reader, out.bytes, &last);
            buf_clear(&out);
            continue;
        }
        pthread_mutex_lock(&reader->lock);
        while (reader->wakes == 0) {
            pthread_cond_wait(&reader->news, &reader->lock);
        }
        reader->wakes = 0;
        pthread_mutex_unlock(&reader->lock);
    }
    reader->in_order = reader->in_order && last == (uint64_t)EACH * PUBLISHERS;
    live_unsubscribe(reader->live, subscriber);
    buf_free(&out);
    return NULL;
}

CASE(concurrent_readers_see_events_in_order)
{
    struct live *const live = *state;
    struct reader readers[READERS];
    pthread_t threads[READERS + PUBLISHERS];
    for (int i = 0; i < READERS; i++) {
        readers[i] = (struct reader){.live = live, .in_order = true};
        pthread_mutex_init(&readers[i].lock, NULL);
        pthread_cond_init(&readers[i].news, NULL);
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &readers[i]), 0);
    }
    for (int i = 0; i < PUBLISHERS; i++) {
        assert_int_equal(pthread_create(&threads[READERS + i], NULL, publish_many, live), 0);
    }
    for (int i = 0; i < READERS + PUBLISHERS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < READERS; i++) {
        assert_true(readers[i].in_order);
        pthread_cond_destroy(&readers[i].news);
        pthread_mutex_destroy(&readers[i].lock);
    }
}
