/* How the limit that stopped a run is said to be raised. */
#include <errno.h>

#include "loadgen/verdict/verdict_json.h"
#include "tests/unit/loadgen/verdict/diagnose_fixture.h"

/* Nor is the same limit of the server set by the run, whatever that sets for its load generator. */
TEST(a_limit_that_the_run_itself_set_is_told_from_one_that_was_there)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_EVENT), group(PHASE_CONNECT, "socket", EMFILE, 5));
    scene.values[0].value = 100;
    struct verdict verdict = diagnose(&scene.facts);
    assert_null(verdict_fact(&verdict, FACT_SET_BY_RUN));
    scene.spec.limit_nofile = 100;
    verdict = diagnose(&scene.facts);
    assert_int_equal(verdict_fact(&verdict, FACT_SET_BY_RUN)->numbers[0], 100);
    cJSON *const json = verdict_to_json(&verdict, LANGUAGE_ENGLISH);
    const cJSON *const ways = cJSON_GetObjectItem(json, "raise_by");
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(ways, "run")), "limits.nofile=N");
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(ways, "shell")), "ulimit -n N");
    cJSON_Delete(json);
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, "recv", ETIMEDOUT, 400));
    scene.values[4].value = scene.spec.limit_nofile = 228;
    expect(&scene, LIMIT_NOFILE, LIMIT_SIDE_SERVER, CERTAINTY_PROVED, "on the server side");
    verdict = diagnose(&scene.facts);
    assert_null(verdict_fact(&verdict, FACT_SET_BY_RUN));
}

/* NULL: there is none. */
static void expect_raise(const struct scene *scene, const char *words, const char *shell)
{
    const struct verdict verdict = diagnose(&scene->facts);
    cJSON *const json = verdict_to_json(&verdict, LANGUAGE_ENGLISH);
    const char *const raise = cJSON_GetStringValue(cJSON_GetObjectItem(json, "raise"));
    const char *const way = cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetObjectItem(json, "raise_by"), "shell"));
    assert_true(verdict_names(&verdict, LIMIT_BACKLOG, LIMIT_SIDE_SERVER));
    assert_ptr_equal(strstr(raise, words), raise);
    assert_true(shell == NULL ? way == NULL : way != NULL && strcmp(way, shell) == 0);
    cJSON_Delete(json);
}

/* What koneksi is started with is nothing to another server, and nothing beyond what the kernel cuts it at. */
TEST(a_full_queue_is_raised_where_it_is_bounded)
{
    struct scene scene;
    add_group(make_scene(&scene, MODE_THREAD), group(PHASE_TIMEOUT, "connect", ETIMEDOUT, 400));
    scene.facts.connected = 90;
    scene.facts.listen_overflows = 700;
    expect_raise(&scene, "koneksi --backlog N", "koneksi --backlog N");
    scene.values[9] = limit(LIMIT_SOMAXCONN, LIMIT_SIDE_SERVER, 4096, LIMIT_UNKNOWN);
    expect_raise(&scene, "sysctl -w net.core.somaxconn=N first", "sysctl -w net.core.somaxconn=N; koneksi --backlog N");
    scene.facts.run.server = foreign;
    expect_raise(&scene,
                 "sysctl -w net.core.somaxconn=N first, as the kernel cuts every queue at it; then the backlog "
                 "that the server itself gives to listen(2)",
                 "sysctl -w net.core.somaxconn=N");
    scene.values[9].value = 5000;
    expect_raise(&scene, "the backlog that the server itself gives to listen(2)", NULL);
}
