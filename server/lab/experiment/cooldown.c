#include "server/lab/experiment/cooldown.h"

#include "loadgen/limits/ports.h"
#include "loadgen/limits/sources.h"

#define CLOSE_MOST_MS 3000
#define TIME_WAIT_MS 1100 /* for each second that TIME_WAIT lasts: the kernel's clocks of it are coarse */

void cooldown_begin(const struct time_server *server, struct cooldown *cooldown)
{
    struct time_stats stats;
    time_server_stats(server, &stats);
    cooldown->live = stats.live;
}

/* Where the limits cannot be read, the run itself will say so. Which closed connections were to the target is
 * looked up only where all together are too many: each costs a microsecond. */
static bool lacks_ports(const struct limit_sides *sides, const struct run_spec *next, uint64_t waited_ms)
{
    struct limit_snapshot snapshot;
    struct err err;
    const uint64_t closed = source_tcp_sockets("", " tw ");
    if (closed == 0 || closed == LIMIT_UNKNOWN ||
        limit_snapshot_take(sides, TIME_MODEL_COUNT, next, &snapshot, &err) != RESULT_OK) {
        return false;
    }
    const struct limit_value *const ports =
        limit_find(snapshot.values, snapshot.count, LIMIT_PORT_RANGE, LIMIT_SIDE_CLIENT);
    if (ports == NULL || waited_ms >= predict_time_wait_s(&snapshot.run) * TIME_WAIT_MS ||
        !predict_lacks_ports(&snapshot.run, ports, closed)) {
        return false;
    }
    const char *const known = snapshot.target.addresses;
    const uint64_t to_target = ports_closed_to("", known[0] != '\0' ? known : next->target);
    return to_target != LIMIT_UNKNOWN && predict_lacks_ports(&snapshot.run, ports, to_target);
}

enum cooldown_state cooldown_look(const struct cooldown *cooldown, const struct limit_sides *sides,
                                  const struct run_spec *next, uint64_t waited_ms)
{
    struct time_stats stats;
    time_server_stats(sides->server, &stats);
    if (stats.live > cooldown->live && waited_ms < CLOSE_MOST_MS) {
        return COOLDOWN_CLOSING;
    }
    return lacks_ports(sides, next, waited_ms) ? COOLDOWN_TIME_WAIT : COOLDOWN_OVER;
}
