/* Fields of a run that are set, and values that are refused. */
#ifndef KONEKSI_TESTS_UNIT_LOADGEN_CONTRACT_RUN_SPEC_FIXTURE_H
#define KONEKSI_TESTS_UNIT_LOADGEN_CONTRACT_RUN_SPEC_FIXTURE_H

#include "loadgen/contract/run_spec.h"
#include "tests/unit/test.h"

/* Begins at the defaults; `text` is a JSON object. */
enum result set_json(struct run_spec *spec, const char *text, struct err *err);

void expect_text_error(const char *name, const char *value, const char *message);

#endif
