/* A bare client: the least code that makes the system calls of one mode, as the yardstick of the bench. It shares no
 * code with the product and measures no latency, keeps no deadline and checks only that a reply came.
 *
 *   probe_client pool|thread|process|epoll PORT COUNT [--workers N] [--requests N] [--silent] [--stack KIB] [--reset]
 *                [--ping] [--http] [--hold]
 *
 * pool: N threads take the clients in turn; thread: one thread for each client; process: one fork for each client;
 * epoll: N loops of 64 connections each. With one request that is the cycle of neper's tcp_crr (connect, request,
 * response, close); with many and --http, which asks a web server and keeps the connection, that of wrk. --silent sends
 * nothing and reads to the end of file (for a server that talks first and closes); --reset closes by RST; --ping asks a
 * Redis server instead; --hold keeps each connection until all clients have their replies (not for pool). Prints
 * {"clients":N,"failed":N,"seconds":S,"cpu_us":N}, the CPU time with that of its children. */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REPLY_MOST = 512, EPOLL_CONNECTIONS = 64 };

struct plan {
    unsigned short port;
    unsigned long count;
    unsigned long workers;
    unsigned long requests;
    unsigned long stack_kib;
    bool silent;
    bool reset;
    bool hold;
    const char *request;
};

struct shared {
    _Atomic unsigned long next;
    _Atomic unsigned long failed;
    _Atomic unsigned long done;
    _Atomic unsigned long served;
    _Atomic unsigned all_served; /* a futex */
};

static struct plan plan = {.workers = 6, .requests = 1, .stack_kib = 16, .request = "TIME\r\n\r\n"};
static struct shared *shared;

static int open_connection(unsigned long client, int flags)
{
    const int one = 1;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    /* 127.1.0.1 .. 127.4.235.6, 1024 of them in turn: one source address has only 28,232 ports */
    const unsigned host = 0x7F010000U + (unsigned)(client % 1024) * 251 + 1;
    const struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(host)};
    const struct sockaddr_in target = {
        .sin_family = AF_INET, .sin_port = htons(plan.port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(fd, (const struct sockaddr *)&source, sizeof source) != 0 ||
        (connect(fd, (const struct sockaddr *)&target, sizeof target) != 0 && errno != EINPROGRESS)) {
        close(fd);
        return -1;
    }
    return fd;
}

static void close_connection(int fd)
{
    if (plan.reset) {
        const struct linger now = {.l_onoff = 1, .l_linger = 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    close(fd);
}

static bool send_request(int fd)
{
    const size_t length = strlen(plan.request);
    return send(fd, plan.request, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static bool exchange(int fd)
{
    char reply[REPLY_MOST];
    if (plan.silent) {
        ssize_t got = 0;
        bool any = false;
        while ((got = recv(fd, reply, sizeof reply, 0)) > 0) {
            any = true;
        }
        return any && got == 0;
    }
    return send_request(fd) && recv(fd, reply, sizeof reply, 0) > 0;
}

static void hold(void)
{
    if (atomic_fetch_add(&shared->served, 1) + 1 == plan.count) {
        atomic_store(&shared->all_served, 1);
        syscall(SYS_futex, &shared->all_served, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    }
    while (atomic_load(&shared->all_served) == 0) {
        syscall(SYS_futex, &shared->all_served, FUTEX_WAIT, 0, NULL, NULL, 0);
    }
}

static void run_client(unsigned long client)
{
    const int fd = open_connection(client, 0);
    bool ok = fd >= 0;
    for (unsigned long i = 0; ok && i < plan.requests; i++) {
        ok = exchange(fd);
    }
    if (ok && plan.hold) {
        hold();
    }
    if (fd >= 0) {
        close_connection(fd);
    }
    if (!ok) {
        atomic_fetch_add_explicit(&shared->failed, 1, memory_order_relaxed);
    }
}

static void *pool_worker(void *arg)
{
    (void)arg;
    for (;;) {
        const unsigned long client = atomic_fetch_add_explicit(&shared->next, 1, memory_order_relaxed);
        if (client >= plan.count) {
            return NULL;
        }
        run_client(client);
    }
}

static void *thread_client(void *arg)
{
    run_client((unsigned long)arg);
    atomic_fetch_add_explicit(&shared->done, 1, memory_order_release);
    return NULL;
}

static int *held_fds; /* of epoll; one for each client */

struct epoll_slot {
    int fd;
    bool connected;
    unsigned long replies;
};

static bool epoll_start(int loop, struct epoll_slot *slot)
{
    const unsigned long client = atomic_fetch_add_explicit(&shared->next, 1, memory_order_relaxed);
    if (client >= plan.count) {
        return false;
    }
    *slot = (struct epoll_slot){.fd = open_connection(client, SOCK_NONBLOCK)};
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = slot};
    if (slot->fd < 0 || epoll_ctl(loop, EPOLL_CTL_ADD, slot->fd, &event) != 0) {
        perror("probe_client: epoll");
        exit(1);
    }
    return true;
}

/* Returns false when the connection is over. */
static bool epoll_step(struct epoll_slot *slot, unsigned events, bool *ok)
{
    char reply[REPLY_MOST];
    if (!slot->connected && (events & EPOLLOUT) != 0) {
        slot->connected = true;
        *ok = send_request(slot->fd);
        return *ok;
    }
    if ((events & EPOLLIN) == 0) {
        *ok = (events & (EPOLLERR | EPOLLHUP)) == 0;
        return *ok;
    }
    *ok = recv(slot->fd, reply, sizeof reply, 0) > 0;
    if (!*ok || ++slot->replies == plan.requests) {
        return false;
    }
    *ok = send_request(slot->fd);
    return *ok;
}

static void *epoll_worker(void *arg)
{
    (void)arg;
    struct epoll_slot slots[EPOLL_CONNECTIONS];
    const int loop = epoll_create1(EPOLL_CLOEXEC);
    int live = 0;
    while (live < EPOLL_CONNECTIONS && epoll_start(loop, &slots[live])) {
        live++;
    }
    while (live > 0) {
        struct epoll_event ready[EPOLL_CONNECTIONS];
        const int count = epoll_wait(loop, ready, EPOLL_CONNECTIONS, -1);
        for (int i = 0; i < count; i++) {
            struct epoll_slot *const slot = ready[i].data.ptr;
            bool ok = true;
            if (epoll_step(slot, ready[i].events, &ok)) {
                continue;
            }
            if (ok && plan.hold) {
                held_fds[atomic_fetch_add(&shared->served, 1)] = slot->fd;
            } else {
                close_connection(slot->fd);
            }
            if (!ok) {
                atomic_fetch_add_explicit(&shared->failed, 1, memory_order_relaxed);
            }
            live -= epoll_start(loop, slot) ? 0 : 1;
        }
    }
    close(loop);
    return NULL;
}

static void run_workers(void *(*worker)(void *))
{
    pthread_t *const threads = calloc(plan.workers, sizeof *threads);
    for (unsigned long i = 0; i < plan.workers; i++) {
        pthread_create(&threads[i], NULL, worker, NULL);
    }
    for (unsigned long i = 0; i < plan.workers; i++) {
        pthread_join(threads[i], NULL);
    }
    free(threads);
}

static void run_loops(void)
{
    held_fds = calloc(plan.count, sizeof *held_fds);
    run_workers(epoll_worker);
    for (unsigned long i = 0; i < atomic_load(&shared->served); i++) {
        close_connection(held_fds[i]);
    }
    free(held_fds);
}

static void run_threads(void)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, plan.stack_kib * 1024);
    unsigned long created = 0;
    for (unsigned long client = 0; client < plan.count; client++) {
        pthread_t thread;
        if (pthread_create(&thread, &attributes, thread_client, (void *)client) == 0) {
            created++;
        } else {
            atomic_fetch_add_explicit(&shared->failed, 1, memory_order_relaxed);
        }
    }
    while (atomic_load_explicit(&shared->done, memory_order_acquire) < created) {
        usleep(200);
    }
}

static void run_processes(void)
{
    unsigned long live = 0;
    for (unsigned long client = 0; client < plan.count; client++) {
        const pid_t pid = fork();
        if (pid == 0) {
            run_client(client);
            _exit(0);
        }
        if (pid < 0) {
            atomic_fetch_add_explicit(&shared->failed, 1, memory_order_relaxed);
        } else {
            live++;
        }
        while (live > 0 && waitpid(-1, NULL, WNOHANG) > 0) {
            live--;
        }
    }
    while (live > 0 && waitpid(-1, NULL, 0) > 0) {
        live--;
    }
}

static unsigned long number(const char *text)
{
    char *end = NULL;
    const unsigned long value = strtoul(text, &end, 10);
    if (*text == '\0' || *end != '\0') {
        fprintf(stderr, "probe_client: \"%s\" is not a number\n", text);
        exit(2);
    }
    return value;
}

static void read_options(int argc, char **argv)
{
    plan.port = (unsigned short)number(argv[2]);
    plan.count = number(argv[3]);
    for (int i = 4; i < argc; i++) {
        if (strcmp(argv[i], "--silent") == 0) {
            plan.silent = true;
        } else if (strcmp(argv[i], "--reset") == 0) {
            plan.reset = true;
        } else if (strcmp(argv[i], "--hold") == 0) {
            plan.hold = true;
        } else if (strcmp(argv[i], "--ping") == 0) {
            plan.request = "PING\r\n";
        } else if (strcmp(argv[i], "--http") == 0) {
            plan.request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        } else if (i + 1 < argc && strcmp(argv[i], "--workers") == 0) {
            plan.workers = number(argv[++i]);
        } else if (i + 1 < argc && strcmp(argv[i], "--requests") == 0) {
            plan.requests = number(argv[++i]);
        } else if (i + 1 < argc && strcmp(argv[i], "--stack") == 0) {
            plan.stack_kib = number(argv[++i]);
        } else {
            fprintf(stderr, "probe_client: unknown option %s\n", argv[i]);
            exit(2);
        }
    }
}

static unsigned long cpu_us(int who)
{
    struct rusage used;
    getrusage(who, &used);
    return (unsigned long)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000UL +
           (unsigned long)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: probe_client pool|thread|process|epoll PORT COUNT [options]\n");
        return 2;
    }
    read_options(argc, argv);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct timespec begin;
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    if (strcmp(argv[1], "pool") == 0) {
        run_workers(pool_worker);
    } else if (strcmp(argv[1], "epoll") == 0) {
        run_loops();
    } else if (strcmp(argv[1], "thread") == 0) {
        run_threads();
    } else if (strcmp(argv[1], "process") == 0) {
        run_processes();
    } else {
        fprintf(stderr, "probe_client: unknown mode %s\n", argv[1]);
        return 2;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    const double seconds = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    printf("{\"clients\":%lu,\"failed\":%lu,\"seconds\":%.6f,\"cpu_us\":%lu}\n", plan.count,
           atomic_load(&shared->failed), seconds, cpu_us(RUSAGE_SELF) + cpu_us(RUSAGE_CHILDREN));
    return 0;
}
