#include "load_result.h"

static const char *const latency_names[] = {"connect", "reply", "client"};

const char *latency_kind_name(enum latency_kind kind)
{
    return kind < LATENCY_COUNT ? latency_names[kind] : "?";
}
