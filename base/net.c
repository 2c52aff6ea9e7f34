#include "base/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <nss.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/port_holder.h"

#define HOST_SIZE 256
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
#define IPV6_BYTES NAME_BYTES ":%" /* with a scope: "fe80::1%eth0" */

/* Copies the host of "HOST:PORT" or "[HOST]:PORT" and returns where the port begins; NULL: it has another form. A bare
 * IPv6 address has: which of its colons begins the port is not clear. */
static const char *split(const char *text, char *host, size_t host_size)
{
    const bool in_brackets = text[0] == '[';
    const char *const begin = text + in_brackets;
    const size_t length = strspn(begin, in_brackets ? IPV6_BYTES : NAME_BYTES);
    const char *const end = in_brackets ? "]:" : ":";
    if (length == 0 || length >= host_size || begin[0] == '-' || strncmp(begin + length, end, strlen(end)) != 0) {
        return NULL;
    }
    memcpy(host, begin, length);
    host[length] = '\0';
    return begin + length + strlen(end);
}

int net_text_port(const char *text)
{
    char host[HOST_SIZE];
    const char *const port = split(text, host, sizeof host);
    const size_t length = port != NULL ? strlen(port) : 0;
    if (length == 0 || length > 5 || strspn(port, "0123456789") != length) {
        return -1;
    }
    const long number = strtol(port, NULL, 10);
    return number <= UINT16_MAX ? (int)number : -1;
}

/* ::ffff:127.0.0.1 is 127.0.0.1, to the kernel and so to whoever compares addresses (RFC 4291, 2.5.5.2). */
static void unmap(struct net_address *address)
{
    const struct sockaddr_in6 in6 = *(const struct sockaddr_in6 *)&address->storage;
    if (address->storage.ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = in6.sin6_port};
        memcpy(&in.sin_addr, in6.sin6_addr.s6_addr + 12, sizeof in.sin_addr);
        memset(&address->storage, 0, sizeof address->storage);
        memcpy(&address->storage, &in, sizeof in);
        address->length = sizeof in;
    }
}

static bool without_modules;
static pthread_once_t once = PTHREAD_ONCE_INIT;

void net_look_up_without_modules(void)
{
    without_modules = true;
}

static void leave_out_modules(void)
{
    (void)__nss_configure_lookup("hosts", "files dns"); /* both are part of glibc 2.34 and later */
}

/* Not before there is a name: it does not survive a lack of memory, which is a run's to report. */
static int look_up(const char *host, const char *port, bool numeric, struct addrinfo **found)
{
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | AI_NUMERICHOST};
    const int status = getaddrinfo(host, port, &hints, found);
    if (status != EAI_NONAME || numeric) {
        return status;
    }
    if (without_modules) {
        pthread_once(&once, leave_out_modules);
    }
    hints.ai_flags = AI_NUMERICSERV;
    return getaddrinfo(host, port, &hints, found);
}

static enum result parse(const char *text, bool numeric, struct net_addresses *addresses, struct err *err)
{
    char host[HOST_SIZE];
    const char *const port = split(text, host, sizeof host);
    addresses->count = 0;
    if (net_text_port(text) < 0) {
        return err_set(err, RESULT_INVALID,
                       "\"%.100s\" is not HOST:PORT with a port 0..65535 (an IPv6 address goes in brackets)", text);
    }
    struct addrinfo *found = NULL;
    const int status = look_up(host, port, numeric, &found);
    if (status == EAI_MEMORY) {
        return err_set(err, RESULT_NO_MEMORY, "no memory to look up %.100s", text);
    }
    if (status == EAI_SYSTEM) {
        return err_system(err, errno, "%.100s cannot be looked up", text);
    }
    if (status != 0 || found == NULL) {
        return err_set(err, RESULT_INVALID, "%.100s: %s", text, gai_strerror(status));
    }
    memset(addresses, 0, sizeof *addresses);
    for (const struct addrinfo *each = found; each != NULL && addresses->count < NET_ADDRESSES_MOST;
         each = each->ai_next) {
        struct net_address *const address = &addresses->list[addresses->count++];
        memcpy(&address->storage, each->ai_addr, each->ai_addrlen);
        address->length = each->ai_addrlen;
        unmap(address);
    }
    freeaddrinfo(found);
    return RESULT_OK;
}

enum result net_parse_all(const char *text, struct net_addresses *addresses, struct err *err)
{
    return parse(text, false, addresses, err);
}

const struct net_address *net_preferred(const struct net_addresses *addresses)
{
    size_t i = 0;
    while (i < addresses->count && addresses->list[i].storage.ss_family != AF_INET) {
        i++;
    }
    return &addresses->list[i < addresses->count ? i : 0];
}

enum result net_parse(const char *text, struct net_address *address, struct err *err)
{
    struct net_addresses all;
    const enum result result = net_parse_all(text, &all, err);
    if (result == RESULT_OK) {
        *address = *net_preferred(&all);
    }
    return result;
}

bool net_parse_numeric(const char *text, struct net_address *address)
{
    struct net_addresses all;
    struct err err;
    if (parse(text, true, &all, &err) != RESULT_OK) {
        return false;
    }
    *address = all.list[0];
    return true;
}

void net_format(const struct net_address *address, char text[NET_TEXT_SIZE])
{
    char host[INET6_ADDRSTRLEN] = "?";
    if (address->storage.ss_family == AF_INET6) {
        const struct sockaddr_in6 *const in6 = (const struct sockaddr_in6 *)&address->storage;
        inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof host);
        snprintf(text, NET_TEXT_SIZE, "[%s]:%u", host, net_port(address));
    } else {
        const struct sockaddr_in *const in = (const struct sockaddr_in *)&address->storage;
        inet_ntop(AF_INET, &in->sin_addr, host, sizeof host);
        snprintf(text, NET_TEXT_SIZE, "%s:%u", host, net_port(address));
    }
}

bool net_is_ipv4_loopback(const struct net_address *address)
{
    const struct sockaddr_in *const in = (const struct sockaddr_in *)&address->storage;
    return address->storage.ss_family == AF_INET && ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

bool net_is_loopback(const struct net_address *address)
{
    if (address->storage.ss_family == AF_INET) {
        return net_is_ipv4_loopback(address);
    }
    const struct in6_addr *const in6 = &((const struct sockaddr_in6 *)&address->storage)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(in6) || (IN6_IS_ADDR_V4MAPPED(in6) && in6->s6_addr[12] == IN_LOOPBACKNET);
}

/* An address that no interface of this machine has cannot be bound. */
bool net_is_here(const struct net_address *address)
{
    struct net_address any_port = *address;
    if (net_is_loopback(address)) {
        return true;
    }
    if (address->storage.ss_family == AF_INET6) {
        ((struct sockaddr_in6 *)&any_port.storage)->sin6_port = 0;
    } else {
        ((struct sockaddr_in *)&any_port.storage)->sin_port = 0;
    }
    const int fd = socket(address->storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool here = fd >= 0 && bind(fd, (const struct sockaddr *)&any_port.storage, any_port.length) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return here;
}

bool net_is_wildcard(const struct net_address *address)
{
    if (address->storage.ss_family == AF_INET6) {
        return IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)&address->storage)->sin6_addr);
    }
    return ((const struct sockaddr_in *)&address->storage)->sin_addr.s_addr == htonl(INADDR_ANY);
}

uint16_t net_port(const struct net_address *address)
{
    return ntohs(address->storage.ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)&address->storage)->sin6_port
                                                        : ((const struct sockaddr_in *)&address->storage)->sin_port);
}

void net_set_port(struct net_address *address, uint16_t port)
{
    if (address->storage.ss_family == AF_INET6) {
        ((struct sockaddr_in6 *)&address->storage)->sin6_port = htons(port);
    } else {
        ((struct sockaddr_in *)&address->storage)->sin_port = htons(port);
    }
}

static enum result listen_failed(const struct net_address *address, int error, struct err *err)
{
    char text[NET_TEXT_SIZE];
    net_format(address, text);
    const enum result result = err_system(err, error, "cannot listen on %s", text);
    if (error == EADDRINUSE) {
        char holder[PORT_HOLDER_SIZE];
        const size_t used = strlen(err->message);
        port_holder_describe(net_port(address), holder);
        snprintf(err->message + used, sizeof err->message - used, "%s", holder);
    }
    return result;
}

enum result net_listen(struct net_address *address, int backlog, int *fd, struct err *err)
{
    char text[NET_TEXT_SIZE];
    net_format(address, text);
    const int one = 1;
    const int listener = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0) {
        return err_system(err, errno, "cannot make a socket for %s", text);
    }
    enum result result = RESULT_OK;
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        bind(listener, (const struct sockaddr *)&address->storage, address->length) != 0 ||
        listen(listener, backlog) != 0) {
        result = listen_failed(address, errno, err);
        goto fail;
    }
    address->length = sizeof address->storage;
    if (getsockname(listener, (struct sockaddr *)&address->storage, &address->length) != 0) {
        result = err_system(err, errno, "cannot read the address of the socket for %s", text);
        goto fail;
    }
    *fd = listener;
    return RESULT_OK;
fail:
    close(listener);
    return result;
}
