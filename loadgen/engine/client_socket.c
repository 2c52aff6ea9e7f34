#include "loadgen/engine/client_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

/* 127.1.0.0: the second source is 127.1.0.1. The first is 127.0.0.1, which the kernel picks by itself for a target in
 * 127.0.0.0/8. */
#define SOURCE_OTHERS 0x7f010000U

/* The address that the client comes from; 0: the one that the kernel picks. */
static uint32_t source_of(const struct client *client)
{
    const uint32_t source = (uint32_t)client_source(client->plan, client->number);
    return source == 0 ? 0 : SOURCE_OTHERS + source;
}

/* The kernel picks the port at connect(), when it knows the target too, and so may share it (ip(7)). */
static bool bind_source(struct client *client, uint32_t address)
{
    const int one = 1;
    if (setsockopt(client->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one) != 0) {
        return FAIL(client->failure, PHASE_CONNECT, CALL_SETSOCKOPT, errno, "cannot leave the port open");
    }
    const struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
    if (bind(client->fd, (const struct sockaddr *)&source, sizeof source) != 0) {
        return FAIL(client->failure, PHASE_CONNECT, CALL_BIND, errno, "cannot bind a source address");
    }
    return true;
}

bool client_open(struct client *client, int flags)
{
    client_enter(client, PHASE_CONNECT);
    const int family = client_target(client->plan, client->number)->storage.ss_family;
    client->fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (client->fd < 0) {
        return FAIL(client->failure, PHASE_CONNECT, CALL_SOCKET, errno, "cannot make a socket");
    }
    const uint32_t source = source_of(client);
    if (source != 0 && !bind_source(client, source)) {
        return PASS(client->failure);
    }
    return true;
}

/* A port of the ephemeral range on which nobody listens may be the one that the kernel picks for this very socket: it
 * then meets itself in the handshake and is connected (RFC 9293, 3.5, simultaneous open). A source address other than
 * the target's rules that out. */
bool client_check_peer(struct client *client)
{
    const struct sockaddr_storage *const target = &client_target(client->plan, client->number)->storage;
    const uint32_t source = source_of(client);
    struct sockaddr_storage own;
    if (source != 0 && htonl(source) != ((const struct sockaddr_in *)target)->sin_addr.s_addr) {
        return true;
    }
    memset(&own, 0, sizeof own);
    socklen_t length = sizeof own;
    if (getsockname(client->fd, (struct sockaddr *)&own, &length) != 0 || own.ss_family != target->ss_family) {
        return true;
    }
    bool itself = false;
    if (own.ss_family == AF_INET6) {
        const struct sockaddr_in6 *const a = (const struct sockaddr_in6 *)&own;
        const struct sockaddr_in6 *const b = (const struct sockaddr_in6 *)target;
        itself = a->sin6_port == b->sin6_port && IN6_ARE_ADDR_EQUAL(&a->sin6_addr, &b->sin6_addr);
    } else {
        const struct sockaddr_in *const a = (const struct sockaddr_in *)&own;
        const struct sockaddr_in *const b = (const struct sockaddr_in *)target;
        itself = a->sin_port == b->sin_port && a->sin_addr.s_addr == b->sin_addr.s_addr;
    }
    return !itself || FAIL(client->failure, PHASE_CONNECT, CALL_CONNECT, ECONNREFUSED,
                           "nobody listens there: the connection met itself, its source port is the target's");
}
