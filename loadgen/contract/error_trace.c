#include "loadgen/contract/error_trace.h"

#include "base/table.h"

static const char *const phase_names[] = {
#define PHASE(NAME, name, help) #name,
#include "loadgen/contract/phases.def"
#undef PHASE
};

const char *error_phase_name(enum error_phase phase)
{
    return phase < PHASE_COUNT ? phase_names[phase] : "?";
}

enum error_phase error_phase_from_name(const char *name)
{
    return (enum error_phase)table_find(phase_names, PHASE_COUNT, name);
}
