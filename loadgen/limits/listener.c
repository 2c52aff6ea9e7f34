#include "loadgen/limits/listener.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "loadgen/limits/sources.h"

#define STATE_LISTEN 0x0A /* TCP_LISTEN; such sockets come first in the list (net/ipv4/tcp_ipv4.c) */
#define ADDRESS_TEXT 33   /* 32 hexadecimal digits of an IPv6 address */

/* As the kernel writes it: each 32 bits as a number of this machine. */
static void format_address(const struct net_address *address, char text[ADDRESS_TEXT])
{
    uint32_t words[4] = {0};
    size_t count = 1;
    if (address->storage.ss_family == AF_INET6) {
        memcpy(words, &((const struct sockaddr_in6 *)(const void *)&address->storage)->sin6_addr, sizeof words);
        count = 4;
    } else {
        memcpy(words, &((const struct sockaddr_in *)(const void *)&address->storage)->sin_addr, sizeof words[0]);
    }
    for (size_t i = 0; i < count; i++) {
        snprintf(text + 8 * i, ADDRESS_TEXT - 8 * i, "%08" PRIX32, words[i]);
    }
}

static bool is_wildcard(const char *text)
{
    return strspn(text, "0") == strlen(text);
}

/* False: the file cannot be read. */
static bool look(const char *root, const char *path, const struct net_address *address, bool *there)
{
    FILE *const file = source_open(root, path);
    char *line = NULL;
    size_t capacity = 0;
    char wanted[ADDRESS_TEXT];
    char mapped[ADDRESS_TEXT]; /* an IPv4 address as a socket of IPv6 has it */
    bool listening = true;
    format_address(address, wanted);
    snprintf(mapped, sizeof mapped, "0000000000000000%08" PRIX32 "%.8s", htonl(0xFFFF), wanted);
    if (file == NULL) {
        return errno == ENOENT; /* a kernel without IPv6 */
    }
    for (bool heading = true; listening && !*there && source_next_line(file, &line, &capacity); heading = false) {
        char local[ADDRESS_TEXT] = "";
        unsigned port = 0;
        unsigned state = 0;
        const bool read = sscanf(line, " %*[^:]: %32[0-9A-Fa-f]:%x %*s %x", local, &port, &state) == 3;
        listening = heading || (read && state == STATE_LISTEN);
        *there = read && listening && port == net_port(address) &&
                 (is_wildcard(local) || strcmp(local, wanted) == 0 || strcmp(local, mapped) == 0);
    }
    free(line);
    fclose(file);
    return true;
}

/* A socket on all addresses of IPv6 may take those of IPv4 as well. */
enum listener_state listener_look(const char *root, const struct net_address *address)
{
    bool there = false;
    if (!net_is_loopback(address)) {
        return LISTENER_UNKNOWN;
    }
    const bool known4 = address->storage.ss_family == AF_INET6 || look(root, "/proc/net/tcp", address, &there);
    const bool known6 = look(root, "/proc/net/tcp6", address, &there);
    return there ? LISTENER_THERE : known4 && known6 ? LISTENER_GONE : LISTENER_UNKNOWN;
}
