#include "base/net_list.h"
#include "loadgen/engine/client_plan.h"
#include "tests/unit/test.h"

static struct run_spec spec_of(const char *target)
{
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    spec.count = 1000;
    OK(run_spec_set_text(&spec, "target", target, &err));
    return spec;
}

static void read_targets(const char *list, struct net_address *targets)
{
    struct net_list_walk walk = {.rest = list};
    while (net_list_step(&walk)) {
        *targets++ = walk.address;
    }
}

TEST(clients_are_dealt_out_in_turn)
{
    static const char list[] = "127.0.0.1:7-9,[::1]:5";
    static const unsigned ports[] = {7, 8, 9, 5};
    const struct run_spec spec = spec_of(list);
    struct net_address targets[4];
    struct client_plan plan;
    read_targets(list, targets);
    client_plan_init(&plan, &spec, targets);
    for (uint64_t client = 0; client < 1000; client++) {
        assert_int_equal(net_port(client_target(&plan, client)), ports[client % 4]);
    }
}

/* Else some pairs would have all the clients, and run out of ports while others have none. */
TEST(every_target_has_clients_from_every_source)
{
    struct run_spec spec = spec_of("127.0.0.1:1-6");
    struct net_address targets[6];
    struct client_plan plan;
    unsigned pairs[6][4] = {{0}};
    read_targets("127.0.0.1:1-6", targets);
    client_plan_init(&plan, &spec, targets);
    plan.sources = 4;
    for (uint64_t client = 0; client < 240; client++) {
        pairs[net_port(client_target(&plan, client)) - 1][client_source(&plan, client)]++;
    }
    for (size_t target = 0; target < 6; target++) {
        for (size_t source = 0; source < 4; source++) {
            assert_int_equal(pairs[target][source], 10);
        }
    }
}

TEST(one_target_is_the_target_of_all)
{
    struct run_spec spec = spec_of("builtin");
    struct net_address target;
    struct err err;
    struct client_plan plan;
    OK(net_parse("127.0.0.1:45000", &target, &err));
    client_plan_init(&plan, &spec, &target);
    plan.sources = 3;
    for (uint64_t client = 0; client < 10; client++) {
        assert_ptr_equal(client_target(&plan, client), &target);
        assert_int_equal(client_source(&plan, client), client % 3);
    }
}
