/* What holds a port: a server, an outgoing connection, nothing. The holder is always this process. */

#include <netinet/in.h>
#include <unistd.h>

#include "base/net.h"
#include "base/port_holder.h"
#include "tests/unit/test.h"

static struct net_address somewhere(void)
{
    struct net_address address;
    struct err err;
    OK(net_parse("127.0.0.1:0", &address, &err));
    return address;
}

static int listen_somewhere(struct net_address *address)
{
    struct err err;
    int fd = -1;
    *address = somewhere();
    OK(net_listen(address, 1, &fd, &err));
    return fd;
}

static void own_name(const char *before, char text[128])
{
    char name[32] = "";
    FILE *const file = fopen("/proc/self/comm", "re");
    assert_non_null(file);
    assert_non_null(fgets(name, sizeof name, file));
    fclose(file);
    name[strcspn(name, "\n")] = '\0';
    snprintf(text, 128, "%s%d (%s)", before, getpid(), name);
}

TEST(server_on_the_port_is_named)
{
    struct net_address address;
    const int fd = listen_somewhere(&address);
    struct net_address wanted = address;
    struct err err;
    int other = -1;
    char expected[128];
    assert_int_equal(net_listen(&wanted, 1, &other, &err), RESULT_SYSTEM);
    own_name("EADDRINUSE (Address already in use); held by ", expected);
    assert_non_null(strstr(err.message, expected));
    assert_null(strstr(err.message, "reserved_ports"));
    close(fd);
}

TEST(outgoing_connection_on_the_port_is_named)
{
    struct net_address server;
    const int listener = listen_somewhere(&server);
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(client, (const struct sockaddr *)&server.storage, server.length), 0);
    struct net_address wanted = {.length = sizeof wanted.storage};
    assert_int_equal(getsockname(client, (struct sockaddr *)&wanted.storage, &wanted.length), 0);
    struct err err;
    int fd = -1;
    char expected[128];
    assert_int_equal(net_listen(&wanted, 1, &fd, &err), RESULT_SYSTEM);
    own_name("EADDRINUSE (Address already in use); held by an outgoing connection of ", expected);
    assert_non_null(strstr(err.message, expected));
    /* The kernel has just given it away. */
    assert_non_null(strstr(err.message, "net.ipv4.ip_local_reserved_ports"));
    close(client);
    close(listener);
}

TEST(server_on_ipv6_is_named)
{
    struct net_address address;
    struct err err;
    int fd = -1;
    OK(net_parse("[::1]:0", &address, &err));
    if (net_listen(&address, 1, &fd, &err) != RESULT_OK) {
        SKIP_BECAUSE("this machine has no IPv6");
    }
    char text[PORT_HOLDER_SIZE];
    char expected[128];
    port_holder_describe(net_port(&address), text);
    own_name("; held by ", expected);
    assert_string_equal(text, expected);
    close(fd);
}

TEST(nothing_is_said_of_a_port_that_nobody_has)
{
    char text[PORT_HOLDER_SIZE];
    port_holder_describe(1, text);
    assert_string_equal(text, "");
}
