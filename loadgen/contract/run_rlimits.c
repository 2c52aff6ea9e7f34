#include "loadgen/contract/run_rlimits.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/resource.h>

#include "base/table.h"
#include "loadgen/limits/limit_terms.h"

static const struct run_rlimit rows[] = {
    {LIMIT_NOFILE, RLIMIT_NOFILE, &run_fields[RUN_FIELD_limit_nofile], 1},
    {LIMIT_NPROC, RLIMIT_NPROC, &run_fields[RUN_FIELD_limit_nproc], 1},
    {LIMIT_AS, RLIMIT_AS, &run_fields[RUN_FIELD_limit_as_mib], 1024ULL * 1024},
};

const struct run_rlimit *run_rlimit_find(enum limit_id id)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (rows[i].id == id) {
            return &rows[i];
        }
    }
    return NULL;
}

uint64_t run_rlimit_value(const struct run_spec *spec, const struct run_rlimit *row)
{
    return *(const uint64_t *)run_field_value(spec, row->field) * row->unit;
}

static enum result check(const struct run_spec *spec, const struct run_rlimit *row, struct err *err)
{
    bool is_hard = false;
    const char *const name = row->field->name;
    const uint64_t value = run_rlimit_value(spec, row);
    const uint64_t most = limit_terms_most(row->resource, &is_hard);
    return value <= most ? RESULT_OK
                         : err_field(err, name, "%s must be at most %" PRIu64 ", which is %s%s, got %" PRIu64, name,
                                     most / row->unit, is_hard ? "Koneksi's hard " : "this machine's ",
                                     limit_name(is_hard ? row->id : LIMIT_NR_OPEN), value / row->unit);
}

enum result run_rlimits_check(const struct run_spec *spec, struct err *err)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < COUNT_OF(rows) && result == RESULT_OK; i++) {
        result = check(spec, &rows[i], err);
    }
    return result;
}

enum result run_rlimits_set(const struct run_spec *spec, struct err *err)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct run_rlimit *const row = &rows[i];
        const uint64_t value = run_rlimit_value(spec, row);
        const struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
        if (value == 0) {
            continue;
        }
        if (check(spec, row, err) != RESULT_OK) {
            return err->code;
        }
        if (setrlimit((__rlimit_resource_t)row->resource, &limit) != 0) {
            return err_system(err, errno, "cannot set %s to %" PRIu64, row->field->name, value / row->unit);
        }
    }
    return RESULT_OK;
}
