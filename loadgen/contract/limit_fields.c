#include "loadgen/contract/limit_fields.h"

#include <sys/resource.h>

#include "base/table.h"

#define MIB (1024ULL * 1024)
#define ROW(NAME, member, field, unit)                                                                                 \
    {                                                                                                                  \
        LIMIT_##NAME, RLIMIT_##NAME, field, unit, offsetof(struct run_spec, member)                                    \
    }

static const struct limit_field rows[] = {
    ROW(NOFILE, limit_nofile, "limits.nofile", 1),
    ROW(NPROC, limit_nproc, "limits.nproc", 1),
    ROW(AS, limit_as_mib, "limits.as_mib", MIB),
};

const struct limit_field *limit_field_find(enum limit_id limit)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (rows[i].limit == limit) {
            return &rows[i];
        }
    }
    return NULL;
}

uint64_t limit_field_set(const struct limit_field *row, const struct run_spec *spec)
{
    return *(const uint64_t *)(const void *)((const char *)spec + row->offset);
}
