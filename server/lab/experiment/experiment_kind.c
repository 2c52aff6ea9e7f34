#include "server/lab/experiment/experiment_kind.h"

#include <string.h>

static const struct {
    const char *name;
    unsigned fields; /* enum plan_field */
} kinds[EXPERIMENT_KIND_COUNT] = {
#define KIND(NAME, name, fields) {#name, fields},
#include "server/lab/experiment/experiment_kinds.def"
#undef KIND
};

const char *experiment_kind_name(enum experiment_kind kind)
{
    return kind < EXPERIMENT_KIND_COUNT ? kinds[kind].name : NULL;
}

enum experiment_kind experiment_kind_from_name(const char *name)
{
    enum experiment_kind kind = 0;
    while (kind < EXPERIMENT_KIND_COUNT && strcmp(kinds[kind].name, name) != 0) {
        kind++;
    }
    return kind;
}

bool experiment_kind_takes(enum experiment_kind kind, enum plan_field field)
{
    return kind < EXPERIMENT_KIND_COUNT && (kinds[kind].fields & field) != 0;
}

const char *experiment_kind_list(void)
{
    static const char list[] =
#define KIND(NAME, name, fields) ", " #name
#include "server/lab/experiment/experiment_kinds.def"
#undef KIND
        ;
    return list + 2;
}
