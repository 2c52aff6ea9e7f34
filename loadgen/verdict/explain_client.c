#include <errno.h>
#include <signal.h>

#include "loadgen/verdict/cost.h"
#include "loadgen/verdict/explain_limits.h"
#include "loadgen/verdict/explain_rules.h"

#define CPU_US_LEAST 900000 /* of each second: the two are counted with different clocks */

/* seccomp, an LSM, a firewall that rejects: no limit gives EPERM or EACCES, nor ENOSYS for io_uring. */
bool explain_not_permitted(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const bool of_ring = failure->call == CALL_IO_URING_SETUP;
    const bool missing = of_ring && failure->error_number == ENOSYS;
    if (failure->call == CALL_SIGSYS) { /* a seccomp profile sends it; so can kill(2) */
        explain_name_reason(REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, CERTAINTY_LIKELY, verdict);
        return true;
    }
    if (failure->error_number != EPERM && failure->error_number != EACCES && !missing) {
        return false;
    }
    /* a firewall's rule on the way gives EACCES as well: see explain_rejected */
    const bool may_be_rule = failure->call == CALL_CONNECT && failure->error_number == EACCES;
    explain_name_reason(REASON_NOT_PERMITTED, FACT_SIDE_CLIENT, may_be_rule ? CERTAINTY_LIKELY : CERTAINTY_PROVED,
                        verdict);
    if (of_ring) {
        struct fact fact = fact_of_kind(FACT_URING);
        fact.about.refusal = facts->run.elsewhere ? URING_ALLOWED : facts->refusal;
        fact.numbers[0] = missing;
        verdict_add(verdict, fact);
    }
    return true;
}

/* Connections in TIME_WAIT, which hold a port each: those of all sockets of this network namespace. */
static uint64_t waiting_ports(const struct diagnose_case *facts, const struct failure *failure)
{
    return explain_used(facts, failure, LIMIT_TCP_MAX_TW_BUCKETS, LIMIT_SIDE_CLIENT);
}

/* Whether the clients had fewer ports than there are without those in TIME_WAIT. */
static bool held_ports(const struct diagnose_case *facts, const struct limit_value *ports)
{
    const struct run_cost cost = cost_of_run(&facts->run, ports);
    const uint64_t free = ports->value > cost.before ? ports->value - cost.before : 0;
    return facts->connections < free * cost.clients / cost.each;
}

/* EADDRNOTAVAIL is also given for an address that this machine does not have, as where IPv6 is off (ip(7)): then no
 * client ever connects. Nor does any where an earlier run has left all ports in TIME_WAIT. bind() takes no port, see
 * IP_BIND_ADDRESS_NO_PORT, so there it is always the address. */
static bool is_of_address(const struct diagnose_case *facts, const struct failure *failure,
                          const struct limit_value *ports)
{
    const uint64_t waiting = waiting_ports(facts, failure);
    const bool no_port = waiting != FACT_UNKNOWN && waiting >= ports->value / 10 * 9;
    return failure->error_number == EADDRNOTAVAIL &&
           (failure->call == CALL_BIND || (facts->connected == 0 && !no_port));
}

bool explain_only_cause(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const enum limit_id limit = limit_from_error(failure->error_number);
    const struct limit_value *const value = limit == LIMIT_NOFILE ? explain_descriptors(facts, LIMIT_SIDE_CLIENT)
                                                                  : explain_find(facts, limit, LIMIT_SIDE_CLIENT);
    if (!explain_has_bound(value) || is_of_address(facts, failure, value)) {
        return false;
    }
    /* ENFILE is also given where a socket's memory cannot be had, and ports in TIME_WAIT may be those of others. */
    const bool doubtful = (limit == LIMIT_FILE_MAX && explain_is_spare(facts, failure, value)) ||
                          (limit == LIMIT_PORT_RANGE && facts->connected == 0);
    explain_name_limit(facts, value, doubtful ? CERTAINTY_LIKELY : CERTAINTY_PROVED, verdict);
    /* The bound of ports is that of each pair of addresses. */
    explain_add_use(facts, failure, value, !doubtful && limit != LIMIT_PORT_RANGE, verdict);
    const uint64_t waiting = waiting_ports(facts, failure);
    if (limit == LIMIT_PORT_RANGE && waiting != FACT_UNKNOWN && waiting > 0) {
        const bool one_port_each = facts->run.loopback != NET_LOOPBACK_IPV4 && run_spec_targets(facts->run.spec) == 1;
        explain_add(verdict, FACT_TIME_WAIT, one_port_each && waiting > value->value ? value->value : waiting,
                    predict_time_wait_s(&facts->run), FACT_UNKNOWN);
        /* how many they leave to the clients depends on when the next run begins */
        verdict->needed = held_ports(facts, value) ? FACT_UNKNOWN : verdict->needed;
    }
    return true;
}

/* Version 1 counts a charge as refused also when memory could be reclaimed for it: only a limit below what the machine
 * had free was certainly reached before the machine's own memory was. */
static enum certainty certainty_of_group(const struct diagnose_case *facts, const struct limit_value *bound)
{
    const struct limit_value *const machine = explain_find(facts, LIMIT_MEMORY, LIMIT_SIDE_CLIENT);
    const bool has_room =
        machine != NULL && machine->used <= machine->value && machine->value - machine->used > bound->value;
    return has_room ? CERTAINTY_PROVED : CERTAINTY_LIKELY;
}

#define MACHINE_FULL_PERCENT 80 /* the looks, ten a second, miss the moment */

/* Whether the machine had memory left, as far as was seen: then the OOM killer that struck was that of a control group
 * above those in sight. */
static bool had_memory(const struct diagnose_case *facts)
{
    const struct limit_value *const machine = explain_find(facts, LIMIT_MEMORY, LIMIT_SIDE_CLIENT);
    const uint64_t seen = usage_more(facts->peak[LIMIT_SIDE_CLIENT].used[LIMIT_MEMORY],
                                     facts->peak[LIMIT_SIDE_SERVER].used[LIMIT_MEMORY]);
    return machine != NULL && seen != LIMIT_UNKNOWN && !explain_is_percent(seen, machine->value, MACHINE_FULL_PERCENT);
}

/* What the group refused tells its own OOM killer from the machine's. */
bool explain_killed(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *value = explain_find(facts, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT);
    const bool of_group = explain_risen(facts, LIMIT_SIDE_CLIENT, COUNTER_GROUP_KILLED) > 0;
    if (failure->call != CALL_SIGKILL) {
        return false;
    }
    if (of_group && explain_risen(facts, LIMIT_SIDE_CLIENT, COUNTER_MEMORY_REFUSED) > 0 && explain_has_bound(value)) {
        explain_name_limit(facts, value, certainty_of_group(facts, value), verdict);
        explain_add_counter(facts, LIMIT_SIDE_CLIENT, COUNTER_MEMORY_REFUSED, verdict);
        explain_add_counter(facts, LIMIT_SIDE_CLIENT, COUNTER_GROUP_KILLED, verdict);
        return true;
    }
    if (of_group && value != NULL && had_memory(facts)) {
        explain_name_limit(facts, value, CERTAINTY_LIKELY, verdict);
        verdict->value = verdict->needed = FACT_UNKNOWN;
        explain_add_counter(facts, LIMIT_SIDE_CLIENT, COUNTER_GROUP_KILLED, verdict);
        return true;
    }
    value = explain_find(facts, LIMIT_MEMORY, LIMIT_SIDE_CLIENT);
    if (explain_risen(facts, LIMIT_SIDE_CLIENT, COUNTER_MACHINE_KILLED) == 0 || value == NULL) {
        return false;
    }
    /* The OOM killer of a control group above those in sight is counted here as well. */
    explain_name_limit(facts, value, CERTAINTY_LIKELY, verdict);
    explain_add_counter(facts, LIMIT_SIDE_CLIENT, COUNTER_MACHINE_KILLED, verdict);
    explain_add_counter(facts, LIMIT_SIDE_CLIENT, COUNTER_GROUP_KILLED, verdict);
    return true;
}

bool explain_waiting(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *const value = explain_find(facts, LIMIT_MEMORY_MAX, LIMIT_SIDE_CLIENT);
    (void)failure;
    if (!facts->waited_for_memory || !explain_has_bound(value)) {
        return false;
    }
    explain_name_limit(facts, value, CERTAINTY_PROVED, verdict);
    explain_add(verdict, FACT_WAITED, FACT_UNKNOWN, FACT_UNKNOWN, FACT_UNKNOWN);
    return true;
}

/* At the soft limit the kernel sends SIGXCPU, at the hard one SIGKILL (setrlimit(2)). */
bool explain_cpu_time(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *const value = explain_find(facts, LIMIT_CPU, LIMIT_SIDE_CLIENT);
    const bool by_time = facts->signal == SIGXCPU || facts->signal == SIGKILL;
    (void)failure;
    if (!by_time || !explain_has_bound(value) || facts->client_cpu_us < value->value * CPU_US_LEAST) {
        return false;
    }
    explain_name_limit(facts, value, facts->signal == SIGXCPU ? CERTAINTY_PROVED : CERTAINTY_LIKELY, verdict);
    return true;
}

bool explain_tasks(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    if (failure->phase != PHASE_START || failure->error_number == ENOMEM) {
        return false;
    }
    return explain_pids(facts, failure, LIMIT_SIDE_CLIENT, verdict) ||
           explain_weigh(facts, failure, LIMIT_REFUSES_TASKS, LIMIT_SIDE_CLIENT, verdict);
}

/* No ring of io_uring could be made. The user's other processes may have rings, too, which nobody can see. */
static bool explain_rings(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const struct limit_value *const value = explain_find(facts, LIMIT_MEMLOCK, LIMIT_SIDE_CLIENT);
    uint64_t rings = 0;
    if (failure->call != CALL_IO_URING_SETUP || failure->error_number != ENOMEM || !explain_has_bound(value) ||
        facts->run.terms.memlock_exempt != NULL) {
        return false;
    }
    (void)predict_taken(&facts->run, value, 0, &rings);
    const bool fits = rings <= value->value;
    if (fits && explain_exhausted(facts, failure, LIMIT_REFUSES_MEMORY, LIMIT_SIDE_CLIENT, verdict)) {
        return true;
    }
    explain_name_limit(facts, value, fits ? CERTAINTY_LIKELY : CERTAINTY_PROVED, verdict);
    return true;
}

bool explain_memory(const struct diagnose_case *facts, const struct failure *failure, struct verdict *verdict)
{
    const bool of_memory = failure->error_number == ENOMEM || failure->error_number == ENOBUFS;
    return of_memory && (explain_rings(facts, failure, verdict) ||
                         explain_weigh(facts, failure, LIMIT_REFUSES_MEMORY, LIMIT_SIDE_CLIENT, verdict));
}
