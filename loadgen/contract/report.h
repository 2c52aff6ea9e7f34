/* The line protocol between the load generator and whoever launched it: JSON lines, each with "v":1 and "type".
 * Written by the generator on its standard output, read by the launcher. Times are microseconds since the run began
 * in the generator; `start` gives that moment on CLOCK_MONOTONIC, so that both sides of one machine can be aligned.
 *
 *   {"v":1,"type":"start","pid":N,"monotonic_ns":N,"source_addresses":N,"limits":[...]}
 *       limits as they are in the generator
 *   {"v":1,"type":"sample","at_us":N,"totals":{...},"threads":N,"processes":N,"connections":N,"fds":N,"rss":N,"cpu_us":N}
 *   {"v":1,"type":"error","client":N,"at_us":N,"phase":"connect","call":"socket","errno":24,"message":"...","frames":[...]}
 *   {"v":1,"type":"usage","at_us":N,"phase":"start","call":"fork","errno":11,"used":[{"name":"pids.max","used":N,"value":N},...]}
 *       the errors of a result also have "last_client":N, and "answered":N, "cut":N and "resent":N: what their clients
 *       had of their replies, and those of which a packet was sent again without an answer
 *       error, usage and the errors of a result also have "words":N where the server's reply tells groups apart
 *   {"v":1,"type":"log","at_us":N,"text":"[CLIENT 7] sending b'TIME\\r\\n\\r\\n'"}
 *   {"v":1,"type":"rank","rank":N,"host":"lab2","pid":N,"status":"completed","clock_offset_ns":N,"clock_error_ns":N,"late_ns":N,"totals":{...},"peaks":{...},"verdict":"RLIMIT_NOFILE","side":"client","limits":[...]}
 *       of koneksi-load-mpi, one for each of its processes before the result; the last two texts only where known
 *   {"v":1,"type":"result","duration_us":N,"failed_numbers":N,"failed_places":N,"totals":{...},"peaks":{...},"cost":{"cpu_us":N,"memory_bytes":N},"peak":[{"name":"pids.max","used":N},...],"latency":{"connect":HIST,...},"errors":[...]}
 *   {"v":1,"type":"end","status":"completed"}       or "cancelled", or "failed" with "errno" and "message"
 *
 * End of file without `end` means that the generator died. */
#ifndef KONEKSI_LOADGEN_CONTRACT_REPORT_H
#define KONEKSI_LOADGEN_CONTRACT_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "loadgen/contract/load_rank.h"

#define REPORT_VERSION 1

enum report_type {
    REPORT_START,
    REPORT_SAMPLE,
    REPORT_ERROR,
    REPORT_USAGE,
    REPORT_LOG,
    REPORT_RANK,
    REPORT_RESULT,
    REPORT_END,
};
const char *load_end_name(enum load_end end);       /* "completed", ...; else "unknown" */
enum load_end load_end_from_name(const char *name); /* LOAD_END_COUNT when there is none */

/* A parsed line. `result` is allocated (it is large) and owned by the event: report_event_free. */
struct report_event {
    enum report_type type;
    union {
        struct {
            int64_t pid;
            uint64_t monotonic_ns;
            uint64_t source_addresses; /* that the clients come from */
            size_t limit_count;
            struct limit_value limits[LIMIT_COUNT]; /* in use of tasks: without the generator's own */
        } start;
        struct load_sample sample;
        struct error_trace error;
        struct group_usage usage; /* of the client side */
        struct {
            uint64_t at_us;
            char text[160];
        } log;
        struct load_rank rank;
        struct load_result *result;
        struct {
            enum load_end status;
            int error_number; /* of the call that failed; 0: none */
            char message[256];
        } end;
    };
};

/* Empties `line` and writes the event into it, ended by '\n'. False when memory ran out, which it does not for a line
 * that is no longer than one before it. */
bool report_format(const struct report_event *event, struct buf *line) MUST_CHECK;

/* Reads one line (without its '\n'). RESULT_INVALID for anything not of the protocol, a newer version included;
 * RESULT_NO_MEMORY. */
enum result report_parse(const char *line, size_t length, struct report_event *event, struct err *err) MUST_CHECK;
void report_event_free(struct report_event *event);

#endif
