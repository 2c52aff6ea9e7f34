/* Fields that do nothing with the exchange that was chosen. */
#include "loadgen/contract/run_effects.h"
#include "tests/unit/test.h"

static struct run_spec asked(enum run_exchange exchange, const char *name, const char *value)
{
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    spec.exchange = exchange;
    OK(run_spec_set_text(&spec, name, value, &err));
    return spec;
}

static const char *refusal(const struct run_spec *spec)
{
    static struct err err;
    err.message[0] = '\0';
    return run_effects_check(spec, &err) == RESULT_OK ? "" : err.message;
}

TEST(a_field_without_effect_is_refused_with_the_choice_that_it_needs)
{
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
        const struct run_spec spec = asked(rows[i].exchange, rows[i].name, rows[i].value);
        assert_string_equal(refusal(&spec), rows[i].message);
    }
}
