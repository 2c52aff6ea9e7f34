/* Whether the processors bounded a run, from what was measured of them. */

#include "loadgen/verdict/verdict_json.h"
#include "tests/unit/test.h"

#define SECOND 1000000ULL

/* Two cores for two seconds. */
static struct cpu_use use(uint64_t client, uint64_t server, uint64_t busy)
{
    return (struct cpu_use){.duration_us = 2 * SECOND,
                            .cores = 2,
                            .client_us = client,
                            .server_us = server,
                            .busy_us = busy,
                            .idle_us = 4 * SECOND - busy,
                            .looks = 4,
                            .runnable_sum = 10,
                            .runnable_most = 6};
}

TEST(who_kept_all_cores_busy_is_the_bottleneck)
{
    struct cpu_use half = use(SECOND, SECOND, 2 * SECOND);
    struct cpu_use client = use(3 * SECOND, SECOND / 2, 4 * SECOND);
    struct cpu_use server = use(SECOND / 2, 3 * SECOND, 4 * SECOND);
    struct cpu_use both = use(2 * SECOND, 2 * SECOND, 4 * SECOND);
    struct cpu_use others = use(SECOND, SECOND, 4 * SECOND);
    assert_int_equal(bottleneck_find(&half), BOTTLENECK_NONE);
    assert_int_equal(bottleneck_find(&client), BOTTLENECK_CLIENT);
    assert_int_equal(bottleneck_find(&server), BOTTLENECK_SERVER);
    assert_int_equal(bottleneck_find(&both), BOTTLENECK_MACHINE);
    assert_int_equal(bottleneck_find(&others), BOTTLENECK_MACHINE);
}

TEST(a_short_run_and_a_silent_kernel_tell_nothing)
{
    struct cpu_use brief = use(3 * SECOND, 0, 4 * SECOND);
    struct cpu_use silent = use(3 * SECOND, 0, 4 * SECOND);
    brief.duration_us = SECOND / 10;
    silent.busy_us = silent.idle_us = 0;
    assert_int_equal(bottleneck_find(&brief), BOTTLENECK_UNKNOWN);
    assert_int_equal(bottleneck_find(&silent), BOTTLENECK_UNKNOWN);
}

static void expect_json(const struct cpu_use *cpu, const char *expected)
{
    cJSON *const json = bottleneck_to_json(cpu);
    char *const text = cJSON_PrintUnformatted(json);
    assert_string_equal(text, expected);
    cJSON_free(text);
    cJSON_Delete(json);
}

TEST(json_says_it_with_evidence)
{
    const struct cpu_use client = use(3 * SECOND, SECOND / 2, 4 * SECOND);
    const struct cpu_use half = use(SECOND, SECOND, 2 * SECOND);
    struct cpu_use brief = use(1000, 0, 4 * SECOND);
    brief.duration_us = 5000;
    brief.looks = 0;
    expect_json(&client,
                "{\"client_s\":3,\"server_s\":0.5,\"cores\":2,\"busy\":1,\"runnable\":{\"mean\":2.5,\"max\":6},"
                "\"bottleneck\":\"client\",\"evidence\":\"the 2 cores were busy for 100 % of the run: the client "
                "side used 75 % of that, the server side 13 %, others 12 %; 2.5 tasks ran or waited for a "
                "core\"}");
    expect_json(&half,
                "{\"client_s\":1,\"server_s\":1,\"cores\":2,\"busy\":0.5,\"runnable\":{\"mean\":2.5,\"max\":6},"
                "\"bottleneck\":null,\"evidence\":\"the 2 cores were busy for 50 % of the run: they did not limit "
                "its pace\"}");
    expect_json(&brief,
                "{\"client_s\":0.001,\"server_s\":0,\"cores\":2,\"busy\":null,\"runnable\":{\"mean\":0,\"max\":6},"
                "\"bottleneck\":null,\"evidence\":\"the run was too short to tell: the kernel counts CPU time in "
                "steps of 10 ms\"}");
}
