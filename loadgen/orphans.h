/* The processes that a generator or mpirun left behind when it ended. Those of one that was killed are children of the
 * nearest subreaper (prctl(2)), and zombies until that waits for them. Where this process is not it, there is nothing
 * to wait for. */
#ifndef KONEKSI_LOADGEN_ORPHANS_H
#define KONEKSI_LOADGEN_ORPHANS_H

#include <stdbool.h>
#include <sys/types.h>

/* Reaps the members of its process group, which was killed, without waiting, a bounded number at a time. A process
 * group keeps its number from anybody else for as long as it has a member, dead ones included. True when none is left.
 */
bool orphans_reap_group(pid_t group);

/* Kills and reaps the members of its session, without waiting: mpirun gives each rank, and each ssh that it started, a
 * group of its own. A session keeps its number likewise. True when none was found. */
bool orphans_end_session(pid_t session);

#endif
