/* What was in use when clients failed, as evidence. */
#include <errno.h>
#include <signal.h>

#include "tests/unit/loadgen/verdict/diagnose_fixture.h"

TEST(what_was_in_use_is_that_of_the_same_words)
{
    struct scene scene;
    struct group_usage usages[2] = {{.phase = PHASE_REFUSED, .call = "recv", .words = 404},
                                    {.phase = PHASE_REFUSED, .call = "recv", .words = 503}};
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_REFUSED, "recv", 0, 300));
    add_group(&scene, group(PHASE_REFUSED, "recv", 0, 200));
    scene.facts.usages = usages;
    scene.facts.usage_count = 2;
    scene.groups[0].words = 503;
    scene.groups[1].words = 404;
    assert_ptr_equal(diagnose_usage(&scene.facts), &usages[1]);
    scene.groups[0].words = 500;
    assert_null(diagnose_usage(&scene.facts));
}

/* With the usage of the moment at which its first group failed. */
static void add_usage(struct scene *scene, struct group_usage *usage, enum limit_side side, enum limit_id id,
                      uint64_t used)
{
    const struct error_group *const first = &scene->groups[0];
    *usage = (struct group_usage){.phase = first->phase, .error_number = first->error_number, .words = first->words};
    snprintf(usage->call, sizeof usage->call, "%s", first->call);
    usage_init(&usage->used[LIMIT_SIDE_CLIENT]);
    usage_init(&usage->used[LIMIT_SIDE_SERVER]);
    usage_init(&scene->facts.peak[LIMIT_SIDE_CLIENT]);
    usage_init(&scene->facts.peak[LIMIT_SIDE_SERVER]);
    usage->used[side].used[id] = used;
    scene->facts.usages = usage;
    scene->facts.usage_count = 1;
}

TEST(what_was_in_use_at_the_failure_counts_before_an_estimate)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_PROCESS), group(PHASE_START, "fork", EAGAIN, 400));
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX, 19990);
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY,
           "19,990 of 20,000 tasks of the cgroup were in use");
    scene.values[1].value = 151;
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX, 90); /* read when clients had ended already */
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "estimated");
    usage.error_number = ENOMEM; /* it was another group's */
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "estimated");
}

TEST(memory_that_is_kept_back_for_others_cannot_be_promised)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_START, "pthread_create", EAGAIN, 5));
    scene.values[3] = limit(LIMIT_OVERCOMMIT, LIMIT_SIDE_CLIENT, 1 << 30, 1 << 20);
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_OVERCOMMIT, (1 << 30) - (40 << 20));
    usage.used[LIMIT_SIDE_CLIENT].used[LIMIT_AS] = 900 << 20;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "These limits can cause it");
    scene.facts.run.terms.commit_for_others = 128 << 20;
    expect(&scene, LIMIT_OVERCOMMIT, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "were in use when the first");
    scene.facts.run.terms.commit_for_others = 8 << 20;
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "These limits can cause it");
    scene.facts.run.terms.commit_for_root = 25 << 20;
    expect(&scene, LIMIT_OVERCOMMIT, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "keeps 34,603,008 bytes of it back");
}

TEST(what_the_server_had_in_use_is_read_too_late_to_rule_out_an_estimate)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_RECEIVE, "recv", ECONNRESET, 1));
    scene.facts.run.server = threads;
    scene.facts.refused = 1;
    scene.values[1] = limit(LIMIT_PIDS_MAX, LIMIT_SIDE_SERVER, 151, 50);
    add_usage(&scene, &usage, LIMIT_SIDE_SERVER, LIMIT_PIDS_MAX, 60);
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_SERVER, CERTAINTY_LIKELY, "estimated");
}

/* The last of the held clients failed, and the others ended at once. */
TEST(what_was_read_after_the_clients_had_ended_is_no_fact_beside_a_proof)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_PROCESS), group(PHASE_START, "fork", EAGAIN, 1));
    scene.values[1].value = 151; /* 50 before, the generator, 100 clients */
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 1;
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX, 57);
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "pids.events max rose by 1");
    struct verdict verdict = diagnose(&scene.facts);
    assert_null(verdict_fact(&verdict, FACT_USE));
    scene.facts.peak[LIMIT_SIDE_CLIENT].used[LIMIT_PIDS_MAX] = 151;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "151 of 151 tasks");
    usage.used[LIMIT_SIDE_CLIENT].used[LIMIT_PIDS_MAX] = 151;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "were in use when the first");
    scene.facts.alive = 20; /* so few do not take them all: another group refused them */
    usage.used[LIMIT_SIDE_CLIENT].used[LIMIT_PIDS_MAX] = 57;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "57 of 151 tasks");
}

TEST(ports_that_an_earlier_run_left_in_time_wait_are_a_lack_of_ports)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "connect", EADDRNOTAVAIL, 500));
    scene.values[6].value = 200;
    scene.facts.connections = 0;
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_TCP_MAX_TW_BUCKETS, 195);
    expect(&scene, LIMIT_PORT_RANGE, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY,
           "may still hold: at most 195, each for about 60 s");
    assert_true(diagnose(&scene.facts).needed == FACT_UNKNOWN);
    scene.facts.run.terms.tw_reuse = 2; /* on loopback a second is enough */
    expect(&scene, LIMIT_PORT_RANGE, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "each for about 1 s");
    assert_int_equal(diagnose(&scene.facts).reached, 0);
    scene.facts.run.loopback = NET_LOOPBACK_ANY;
    expect(&scene, LIMIT_PORT_RANGE, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "each for about 1 s");
    scene.facts.run.loopback = NET_LOOPBACK_NOT; /* and those to other addresses hold none of these ports */
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_TCP_MAX_TW_BUCKETS, 900);
    expect(&scene, LIMIT_PORT_RANGE, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "may still hold: at most 200");
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_TCP_MAX_TW_BUCKETS, 20);
    expect(&scene, LIMIT_COUNT, LIMIT_SIDE_CLIENT, CERTAINTY_UNKNOWN, "EADDRNOTAVAIL");
}

TEST(a_limit_that_was_changed_has_the_value_that_it_had_when_clients_failed)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "socket", EMFILE, 300));
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_NOFILE, 187);
    usage.used[LIMIT_SIDE_CLIENT].bounds[LIMIT_NOFILE] = 150;
    expect(&scene, LIMIT_NOFILE, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "it was 20,000 descriptors when the run began");
    assert_int_equal(diagnose(&scene.facts).value, 150);
    usage.used[LIMIT_SIDE_CLIENT].bounds[LIMIT_NOFILE] = 20000;
    const struct verdict same = diagnose(&scene.facts);
    assert_null(verdict_fact(&same, FACT_CHANGED));
}

TEST(a_bound_that_was_not_there_when_the_run_began_is_seen)
{
    struct scene scene;
    struct group_usage usage;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_START, "pthread_create", EAGAIN, 300));
    scene.values[1].value = LIMIT_UNLIMITED;
    scene.facts.counted = true;
    scene.facts.risen[COUNTER_PIDS_REFUSED] = 300;
    add_usage(&scene, &usage, LIMIT_SIDE_CLIENT, LIMIT_PIDS_MAX, 60);
    usage.used[LIMIT_SIDE_CLIENT].bounds[LIMIT_PIDS_MAX] = 60;
    expect(&scene, LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "there was no bound when the run began");
}

/* The group's own OOM killer struck, so it was not the machine's memory. */
TEST(a_generator_that_was_killed_met_the_bound_that_its_group_has_by_now)
{
    struct scene scene;
    struct group_usage usage = {.phase = PHASE_START, .call = "SIGKILL"};
    make_scene(&scene, MODE_PROCESS);
    usage_init(&usage.used[LIMIT_SIDE_CLIENT]);
    usage_init(&usage.used[LIMIT_SIDE_SERVER]);
    scene.values[8].value = LIMIT_UNLIMITED;
    scene.facts.signal = SIGKILL;
    scene.facts.counted = true;
    scene.facts.risen[COUNTER_GROUP_KILLED] = scene.facts.risen[COUNTER_MACHINE_KILLED] = 1;
    scene.facts.risen[COUNTER_MEMORY_REFUSED] = 328;
    scene.facts.usages = &usage;
    scene.facts.usage_count = 1;
    usage.used[LIMIT_SIDE_CLIENT].bounds[LIMIT_MEMORY_MAX] = 40 << 20;
    expect(&scene, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_PROVED, "there was no bound when the run began");
    assert_int_equal(diagnose(&scene.facts).value, 40 << 20);
}

/* As of a pod, or a container around this one. */
TEST(a_generator_that_was_killed_while_the_machine_had_memory_met_a_bound_out_of_sight)
{
    struct scene scene;
    make_scene(&scene, MODE_PROCESS);
    usage_init(&scene.facts.peak[LIMIT_SIDE_CLIENT]);
    usage_init(&scene.facts.peak[LIMIT_SIDE_SERVER]);
    scene.values[8].value = LIMIT_UNLIMITED;
    scene.facts.signal = SIGKILL;
    scene.facts.risen[COUNTER_GROUP_KILLED] = scene.facts.risen[COUNTER_MACHINE_KILLED] = 1;
    scene.facts.peak[LIMIT_SIDE_SERVER].used[LIMIT_MEMORY] = 300 << 20; /* of 1 GiB */
    expect(&scene, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "whose value cannot be read here");
    scene.facts.peak[LIMIT_SIDE_SERVER].used[LIMIT_MEMORY] = 1000 << 20;
    expect(&scene, LIMIT_MEMORY, LIMIT_SIDE_CLIENT, CERTAINTY_LIKELY, "oom_kill rose by 1");
}
