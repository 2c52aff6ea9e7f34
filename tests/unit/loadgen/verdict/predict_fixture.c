#include "tests/unit/loadgen/verdict/predict_fixture.h"

void set_server(struct machine *machine, enum model model)
{
    machine->given.server = (struct predict_server){.known = model != NO_MODEL,
                                                    .threads = model == THREADS,
                                                    .bytes = model == THREADS ? 37000 : 1600,
                                                    .workers = model == POOL ? 64 : 0,
                                                    .backlog = 4096,
                                                    .reserved_fds = 128,
                                                    .thread_budget = 1024,
                                                    .data_budget = 1500,
                                                    .map_budget = 32500};
}

struct machine make_machine(enum run_mode mode, bool hold, uint64_t count)
{
    struct machine machine = {.count = 0};
    run_spec_init(&machine.spec);
    machine.spec.mode = mode;
    machine.spec.count = count;
    machine.spec.hold = hold;
    machine.spec.pool_size = 100000;
    machine.given = (struct predict_case){.cores = 2, .loopback = NET_LOOPBACK_IPV4};
    set_server(&machine, EPOLL);
    return machine;
}

void add(struct machine *machine, enum limit_id id, enum limit_side side, uint64_t value, uint64_t used)
{
    static const enum limit_scope scopes[LIMIT_COUNT] = {
        [LIMIT_NPROC] = LIMIT_SCOPE_USER,        [LIMIT_PIDS_MAX] = LIMIT_SCOPE_CGROUP,
        [LIMIT_MEMORY_MAX] = LIMIT_SCOPE_CGROUP, [LIMIT_THREADS_MAX] = LIMIT_SCOPE_MACHINE,
        [LIMIT_PID_MAX] = LIMIT_SCOPE_MACHINE,   [LIMIT_OVERCOMMIT] = LIMIT_SCOPE_MACHINE,
        [LIMIT_MEMORY] = LIMIT_SCOPE_MACHINE,    [LIMIT_PORT_RANGE] = LIMIT_SCOPE_MACHINE,
        [LIMIT_SOMAXCONN] = LIMIT_SCOPE_MACHINE, [LIMIT_BACKLOG] = LIMIT_SCOPE_SOCKET,
        [LIMIT_TCP_MEM] = LIMIT_SCOPE_MACHINE,   [LIMIT_TCP_MAX_ORPHANS] = LIMIT_SCOPE_MACHINE,
        [LIMIT_CONNTRACK] = LIMIT_SCOPE_MACHINE, [LIMIT_FILE_MAX] = LIMIT_SCOPE_MACHINE,
        [LIMIT_MEMLOCK] = LIMIT_SCOPE_USER,      [LIMIT_CPU_MAX] = LIMIT_SCOPE_CGROUP,
    };
    machine->values[machine->count++] =
        (struct limit_value){.id = id, .side = side, .scope = scopes[id], .value = value, .used = used};
}

struct prediction ask(struct machine *machine)
{
    struct prediction prediction;
    machine->given.spec = &machine->spec;
    predict(&machine->given, machine->values, machine->count, &prediction);
    return prediction;
}

uint64_t least(const struct prediction *prediction)
{
    return prediction->count == 0 ? NONE : prediction->ceilings[0].clients;
}
