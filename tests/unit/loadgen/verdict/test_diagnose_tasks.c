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

/* --- no room for the generator itself --- */

/* On two cores a generator of event mode has two threads beside the main one, and one of its two loops at the least. */
TEST(a_limit_that_was_used_up_before_the_generator_began_is_named)
{
    for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
        struct scene scene;
        make_scene(&scene, mode)->facts.start_errno = EAGAIN;
        scene.facts.alive = 0;
        scene.values[0] = limit(LIMIT_NPROC, LIMIT_SIDE_CLIENT, 1, 11);
        expect(&scene, LIMIT_NPROC, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY,
               "RLIMIT_NPROC: 11 of 1 tasks of the user were in use when the run began.");
    }
}

TEST(a_limit_that_leaves_the_generator_too_few_tasks_is_named)
{
    struct scene scene;
    make_scene(&scene, MODE_EVENT)->facts.start_errno = EAGAIN;
    scene.values[0] = limit(LIMIT_NPROC, LIMIT_SIDE_CLIENT, 14, 11);
    expect(&scene, LIMIT_NPROC, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY,
           "about 15 tasks of the user would be in use (estimated); the limit is 14.");
    assert_int_equal(diagnose(&scene.facts).needed, 15);
    scene.values[0].value = 15;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "exhausted: RLIMIT_NPROC, pids.max,");
    scene.values[0].value = 14;
    scene.values[1].value = 53; /* as well: nothing tells which it was */
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "the limit is 53.");
}

/* The panel's own size may have been read for it, which says nothing of the generator's. */
TEST(what_a_process_has_in_use_is_not_known_before_it_began)
{
    struct scene scene;
    make_scene(&scene, MODE_THREAD)->facts.start_errno = ENOMEM;
    scene.values[3] = limit(LIMIT_AS, LIMIT_SIDE_CLIENT, 4 << 20, 100 << 20);
    expect(&scene, LIMIT_AS, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY,
           "would be in use (estimated); the limit is 4,194,304.");
}

TEST(the_list_of_client_processes_that_does_not_fit_names_rlimit_as)
{
    struct scene scene;
    make_scene(&scene, MODE_PROCESS)->facts.start_errno = ENOMEM;
    scene.spec.limit_as_mib = 16;
    scene.facts.run.terms.threads_max = 190000;
    scene.facts.run.terms.pid_max = 4194304;
    scene.values[3] = limit(LIMIT_AS, LIMIT_SIDE_CLIENT, 16 << 20, 13 << 20);
    expect(&scene, LIMIT_AS, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "This run itself set limits.as_mib to 16.");
    assert_int_equal(diagnose(&scene.facts).needed, 12410880 + 128 + 128 * 500 + 4 * 4194305ULL);
}

/* --- of both sides --- */

/* Threads of a server of threads, in one control group with it, whose limit the server meets as well. */
static void share_tasks(struct scene *scene, enum run_mode mode)
{
    make_scene(scene, mode)->facts.run.server = threads;
    scene->values[1] = limit(LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, 100, 10);
    scene->values[5] = limit(LIMIT_PIDS_MAX, LIMIT_SIDE_SERVER, 100, 10);
    scene->facts.risen[COUNTER_PIDS_REFUSED] = 200;
    scene->facts.alive = 44;
}

TEST(a_limit_that_both_sides_share_is_one_limit)
{
    struct scene scene;
    share_tasks(&scene, MODE_THREAD);
    add_group(&scene, group(PHASE_START, "pthread_create", EAGAIN, 450));
    add_group(&scene, group(PHASE_RECEIVE, "recv", ECONNRESET, 2));
    scene.facts.refused = 2;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "pids.max (100) on the server side: 2.");
    assert_int_equal(diagnose(&scene.facts).needed, 10 + 3 + 2 * 500);
    scene.values[5].value = 90; /* a group of its own within the other */
    assert_true(diagnose(&scene.facts).needed == FACT_UNKNOWN);
    scene.values[5].value = 100;
    scene.groups[0].count = 1; /* the same the other way round */
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "pids.max (100) on the client side: 1.");
    assert_int_equal(diagnose(&scene.facts).needed, 10 + 3 + 2 * 500);
}

TEST(a_connection_that_was_reset_for_want_of_a_thread_is_not_open)
{
    struct scene scene;
    share_tasks(&scene, MODE_THREAD);
    scene.facts.server_accepted = 44;
    scene.facts.refused = 1;
    assert_int_equal(diagnose_served(&scene.facts, 44), 43);
    assert_int_equal(diagnose_served(&scene.facts, 40), 40); /* not all at the same time */
    scene.facts.run.server.live = 2;                         /* before the run */
    assert_int_equal(diagnose_served(&scene.facts, 46), 45);
    scene.facts.refused = 0;
    assert_int_equal(diagnose_served(&scene.facts, 46), 46);
}

/* --- how much is needed --- */

TEST(what_is_needed_is_not_known_where_the_run_would_meet_another_limit_next)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "socket", EMFILE, 400));
    scene.values[0].value = 109;
    scene.facts.connections = 100;
    assert_int_equal(diagnose(&scene.facts).needed, 509);
    scene.values[4].value = 628; /* 128 are the server's own */
    assert_int_equal(diagnose(&scene.facts).needed, 509);
    scene.values[4].value = 627;
    assert_true(diagnose(&scene.facts).needed == FACT_UNKNOWN);
    scene.spec.hold = false; /* the two loops have 64 connections each at the same time, where the server is quick */
    assert_int_equal(diagnose(&scene.facts).needed, 9 + 128);
}

TEST(what_is_needed_is_not_known_where_the_server_has_too_few_workers)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_PROCESS), group(PHASE_START, "fork", EAGAIN, 400));
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 400;
    scene.values[1].value = 151;
    scene.facts.run.server.workers = 500;
    assert_int_equal(diagnose(&scene.facts).needed, 551);
    scene.facts.run.server.workers = 499;
    assert_true(diagnose(&scene.facts).needed == FACT_UNKNOWN);
}

TEST(workers_are_not_all_that_is_needed_where_a_limit_is_next)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_TIMEOUT, "connect", ETIMEDOUT, 400));
    scene.facts.run.server.workers = 100;
    expect_reason(&scene, REASON_WORKERS, FACT_SIDE_SERVER, CERTAINTY_PROVED, "The server has 100 workers");
    assert_int_equal(diagnose(&scene.facts).needed, 500);
    scene.values[4].value = 627;
    assert_true(diagnose(&scene.facts).needed == FACT_UNKNOWN);
}

/* RLIMIT_NOFILE has to be raised with it. */
TEST(rlimit_nofile_is_no_other_limit_than_fs_nr_open)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "socket", EMFILE, 400));
    scene.values[0].value = 109;
    scene.values[7] = limit(LIMIT_NR_OPEN, LIMIT_SIDE_CLIENT, 109, 7);
    scene.values[7].scope = LIMIT_SCOPE_PROCESS;
    scene.facts.connections = 100;
    expect(&scene, LIMIT_NR_OPEN, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "fs.nr_open (109)");
    assert_int_equal(diagnose(&scene.facts).needed, 509);
    scene.values[7].value = 200; /* up to which RLIMIT_NOFILE can be raised */
    expect(&scene, LIMIT_NOFILE, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "RLIMIT_NOFILE (109)");
    assert_true(diagnose(&scene.facts).needed == FACT_UNKNOWN);
}
