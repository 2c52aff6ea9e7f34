/* A made-up run against a server of somebody else, which may have a bound of its own. */
#ifndef KONEKSI_TESTS_UNIT_LOADGEN_VERDICT_CAP_FIXTURE_H
#define KONEKSI_TESTS_UNIT_LOADGEN_VERDICT_CAP_FIXTURE_H

#include "loadgen/verdict/diagnose.h"
#include "tests/unit/test.h"

enum { REFUSED_GROUP, LATE_GROUP, GROUPS };

/* Two hundred held clients: the first fifty have their replies, the others do not. */
struct scene {
    struct run_spec spec;
    struct limit_value backlog;
    struct error_group groups[GROUPS];
    struct group_usage usage;
    struct diagnose_case facts;
};

void make_cap_scene(struct scene *scene);
void fail_with(struct scene *scene, enum error_phase phase, const char *call, int error_number);

/* Of so many clients those that connected first were served, and all others failed. */
struct load_order come_last(uint64_t served, uint64_t failed);

/* Whether its sentence has these words. */
bool says(const struct scene *scene, const char *words);
void expect_cap(const struct scene *scene, uint64_t value, const char *words);
void expect_none(const struct scene *scene);

#endif
