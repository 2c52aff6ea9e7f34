/* Private to this folder: reads one member of a line. RESULT_INVALID names the member that is missing or wrong. */
#ifndef KONEKSI_LOADGEN_CONTRACT_REPORT_MEMBERS_H
#define KONEKSI_LOADGEN_CONTRACT_REPORT_MEMBERS_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Members that are plain counters of a struct. */
struct counter {
    const char *name;
    size_t offset;
};

enum result member_wrong(struct err *err, const char *name, const char *expected);

enum result member_read_uint(const cJSON *object, const char *name, double most, uint64_t *value,
                             struct err *err) MUST_CHECK;
enum result member_read_counters(const cJSON *object, const struct counter *counters, size_t count, void *into,
                                 struct err *err) MUST_CHECK;
#define READ_COUNTERS(object, counters, into, err) member_read_counters(object, counters, COUNT_OF(counters), into, err)
enum result member_read_text(const cJSON *object, const char *name, char *text, size_t size,
                             struct err *err) MUST_CHECK;
/* The index of the text `name` in `names`. */
enum result member_read_choice(const cJSON *object, const char *name, const char *const *names, size_t count,
                               size_t *choice, struct err *err) MUST_CHECK;
enum result member_read_object(const cJSON *object, const char *name, const cJSON **item, struct err *err) MUST_CHECK;
enum result member_read_array(const cJSON *object, const char *name, size_t most, const cJSON **item,
                              struct err *err) MUST_CHECK;

#endif
