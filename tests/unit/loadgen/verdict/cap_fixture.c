#include "tests/unit/loadgen/verdict/cap_fixture.h"

#include <errno.h>

#include "loadgen/verdict/sentence.h"

struct load_order come_last(uint64_t served, uint64_t failed)
{
    const uint64_t sum = failed * (2 * served + failed - 1) / 2;
    return (struct load_order){sum, sum};
}

void make_cap_scene(struct scene *scene)
{
    memset(scene, 0, sizeof *scene);
    run_spec_init(&scene->spec);
    scene->spec.mode = MODE_EVENT;
    scene->spec.count = 200;
    scene->spec.hold = true;
    scene->spec.timeout_ms = 2000;
    scene->backlog = (struct limit_value){.id = LIMIT_BACKLOG, .side = LIMIT_SIDE_SERVER, .value = 20, .used = 0};
    scene->groups[REFUSED_GROUP] = (struct error_group){.phase = PHASE_RECEIVE,
                                                        .call = "recv",
                                                        .error_number = ECONNRESET,
                                                        .count = 150,
                                                        .first_client = 50,
                                                        .last_client = 199};
    scene->usage = (struct group_usage){.phase = PHASE_RECEIVE, .call = "recv", .error_number = ECONNRESET};
    usage_init(&scene->usage.used[LIMIT_SIDE_CLIENT]);
    usage_init(&scene->usage.used[LIMIT_SIDE_SERVER]);
    scene->facts = (struct diagnose_case){
        .run = {.spec = &scene->spec,
                .server = {.watched = true, .acceptors = 1, .sockets = 1, .backlog = 20},
                .cores = 2},
        .values = &scene->backlog,
        .count = 1,
        .groups = scene->groups,
        .group_count = 1,
        .alive = 200,
        .connections = 200,
        .connected = 200,
        .completed = 50,
        .failed = come_last(50, 150),
        .slowest_ns = 40000000,
        .server_connections = 50,
        .watched = {1, 2, 60},
        .listener = LISTENER_THERE,
        .counted = true,
        .listen_drops = LIMIT_UNKNOWN,
        .usages = &scene->usage,
        .usage_count = 1,
    };
    usage_init(&scene->facts.peak[LIMIT_SIDE_CLIENT]);
    usage_init(&scene->facts.peak[LIMIT_SIDE_SERVER]);
}

void fail_with(struct scene *scene, enum error_phase phase, const char *call, int error_number)
{
    struct error_group *const group = &scene->groups[REFUSED_GROUP];
    group->phase = scene->usage.phase = phase;
    group->error_number = scene->usage.error_number = error_number;
    snprintf(group->call, sizeof group->call, "%s", call);
    snprintf(scene->usage.call, sizeof scene->usage.call, "%s", call);
}

bool says(const struct scene *scene, const char *words)
{
    struct buf text = BUF_INIT;
    const struct verdict verdict = diagnose(&scene->facts);
    sentence_append(&verdict, LANGUAGE_ENGLISH, &text);
    const bool found = strstr(text.bytes, words) != NULL;
    buf_free(&text);
    return found;
}

void expect_cap(const struct scene *scene, uint64_t value, const char *words)
{
    struct buf text = BUF_INIT;
    const struct verdict verdict = diagnose(&scene->facts);
    sentence_append(&verdict, LANGUAGE_ENGLISH, &text);
    assert_string_equal(verdict_name(&verdict), "server's own cap");
    assert_int_equal(verdict.kind, VERDICT_CAP);
    assert_int_equal(verdict.side, FACT_SIDE_SERVER);
    assert_int_equal(verdict.certainty, CERTAINTY_LIKELY);
    assert_int_equal(verdict.value, value);
    assert_int_equal(verdict.reached, 50);
    if (text.failed || strstr(text.bytes, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text.bytes, words);
    }
    buf_free(&text);
}

void expect_none(const struct scene *scene)
{
    assert_int_not_equal(diagnose(&scene->facts).kind, VERDICT_CAP);
}
