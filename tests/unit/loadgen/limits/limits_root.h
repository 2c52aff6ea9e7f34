/* A made-up machine for the readers of limits, in a directory of its own. */
#ifndef KONEKSI_TESTS_UNIT_LOADGEN_LIMITS_LIMITS_ROOT_H
#define KONEKSI_TESTS_UNIT_LOADGEN_LIMITS_LIMITS_ROOT_H

#include "loadgen/limits/limits.h"
#include "tests/unit/test.h"

#define GROUPS "/sys/fs/cgroup"

int make_root(void **state);
int remove_root(void **state);
void put(const char *root, const char *path, const char *text);
/* The process is in `group` of the unified hierarchy, whose mount begins at `inside`. */
void put_v2(const char *root, const char *group, const char *inside);
/* The limit `id`, or NULL when it is not listed. */
const struct limit_value *find(const char *root, enum limit_side side, enum limit_id id,
                               struct limit_value values[LIMIT_COUNT]);
/* By its value, use and source on the client's side. */
void expect(const char *root, enum limit_id id, uint64_t value, uint64_t used, const char *source);
void expect_none(const char *root, enum limit_side side, enum limit_id id);

#define MADE_UP(name) TEST_IN(name, make_root, remove_root)

#endif
