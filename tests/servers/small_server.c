/* A TIME server of somebody else, each time with one weakness.
 *
 *   small_server BACKLOG PROCESSES ACCEPTS   prints its port, and serves 127.0.0.1 until it is killed
 *
 * PROCESSES: each has a socket of its own on that port (SO_REUSEPORT). ACCEPTS: "all"; "none", it only listens; a
 * number, with which the process ends, and its connections with it; or as "400ms" all, but it closes each connection
 * when it has had it for so long. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_MOST = 512, RETRY_MS = 20, KEPT_MOST = 1000, LOOK_MS = 2 };

/* What a process does with connections; 0: that does not happen. */
struct habit {
    unsigned long most;   /* with the connection of this number it ends */
    unsigned long age_ms; /* when a connection is so old it is closed */
};

/* Those that were accepted, the oldest first, and those that were closed of them. */
struct kept {
    struct {
        int fd;
        unsigned long since_ms;
    } connections[KEPT_MOST];
    size_t count, closed;
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* One request is taken to be one segment. False at the end of the connection. */
static bool answer(int fd)
{
    static const char reply[] = "JAM 12:00:00\r\n";
    char request[REQUEST_MOST];
    return recv(fd, request, sizeof request, 0) > 0 && send(fd, reply, sizeof reply - 1, MSG_NOSIGNAL) > 0;
}

static void watch(int loop, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) != 0) {
        die("epoll_ctl");
    }
}

static unsigned long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (unsigned long)now.tv_sec * 1000 + (unsigned long)now.tv_nsec / 1000000;
}

static void close_old(struct kept *kept, unsigned long age_ms)
{
    while (kept->closed < kept->count && now_ms() - kept->connections[kept->closed].since_ms >= age_ms) {
        close(kept->connections[kept->closed++].fd);
    }
}

/* Without a free descriptor the connection stays in the queue, as most servers leave it. */
static bool take(int loop, int listener, struct kept *kept)
{
    const int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (accepted >= 0) {
        watch(loop, accepted);
        if (kept->count < KEPT_MOST) {
            kept->connections[kept->count].fd = accepted;
            kept->connections[kept->count++].since_ms = now_ms();
        }
        return true;
    }
    if (errno == EMFILE) {
        nanosleep(&(struct timespec){.tv_nsec = RETRY_MS * 1000000L}, NULL);
    }
    return false;
}

static void serve(int listener, struct habit habit)
{
    static struct kept kept;
    const int loop = epoll_create1(EPOLL_CLOEXEC);
    unsigned long accepted = 0;
    watch(loop, listener);
    while (true) {
        struct epoll_event ready;
        const int count = epoll_wait(loop, &ready, 1, habit.age_ms > 0 ? LOOK_MS : -1);
        if (habit.age_ms > 0) {
            close_old(&kept, habit.age_ms);
        }
        if (count != 1) {
            continue;
        }
        if (ready.data.fd == listener) {
            accepted += take(loop, listener, &kept);
        } else if (!answer(ready.data.fd)) {
            close(ready.data.fd);
        }
        if (habit.most > 0 && accepted >= habit.most) {
            exit(0);
        }
    }
}

static int listen_at(struct sockaddr_in *address, int backlog)
{
    const int one = 1;
    socklen_t length = sizeof *address;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) != 0 ||
        bind(listener, (struct sockaddr *)address, length) != 0 || listen(listener, backlog) != 0 ||
        getsockname(listener, (struct sockaddr *)address, &length) != 0) {
        die("listen");
    }
    return listener;
}

/* Returns when each process has the sockets alone that it is to have: who has which says what a server is. */
static void await_children(const int ready[2])
{
    char none;
    close(ready[1]);
    if (read(ready[0], &none, sizeof none) != 0) { /* the end: each child has closed its side */
        die("read");
    }
    close(ready[0]);
}

int main(int argc, char **argv)
{
    int ready[2];
    if (argc != 4) {
        fprintf(stderr, "usage: small_server BACKLOG PROCESSES all|none|NUMBER|NUMBERms\n");
        return 2;
    }
    const int backlog = (int)strtol(argv[1], NULL, 10);
    const long processes = strtol(argv[2], NULL, 10);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const bool accepts = strcmp(argv[3], "none") != 0;
    char *unit = NULL;
    struct habit habit = {.most = strtoul(argv[3], &unit, 10)};
    if (strcmp(unit, "ms") == 0) {
        habit = (struct habit){.age_ms = habit.most};
    }
    const int first = listen_at(&address, backlog);
    if (pipe2(ready, O_CLOEXEC) != 0) {
        die("pipe2");
    }
    const pid_t parent = getpid();
    for (long i = 1; i < processes; i++) {
        const int other = listen_at(&address, backlog);
        const pid_t child = fork();
        if (child == 0) {
            if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
                _exit(1); /* it ended before prctl() */
            }
            close(first);
            close(ready[0]);
            close(ready[1]);
            serve(other, habit);
        }
        close(other);
        if (child < 0) {
            die("fork");
        }
    }
    await_children(ready);
    printf("%u\n", ntohs(address.sin_port));
    fflush(stdout);
    if (accepts) {
        serve(first, habit);
    }
    for (;;) {
        pause();
    }
}
