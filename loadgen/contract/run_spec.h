/* The parameters of a run: the contract between API, store, launcher and load generator. run_fields.def has the fields,
 * their ranges and defaults. */
#ifndef KONEKSI_LOADGEN_CONTRACT_RUN_SPEC_H
#define KONEKSI_LOADGEN_CONTRACT_RUN_SPEC_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/help.h"
#include "base/json_writer.h"
#include "loadgen/contract/run_choices.h"

#define RUN_TARGET_BUILTIN "builtin"

/* One member for each row. Limits: 0 leaves the limit unchanged. */
struct run_spec {
#define FIELD_CHOICE(member, name, type, initial, help) enum type member;
#define FIELD_UINT(member, ...) uint64_t member;
#define FIELD_BOOL(member, ...) bool member;
#define FIELD_TEXT(member, name, most, initial, help) char member[(most)*4 + 1]; /* UTF-8 */
#define FIELD_BYTES(member, name, most, initial, help) char member[(most) + 1];  /* likewise */
#include "loadgen/contract/run_fields.def"
};

/* Sets every field to its default; mode and count are not chosen. */
void run_spec_init(struct run_spec *spec);

/* Sets one field from text (a form body, the command line): "500", "true", "thread". RESULT_INVALID names the field,
 * also one that does not exist: "unknown field \"cuont\"". */
enum result run_spec_set_text(struct run_spec *spec, const char *name, const char *value, struct err *err) MUST_CHECK;

/* Sets the fields of a JSON object. RESULT_INVALID for a wrong type (count "5" and 1.5 too), an unknown or a repeated
 * field. `skip` (may be NULL) is a NULL-ended list of members to ignore. */
enum result run_spec_set_json(struct run_spec *spec, const cJSON *object, const char *const *skip,
                              struct err *err) MUST_CHECK;

/* Checks what one field alone cannot show: mode and count are set; hold in pool mode needs count <= pool_size; exchange
 * connect has one request, which is none, and custom has something to send or to expect. */
enum result run_spec_check(const struct run_spec *spec, struct err *err) MUST_CHECK;

/* How many addresses the target has: 1, or those of a list (base/net_list.h). Client N connects to number N modulo
 * this.
 */
uint64_t run_spec_targets(const struct run_spec *spec) MUST_CHECK;

/* How many addresses of 127.0.0.0/8 the run's clients come from when its target is there: `sources`, unless that is 0.
 * Else each address has at most half as many clients as it has `ports` free, so that connect(2) finds one soon; to
 * another target an address can use the same port again. `waiting` closed connections hold ports, too: they count as
 * clients, as long as each address keeps 1,000 of the run's. */
uint64_t run_spec_source_addresses(const struct run_spec *spec, uint64_t ports, uint64_t waiting) MUST_CHECK;
/* The most that this can be, for any number of clients. */
uint64_t run_spec_source_addresses_most(void);

/* Writes all fields into the object that is open, of the limits only those that are set. */
void run_spec_write(const struct json_writer *writer, const struct run_spec *spec);
/* The same into `object`. False: out of memory. */
bool run_spec_add_json(const struct run_spec *spec, cJSON *object) MUST_CHECK;

/* The option of the load generator for a target that is not on loopback. */
#define RUN_ALLOW_TARGET "allow-target"

/* The load generator's command line for this run, with reports as JSON lines: `program`, "--json", "--mode", "thread",
 * ...; NULL-ended. `target` replaces the spec's own, and is allowed. Not the ranks: how many generators there are is
 * the affair of whoever starts them. The caller frees it with one free(). NULL: out of memory. */
char **run_spec_argv(const struct run_spec *spec, const char *program, const char *target) MUST_CHECK;
/* Whether the field is an option of the load generator: all but the ranks. */
bool run_spec_is_option(const char *name);

/* Sets the field of an option of that command line: as run_spec_set_text, but FIELD_BYTES are read with the escapes of
 * C, as run_spec_argv writes them. RESULT_NO_MEMORY too. */
enum result run_spec_set_option(struct run_spec *spec, const char *name, const char *value, struct err *err) MUST_CHECK;

/* Prints the option of each field that `takes(arg, name)` wants, of all for NULL: "  --count N   clients in all
 * (1..10000000)". `defaults`: what holds where nothing is given. */
void run_spec_print_help(FILE *file, const struct run_spec *defaults, bool (*takes)(const void *arg, const char *name),
                         const void *arg);

#endif
