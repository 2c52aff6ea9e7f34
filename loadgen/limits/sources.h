/* Small files of the kernel, read below `root` ("" on a real machine; a directory with a made-up /proc and /sys in the
 * tests). `process`: a name in /proc, "self" or a number. They open and close files: not for a client's path. */
#ifndef KONEKSI_LOADGEN_LIMITS_SOURCES_H
#define KONEKSI_LOADGEN_LIMITS_SOURCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SOURCE_PATH_SIZE 2048 /* a longer one is not read; several are on a stack that may have 64 KiB */

/* NULL when it cannot be opened. The caller closes it with fclose. As bounded_file_open. */
FILE *source_open(const char *root, const char *path);

/* As getline(3), for files with lines of any length; false at the end. */
bool source_next_line(FILE *file, char **line, size_t *capacity);

/* What this thread lacked since it last asked: EMFILE, ENFILE, ENOMEM, 0 for nothing. Then what was read is not all
 * that there is; a file that is not there is a kernel's that has no such limit. */
int source_want(void);

/* The number that the file begins with; "max" and numbers over 2^53 (no machine has so much of anything, and kernels
 * write their own idea of "no bound" there) are LIMIT_UNLIMITED. False when there is no such file or no number. */
bool source_read_uint(const char *root, const char *path, uint64_t *value);

/* The number behind "Name:" in a file of such lines, such as /proc/self/status. */
bool source_read_named(const char *root, const char *path, const char *name, uint64_t *value);

/* The number behind "name" and spaces in /proc/PROCESS/limits, such as "Max open files": the soft limit;
 * LIMIT_UNLIMITED for "unlimited". */
bool source_read_rlimit(const char *root, const char *process, const char *name, uint64_t *value);

/* The number behind "name " in a file of such lines, such as /proc/vmstat. */
bool source_read_word(const char *root, const char *path, const char *name, uint64_t *value);

/* The number behind `word` where a line of `text` begins with it; false when none does. */
bool source_find(const char *text, const char *word, uint64_t *value);

/* Lines of the file; LIMIT_UNKNOWN when it cannot be read. */
uint64_t source_count_lines(const char *root, const char *path);

/* Descriptors that this process has open, the one used to count them left out; LIMIT_UNKNOWN when /proc is not there.
 */
uint64_t source_open_fds(const char *root);

/* The same of another process: all of its descriptors. Since Linux 6.2 this does not take longer for many. */
uint64_t source_fds_of(const char *root, const char *process);

/* The first number of /proc/PROCESS/status behind "Uid:", its real user; LIMIT_UNKNOWN. */
uint64_t source_user_of(const char *root, const char *process);

/* Bytes of this process that are in memory; `statm` is /proc/self/statm, held open by whoever asks again when there
 * may be no descriptor left. 0 when it cannot be read. */
uint64_t source_resident_bytes(int statm);

/* Bytes that a process shares with no other, its parent included. 0 when they cannot be read. */
uint64_t source_private_bytes(const char *root, const char *process);

/* Tasks of the machine: the number behind the '/' in /proc/loadavg; LIMIT_UNKNOWN. */
uint64_t source_tasks(const char *root);

/* Threads of every process whose real user is `uid`; LIMIT_UNKNOWN when that is LIMIT_UNKNOWN, as source_user_of says
 * of a process that has ended, and when there are more than `most` processes to look at, because each costs an open
 * file. */
uint64_t source_user_tasks(const char *root, uint64_t uid, size_t most);

/* Whether the kernel is of that version or a later one; false when it does not say. */
bool source_kernel_is_since(const char *root, unsigned long major, unsigned long minor);

/* Whether this process is in a namespace of task numbers that has a pid_max of its own beside those around it. */
bool source_has_own_task_numbers(const char *root);

/* Whether the process is in the first user namespace: no other maps every user to itself. True where that cannot be
 * read. */
bool source_is_first_user_namespace(const char *root, const char *process);

/* Task numbers below this are given out only once after the start (RESERVED_PIDS, kernel/pid.c). */
#define LIMIT_RESERVED_PIDS 300

/* How many tasks have one of those. */
uint64_t source_low_numbers(const char *root);

/* The task numbers that are not free where there are so many tasks, `low` of them with one of the first numbers. At
 * most `numbers` (kernel.pid_max): soon after the start of the machine the first ones are still given out, and `low`
 * grows. */
uint64_t source_numbers_of(uint64_t tasks, uint64_t low, uint64_t numbers);

/* Task numbers that are in use or are not given out again, in this process's own namespace of them where that has a
 * pid_max of its own (there LIMIT_UNKNOWN for more than `most` processes), else on the machine. `low`:
 * source_low_numbers; `numbers`: as above. */
uint64_t source_task_numbers(const char *root, uint64_t low, uint64_t numbers, size_t most);

/* The number behind a word, such as " tw ", of "TCP: inuse 2 orphan 0 tw 4 alloc 2 mem 90"; LIMIT_UNKNOWN. */
uint64_t source_tcp_sockets(const char *root, const char *word);

#endif
