/* A run's fields from text: their defaults, a form's or an option's values, and the check of the whole. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cpu.h"
#include "base/net_list.h"
#include "base/table.h"
#include "loadgen/contract/run_fields.h"

#define POOL_SIZE_MOST 32
#define POOL_SIZE_EXTRA 4 /* as Python's ThreadPoolExecutor: min(32, cores + 4) */

static uint64_t default_pool_size(void)
{
    const uint64_t size = cores_usable() + POOL_SIZE_EXTRA;
    return size < POOL_SIZE_MOST ? size : POOL_SIZE_MOST;
}

void run_spec_init(struct run_spec *spec)
{
    memset(spec, 0, sizeof *spec);
    for (size_t i = 0; i < RUN_FIELD_COUNT; i++) {
        const struct run_field *const field = &run_fields[i];
        switch (field->kind) {
        case FIELD_KIND_CHOICE:
            *(unsigned *)run_field_member(spec, field) = (unsigned)field->initial;
            break;
        case FIELD_KIND_UINT:
            *(uint64_t *)run_field_member(spec, field) = field->initial;
            break;
        case FIELD_KIND_BOOL:
            *(bool *)run_field_member(spec, field) = field->initial != 0;
            break;
        case FIELD_KIND_TEXT:
        case FIELD_KIND_BYTES:
            snprintf(run_field_member(spec, field), field->size, "%s", field->initial_text);
            break;
        }
    }
    spec->pool_size = default_pool_size();
}

static enum result set_uint(struct run_spec *spec, const struct run_field *field, const char *value, struct err *err)
{
    const size_t length = strlen(value);
    if (length == 0 || strspn(value, "0123456789") != length) {
        char got[GOT_SIZE];
        run_field_quote(value, got);
        return run_field_wrong_kind(field, got, err);
    }
    uint64_t number = 0;
    for (const char *digit = value; *digit != '\0' && number <= field->max; digit++) {
        number = number * 10 + (uint64_t)(*digit - '0'); /* max is far below UINT64_MAX / 10 in every row */
    }
    if (number < field->min || number > field->max) {
        return run_field_out_of_range(field, value, err);
    }
    *(uint64_t *)run_field_member(spec, field) = number;
    return RESULT_OK;
}

static enum result set_bool(struct run_spec *spec, const struct run_field *field, const char *value, struct err *err)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true}, {"false", false}, {"1", true}, {"0", false}, {"on", true}, {"off", false}};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        if (strcmp(words[i].word, value) == 0) {
            *(bool *)run_field_member(spec, field) = words[i].value;
            return RESULT_OK;
        }
    }
    char got[GOT_SIZE];
    run_field_quote(value, got);
    return run_field_wrong_kind(field, got, err);
}

enum result run_spec_set_text(struct run_spec *spec, const char *name, const char *value, struct err *err)
{
    const struct run_field *const field = run_field_find(name);
    if (field == NULL) {
        return run_field_unknown(name, err);
    }
    switch (field->kind) {
    case FIELD_KIND_CHOICE:
        return run_field_set_choice(spec, field, value, err);
    case FIELD_KIND_UINT:
        return set_uint(spec, field, value, err);
    case FIELD_KIND_BOOL:
        return set_bool(spec, field, value, err);
    case FIELD_KIND_TEXT:
    case FIELD_KIND_BYTES:
        return run_field_set_string(spec, field, value, err);
    }
    return RESULT_INVALID;
}

uint64_t run_spec_targets(const struct run_spec *spec)
{
    return net_list_count(spec->target);
}

static uint64_t divide_up(uint64_t number, uint64_t by)
{
    return (number + by - 1) / by;
}

uint64_t run_spec_source_addresses(const struct run_spec *spec, uint64_t ports, uint64_t waiting)
{
    enum { SHARE_LEAST = 1000 };
    const uint64_t each = ports > 2 ? ports / 2 : 1;
    const uint64_t clients = divide_up(spec->count, run_spec_targets(spec));
    if (spec->sources != 0) {
        return spec->sources < clients ? spec->sources : clients;
    }
    const uint64_t roomy = divide_up(clients + waiting, each);
    const uint64_t useful = clients / (each < SHARE_LEAST ? each / 2 + 1 : SHARE_LEAST);
    const uint64_t least = divide_up(clients, each);
    const uint64_t more = roomy < useful ? roomy : useful;
    const uint64_t needed = more > least ? more : least;
    const uint64_t most = run_spec_source_addresses_most();
    return needed < most ? needed : most;
}

uint64_t run_spec_source_addresses_most(void)
{
    return run_fields[RUN_FIELD_sources].max;
}

enum result run_spec_check(const struct run_spec *spec, struct err *err)
{
    if (spec->mode >= MODE_COUNT) {
        return run_field_missing(&run_fields[RUN_FIELD_mode], err);
    }
    if (spec->count == 0) {
        return run_field_missing(&run_fields[RUN_FIELD_count], err);
    }
    if (spec->exchange == EXCHANGE_CONNECT && spec->requests != 1) {
        return err_field(err, "requests", "exchange connect sends no request: requests must be 1, got %" PRIu64,
                         spec->requests);
    }
    if (spec->exchange == EXCHANGE_CUSTOM && spec->send[0] == '\0' && spec->expect[0] == '\0') {
        return err_field(err, "send", "exchange custom needs send or expect");
    }
    if (spec->hold && spec->mode == MODE_POOL && spec->count > spec->pool_size) {
        return err_field(err, "hold",
                         "hold in pool mode needs count <= pool_size (count %" PRIu64 ", pool_size %" PRIu64 ")",
                         spec->count, spec->pool_size);
    }
    return RESULT_OK;
}
