/* One fork for each client. The forking thread reaps after every few forks, if a pending SIGCHLD says that there is
 * anything to reap: waitpid(-1) looks at every child that is alive, which with thousands held would cost more than the
 * fork.
 *
 * A child writes its outcome into its record, and its parent counts it after reaping it: a client that is killed at
 * any moment is counted exactly once.
 *
 * What a fork costs is what it has to copy and to interrupt. A second thread, even one that sleeps, has the kernel
 * interrupt the core it was last on for each fork (the parent's pages become copy-on-write, arch/x86/mm/tlb.c), and has
 * glibc take the slow way through each system call: measured, a fifth of a client's price. Hence `alone`. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "loadgen/engine/mode.h"
#include "loadgen/engine/process_table.h"
#include "loadgen/limits/sources.h"

/* fork() also puts malloc, stdio and the list of threads in order for the child, which then touches, and so copies, a
 * dozen pages that a client has no use for: a third of its price. _Fork() (glibc 2.34) leaves that out; the child must
 * do with what is async-signal-safe. The runtimes of the sanitizers need to see a fork(). */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define fork_bare() fork()
#else
#define fork_bare() _Fork()
#endif

/* Forks between two checks for ended children: a check costs a thirtieth of a fork. */
#define REAP_EACH 8

#define TICK_NS (MODE_TICK_MS * NS_PER_MS)

/* A client keeps its own deadline. One that is stopped (SIGSTOP) or hangs in the kernel cannot: when nothing has ended
 * for so much longer than a client may take, its process is killed. */
#define STUCK_MS 10000

/* How often the memory of a client is looked at, each time of another one. */
#define WEIGH_NS (50 * NS_PER_MS)
/* The first ones are left with pages of which the parent soon makes copies for itself, up to three times a client's. */
#define FIRST_CLIENTS 16

struct forker {
    const struct mode_run *run;
    struct process_table *table;
    pid_t self;
    sigset_t child_signal;
    const struct process_slot *example; /* the client that is weighed next; NULL: none yet */
    uint64_t weigh_ns;                  /* when */
};

/* Everything of the parent's is a copy: no lock is taken here and nothing is allocated. The parent may have died
 * before prctl(), which then comes too late: hence getppid(). */
static _Noreturn void live_as_client(const struct forker *forker, struct process_slot *slot)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
        _exit(errno); /* see explain_death: nothing else ends the process with a status that is not 0 */
    }
    if (getppid() == forker->self) {
        client_run(forker->run->plan, forker->run->board, slot->client, &slot->record);
    }
    _exit(0);
}

/* Makes the outcome for a client whose process ended without leaving one. */
static void explain_death(const struct forker *forker, struct process_slot *slot, int status)
{
    struct scoreboard *const board = forker->run->board;
    const enum error_phase phase = atomic_load(&slot->record.phase);
    struct failure failure;
    if (scoreboard_cancelled(board)) {
        (void)FAIL(&failure, phase, CALL_CANCEL, ECANCELED, "the run was cancelled");
    } else if (WIFSIGNALED(status)) {
        const char *const name = sigabbrev_np(WTERMSIG(status));
        const enum client_call call = WTERMSIG(status) == SIGKILL  ? CALL_SIGKILL
                                      : WTERMSIG(status) == SIGSYS ? CALL_SIGSYS
                                                                   : CALL_WAITPID;
        (void)FAIL(&failure, phase, call, 0, "the client process was killed by SIG%s", name != NULL ? name : "?");
    } else if (WEXITSTATUS(status) != 0) {
        (void)FAIL(&failure, PHASE_START, CALL_PRCTL, WEXITSTATUS(status),
                   "the client process could not be made to end with the generator");
    } else {
        (void)FAIL(&failure, phase, CALL_WAITPID, 0, "the client process ended without an outcome");
    }
    scoreboard_failed(board, slot->client, &slot->record, &failure);
}

static void reap_client(struct forker *forker, pid_t pid, int status)
{
    struct scoreboard *const board = forker->run->board;
    struct process_slot *const slot = process_table_find(forker->table, pid);
    if (slot == NULL) {
        return; /* not a client's process */
    }
    if (atomic_load(&slot->record.outcome) == 0) {
        explain_death(forker, slot, status);
        scoreboard_disconnected(board, &slot->record);
    }
    scoreboard_down(board, &slot->record);
    scoreboard_process_ended(board);
    scoreboard_count_outcome(board, slot->client, &slot->record);
    forker->example = forker->example == slot ? NULL : forker->example;
    process_table_release(forker->table, slot);
}

/* Reads what a client that is connected has in memory for itself: nobody else may look, see `alone`. */
static void weigh_example(struct forker *forker)
{
    const struct process_slot *const slot = forker->example;
    if (slot == NULL || atomic_load(&slot->record.phase) <= PHASE_CONNECT || atomic_load(&slot->record.outcome) != 0 ||
        clock_now_ns() < forker->weigh_ns) {
        return;
    }
    char process[16];
    snprintf(process, sizeof process, "%d", (int)slot->pid);
    const uint64_t bytes = source_private_bytes("", process);
    forker->example = NULL;
    if (bytes > 0) { /* else it has just ended */
        scoreboard_private(forker->run->board, bytes);
        forker->weigh_ns = clock_now_ns() + WEIGH_NS;
    }
}

/* Waits at most `wait_ns` for the end of a child, then reaps all that have ended and returns how many. */
static uint32_t reap(struct forker *forker, uint64_t wait_ns)
{
    forker->run->tick(forker->run->tick_argument);
    weigh_example(forker);
    const struct timespec patience = {.tv_nsec = (long)wait_ns};
    if (sigtimedwait(&forker->child_signal, NULL, &patience) < 0 && wait_ns == 0) {
        return 0;
    }
    int status = 0;
    pid_t pid = 0;
    uint32_t reaped = 0;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        reap_client(forker, pid, status);
        reaped++;
    }
    return reaped;
}

/* A child counts against the limits until it is reaped: zombies must not be why a fork fails. */
static pid_t fork_reaping(struct forker *forker)
{
    const pid_t pid = fork_bare();
    if (pid >= 0 || errno != EAGAIN) {
        return pid;
    }
    if (reap(forker, 0) > 0) {
        return fork_bare();
    }
    errno = EAGAIN;
    return pid;
}

static void fork_client(struct forker *forker, uint64_t client)
{
    struct scoreboard *const board = forker->run->board;
    struct process_slot *const slot = process_table_take(forker->table, client);
    if (slot == NULL) {
        mode_start_failed(board, client, CALL_FORK, EAGAIN);
        return;
    }
    const pid_t pid = fork_reaping(forker);
    if (pid == 0) {
        live_as_client(forker, slot);
    }
    if (pid < 0) {
        mode_start_failed(board, client, CALL_FORK, errno);
        process_table_release(forker->table, slot);
        return;
    }
    process_table_bind(forker->table, slot, pid);
    if (forker->example == NULL && process_table_live(forker->table) > FIRST_CLIENTS) {
        forker->example = slot;
    }
    scoreboard_process_began(board);
}

static void kill_client(struct process_slot *slot)
{
    (void)kill(slot->pid, SIGKILL); /* not reaped yet, so the pid is still this child's */
}

/* At the barrier a client waits for the others as long as it takes. */
static void kill_client_before_barrier(struct process_slot *slot)
{
    if (atomic_load(&slot->record.arrived) == 0) {
        kill_client(slot);
    }
}

/* After the last fork: waits for the children, and kills those that do not end by themselves. */
static void reap_the_rest(struct forker *forker)
{
    struct scoreboard *const board = forker->run->board;
    const uint64_t patience_ns = (forker->run->spec->timeout_ms + STUCK_MS) * NS_PER_MS;
    uint64_t live = 0;
    uint64_t since_ns = 0;
    bool barrier_is_next = forker->run->spec->hold;
    bool killed = false;
    while (process_table_live(forker->table) > 0) {
        const uint64_t now = clock_now_ns();
        if (live != process_table_live(forker->table)) {
            live = process_table_live(forker->table);
            since_ns = now;
        }
        if (!killed && (scoreboard_cancelled(board) || (!barrier_is_next && now - since_ns > patience_ns))) {
            process_table_each(forker->table, kill_client);
            killed = true;
        } else if (barrier_is_next && now - since_ns > patience_ns) {
            process_table_each(forker->table, kill_client_before_barrier);
            barrier_is_next = false;
            since_ns = now;
        }
        (void)reap(forker, TICK_NS);
    }
}

/* As mode_wait_until_due, but ticks and reaps meanwhile. */
static bool reap_until_due(struct forker *forker, uint64_t client)
{
    const uint64_t due_ns = client_due_ns(forker->run->plan, client);
    uint64_t now_ns = due_ns == 0 ? 0 : clock_now_ns();
    while (now_ns < due_ns && !scoreboard_cancelled(forker->run->board)) {
        (void)reap(forker, due_ns - now_ns < TICK_NS ? due_ns - now_ns : TICK_NS);
        now_ns = clock_now_ns();
    }
    return !scoreboard_cancelled(forker->run->board);
}

static void fork_and_reap_all(struct forker *forker)
{
    struct scoreboard *const board = forker->run->board;
    const struct client_share *const share = &forker->run->plan->share;
    const uint64_t count = client_share_of(share, forker->run->spec->count);
    for (uint64_t i = 0; i < count && reap_until_due(forker, share->first + i * share->stride); i++) {
        const uint64_t client = share->first + i * share->stride;
        scoreboard_started(board, client);
        fork_client(forker, client);
        if (i % REAP_EACH == REAP_EACH - 1) {
            (void)reap(forker, 0);
        } else {
            forker->run->tick(forker->run->tick_argument);
        }
    }
    reap_the_rest(forker);
}

static enum result run_processes(const struct mode_run *run, struct err *err)
{
    struct forker forker = {.run = run, .self = getpid()};
    sigset_t mask_before;
    struct sigaction action_before;
    const struct sigaction by_default = {.sa_handler = SIG_DFL};
    const enum result result =
        process_table_create(client_share_of(&run->plan->share, run->spec->count), &forker.table, err);
    if (result != RESULT_OK) {
        return result;
    }
    /* Ignored, as a launcher may have left it, the kernel would reap the children itself (waitpid(2)). */
    sigaction(SIGCHLD, &by_default, &action_before);
    sigemptyset(&forker.child_signal);
    sigaddset(&forker.child_signal, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &forker.child_signal, &mask_before);
    fork_and_reap_all(&forker);
    pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
    sigaction(SIGCHLD, &action_before, NULL);
    process_table_destroy(forker.table);
    return RESULT_OK;
}

const struct mode mode_process = {.run = run_processes, .alone = true};
