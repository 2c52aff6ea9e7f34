/* How some limits hold for a process: from which it is exempt, what the kernel keeps back from it, and how far
 * this one can raise its own. */
#ifndef KONEKSI_LOADGEN_LIMITS_LIMIT_TERMS_H
#define KONEKSI_LOADGEN_LIMITS_LIMIT_TERMS_H

#include <stdbool.h>
#include <stdint.h>

struct limit_terms {
    const char *nproc_exempt;   /* limit_terms_nproc_exempt */
    const char *memlock_exempt; /* limit_terms_memlock_exempt */
    /* Bytes that vm.overcommit_memory 2 refuses the process: the reserve for root, 0 with CAP_SYS_ADMIN; and a 32nd of
     * its size, at most commit_for_others. */
    uint64_t commit_for_root;
    uint64_t commit_for_others;
    uint64_t threads_max, pid_max; /* limit_terms_threads_max, limit_terms_pid_max */
    /* net.ipv4.tcp_tw_reuse: connect(2) takes the port of a closed connection after a minute (0), or after a second: of
     * any (1), or of one on the loopback interface (2). 0 where it cannot be read. */
    uint64_t tw_reuse;
};
/* Those of a process; `root`, `process`: see sources.h. */
struct limit_terms limit_terms_read(const char *root, const char *process);

/* Why RLIMIT_NPROC does not hold for the process: "root is exempt", in the first user namespace; "exempt by
 * capability", with CAP_SYS_RESOURCE or CAP_SYS_ADMIN there. Root of another namespace is exempt only where it is that
 * root. NULL: it holds. */
const char *limit_terms_nproc_exempt(const char *root, const char *process);

/* Why RLIMIT_MEMLOCK does not bound the rings of the process: "exempt by capability", with CAP_IPC_LOCK in the first
 * user namespace; "this kernel counts no rings", from Linux 5.12 to 6.13. NULL: it does. */
const char *limit_terms_memlock_exempt(const char *root, const char *process);

/* kernel.threads-max and kernel.pid_max, the latter of this process's namespace of task numbers; where they cannot be
 * read, the kernel's own bound of both. */
uint64_t limit_terms_threads_max(const char *root);
uint64_t limit_terms_pid_max(const char *root);

/* The most to which this process, or a child of it, can set a limit of setrlimit(2): its hard limit, unless it may
 * raise that; of descriptors never more than fs.nr_open. LIMIT_UNLIMITED: anything. *is_hard: it is the hard limit. */
uint64_t limit_terms_most(int resource, bool *is_hard);

/* Raises the soft RLIMIT_NOFILE to the hard one, and lowers both to fs.nr_open where that has become less since they
 * were set: no descriptor is numbered above any of them. Returns 0, or an errno. */
int limit_terms_raise_nofile(void);

#endif
