/* Fields that do nothing with what else was chosen. */
#include "loadgen/contract/run_effects.h"
#include "tests/unit/test.h"

static struct run_spec asked(enum run_mode mode, enum run_exchange exchange, const char *name, const char *value)
{
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    spec.mode = mode;
    spec.exchange = exchange;
    OK(run_spec_set_text(&spec, name, value, &err));
    return spec;
}

static const char *refusal(const struct run_spec *spec, unsigned modes)
{
    static struct err err;
    err.message[0] = '\0';
    return run_effects_check(spec, modes, &err) == RESULT_OK ? "" : err.message;
}

TEST(a_field_without_effect_is_refused_with_the_choice_that_it_needs)
{
    (void)state;
    static const struct {
        enum run_exchange exchange;
        const char *name, *value, *message;
    } rows[] = {
        {EXCHANGE_REDIS, "path", "/x", "path has no effect with exchange redis, only with http"},
        {EXCHANGE_HTTP, "path", "/x", ""},
        {EXCHANGE_REDIS, "path", "/", ""},
        {EXCHANGE_HTTP, "request", "crlf", "request has no effect with exchange http, only with time"},
        {EXCHANGE_TIME, "request", "crlf", ""},
        {EXCHANGE_TIME, "send", "x", "send has no effect with exchange time, only with custom"},
        {EXCHANGE_ECHO, "expect", "x", "expect has no effect with exchange echo, only with custom"},
        {EXCHANGE_CUSTOM, "expect", "x", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct run_spec spec = asked(MODE_EVENT, rows[i].exchange, rows[i].name, rows[i].value);
        assert_string_equal(refusal(&spec, RUN_MODE_BIT(MODE_EVENT)), rows[i].message);
    }
}

TEST(a_field_that_some_of_the_modes_of_an_experiment_use_is_taken)
{
    (void)state;
    const unsigned both = RUN_MODE_BIT(MODE_EVENT) | RUN_MODE_BIT(MODE_PROCESS);
    struct run_spec spec = asked(MODE_EVENT, EXCHANGE_TIME, "stack_kib", "128");
    assert_string_equal(refusal(&spec, RUN_MODE_BIT(MODE_EVENT)),
                        "stack_kib has no effect with mode event, only with thread or pool");
    assert_string_equal(refusal(&spec, both),
                        "stack_kib has no effect with mode process or event, only with thread or pool");
    assert_string_equal(refusal(&spec, both | RUN_MODE_BIT(MODE_POOL)), "");
    spec = asked(MODE_THREAD, EXCHANGE_TIME, "pool_size", "7"); /* scripts give it to all modes */
    assert_string_equal(refusal(&spec, RUN_MODE_BIT(MODE_THREAD)), "");
}
