#include "web/http/eviction.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/helper_thread.h"
#include "base/sync.h"

#define NS_PER_BYTE (NS_PER_S / EVICTION_BYTES_PER_S)
#define TICK_NS NS_PER_S
/* A longer time between two measurements is not the clients' fault: the panel was stopped, or the machine slept. */
#define ELAPSED_MOST_NS (2 * TICK_NS)
/* While newcomers crowd in, one measurement serves all that arrive within this time. */
#define MEASURED_ANEW_NS (10 * NS_PER_MS)
/* A connection this young is likely part of a burst that was accepted at once and has not been read yet. It is kept
 * while at least ROOM places are left. */
#define YOUNG_NS (5 * NS_PER_MS)
#define ROOM 4
/* A download that is this far behind makes room for another. */
#define DOWNLOAD_BEHIND_NS NS_PER_S
/* More than the kernel of a client acknowledges of what the client never reads, unless it has raised its buffer. */
#define READ_FOR_PAUSE ((uint64_t)96 * 1024)
/* Of the answers to pipelined requests. */
#define UNREAD_MOST 65536

struct eviction_entry {
    int fd; /* -1: free */
    enum eviction_turn turn;
    bool download;
    bool evicted; /* shut down; eviction_remove follows */
    /* Bytes of an answer were unread when the turn last changed: the credit is restored once they are read. */
    bool owes;
    uint64_t credit_ns;
    uint64_t measured_ns;
    uint64_t received; /* bytes, as TCP_INFO counts them */
    uint64_t acknowledged;
    uint64_t download_from; /* `acknowledged` when the download began */
    uint32_t unread;        /* bytes sent or to be sent and not acknowledged */
    uint32_t waiting;       /* bytes of requests that the panel has not read yet */
};

struct eviction {
    uint64_t credit_ns; /* of a new connection */
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* stopping, or crowded */
    bool stopping;
    size_t count; /* neither free nor evicted */
    uint64_t evicted;
    uint64_t measured_ns; /* all of them */
    struct eviction_entry entries[EVICTION_CONNECTIONS_MAX];
};

/* --- measuring --- */

static bool is_open(const struct eviction_entry *entry)
{
    return entry->fd >= 0 && !entry->evicted;
}

static uint32_t queued_bytes(int fd, unsigned long queue)
{
    int bytes = 0;
    return ioctl(fd, queue, &bytes) == 0 && bytes > 0 ? (uint32_t)bytes : 0;
}

/* The bytes that the client has moved since the last call: those that it has acknowledged, and those of its requests
 * unless it has an answer to read first. */
static uint64_t progress(struct eviction_entry *entry)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (getsockopt(entry->fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
        return 0;
    }
    const uint64_t received = info.tcpi_bytes_received - entry->received;
    const uint64_t acknowledged = info.tcpi_bytes_acked - entry->acknowledged;
    entry->received = info.tcpi_bytes_received;
    entry->acknowledged = info.tcpi_bytes_acked;
    entry->unread = queued_bytes(entry->fd, SIOCOUTQ);
    entry->waiting = queued_bytes(entry->fd, SIOCINQ);
    return acknowledged + (entry->unread == 0 ? received : 0);
}

static bool waits_for_the_panel(const struct eviction_entry *entry)
{
    switch (entry->turn) {
    case EVICTION_CLIENT_SENDS:
        return entry->unread == 0 && entry->waiting > 0;
    case EVICTION_PANEL_WORKS:
        return true;
    case EVICTION_CLIENT_READS:
        return entry->unread == 0;
    }
    return false;
}

static uint64_t full_credit(const struct eviction *eviction, const struct eviction_entry *entry)
{
    const bool proven = entry->download && entry->acknowledged - entry->download_from >= READ_FOR_PAUSE;
    return eviction->credit_ns + (proven ? EVICTION_PAUSE_MS * NS_PER_MS : 0);
}

static void earn(const struct eviction *eviction, struct eviction_entry *entry, uint64_t bytes)
{
    const uint64_t missing_ns = full_credit(eviction, entry) - entry->credit_ns;
    const uint64_t enough = missing_ns / NS_PER_BYTE + 1;
    entry->credit_ns += bytes >= enough ? missing_ns : bytes * NS_PER_BYTE;
}

/* How far it is behind one that just came. */
static uint64_t behind_ns(const struct eviction *eviction, const struct eviction_entry *entry)
{
    return entry->credit_ns < eviction->credit_ns ? eviction->credit_ns - entry->credit_ns : 0;
}

static void measure(const struct eviction *eviction, struct eviction_entry *entry, uint64_t now_ns)
{
    const uint64_t waited_ns = now_ns - entry->measured_ns;
    const uint64_t elapsed_ns = waited_ns < ELAPSED_MOST_NS ? waited_ns : ELAPSED_MOST_NS;
    entry->measured_ns = now_ns;
    earn(eviction, entry, progress(entry));
    if (entry->owes && entry->unread == 0) {
        entry->owes = false;
        entry->download = entry->download && entry->turn != EVICTION_CLIENT_SENDS;
        entry->credit_ns = full_credit(eviction, entry);
    }
    if (!waits_for_the_panel(entry)) {
        entry->credit_ns -= elapsed_ns < entry->credit_ns ? elapsed_ns : entry->credit_ns;
    } else if (entry->turn == EVICTION_CLIENT_READS) {
        entry->credit_ns = full_credit(eviction, entry);
    }
}

static void measure_all(struct eviction *eviction, uint64_t now_ns)
{
    eviction->measured_ns = now_ns;
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX; i++) {
        if (is_open(&eviction->entries[i])) {
            measure(eviction, &eviction->entries[i], now_ns);
        }
    }
}

/* --- evicting --- */

/* libmicrohttpd sees the connection end as if its client had closed it, and frees it. What the client has not read goes
 * at once: the kernel would keep it, and try to send it, for minutes. */
static void evict(struct eviction *eviction, struct eviction_entry *entry)
{
    const struct linger reset = {.l_onoff = 1, .l_linger = 0};
    if (entry->unread > 0) {
        setsockopt(entry->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    }
    shutdown(entry->fd, SHUT_RDWR);
    entry->evicted = true;
    eviction->count--;
    eviction->evicted++;
}

/* The one with the least credit; NULL: all wait for the panel. */
static struct eviction_entry *find_slowest(struct eviction *eviction, bool downloads_only)
{
    struct eviction_entry *slowest = NULL;
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX; i++) {
        struct eviction_entry *const each = &eviction->entries[i];
        if (is_open(each) && !waits_for_the_panel(each) && (each->download || !downloads_only) &&
            (slowest == NULL || each->credit_ns < slowest->credit_ns)) {
            slowest = each;
        }
    }
    return slowest;
}

/* libmicrohttpd accepts nobody while all places are taken, so that no newcomer would evict another connection. */
static bool is_crowded(const struct eviction *eviction)
{
    return eviction->count + ROOM > EVICTION_CONNECTIONS_MAX;
}

/* Evicts the slowest. False: all wait for the panel, or the slowest is no slower than one that just came, or it is
 * young and there is room. */
static bool make_room(struct eviction *eviction)
{
    struct eviction_entry *const slowest = find_slowest(eviction, false);
    if (slowest == NULL || behind_ns(eviction, slowest) < (is_crowded(eviction) ? 1 : YOUNG_NS)) {
        return false;
    }
    evict(eviction, slowest);
    return true;
}

static void evict_used_up(struct eviction *eviction)
{
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX; i++) {
        struct eviction_entry *const each = &eviction->entries[i];
        if (is_open(each) && !waits_for_the_panel(each) && each->credit_ns == 0) {
            evict(eviction, each);
        }
    }
}

/* --- life --- */

static void *watch(void *arg)
{
    struct eviction *const eviction = arg;
    pthread_mutex_lock(&eviction->mutex);
    uint64_t due_ns = clock_now_ns() + TICK_NS;
    while (!eviction->stopping) {
        const uint64_t soon_ns = clock_now_ns() + MEASURED_ANEW_NS;
        if (is_crowded(eviction) && soon_ns < due_ns) {
            due_ns = soon_ns;
        }
        const struct timespec until = clock_timespec(due_ns);
        if (pthread_cond_timedwait(&eviction->changed, &eviction->mutex, &until) == ETIMEDOUT) {
            measure_all(eviction, clock_now_ns());
            evict_used_up(eviction);
            while (is_crowded(eviction) && make_room(eviction)) {
            }
            due_ns = clock_now_ns() + TICK_NS;
        }
    }
    pthread_mutex_unlock(&eviction->mutex);
    return NULL;
}

enum result eviction_create(uint32_t credit_ms, struct eviction **eviction, struct err *err)
{
    struct eviction *const created = calloc(1, sizeof *created);
    if (created == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    created->credit_ns = (uint64_t)credit_ms * NS_PER_MS;
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX; i++) {
        created->entries[i].fd = -1;
    }
    if (sync_init(&created->mutex, &created->changed, err) != RESULT_OK) {
        goto fail_sync;
    }
    if (helper_thread_start(&created->thread, watch, created, "that evicts slow connections", err) != RESULT_OK) {
        goto fail_thread;
    }
    *eviction = created;
    return RESULT_OK;

fail_thread:
    sync_destroy(&created->mutex, &created->changed);
fail_sync:
    free(created);
    return err->code;
}

void eviction_destroy(struct eviction *eviction)
{
    pthread_mutex_lock(&eviction->mutex);
    eviction->stopping = true;
    pthread_cond_signal(&eviction->changed);
    pthread_mutex_unlock(&eviction->mutex);
    pthread_join(eviction->thread, NULL);
    sync_destroy(&eviction->mutex, &eviction->changed);
    free(eviction);
}

/* --- connections --- */

struct eviction_entry *eviction_add(struct eviction *eviction, int fd)
{
    struct eviction_entry *entry = NULL;
    pthread_mutex_lock(&eviction->mutex);
    const uint64_t now_ns = clock_now_ns();
    if (eviction->count >= EVICTION_BEGINS_AT) {
        if (now_ns - eviction->measured_ns >= MEASURED_ANEW_NS) {
            measure_all(eviction, now_ns);
        }
        (void)make_room(eviction);
    }
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX && entry == NULL; i++) {
        if (eviction->entries[i].fd < 0) {
            entry = &eviction->entries[i];
            *entry = (struct eviction_entry){.fd = fd, .credit_ns = eviction->credit_ns, .measured_ns = now_ns};
            (void)progress(entry);
            eviction->count++;
        }
    }
    if (is_crowded(eviction)) {
        pthread_cond_signal(&eviction->changed);
    }
    pthread_mutex_unlock(&eviction->mutex);
    return entry;
}

void eviction_set_turn(struct eviction *eviction, struct eviction_entry *entry, enum eviction_turn turn)
{
    if (entry == NULL) {
        return;
    }
    pthread_mutex_lock(&eviction->mutex);
    measure(eviction, entry, clock_now_ns());
    entry->download = entry->download && (turn != EVICTION_CLIENT_SENDS || entry->unread > 0);
    const uint64_t full_ns = full_credit(eviction, entry);
    if (turn != EVICTION_CLIENT_READS) {
        entry->owes = entry->unread > 0;
    }
    if ((turn != EVICTION_CLIENT_READS && !entry->owes) || entry->credit_ns > full_ns) {
        entry->credit_ns = full_ns;
    }
    entry->turn = turn;
    pthread_mutex_unlock(&eviction->mutex);
}

bool eviction_must_close(struct eviction *eviction, const struct eviction_entry *entry)
{
    if (entry == NULL) {
        return true;
    }
    pthread_mutex_lock(&eviction->mutex);
    const bool must_close = entry->unread > UNREAD_MOST || eviction->count >= EVICTION_CLOSES_AT;
    pthread_mutex_unlock(&eviction->mutex);
    return must_close;
}

bool eviction_begin_download(struct eviction *eviction, struct eviction_entry *entry)
{
    if (entry == NULL) {
        return false;
    }
    size_t downloads = 0;
    pthread_mutex_lock(&eviction->mutex);
    for (size_t i = 0; i < EVICTION_CONNECTIONS_MAX; i++) {
        downloads += is_open(&eviction->entries[i]) && eviction->entries[i].download;
    }
    if (downloads >= EVICTION_DOWNLOADS_MAX) {
        measure_all(eviction, clock_now_ns());
        struct eviction_entry *const slowest = find_slowest(eviction, true);
        if (slowest != NULL && behind_ns(eviction, slowest) >= DOWNLOAD_BEHIND_NS) {
            evict(eviction, slowest);
            downloads--;
        }
    }
    const bool room = downloads < EVICTION_DOWNLOADS_MAX;
    if (room && !entry->download) {
        entry->download = true;
        entry->download_from = entry->acknowledged;
    }
    pthread_mutex_unlock(&eviction->mutex);
    return room;
}

uint64_t eviction_count(struct eviction *eviction)
{
    pthread_mutex_lock(&eviction->mutex);
    const uint64_t evicted = eviction->evicted;
    pthread_mutex_unlock(&eviction->mutex);
    return evicted;
}

void eviction_remove(struct eviction *eviction, struct eviction_entry *entry)
{
    if (entry == NULL) {
        return;
    }
    pthread_mutex_lock(&eviction->mutex);
    eviction->count -= entry->evicted ? 0 : 1;
    entry->fd = -1;
    pthread_mutex_unlock(&eviction->mutex);
}
