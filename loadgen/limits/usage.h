/* How much of each limit is in use, now: what was in use when the first client failed says which limit stopped it,
 * where an estimate from the start does not.
 *
 * Cheap, and without memory or a descriptor of its own once the files are held open: it works when there is nothing
 * left of either. What has to be counted process by process is left to usage_count. */
#ifndef KONEKSI_LOADGEN_LIMITS_USAGE_H
#define KONEKSI_LOADGEN_LIMITS_USAGE_H

#include <sys/types.h>

#include "base/err.h"
#include "loadgen/limits/limit.h"

struct usage {
    uint64_t used[LIMIT_COUNT];   /* as `used` of a limit_value; LIMIT_UNKNOWN */
    uint64_t bounds[LIMIT_COUNT]; /* the values of limits that can change, where usage_read_bounds read them */
};

/* Nothing is known. */
void usage_init(struct usage *usage);

/* The larger of those that are known; LIMIT_UNKNOWN when neither is. */
uint64_t usage_more(uint64_t a, uint64_t b);
uint64_t usage_or_0(uint64_t used); /* 0 when it is not known */
/* Raises each of `peak` that is known in `now` and larger there. */
void usage_raise(struct usage *peak, const struct usage *now);

struct usage_reader;

/* Finds the files of this process: of its control groups those whose bounds are the tightest now, as limits_read does.
 * `root`: see sources.h. RESULT_NO_MEMORY. */
enum result usage_open(const char *root, struct usage_reader **reader, struct err *err) MUST_CHECK;
/* The same of another process; what it has used of RLIMIT_CPU is not read. */
enum result usage_open_process(const char *root, pid_t process, struct usage_reader **reader,
                               struct err *err) MUST_CHECK;
void usage_close(struct usage_reader *reader);

/* Opens the files, in the table of descriptors of the calling thread, until usage_release. Those that cannot be held
 * are opened for each reading. */
void usage_hold(struct usage_reader *reader);
void usage_release(struct usage_reader *reader);

/* Takes about 30 microseconds, or 100 if the files are not held open. Only one thread may call at a time. */
void usage_read(const struct usage_reader *reader, struct usage *usage);

/* What grows with the number of processes and of maps: tasks of the user, task numbers of a namespace that has its own,
 * and maps. Allocates, and opens files; what cannot be counted stays as it is in `usage`. */
void usage_count(const struct usage_reader *reader, struct usage *usage);

/* The bounds as they are now, which others may have changed since the run began. Of control groups it is again the one
 * with the least room, with what that has in use. Allocates, and opens files; about 200 microseconds. */
void usage_read_bounds(const struct usage_reader *reader, struct usage *usage);

#endif
