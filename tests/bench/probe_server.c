/* A bare TIME server: the least code that makes the system calls of one serving model, as the yardstick of the bench.
 * It shares no code with the product, checks nothing that it need not check, and keeps no limit and no count.
 *
 *   probe_server thread|epoll|greet|http   prints "port N", serves 127.0.0.1 until its standard input ends
 *
 * greet is epoll that says its line at once and closes without reading, as nginx's stream module does with `return`;
 * http is epoll that answers HTTP and keeps the connection.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST_MOST = 512, REPLY_LENGTH = 14, EVENTS_MOST = 256, STACK_BYTES = 16384, BACKLOG = 4096 };

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void format_reply(char reply[REPLY_LENGTH + 1])
{
    static _Thread_local time_t second = 0;
    static _Thread_local char cached[REPLY_LENGTH + 1];
    const time_t now = time(NULL);
    if (now != second) {
        struct tm parts;
        localtime_r(&now, &parts);
        strftime(cached, sizeof cached, "JAM %H:%M:%S\r\n", &parts);
        second = now;
    }
    memcpy(reply, cached, REPLY_LENGTH + 1);
}

#define HTTP_HEAD "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n"

static bool speaks_http;

/* One request is taken to be one segment. Returns false at the end of the connection. */
static bool answer(int fd)
{
    char request[REQUEST_MOST];
    if (recv(fd, request, sizeof request, 0) <= 0) {
        return false;
    }
    char reply[sizeof HTTP_HEAD + REPLY_LENGTH] = HTTP_HEAD;
    const size_t head = speaks_http ? sizeof HTTP_HEAD - 1 : 0;
    format_reply(reply + head);
    return send(fd, reply, head + REPLY_LENGTH, MSG_NOSIGNAL) == (ssize_t)(head + REPLY_LENGTH);
}

static void *serve_connection(void *arg)
{
    const int fd = (int)(long)arg;
    while (answer(fd)) {
    }
    close(fd);
    return NULL;
}

static void *thread_model(void *arg)
{
    const int listener = (int)(long)arg;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    for (;;) {
        const int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        pthread_t thread;
        if (fd >= 0 && pthread_create(&thread, &attributes, serve_connection, (void *)(long)fd) != 0) {
            close(fd);
        }
    }
    return NULL;
}

static bool greets;

static void greet(int fd)
{
    char reply[REPLY_LENGTH + 1];
    format_reply(reply);
    send(fd, reply, REPLY_LENGTH, MSG_NOSIGNAL);
    close(fd);
}

static void *epoll_model(void *arg)
{
    const int listener = (int)(long)arg;
    const int loop = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN | EPOLLEXCLUSIVE, .data.fd = listener};
    epoll_ctl(loop, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        struct epoll_event ready[EVENTS_MOST];
        const int count = epoll_wait(loop, ready, EVENTS_MOST, -1);
        for (int i = 0; i < count; i++) {
            const int fd = ready[i].data.fd;
            if (fd == listener) {
                const int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
                event = (struct epoll_event){.events = EPOLLIN, .data.fd = accepted};
                if (accepted >= 0 && greets) {
                    greet(accepted);
                } else if (accepted >= 0) {
                    epoll_ctl(loop, EPOLL_CTL_ADD, accepted, &event);
                }
            } else if (!answer(fd)) {
                close(fd);
            }
        }
    }
    return NULL;
}

static int listen_somewhere(int flags, unsigned short *port)
{
    const int one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); /* accepted sockets inherit it */
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, BACKLOG) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        die("listen");
    }
    *port = ntohs(address.sin_port);
    return listener;
}

int main(int argc, char **argv)
{
    greets = argc == 2 && strcmp(argv[1], "greet") == 0;
    speaks_http = argc == 2 && strcmp(argv[1], "http") == 0;
    const bool is_epoll = greets || speaks_http || (argc == 2 && strcmp(argv[1], "epoll") == 0);
    if (argc != 2 || (!is_epoll && strcmp(argv[1], "thread") != 0)) {
        fprintf(stderr, "usage: probe_server thread|epoll|greet|http\n");
        return 2;
    }
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    unsigned short port = 0;
    const int listener = listen_somewhere(is_epoll ? SOCK_NONBLOCK : 0, &port);
    const long threads = is_epoll ? sysconf(_SC_NPROCESSORS_ONLN) : 1;
    for (long i = 0; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, is_epoll ? epoll_model : thread_model, (void *)(long)listener) != 0) {
            die("pthread_create");
        }
    }
    printf("port %u\n", port);
    fflush(stdout);
    char byte = 0;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    return 0;
}
