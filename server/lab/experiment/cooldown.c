#include "server/lab/experiment/cooldown.h"

#include "loadgen/limits/sources.h"

#define CLOSE_MOST_MS 3000
/* TCP_TIMEWAIT_LEN is 60 s (include/net/tcp.h). */
#define TIME_WAIT_MOST_MS 65000
/* With tcp_tw_reuse a port is given out again after a second (tcp_tw_reuse_delay_ms; before Linux 6.13 once the second
 * of the clock has changed, tcp_twsk_unique in net/ipv4/tcp_ipv4.c). */
#define TIME_WAIT_REUSED_MS 1100

void cooldown_begin(const struct time_server *server, struct cooldown *cooldown)
{
    struct time_stats stats;
    time_server_stats(server, &stats);
    cooldown->live = stats.live;
}

bool cooldown_needs_ports(const struct experiment *experiment, const struct experiment_run *last)
{
    bool predicted = false;
    for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
        const struct prediction *const prediction = &experiment->predictions.of[mode];
        predicted = predicted || (experiment->predictions.known[mode] && prediction->count > 0 &&
                                  prediction->ceilings[0].limit == LIMIT_PORT_RANGE);
    }
    return predicted || (last != NULL && verdict_names(&last->verdict, LIMIT_PORT_RANGE, LIMIT_SIDE_CLIENT));
}

static bool ports_are_free(uint64_t waited_ms)
{
    uint64_t reuse = 0;
    const bool known = source_read_uint("", "/proc/sys/net/ipv4/tcp_tw_reuse", &reuse);
    return waited_ms >= TIME_WAIT_MOST_MS || (known && reuse != 0 && waited_ms >= TIME_WAIT_REUSED_MS) ||
           source_tcp_sockets("", " tw ") == 0;
}

bool cooldown_is_over(const struct cooldown *cooldown, const struct time_server *server, bool ports, uint64_t waited_ms)
{
    struct time_stats stats;
    time_server_stats(server, &stats);
    return (stats.live <= cooldown->live || waited_ms >= CLOSE_MOST_MS) && (!ports || ports_are_free(waited_ms));
}
