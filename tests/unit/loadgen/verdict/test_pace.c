#include "loadgen/verdict/pace.h"

#include "base/table.h"
#include "tests/unit/test.h"

static struct run_spec spec_of(enum run_mode mode, uint64_t rate)
{
    struct run_spec spec;
    run_spec_init(&spec);
    spec.mode = mode;
    spec.count = 1000;
    spec.pool_size = 4;
    spec.rate = rate;
    return spec;
}

TEST(the_late_side_of_a_rate_that_was_not_reached)
{
    static const struct load_start in_1_s = {.last_up_us = 1000000, .peak_clients = 1};
    static const struct {
        enum run_mode mode;
        uint64_t rate;
        uint64_t wait_ns;
        enum fact_side slow;
        enum fact_side late;
    } rows[] = {
        {MODE_EVENT, 0, 0, FACT_SIDE_CLIENT, FACT_SIDE_NONE},
        {MODE_EVENT, 1050, 0, FACT_SIDE_CLIENT, FACT_SIDE_NONE},
        {MODE_EVENT, 2000, 0, FACT_SIDE_CLIENT, FACT_SIDE_CLIENT},
        {MODE_EVENT, 2000, 0, FACT_SIDE_SERVER, FACT_SIDE_SERVER},
        {MODE_EVENT, 2000, 0, FACT_SIDE_BOTH, FACT_SIDE_BOTH},
        {MODE_EVENT, 2000, 900000000, FACT_SIDE_NONE, FACT_SIDE_CLIENT}, /* its clients wait for nobody's end */
        {MODE_POOL, 2000, 1000000, FACT_SIDE_NONE, FACT_SIDE_CLIENT},    /* a quarter of its threads' time */
        {MODE_POOL, 2000, 3900000, FACT_SIDE_NONE, FACT_SIDE_SERVER},    /* nearly all of it */
        {MODE_POOL, 2000, 3900000, FACT_SIDE_CLIENT, FACT_SIDE_CLIENT},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct run_spec spec = spec_of(rows[i].mode, rows[i].rate);
        assert_int_equal(pace_late_side(&spec, &in_1_s, 1000, rows[i].wait_ns, rows[i].slow), rows[i].late);
    }
}

TEST(a_run_of_whose_start_nothing_is_known_was_not_late)
{
    const struct run_spec spec = spec_of(MODE_POOL, 2000);
    assert_int_equal(pace_late_side(&spec, &(struct load_start){0}, 1000, 0, FACT_SIDE_SERVER), FACT_SIDE_NONE);
}
