#include "tests/unit/loadgen/contract/run_spec_fixture.h"

enum result set_json(struct run_spec *spec, const char *text, struct err *err)
{
    memset(err, 0, sizeof *err);
    run_spec_init(spec);
    cJSON *const object = cJSON_Parse(text);
    assert_non_null(object);
    const enum result result = run_spec_set_json(spec, object, NULL, err);
    cJSON_Delete(object);
    return result;
}

void expect_text_error(const char *name, const char *value, const char *message)
{
    struct run_spec spec;
    struct err err = {0};
    run_spec_init(&spec);
    assert_int_equal(run_spec_set_text(&spec, name, value, &err), RESULT_INVALID);
    assert_string_equal(err.field, name);
    assert_string_equal(err.message, message);
}
