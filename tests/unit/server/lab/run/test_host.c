#include "server/lab/run/host.h"

#include <sys/stat.h>
#include <sys/utsname.h>

#include "tests/unit/test.h"

#define ID "0123456789abcdef0123456789abcdef"

static const struct host_facts usual = {ID, "6.1.0", "x86_64", "AMD EPYC 7B13", 2, 8ULL << 30};

TEST(the_fingerprint_tells_machines_apart)
{
    const uint64_t first = host_fingerprint(&usual);
    struct host_facts other = usual;
    other.memory_bytes += 1 << 20; /* as after another boot */
    assert_true(host_fingerprint(&other) == first);
    const struct host_facts others[] = {
        {"0123456789abcdef0123456789abcdee", usual.kernel, usual.machine, usual.processor, 2, 8ULL << 30},
        {ID, "6.1.1", usual.machine, usual.processor, 2, 8ULL << 30},
        {ID, usual.kernel, "aarch64", usual.processor, 2, 8ULL << 30},
        {ID, usual.kernel, usual.machine, "Intel Xeon", 2, 8ULL << 30},
        {ID, usual.kernel, usual.machine, usual.processor, 4, 8ULL << 30},
        {ID, usual.kernel, usual.machine, usual.processor, 2, 16ULL << 30},
        {"", usual.kernel, usual.machine, usual.processor, 2, 8ULL << 30},
    };
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_true(host_fingerprint(&others[i]) != first);
    }
}

TEST(an_id_that_is_none_counts_as_none)
{
    static const char *const ids[] = {"uninitialized", "0123", ID "0", "0123456789abcdeg0123456789abcdef"};
    struct host_facts without = usual;
    without.machine_id = "";
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        struct host_facts odd = usual;
        odd.machine_id = ids[i];
        assert_true(host_fingerprint(&odd) == host_fingerprint(&without));
    }
}

/* Below a folder; its own are made, too. */
static void put(const char *root, const char *folder, const char *file, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", root, folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/%s/%s", root, folder, file);
    FILE *const out = fopen(path, "we");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

TEST(the_host_is_read)
{
    char root[FOLDER_SIZE];
    struct utsname name;
    struct run_host bare;
    struct run_host host;
    folder_make(root);
    assert_int_equal(uname(&name), 0);
    host_read(root, &bare);
    assert_int_equal(strlen(bare.fingerprint), 16);
    put(root, "etc", "machine-id", ID "\n");
    host_read(root, &host);
    assert_string_equal(host.name, name.nodename);
    assert_string_equal(host.kernel, name.release);
    assert_string_not_equal(host.fingerprint, bare.fingerprint);
    const struct run_host before = host;
    put(root, "proc", "cpuinfo", "processor\t: 0\nmodel name\t: AMD EPYC 7B13\nmodel name\t: AMD EPYC 7B13\n");
    host_read(root, &host);
    assert_string_not_equal(host.fingerprint, before.fingerprint);
    folder_remove(root);
}
