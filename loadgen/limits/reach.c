#include "loadgen/limits/reach.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "loadgen/limits/listener.h"

/* Returns 0 or the errno of the connection. */
static int wait_for(int fd, uint64_t until_ns)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
    int failed = 0;
    socklen_t length = sizeof failed;
    for (;;) {
        const uint64_t now_ns = clock_now_ns();
        const uint64_t left_ms = until_ns > now_ns ? (until_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS : 0;
        const int count = poll(&poll_fd, 1, (int)left_ms);
        if (count == 0) {
            return ETIMEDOUT;
        }
        if (count > 0) {
            return getsockopt(fd, SOL_SOCKET, SO_ERROR, &failed, &length) == 0 ? failed : errno;
        }
        if (errno != EINTR) {
            return errno;
        }
    }
}

static int try_to_connect(const struct net_address *address, uint64_t until_ns)
{
    const int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int failed = 0;
    if (fd < 0) {
        return errno;
    }
    if (connect(fd, (const struct sockaddr *)&address->storage, address->length) != 0) {
        failed = errno == EINPROGRESS ? wait_for(fd, until_ns) : errno;
    }
    close(fd);
    return failed;
}

/* Whether it is known, without a connection, that an address is the only one left at which a socket listens. */
static bool is_only_one_left(const struct net_addresses *addresses, size_t from)
{
    for (size_t i = from + 1; i < addresses->count; i++) {
        if (listener_look("", &addresses->list[i]) != LISTENER_GONE) {
            return false;
        }
    }
    return listener_look("", &addresses->list[from]) == LISTENER_THERE;
}

/* Each address gets its part of the time that is left: one that is silent takes none from those after it. */
static uint64_t part_of(uint64_t until_ns, size_t count)
{
    const uint64_t now_ns = clock_now_ns();
    return until_ns > now_ns ? now_ns + (until_ns - now_ns) / count : now_ns;
}

void reach_first(const struct net_addresses *addresses, uint64_t wait_ms, struct reach *reach)
{
    const uint64_t until_ns = clock_now_ns() + wait_ms * NS_PER_MS;
    reach->address = *net_preferred(addresses);
    reach->answered = false;
    reach->refused_count = 0;
    if (addresses->count == 1) {
        return;
    }
    for (size_t i = 0; i < addresses->count; i++) {
        const struct net_address *const address = &addresses->list[i];
        int failed = listener_look("", address) == LISTENER_GONE ? ECONNREFUSED : 0;
        if (failed == 0 && !is_only_one_left(addresses, i)) {
            failed = try_to_connect(address, part_of(until_ns, addresses->count - i));
        }
        if (failed == 0) {
            reach->address = *address;
            reach->answered = true;
            return;
        }
        reach->refused[reach->refused_count].address = *address;
        reach->refused[reach->refused_count++].error_number = failed;
    }
}

static void note(struct reach_list *list, const struct reach *reach)
{
    list->had_choice = list->had_choice || reach->answered || reach->refused_count > 0;
    list->answered = list->answered && (reach->answered || reach->refused_count == 0);
    for (size_t i = 0; i < reach->refused_count && list->refused_count < NET_ADDRESSES_MOST; i++) {
        list->refused[list->refused_count++] = reach->refused[i];
    }
}

enum result reach_list_add(struct reach_list *list, const struct reach *reach, const struct net_range *range,
                           struct err *err)
{
    char address[NET_TEXT_SIZE];
    char last[16] = "";
    const size_t used = strlen(list->addresses);
    net_format(&reach->address, address);
    if (range->last > range->first) {
        snprintf(last, sizeof last, "-%u", range->last);
    }
    const int length =
        snprintf(list->addresses + used, sizeof list->addresses - used, "%s%s%s", used > 0 ? "," : "", address, last);
    note(list, reach);
    return (size_t)length < sizeof list->addresses - used
               ? RESULT_OK
               : err_field(err, "target", "target: with addresses in place of its names the list is too long");
}

const struct net_address *reach_listed(const struct net_addresses *addresses)
{
    for (size_t i = 0; i < addresses->count; i++) {
        if (listener_look("", &addresses->list[i]) == LISTENER_THERE) {
            return &addresses->list[i];
        }
    }
    return net_preferred(addresses);
}
