/* What an experiment is to do: its kind, what that kind takes, and the fields that all its runs have in common. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_PLAN_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_EXPERIMENT_PLAN_H

#include "loadgen/contract/run_spec.h"
#include "loadgen/limits/limit.h"
#include "server/lab/experiment/experiment_kind.h"

enum {
#define NUMBER(name, NAME, most, usual, help) PLAN_##NAME##_MOST = (most), PLAN_##NAME##_USUAL = (usual),
#include "server/lab/experiment/plan_numbers.def"
#undef NUMBER
};

#define PLAN_COUNTS_MOST 100
#define PLAN_RUNS_MOST 1000 /* of a sweep */
#define PLAN_POOL_MOST 100000

/* A proof searches the ceiling under a lowered limit: what it is compared with. */
struct plan_proof {
    uint64_t run;        /* whose limit it is about */
    enum limit_id limit; /* of the client side */
    uint64_t from;       /* its value in that run, in the unit of the limit */
    uint64_t to;
    uint64_t expected; /* the ceiling under it */
};

struct plan {
    enum experiment_kind kind; /* EXPERIMENT_KIND_COUNT while not chosen */
    struct run_spec spec;      /* common to all runs; mode: that of a ceiling or a proof; count: not used */
    bool has_hold, has_timeout, has_pool_size;
    bool has_more;     /* any field but kind and run was given */
    size_t mode_count; /* of a sweep or a survey; 0: the usual ones (modes.def) */
    enum run_mode modes[MODE_COUNT];
    size_t count_count;
    uint64_t counts[PLAN_COUNTS_MOST];
    uint64_t repeats; /* of a sweep or the classic one; 0: the kind's own default */
    uint64_t max;     /* of a ceiling or a survey: the largest count that is tried at once; 0: the default */
    uint64_t minutes; /* of a survey: when they have passed, no further run begins; 0: the default */
    struct plan_proof proof;
};

void plan_init(struct plan *plan);

/* Sets one field from text; lists are separated by commas. As run_spec_set_text for the fields of a run. */
enum result plan_set_text(struct plan *plan, const char *name, const char *value, struct err *err) MUST_CHECK;
/* Sets all fields that `object` has; types are strict. */
enum result plan_set_json(struct plan *plan, const cJSON *object, struct err *err) MUST_CHECK;

/* The options of a command line for the fields that a run does not have; "mode" and "hold" are options of a run. */
struct plan_option {
    const char *name; /* of the field and, as it has no '_' or '.', of the option */
    enum plan_field field;
    const char *argument;
    const char *help;
};
const struct plan_option *plan_option_at(size_t index); /* NULL behind the last one */
/* As plan_set_text, but the fields of a run as run_spec_set_option reads them. */
enum result plan_set_option(struct plan *plan, const char *name, const char *value, struct err *err) MUST_CHECK;

/* Refuses the fields that its kind does not take. The fields of the kind itself are checked by strategy_complete. */
enum result plan_check_fields(const struct plan *plan, struct err *err) MUST_CHECK;

bool plan_has_mode(const struct plan *plan, enum run_mode mode);
/* Takes the usual modes (modes.def) where none was chosen. */
void plan_fill_modes(struct plan *plan);

/* The run of so many clients in that mode. A held pool is as large as its count unless the plan has a pool_size. */
void plan_run(const struct plan *plan, enum run_mode mode, uint64_t count, struct run_spec *spec);

/* {"kind":...,"modes":...} with every default filled in: what plan_restore reads. NULL when memory ran out. */
cJSON *plan_to_json(const struct plan *plan) MUST_CHECK;
/* The plan that was stored as that text. RESULT_STORE when it is not one, RESULT_NO_MEMORY. */
enum result plan_restore(const char *text, struct plan *plan, struct err *err) MUST_CHECK;

#endif
