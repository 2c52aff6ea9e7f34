#include "server/lab/json/ranks_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "loadgen/limits/limit_json.h"

/* What a rank and a host have alike: those of a host are sums, and the verdict of its rank with the most failed. */
struct part {
    struct load_totals totals;
    struct load_peaks peaks;
    const struct load_rank *worst; /* NULL: nothing is known to have stopped its clients */
};

static void add_rank(struct part *part, const struct load_rank *rank)
{
    part->totals.started += rank->totals.started;
    part->totals.connected += rank->totals.connected;
    part->totals.completed += rank->totals.completed;
    part->totals.failed += rank->totals.failed;
    part->totals.not_started += rank->totals.not_started;
    part->peaks.threads += rank->peaks.threads;
    part->peaks.processes += rank->peaks.processes;
    part->peaks.connections += rank->peaks.connections;
    if (rank->verdict[0] != '\0' && (part->worst == NULL || rank->totals.failed > part->worst->totals.failed)) {
        part->worst = rank;
    }
}

static bool add_totals(cJSON *object, const struct load_totals *totals)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "totals");
    return json_add_uint(item, "started", totals->started) && json_add_uint(item, "connected", totals->connected) &&
           json_add_uint(item, "completed", totals->completed) && json_add_uint(item, "failed", totals->failed) &&
           json_add_uint(item, "not_started", totals->not_started);
}

static bool add_peaks(cJSON *object, const struct load_peaks *peaks)
{
    cJSON *const item = cJSON_AddObjectToObject(object, "peaks");
    return json_add_uint(item, "threads", peaks->threads) && json_add_uint(item, "processes", peaks->processes) &&
           json_add_uint(item, "connections", peaks->connections);
}

static bool add_part(cJSON *object, const struct run *run, const struct part *part)
{
    const double seconds = (double)run->duration_us / 1e6;
    const char *const side = part->worst != NULL && part->worst->side[0] != '\0' ? part->worst->side : NULL;
    return add_totals(object, &part->totals) && add_peaks(object, &part->peaks) &&
           json_add_rounded(object, "clients_per_s", seconds > 0 ? (double)part->totals.completed / seconds : 0, 10) &&
           json_add_text(object, "verdict", part->worst != NULL ? part->worst->verdict : NULL) &&
           json_add_text(object, "side", side);
}

static cJSON *rank_to_json(const struct run *run, const struct load_rank *rank)
{
    struct part part = {.worst = NULL};
    cJSON *const object = cJSON_CreateObject();
    add_rank(&part, rank);
    return json_if(json_add_uint(object, "rank", rank->rank) && json_add_text(object, "host", rank->host) &&
                       json_add_uint(object, "pid", rank->pid) &&
                       json_add_text(object, "status", load_end_name(rank->status)) && add_part(object, run, &part) &&
                       json_add_rounded(object, "late_ms", (double)rank->late_ns / NS_PER_MS, 1000) &&
                       json_add_rounded(object, "clock_offset_us", (double)rank->clock_offset_ns / NS_PER_US, 1000) &&
                       json_add_rounded(object, "clock_error_us", (double)rank->clock_error_ns / NS_PER_US, 1000),
                   object);
}

static bool add_limits(cJSON *object, const struct load_rank *rank, enum language language)
{
    cJSON *const list = cJSON_AddArrayToObject(object, "limits");
    bool added = list != NULL;
    for (size_t i = 0; added && i < rank->limit_count; i++) {
        added = json_append(list, limit_to_json(&rank->limits[i], language));
    }
    return added;
}

/* Its first rank, which has the limits, is ranks[0]. */
static cJSON *host_to_json(const struct run *run, const struct load_rank *ranks, size_t count, enum language language)
{
    struct part part = {.worst = NULL};
    uint64_t own = 0;
    cJSON *const object = cJSON_CreateObject();
    for (size_t i = 0; i < count; i++) {
        if (strcmp(ranks[i].host, ranks[0].host) == 0) {
            add_rank(&part, &ranks[i]);
            own++;
        }
    }
    return json_if(json_add_text(object, "host", ranks[0].host) && json_add_uint(object, "ranks", own) &&
                       add_part(object, run, &part) && add_limits(object, &ranks[0], language),
                   object);
}

static bool is_first(const struct load_rank *ranks, size_t index)
{
    size_t i = 0;
    while (strcmp(ranks[i].host, ranks[index].host) != 0) {
        i++;
    }
    return i == index;
}

bool ranks_add_json(cJSON *object, const struct run *run, const struct load_rank *ranks, size_t count,
                    enum language language)
{
    cJSON *const hosts = cJSON_AddArrayToObject(object, "hosts");
    cJSON *const rows = cJSON_AddArrayToObject(object, "ranks");
    bool added = hosts != NULL && rows != NULL;
    for (size_t i = 0; added && i < count; i++) {
        added = json_append(rows, rank_to_json(run, &ranks[i])) &&
                (!is_first(ranks, i) || json_append(hosts, host_to_json(run, ranks + i, count - i, language)));
    }
    return added;
}
