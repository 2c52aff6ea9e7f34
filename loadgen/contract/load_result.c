#include "loadgen/contract/load_result.h"

static const char *const latency_names[] = {"connect", "reply", "client"};

const char *latency_kind_name(enum latency_kind kind)
{
    return kind < LATENCY_COUNT ? latency_names[kind] : "?";
}

double load_start_per_s(const struct load_start *start, uint64_t started)
{
    return start->last_up_us > 0 ? (double)started * 1e6 / (double)start->last_up_us : 0;
}
