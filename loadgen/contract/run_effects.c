#include "loadgen/contract/run_effects.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/table.h"
#include "loadgen/contract/run_fields.h"

static const struct {
    const struct run_field *field;
    const struct run_field *choice;
    unsigned with; /* bits of the choice */
} rows[] = {
#define WITH(CHOICE) (1U << (CHOICE))
#define FIELD_ONLY(member, choice, with) {&run_fields[RUN_FIELD_##member], &run_fields[RUN_FIELD_##choice], with},
#include "loadgen/contract/run_fields.def"
#undef WITH
};

/* "thread or pool" */
static void list_choices(const struct run_field *choice, unsigned bits, struct buf *text)
{
    for (unsigned i = 0, left = bits; i < choice->max; i++) {
        if ((bits >> i & 1) != 0) {
            left &= ~(1U << i);
            buf_printf(text, "%s%s", text->length == 0 ? "" : left == 0 ? " or " : ", ", choice->choices[i]);
        }
    }
}

static bool is_default(const struct run_spec *spec, const struct run_field *field)
{
    struct run_spec defaults;
    run_spec_init(&defaults);
    const void *const value = run_field_value(spec, field);
    const void *const usual = run_field_value(&defaults, field);
    return field->initial_text != NULL ? strcmp(value, usual) == 0 : memcmp(value, usual, field->size) == 0;
}

static enum result refuse(const struct run_field *field, const struct run_field *choice, const char *chosen,
                          const char *with, struct err *err)
{
    return err_field(err, field->name, "%s has no effect with %s %s, only with %s", field->name, choice->name, chosen,
                     with);
}

enum result run_effects_check(const struct run_spec *spec, unsigned modes, struct err *err)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < COUNT_OF(rows) && result == RESULT_OK; i++) {
        const bool by_mode = rows[i].choice == &run_fields[RUN_FIELD_mode];
        const unsigned chosen = by_mode ? modes : 1U << *(const unsigned *)run_field_value(spec, rows[i].choice);
        if ((chosen & rows[i].with) == 0 && !is_default(spec, rows[i].field)) {
            struct buf is = BUF_INIT;
            struct buf with = BUF_INIT;
            list_choices(rows[i].choice, chosen, &is);
            list_choices(rows[i].choice, rows[i].with, &with);
            result = refuse(rows[i].field, rows[i].choice, is.failed ? "chosen" : is.bytes,
                            with.failed ? "another" : with.bytes, err);
            buf_free(&is);
            buf_free(&with);
        }
    }
    return result;
}
