/* What every unit test includes: cmocka with the headers that it needs, and the declaration of test cases. */
#ifndef KONEKSI_TESTS_UNIT_TEST_H
#define KONEKSI_TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

#include "base/table.h"

struct test_case {
    struct CMUnitTest test;
    int line; /* the linker does not keep the order of the file */
};

/* Begins the definition of a test case, which runs between `set_up` and `tear_down` as cmocka calls them. Each case
 * stands in the section `unit_test_cases` of its program, so that no list repeats their names. */
#define TEST_IN(name, set_up, tear_down)                                                                               \
    static void name(void **state);                                                                                    \
    static const struct test_case case_##name = {{#name, name, set_up, tear_down, NULL}, __LINE__};                    \
    __attribute__((section("unit_test_cases"), used)) static const struct test_case *const listed_##name =             \
        &case_##name;                                                                                                  \
    static void name(void **state)
#define TEST(name) TEST_IN(name, NULL, NULL)

#define TEST_CASES_MOST 64

/* Writes the program's cases in the order of its file, and returns how many there are. */
size_t test_cases(struct CMUnitTest cases[TEST_CASES_MOST]);

/* Runs the program's cases and returns its exit status. A program without a main of its own does only this. */
int run_cases(void);

#define FOLDER_SIZE 40

/* Makes a temporary folder, in TMPDIR where that is a short path. */
void folder_make(char path[FOLDER_SIZE]);
/* Removes it with everything in it. */
void folder_remove(const char *path);

/* fork(); the child is killed when its parent ends. */
pid_t fork_mortal(void);

/* From then on the kernel answers that system call of this process with that error. False: it has no seccomp. */
bool refuse_call(unsigned call, int error_number);

/* What `look` returns, 0..255, in a child to which that call is refused; NO_SECCOMP: there is no seccomp. */
#define NO_SECCOMP 99
int look_without(unsigned call, int error_number, int (*look)(void));

/* xorshift64 (Marsaglia 2003): the same values in every run, so that a failure can be repeated. */
uint64_t next_random(uint64_t *seed);

/* A copy of exactly that length, so that the sanitizer sees a read beyond it. The caller frees it. */
char *exact_copy(const char *bytes, size_t length);

#define OK(call) assert_int_equal((call), RESULT_OK)

/* Ends a test that this machine does not permit; `./run test` lists it with the reason. skip() alone is for a case that
 * does not apply, such as one about another server model. */
#define SKIP_BECAUSE(reason)                                                                                           \
    do {                                                                                                               \
        print_message("SKIPPED: %s: %s\n", __func__, reason);                                                          \
        skip();                                                                                                        \
    } while (0)

#endif
