/* What the TIME server is made of: clock, log of connections, listener, names. */
#include "tests/unit/server/time/time_helpers.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <time.h>

#include "base/deadlines.h"
#include "server/time/connection_log.h"
#include "server/time/service.h"
#include "server/time/wall_clock.h"

TEST(the_wall_clock_gives_local_time)
{
    static const time_t times[] = {0, 0, 1, 1, 86399, 86400, 951782400, 1711846799, 1711846800, 1729990800, -1};
    struct wall_clock clock;
    wall_clock_init(&clock);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char text[PROTOCOL_CLOCK_SIZE + 1] = "";
        wall_clock_format(&clock, times[i], text);
        struct tm local;
        char expected[16];
        localtime_r(&times[i], &local);
        strftime(expected, sizeof expected, "%H:%M:%S", &local);
        assert_string_equal(text, expected);
    }
}

TEST(log_keeps_the_newest_in_order)
{
    struct connection_log *const log = aligned_alloc(64, sizeof *log);
    assert_non_null(log);
    memset(log, 0, sizeof *log);
    for (uint64_t i = 1; i <= CONNECTION_LOG_ROWS + 1000; i++) {
        assert_int_equal(connection_log_add(log, i * 10), i);
    }
    uint64_t cursor = 7;
    uint64_t next = 1001;
    struct time_log rows[300];
    for (size_t got = 0; (got = connection_log_read(log, &cursor, rows, 300)) > 0;) {
        for (size_t i = 0; i < got; i++, next++) {
            assert_int_equal(rows[i].number, next);
            assert_int_equal(rows[i].at_ns, next * 10);
        }
        assert_int_equal(cursor, next - 1);
    }
    assert_int_equal(next, CONNECTION_LOG_ROWS + 1001);
    free(log);
}

TEST(accepted_sockets_inherit_their_options)
{
    struct time_server_config config = quiet_config(TIME_MODEL_THREAD);
    config.idle_ms = 4000;
    struct time_service *service = NULL;
    struct err err = {0};
    OK(service_create(&config, &service, &err));
    const struct net_address *const address = &service_config(service)->address;
    const int client = make_socket();
    assert_int_equal(connect(client, (const struct sockaddr *)&address->storage, address->length), 0);
    service_set_blocking(service, true);
    struct accepted accepted;
    assert_true(service_take_slot(service));
    assert_int_equal(service_accept(service, SOCK_CLOEXEC, &accepted), ACCEPTING_TAKEN);
    const int fd = accepted.fd;
    assert_int_equal(accepted.number, 1);

    int no_delay = 0;
    socklen_t length = sizeof no_delay;
    assert_int_equal(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &length), 0);
    assert_int_equal(no_delay, 1);
    static const int options[] = {SO_RCVTIMEO, SO_SNDTIMEO};
    for (size_t i = 0; i < 2; i++) {
        struct timeval idle = {0};
        length = sizeof idle;
        assert_int_equal(getsockopt(fd, SOL_SOCKET, options[i], &idle, &length), 0);
        assert_int_equal(idle.tv_sec, 4);
    }
    assert_int_equal(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    close(client);
    close(fd);
    service_closed(service);
    service_destroy(service);
}

TEST(deadlines_come_in_order)
{
    struct deadlines deadlines;
    struct deadline each[3] = {0};
    deadlines_init(&deadlines, 100);
    assert_null(deadlines_first(&deadlines));
    assert_true(deadlines_next(&deadlines) == DEADLINE_NEVER);
    for (uint64_t i = 0; i < 3; i++) {
        deadlines_set(&deadlines, &each[i], i);
    }
    assert_ptr_equal(deadlines_first(&deadlines), &each[0]);
    assert_int_equal(deadlines_next(&deadlines), 100);
    deadlines_set(&deadlines, &each[0], 7);
    assert_ptr_equal(deadlines_first(&deadlines), &each[1]);
    deadline_clear(&each[1]);
    assert_false(deadline_is_set(&each[1]));
    deadline_clear(&each[1]);
    assert_ptr_equal(deadlines_first(&deadlines), &each[2]);
    deadline_clear(&each[2]);
    deadlines_set(&deadlines, &each[0], 9);
    assert_ptr_equal(deadlines_first(&deadlines), &each[0]);
    assert_int_equal(deadlines_next(&deadlines), 109);
    deadline_clear(&each[0]);
    assert_null(deadlines_first(&deadlines));
}

TEST(models_have_names)
{
    for (enum time_model model = 0; model < TIME_MODEL_COUNT; model++) {
        assert_int_equal(time_model_from_name(time_model_name(model)), model);
    }
    assert_string_equal(time_model_name(TIME_MODEL_THREAD), "thread");
    assert_int_equal(time_model_from_name("fork"), TIME_MODEL_COUNT);
}
