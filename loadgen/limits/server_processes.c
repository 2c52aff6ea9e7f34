#include "loadgen/limits/server_processes.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/numbered.h"
#include "loadgen/limits/sources.h"

#define MACHINE_PROCESSES_MOST 16384

/* --- one process --- */

/* Behind the name, which may have any byte in it: state, parent, and so on (proc_pid_stat(5), from field 3). */
bool process_use_read(const char *text, struct process_use *use)
{
    enum { PARENT = 4, UTIME = 14, CSTIME = 17, THREADS = 20, RSS = 24 };
    const char *field = strrchr(text, ')');
    uint64_t numbers[RSS + 1] = {0};
    if (field == NULL || field[1] != ' ') {
        return false;
    }
    const char *const state = field + 2;
    for (int i = 3; i <= RSS; i++) {
        field = strchr(field, ' ');
        if (field == NULL) {
            return false;
        }
        numbers[i] = strtoull(++field, NULL, 10);
    }
    /* A process whose first thread has ended lives on with the others. */
    use->has_ended = numbers[THREADS] <= 1 && strspn(state, "ZX") > 0;
    use->is_stopped = strspn(state, "Tt") > 0;
    const uint64_t tick_us = 1000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    use->parent = (pid_t)numbers[PARENT];
    use->threads = numbers[THREADS];
    use->rss_bytes = numbers[RSS] * (uint64_t)sysconf(_SC_PAGESIZE);
    use->cpu_us = 0;
    for (int i = UTIME; i <= CSTIME; i++) {
        use->cpu_us += numbers[i] * tick_us;
    }
    return true;
}

#define STAT_SIZE 1024

/* False with errno: ENOENT or ESRCH where the process has ended. */
static bool read_stat(const char *root, pid_t pid, char text[STAT_SIZE])
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *const file = source_open(root, path);
    if (file == NULL) {
        return false;
    }
    errno = ESRCH;
    const size_t length = fread(text, 1, STAT_SIZE - 1, file);
    const int failure = errno;
    text[length] = '\0';
    fclose(file);
    errno = failure;
    return length > 0;
}

/* --- the processes of the machine --- */

struct family {
    pid_t pid, parent;
    bool is_server;
    bool keeps_children_apart; /* they are no part of the server because this process is */
};

/* systemd(1) holds the sockets of its services; its other descendants are none of the server's. */
static bool is_activator(pid_t pid, const char *stat)
{
    const char *const name = strchr(stat, '(');
    return pid == 1 || (name != NULL && strncmp(name, "(systemd) ", strlen("(systemd) ")) == 0);
}

/* False: it cannot be told whether the process has ended. */
static bool add_process(const char *root, pid_t pid, struct family *all, size_t *count)
{
    char text[STAT_SIZE];
    struct process_use use = {0};
    if (read_stat(root, pid, text)) {
        if (process_use_read(text, &use)) {
            all[(*count)++] =
                (struct family){.pid = pid, .parent = use.parent, .keeps_children_apart = is_activator(pid, text)};
        }
        return true;
    }
    if (errno == EACCES || errno == EPERM) { /* it is there, and hides whose child it is (hidepid in proc(5)) */
        all[(*count)++] = (struct family){.pid = pid};
        return true;
    }
    return errno == ENOENT || errno == ESRCH;
}

static bool add_processes(const char *root, DIR *directory, struct family *all, size_t *count)
{
    while (true) {
        errno = 0;
        const char *const name = numbered_next(directory);
        if (name == NULL) {
            return errno == 0;
        }
        if (*count == MACHINE_PROCESSES_MOST || !add_process(root, (pid_t)strtol(name, NULL, 10), all, count)) {
            return false;
        }
    }
}

/* The caller frees it. NULL when some cannot be read, for want of descriptors or of memory: a process that is missing
 * then need not have ended. */
static struct family *read_machine(const char *root, size_t *count)
{
    char path[SOURCE_PATH_SIZE];
    struct family *all = malloc(MACHINE_PROCESSES_MOST * sizeof *all);
    snprintf(path, sizeof path, "%s/proc", root);
    DIR *const directory = all != NULL ? opendir(path) : NULL;
    *count = 0;
    if (directory == NULL || !add_processes(root, directory, all, count)) {
        free(all);
        all = NULL;
    }
    if (directory != NULL) {
        closedir(directory);
    }
    return all;
}

static int by_pid(const void *a, const void *b)
{
    const struct family *const first = a;
    const struct family *const second = b;
    return (first->pid > second->pid) - (first->pid < second->pid);
}

static struct family *find(struct family *all, size_t count, pid_t pid)
{
    return bsearch(&(struct family){.pid = pid}, all, count, sizeof *all, by_pid);
}

/* The panel's ancestors may be a server, such as sshd(8): what else was started below them is as little of it as the
 * panel is. */
static void set_ancestors_apart(struct family *all, size_t count)
{
    struct family *ancestor = find(all, count, getpid());
    for (size_t i = 0; i < count && ancestor != NULL; i++) {
        ancestor->keeps_children_apart = true;
        ancestor = find(all, count, ancestor->parent);
    }
}

/* Marks the children of those that are marked, until there are no more. */
static void mark_descendants(struct family *all, size_t count)
{
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < count; i++) {
            const struct family *const parent = all[i].is_server ? NULL : find(all, count, all[i].parent);
            if (parent != NULL && parent->is_server && !parent->keeps_children_apart) {
                all[i].is_server = more = true;
            }
        }
    }
}

static size_t place_of(const struct server_processes *processes, pid_t pid)
{
    size_t i = 0;
    while (i < processes->count && processes->pids[i] != pid) {
        i++;
    }
    return i;
}

/* A socket that a child has as well is the child's to accept from. */
static void find_acceptors(struct server_processes *processes, struct family *all, size_t count)
{
    uint64_t own[SERVER_PROCESSES_MOST];
    memcpy(own, processes->has, sizeof own);
    for (size_t i = 0; i < processes->count; i++) {
        const struct family *const child = find(all, count, processes->pids[i]);
        const size_t parent = child != NULL ? place_of(processes, child->parent) : processes->count;
        if (parent < processes->count) {
            own[parent] &= ~processes->has[i];
        }
    }
    for (size_t i = 0; i < processes->count; i++) {
        processes->accepts[i] = own[i] != 0;
    }
}

void server_processes_refresh(const char *root, struct server_processes *processes)
{
    struct server_processes *const before = malloc(sizeof *before);
    size_t count = 0;
    struct family *const all = before != NULL ? read_machine(root, &count) : NULL;
    if (all != NULL) {
        *before = *processes;
        qsort(all, count, sizeof *all, by_pid);
        for (size_t i = 0; i < before->count; i++) {
            struct family *const known = find(all, count, before->pids[i]);
            if (known != NULL) {
                known->is_server = true;
            }
        }
        set_ancestors_apart(all, count);
        mark_descendants(all, count);
        processes->count = 0;
        for (size_t i = 0; i < count && processes->count < SERVER_PROCESSES_MOST; i++) {
            if (all[i].is_server) {
                const size_t place = place_of(before, all[i].pid);
                processes->has[processes->count] = place < before->count ? before->has[place] : 0;
                processes->pids[processes->count++] = all[i].pid;
            }
        }
        find_acceptors(processes, all, count);
    }
    free(all);
    free(before);
}

/* --- those that have the sockets --- */

/* Processes come in ascending order, each with all of its sockets. */
static bool add_holder(void *context, size_t socket, pid_t pid)
{
    struct server_processes *const processes = context;
    if (pid == getpid()) {
        return true;
    }
    if (processes->count == 0 || processes->pids[processes->count - 1] != pid) {
        if (processes->count == SERVER_PROCESSES_MOST) {
            return false;
        }
        processes->has[processes->count] = 0;
        processes->accepts[processes->count] = true;
        processes->pids[processes->count++] = pid;
    }
    processes->has[processes->count - 1] |= 1ULL << socket;
    return true;
}

/* A socket on all addresses is found at each of them. */
static void add_sockets(const char *root, const struct net_address *address, struct server_processes *processes)
{
    struct listener_socket found[SERVER_SOCKETS_MOST];
    const size_t count = listener_sockets(root, address, found, SERVER_SOCKETS_MOST);
    for (size_t i = 0; i < count && processes->socket_count < SERVER_SOCKETS_MOST; i++) {
        size_t known = 0;
        while (known < processes->socket_count && processes->sockets[known].inode != found[i].inode) {
            known++;
        }
        if (known == processes->socket_count) {
            processes->sockets[processes->socket_count++] = found[i];
        }
    }
}

void server_processes_find(const char *root, const char *addresses, struct server_processes *processes)
{
    unsigned long inodes[SERVER_SOCKETS_MOST];
    struct net_list_walk walk = {.rest = addresses};
    processes->count = 0;
    processes->socket_count = 0;
    while (net_list_step(&walk)) {
        add_sockets(root, &walk.address, processes);
    }
    for (size_t i = 0; i < processes->socket_count; i++) {
        inodes[i] = processes->sockets[i].inode;
    }
    socket_holders_find(&(struct socket_search){
        .root = root, .inodes = inodes, .count = processes->socket_count, .found = add_holder, .context = processes});
    if (processes->count > 0) {
        server_processes_refresh(root, processes);
    }
}
