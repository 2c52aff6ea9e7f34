#include "tests/unit/loadgen/watch/child_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loadgen/limits/sources.h"

static void obey(int listener, char order)
{
    static int copies[NOFILE], copied;
    if (order == 'a' && accept(listener, NULL, NULL) < 0) {
        _exit(1);
    }
    if (order == 'u') {
        while (copied < NOFILE && (copies[copied] = dup(listener)) >= 0) {
            copied++;
        }
    }
    while (order == 'c' && copied > 0) {
        close(copies[--copied]);
    }
    if (order == 'f' && fork_mortal() == 0) {
        close(listener);
        while (true) {
            pause();
        }
    }
}

/* It keeps the listening socket, and has no descriptor left. */
static void become_master(void)
{
    const uint64_t used = source_open_fds("");
    if (setrlimit(RLIMIT_NOFILE, &(struct rlimit){used, NOFILE}) != 0) {
        _exit(1);
    }
    while (fork_mortal() != 0) {
        pause();
    }
    if (setrlimit(RLIMIT_NOFILE, &(struct rlimit){NOFILE, NOFILE}) != 0) {
        _exit(1);
    }
}

static void serve(int listener, int orders, int done)
{
    const struct rlimit limit = {NOFILE, NOFILE};
    char order = 0;
    prctl(PR_SET_NAME, "odd \xff name");
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || write(done, "r", 1) != 1) {
        _exit(1);
    }
    while (read(orders, &order, 1) == 1) {
        if (order == 'm') {
            become_master();
        }
        obey(listener, order);
        if (write(done, &order, 1) != 1) {
            break;
        }
    }
    _exit(0);
}

static void wait_for(const struct server *server)
{
    char byte = 0;
    assert_int_equal(read(server->done, &byte, 1), 1);
}

void order(const struct server *server, char what)
{
    assert_int_equal(write(server->orders, &what, 1), 1);
    wait_for(server);
}

void start_server(struct server *server)
{
    struct err err;
    int listener = -1;
    int orders[2] = {-1, -1};
    int done[2] = {-1, -1};
    OK(net_parse("127.0.0.1:0", &server->address, &err));
    OK(net_listen(&server->address, 5, &listener, &err));
    assert_true(fcntl(listener, F_SETFL, 0) == 0);
    assert_true(pipe(orders) == 0 && pipe(done) == 0);
    server->pid = fork_mortal();
    assert_true(server->pid >= 0);
    if (server->pid == 0) {
        close(orders[1]);
        close(done[0]);
        serve(listener, orders[0], done[1]);
    }
    close(listener);
    close(orders[0]);
    close(done[1]);
    server->orders = orders[1];
    server->done = done[0];
    wait_for(server);
}

void end_server(const struct server *server)
{
    assert_int_equal(kill(server->pid, SIGKILL), 0);
    assert_int_equal(waitpid(server->pid, NULL, 0), server->pid);
    close(server->orders);
    close(server->done);
}

int connect_to(const struct server *server)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&server->address.storage, server->address.length), 0);
    return fd;
}
