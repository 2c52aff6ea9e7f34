#include "loadgen/limits/listener.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/tcp_row.h"
#include "loadgen/limits/sources.h"

/* As struct tcp_row has it. */
static void format_address(const struct net_address *address, char text[TCP_ROW_ADDRESS_SIZE])
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
        snprintf(text + 8 * i, TCP_ROW_ADDRESS_SIZE - 8 * i, "%08" PRIX32, words[i]);
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
    char wanted[TCP_ROW_ADDRESS_SIZE];
    char mapped[TCP_ROW_ADDRESS_SIZE];              /* an IPv4 address as a socket of IPv6 has it */
    struct tcp_row row = {.state = TCP_ROW_LISTEN}; /* the heading comes before them */
    format_address(address, wanted);
    snprintf(mapped, sizeof mapped, "0000000000000000%08" PRIX32 "%.8s", htonl(0xFFFF), wanted);
    if (file == NULL) {
        return errno == ENOENT; /* a kernel without IPv6 */
    }
    while (!*there && row.state == TCP_ROW_LISTEN && source_next_line(file, &line, &capacity)) {
        *there = tcp_row_read(line, &row) && row.state == TCP_ROW_LISTEN && row.port == net_port(address) &&
                 (is_wildcard(row.address) || strcmp(row.address, wanted) == 0 || strcmp(row.address, mapped) == 0);
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
