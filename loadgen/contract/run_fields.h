/* The fields of a run as a table, made from run_fields.def; for whoever reads or sets one by its name. */
#ifndef KONEKSI_LOADGEN_CONTRACT_RUN_FIELDS_H
#define KONEKSI_LOADGEN_CONTRACT_RUN_FIELDS_H

#include <string.h>

#include "base/arguments.h"
#include "loadgen/contract/run_spec.h"

enum {
#define FIELD(member, ...) RUN_FIELD_##member,
#include "loadgen/contract/run_fields.def"
    RUN_FIELD_COUNT,
};

enum run_field_kind { FIELD_KIND_CHOICE, FIELD_KIND_UINT, FIELD_KIND_BOOL, FIELD_KIND_TEXT, FIELD_KIND_BYTES };

struct run_field {
    const char *name;
    const char *help;
    enum run_field_kind kind;
    size_t offset;                   /* of the member in struct run_spec */
    size_t size;                     /* of the member */
    const char *const *choices;      /* their names in the order of the enum */
    const char *const *choice_helps; /* one line each in the same order */
    uint64_t min;
    uint64_t max; /* of a text: characters, or bytes of FIELD_KIND_BYTES; of a choice: how many there are */
    uint64_t initial;
    const char *initial_text;
    /* Of a text: RESULT_INVALID with a message that names the field. */
    enum result (*check)(const struct run_field *field, const char *text, struct err *err);
    const char *shape; /* what it checks, to follow "target must be " */
};

extern const struct run_field run_fields[RUN_FIELD_COUNT];

/* NULL when there is none. */
const struct run_field *run_field_find(const char *name);

/* The member `limits`: each member "nofile" in it is the field "limits.nofile". */
#define RUN_LIMITS_NAME "limits"
static inline bool run_field_is_limit(const struct run_field *field)
{
    return strncmp(field->name, RUN_LIMITS_NAME ".", sizeof RUN_LIMITS_NAME) == 0;
}

#define RUN_OPTION_SIZE 40
/* The field's option as base/arguments.h takes it: "--pool-size" for pool_size. Its name is in `option`. A flag may
 * stand alone: "--hold" means "--hold=true", and arrives as NULL, which run_field_flag makes that. */
struct argument_option run_field_row(const struct run_field *field, char option[RUN_OPTION_SIZE]);
static inline const char *run_field_flag(const char *value)
{
    return value != NULL ? value : "true";
}

/* NULL for a choice that is not made. */
const char *run_field_choice_name(const struct run_field *field, unsigned choice);

/* The errors of a wrong value; `got` is the value as the message shows it, run_field_quote for a text. */
#define GOT_SIZE 80
void run_field_quote(const char *value, char got[GOT_SIZE]);
enum result run_field_wrong_kind(const struct run_field *field, const char *got, struct err *err);
enum result run_field_out_of_range(const struct run_field *field, const char *got, struct err *err);
enum result run_field_unknown(const char *name, struct err *err);
/* "count is required: 1..10000000". */
enum result run_field_missing(const struct run_field *field, struct err *err);

/* A choice or a text from a form, an option or JSON. */
enum result run_field_set_choice(struct run_spec *spec, const struct run_field *field, const char *value,
                                 struct err *err);
enum result run_field_set_string(struct run_spec *spec, const struct run_field *field, const char *value,
                                 struct err *err);

/* The member of `spec` that the row describes: unsigned for a choice (gcc and clang make an enum without negative
 * values one), uint64_t, bool or char. */
static inline void *run_field_member(struct run_spec *spec, const struct run_field *field)
{
    return (char *)spec + field->offset;
}

static inline const void *run_field_value(const struct run_spec *spec, const struct run_field *field)
{
    return (const char *)spec + field->offset;
}

#endif
