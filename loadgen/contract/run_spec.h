/* What a run is asked to be: the contract between API, store, launcher and load generator.
 * The fields, their ranges and defaults stand in run_fields.def. */
#ifndef KONEKSI_LOADGEN_CONTRACT_RUN_SPEC_H
#define KONEKSI_LOADGEN_CONTRACT_RUN_SPEC_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/help.h"

enum run_mode {
#define MODE(NAME, name, help) MODE_##NAME,
#include "loadgen/contract/modes.def"
#undef MODE
    MODE_COUNT,
};

enum run_request {
#define REQUEST(NAME, name, bytes) REQUEST_##NAME,
#include "loadgen/contract/requests.def"
#undef REQUEST
    REQUEST_COUNT,
};

#define RUN_TARGET_BUILTIN "builtin"

/* Clients that a loop of event mode has under way at the same time: more do not make it faster, measured. Those that
 * hold their connection are not under way. */
#define RUN_EVENT_UNDER_WAY 64

struct run_spec {
    enum run_mode mode; /* MODE_COUNT while not chosen */
    uint64_t count;
    uint64_t pool_size;
    bool hold;
    uint64_t requests;
    uint64_t rate; /* clients started a second; 0: as fast as possible */
    enum run_request request;
    uint64_t timeout_ms;
    uint64_t stack_kib;
    char target[256];
    uint64_t limit_nofile; /* the limits: 0 leaves the limit as it is */
    uint64_t limit_nproc;
    uint64_t limit_as_mib;
    char label[120 * 4 + 1]; /* UTF-8 */
};

/* "thread"; NULL for MODE_COUNT. */
const char *run_mode_name(enum run_mode mode);
/* MODE_COUNT when there is no such mode. */
enum run_mode run_mode_from_name(const char *name);

/* "crlf2"; NULL for REQUEST_COUNT. */
const char *run_request_name(enum run_request request);
/* REQUEST_COUNT when there is no such request. */
enum run_request run_request_from_name(const char *name);
/* What it sends: "TIME\r\n\r\n". */
const char *run_request_bytes(enum run_request request);

/* Every field at its default; mode and count not chosen. */
void run_spec_init(struct run_spec *spec);

/* Sets one field from text (a form body, the command line): "500", "true", "thread". Errors name the field;
 * an unknown name is an error too: field = the name, message "unknown field \"cuont\"". */
enum result run_spec_set_text(struct run_spec *spec, const char *name, const char *value, struct err *err) MUST_CHECK;

/* Sets all fields that `object` has. Types are strict: count "5" and 1.5 are errors. `object` must be a JSON object;
 * an unknown or repeated field is an error. `skip` (may be NULL) is a NULL-ended list of names that are left alone. */
enum result run_spec_set_json(struct run_spec *spec, const cJSON *object, const char *const *skip,
                              struct err *err) MUST_CHECK;

/* What holds between fields: mode and count are there; hold in pool mode needs count <= pool_size. */
enum result run_spec_check(const struct run_spec *spec, struct err *err) MUST_CHECK;

/* Adds all fields to `object` (limits as an object with only those that are set). False when memory ran out. */
bool run_spec_add_json(const struct run_spec *spec, cJSON *object) MUST_CHECK;

/* The load generator's command line for this run, with reports as JSON lines: `program`, "--json", "--mode", "thread",
 * ...; NULL-ended. `target` replaces the spec's own. The caller frees it with one free(). NULL: out of memory. */
char **run_spec_argv(const struct run_spec *spec, const char *program, const char *target) MUST_CHECK;

/* Prints each field's option: "  --count N   clients in all (1..10000000)". */
void run_spec_print_help(FILE *file, enum help_style style);

#endif
