/* A port of the ephemeral range on which nobody listens: a socket can be connected with itself there. In a network of
 * its own, in which that range is one port, each connection without a source address of its own is. */

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loadgen/engine/client_steps.h"
#include "tests/unit/test.h"

#define PORT "45000"

static bool write_file(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    const bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

static bool raise_loopback(void)
{
    struct ifreq request = {.ifr_name = "lo"};
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &request) == 0;
    request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
    ok = ok && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

static int make_network(void **state)
{
    static bool made;
    *state = &made;
    made = unshare(CLONE_NEWNET) == 0 && raise_loopback() &&
           write_file("/proc/sys/net/ipv4/ip_local_port_range", PORT " " PORT);
    return 0;
}

static struct net_address address_of(const char *text)
{
    struct net_address address;
    struct err err;
    OK(net_parse(text, &address, &err));
    return address;
}

/* False where the network has no such address. */
static bool meets_itself(const char *text)
{
    const struct net_address address = address_of(text);
    const int fd = socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected = fd >= 0 && connect(fd, (const struct sockaddr *)&address.storage, address.length) == 0;
    if (fd >= 0) {
        const struct linger at_once = {.l_onoff = 1, .l_linger = 0}; /* TIME_WAIT would keep the port */
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(fd);
    }
    if (!connected) {
        print_message("SKIPPED: a connection with itself is refused: %s cannot connect to itself here\n", text);
    }
    return connected;
}

static void check_refused(const char *target, uint64_t client)
{
    const struct net_address address = address_of(target);
    struct scoreboard *const board = scoreboard_create(client + 1, false);
    assert_non_null(board);
    struct run_spec spec;
    run_spec_init(&spec);
    spec.count = client + 1;
    struct client_plan plan;
    client_plan_init(&plan, &spec, &address);
    plan.sources = 2;
    struct client_record record = {0};
    scoreboard_started(board, client);
    client_run(&plan, board, client, &record);
    assert_int_equal(failure_key_call(record.outcome), CALL_CONNECT);
    assert_int_equal(failure_key_errno(record.outcome), ECONNREFUSED);
    scoreboard_destroy(board);
}

TEST_IN(a_connection_with_itself_is_refused, make_network, NULL)
{
    static const char *const targets[] = {"127.0.0.1:" PORT, "[::1]:" PORT};
    if (!*(const bool *)*state) {
        SKIP_BECAUSE("no network namespace can be made");
    }
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        if (meets_itself(targets[i])) {
            check_refused(targets[i], 0);
        }
    }
}

/* 127.1.0.1 is the second of the source addresses. */
TEST_IN(a_connection_from_the_targets_address_with_itself_is_refused, make_network, NULL)
{
    if (!*(const bool *)*state) {
        SKIP_BECAUSE("no network namespace can be made");
    }
    check_refused("127.1.0.1:" PORT, 1);
}
