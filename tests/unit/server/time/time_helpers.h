/* For the tests of the TIME server: a server on a free port, and clients that fail the test where they should not wait
 * or hear something else. */
#ifndef KONEKSI_TESTS_UNIT_SERVER_TIME_TIME_HELPERS_H
#define KONEKSI_TESTS_UNIT_SERVER_TIME_TIME_HELPERS_H

#include <unistd.h>

#include "base/clock.h"
#include "server/time/time_server.h"
#include "tests/unit/test.h"

#define INVALID "Invalid request\r\n"
#define PATIENCE_S 60 /* only against a hang */

/* A test that runs under each model has the model as its state. */
enum time_model model_of(void **state);
/* Runs each of the program's cases under each model that can be used here, as "name (model)". */
int run_under_each_model(void);
/* Threads of a server that has no connection. */
uint64_t threads_at_rest(const struct time_server_config *config);

struct time_server_config quiet_config(enum time_model model);
struct time_server *start(const struct time_server_config *config);
/* As many connections at once as `budget`, whatever RLIMIT_NOFILE is. */
struct time_server *start_with_budget(enum time_model model, uint64_t budget, int backlog);

int make_socket(void);
void connect_socket(int fd, const struct time_server *server);
int connect_to(const struct time_server *server);
void say(int fd, const char *text);
/* What the next single recv gives. */
ssize_t hear(int fd, char text[256]);

void assert_hears(int fd, const char *expected);
void assert_hears_time(int fd);
void ask(int fd);
void assert_end_of_stream(int fd);
void assert_reset(int fd);
/* Sends lines and reads no reply, until the server's thread has had to wait in send for a while. */
int connect_deaf(const struct time_server *server);

struct time_stats stats_of(const struct time_server *server);

/* Waits until a condition on `stats` holds. */
#define AWAIT(server, condition)                                                                                       \
    do {                                                                                                               \
        const uint64_t deadline = clock_now_ns() + PATIENCE_S * NS_PER_S;                                              \
        for (struct time_stats stats = stats_of(server); !(condition); stats = stats_of(server)) {                     \
            if (clock_now_ns() > deadline) {                                                                           \
                fail_msg("never: %s", #condition);                                                                     \
            }                                                                                                          \
            usleep(500);                                                                                               \
        }                                                                                                              \
    } while (0)

#endif
