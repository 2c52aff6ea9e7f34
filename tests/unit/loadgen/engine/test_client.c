#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "loadgen/engine/client_socket.h"
#include "loadgen/engine/scoreboard_read.h"
#include "tests/unit/loadgen/engine/time_stub.h"

#define JAM "JAM 12:34:56\r\n"

/* One client, its board and what became of it. */
struct trial {
    struct scoreboard *board;
    struct client_record record;
    struct load_result *result;
};

static struct run_spec default_spec(void)
{
    struct run_spec spec;
    run_spec_init(&spec);
    spec.count = 1;
    return spec;
}

static struct trial try_client(const struct run_spec *spec, const struct net_address *target)
{
    struct trial trial = {.board = scoreboard_create(spec->count, false), .result = calloc(1, sizeof *trial.result)};
    assert_non_null(trial.board);
    assert_non_null(trial.result);
    struct client_plan plan;
    client_plan_init(&plan, spec, target);
    scoreboard_started(trial.board, 0);
    client_run(&plan, trial.board, 0, &trial.record);
    scoreboard_count_outcome(trial.board, 0, &trial.record);
    scoreboard_result(trial.board, trial.result);
    return trial;
}

static void end_trial(struct trial *trial)
{
    scoreboard_destroy(trial->board);
    free(trial->result);
}

static void check_completed(struct time_stub_manners manners, uint64_t requests)
{
    struct time_stub *const stub = time_stub_start(manners);
    struct run_spec spec = default_spec();
    spec.requests = requests;
    struct trial trial = try_client(&spec, &stub->address);
    assert_int_equal(trial.record.outcome, OUTCOME_COMPLETED);
    assert_int_equal(trial.result->totals.completed, 1);
    assert_int_equal(trial.result->totals.connected, 1);
    assert_int_equal(trial.result->group_count, 0);
    assert_int_equal(hist_count(&trial.result->latency[LATENCY_CONNECT]), 1);
    assert_int_equal(hist_count(&trial.result->latency[LATENCY_REPLY]), requests);
    assert_int_equal(hist_count(&trial.result->latency[LATENCY_CLIENT]), 1);
    assert_true(trial.record.client_ns >= trial.record.connect_ns + trial.record.reply_ns);
    end_trial(&trial);
    time_stub_stop(stub);
    time_stub_free(stub);
}

/* The failed client's trace; the caller ends the trial. */
static const struct error_trace *check_failed(const struct trial *trial, enum error_phase phase, const char *call,
                                              int error_number)
{
    assert_int_equal(trial->result->totals.failed, 1);
    assert_int_equal(trial->result->totals.completed, 0);
    assert_int_equal(trial->result->group_count, 1);
    assert_int_equal(trial->result->groups[0].count, 1);
    const struct error_trace *const trace = scoreboard_trace(trial->board, 0, 0);
    assert_non_null(trace);
    assert_int_equal(trace->phase, phase);
    assert_string_equal(trace->call, call);
    assert_int_equal(trace->error_number, error_number);
    return trace;
}

static struct trial try_manners(struct time_stub_manners manners, uint64_t timeout_ms)
{
    struct time_stub *const stub = time_stub_start(manners);
    struct run_spec spec = default_spec();
    spec.timeout_ms = timeout_ms;
    const struct trial trial = try_client(&spec, &stub->address);
    time_stub_stop(stub);
    time_stub_free(stub);
    return trial;
}

TEST(a_right_reply_completes_the_client)
{
    check_completed((struct time_stub_manners){.reply = JAM}, 1);
}

TEST(a_reply_in_many_segments_is_put_together)
{
    check_completed((struct time_stub_manners){.reply = JAM, .split = true}, 1);
}

TEST(each_request_of_a_connection_is_measured)
{
    check_completed((struct time_stub_manners){.reply = JAM}, 25);
}

TEST(lines_after_the_reply_are_left_unread)
{
    check_completed((struct time_stub_manners){.reply = JAM "Invalid request\r\n"}, 1);
}

TEST(a_server_may_close_after_the_reply)
{
    check_completed((struct time_stub_manners){.reply = JAM, .closes = true}, 1);
}

TEST(a_wrong_reply_is_a_protocol_error_that_shows_it)
{
    static const char *const wrong[] = {"Invalid request\r\n", "2024-01-02 JAM 12:34:56\r\n",
                                        "JAM 12:34:56\n",      "JAM 1a:34:56\r\n",
                                        "jam 12:34:56\r\n",    "JAM 12.34.56\r\n",
                                        "JAM 12:34:56 \r\n",   "\n",
                                        "JAM 12:34\r\n",       "JAM 24:00:00\r\n",
                                        "JAM 12:60:00\r\n",    "JAM 12:34:61\r\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct trial trial = try_manners((struct time_stub_manners){.reply = wrong[i]}, 10000);
        const struct error_trace *const trace = check_failed(&trial, PHASE_PROTOCOL, "recv", 0);
        char shown[FAILURE_LINE_SIZE];
        assert_int_equal(trace->words, failure_show_line(wrong[i], strlen(wrong[i]), shown));
        assert_non_null(strstr(trace->message, wrong[i][0] != '\n' ? shown : "an empty line"));
        end_trial(&trial);
    }
}

TEST(a_close_before_the_reply_is_a_receive_error_without_errno)
{
    struct trial trial = try_manners((struct time_stub_manners){.reply = "JAM 1", .closes = true}, 10000);
    const struct error_trace *const trace = check_failed(&trial, PHASE_RECEIVE, "recv", 0);
    assert_non_null(strstr(trace->message, "after 5 bytes"));
    end_trial(&trial);
}

TEST(a_reset_is_a_receive_error)
{
    struct trial trial = try_manners((struct time_stub_manners){.resets = true}, 10000);
    (void)check_failed(&trial, PHASE_RECEIVE, "recv", ECONNRESET);
    end_trial(&trial);
}

TEST(silence_ends_at_the_deadline)
{
    const uint64_t begun_ns = clock_now_ns();
    struct trial trial = try_manners((struct time_stub_manners){.reply = NULL}, 50);
    assert_true(clock_now_ns() - begun_ns >= 50 * NS_PER_MS);
    (void)check_failed(&trial, PHASE_TIMEOUT, "recv", ETIMEDOUT);
    end_trial(&trial);
}

TEST(one_deadline_covers_all_requests)
{
    struct time_stub *const stub = time_stub_start((struct time_stub_manners){.reply = JAM});
    struct run_spec spec = default_spec();
    spec.requests = 1000000;
    spec.timeout_ms = 100;
    struct trial trial = try_client(&spec, &stub->address);
    const struct error_trace *const trace = check_failed(&trial, PHASE_TIMEOUT, "recv", ETIMEDOUT);
    assert_int_equal(trace->phase, PHASE_TIMEOUT);
    assert_true(hist_count(&trial.result->latency[LATENCY_REPLY]) > 1);
    assert_int_equal(hist_count(&trial.result->latency[LATENCY_CLIENT]), 0);
    end_trial(&trial);
    time_stub_stop(stub);
    time_stub_free(stub);
}

/* With a backlog of 0 and nobody who accepts, one connection is taken in and the next handshake is never answered. */
/* A client that could not run, as in a group that is held up, finds the reply there when its time is over. */
TEST(a_reply_that_is_read_after_the_deadline_completes_no_client)
{
    struct time_stub *const stub = time_stub_start((struct time_stub_manners){.reply = JAM});
    struct trial trial = {.board = scoreboard_create(1, false), .result = calloc(1, sizeof *trial.result)};
    struct run_spec spec = default_spec();
    struct client_plan plan;
    struct failure failure;
    struct client client;
    spec.timeout_ms = 20;
    client_plan_init(&plan, &spec, &stub->address);
    client_begin(&client, &plan, trial.board, 0, &trial.record);
    client.failure = &failure;
    assert_true(client_open(&client, 0));
    client_begin_connect(&client);
    assert_int_equal(client_connect(&client), CLIENT_DONE);
    client_begin_request(&client);
    assert_int_equal(client_send(&client), CLIENT_DONE);
    usleep(2 * 20000);
    assert_int_equal(client_receive(&client), CLIENT_DONE);
    assert_true(client_take_reply(&client));
    client_end(&client, client_served(&client));
    scoreboard_count_outcome(trial.board, 0, &trial.record);
    scoreboard_result(trial.board, trial.result);
    check_failed(&trial, PHASE_TIMEOUT, "recv", ETIMEDOUT);
    end_trial(&trial);
    time_stub_stop(stub);
    time_stub_free(stub);
}

TEST(a_full_accept_queue_ends_at_the_deadline_in_connect)
{
    struct net_address address;
    struct err err;
    int listener = -1;
    OK(net_parse("127.0.0.1:0", &address, &err));
    OK(net_listen(&address, 0, &listener, &err));
    const int filler = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(filler, (const struct sockaddr *)&address.storage, address.length), 0);
    struct run_spec spec = default_spec();
    spec.timeout_ms = 60;
    struct trial trial = try_client(&spec, &address);
    (void)check_failed(&trial, PHASE_TIMEOUT, "connect", ETIMEDOUT);
    assert_int_equal(trial.result->totals.connected, 0);
    end_trial(&trial);
    close(filler);
    close(listener);
}

TEST(a_refused_connection_has_frames_down_to_the_line)
{
    struct net_address address;
    struct err err;
    int listener = -1;
    OK(net_parse("127.0.0.1:0", &address, &err));
    OK(net_listen(&address, 1, &listener, &err));
    close(listener); /* the port is free again */
    const struct run_spec spec = default_spec();
    struct trial trial = try_client(&spec, &address);
    const struct error_trace *const trace = check_failed(&trial, PHASE_CONNECT, "connect", ECONNREFUSED);
    assert_non_null(strstr(trace->message, "ECONNREFUSED"));
    assert_true(trace->frame_count >= 3);
    assert_string_equal(trace->frames[0].function, "client_connected");
    assert_string_equal(trace->frames[trace->frame_count - 1].function, "client_run");
    for (uint32_t i = 0; i < trace->frame_count; i++) {
        assert_string_equal(trace->frames[i].file,
                            i == 0 ? "loadgen/engine/client_steps.c" : "loadgen/engine/client.c");
        assert_true(trace->frames[i].line > 0);
    }
    end_trial(&trial);
}

TEST(clients_come_from_as_many_addresses_as_the_plan_says)
{
    struct time_stub *const stub = time_stub_start((struct time_stub_manners){.reply = JAM});
    struct run_spec spec = default_spec();
    spec.count = 64;
    struct scoreboard *const board = scoreboard_create(spec.count, false);
    assert_non_null(board);
    struct client_plan plan;
    client_plan_init(&plan, &spec, &stub->address);
    plan.sources = 32;
    for (uint64_t client = 0; client < spec.count; client++) {
        struct client_record record = {0};
        client_run(&plan, board, client, &record);
        assert_int_equal(record.outcome, OUTCOME_COMPLETED);
    }
    time_stub_stop(stub);
    assert_int_equal(atomic_load(&stub->accepted), 64);
    for (size_t i = 0; i < 64; i++) {
        const uint32_t address = ntohl(stub->peers[i].sin_addr.s_addr);
        assert_int_equal(address >> 24, 127);
        for (size_t j = 0; j < i; j++) {
            assert_int_equal(address == ntohl(stub->peers[j].sin_addr.s_addr), i % 32 == j % 32);
        }
    }
    time_stub_free(stub);
    scoreboard_destroy(board);
}

TEST(a_cancelled_board_ends_a_client_before_it_connects)
{
    struct time_stub *const stub = time_stub_start((struct time_stub_manners){.reply = JAM});
    struct scoreboard *const board = scoreboard_create(1, false);
    assert_non_null(board);
    const struct run_spec spec = default_spec();
    struct client_plan plan;
    client_plan_init(&plan, &spec, &stub->address);
    scoreboard_cancel(board);
    struct client_record record = {0};
    client_run(&plan, board, 0, &record);
    assert_int_equal(failure_key_call(record.outcome), CALL_CANCEL);
    assert_int_equal(failure_key_errno(record.outcome), ECANCELED);
    time_stub_stop(stub);
    assert_int_equal(atomic_load(&stub->accepted), 0);
    time_stub_free(stub);
    scoreboard_destroy(board);
}

TEST(a_line_is_shown_in_80_characters)
{
    char text[FAILURE_LINE_SIZE];
    char long_line[200];
    const uint32_t first = failure_show_line("-ERR no\r\n-ERR later\r\n", 21, text);
    assert_string_equal(text, "-ERR no");
    assert_int_equal(failure_show_line("-ERR no", 7, text), first);
    assert_int_not_equal(failure_show_line("-ERR not", 8, text), first);
    (void)failure_show_line("\x01\xff\\ \xc3\xa4\t", 7, text);
    assert_string_equal(text, "\\x01\\xff\\\\ \xc3\xa4\\t");
    memset(long_line, 'x', sizeof long_line);
    (void)failure_show_line(long_line, 80, text);
    assert_int_equal(strlen(text), 80);
    (void)failure_show_line(long_line, 81, text);
    assert_int_equal(strlen(text), 83);
    assert_string_equal(text + 79, "x...");
}

TEST(bytes_are_shown_as_python_shows_them)
{
    char text[64];
    failure_show_bytes("a'\\\r\n\t\x00\x7f\xff", 9, text, sizeof text);
    assert_string_equal(text, "b'a\\'\\\\\\r\\n\\t\\x00\\x7f\\xff'");
    char small[16];
    failure_show_bytes("abcdefghijklmnopqrstuvwxyz", 26, small, sizeof small);
    assert_string_equal(small, "b'abcdefghi'...");
}
