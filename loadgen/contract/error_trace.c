#include "loadgen/contract/error_trace.h"

#include "base/table.h"

static const char *const phase_names[] = {
#define PHASE(NAME, name, help) #name,
#include "loadgen/contract/phases.def"
#undef PHASE
};

static const char *const call_names[] = {
#define CALL(NAME, name) [CALL_##NAME] = (name),
#include "loadgen/contract/calls.def"
#undef CALL
};

const char *error_phase_name(enum error_phase phase)
{
    return phase < PHASE_COUNT ? phase_names[phase] : "unknown";
}

enum error_phase error_phase_from_name(const char *name)
{
    return (enum error_phase)table_find(phase_names, PHASE_COUNT, name);
}

const char *client_call_name(enum client_call call)
{
    return call < CALL_COUNT ? call_names[call] : "?";
}

enum client_call client_call_from_name(const char *name)
{
    return (enum client_call)table_find(call_names, CALL_COUNT, name);
}
