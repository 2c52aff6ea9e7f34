#include "loadgen/contract/run_fields.h"

static void write_field(const struct json_writer *writer, const struct run_field *field, const struct run_spec *spec)
{
    const void *const value = run_field_value(spec, field);
    const char *const name = field->name + (run_field_is_limit(field) ? sizeof RUN_LIMITS_NAME : 0);
    switch (field->kind) {
    case FIELD_KIND_CHOICE: {
        const char *const choice = run_field_choice_name(field, *(const unsigned *)value);
        json_put_text(writer, name, choice != NULL ? choice : "unknown"); /* of another version's row */
        break;
    }
    case FIELD_KIND_UINT:
        if (!run_field_is_limit(field) || *(const uint64_t *)value != 0) { /* else the limit is left as it is */
            json_put_uint(writer, name, *(const uint64_t *)value);
        }
        break;
    case FIELD_KIND_BOOL:
        json_put_bool(writer, name, *(const bool *)value);
        break;
    case FIELD_KIND_TEXT:
    case FIELD_KIND_BYTES:
        json_put_text(writer, name, value);
        break;
    }
}

/* The limits are neighbours in the table. */
void run_spec_write(const struct json_writer *writer, const struct run_spec *spec)
{
    bool in_limits = false;
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        const bool is_limit = run_field_is_limit(&run_fields[i]);
        if (is_limit && !in_limits) {
            json_open_object(writer, RUN_LIMITS_NAME);
        } else if (!is_limit && in_limits) {
            json_close_object(writer);
        }
        in_limits = is_limit;
        write_field(writer, &run_fields[i], spec);
    }
    if (in_limits) {
        json_close_object(writer);
    }
}
