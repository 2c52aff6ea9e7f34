/* A run queue with a real store, TIME server and event ring, in its own directory; the load generator is a script. */
#ifndef KONEKSI_TESTS_UNIT_SERVER_LAB_LAB_FIXTURE_H
#define KONEKSI_TESTS_UNIT_SERVER_LAB_LAB_FIXTURE_H

#include <pthread.h>

#include "server/lab/queue/run_queue.h"
#include "tests/unit/server/lab/fake_generator.h"
#include "web/api/publisher.h"

enum { HANG_S = 120, COUNT = 5 };

struct lab {
    struct fake_generator fake;
    char database[64];
    struct store *store;
    struct live *live;
    struct publisher publisher;
    struct time_server *server;
    struct run_queue *queue;
    struct run *run;
    struct live_subscriber *subscriber;
    pthread_mutex_t lock;
    pthread_cond_t news;
    unsigned wakes;
};

/* Waits for the next event; a hang fails the test. */
void wait_for_news(struct lab *lab, const struct timespec *give_up);
struct timespec hang_time(void);
int make_lab(void **state);
int drop_lab(void **state);

#define LAB_TEST(name) TEST_IN(name, make_lab, drop_lab)

void start_queue_with(struct lab *lab, const char *script, struct run_queue_config config);
void start_queue(struct lab *lab, const char *script);
struct run_spec make_spec(void);
int64_t submit(struct lab *lab);
int64_t submit_builtin(struct lab *lab);
struct run *get(struct lab *lab, int64_t id);
void assert_adds_up(const struct run *run);
struct run *wait_over(struct lab *lab, int64_t id);
/* Waits until the queue has a sample of the run with `started` clients. */
void wait_started(struct lab *lab, int64_t id, uint64_t started);
/* A queue with this script, and its one run to the end. */
struct run *run_script(struct lab *lab, const char *script);

#endif
