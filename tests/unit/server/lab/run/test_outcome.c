/* How runs end, for everything a load generator can leave behind: statuses, messages, and totals that add up. */

#include "server/lab/run/outcome.h"
#include "tests/unit/server/lab/lab_fixture.h"

enum { CLIENTS = 100 };

struct scene {
    struct outcome_evidence evidence;
    struct load_result *result;
    struct run *run;
};

static int drop_scene(void **state)
{
    struct scene *const scene = *state;
    free(scene->result);
    free(scene->run);
    free(scene);
    return 0;
}

static int make_scene(void **state)
{
    struct scene *const scene = calloc(1, sizeof *scene);
    *state = scene;
    if (scene == NULL) {
        return -1;
    }
    scene->result = calloc(1, sizeof *scene->result);
    scene->run = calloc(1, sizeof *scene->run);
    if (scene->result == NULL || scene->run == NULL) {
        drop_scene(state);
        return -1;
    }
    scene->run->spec.count = CLIENTS;
    scene->evidence.how = "was killed by SIGKILL";
    scene->evidence.end_message = "";
    scene->evidence.last = (struct load_totals){0, 0, 0, 0, CLIENTS};
    return 0;
}

static void give_result(struct scene *scene, struct load_totals totals, uint64_t in_group)
{
    scene->result->totals = totals;
    scene->result->duration_us = 5000;
    scene->result->group_count = in_group > 0 ? 1 : 0;
    scene->result->groups[0] =
        (struct error_group){.phase = PHASE_CONNECT, .call = "connect", .count = in_group, .first_at_us = 10};
    scene->evidence.result = scene->result;
}

static void give_end(struct scene *scene, enum load_end end)
{
    scene->evidence.end_seen = true;
    scene->evidence.end = end;
}

static void conclude(struct scene *scene, enum run_status status)
{
    outcome_of(&scene->evidence, scene->run);
    assert_adds_up(scene->run);
    assert_int_equal(scene->run->status, status);
}

#define CASE(name) TEST_IN(name, make_scene, drop_scene)

CASE(a_run_whose_clients_failed_is_completed)
{
    struct scene *const scene = *state;
    give_result(scene, (struct load_totals){100, 90, 80, 20, 0}, 20);
    give_end(scene, LOAD_END_COMPLETED);
    conclude(scene, RUN_STATUS_COMPLETED);
    assert_string_equal(scene->run->message, "");
    assert_int_equal(scene->run->duration_us, 5000);
    assert_int_equal(scene->run->groups[0].first_at_us, 10);
}

CASE(a_killed_generator_loses_the_clients_under_way)
{
    struct scene *const scene = *state;
    scene->evidence.last = (struct load_totals){60, 55, 40, 0, 40};
    scene->evidence.elapsed_us = 123;
    conclude(scene, RUN_STATUS_FAILED);
    assert_string_equal(scene->run->message, "the load generator was killed by SIGKILL");
    assert_int_equal(scene->run->totals.failed, 20);
    assert_int_equal(scene->run->totals.not_started, 40);
    assert_int_equal(scene->run->group_count, 1);
    assert_int_equal(scene->run->groups[0].phase, PHASE_RECEIVE);
    assert_string_equal(scene->run->groups[0].call, "waitpid");
    assert_string_equal(scene->run->groups[0].message, "the load generator was killed by SIGKILL");
    assert_int_equal(scene->run->duration_us, 123);
}

CASE(failures_that_were_traced_keep_their_group)
{
    struct scene *const scene = *state;
    const struct error_group seen = {.phase = PHASE_CONNECT, .call = "socket", .error_number = 24, .count = 5};
    scene->evidence.last = (struct load_totals){60, 55, 40, 5, 40};
    scene->evidence.seen = &seen;
    scene->evidence.seen_count = 1;
    conclude(scene, RUN_STATUS_FAILED);
    assert_int_equal(scene->run->group_count, 2);
    assert_string_equal(scene->run->groups[0].call, "socket");
    assert_int_equal(scene->run->groups[1].count, 15);
}

CASE(traces_newer_than_the_sample_count_as_started)
{
    struct scene *const scene = *state;
    const struct error_group seen = {.phase = PHASE_CONNECT, .call = "socket", .error_number = 24, .count = 30};
    scene->evidence.last = (struct load_totals){10, 10, 10, 0, 90};
    scene->evidence.seen = &seen;
    scene->evidence.seen_count = 1;
    conclude(scene, RUN_STATUS_FAILED);
    assert_int_equal(scene->run->totals.started, 40);
    assert_int_equal(scene->run->totals.failed, 30);
}

CASE(a_death_before_the_first_sample_started_nothing)
{
    struct scene *const scene = *state;
    scene->evidence.how = "was not started: ENOENT";
    conclude(scene, RUN_STATUS_FAILED);
    assert_int_equal(scene->run->totals.not_started, CLIENTS);
    assert_int_equal(scene->run->group_count, 0);
    assert_string_equal(scene->run->message, "the load generator was not started: ENOENT");
}

CASE(a_result_that_does_not_add_up_is_a_failure_that_says_so)
{
    struct scene *const scene = *state;
    static const struct {
        struct load_totals totals;
        uint64_t in_group;
    } cases[] = {
        {{100, 100, 99, 0, 0}, 0},           /* a client is missing */
        {{99, 99, 99, 0, 0}, 0},             /* started + not_started < count */
        {{101, 101, 101, 0, 0}, 0},          /* more than count */
        {{101, 101, 101, 0, UINT64_MAX}, 0}, /* the same, hidden by wrapping */
        {{100, 101, 100, 0, 0}, 0},          /* more connections than clients */
        {{100, 100, 90, 10, 0}, 9},          /* a failure in no group */
        {{100, 100, 101, UINT64_MAX, 0}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        give_result(scene, cases[i].totals, cases[i].in_group);
        give_end(scene, LOAD_END_COMPLETED);
        conclude(scene, RUN_STATUS_FAILED);
        assert_non_null(strstr(scene->run->message, "does not add up"));
    }
}

CASE(samples_that_are_nonsense_are_made_to_add_up)
{
    struct scene *const scene = *state;
    const struct error_group seen = {.phase = PHASE_CONNECT, .call = "socket", .count = UINT64_MAX};
    scene->evidence.last = (struct load_totals){UINT64_MAX, UINT64_MAX, 7, 3, UINT64_MAX};
    scene->evidence.seen = &seen;
    scene->evidence.seen_count = 1;
    conclude(scene, RUN_STATUS_FAILED);
    scene->evidence.last = (struct load_totals){5, 9, UINT64_MAX, 3, 1};
    conclude(scene, RUN_STATUS_FAILED);
}

CASE(even_every_group_taken_leaves_room_for_the_lost)
{
    struct scene *const scene = *state;
    struct error_group seen[ERROR_GROUPS_MAX];
    for (int i = 0; i < ERROR_GROUPS_MAX; i++) {
        seen[i] = (struct error_group){.phase = PHASE_CONNECT, .call = "connect", .error_number = i, .count = 1};
    }
    scene->evidence.last = (struct load_totals){100, 100, 0, 64, 0};
    scene->evidence.seen = seen;
    scene->evidence.seen_count = ERROR_GROUPS_MAX;
    conclude(scene, RUN_STATUS_FAILED);
}

CASE(a_cancel_is_cancelled_with_or_without_a_result)
{
    struct scene *const scene = *state;
    scene->evidence.cancelled = true;
    scene->evidence.last = (struct load_totals){60, 55, 40, 0, 40};
    conclude(scene, RUN_STATUS_CANCELLED);
    assert_int_equal(scene->run->totals.failed, 20);
    give_result(scene, (struct load_totals){70, 60, 50, 20, 30}, 20);
    give_end(scene, LOAD_END_CANCELLED);
    conclude(scene, RUN_STATUS_CANCELLED);
    assert_int_equal(scene->run->totals.started, 70);
    assert_string_equal(scene->run->message, "");
}

CASE(a_cancel_by_mpirun_that_lost_a_host_is_a_failure_with_its_name)
{
    struct scene *const scene = *state;
    give_result(
        scene,
        (struct load_totals){.started = 3, .connected = 3, .completed = 1, .failed = 2, .not_started = CLIENTS - 3}, 2);
    give_end(scene, LOAD_END_CANCELLED);
    scene->evidence.how = "ended with exit status 1: host lab2 was lost";
    scene->evidence.lost = true;
    conclude(scene, RUN_STATUS_FAILED);
    assert_string_equal(scene->run->message, "the load generator ended with exit status 1: host lab2 was lost");
    scene->evidence.cancelled = true;
    conclude(scene, RUN_STATUS_CANCELLED);
}

CASE(a_cancel_that_came_too_late_leaves_it_completed)
{
    struct scene *const scene = *state;
    scene->evidence.cancelled = true;
    give_result(scene, (struct load_totals){100, 100, 100, 0, 0}, 0);
    give_end(scene, LOAD_END_COMPLETED);
    conclude(scene, RUN_STATUS_COMPLETED);
}

CASE(a_stopped_panel_interrupts)
{
    struct scene *const scene = *state;
    scene->evidence.interrupted = true;
    give_result(scene, (struct load_totals){70, 60, 50, 20, 30}, 20);
    give_end(scene, LOAD_END_CANCELLED);
    conclude(scene, RUN_STATUS_INTERRUPTED);
    assert_string_equal(scene->run->message, "the panel was stopped");
}

CASE(its_own_words_for_a_failure_are_kept)
{
    struct scene *const scene = *state;
    scene->evidence.end_message = "cannot map the scoreboard: ENOMEM";
    give_end(scene, LOAD_END_FAILED);
    conclude(scene, RUN_STATUS_FAILED);
    assert_string_equal(scene->run->message, "cannot map the scoreboard: ENOMEM");
}

CASE(an_end_without_a_result_is_a_failure)
{
    struct scene *const scene = *state;
    give_end(scene, LOAD_END_COMPLETED);
    conclude(scene, RUN_STATUS_FAILED);
    assert_string_equal(scene->run->message, "the load generator ended without a result");
}

CASE(a_result_without_an_end_keeps_its_numbers_and_is_a_failure)
{
    struct scene *const scene = *state;
    give_result(scene, (struct load_totals){100, 100, 100, 0, 0}, 0);
    conclude(scene, RUN_STATUS_FAILED);
    assert_int_equal(scene->run->totals.completed, 100);
}
