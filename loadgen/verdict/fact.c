#include "loadgen/verdict/fact.h"

#include "base/table.h"

static const char *const names[FACT_COUNT] = {
#define FACT(NAME, name, ...) name,
#include "loadgen/verdict/facts.def"
#undef FACT
};

static const struct {
    enum fact_subject subject;
    const char *numbers[FACT_NUMBERS];
} facts[FACT_COUNT] = {
#define FACT(NAME, name, SUBJECT, ...) {FACT_ABOUT_##SUBJECT, {__VA_ARGS__}},
#include "loadgen/verdict/facts.def"
#undef FACT
};

static const char *const side_names[FACT_SIDE_NONE] = {"client", "server", "both", "path"};

struct fact fact_of_kind(enum fact_kind kind)
{
    return (struct fact){.kind = kind, .numbers = {FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN}};
}

const char *fact_name(enum fact_kind kind)
{
    return names[kind];
}

enum fact_kind fact_from_name(const char *name)
{
    return (enum fact_kind)table_find(names, FACT_COUNT, name);
}

enum fact_subject fact_subject(enum fact_kind kind)
{
    return facts[kind].subject;
}

const char *fact_number_name(enum fact_kind kind, size_t number)
{
    return number < FACT_NUMBERS ? facts[kind].numbers[number] : NULL;
}

const char *fact_side_name(enum fact_side side)
{
    return side < FACT_SIDE_NONE ? side_names[side] : NULL;
}

enum fact_side fact_side_from_name(const char *name)
{
    return (enum fact_side)table_find(side_names, FACT_SIDE_NONE, name);
}
