/* The ceiling that each limit sets, and the least of many. What is made of them is in test_prediction.c. */

#include "tests/unit/loadgen/verdict/predict_fixture.h"

/* --- each limit, each side, each mode --- */

#define KIB 1024ULL

struct row {
    enum limit_id id;
    enum limit_side side;
    enum model model;
    uint64_t value;
    uint64_t used;
    uint64_t thread; /* the ceilings by mode */
    uint64_t pool;
    uint64_t process;
    uint64_t event;
};

static const struct row rows[] = {
    /* 7 descriptors are the generator's, one more for each core's loop; a process has a table of its own */
    {LIMIT_NOFILE, CLIENT, EPOLL, 1024, 500, 1017, 1017, NONE, 1015},
    {LIMIT_NOFILE, SERVER, EPOLL, 1024, 20, 896, 896, 896, 896},
    {LIMIT_NOFILE, SERVER, THREADS, 1024, 20, 896, 896, 896, 896},
    {LIMIT_NOFILE, CLIENT, EPOLL, LIMIT_UNLIMITED, 1, NONE, NONE, NONE, NONE},
    {LIMIT_NOFILE, CLIENT, EPOLL, 5, 1, 0, 0, 0, 0},
    /* the generator's own tasks: 3, of process mode 1 */
    {LIMIT_NPROC, CLIENT, EPOLL, 700, 97, 600, 600, 602, NONE},
    {LIMIT_NPROC, CLIENT, THREADS, 700, 97, 300, 300, 301, NONE},
    {LIMIT_NPROC, SERVER, THREADS, 700, 97, 300, 300, 301, 598},
    {LIMIT_NPROC, SERVER, EPOLL, 700, 97, NONE, NONE, NONE, NONE},
    {LIMIT_PIDS_MAX, CLIENT, EPOLL, 1000, 10, 987, 987, 989, NONE},
    {LIMIT_PIDS_MAX, CLIENT, THREADS, 1000, 10, 493, 493, 494, NONE},
    {LIMIT_PIDS_MAX, SERVER, THREADS, 1000, 10, 493, 493, 494, 985},
    {LIMIT_THREADS_MAX, CLIENT, EPOLL, 5000, 97, 4900, 4900, 4902, NONE},
    {LIMIT_THREADS_MAX, SERVER, THREADS, 5000, 97, 2450, 2450, 2451, 4898},
    {LIMIT_PID_MAX, CLIENT, EPOLL, 32768, 397, 32368, 32368, 32370, NONE},
    {LIMIT_PID_MAX, SERVER, THREADS, 32768, 397, 16184, 16184, 16185, 32366},
    {LIMIT_MAX_MAP_COUNT, CLIENT, EPOLL, 65530, 500, 32756, 32756, NONE, NONE},
    {LIMIT_MAX_MAP_COUNT, SERVER, THREADS, 65530, 530, 32500, 32500, 32500, 32500},
    {LIMIT_MAX_MAP_COUNT, SERVER, EPOLL, 65530, 530, NONE, NONE, NONE, NONE},
    {LIMIT_AS, CLIENT, EPOLL, 128 * MIB, 1, 1734, 1734, NONE, NONE},
    {LIMIT_AS, SERVER, THREADS, 100 * MIB, 80 * MIB, 1024, 1024, 1024, 1024},
    {LIMIT_AS, SERVER, EPOLL, 100 * MIB, 80 * MIB, NONE, NONE, NONE, NONE},
    {LIMIT_DATA, CLIENT, EPOLL, 64 * MIB, LIMIT_UNKNOWN, 999, 999, NONE, NONE},
    {LIMIT_DATA, SERVER, THREADS, 64 * MIB, 20 * MIB, 1500, 1500, 1500, 1500},
    {LIMIT_DATA, SERVER, EPOLL, 64 * MIB, 20 * MIB, NONE, NONE, NONE, NONE},
    /* a client of the server's thread model is two threads, of 38 and 37 kB */
    {LIMIT_MEMORY_MAX, CLIENT, EPOLL, 41000000, 0, 1000, 1000, 333, 6387},
    {LIMIT_MEMORY_MAX, CLIENT, THREADS, 76400000, 0, 1000, 1000, 487, 1802},
    {LIMIT_MEMORY, CLIENT, EPOLL, 41000000, 0, 1000, 1000, 242, 6387},
    {LIMIT_MEMORY, SERVER, EPOLL, 41000000, 0, 1000, 1000, 242, 6387},
    {LIMIT_OVERCOMMIT, CLIENT, EPOLL, 100 * MIB, 0, 1290, 1290, 165, NONE},
    {LIMIT_OVERCOMMIT, SERVER, THREADS, 100 * MIB, 0, 1033, 1033, 160, 5185},
    {LIMIT_FILE_MAX, CLIENT, EPOLL, 10000, 993, 4500, 4500, 4500, 4500},
    {LIMIT_FILE_MAX, SERVER, EPOLL, 10000, 993, 4500, 4500, 4500, 4500},
    {LIMIT_CONNTRACK, CLIENT, EPOLL, 5000, 100, 4900, 4900, 4900, 4900},
    {LIMIT_CONNTRACK, CLIENT, EPOLL, 5000, 0, NONE, NONE, NONE, NONE}, /* loaded, but nothing is tracked */
    {LIMIT_CONNTRACK, SERVER, EPOLL, 5000, 100, NONE, NONE, NONE, NONE},
    {LIMIT_PORT_RANGE, CLIENT, EPOLL, 2, 1, 8192, 8192, 8192, 8192}, /* of each of 4,096 source addresses */
    {LIMIT_MEMLOCK, CLIENT, EPOLL, 1 * MIB, LIMIT_UNKNOWN, NONE, NONE, NONE, NONE}, /* room for rings: see below */
    /* these stop nobody */
    {LIMIT_STACK, CLIENT, EPOLL, 1, 0, NONE, NONE, NONE, NONE},
    {LIMIT_CPU, CLIENT, EPOLL, 1, 0, NONE, NONE, NONE, NONE},
    {LIMIT_FSIZE, CLIENT, EPOLL, 1, 0, NONE, NONE, NONE, NONE},
    {LIMIT_CPU_MAX, CLIENT, EPOLL, 1, 0, NONE, NONE, NONE, NONE},
    {LIMIT_MEMORY_HIGH, CLIENT, EPOLL, 1, 0, NONE, NONE, NONE, NONE},
    {LIMIT_TCP_MAX_SYN_BACKLOG, SERVER, EPOLL, 1, 0, NONE, NONE, NONE, NONE},
    {LIMIT_TCP_MAX_TW_BUCKETS, CLIENT, EPOLL, 1, 0, NONE, NONE, NONE, NONE},
    {LIMIT_SOMAXCONN, SERVER, EPOLL, 1, 0, NONE, NONE, NONE, NONE},
    {LIMIT_BACKLOG, SERVER, EPOLL, 1, 0, NONE, NONE, NONE, NONE},
    {LIMIT_TCP_MAX_ORPHANS, CLIENT, EPOLL, 1, 0, NONE, NONE, NONE, NONE},
    {LIMIT_TCP_MEM, CLIENT, EPOLL, 1, 0, NONE, NONE, NONE, NONE},
    {LIMIT_NR_OPEN, CLIENT, EPOLL, 1024, 500, 1017, 1017, NONE, 1015},
};

TEST(each_limit_of_each_side_stops_each_mode_at_its_ceiling)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct row *const row = &rows[i];
        const uint64_t expected[] = {[MODE_THREAD] = row->thread,
                                     [MODE_POOL] = row->pool,
                                     [MODE_PROCESS] = row->process,
                                     [MODE_EVENT] = row->event,
                                     [MODE_URING] = row->event};
        assert_int_equal(COUNT_OF(expected), MODE_COUNT);
        for (enum run_mode mode = 0; mode < MODE_COUNT; mode++) {
            struct machine machine = make_machine(mode, true, 10);
            set_server(&machine, row->model);
            add(&machine, row->id, row->side, row->value, row->used);
            const struct prediction prediction = ask(&machine);
            const uint64_t got = mode == MODE_POOL && least(&prediction) == 100000 ? NONE : least(&prediction);
            if (got != expected[mode]) {
                print_message("%s, row %zu, %s\n", limit_name(row->id), i, run_mode_name(mode));
            }
            assert_true(got == expected[mode]);
            if (got != NONE) {
                assert_int_equal(prediction.ceilings[0].limit, row->id);
                assert_int_equal(prediction.ceilings[0].side, row->side);
                assert_true(prediction.ceilings[0].value == row->value);
            }
        }
    }
}

TEST(every_limit_is_in_the_table_above)
{
    bool seen[LIMIT_COUNT] = {false};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        seen[rows[i].id] = true;
    }
    for (size_t id = 0; id < LIMIT_COUNT; id++) {
        assert_true(seen[id]);
    }
}

/* --- the least of many --- */

TEST(the_least_is_named_and_the_next_one_after_it)
{
    struct machine machine = make_machine(MODE_THREAD, true, 5000);
    add(&machine, LIMIT_NOFILE, CLIENT, 20000, 9);
    add(&machine, LIMIT_PIDS_MAX, CLIENT, 4096, 12);
    add(&machine, LIMIT_NOFILE, SERVER, 10128, 30);
    add(&machine, LIMIT_PIDS_MAX, SERVER, 4096, 12);
    const struct prediction prediction = ask(&machine);
    assert_int_equal(prediction.count, 2);
    assert_int_equal(prediction.ceilings[0].clients, 4081);
    assert_false(prediction.ceilings[0].shared);
    assert_int_equal(prediction.ceilings[1].clients, 10000);
    assert_int_equal(prediction.ceilings[1].limit, LIMIT_NOFILE);
    assert_int_equal(prediction.ceilings[1].side, SERVER);
    assert_string_equal(prediction.sentence,
                        "5,000 held threads: they stop at 4,081 because of pids.max 4,096 on the client side");
}

/* Both sides are in the same group: it is not also the next limit after itself. */
TEST(a_limit_that_both_sides_share_is_listed_once)
{
    struct machine machine = make_machine(MODE_THREAD, true, 5000);
    set_server(&machine, THREADS);
    add(&machine, LIMIT_PIDS_MAX, CLIENT, 4096, 13);
    add(&machine, LIMIT_PIDS_MAX, SERVER, 4096, 13);
    const struct prediction prediction = ask(&machine);
    assert_int_equal(prediction.count, 1);
    assert_int_equal(prediction.ceilings[0].clients, 2040);
    assert_true(prediction.ceilings[0].shared);
    assert_string_equal(prediction.sentence,
                        "5,000 held threads: they stop at 2,040 because of pids.max 4,096, shared by both sides");
}

/* RLIMIT_NPROC counts the tasks of the user, on both sides. */
TEST(a_lower_limit_of_the_server_is_listed_too)
{
    struct machine machine = make_machine(MODE_PROCESS, true, 500);
    set_server(&machine, THREADS);
    add(&machine, LIMIT_NPROC, CLIENT, 1000, 9);
    add(&machine, LIMIT_NPROC, SERVER, 510, 9);
    const struct prediction prediction = ask(&machine);
    assert_int_equal(prediction.count, 2);
    assert_int_equal(prediction.ceilings[0].clients, 250);
    assert_int_equal(prediction.ceilings[0].side, SERVER);
    assert_int_equal(prediction.ceilings[1].clients, 495);
}

/* On two cores each of two generators has two rings of 40 KiB and the one by which it checks, of 8 KiB. */
TEST(rings_that_rlimit_memlock_has_no_room_for_carry_nobody)
{
    static const struct {
        enum run_mode mode;
        uint64_t ranks, value, ceiling;
        const char *exempt;
    } cases[] = {
        {MODE_URING, 1, 88 * KIB - 1, 0, NULL},
        {MODE_URING, 1, 88 * KIB, NONE, NULL},
        {MODE_URING, 2, 88 * KIB, 0, NULL},
        {MODE_URING, 2, 176 * KIB, NONE, NULL},
        {MODE_URING, 1, 0, NONE, "exempt by capability"},
        {MODE_URING, 1, LIMIT_UNLIMITED, NONE, NULL},
        {MODE_EVENT, 1, 0, NONE, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct machine machine = make_machine(cases[i].mode, i % 2 == 0, 10);
        machine.spec.ranks = cases[i].ranks;
        machine.given.terms.memlock_exempt = cases[i].exempt;
        add(&machine, LIMIT_MEMLOCK, CLIENT, cases[i].value, LIMIT_UNKNOWN);
        add(&machine, LIMIT_MEMLOCK, SERVER, cases[i].value, LIMIT_UNKNOWN);
        const struct prediction prediction = ask(&machine);
        assert_true(least(&prediction) == cases[i].ceiling);
        if (cases[i].ceiling == 0) {
            assert_int_equal(prediction.count, 1);
            assert_int_equal(prediction.ceilings[0].limit, LIMIT_MEMLOCK);
            assert_int_equal(prediction.ceilings[0].side, CLIENT);
            assert_int_equal(prediction.ceilings[0].needed, cases[i].ranks * 88 * KIB);
        }
    }
}

TEST(rlimit_nproc_does_not_bind_root)
{
    struct machine machine = make_machine(MODE_THREAD, true, 100);
    machine.given.terms.nproc_exempt = "root is exempt";
    add(&machine, LIMIT_NPROC, CLIENT, 50, 9);
    const struct prediction prediction = ask(&machine);
    assert_int_equal(prediction.count, 0);
    assert_string_equal(prediction.sentence, "100 held threads: no known limit stops them");
}

TEST(another_server_s_limits_are_not_known)
{
    struct machine machine = make_machine(MODE_PROCESS, true, 50000);
    set_server(&machine, NO_MODEL);
    machine.given.loopback = NET_LOOPBACK_NOT;
    add(&machine, LIMIT_PORT_RANGE, CLIENT, 28232, LIMIT_UNKNOWN);
    add(&machine, LIMIT_FILE_MAX, CLIENT, 50007, 0);
    add(&machine, LIMIT_NOFILE, SERVER, 200, 0);
    const struct prediction prediction = ask(&machine);
    assert_int_equal(prediction.ceilings[0].clients, 28232);
    assert_int_equal(prediction.ceilings[1].clients, 50000);
}

/* It is seen through the panel of its own machine. */
TEST(a_server_elsewhere_takes_nothing_of_this_machine)
{
    struct machine machine = make_machine(MODE_EVENT, true, 1000);
    set_server(&machine, THREADS);
    add(&machine, LIMIT_FILE_MAX, CLIENT, 407, 0);
    const struct prediction here = ask(&machine);
    assert_int_equal(least(&here), 200);
    assert_true(here.ceilings[0].shared);
    machine.given.server.elsewhere = true;
    const struct prediction elsewhere = ask(&machine);
    assert_int_equal(least(&elsewhere), 400);
    assert_false(elsewhere.ceilings[0].shared);
}

/* A port is the client's alone, however many addresses there are. */
TEST(ports_are_not_shared_with_the_server)
{
    struct machine machine = make_machine(MODE_EVENT, true, 1000);
    set_server(&machine, THREADS);
    machine.given.loopback = NET_LOOPBACK_NOT;
    add(&machine, LIMIT_PORT_RANGE, CLIENT, 150, LIMIT_UNKNOWN);
    const struct prediction prediction = ask(&machine);
    assert_int_equal(least(&prediction), 150);
    assert_false(prediction.ceilings[0].shared);
}

TEST(the_same_ports_serve_each_target)
{
    struct machine machine = make_machine(MODE_EVENT, true, 1000);
    set_server(&machine, NO_MODEL);
    machine.given.loopback = NET_LOOPBACK_NOT;
    add(&machine, LIMIT_PORT_RANGE, CLIENT, 150, LIMIT_UNKNOWN);
    snprintf(machine.spec.target, sizeof machine.spec.target, "10.9.0.2:45001-45003,10.9.0.3:45001");
    const struct prediction prediction = ask(&machine);
    assert_int_equal(least(&prediction), 4 * 150);
}

/* What is closed waits a second where connect(2) may take its port, else a minute. */
TEST(closed_connections_may_leave_too_few_ports)
{
    static const struct {
        uint64_t reuse, sources, count, closed, seconds;
        enum net_loopback loopback;
        bool lacks;
    } cases[] = {
        {2, 0, 150, 0, 60, NET_LOOPBACK_NOT, false},    {2, 0, 150, 30, 60, NET_LOOPBACK_NOT, false},
        {2, 0, 150, 31, 60, NET_LOOPBACK_NOT, true},    {1, 0, 150, 31, 1, NET_LOOPBACK_NOT, true},
        {0, 0, 150, 31, 60, NET_LOOPBACK_NOT, true},    {2, 0, 150, 31, 1, NET_LOOPBACK_ANY, true},
        {0, 0, 150, 31, 60, NET_LOOPBACK_ANY, true},    {2, 0, 300, 1, 60, NET_LOOPBACK_NOT, true},
        {2, 0, 300, 5000, 1, NET_LOOPBACK_IPV4, false}, {2, 2, 300, 60, 1, NET_LOOPBACK_IPV4, false},
        {0, 2, 300, 61, 60, NET_LOOPBACK_IPV4, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct machine machine = make_machine(MODE_EVENT, true, cases[i].count);
        const struct limit_value ports = {.id = LIMIT_PORT_RANGE, .side = CLIENT, .value = 200, .used = LIMIT_UNKNOWN};
        machine.given.spec = &machine.spec;
        machine.given.loopback = cases[i].loopback;
        machine.given.terms.tw_reuse = cases[i].reuse;
        machine.spec.sources = cases[i].sources;
        assert_int_equal(predict_time_wait_s(&machine.given), cases[i].seconds);
        assert_int_equal(predict_lacks_ports(&machine.given, &ports, cases[i].closed), cases[i].lacks);
    }
}

TEST(open_connections_use_threads_of_the_server)
{
    struct machine machine = make_machine(MODE_EVENT, true, 5000);
    set_server(&machine, THREADS);
    machine.given.server.live = 24;
    add(&machine, LIMIT_AS, SERVER, 200 * MIB, 80 * MIB);
    const struct prediction prediction = ask(&machine);
    assert_int_equal(least(&prediction), 1000);
}

TEST(a_limit_that_the_generator_itself_exceeds_carries_no_client)
{
    struct machine machine = make_machine(MODE_EVENT, true, 100);
    add(&machine, LIMIT_PIDS_MAX, CLIENT, 12, 11);
    add(&machine, LIMIT_PIDS_MAX, SERVER, 12, 11);
    const struct prediction prediction = ask(&machine);
    assert_int_equal(prediction.count, 1);
    assert_int_equal(least(&prediction), 0);
    assert_int_equal(prediction.ceilings[0].limit, LIMIT_PIDS_MAX);
    assert_int_equal(prediction.ceilings[0].side, CLIENT);
}

/* Loops whose thread has no room are left out, but for the first. */
TEST(one_loop_of_the_generator_suffices)
{
    struct machine machine = make_machine(MODE_EVENT, true, 100);
    add(&machine, LIMIT_PIDS_MAX, CLIENT, 14, 11);
    const struct prediction none = ask(&machine);
    assert_int_equal(least(&none), 0);
    assert_int_equal(none.ceilings[0].needed, 15);
    machine.values[0].value = 15; /* with two loops 16 */
    assert_int_equal(ask(&machine).count, 0);
    machine.spec.ranks = 2; /* one of them might take both loops */
    machine.values[0].value = 30;
    assert_int_equal(ask(&machine).ceilings[0].needed, 11 + 2 * 8 + 4);
}

TEST(descriptors_end_at_the_kernels_bound_where_that_is_not_above_their_own)
{
    struct machine machine = make_machine(MODE_EVENT, true, 2000);
    add(&machine, LIMIT_NOFILE, CLIENT, 1024, 0);
    add(&machine, LIMIT_NR_OPEN, CLIENT, 1024, 0);
    const struct prediction equal = ask(&machine);
    assert_int_equal(equal.ceilings[0].limit, LIMIT_NR_OPEN);
    assert_int_equal(equal.ceilings[1].limit, LIMIT_NOFILE);
    machine.values[1].value = 1025;
    const struct prediction more = ask(&machine);
    assert_int_equal(more.ceilings[0].limit, LIMIT_NOFILE);
}

TEST(what_can_be_promised_leaves_the_reserves_to_others)
{
    struct machine machine = make_machine(MODE_THREAD, true, 1000);
    machine.spec.stack_kib = 4096;
    add(&machine, LIMIT_OVERCOMMIT, CLIENT, 1000 * MIB, 0);
    const struct prediction without = ask(&machine);
    assert_int_equal(least(&without), 245);
    machine.given.terms.commit_for_others = 128 * MIB;
    const struct prediction part = ask(&machine);
    assert_int_equal(least(&part), 237); /* 31 MiB of the reserve */
    machine.given.terms.commit_for_others = 8 * MIB;
    const struct prediction all = ask(&machine);
    assert_int_equal(least(&all), 243);
    machine.given.terms.commit_for_root = 40 * MIB;
    const struct prediction with_root = ask(&machine);
    assert_int_equal(least(&with_root), 233);
}

/* 12,410,880 bytes of the generator, 128 of the list, 128 for each client and 4 for each task number. */
TEST(the_list_of_client_processes_is_in_the_address_space)
{
    const uint64_t needed = 12410880 + 128 + 128 * 300 + 4 * 4194305ULL;
    struct machine machine = make_machine(MODE_PROCESS, true, 300);
    machine.given.terms.threads_max = 190000;
    machine.given.terms.pid_max = 4194304;
    add(&machine, LIMIT_AS, CLIENT, 24 * MIB, LIMIT_UNKNOWN);
    add(&machine, LIMIT_DATA, CLIENT, 16 * MIB, LIMIT_UNKNOWN); /* of which it takes nothing */
    const struct prediction none = ask(&machine);
    assert_int_equal(none.count, 1);
    assert_int_equal(least(&none), 0);
    assert_int_equal(none.ceilings[0].limit, LIMIT_AS);
    assert_int_equal(none.ceilings[0].needed, needed);
    machine.values[0].value = needed;
    assert_int_equal(ask(&machine).count, 0);
    machine.given.terms.pid_max = 32768;
    machine.values[0].value = 13 * MIB;
    assert_int_equal(ask(&machine).count, 0);
    machine.spec.mode = MODE_EVENT;
    machine.given.terms.pid_max = 4194304;
    assert_int_equal(ask(&machine).count, 0);
}

TEST(a_larger_stack_leaves_room_for_fewer_threads)
{
    struct machine machine = make_machine(MODE_THREAD, true, 100);
    machine.spec.stack_kib = 256;
    add(&machine, LIMIT_AS, CLIENT, 256 * MIB, 1);
    const struct prediction prediction = ask(&machine);
    assert_int_equal(least(&prediction), 958); /* and 958 is what a run of 3,000 held */
}

TEST(a_pool_bounds_what_is_held)
{
    struct machine machine = make_machine(MODE_POOL, true, 100);
    machine.spec.pool_size = 32;
    set_server(&machine, POOL);
    const struct prediction held = ask(&machine);
    assert_string_equal(held.sentence,
                        "100 held clients of the pool: they stop at 32 because of pool_size 32 on the client side");
    assert_int_equal(held.ceilings[1].clients, 64);
    assert_string_equal(predict_ceiling_name(&held.ceilings[1]), "workers");
    machine.given.server.known = false; /* its workers serve another target */
    assert_int_equal(ask(&machine).count, 1);
    machine.spec.hold = false;
    assert_int_equal(ask(&machine).count, 0);
}

TEST(each_connection_takes_a_descriptor_of_a_server_that_is_watched)
{
    struct machine machine = make_machine(MODE_EVENT, true, 1000);
    machine.given.server = (struct predict_server){.watched = true, .acceptors = 1, .backlog = 128};
    add(&machine, LIMIT_NOFILE, SERVER, 300, 6);
    add(&machine, LIMIT_NPROC, SERVER, 40, 39); /* what it takes of tasks is not known */
    const struct prediction one = ask(&machine);
    assert_string_equal(
        one.sentence,
        "1,000 held clients of the event loops: they stop at 294 because of RLIMIT_NOFILE 300 on the server side");
    assert_true(one.queues);
    machine.given.server.acceptors = 3;
    const struct prediction three = ask(&machine);
    assert_int_equal(least(&three), 882);
    machine.given.server = (struct predict_server){.known = false}; /* its processes are not visible */
    assert_int_equal(ask(&machine).count, 0);
}
