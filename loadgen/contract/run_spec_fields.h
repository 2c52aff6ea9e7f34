/* Private to run_spec*.c and command_line.c: the fields of a run as one table, made from run_fields.def. */
#ifndef KONEKSI_LOADGEN_CONTRACT_RUN_SPEC_FIELDS_H
#define KONEKSI_LOADGEN_CONTRACT_RUN_SPEC_FIELDS_H

#include "loadgen/contract/run_spec.h"

enum {
#define FIELD_CHOICE(member, ...) RUN_FIELD_##member,
#define FIELD_UINT(member, ...) RUN_FIELD_##member,
#define FIELD_BOOL(member, ...) RUN_FIELD_##member,
#define FIELD_TEXT(member, ...) RUN_FIELD_##member,
#include "loadgen/contract/run_fields.def"
#undef FIELD_CHOICE
#undef FIELD_UINT
#undef FIELD_BOOL
#undef FIELD_TEXT
    RUN_FIELD_COUNT,
};

enum run_field_kind { FIELD_KIND_CHOICE, FIELD_KIND_UINT, FIELD_KIND_BOOL, FIELD_KIND_TEXT };

struct run_field {
    const char *name;
    const char *help;
    enum run_field_kind kind;
    size_t offset;                   /* of the member in struct run_spec */
    size_t size;                     /* of the member */
    const char *const *choices;      /* their names in the order of the enum */
    const char *const *choice_helps; /* one line each in the same order, or NULL */
    uint64_t least;
    uint64_t most; /* a text's: characters; of a choice: how many there are */
    uint64_t initial;
    const char *initial_text;
    bool (*check)(const char *text); /* a text's own shape */
    const char *shape;               /* the same in words: "target must be ..." */
};

/* The heading above the row that it begins with. */
struct run_field_group {
    size_t first;
    const char *heading;
};
extern const struct run_field_group run_field_groups[];
extern const size_t run_field_group_count;

extern const struct run_field run_fields[RUN_FIELD_COUNT];

/* NULL when there is none. */
const struct run_field *run_field_find(const char *name);

#define RUN_OPTION_SIZE 40
/* Writes the field's option: "--pool-size" for pool_size. */
void run_field_option(const struct run_field *field, char option[RUN_OPTION_SIZE]);

/* NULL for a choice not made. */
const char *run_field_choice_name(const struct run_field *field, unsigned choice);

/* Wrong values: "..." as a message shows it, and the errors that name the field. */
#define GOT_SIZE 80
void run_field_quote(const char *value, char got[GOT_SIZE]);
enum result run_field_wrong_kind(const struct run_field *field, const char *got, struct err *err);
enum result run_field_out_of_range(const struct run_field *field, const char *got, struct err *err);
enum result run_field_unknown(const char *name, struct err *err);

/* Text is the same wherever it comes from. */
enum result run_field_set_choice(struct run_spec *spec, const struct run_field *field, const char *value,
                                 struct err *err);
enum result run_field_set_string(struct run_spec *spec, const struct run_field *field, const char *value,
                                 struct err *err);

#endif
