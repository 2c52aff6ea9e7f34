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
    assert_int_equal(bottleneck_side(&half), FACT_SIDE_NONE);
    assert_int_equal(bottleneck_side(&client), FACT_SIDE_CLIENT);
    assert_int_equal(bottleneck_side(&server), FACT_SIDE_SERVER);
    assert_int_equal(bottleneck_side(&both), FACT_SIDE_BOTH);
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

static void expect_held_up(const struct cpu_use *cpu, enum bottleneck bottleneck, enum fact_side side,
                           const char *evidence)
{
    char text[400];
    assert_int_equal(bottleneck_find(cpu), bottleneck);
    assert_int_equal(bottleneck_side(cpu), side);
    bottleneck_describe(cpu, text, sizeof text);
    assert_string_equal(text, evidence);
}

TEST(a_group_that_used_up_its_quota_held_up_its_side)
{
    static const char evidence[] = "the control group had used up its CPU quota (cpu.max) in 20 of 40 periods";
    static const char of_server[] =
        "the server's control group had used up its CPU quota (cpu.max) in 20 of 40 periods";
    struct cpu_use cpu = use(SECOND, SECOND, 2 * SECOND);
    cpu.risen[LIMIT_SIDE_CLIENT][COUNTER_CPU_PERIODS] = cpu.risen[LIMIT_SIDE_SERVER][COUNTER_CPU_PERIODS] = 40;
    cpu.risen[LIMIT_SIDE_CLIENT][COUNTER_CPU_THROTTLED] = 19;
    assert_int_equal(bottleneck_find(&cpu), BOTTLENECK_NONE);
    cpu.risen[LIMIT_SIDE_CLIENT][COUNTER_CPU_THROTTLED] = 20;
    expect_held_up(&cpu, BOTTLENECK_QUOTA, FACT_SIDE_BOTH, evidence); /* the TIME server is in the same group */
    cpu.apart = true;
    expect_held_up(&cpu, BOTTLENECK_QUOTA, FACT_SIDE_CLIENT, evidence);
    cpu.risen[LIMIT_SIDE_CLIENT][COUNTER_CPU_THROTTLED] = 0;
    cpu.risen[LIMIT_SIDE_SERVER][COUNTER_CPU_THROTTLED] = 20;
    expect_held_up(&cpu, BOTTLENECK_QUOTA, FACT_SIDE_SERVER, of_server);
}

/* Two seconds, of which both processors were idle for nearly all. */
TEST(a_group_over_memory_high_held_up_its_side_where_nothing_else_of_it_ran)
{
    struct cpu_use cpu = use(SECOND / 10, SECOND / 10, SECOND / 5);
    uint64_t *const own = cpu.risen[LIMIT_SIDE_CLIENT];
    uint64_t *const other = cpu.risen[LIMIT_SIDE_SERVER];
    own[COUNTER_MEMORY_AT_HIGH] = 786;
    own[COUNTER_MEMORY_WAIT_US] = SECOND;
    own[COUNTER_MEMORY_STALL_US] = SECOND - 1; /* others went on meanwhile */
    expect_held_up(&cpu, BOTTLENECK_NONE, FACT_SIDE_NONE,
                   "the 2 cores were busy for 5 % of the run: they did not limit its pace");
    own[COUNTER_MEMORY_STALL_US] = 3 * SECOND; /* the panel was held up after the run as well */
    expect_held_up(
        &cpu, BOTTLENECK_HIGH, FACT_SIDE_BOTH,
        "for 100 % of the run, all tasks of the control group that could run waited for memory: the group was "
        "over memory.high, and the kernel held them up 786 times");
    assert_string_equal(bottleneck_name(BOTTLENECK_HIGH), "memory.high");
    own[COUNTER_MEMORY_AT_HIGH] = 0; /* they waited for another reason */
    assert_int_equal(bottleneck_find(&cpu), BOTTLENECK_NONE);
    cpu.apart = true;
    other[COUNTER_MEMORY_AT_HIGH] = 12;
    other[COUNTER_MEMORY_WAIT_US] = other[COUNTER_MEMORY_STALL_US] = SECOND;
    expect_held_up(&cpu, BOTTLENECK_HIGH, FACT_SIDE_SERVER,
                   "for 50 % of the run, all tasks of the server's control group that could run waited for memory: the "
                   "group was over memory.high, and the kernel held them up 12 times");
    other[COUNTER_MEMORY_WAIT_US] = other[COUNTER_MEMORY_STALL_US] = 0;
    expect_held_up(
        &cpu, BOTTLENECK_NONE, FACT_SIDE_NONE,
        "the 2 cores were busy for 5 % of the run: they did not limit its pace; the server's control group was "
        "over memory.high 12 times, and this kernel does not count for how long its tasks then waited");
}

TEST(json_says_it_with_evidence)
{
    const struct cpu_use client = use(3 * SECOND, SECOND / 2, 4 * SECOND);
    const struct cpu_use half = use(SECOND, SECOND, 2 * SECOND);
    struct cpu_use brief = use(1000, 0, 4 * SECOND);
    brief.duration_us = 5000;
    brief.looks = 0;
    struct cpu_use held = half;
    held.risen[LIMIT_SIDE_CLIENT][COUNTER_CPU_PERIODS] = held.risen[LIMIT_SIDE_CLIENT][COUNTER_CPU_THROTTLED] = 20;
    expect_json(&held,
                "{\"client_s\":1,\"server_s\":1,\"cores\":2,\"busy\":0.5,\"runnable\":{\"mean\":2.5,\"max\":6},"
                "\"bottleneck\":\"cpu.max\",\"held_up\":\"both\",\"evidence\":\"the control group had used up its CPU "
                "quota (cpu.max) in 20 of 20 periods\"}");
    expect_json(&client,
                "{\"client_s\":3,\"server_s\":0.5,\"cores\":2,\"busy\":1,\"runnable\":{\"mean\":2.5,\"max\":6},"
                "\"bottleneck\":\"client\",\"held_up\":null,\"evidence\":\"the 2 cores were busy for 100 % of the run: "
                "the client "
                "side used 75 % of that, the server side 13 %, others 12 %; 2.5 tasks ran or waited for a "
                "core\"}");
    expect_json(&half, "{\"client_s\":1,\"server_s\":1,\"cores\":2,\"busy\":0.5,\"runnable\":{\"mean\":2.5,\"max\":6},"
                       "\"bottleneck\":null,\"held_up\":null,\"evidence\":\"the 2 cores were busy for 50 % of the run: "
                       "they did not limit "
                       "its pace\"}");
    expect_json(&brief,
                "{\"client_s\":0.001,\"server_s\":0,\"cores\":2,\"busy\":null,\"runnable\":{\"mean\":0,\"max\":6},"
                "\"bottleneck\":null,\"held_up\":null,\"evidence\":\"the run was too short to tell: the kernel counts "
                "CPU time in "
                "steps of 10 ms\"}");
}
