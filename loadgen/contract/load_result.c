#include "loadgen/contract/load_result.h"

void load_start_begin(struct load_start *start, uint64_t first_up_us)
{
    if (start->first_up_us == 0 || (first_up_us > 0 && first_up_us < start->first_up_us)) {
        start->first_up_us = first_up_us;
    }
}

double load_start_per_s(const struct load_start *start, uint64_t started)
{
    return start->last_up_us > 0 ? (double)started * 1e6 / (double)start->last_up_us : 0;
}

const char *latency_kind_name(enum latency_kind kind)
{
    static const char *const names[] = {"connect", "reply", "client"};
    return kind < LATENCY_COUNT ? names[kind] : "?";
}
