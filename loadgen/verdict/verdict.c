#include "loadgen/verdict/verdict.h"

#include "base/table.h"

static const char *const certainty_names[CERTAINTY_COUNT] = {"proved", "likely", "unknown", "proved by experiment"};
static const char *const slow_names[SLOW_COUNT] = {"", "client", "server", "both"};

const char *certainty_name(enum certainty certainty)
{
    return certainty_names[certainty];
}

enum certainty certainty_from_name(const char *name)
{
    return (enum certainty)table_find(certainty_names, CERTAINTY_COUNT, name);
}

const char *slow_side_name(enum slow_side slow)
{
    return slow != SLOW_NONE ? slow_names[slow] : NULL;
}

enum slow_side slow_side_from_name(const char *name)
{
    const size_t found = table_find(slow_names, SLOW_COUNT, name);
    return found < SLOW_COUNT ? (enum slow_side)found : SLOW_NONE;
}

bool verdict_names(const struct verdict *verdict, enum limit_id limit, enum limit_side side)
{
    return verdict->kind == VERDICT_LIMIT && verdict->limit == limit && verdict->side == side;
}
