/* A made-up run whose clients failed, of which a test asks the verdict. */
#ifndef KONEKSI_TESTS_UNIT_LOADGEN_VERDICT_DIAGNOSE_FIXTURE_H
#define KONEKSI_TESTS_UNIT_LOADGEN_VERDICT_DIAGNOSE_FIXTURE_H

#include "loadgen/verdict/diagnose.h"
#include "tests/unit/test.h"

extern const struct predict_server epoll, threads, foreign;

/* Five hundred held clients of a mode against the epoll model, with room for all of them. */
struct scene {
    struct run_spec spec;
    struct limit_value values[10];
    struct error_group groups[3];
    struct diagnose_case facts;
};

struct limit_value limit(enum limit_id id, enum limit_side side, uint64_t value, uint64_t used);
struct error_group group(enum error_phase phase, const char *call, int error_number, uint64_t count);
struct scene *make_scene(struct scene *scene, enum run_mode mode);
void add_group(struct scene *scene, struct error_group added);

/* Whether its sentence has these words. */
void expect_words(const struct verdict *verdict, const char *words);
void expect(const struct scene *scene, enum limit_id id, enum limit_side side, enum certainty certainty,
            const char *words);
void expect_reason(const struct scene *scene, enum verdict_reason reason, enum fact_side side, enum certainty certainty,
                   const char *words);

#endif
