#include "tests/unit/loadgen/engine/engine_run.h"

bool memory_sink_write(struct sink *sink, const struct report_event *event)
{
    struct memory_sink *const memory = (struct memory_sink *)sink;
    switch (event->type) {
    case REPORT_START:
        memory->starts++;
        break;
    case REPORT_SAMPLE:
        assert_int_equal(event->sample.totals.started + event->sample.totals.not_started, memory->count);
        memory->samples++;
        break;
    case REPORT_ERROR:
        memory->errors++;
        break;
    case REPORT_USAGE: /* see test_moments.c */
    case REPORT_RANK:
        break;
    case REPORT_LOG:
        memory->logs++;
        if (memory->first_note[0] == '\0' && event->log.text[0] != '[') {
            memcpy(memory->first_note, event->log.text, sizeof memory->first_note);
        }
        break;
    case REPORT_RESULT:
        memcpy(&memory->result, event->result, sizeof memory->result);
        break;
    case REPORT_END:
        memory->status = event->end.status;
        break;
    }
    if (memory->act != NULL) {
        memory->act(memory, event);
    }
    return true;
}

struct memory_sink *run_engine(const struct run_spec *spec, const struct net_address *target, act_fn *act)
{
    struct memory_sink *const memory = calloc(1, sizeof *memory);
    assert_non_null(memory);
    memory->sink = (struct sink){.write = memory_sink_write, .wants_details = true};
    memory->act = act;
    memory->count = spec->count;
    struct err err;
    struct load_totals totals = {0};
    OK(engine_create(spec, target, &memory->sink, &memory->engine, &err));
    OK(engine_run(memory->engine, &totals, &err));
    engine_destroy(memory->engine);
    assert_memory_equal(&totals, &memory->result.totals, sizeof totals);
    assert_int_equal(totals.completed + totals.failed + totals.not_started, spec->count);
    assert_int_equal(totals.completed + totals.failed, totals.started);
    uint64_t in_groups = 0;
    for (uint32_t i = 0; i < memory->result.group_count; i++) {
        in_groups += memory->result.groups[i].count;
    }
    assert_int_equal(in_groups, totals.failed);
    assert_int_equal(memory->starts, 1);
    assert_true(memory->samples >= 1);
    return memory;
}

struct run_spec spec_of(enum run_mode mode)
{
    struct run_spec spec;
    run_spec_init(&spec);
    spec.mode = mode;
    spec.count = CLIENTS;
    spec.pool_size = 7;
    return spec;
}

struct memory_sink *run_against(struct time_stub_manners manners, const struct run_spec *spec, act_fn *act)
{
    struct time_stub *const stub = time_stub_start(manners);
    struct memory_sink *const memory = run_engine(spec, &stub->address, act);
    time_stub_stop(stub);
    time_stub_free(stub);
    return memory;
}
