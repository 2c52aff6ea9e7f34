/* Limits of tasks: whom they do not bind, those that leave the generator itself no room, those that both sides share,
 * and how much of one would do. */
#include <errno.h>

#include "tests/unit/loadgen/verdict/diagnose_fixture.h"

TEST(rlimit_nproc_is_no_candidate_where_root_is_exempt)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_START, "pthread_create", EAGAIN, 400));
    scene.values[0] = limit(LIMIT_NPROC, LIMIT_SIDE_CLIENT, 30000, 50);
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "exhausted: RLIMIT_NPROC, pids.max,");
    scene.facts.run.terms.nproc_exempt = "root is exempt";
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "exhausted: pids.max,");
    scene.facts.run.elsewhere = true; /* root of this machine is not of that one */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "exhausted: RLIMIT_NPROC, pids.max,");
}

TEST(rlimit_nproc_is_no_candidate_of_the_panel_s_own_server_where_root_is_exempt)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_RECEIVE, "recv", ECONNRESET, 400));
    scene.facts.run.server = threads;
    scene.facts.refused = 400;
    scene.values[0] = limit(LIMIT_NPROC, LIMIT_SIDE_SERVER, 151, 50);
    expect(&scene, LIMIT_NPROC, LIMIT_SIDE_SERVER, CERTAINTY_LIKELY, "RLIMIT_NPROC (151) on the server side");
    scene.facts.run.terms.nproc_exempt = "root is exempt";
    scene.values[1] = limit(LIMIT_THREADS_MAX, LIMIT_SIDE_SERVER, 30000, 50);
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_SERVER, CERTAINTY_UNKNOWN,
           "exhausted: pids.max (which cannot be read here), kernel.threads-max.");
}
