/* Private to run_spec*.c: the member of a spec that a row of the table is about. */
#ifndef KONEKSI_LOADGEN_CONTRACT_RUN_SPEC_MEMBERS_H
#define KONEKSI_LOADGEN_CONTRACT_RUN_SPEC_MEMBERS_H

#include "loadgen/contract/run_spec_fields.h"

/* Each is for rows of its own kind alone. */
/* Every enum of a choice is an unsigned int to gcc and clang, none having a negative value. */
static inline unsigned *run_field_choice(struct run_spec *spec, const struct run_field *field)
{
    return (unsigned *)(void *)((char *)spec + field->offset);
}

static inline uint64_t *run_field_uint(struct run_spec *spec, const struct run_field *field)
{
    return (uint64_t *)(void *)((char *)spec + field->offset);
}

static inline bool *run_field_bool(struct run_spec *spec, const struct run_field *field)
{
    return (bool *)(void *)((char *)spec + field->offset);
}

static inline char *run_field_text(struct run_spec *spec, const struct run_field *field)
{
    return (char *)spec + field->offset;
}

static inline unsigned run_field_get_choice(const struct run_spec *spec, const struct run_field *field)
{
    return *(const unsigned *)(const void *)((const char *)spec + field->offset);
}

static inline uint64_t run_field_get_uint(const struct run_spec *spec, const struct run_field *field)
{
    return *(const uint64_t *)(const void *)((const char *)spec + field->offset);
}

static inline bool run_field_get_bool(const struct run_spec *spec, const struct run_field *field)
{
    return *(const bool *)(const void *)((const char *)spec + field->offset);
}

static inline const char *run_field_get_text(const struct run_spec *spec, const struct run_field *field)
{
    return (const char *)spec + field->offset;
}

#endif
