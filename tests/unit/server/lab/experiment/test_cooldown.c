/* The pause between two runs of an experiment. */
#include "server/lab/experiment/cooldown.h"
#include "tests/unit/test.h"

/* Waiting until TIME_WAIT is over takes a minute for each run: it is for runs that ports stop. */
TEST(ports_are_waited_for_only_where_they_are_the_nearest_limit)
{
    struct experiment experiment = {.predictions = {.known = {true}, .of = {{.count = 2}}}};
    struct predict_ceiling *const ceilings = experiment.predictions.of[0].ceilings;
    ceilings[0] = (struct predict_ceiling){.clients = 1017, .limit = LIMIT_NOFILE};
    ceilings[1] = (struct predict_ceiling){.clients = 28232, .limit = LIMIT_PORT_RANGE};
    struct experiment_run run = {.verdict = {.kind = VERDICT_LIMIT, .limit = LIMIT_NOFILE}};
    assert_false(cooldown_needs_ports(&experiment, NULL));
    assert_false(cooldown_needs_ports(&experiment, &run));
    run.verdict.limit = LIMIT_PORT_RANGE;
    assert_true(cooldown_needs_ports(&experiment, &run));
    ceilings[0].limit = LIMIT_PORT_RANGE;
    assert_true(cooldown_needs_ports(&experiment, NULL));
    experiment.predictions.known[0] = false;
    assert_false(cooldown_needs_ports(&experiment, NULL));
}
