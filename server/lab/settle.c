#include "lab/settle.h"

#include <stdlib.h>
#include <string.h>

#include "limits/limits.h"
#include "limits/sources.h"

#define CLOSE_MOST_MS 3000
/* TCP_TIMEWAIT_LEN is 60 s (include/net/tcp.h). */
#define TIME_WAIT_MOST_MS 65000
/* With tcp_tw_reuse a port is given out again when its TIME_WAIT has lasted a second (tcp_twsk_unique,
 * net/ipv4/tcp_ipv4.c), which is counted in whole ones. */
#define TIME_WAIT_REUSED_MS 2100

/* Of all address families: "TCP: inuse 9 orphan 0 tw 12 alloc 14 mem 3". */
static uint64_t count_waiting(void)
{
    uint64_t count = 0;
    char line[160];
    FILE *const file = source_open("", "/proc/net/sockstat");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *const found = strncmp(line, "TCP:", 4) == 0 ? strstr(line, " tw ") : NULL;
        count = found != NULL ? strtoull(found + 4, NULL, 10) : count;
    }
    if (file != NULL) {
        fclose(file);
    }
    return count;
}

void settle_begin(const struct time_server *server, struct settle *settle)
{
    struct time_stats stats;
    time_server_stats(server, &stats);
    settle->live = stats.live;
    settle->waiting = count_waiting();
}

static bool ports_are_free(const struct settle *settle, uint64_t waited_ms)
{
    uint64_t reuse = 0;
    const bool known = source_read_uint("", "/proc/sys/net/ipv4/tcp_tw_reuse", &reuse);
    return waited_ms >= TIME_WAIT_MOST_MS || (known && reuse != 0 && waited_ms >= TIME_WAIT_REUSED_MS) ||
           count_waiting() <= settle->waiting;
}

bool settle_is_over(const struct settle *settle, const struct time_server *server, bool ports, uint64_t waited_ms)
{
    struct time_stats stats;
    time_server_stats(server, &stats);
    return (stats.live <= settle->live || waited_ms >= CLOSE_MOST_MS) && (!ports || ports_are_free(settle, waited_ms));
}
