/* Skipping a test that this machine does not permit. skip() alone is for a case that does not apply, such as one about
 * another server model. */
#ifndef KONEKSI_TESTS_UNIT_SKIP_H
#define KONEKSI_TESTS_UNIT_SKIP_H

/* Ends the test that calls it; `./run test` lists it with the reason. */
#define SKIP_BECAUSE(reason)                                                                                           \
    do {                                                                                                               \
        print_message("SKIPPED: %s: %s\n", __func__, reason);                                                          \
        skip();                                                                                                        \
    } while (0)

#endif
