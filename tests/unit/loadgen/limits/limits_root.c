#include "tests/unit/loadgen/limits/limits_root.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

int make_root(void **state)
{
    *state = malloc(FOLDER_SIZE);
    folder_make(*state);
    return 0;
}

int remove_root(void **state)
{
    folder_remove(*state);
    free(*state);
    return 0;
}

void put(const char *root, const char *path, const char *text)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    for (char *slash = strchr(whole + strlen(root) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        assert_true(mkdir(whole, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    FILE *const file = fopen(whole, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

void put_v2(const char *root, const char *group, const char *inside)
{
    char text[512];
    snprintf(text, sizeof text, "0::%s\n", group);
    put(root, "/proc/self/cgroup", text);
    snprintf(text, sizeof text,
             "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
             "31 23 0:28 %s /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
             inside);
    put(root, "/proc/self/mountinfo", text);
}

const struct limit_value *find(const char *root, enum limit_side side, enum limit_id id,
                               struct limit_value values[LIMIT_COUNT])
{
    const size_t count = limits_read_below(root, side, 128, values);
    assert_true(count <= LIMIT_COUNT);
    for (size_t i = 0; i < count; i++) {
        if (values[i].id == id) {
            assert_int_equal(values[i].side, side);
            return &values[i];
        }
    }
    return NULL;
}

void expect(const char *root, enum limit_id id, uint64_t value, uint64_t used, const char *source)
{
    struct limit_value values[LIMIT_COUNT];
    const struct limit_value *const found = find(root, LIMIT_SIDE_CLIENT, id, values);
    assert_non_null(found);
    assert_true(found->value == value);
    assert_true(found->used == used);
    assert_string_equal(found->source, source);
}

void expect_none(const char *root, enum limit_side side, enum limit_id id)
{
    struct limit_value values[LIMIT_COUNT];
    assert_null(find(root, side, id, values));
}
