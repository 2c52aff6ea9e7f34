/* How many threads of connections RLIMIT_AS and RLIMIT_DATA have room for, in a child, whose limit it is; and
 * vm.max_map_count. */

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/table.h"
#include "server/time/thread_budget.h"
#include "tests/unit/test.h"

#define KIB 1024UL
#define GIB (1024UL * 1024 * KIB)

/* Exits with 0 when the budget under `bound` is within least..most. */
static void expect_in_child(__rlimit_resource_t resource, rlim_t bound, uint64_t reserved, uint64_t least,
                            uint64_t most)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit limit = {bound, bound};
        const bool set = setrlimit(resource, &limit) == 0;
        const uint64_t budget = resource == RLIMIT_AS ? thread_budget_addresses(reserved, 20 * KIB)
                                                      : thread_budget_data(reserved, 20 * KIB);
        _exit(set && budget >= least && budget <= most ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

TEST(without_a_bound_there_is_none)
{
    expect_in_child(RLIMIT_AS, RLIM_INFINITY, 0, THREAD_BUDGET_NONE, THREAD_BUDGET_NONE);
    expect_in_child(RLIMIT_DATA, RLIM_INFINITY, 0, THREAD_BUDGET_NONE, THREAD_BUDGET_NONE);
}

/* The process itself has less than half a GiB, unless a sanitizer's shadow is in it. */
TEST(what_is_in_use_and_reserved_is_left_out)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip();
#else
    static const __rlimit_resource_t resources[] = {RLIMIT_AS, RLIMIT_DATA};
    for (size_t i = 0; i < COUNT_OF(resources); i++) {
        expect_in_child(resources[i], 2 * GIB, 0, 3 * GIB / 2 / (20 * KIB), 2 * GIB / (20 * KIB));
        expect_in_child(resources[i], 2 * GIB, GIB, GIB / 2 / (20 * KIB), GIB / (20 * KIB));
        expect_in_child(resources[i], 2 * GIB, 3 * GIB, 0, 0);
    }
#endif
}

TEST(maps_in_use_and_reserved_are_left_out)
{
    const uint64_t all = thread_budget_maps(0, 1);
    if (all == THREAD_BUDGET_NONE || all < 1000) {
        SKIP_BECAUSE("vm.max_map_count leaves no room here");
    }
    assert_int_equal(thread_budget_maps(all, 1), 0);
    assert_in_range(thread_budget_maps(96, 2), (all - 96) / 2 - 8, (all - 96) / 2 + 8);
}
