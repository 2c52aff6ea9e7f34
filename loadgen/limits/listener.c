#include "loadgen/limits/listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loadgen/limits/tcp_table.h"

/* --- the kernel's tables --- */

/* A socket of IPv6 that has an IPv4 address is one of IPv4. */
static struct net_address address_of(const struct tcp_row *row)
{
    struct net_address address = {.length = sizeof(struct sockaddr_in)};
    struct sockaddr_in *const in = (struct sockaddr_in *)&address.storage;
    struct sockaddr_in6 *const in6 = (struct sockaddr_in6 *)&address.storage;
    const uint32_t *const words = row->address;
    if (!row->is_ip6 || (words[0] == 0 && words[1] == 0 && words[2] == htonl(0xFFFF))) {
        *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)row->port)};
        in->sin_addr.s_addr = words[row->is_ip6 ? 3 : 0];
    } else {
        *in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)row->port)};
        memcpy(&in6->sin6_addr, words, sizeof row->address);
        address.length = sizeof *in6;
    }
    return address;
}

/* --- at an address --- */

enum match { MATCH_NONE, MATCH_ALL_ADDRESSES, MATCH_ADDRESS };

/* A socket on all addresses of IPv6 may take those of IPv4 as well. */
static enum match match(const struct net_address *wanted, const struct net_address *address)
{
    const struct in6_addr *const ip6 = &((const struct sockaddr_in6 *)&address->storage)->sin6_addr;
    const struct in_addr *const ip4 = &((const struct sockaddr_in *)&address->storage)->sin_addr;
    const bool is_ip6 = address->storage.ss_family == AF_INET6;
    const bool same_family = wanted->storage.ss_family == address->storage.ss_family;
    if (net_port(wanted) != net_port(address)) {
        return MATCH_NONE;
    }
    if (is_ip6 ? IN6_IS_ADDR_UNSPECIFIED(ip6) : same_family && ip4->s_addr == htonl(INADDR_ANY)) {
        return MATCH_ALL_ADDRESSES;
    }
    const bool same =
        same_family &&
        (is_ip6 ? memcmp(ip6, &((const struct sockaddr_in6 *)&wanted->storage)->sin6_addr, sizeof *ip6) == 0
                : ip4->s_addr == ((const struct sockaddr_in *)&wanted->storage)->sin_addr.s_addr);
    return same ? MATCH_ADDRESS : MATCH_NONE;
}

struct look {
    const struct net_address *wanted;
    bool there;
};

static bool look_at(void *context, const struct tcp_row *row)
{
    struct look *const look = context;
    const struct net_address address = address_of(row);
    look->there = match(look->wanted, &address) != MATCH_NONE;
    return !look->there;
}

enum listener_state listener_look(const char *root, const struct net_address *address)
{
    struct look look = {.wanted = address};
    if (!net_is_loopback(address)) {
        return LISTENER_UNKNOWN;
    }
    const bool known = tcp_listeners_read(root, look_at, &look);
    return look.there ? LISTENER_THERE : known ? LISTENER_GONE : LISTENER_UNKNOWN;
}

/* How many clients of the share have a number that is `place` modulo `of`: which of them do repeats after each `of`. */
static uint64_t clients_at(const struct client_share *share, uint64_t clients, uint64_t place, uint64_t of)
{
    const uint64_t own = client_share_of(share, clients);
    uint64_t count = 0;
    for (uint64_t i = 0; i < of && i < own; i++) {
        if ((share->first % of + i * (share->stride % of)) % of == place) {
            const struct client_share repeated = {.first = i, .stride = of};
            count += client_share_of(&repeated, own);
        }
    }
    return count;
}

enum listener_state listeners_look(const char *root, const char *list, const struct client_share *share,
                                   uint64_t clients, struct listeners_gone *gone)
{
    struct net_list_walk walk = {.rest = list};
    uint64_t there = 0;
    *gone = (struct listeners_gone){.of = net_list_count(list)};
    for (uint64_t place = 0; net_list_step(&walk); place++) {
        const enum listener_state state = listener_look(root, &walk.address);
        there += state == LISTENER_THERE;
        if (state == LISTENER_GONE) {
            if (gone->count++ == 0) {
                net_format(&walk.address, gone->first);
            }
            gone->clients += clients_at(share, clients, place, gone->of);
        }
    }
    if (gone->count > 0) {
        return gone->count == gone->of ? LISTENER_GONE : LISTENER_SOME_GONE;
    }
    return there == gone->of ? LISTENER_THERE : LISTENER_UNKNOWN;
}

enum listener_state listeners_there(const char *root, const char *list)
{
    struct listeners_gone gone;
    return listeners_look(root, list, &client_share_whole, 0, &gone);
}

struct gathering {
    const struct net_address *wanted;
    enum match best;
    struct listener_socket *sockets;
    size_t count, most;
};

static bool gather(void *context, const struct tcp_row *row)
{
    struct gathering *const gathering = context;
    const struct net_address address = address_of(row);
    const enum match found = match(gathering->wanted, &address);
    if (found > gathering->best) {
        gathering->best = found;
        gathering->count = 0;
    }
    if (found != MATCH_NONE && found == gathering->best && gathering->count < gathering->most) {
        gathering->sockets[gathering->count++] = (struct listener_socket){
            .inode = row->inode, .uid = row->uid, .is_ip6 = row->is_ip6, .waiting = row->waiting};
    }
    return true;
}

size_t listener_sockets(const char *root, const struct net_address *address, struct listener_socket *sockets,
                        size_t most)
{
    struct gathering gathering = {.wanted = address, .sockets = sockets, .most = most};
    (void)tcp_listeners_read(root, gather, &gathering);
    return gathering.count;
}

/* --- all of them --- */

struct listing {
    struct listener_entry *entries;
    size_t count, most;
    unsigned long inodes[LISTENERS_MOST];
    size_t entry_of[LISTENERS_MOST]; /* for each inode */
    pid_t last_pid[LISTENERS_MOST];  /* for each entry */
    size_t sockets;
};

static bool list_socket(void *context, const struct tcp_row *row)
{
    struct listing *const listing = context;
    const struct net_address address = address_of(row);
    char text[NET_TEXT_SIZE];
    size_t i = 0;
    if (listing->sockets == LISTENERS_MOST) {
        return false;
    }
    net_format(&address, text);
    while (i < listing->count && strcmp(listing->entries[i].address, text) != 0) {
        i++;
    }
    if (i == listing->count) {
        if (listing->count == listing->most) {
            return true;
        }
        listing->entries[listing->count++] = (struct listener_entry){.inode = row->inode, .uid = row->uid};
        snprintf(listing->entries[i].address, NET_TEXT_SIZE, "%s", text);
    }
    listing->inodes[listing->sockets] = row->inode;
    listing->entry_of[listing->sockets++] = i;
    return true;
}

/* A process that has several of the entry's sockets is one; its finds come one after the other. */
static bool list_holder(void *context, size_t socket, pid_t pid)
{
    struct listing *const listing = context;
    const size_t i = listing->entry_of[socket];
    struct listener_entry *const entry = &listing->entries[i];
    if (listing->last_pid[i] != pid) {
        entry->pid = entry->pid == 0 || pid < entry->pid ? pid : entry->pid;
        entry->processes++;
        listing->last_pid[i] = pid;
    }
    return true;
}

size_t listeners_list(const char *root, struct listener_entry *entries, size_t most)
{
    struct listing listing = {.entries = entries, .most = most < LISTENERS_MOST ? most : LISTENERS_MOST};
    (void)tcp_listeners_read(root, list_socket, &listing);
    socket_holders_find(&(struct socket_search){
        .root = root, .inodes = listing.inodes, .count = listing.sockets, .found = list_holder, .context = &listing});
    for (size_t i = 0; i < listing.count; i++) {
        socket_holder_program(root, entries[i].pid, entries[i].program);
    }
    return listing.count;
}
