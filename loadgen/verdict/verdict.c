#include "loadgen/verdict/verdict.h"

#include "base/table.h"

static const char *const kind_names[VERDICT_KIND_COUNT] = {NULL, "limit", "cap", "cause", "unknown"};
static const char *const certainty_names[CERTAINTY_COUNT] = {"proved", "likely", "unknown"};
static const char *const reason_names[REASON_COUNT] = {
#define REASON(NAME, KIND, english, indonesian) english,
#include "loadgen/verdict/reasons.def"
#undef REASON
};
static const char *const reasons_in_indonesian[REASON_COUNT] = {
#define REASON(NAME, KIND, english, indonesian) indonesian,
#include "loadgen/verdict/reasons.def"
#undef REASON
};

const char *verdict_kind_name(enum verdict_kind kind)
{
    return kind_names[kind];
}

enum verdict_kind verdict_kind_from_name(const char *name)
{
    return (enum verdict_kind)(table_find(kind_names + 1, VERDICT_KIND_COUNT - 1, name) + 1);
}

enum verdict_kind reason_kind(enum verdict_reason reason)
{
    static const enum verdict_kind kinds[REASON_COUNT] = {
#define REASON(NAME, KIND, ...) VERDICT_##KIND,
#include "loadgen/verdict/reasons.def"
#undef REASON
    };
    return kinds[reason];
}

const char *certainty_name(enum certainty certainty)
{
    return certainty_names[certainty];
}

enum certainty certainty_from_name(const char *name)
{
    return (enum certainty)table_find(certainty_names, CERTAINTY_COUNT, name);
}

struct verdict verdict_of_kind(enum verdict_kind kind)
{
    return (struct verdict){.kind = kind,
                            .limit = LIMIT_COUNT,
                            .reason = REASON_COUNT,
                            .side = FACT_SIDE_NONE,
                            .certainty = CERTAINTY_UNKNOWN,
                            .value = FACT_UNKNOWN,
                            .reached = FACT_UNKNOWN,
                            .needed = FACT_UNKNOWN};
}

const char *verdict_name(const struct verdict *verdict)
{
    switch (verdict->kind) {
    case VERDICT_LIMIT:
        return limit_name(verdict->limit);
    case VERDICT_CAP:
    case VERDICT_CAUSE:
        return reason_names[verdict->reason];
    case VERDICT_NONE:
    case VERDICT_UNKNOWN:
    case VERDICT_KIND_COUNT:
        break;
    }
    return NULL;
}

const char *verdict_name_in(const char *name, enum language language)
{
    const size_t reason = table_find(reason_names, REASON_COUNT, name);
    const enum limit_id limit = limit_from_name(name);
    if (reason < REASON_COUNT) {
        return language == LANGUAGE_INDONESIAN ? reasons_in_indonesian[reason] : name;
    }
    return limit < LIMIT_COUNT ? limit_name_in(limit, language) : name;
}

bool verdict_set_name(struct verdict *verdict, const char *name)
{
    const enum limit_id limit = limit_from_name(name);
    const enum verdict_reason reason = (enum verdict_reason)table_find(reason_names, REASON_COUNT, name);
    switch (verdict->kind) {
    case VERDICT_LIMIT:
        verdict->limit = limit;
        return limit != LIMIT_COUNT;
    case VERDICT_CAP:
    case VERDICT_CAUSE:
        verdict->reason = reason;
        return reason != REASON_COUNT && reason_kind(reason) == verdict->kind;
    case VERDICT_NONE:
    case VERDICT_UNKNOWN:
    case VERDICT_KIND_COUNT:
        break;
    }
    return name == NULL;
}

bool verdict_names(const struct verdict *verdict, enum limit_id limit, enum limit_side side)
{
    return verdict->kind == VERDICT_LIMIT && verdict->limit == limit && verdict->side == (enum fact_side)side;
}

bool verdict_counts_connections(enum limit_id limit)
{
    return limit == LIMIT_NOFILE || limit == LIMIT_NR_OPEN || limit == LIMIT_FILE_MAX || limit == LIMIT_PORT_RANGE ||
           limit == LIMIT_CONNTRACK;
}

void verdict_add(struct verdict *verdict, struct fact fact)
{
    if (verdict->fact_count < VERDICT_FACTS_MOST) {
        verdict->facts[verdict->fact_count++] = fact;
    }
}

void verdict_drop(struct verdict *verdict, enum fact_kind kind)
{
    size_t kept = 0;
    for (size_t i = 0; i < verdict->fact_count; i++) {
        if (verdict->facts[i].kind != kind) {
            verdict->facts[kept++] = verdict->facts[i];
        }
    }
    verdict->fact_count = kept;
}

const struct fact *verdict_fact(const struct verdict *verdict, enum fact_kind kind)
{
    for (size_t i = 0; i < verdict->fact_count; i++) {
        if (verdict->facts[i].kind == kind) {
            return &verdict->facts[i];
        }
    }
    return NULL;
}
