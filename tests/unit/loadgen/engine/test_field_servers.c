/* The load generator, in every mode, against servers as they are found in the field. */

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loadgen/engine/engine.h"
#include "loadgen/engine/failure.h"
#include "tests/unit/loadgen/engine/field_server.h"

#define JAM "JAM 10:11:12\r\n"
#define CLIENTS 8U
#define PROTOCOL (1U << PHASE_PROTOCOL)
#define RECEIVE (1U << PHASE_RECEIVE)
#define SEND (1U << PHASE_SEND)
#define TIMEOUT (1U << PHASE_TIMEOUT)

struct expected {
    struct field_manners manners;
    enum run_request request;
    uint64_t requests;
    uint64_t timeout_ms; /* 0: the default */
    uint32_t phases;     /* bit set of those that a client may fail in; 0: all complete */
    const char *shown;   /* a part of each failure's message */
    uint64_t answered;   /* requests of those that fail; 0: not looked at */
    uint64_t cut;        /* those that fail with a part of a reply */
    const char *noted;   /* a part of a log line; NULL: no line is skipped */
};

/* What the engine reports. */
struct seen {
    struct sink sink;
    struct load_result result;
    char note[160];
    char first_log[160];
    uint32_t phases;
    unsigned shown;
    const char *part; /* looked for in each failure */
};

static bool remember(struct sink *sink, const struct report_event *event)
{
    struct seen *const seen = (struct seen *)sink;
    if (event->type == REPORT_RESULT) {
        memcpy(&seen->result, event->result, sizeof seen->result);
    } else if (event->type == REPORT_ERROR) {
        seen->phases |= 1U << event->error.phase;
        seen->shown += seen->part == NULL || strstr(event->error.message, seen->part) != NULL ? 1 : 0;
    } else if (event->type == REPORT_LOG && strncmp(event->log.text, "[CLIENT", 7) != 0) {
        memcpy(seen->note, event->log.text, sizeof seen->note);
    } else if (event->type == REPORT_LOG && seen->first_log[0] == '\0') {
        memcpy(seen->first_log, event->log.text, sizeof seen->first_log);
    }
    return true;
}

static struct seen *run_at(const struct net_address *address, enum run_mode mode, const struct expected *expected,
                           uint64_t timeout_ms)
{
    struct seen *const seen = calloc(1, sizeof *seen);
    struct engine *engine = NULL;
    struct load_totals totals;
    struct run_spec spec;
    struct err err;
    assert_non_null(seen);
    seen->sink = (struct sink){.write = remember, .wants_details = true};
    seen->part = expected->shown;
    run_spec_init(&spec);
    spec.mode = mode;
    spec.count = CLIENTS;
    spec.pool_size = CLIENTS;
    spec.request = expected->request;
    spec.requests = expected->requests;
    spec.timeout_ms = timeout_ms != 0 ? timeout_ms : spec.timeout_ms;
    OK(engine_create(&spec, address, &seen->sink, &engine, &err));
    OK(engine_run(engine, &totals, &err));
    engine_destroy(engine);
    return seen;
}

static struct seen *run_within(enum run_mode mode, const struct expected *expected, uint64_t timeout_ms)
{
    struct field_server *const server = field_start(expected->manners);
    struct seen *const seen = run_at(&server->address, mode, expected, timeout_ms);
    field_stop(server);
    return seen;
}

/* Gives a server on a busy machine, which did not reply before a short deadline, more time. */
static struct seen *run_in(enum run_mode mode, const struct expected *expected)
{
    uint64_t timeout_ms = expected->timeout_ms;
    struct seen *seen = run_within(mode, expected, timeout_ms);
    while ((seen->phases & ~expected->phases & TIMEOUT) != 0 && timeout_ms != 0 && timeout_ms < 30000) {
        free(seen);
        timeout_ms *= 4;
        seen = run_within(mode, expected, timeout_ms);
    }
    return seen;
}

static void check(const struct expected *expected)
{
    for (int mode = 0; mode < MODE_COUNT; mode++) {
        struct seen *const seen = run_in((enum run_mode)mode, expected);
        const bool completes = expected->phases == 0;
        assert_int_equal(seen->result.totals.completed, completes ? CLIENTS : 0);
        assert_int_equal(seen->result.totals.failed, completes ? 0 : CLIENTS);
        assert_int_equal(seen->phases & ~expected->phases, 0);
        assert_int_equal(seen->shown, completes ? 0 : CLIENTS);
        uint64_t answered = 0;
        uint64_t cut = 0;
        for (uint32_t i = 0; i < seen->result.group_count; i++) {
            answered += seen->result.groups[i].answered;
            cut += seen->result.groups[i].cut;
            assert_int_equal(seen->result.groups[i].resent, 0); /* the kernel acknowledges what a server is silent to */
        }
        assert_true(expected->answered == 0 || answered == expected->answered);
        assert_int_equal(cut, expected->cut);
        assert_true(expected->noted != NULL ? strstr(seen->note, expected->noted) != NULL : seen->note[0] == '\0');
        if (completes) {
            assert_int_equal(hist_count(&seen->result.latency[LATENCY_REPLY]), CLIENTS * expected->requests);
        }
        free(seen);
    }
}

#define CHECK(...) check(&(const struct expected){__VA_ARGS__})

TEST(a_date_before_the_time_is_a_protocol_error_that_shows_it)
{
    CHECK(.manners.reply = "JAM 2024-01-02 10:11:12\r\n", .requests = 1, .phases = PROTOCOL,
          .shown = "replied: JAM 2024-01-02 10:11:12");
    CHECK(.manners.reply = "02-01-2024 JAM 10:11:12\r\n", .requests = 1, .phases = PROTOCOL,
          .shown = "replied: 02-01-2024 JAM 10:11:12");
}

TEST(a_close_after_the_reply_completes_one_request_and_no_second)
{
    const struct field_manners manners = {.reply = JAM, .closes_after = 1};
    CHECK(.manners = manners, .requests = 1);
    CHECK(.manners = manners, .requests = 3, .phases = SEND | RECEIVE);
    CHECK(.manners = manners, .request = REQUEST_CRLF, .requests = 3, .phases = SEND | RECEIVE);
}

TEST(a_failure_says_how_many_requests_were_answered)
{
    CHECK(.manners = {.reply = JAM, .closes_after = 2}, .requests = 5, .phases = SEND | RECEIVE, .shown = "",
          .answered = 2ULL * CLIENTS);
    CHECK(.manners = {.reply = JAM, .later = ""}, .requests = 4, .timeout_ms = 800, .phases = TIMEOUT,
          .shown = ", 1 of 4 replies and 0 bytes of the next", .answered = CLIENTS);
    CHECK(.manners = {.reply = "", .closes_after = 1}, .requests = 1, .phases = RECEIVE,
          .shown = "the server closed the connection after 0 bytes of a reply");
    CHECK(.manners = {.reply = "JAM 10", .closes_after = 1}, .requests = 1, .phases = RECEIVE,
          .shown = "the server closed the connection after 6 bytes of a reply", .cut = CLIENTS);
}

/* A full accept queue drops the SYN, which the kernel sends again after a second. */
TEST(a_failure_says_that_what_was_sent_again_was_not_acknowledged)
{
    static const enum run_mode modes[] = {MODE_THREAD, MODE_EVENT};
    struct net_address address;
    struct err err;
    int listener = -1;
    int fillers[2];
    OK(net_parse("127.0.0.1:0", &address, &err));
    OK(net_listen(&address, 1, &listener, &err));
    for (size_t i = 0; i < 2; i++) {
        fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(fillers[i], (const struct sockaddr *)&address.storage, address.length), 0);
    }
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        struct seen *const seen = run_at(&address, modes[i], &(const struct expected){.requests = 1}, 1500);
        assert_int_equal(seen->phases, TIMEOUT);
        assert_int_equal(seen->result.groups[0].count, CLIENTS);
        assert_int_equal(seen->result.groups[0].resent, CLIENTS);
        free(seen);
    }
    for (size_t i = 0; i < 2; i++) {
        close(fillers[i]);
    }
    close(listener);
}

/* In the segment of the reply, and in one of its own that comes before or after the next request is sent. */
TEST(an_answer_to_the_empty_line_is_skipped_and_noted)
{
    static const struct {
        const char *extra, *together;
    } all[] = {{"Invalid request\r\n", JAM "Invalid request\r\n"},
               {"Request tidak dikenal\n", JAM "Request tidak dikenal\n"},
               {"Request tidak dikenal", JAM "Request tidak dikenal"},
               {"\r\n", JAM "\r\n"}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        const struct field_manners apart = {.reply = JAM, .extra = all[i].extra};
        const struct field_manners together = {.reply = all[i].together};
        char noted[64];
        failure_show_bytes(all[i].extra, strlen(all[i].extra), noted, sizeof noted);
        CHECK(.manners = apart, .requests = 1);
        CHECK(.manners = together, .requests = 1);
        CHECK(.manners = apart, .requests = 20, .noted = noted);
        CHECK(.manners = together, .requests = 20, .noted = noted);
        CHECK(.manners = apart, .request = REQUEST_CRLF, .requests = 20); /* no empty line, no answer to it */
    }
}

/* Nothing of such a request can be answered so: it is the reply to the next one, and wrong. */
TEST(a_line_too_many_after_crlf_is_a_protocol_error)
{
    CHECK(.manners.reply = JAM "Invalid request\r\n", .request = REQUEST_CRLF, .requests = 1);
    CHECK(.manners.reply = JAM "Invalid request\r\n", .request = REQUEST_CRLF, .requests = 2, .phases = PROTOCOL,
          .shown = "replied: Invalid request");
    CHECK(.manners.reply = JAM JAM, .request = REQUEST_CRLF, .requests = 2, .phases = PROTOCOL,
          .shown = "replied: JAM 10:11:12");
}

TEST(two_lines_too_many_are_a_protocol_error)
{
    CHECK(.manners.reply = JAM "one\r\ntwo\r\n", .requests = 1);
    CHECK(.manners.reply = JAM "one\r\ntwo\r\n", .requests = 2, .phases = PROTOCOL, .shown = "replied: two",
          .noted = "b'one\\r\\n'");
}

/* A wrong second reply is no answer to the empty line, though the first such line may be taken for one. */
TEST(a_wrong_reply_to_a_later_request_is_a_protocol_error)
{
    const struct field_manners wrong = {.reply = JAM, .later = "Invalid request\r\n", .closes_after = 2};
    CHECK(.manners = wrong, .request = REQUEST_CRLF, .requests = 2, .phases = PROTOCOL,
          .shown = "replied: Invalid request");
    CHECK(.manners = wrong, .requests = 2, .phases = PROTOCOL, .shown = "replied: Invalid request",
          .noted = "b'Invalid request\\r\\n'");
}

TEST(two_replies_to_one_request_are_one)
{
    CHECK(.manners.reply = JAM JAM, .requests = 1);
    CHECK(.manners.reply = JAM JAM, .requests = 5, .noted = "b'JAM 10:11:12\\r\\n'");
}

TEST(errors_without_a_line_end_are_protocol_errors)
{
    CHECK(.manners.reply = "Request tidak dikenal\n", .requests = 1, .phases = PROTOCOL,
          .shown = "replied: Request tidak dikenal");
    CHECK(.manners.reply = "Request tidak dikenal", .requests = 1, .phases = PROTOCOL,
          .shown = "replied: Request tidak dikenal");
    CHECK(.manners = {.reply = "ERR", .closes_after = 1}, .requests = 1, .phases = PROTOCOL, .shown = "replied: ERR");
    CHECK(.manners.reply = "ERR", .requests = 1, .timeout_ms = 700, .phases = PROTOCOL, .shown = "replied: ERR");
}

TEST(a_server_that_never_answers_ends_at_the_deadline)
{
    CHECK(.manners.reply = NULL, .requests = 3, .timeout_ms = 200, .phases = TIMEOUT, .shown = "after 200 ms");
}

TEST(a_server_that_refuses_the_empty_line_serves_crlf)
{
    const struct field_manners manners = {.reply = JAM, .refuse = "Invalid request\r\n"};
    CHECK(.manners = manners, .requests = 3, .phases = PROTOCOL, .shown = "replied: Invalid request");
    CHECK(.manners = manners, .request = REQUEST_CRLF, .requests = 3);
}

TEST(bytes_without_an_end_are_a_protocol_error)
{
    CHECK(.manners.endless = true, .requests = 1, .phases = PROTOCOL, .shown = "replied: xxxxxxxxxxxxxx");
    CHECK(.manners = {.reply = JAM, .endless = true}, .requests = 2, .phases = PROTOCOL,
          .shown = "replied: xxxxxxxxxxxxxx");
}

TEST(a_reply_in_single_bytes_is_a_reply)
{
    CHECK(.manners = {.reply = JAM, .byte_ms = 1}, .requests = 2);
    CHECK(.manners = {.reply = JAM, .extra = "Invalid request\r\n", .byte_ms = 1}, .requests = 3,
          .noted = "b'Invalid request\\r\\n'");
}

/* Each byte comes long before the deadline, and the last one long after it. */
TEST(bytes_do_not_put_the_deadline_off)
{
    CHECK(.manners = {.reply = JAM, .byte_ms = 200}, .requests = 1, .timeout_ms = 500, .phases = TIMEOUT,
          .shown = "no end of recv after 500 ms");
    CHECK(.manners = {.reply = JAM, .extra = "Invalid request\r\n", .byte_ms = 50}, .requests = 3, .timeout_ms = 900,
          .phases = TIMEOUT | PROTOCOL, .shown = "");
}

TEST(the_transcript_shows_the_request_that_is_sent)
{
    static const char *const lines[] = {"sending b'TIME\\r\\n\\r\\n'", "sending b'TIME\\r\\n'"};
    for (unsigned request = 0; request < REQUEST_COUNT; request++) {
        const struct expected plain = {.manners.reply = JAM, .request = (enum run_request)request, .requests = 1};
        struct seen *const seen = run_in(MODE_THREAD, &plain);
        assert_non_null(strstr(seen->first_log, lines[request]));
        free(seen);
    }
}

int main(void)
{
    signal(SIGPIPE, SIG_DFL); /* a client must not need it to be ignored */
    return run_cases();
}
