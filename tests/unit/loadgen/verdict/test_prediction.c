/* What a prediction says: the ladder, runs that are not held, what a run lowers, several generators; and its JSON. */

#include "loadgen/verdict/verdict_json.h"
#include "tests/unit/loadgen/verdict/predict_fixture.h"

/* --- the ladder --- */

TEST(each_step_stops_the_clients_once_those_before_it_are_raised)
{
    struct machine machine = make_machine(MODE_THREAD, true, 5000);
    set_server(&machine, THREADS);
    add(&machine, LIMIT_NOFILE, CLIENT, 1024, 9);
    add(&machine, LIMIT_PIDS_MAX, CLIENT, 512, 9);
    add(&machine, LIMIT_PID_MAX, CLIENT, 32768, 397);
    add(&machine, LIMIT_NOFILE, SERVER, 1024, 30);
    add(&machine, LIMIT_PIDS_MAX, SERVER, 512, 9);
    add(&machine, LIMIT_PID_MAX, SERVER, 32768, 397);
    const struct prediction prediction = ask(&machine);
    assert_string_equal(
        prediction.ladder_sentence,
        "5,000 held threads: 250 by pids.max, shared by both sides (needs 10,012), then 896 by "
        "RLIMIT_NOFILE on the server side (needs 5,128), then 1,017 by RLIMIT_NOFILE on the client side "
        "(needs 5,007), then no known limit stops them");
    assert_int_equal(prediction.count, 4); /* the last one suffices */
    assert_int_equal(prediction.ceilings[3].limit, LIMIT_PID_MAX);
    assert_true(prediction.ceilings[3].needed == LIMIT_UNKNOWN);
}

/* Raised to what was needed each step is out of the way, until no limit is left that stops the clients. */
TEST(the_clients_fit_once_each_step_has_what_it_needs)
{
    for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
        struct machine machine = make_machine(mode, true, 5000);
        set_server(&machine, THREADS);
        machine.given.server.thread_budget = 5000;
        add(&machine, LIMIT_NOFILE, CLIENT, 700, 9);
        add(&machine, LIMIT_NOFILE, SERVER, 1024, 9);
        add(&machine, LIMIT_PIDS_MAX, CLIENT, 600, 9);
        add(&machine, LIMIT_FILE_MAX, CLIENT, 3000, 9);
        add(&machine, LIMIT_AS, CLIENT, 70 * MIB, 1);
        add(&machine, LIMIT_MAX_MAP_COUNT, CLIENT, 500, 9);
        add(&machine, LIMIT_CONNTRACK, CLIENT, 2000, 9);
        size_t steps = 0;
        struct prediction prediction = ask(&machine);
        for (; least(&prediction) < 5000; prediction = ask(&machine)) {
            const struct predict_ceiling step = prediction.ceilings[0];
            for (size_t i = 0; i < machine.count; i++) {
                struct limit_value *const value = &machine.values[i];
                value->value = value->id == step.limit && value->side == step.side ? step.needed : value->value;
            }
            assert_true(++steps <= machine.count);
            assert_true(prediction.count < 2 || ask(&machine).ceilings[0].clients == prediction.ceilings[1].clients ||
                        prediction.ceilings[1].clients >= 5000);
        }
        assert_true(steps > 0);
        assert_string_equal(prediction.ladder_sentence, "");
    }
}

TEST(no_more_steps_are_listed_than_there_is_room_for)
{
    static const enum limit_id limits[] = {LIMIT_NOFILE,  LIMIT_NPROC,     LIMIT_PIDS_MAX, LIMIT_THREADS_MAX,
                                           LIMIT_PID_MAX, LIMIT_CONNTRACK, LIMIT_FILE_MAX};
    struct machine machine = make_machine(MODE_THREAD, true, 10000000);
    for (size_t i = COUNT_OF(limits); i > 0; i--) {
        add(&machine, limits[i - 1], CLIENT, 1000 * i, 9);
    }
    const struct prediction prediction = ask(&machine);
    assert_int_equal(prediction.count, PREDICT_STEPS);
    for (size_t i = 1; i < prediction.count; i++) {
        assert_true(prediction.ceilings[i - 1].clients <= prediction.ceilings[i].clients);
    }
    assert_int_equal(prediction.ceilings[0].limit, LIMIT_NOFILE);
    assert_non_null(strstr(prediction.ladder_sentence, ", then further limits"));
}

/* --- runs that are not held --- */

TEST(without_hold_a_ceiling_is_no_promise)
{
    struct machine machine = make_machine(MODE_THREAD, false, 5000);
    add(&machine, LIMIT_NOFILE, CLIENT, 1024, 9);
    const struct prediction prediction = ask(&machine);
    assert_false(prediction.certain);
    assert_string_equal(
        prediction.sentence,
        "5,000 threads: at most 1,017 can be alive at the same time because of RLIMIT_NOFILE 1,024 on the client side; "
        "without hold, some end while others begin, so more may complete");
}

TEST(a_pool_needs_no_more_than_its_size_at_once)
{
    struct machine machine = make_machine(MODE_POOL, false, 500000);
    machine.spec.pool_size = 32;
    add(&machine, LIMIT_NOFILE, CLIENT, 1024, 9);
    const struct prediction prediction = ask(&machine);
    assert_int_equal(prediction.most, 32);
    assert_false(prediction.queues);
    assert_string_equal(prediction.sentence, "500,000 clients of the pool: within all limits; the nearest, "
                                             "RLIMIT_NOFILE 1,024 on the client side, is reached at 1,017");
}

TEST(a_burst_beyond_the_accept_queue_is_a_warning)
{
    struct machine machine = make_machine(MODE_THREAD, true, 4097);
    assert_true(ask(&machine).queues);
    machine.spec.rate = 100;
    assert_false(ask(&machine).queues);
    machine.spec.rate = 0;
    machine.spec.count = 4096;
    assert_false(ask(&machine).queues);
}

/* --- what a run lowers --- */

TEST(the_limits_of_a_run_are_those_of_its_generator)
{
    struct machine machine = make_machine(MODE_THREAD, true, 5000);
    machine.spec.limit_nofile = 64;
    machine.spec.limit_nproc = 65;
    machine.spec.limit_as_mib = 66;
    add(&machine, LIMIT_NOFILE, CLIENT, 20000, 9);
    add(&machine, LIMIT_NOFILE, SERVER, 20000, 9);
    add(&machine, LIMIT_NPROC, CLIENT, 20000, 9);
    add(&machine, LIMIT_AS, CLIENT, LIMIT_UNLIMITED, 9);
    add(&machine, LIMIT_PIDS_MAX, CLIENT, 20000, 9);
    predict_confine(&machine.spec, machine.values, machine.count);
    const uint64_t expected[] = {64, 20000, 65, 66 * MIB, 20000};
    for (size_t i = 0; i < machine.count; i++) {
        assert_true(machine.values[i].value == expected[i]);
    }
}

/* --- several generators --- */

TEST(what_one_process_may_have_each_generator_may_have)
{
    struct machine machine = make_machine(MODE_EVENT, true, 5000);
    add(&machine, LIMIT_NOFILE, CLIENT, 64, 9);
    add(&machine, LIMIT_PORT_RANGE, CLIENT, 1000, 0);
    assert_int_equal(least(&(struct prediction[]){ask(&machine)}[0]), 55);
    machine.spec.ranks = 2; /* 14 descriptors of each are MPI's */
    const struct prediction two = ask(&machine);
    assert_int_equal(least(&two), 2 * 41);
    assert_int_equal(two.ceilings[0].needed, 23 + 2500);
    machine.spec.count = 83;
    assert_int_equal(ask(&machine).ceilings[0].needed, 23 + 42); /* one of them has one client more */
}

TEST(what_all_share_is_not_multiplied)
{
    struct machine machine = make_machine(MODE_THREAD, true, 5000);
    add(&machine, LIMIT_PIDS_MAX, CLIENT, 1000, 100);
    assert_int_equal(least(&(struct prediction[]){ask(&machine)}[0]), 897);
    machine.spec.ranks = 4; /* six tasks of each, and four of mpirun */
    assert_int_equal(least(&(struct prediction[]){ask(&machine)}[0]), 1000 - 100 - 4 * 6 - 4);
}

TEST(of_clients_on_other_machines_nothing_is_claimed)
{
    struct machine machine = make_machine(MODE_THREAD, true, 5000);
    machine.spec.ranks = 4;
    machine.given.elsewhere = true;
    set_server(&machine, THREADS);
    add(&machine, LIMIT_NOFILE, CLIENT, 64, 9);
    add(&machine, LIMIT_PIDS_MAX, CLIENT, 1000, 100);
    add(&machine, LIMIT_PIDS_MAX, SERVER, 1000, 100);
    const struct prediction prediction = ask(&machine);
    assert_int_equal(least(&prediction), 900); /* the server's threads alone */
    assert_int_equal(prediction.ceilings[0].side, SERVER);
    assert_false(prediction.ceilings[0].shared);
}

/* --- JSON --- */

TEST(json_has_the_ceiling_and_the_ladder)
{
    struct machine machine = make_machine(MODE_EVENT, true, 50);
    add(&machine, LIMIT_NOFILE, CLIENT, 49, 9);
    add(&machine, LIMIT_NOFILE, SERVER, 200, 9);
    struct prediction prediction = ask(&machine);
    cJSON *const json = prediction_to_json(&prediction);
    char *const text = cJSON_PrintUnformatted(json);
    assert_string_equal(
        text,
        "{\"ceiling\":40,\"limit\":\"RLIMIT_NOFILE\",\"side\":\"client\",\"value\":49,"
        "\"unit\":\"descriptors\",\"needed\":59,\"shared\":false,\"ladder\":[{\"ceiling\":40,"
        "\"limit\":\"RLIMIT_NOFILE\",\"side\":\"client\",\"value\":49,\"unit\":\"descriptors\",\"needed\":59,"
        "\"shared\":false},{\"ceiling\":72,\"limit\":\"RLIMIT_NOFILE\",\"side\":\"server\",\"value\":200,"
        "\"unit\":\"descriptors\",\"needed\":null,\"shared\":false}],\"estimate\":false,\"certain\":true,"
        "\"queues\":false,\"sentence\":\"50 held clients of the event loops: they stop at 40 because of RLIMIT_NOFILE "
        "49 on the "
        "client side\",\"ladder_sentence\":\"50 held clients of the event loops: 40 by RLIMIT_NOFILE on the client "
        "side (needs 59), then no known limit stops them\"}");
    struct prediction again;
    assert_true(prediction_from_json(json, &again));
    again.most = prediction.most; /* is not stored */
    assert_memory_equal(&again, &prediction, sizeof again);
    free(text);
    cJSON_Delete(json);
}

TEST(json_of_nothing_that_binds_is_null)
{
    struct machine machine = make_machine(MODE_EVENT, true, 50);
    struct prediction prediction = ask(&machine);
    cJSON *const json = prediction_to_json(&prediction);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "ceiling")));
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "limit")));
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "ladder")), 0);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "ladder_sentence")));
    cJSON_Delete(json);
}

/* --- ports --- */

/* Not so those in TIME_WAIT, each of which one address alone had. */
TEST(a_port_that_somebody_listens_on_is_lost_to_every_source_address)
{
    struct machine machine = make_machine(MODE_EVENT, true, 900);
    set_server(&machine, NO_MODEL);
    machine.spec.sources = 10;
    machine.given.terms.tw_reuse = 2;
    add(&machine, LIMIT_PORT_RANGE, CLIENT, 60, 22);
    struct prediction prediction = ask(&machine);
    assert_int_equal(prediction.ceilings[0].clients, 380);
    assert_int_equal(prediction.ceilings[0].needed, 112);
    machine.given.terms.tw_reuse = 0;
    prediction = ask(&machine);
    assert_int_equal(prediction.ceilings[0].clients, 580);
}
