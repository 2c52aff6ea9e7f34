/* The limits that a run sets, where this process may and where it may not. Root has its capability taken away for it.
 */
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loadgen/contract/run_rlimits.h"
#include "loadgen/limits/sources.h"
#include "tests/unit/test.h"

static struct run_spec limited(uint64_t nofile, uint64_t nproc)
{
    struct run_spec spec;
    run_spec_init(&spec);
    spec.limit_nofile = nofile;
    spec.limit_nproc = nproc;
    return spec;
}

static uint64_t read_hard(int resource)
{
    struct rlimit limit;
    assert_int_equal(getrlimit((__rlimit_resource_t)resource, &limit), 0);
    return limit.rlim_max;
}

/* In a child, because nothing gives a capability back. */
static void without_capability(void (*look)(void))
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    int status = 0;
    const pid_t child = fork_mortal();
    if (child == 0) {
        assert_int_equal(syscall(SYS_capset, &header, none), 0);
        look();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void refuse_above_the_hard_limit(void)
{
    struct err again;
    struct err err;
    const struct rlimit few = {.rlim_cur = 300, .rlim_max = 300};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    struct run_spec spec = limited(300, 0);
    OK(run_rlimits_check(&spec, &err));
    spec.limit_nofile = 301;
    assert_int_equal(run_rlimits_check(&spec, &err), RESULT_INVALID);
    assert_string_equal(err.field, "limits.nofile");
    assert_string_equal(err.message,
                        "limits.nofile must be at most 300, which is Koneksi's hard RLIMIT_NOFILE, got 301");
    assert_int_equal(run_rlimits_set(&spec, &again), RESULT_INVALID);
    assert_string_equal(again.message, err.message);
    assert_int_equal(read_hard(RLIMIT_NOFILE), 300);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* which reserve terabytes */
    const struct rlimit little = {.rlim_cur = 4ULL << 30, .rlim_max = 4ULL << 30};
    assert_int_equal(setrlimit(RLIMIT_AS, &little), 0);
    spec = limited(0, 0);
    spec.limit_as_mib = 4097;
    assert_int_equal(run_rlimits_check(&spec, &err), RESULT_INVALID);
    assert_string_equal(err.message, "limits.as_mib must be at most 4096, which is Koneksi's hard RLIMIT_AS, got 4097");
#endif
}

TEST(a_limit_above_the_hard_one_is_refused_with_its_name)
{
    (void)state;
    without_capability(refuse_above_the_hard_limit);
}

/* What is refused is what the kernel refuses, whoever runs this: each way the answers agree. */
static void agree_with_the_kernel(void)
{
    struct err err;
    const struct rlimit few = {.rlim_cur = 300, .rlim_max = 300};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    const struct run_spec spec = limited(301, 0);
    const struct rlimit more = {.rlim_cur = 301, .rlim_max = 301};
    const enum result allowed = run_rlimits_check(&spec, &err);
    assert_int_equal(allowed == RESULT_OK, setrlimit(RLIMIT_NOFILE, &more) == 0);
}

TEST(whoever_may_raise_a_hard_limit_is_let)
{
    (void)state;
    int status = 0;
    const pid_t child = fork_mortal();
    if (child == 0) {
        agree_with_the_kernel();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    without_capability(agree_with_the_kernel);
}

TEST(nobody_has_more_descriptors_than_the_machine_gives_a_process)
{
    (void)state;
    uint64_t nr_open = 0;
    struct err err;
    const bool read = source_read_uint("", "/proc/sys/fs/nr_open", &nr_open);
    const struct run_spec spec = limited(nr_open + 1, 0);
    if (!read || nr_open >= run_fields[RUN_FIELD_limit_nofile].max) {
        SKIP_BECAUSE("fs.nr_open is as high as a run can ask for");
    }
    assert_int_equal(run_rlimits_check(&spec, &err), RESULT_INVALID);
    assert_non_null(strstr(err.message, "limits.nofile must be at most "));
    assert_true(strstr(err.message, "this machine's fs.nr_open") != NULL || strstr(err.message, "hard") != NULL);
}
