#include "loadgen/contract/run_effects.h"

#include <string.h>

#include "base/table.h"
#include "loadgen/contract/run_fields.h"

static const struct {
    const struct run_field *field;
    enum run_exchange exchange;
} rows[] = {
#define FIELD_OF_EXCHANGE(member, NAME) {&run_fields[RUN_FIELD_##member], EXCHANGE_##NAME},
#include "loadgen/contract/run_fields.def"
};

static bool is_default(const struct run_spec *spec, const struct run_field *field)
{
    struct run_spec defaults;
    run_spec_init(&defaults);
    const void *const value = run_field_value(spec, field);
    const void *const usual = run_field_value(&defaults, field);
    return field->initial_text != NULL ? strcmp(value, usual) == 0 : memcmp(value, usual, field->size) == 0;
}

enum result run_effects_check(const struct run_spec *spec, struct err *err)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const char *const name = rows[i].field->name;
        if (spec->exchange != rows[i].exchange && !is_default(spec, rows[i].field)) {
            return err_field(err, name, "%s has no effect with exchange %s, only with %s", name,
                             run_exchange_name(spec->exchange), run_exchange_name(rows[i].exchange));
        }
    }
    return RESULT_OK;
}
