#include "tests/unit/test.h"

#include <ftw.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The linker defines these at the ends of the section. */
extern const struct test_case *const __start_unit_test_cases[];
extern const struct test_case *const __stop_unit_test_cases[];

static int by_line(const void *left, const void *right)
{
    return ((const struct test_case *)left)->line - ((const struct test_case *)right)->line;
}

size_t test_cases(struct CMUnitTest cases[TEST_CASES_MOST])
{
    struct test_case sorted[TEST_CASES_MOST];
    const size_t count = (size_t)(__stop_unit_test_cases - __start_unit_test_cases);
    if (count > TEST_CASES_MOST) {
        abort();
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = *__start_unit_test_cases[i];
    }
    qsort(sorted, count, sizeof *sorted, by_line);
    for (size_t i = 0; i < count; i++) {
        cases[i] = sorted[i].test;
    }
    return count;
}

int run_cases(void)
{
    struct CMUnitTest cases[TEST_CASES_MOST];
    const size_t count = test_cases(cases);
    return _cmocka_run_group_tests("tests", cases, count, NULL, NULL);
}

__attribute__((weak)) int main(void)
{
    return run_cases();
}

void folder_make(char path[FOLDER_SIZE])
{
    const char *const folder = getenv("TMPDIR");
    const bool usable = folder != NULL && folder[0] == '/' && strlen(folder) <= 10;
    snprintf(path, FOLDER_SIZE, "%s/koneksi-test-XXXXXX", usable ? folder : "/tmp");
    assert_non_null(mkdtemp(path));
}

/* A parent that ended before prctl() is not seen by it: hence getppid(). */
pid_t fork_mortal(void)
{
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)) {
        _exit(1);
    }
    return pid;
}

bool refuse_call(unsigned call, int error_number)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error_number),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = COUNT_OF(filter), .filter = filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

int look_without(unsigned call, int error_number, int (*look)(void))
{
    const pid_t child = fork();
    if (child == 0) {
        _exit(refuse_call(call, error_number) ? look() : NO_SECCOMP);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    return remove(path);
}

void folder_remove(const char *path)
{
    assert_int_equal(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

char *exact_copy(const char *bytes, size_t length)
{
    char *const copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    return memcpy(copy, bytes, length);
}
