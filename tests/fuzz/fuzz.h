/* What the fuzz targets share. Each target is one function that takes any bytes and ends the program when a property
 * does not hold: clang's libFuzzer looks for such bytes, replay.c tries those that were kept, in every build. */
#ifndef KONEKSI_TESTS_FUZZ_FUZZ_H
#define KONEKSI_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* https://llvm.org/docs/LibFuzzer.html#fuzz-target; returns 0 */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* An assertion that no build leaves out. */
#define MUST(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, __LINE__, #condition);                                 \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

#endif
