#include <errno.h>

#include "base/clock.h"
#include "base/figures.h"
#include "base/table.h"
#include "loadgen/display/progress.h"
#include "loadgen/display/summary.h"
#include "loadgen/terminal/load_verdict.h"
#include "tests/unit/test.h"

struct fixture {
    struct run_spec spec;
    struct load_result result;
    struct limit_value limit;
    struct run_usage usage;
    struct load_facts facts;
    bool utf8;
    enum language language;
    struct buf text;
};

static int prepare(void **state)
{
    struct fixture *const fixture = calloc(1, sizeof *fixture);
    if (fixture == NULL) {
        return -1;
    }
    run_spec_init(&fixture->spec);
    fixture->spec.mode = MODE_POOL;
    fixture->limit = (struct limit_value){.id = LIMIT_NOFILE, .value = 1024};
    run_usage_init(&fixture->usage);
    fixture->facts = (struct load_facts){.spec = &fixture->spec,
                                         .result = &fixture->result,
                                         .limits = &fixture->limit,
                                         .limit_count = 1,
                                         .usage = &fixture->usage};
    *state = fixture;
    return 0;
}

static int release(void **state)
{
    struct fixture *const fixture = *state;
    buf_free(&fixture->text);
    free(fixture);
    return 0;
}

static const char *format(struct fixture *fixture)
{
    const struct verdict verdict = load_verdict(&fixture->facts);
    struct latency latency[LATENCY_COUNT];
    struct summary summary = summary_of(&fixture->spec, &fixture->result, &verdict, latency);
    summary.utf8 = fixture->utf8;
    buf_clear(&fixture->text);
    summary_format(&summary, &fixture->text);
    assert_false(fixture->text.failed);
    return fixture->text.bytes;
}

/* As format(), of three ranks: the clients of the second, on a host of its own, were stopped. */
static const char *format_ranks(struct fixture *fixture, const char *stopped_by)
{
    struct load_rank ranks[3] = {{.rank = 0, .host = "lab1"}, {.rank = 1, .host = "lab1"}, {.rank = 2, .host = "lab1"}};
    struct verdict verdict = load_verdict(&fixture->facts);
    struct latency latency[LATENCY_COUNT];
    if (stopped_by != NULL) {
        snprintf(verdict.host, sizeof verdict.host, "lab2");
        verdict.rank = 1;
        ranks[1].totals.failed = 22;
        snprintf(ranks[1].host, sizeof ranks[1].host, "lab2");
        snprintf(ranks[1].verdict, sizeof ranks[1].verdict, "%s", stopped_by);
    }
    struct summary summary = summary_of(&fixture->spec, &fixture->result, &verdict, latency);
    summary.ranks = ranks;
    summary.rank_count = 3;
    summary.language = fixture->language;
    buf_clear(&fixture->text);
    summary_format(&summary, &fixture->text);
    assert_false(fixture->text.failed);
    return fixture->text.bytes;
}

static void expect_begin(const char *text, const char *begin)
{
    if (strncmp(text, begin, strlen(begin)) != 0) {
        fail_msg("expected \"%s\" at the begin of:\n%s", begin, text);
    }
}

static void expect_part(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("expected \"%s\" in:\n%s", part, text);
    }
}

static void fail_clients(struct load_result *result, int error_number, const char *call, uint64_t count)
{
    struct error_group *const group = &result->groups[result->group_count++];
    *group = (struct error_group){.phase = PHASE_CONNECT, .error_number = error_number, .count = count};
    snprintf(group->call, sizeof group->call, "%s", call);
    snprintf(group->message, sizeof group->message, "message %d", error_number);
    group->first_client = 1017;
    group->first_at_us = 500000;
    group->last_at_us = 1250000;
    result->totals.failed += count;
}

#define CASE(name) TEST_IN(name, prepare, release)

CASE(numbers_have_separators)
{
    char text[FIGURE_SIZE];
    assert_string_equal(figure_number(0, text), "0");
    assert_string_equal(figure_number(999, text), "999");
    assert_string_equal(figure_number(1000, text), "1,000");
    assert_string_equal(figure_number(UINT64_MAX, text), "18,446,744,073,709,551,615");
}

CASE(times_have_three_digits_also_when_they_are_rounded_up)
{
    static const struct {
        uint64_t ns;
        const char *text;
    } rows[] = {
        {999, "999 ns"},       {1000, "1.00 us"},     {9994, "9.99 us"},           {9996, "10.0 us"},
        {99940, "99.9 us"},    {99960, "100 us"},     {999400, "999 us"},          {999600, "1.00 ms"},
        {123456789, "123 ms"}, {999600000, "1.00 s"}, {3600 * NS_PER_S, "3600 s"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[FIGURE_SIZE];
        assert_string_equal(figure_time(rows[i].ns, text), rows[i].text);
    }
}

CASE(the_verdict_of_success_is_one_sentence)
{
    struct fixture *const fixture = *state;
    fixture->result.totals = (struct load_totals){.started = 5000, .connected = 5000, .completed = 5000};
    fixture->result.duration_us = 2000000;
    hist_record(&fixture->result.latency[LATENCY_REPLY], 123456);
    expect_begin(format(fixture), "All 5,000 clients completed.\n");
    expect_part(fixture->text.bytes, "2,500\n");
    expect_part(fixture->text.bytes, "123 us");
    assert_null(strstr(fixture->text.bytes, "failed clients"));
}

CASE(what_a_client_took_is_said_where_it_is_known)
{
    struct fixture *const fixture = *state;
    fixture->result.totals = (struct load_totals){.started = 4000, .connected = 4000, .completed = 4000};
    fixture->result.cost = (struct load_cost){.cpu_us = 125000, .memory_bytes = 8704000};
    fixture->result.start.peak_clients = 1000;
    format(fixture);
    expect_part(fixture->text.bytes, "CPU time                   31.2 us\n");
    expect_part(fixture->text.bytes, "memory                      8.5 KiB\n");
    fixture->result.start.peak_clients = LOAD_COST_CLIENTS_LEAST - 1;
    format(fixture);
    expect_part(fixture->text.bytes, "CPU time");
    assert_null(strstr(fixture->text.bytes, "KiB"));
    fixture->result.cost.cpu_us = LOAD_COST_CPU_US_LEAST - 1;
    assert_null(strstr(format(fixture), "cost of each client"));
}

CASE(the_limit_is_named_where_the_error_proves_it)
{
    struct fixture *const fixture = *state;
    fixture->result.totals = (struct load_totals){.started = 2000, .completed = 1017};
    fail_clients(&fixture->result, EMFILE, "socket", 983);
    expect_begin(format(fixture), "1,017 of 2,000 clients completed; 983 failed.\n"
                                  "RLIMIT_NOFILE (1,024) on the client side stopped the clients. ");
    expect_part(fixture->text.bytes, "socket failed with EMFILE for 983 clients");
    expect_part(fixture->text.bytes, "How to raise it: ulimit -n N");
    expect_part(fixture->text.bytes, "first: client 1,017 after 0.500 s; last after 1.250 s");
}

CASE(what_all_clients_would_take_is_said)
{
    struct fixture *const fixture = *state;
    fixture->spec.mode = MODE_THREAD;
    fixture->spec.count = 8192;
    fixture->limit = (struct limit_value){.id = LIMIT_PORT_RANGE, .value = 1000};
    fixture->result.totals = (struct load_totals){.started = 8192, .connected = 1000, .completed = 1000};
    fixture->result.peaks.connections = 1000;
    fixture->result.start.peak_clients = 8192;
    fail_clients(&fixture->result, EADDRNOTAVAIL, "connect", 7192);
    format(fixture);
    expect_part(
        fixture->text.bytes,
        "For all clients, net.ipv4.ip_local_port_range would have to be about 8,192 ports for each address pair.");
    fixture->facts.loopback = NET_LOOPBACK_IPV4; /* each port serves 4,096 addresses */
    format(fixture);
    expect_part(fixture->text.bytes, "would have to be about 1,002 ports for each address pair.");
}

CASE(no_limit_is_named_without_proof)
{
    struct fixture *const fixture = *state;
    fixture->result.totals = (struct load_totals){.started = 15, .not_started = 5, .completed = 4};
    fail_clients(&fixture->result, ECONNRESET, "recv", 1);
    fail_clients(&fixture->result, EAGAIN, "fork", 10);
    expect_begin(format(fixture), "4 of 20 clients completed; 11 failed; 5 never started.\n"
                                  "What stopped the clients is not known. fork failed with EAGAIN for 10 clients");
}

CASE(without_latencies_there_is_no_histogram)
{
    struct fixture *const fixture = *state;
    fixture->result.totals = (struct load_totals){.started = 3};
    fail_clients(&fixture->result, ECONNREFUSED, "connect", 3);
    expect_begin(format(fixture), "0 of 3 clients completed; 3 failed.\n");
    expect_part(fixture->text.bytes, "client           -");
    assert_null(strstr(fixture->text.bytes, "clients up to"));
}

/* Sums the counts of the histogram's rows, and counts the rows. */
static uint64_t rows_of(const char *text, unsigned *rows)
{
    uint64_t sum = 0;
    const char *line = strstr(text, "clients up to\n");
    assert_non_null(line);
    *rows = 0;
    for (line = strchr(line, '\n') + 1; *line == ' '; line = strchr(line, '\n') + 1) {
        sum += strtoull(line + 10, NULL, 10); /* behind the time, which is ten columns */
        ++*rows;
    }
    return sum;
}

CASE(every_client_is_in_one_row_of_the_histogram)
{
    struct fixture *const fixture = *state;
    unsigned rows = 0;
    fixture->result.totals = (struct load_totals){.started = 600, .completed = 600};
    for (uint64_t i = 0; i < 600; i++) {
        hist_record(&fixture->result.latency[LATENCY_CLIENT], NS_PER_US * (i + 1) * (i + 1));
    }
    assert_int_equal(rows_of(format(fixture), &rows), 600);
    assert_int_equal(rows, 10);
    expect_part(fixture->text.bytes, "########################################\n");
    assert_null(strstr(fixture->text.bytes, "█"));
    fixture->utf8 = true;
    expect_part(format(fixture), "████████████████████████████████████████\n");
}

CASE(equal_latencies_are_one_row)
{
    struct fixture *const fixture = *state;
    unsigned rows = 0;
    for (int i = 0; i < 7; i++) {
        hist_record(&fixture->result.latency[LATENCY_CLIENT], NS_PER_MS);
    }
    assert_int_equal(rows_of(format(fixture), &rows), 7);
    assert_int_equal(rows, 1);
}

CASE(a_locale_is_asked_in_the_order_of_posix)
{
    setenv("LANG", "C.UTF-8", 1);
    unsetenv("LC_ALL");
    unsetenv("LC_CTYPE");
    assert_true(figure_locale_is_utf8());
    setenv("LC_CTYPE", "C", 1);
    assert_false(figure_locale_is_utf8());
    setenv("LC_ALL", "en_US.utf8", 1);
    assert_true(figure_locale_is_utf8());
}

#define LEAD "mode 2 of 4 (process): run 117 of about 126, 11 min 10 s left"

CASE(the_progress_line_fits_every_width)
{
    static const uint64_t counts[] = {1, 5000, 10000000};
    for (size_t i = 0; i < 2 * COUNT_OF(counts); i++) {
        for (unsigned columns = 40; columns <= 240; columns++) {
            struct progress progress;
            struct buf text = BUF_INIT;
            const uint64_t count = counts[i / 2];
            progress_init(&progress, count);
            progress.lead = i % 2 == 0 ? NULL : LEAD;
            const struct load_sample sample = {
                .at_us = 3600000000, .totals = {.completed = count}, .connections = count, .threads = count};
            assert_true(progress_advance(&progress, &sample));
            progress_format(&progress, &sample, columns, &text);
            assert_false(text.failed);
            assert_true(text.length < columns);
            buf_text(&text, "");
            if (progress.lead == NULL || columns > sizeof LEAD + 30) {
                assert_non_null(strstr(text.bytes, "100%"));
            }
            assert_true(progress.lead == NULL || strncmp(text.bytes, LEAD, 39) == 0);
            buf_free(&text);
        }
    }
}

CASE(the_progress_line_shows_the_state_of_the_run)
{
    struct progress progress;
    struct buf text = BUF_INIT;
    progress_init(&progress, 100);
    const struct load_sample sample = {
        .at_us = 1000000, .totals = {.completed = 40, .failed = 10}, .connections = 5, .threads = 7};
    assert_true(progress_advance(&progress, &sample));
    assert_false(progress_advance(&progress, &sample));
    progress_format(&progress, &sample, 200, &text);
    assert_string_equal(text.bytes, "[###############...............]  50%  50/100  10 failed  5 open  50/s  "
                                    "1.0 s, 1.0 s left  7 threads");
    buf_free(&text);
}

CASE(of_several_runs_the_line_says_first_which_it_is)
{
    struct progress progress;
    struct buf text = BUF_INIT;
    progress_init(&progress, 100);
    progress.lead = LEAD;
    const struct load_sample sample = {.at_us = 1000000, .totals = {.completed = 50}, .threads = 7};
    assert_true(progress_advance(&progress, &sample));
    progress_format(&progress, &sample, 200, &text);
    assert_string_equal(text.bytes, LEAD "  [###############...............]  50%  50/100  0 failed  0 open  50/s  "
                                         "1.0 s  7 threads");
    buf_clear(&text);
    progress_format(&progress, NULL, 200, &text);
    assert_string_equal(text.bytes, LEAD);
    buf_free(&text);
}

CASE(nothing_ended_yet_has_no_time_left)
{
    struct progress progress;
    struct buf text = BUF_INIT;
    progress_init(&progress, 100);
    const struct load_sample sample = {.at_us = 200000, .processes = 60};
    assert_true(progress_advance(&progress, &sample));
    progress_format(&progress, &sample, 200, &text);
    expect_part(text.bytes, "  0%  0/100  0 failed  0 open  0/s  0.2 s  60 processes");
    buf_free(&text);
}

CASE(ranks_that_differ_are_a_table_and_the_host_is_named)
{
    struct fixture *const fixture = *state;
    fixture->result.totals = (struct load_totals){.started = 100, .completed = 78};
    fail_clients(&fixture->result, EMFILE, "socket", 22);
    const char *const text = format_ranks(fixture, "RLIMIT_NOFILE");
    expect_part(text, "stopped the clients. Most clients failed on host lab2 (rank 1); what follows was read there.");
    expect_part(text, "\nrank   host                completed       failed  connections  stopped by\n"
                      "0      lab1                        0            0            0  -\n"
                      "1      lab2                        0           22            0  RLIMIT_NOFILE\n");
    fixture->language = LANGUAGE_INDONESIAN;
    expect_part(format_ranks(fixture, "nobody listens"), " 22            0  tidak ada yang mendengarkan\n");
}

CASE(ranks_of_one_host_that_came_to_the_same_are_no_table)
{
    struct fixture *const fixture = *state;
    fixture->result.totals = (struct load_totals){.started = 100, .completed = 100};
    assert_null(strstr(format_ranks(fixture, NULL), "stopped by"));
}
