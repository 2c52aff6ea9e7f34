#include "tests/unit/loadgen/verdict/diagnose_fixture.h"

#include "loadgen/verdict/sentence.h"

struct limit_value limit(enum limit_id id, enum limit_side side, uint64_t value, uint64_t used)
{
    struct limit_value made = {.id = id, .side = side, .scope = LIMIT_SCOPE_MACHINE, .value = value, .used = used};
    made.scope = id == LIMIT_NOFILE || id == LIMIT_AS || id == LIMIT_MAX_MAP_COUNT ? LIMIT_SCOPE_PROCESS
                 : id == LIMIT_PIDS_MAX                                            ? LIMIT_SCOPE_CGROUP
                 : id == LIMIT_BACKLOG                                             ? LIMIT_SCOPE_SOCKET
                                                                                   : LIMIT_SCOPE_MACHINE;
    return made;
}

struct error_group group(enum error_phase phase, const char *call, int error_number, uint64_t count)
{
    struct error_group made = {.phase = phase, .error_number = error_number, .count = count, .first_client = 100};
    snprintf(made.call, sizeof made.call, "%s", call);
    return made;
}

const struct predict_server epoll = {.known = true, .bytes = 1600, .reserved_fds = 128};
const struct predict_server threads = {.known = true, .threads = 1, .bytes = 37000, .reserved_fds = 128};
const struct predict_server foreign = {.known = false};

struct scene *make_scene(struct scene *scene, enum run_mode mode)
{
    memset(scene, 0, sizeof *scene);
    run_spec_init(&scene->spec);
    scene->spec.mode = mode;
    scene->spec.count = 500;
    scene->spec.hold = true;
    scene->values[0] = limit(LIMIT_NOFILE, LIMIT_SIDE_CLIENT, 20000, 7);
    scene->values[1] = limit(LIMIT_PIDS_MAX, LIMIT_SIDE_CLIENT, 20000, 50);
    scene->values[2] = limit(LIMIT_MAX_MAP_COUNT, LIMIT_SIDE_CLIENT, 65530, 17);
    scene->values[3] = limit(LIMIT_AS, LIMIT_SIDE_CLIENT, LIMIT_UNLIMITED, 0);
    scene->values[4] = limit(LIMIT_NOFILE, LIMIT_SIDE_SERVER, 20000, 30);
    scene->values[5] = limit(LIMIT_BACKLOG, LIMIT_SIDE_SERVER, 4096, 0);
    scene->values[6] = limit(LIMIT_PORT_RANGE, LIMIT_SIDE_CLIENT, 28232, 0);
    scene->values[7] = limit(LIMIT_FILE_MAX, LIMIT_SIDE_CLIENT, 2000000, 900);
    scene->values[8] = limit(LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT, 64 << 20, 1 << 20);
    scene->values[9] = limit(LIMIT_MEMORY, LIMIT_SIDE_CLIENT, 1 << 30, 0);
    scene->facts = (struct diagnose_case){
        .run = {.spec = &scene->spec, .server = epoll, .cores = 2, .loopback = NET_LOOPBACK_IPV4},
        .values = scene->values,
        .count = 10,
        .groups = scene->groups,
        .alive = 100,
        .connections = 90,
        .server_connections = 100,
        .listen_drops = LIMIT_UNKNOWN};
    usage_init(&scene->facts.peak[LIMIT_SIDE_CLIENT]);
    usage_init(&scene->facts.peak[LIMIT_SIDE_SERVER]);
    return scene;
}

void add_group(struct scene *scene, struct error_group added)
{
    scene->groups[scene->facts.group_count++] = added;
}

void expect_words(const struct verdict *verdict, const char *words)
{
    struct buf text = BUF_INIT;
    sentence_append(verdict, LANGUAGE_ENGLISH, &text);
    assert_false(text.failed);
    if (strstr(text.bytes, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text.bytes, words);
    }
    buf_free(&text);
}

void expect(const struct scene *scene, enum limit_id id, enum limit_side side, enum certainty certainty,
            const char *words)
{
    const struct verdict verdict = diagnose(&scene->facts);
    assert_int_equal(verdict.kind, id != LIMIT_COUNT ? VERDICT_LIMIT : VERDICT_UNKNOWN);
    assert_int_equal(verdict.limit, id);
    assert_int_equal(verdict.certainty, certainty);
    if (id != LIMIT_COUNT) {
        assert_int_equal(verdict.side, side);
    }
    expect_words(&verdict, words);
}

void expect_reason(const struct scene *scene, enum verdict_reason reason, enum fact_side side, enum certainty certainty,
                   const char *words)
{
    const struct verdict verdict = diagnose(&scene->facts);
    assert_int_equal(verdict.kind, reason_kind(reason));
    assert_int_equal(verdict.reason, reason);
    assert_int_equal(verdict.side, side);
    assert_int_equal(verdict.certainty, certainty);
    expect_words(&verdict, words);
}
