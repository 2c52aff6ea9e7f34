/* Whether a specification is complete and its fields fit together. */
#include "loadgen/contract/run_spec.h"
#include "tests/unit/test.h"

static void expect_refused(const struct run_spec *spec, const char *field, const char *message)
{
    struct err err;
    assert_int_equal(run_spec_check(spec, &err), RESULT_INVALID);
    assert_string_equal(err.field, field);
    assert_string_equal(err.message, message);
}

TEST(mode_and_count_are_required)
{
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    expect_refused(&spec, "mode", "mode is required: thread, pool, process, event or uring");
    spec.mode = MODE_THREAD;
    expect_refused(&spec, "count", "count is required: 1..10000000");
    spec.count = 1;
    OK(run_spec_check(&spec, &err));
}

TEST(a_held_pool_must_have_a_thread_for_each_client)
{
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    spec.mode = MODE_POOL;
    spec.count = 500;
    spec.pool_size = 32;
    OK(run_spec_check(&spec, &err));
    spec.hold = true;
    expect_refused(&spec, "hold", "hold in pool mode needs count <= pool_size (count 500, pool_size 32)");
    spec.pool_size = 500;
    OK(run_spec_check(&spec, &err));
    spec.pool_size = 32;
    spec.mode = MODE_THREAD;
    OK(run_spec_check(&spec, &err));
}

TEST(an_exchange_has_what_it_needs)
{
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    spec.mode = MODE_EVENT;
    spec.count = 1;
    spec.requests = 2;
    spec.exchange = EXCHANGE_CONNECT;
    expect_refused(&spec, "requests", "exchange connect sends no request: requests must be 1, got 2");
    spec.exchange = EXCHANGE_CUSTOM;
    expect_refused(&spec, "send", "exchange custom needs send or expect");
    spec.send[0] = 'x';
    OK(run_spec_check(&spec, &err));
    spec.send[0] = '\0';
    spec.expect[0] = 'x';
    OK(run_spec_check(&spec, &err));
}

TEST(modes_have_names)
{
    for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
        assert_int_equal(run_mode_from_name(run_mode_name(mode)), mode);
    }
    assert_null(run_mode_name(MODE_COUNT));
    assert_int_equal(run_mode_from_name("threads"), MODE_COUNT);
}
