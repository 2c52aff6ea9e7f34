/* The bounds of the transcript: the first lines, the last lines and a sample in between. */

#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/lab/run/traces.h"
#include "server/lab/run/transcript.h"
#include "tests/unit/test.h"

enum { ENDS = 200 };

static void add_line(struct transcript *transcript, uint64_t at_us, int number)
{
    char text[40];
    snprintf(text, sizeof text, "line %d", number);
    transcript_client(transcript, at_us, text);
}

static int number_of(const struct run_log *row)
{
    return (int)strtol(row->text + strlen("line "), NULL, 10);
}

TEST(a_short_run_is_kept_whole)
{
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    size_t count = 0;
    assert_non_null(transcript);
    for (int i = 0; i < 2 * ENDS; i++) {
        add_line(transcript, 5, i);
    }
    transcript_close(transcript);
    const struct run_log *const rows = transcript_rows(transcript, &count);
    assert_int_equal(count, 2 * ENDS);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(number_of(&rows[i]), (int)i);
    }
    transcript_destroy(transcript);
}

TEST(both_ends_and_a_sample_of_a_long_run_are_kept)
{
    enum { LINES = 100000, EACH_US = 100 }; /* ten seconds */
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    size_t count = 0;
    assert_non_null(transcript);
    for (int i = 0; i < LINES; i++) {
        add_line(transcript, (uint64_t)i * EACH_US, i);
    }
    transcript_close(transcript);
    const struct run_log *const rows = transcript_rows(transcript, &count);
    assert_in_range(count, 2 * ENDS + 900, 2 * ENDS + 1001); /* 100 a second in between */
    assert_int_equal(number_of(&rows[ENDS - 1]), ENDS - 1);
    for (size_t i = 0; i < ENDS; i++) {
        assert_int_equal(number_of(&rows[count - 1 - i]), LINES - 1 - (int)i);
    }
    for (size_t i = 1; i < count; i++) {
        assert_true(rows[i - 1].at_us <= rows[i].at_us);
    }
    transcript_destroy(transcript);
}

TEST(rows_that_are_not_stored_are_bounded)
{
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    size_t count = 0;
    assert_non_null(transcript);
    for (int i = 0; i < 20000; i++) {
        add_line(transcript, (uint64_t)i * 1000000, i);
    }
    transcript_rows(transcript, &count);
    assert_int_equal(count, 4096);
    transcript_stored(transcript, 4000);
    const struct run_log *const rows = transcript_rows(transcript, &count);
    assert_int_equal(count, 96);
    assert_int_equal(number_of(&rows[0]), 4000);
    transcript_destroy(transcript);
}

/* Counts the lines from "PREFIX from" to "PREFIX to". */
static size_t count_between(const struct transcript *transcript, const char *prefix, int from, int to)
{
    size_t count = 0;
    size_t found = 0;
    const struct run_log *const rows = transcript_rows(transcript, &count);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(rows[i].text, prefix, strlen(prefix)) == 0) {
            const long number = strtol(rows[i].text + strlen(prefix), NULL, 10);
            found += number >= from && number <= to ? 1 : 0;
        }
    }
    return found;
}

static const struct run_log *find(const struct transcript *transcript, const char *text)
{
    size_t count = 0;
    const struct run_log *const rows = transcript_rows(transcript, &count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].text, text) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

TEST(lines_around_a_failure_are_kept)
{
    enum { LINES = 3000, EACH_US = 10 };
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    assert_non_null(transcript);
    for (int i = 0; i < LINES; i++) {
        add_line(transcript, (uint64_t)i * EACH_US, i);
    }
    /* The first is reported late, the second at once, so that the lines after it are still to come. */
    transcript_failure(transcript, (uint64_t)1000 * EACH_US, 57, "cannot make a socket: EMFILE (Too many open files)");
    transcript_failure(transcript, (uint64_t)(LINES - 1) * EACH_US, 58, "no reply");
    for (int i = LINES; i < 2 * LINES; i++) {
        add_line(transcript, (uint64_t)i * EACH_US, i);
    }
    transcript_close(transcript);
    assert_int_equal(count_between(transcript, "line ", 991, 1010), 20);
    assert_in_range(count_between(transcript, "line ", 800, 1200), 20, 21); /* and a sampled one */
    assert_int_equal(count_between(transcript, "line ", LINES - 10, LINES + 9), 20);
    const struct run_log *const row =
        find(transcript, "[CLIENT 57] failed: cannot make a socket: EMFILE (Too many open files)");
    assert_non_null(row);
    assert_int_equal(row->at_us, 1000 * EACH_US);
    assert_int_equal(row->side, RUN_SIDE_CLIENT);
    transcript_destroy(transcript);
}

/* Several acceptors log like this: neighbours are swapped. */
TEST(lines_slightly_out_of_order_are_kept)
{
    enum { LINES = 2000, EACH_US = 1000 };
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    size_t count = 0;
    assert_non_null(transcript);
    for (int i = 0; i < LINES; i++) {
        const int swapped = i ^ 3;
        add_line(transcript, (uint64_t)swapped * EACH_US, swapped);
    }
    transcript_failure(transcript, (uint64_t)EACH_US * (LINES - 400), 1, "no reply");
    transcript_close(transcript);
    transcript_rows(transcript, &count);
    assert_in_range(count, 2 * ENDS + 100, 2 * ENDS + 200);
    assert_int_equal(count_between(transcript, "line ", LINES - 407, LINES - 393), 15);
    assert_int_equal(count_between(transcript, "line ", LINES - ENDS, LINES), ENDS);
    assert_int_equal(count_between(transcript, "line ", 0, ENDS - 1), ENDS);
    transcript_destroy(transcript);
}

static void connect_to(const struct net_address *address, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(fd, (const struct sockaddr *)&address->storage, address->length), 0);
        close(fd);
    }
}

static void wait_for_total(const struct time_server *server, uint64_t total)
{
    struct time_stats stats;
    do {
        sched_yield();
        time_server_stats(server, &stats);
    } while (stats.total < total);
}

TEST(server_lines_around_a_failure_are_kept)
{
    struct time_server_config config = time_server_defaults();
    struct time_server *server = NULL;
    struct net_address address;
    struct err err;
    OK(net_parse("127.0.0.1:0", &config.address, &err));
    OK(time_server_start(&config, &server, &err));
    time_server_address(server, &address);
    const uint64_t begun_ns = clock_now_ns();
    struct transcript *const transcript = transcript_create(begun_ns, server, 0);
    assert_non_null(transcript);
    connect_to(&address, 250);
    wait_for_total(server, 250);
    transcript_failure(transcript, (clock_now_ns() - begun_ns) / NS_PER_US, 3, "no reply");
    connect_to(&address, 200);
    wait_for_total(server, 450);
    transcript_server(transcript);
    transcript_close(transcript);
    assert_int_equal(count_between(transcript, "total koneksi ", 241, 260), 20);
    assert_int_equal(count_between(transcript, "total koneksi ", 1, 100), 100);
    time_server_stop(server);
    transcript_destroy(transcript);
}

TEST(the_live_view_gets_few_lines)
{
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    struct run_log rows[TRANSCRIPT_LIVE_MOST];
    assert_non_null(transcript);
    for (int i = 0; i < 10000; i++) {
        add_line(transcript, (uint64_t)i * 1000000, i);
    }
    assert_int_equal(transcript_take_live(transcript, rows), TRANSCRIPT_LIVE_MOST);
    assert_int_equal(number_of(&rows[0]), 0);
    assert_int_equal(transcript_take_live(transcript, rows), 0);
    transcript_destroy(transcript);
}

TEST(the_live_view_gets_ten_lines_a_second_in_pairs)
{
    enum { EACH_US = 1000 };
    struct transcript *const transcript = transcript_create(0, NULL, 0);
    struct run_log rows[TRANSCRIPT_LIVE_MOST];
    int last = -1;
    size_t lines = 0;
    assert_non_null(transcript);
    for (int i = 0; i < 1000; i++) {
        add_line(transcript, (uint64_t)i * EACH_US, i);
        const size_t count = transcript_take_live(transcript, rows);
        for (size_t j = 0; j < count; j++) {
            assert_true(lines % 2 == 0 || number_of(&rows[j]) == last + 1);
            last = number_of(&rows[j]);
            lines++;
        }
    }
    assert_int_equal(lines, 10);
    transcript_destroy(transcript);
}

TEST(every_failure_is_counted_and_the_first_of_each_group_are_kept)
{
    struct traces *const traces = traces_create();
    uint32_t groups = 0;
    size_t rows = 0;
    assert_non_null(traces);
    for (uint64_t i = 0; i < 1000; i++) {
        const struct error_trace trace = {.client = i, .phase = PHASE_CONNECT, .call = "connect", .error_number = 111};
        assert_int_equal(traces_add(traces, &trace), i == 0);
    }
    for (int i = 0; i < 1000; i++) {
        const struct error_trace trace = {.phase = PHASE_SEND, .call = "send", .error_number = i};
        (void)traces_add(traces, &trace);
    }
    const struct error_group *const all = traces_groups(traces, &groups);
    assert_int_equal(groups, ERROR_GROUPS_MAX);
    assert_int_equal(all[0].count, 1000);
    traces_rows(traces, &rows);
    assert_int_equal(rows, TRACES_PER_GROUP_MAX + ERROR_GROUPS_MAX - 1);
    traces_stored(traces, 100);
    const struct error_trace *const left = traces_rows(traces, &rows);
    assert_int_equal(rows, ERROR_GROUPS_MAX - 1);
    assert_string_equal(left[0].call, "send");
    traces_destroy(traces);
}
