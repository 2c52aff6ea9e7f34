/* Small files of the kernel, read below `root` ("" on a real machine; a directory with a made-up /proc and /sys in the
 * tests). `process`: a name in /proc, "self" or a number. They open and close files: not for a client's path. */
#ifndef KONEKSI_LOADGEN_LIMITS_SOURCES_H
#define KONEKSI_LOADGEN_LIMITS_SOURCES_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SOURCE_PATH_SIZE 2048 /* a longer one is not read; several are on a stack that may have 64 KiB */

/* NULL when it cannot be opened. The caller closes it with fclose. As bounded_file_open. */
FILE *source_open(const char *root, const char *path);

/* The same of a directory, for closedir. */
DIR *source_open_directory(const char *root, const char *path);

/* The file's first line, cut to the size; empty, and false, when there is none. */
bool source_read_line(const char *root, const char *path, char *line, size_t size);

/* As getline(3), for files with lines of any length; false at the end. */
bool source_next_line(FILE *file, char **line, size_t *capacity);

/* What this thread lacked since it last asked: EMFILE, ENFILE, ENOMEM, 0 for nothing. Then what was read is not all
 * that there is; a file that is not there is a kernel's that has no such limit. */
int source_want(void);

/* The number that the text begins with, behind spaces; "max" and numbers over 2^53 (no machine has so much of anything,
 * and kernels write their own idea of "no bound" there) are LIMIT_UNLIMITED. False, and `value` as it was, when it is
 * neither. */
bool source_parse_uint(const char *text, uint64_t *value);

/* The number that the file begins with, read like that. False when there is no such file or no number. */
bool source_read_uint(const char *root, const char *path, uint64_t *value);

/* The number behind "Name:" in a file of such lines, such as /proc/self/status. */
bool source_read_named(const char *root, const char *path, const char *name, uint64_t *value);
/* The same of several, named in the order in which the file has them; false unless all are there. */
bool source_read_several(const char *root, const char *path, const char *const *names, uint64_t *values, size_t count);

/* The number behind "name" and spaces in /proc/PROCESS/limits, such as "Max open files": the soft limit;
 * LIMIT_UNLIMITED for "unlimited". */
bool source_read_rlimit(const char *root, const char *process, const char *name, uint64_t *value);

/* The number behind "name " in a file of such lines, such as /proc/vmstat. */
bool source_read_word(const char *root, const char *path, const char *name, uint64_t *value);
/* The total, in microseconds, of the line `name` of a file of pressure stall information. */
bool source_read_pressure(const char *root, const char *path, const char *name, uint64_t *value);

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

/* Whether the kernel is of that version or a later one; false when it does not say. */
bool source_kernel_is_since(const char *root, unsigned long major, unsigned long minor);

/* Whether the process is in the first user namespace: no other maps every user to itself. True where that cannot be
 * read. */
bool source_is_first_user_namespace(const char *root, const char *process);

/* The number behind a word, such as " tw ", of "TCP: inuse 2 orphan 0 tw 4 alloc 2 mem 90"; LIMIT_UNKNOWN. */
uint64_t source_tcp_sockets(const char *root, const char *word);

#endif
