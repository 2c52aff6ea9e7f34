/* Plans of experiments, read from forms, from JSON and from the store. */

#include "server/lab/experiment/experiment_plan.h"
#include "server/lab/experiment/strategy.h"
#include "tests/unit/test.h"

static enum result read_json(const char *text, struct plan *plan, struct err *err)
{
    cJSON *const object = cJSON_Parse(text);
    assert_non_null(object);
    plan_init(plan);
    *err = (struct err){.code = RESULT_OK};
    enum result result = plan_set_json(plan, object, err);
    if (result == RESULT_OK) {
        result = strategy_complete(plan, err);
    }
    cJSON_Delete(object);
    return result;
}

TEST(good_plans_are_completed_with_their_defaults)
{
    struct plan plan;
    struct err err;
    OK(read_json("{\"kind\":\"ceiling\",\"mode\":\"thread\"}", &plan, &err));
    assert_true(plan.spec.hold);
    assert_int_equal(plan.max, 100000);
    assert_int_equal(plan.spec.timeout_ms, 10000);
    OK(read_json("{\"kind\":\"ceiling\",\"mode\":\"pool\",\"hold\":false,\"timeout_ms\":30000,\"max\":50}", &plan,
                 &err));
    assert_false(plan.spec.hold);
    assert_int_equal(plan.max, 50);
    assert_int_equal(plan.spec.timeout_ms, 30000);
    OK(read_json("{\"kind\":\"ceiling\",\"mode\":\"pool\",\"pool_size\":64}", &plan, &err));
    assert_int_equal(plan.max, 64);
    OK(read_json("{\"kind\":\"sweep\",\"counts\":[5]}", &plan, &err));
    assert_int_equal(plan.mode_count, MODE_URING); /* all but this one, the last */
    assert_int_equal(plan.repeats, 3);
    OK(read_json("{\"kind\":\"survey\"}", &plan, &err));
    assert_int_equal(plan.mode_count, MODE_URING); /* all but this one, the last */
    assert_int_equal(plan.max, 100000);
    assert_int_equal(plan.minutes, 15);
    assert_int_equal(plan.spec.timeout_ms, 10000);
    OK(read_json("{\"kind\":\"classic\",\"limits\":{\"nofile\":4096}}", &plan, &err));
    assert_int_equal(plan.repeats, 1);
    assert_int_equal(plan.spec.limit_nofile, 4096);
}

TEST(wrong_plans_name_the_field)
{
    static const struct {
        const char *json;
        const char *field;
    } rows[] = {
        {"{}", "kind"},
        {"{\"kind\":\"Sweep\"}", "kind"},
        {"{\"kind\":5}", "kind"},
        {"{\"kind\":\"sweep\"}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":[]}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":5}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":\"5\"}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":[\"5\"]}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":[0]}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":[-1]}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":[1.5]}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":[1e300]}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":[10000001]}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":[7,7]}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":[1,2,3,4,5,6],\"repeats\":100}", "counts"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"modes\":[\"fork\"]}", "modes"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"modes\":[\"thread\",\"thread\"]}", "modes"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"modes\":[\"thread,pool\"]}", "modes"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"modes\":[]}", "modes"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"mode\":\"thread\"}", "mode"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"max\":9}", "max"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"repeats\":0}", "repeats"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"repeats\":101}", "repeats"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"run\":1}", "run"},
        {"{\"kind\":\"sweep\",\"counts\":[100001],\"modes\":[\"pool\"],\"hold\":true}", "hold"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"timeout_ms\":0}", "timeout_ms"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"cuont\":1}", "cuont"},
        {"{\"kind\":\"sweep\",\"counts\":[5],\"proof\":{}}", "proof"},
        {"{\"kind\":\"ceiling\"}", "mode"},
        {"{\"kind\":\"ceiling\",\"mode\":\"fork\"}", "mode"},
        {"{\"kind\":\"ceiling\",\"mode\":\"thread\",\"count\":5}", "count"},
        {"{\"kind\":\"ceiling\",\"mode\":\"thread\",\"max\":0}", "max"},
        {"{\"kind\":\"ceiling\",\"mode\":\"thread\",\"max\":\"9\"}", "max"},
        {"{\"kind\":\"ceiling\",\"mode\":\"thread\",\"modes\":[\"pool\"]}", "modes"},
        {"{\"kind\":\"ceiling\",\"mode\":\"thread\",\"repeats\":2}", "repeats"},
        {"{\"kind\":\"ceiling\",\"mode\":\"pool\",\"max\":100001}", "hold"},
        {"{\"kind\":\"survey\",\"hold\":true}", "hold"},
        {"{\"kind\":\"survey\",\"mode\":\"pool\"}", "mode"},
        {"{\"kind\":\"survey\",\"minutes\":241}", "minutes"},
        {"{\"kind\":\"survey\",\"minutes\":0}", "minutes"},
        {"{\"kind\":\"survey\",\"repeats\":2}", "repeats"},
        {"{\"kind\":\"ceiling\",\"mode\":\"pool\",\"minutes\":5}", "minutes"},
        {"{\"kind\":\"classic\",\"hold\":true}", "hold"},
        {"{\"kind\":\"classic\",\"counts\":[5]}", "counts"},
    };
    struct plan plan;
    struct err err;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (read_json(rows[i].json, &plan, &err) != RESULT_INVALID || strcmp(err.field, rows[i].field) != 0) {
            fail_msg("%s: expected an error about %s, got \"%s\": %s", rows[i].json, rows[i].field, err.field,
                     err.message);
        }
        assert_true(strlen(err.message) > 5);
    }
    assert_int_equal(read_json("{\"kind\":\"sweep\",\"counts\":[5],\"modes\":[\"fork\"]}", &plan, &err),
                     RESULT_INVALID);
    assert_string_equal(err.message, "each mode must be thread, pool, process, event or uring, got \"fork\"");
}

TEST(help_names_the_modes_that_must_be_asked_for)
{
    const char *const help = plan_option_at(0)->help;
    assert_string_equal(plan_option_at(0)->name, "modes");
    for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
        assert_int_equal(strstr(help, run_mode_name(mode)) == NULL, run_mode_is_usual(mode));
    }
}

TEST(a_form_says_the_same_with_commas)
{
    static const char *const pairs[][2] = {
        {"kind", "sweep"}, {"modes", "process,thread"}, {"counts", "10,2000"}, {"repeats", "2"}, {"hold", "true"},
    };
    struct plan plan;
    struct err err;
    plan_init(&plan);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        OK(plan_set_text(&plan, pairs[i][0], pairs[i][1], &err));
    }
    OK(strategy_complete(&plan, &err));
    assert_int_equal(plan.mode_count, 2);
    assert_int_equal(plan.modes[0], MODE_PROCESS);
    assert_int_equal(plan.count_count, 2);
    assert_int_equal(plan.counts[1], 2000);
    assert_true(plan.spec.hold);
    assert_int_equal(plan_set_text(&plan, "counts", "10,", &err), RESULT_INVALID);
    assert_int_equal(plan_set_text(&plan, "counts", "", &err), RESULT_INVALID);
    assert_int_equal(plan_set_text(&plan, "modes", "thread,", &err), RESULT_INVALID);
    assert_int_equal(plan_set_text(&plan, "repeats", "99999999999999999999999", &err), RESULT_INVALID);
}

/* From the text as which it is stored. */
static void assert_comes_back(const struct plan *plan)
{
    struct plan again;
    struct err err;
    cJSON *const json = plan_to_json(plan);
    char *const text = cJSON_PrintUnformatted(json);
    OK(plan_restore(text, &again, &err));
    assert_memory_equal(&again, plan, sizeof again);
    cJSON_free(text);
    cJSON_Delete(json);
}

TEST(a_stored_plan_comes_back_as_it_was)
{
    static const char *const texts[] = {
        "{\"kind\":\"sweep\",\"modes\":[\"event\",\"pool\"],\"counts\":[1,10000000],\"repeats\":7}",
        "{\"kind\":\"ceiling\",\"mode\":\"pool\",\"max\":77,\"limits\":{\"nofile\":99},\"label\":\"a \\\"b\\\"\"}",
        "{\"kind\":\"ceiling\",\"mode\":\"pool\",\"hold\":false,\"pool_size\":5}",
        "{\"kind\":\"classic\",\"repeats\":2}",
    };
    struct plan plan;
    struct err err;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        OK(read_json(texts[i], &plan, &err));
        assert_comes_back(&plan);
    }
}

TEST(a_proof_comes_back_with_what_was_prepared)
{
    struct plan plan;
    struct err err;
    OK(read_json("{\"kind\":\"proof\",\"run\":17,\"mode\":\"thread\",\"max\":2000}", &plan, &err));
    plan.proof = (struct plan_proof){.run = 17, .limit = LIMIT_AS, .from = 1024, .to = 768, .expected = 700};
    assert_comes_back(&plan);
}

TEST(what_is_no_plan_is_not_restored)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{",
        "{\"kind\":\"sweep\"}",
        "{\"kind\":\"proof\",\"run\":1}",
        "{\"kind\":\"proof\",\"run\":1,\"mode\":\"thread\",\"proof\":{\"limit\":\"x\"}}"};
    struct plan plan;
    struct err err;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_int_equal(plan_restore(texts[i], &plan, &err), RESULT_STORE);
    }
}
