/* Backups: one moment of a store that is written to meanwhile, or nothing at all. */
#include "tests/unit/db/store_fixture.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <sys/syscall.h>

#include "db/backup.h"

#define BATCHES 30 /* some three thousand pages in all: a copy takes several pieces */

static bool cannot_rename; /* as on NFS */

/* Replaces the C library's. */
int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    if (cannot_rename && flags != 0) {
        errno = EINVAL;
        return -1;
    }
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

struct witness {
    struct fixture *fixture;
    int calls;
    int stop_at; /* 0: never */
};

/* Writes between the pieces, as a panel does. */
static bool look_on(void *arg)
{
    struct witness *const witness = arg;
    witness->calls++;
    (void)fixture_create(witness->fixture, 7);
    return witness->calls != witness->stop_at;
}

STORE_TEST(a_copy_is_of_the_moment_at_which_it_began)
{
    struct fixture *const fixture = *state;
    char path[80];
    struct witness witness = {.fixture = fixture};
    struct backup backup = {.from = fixture->path, .to = path, .go_on = look_on, .arg = &witness};
    struct store *copy = NULL;
    snprintf(path, sizeof path, "%s/copy.db", fixture->directory);
    fixture_fill(fixture, fixture_create(fixture, 3).id, BATCHES);
    OK(backup_run(&backup, &fixture->err));
    assert_true(witness.calls >= 2 && backup.bytes > 4096L * 1000);
    assert_int_equal(fixture_count_runs(fixture->store), 1 + witness.calls);
    OK(store_open(path, &copy, &fixture->err));
    assert_int_equal(fixture_count_runs(copy), 1);
    store_close(copy);
    assert_int_equal(unlink(path), 0);
}

STORE_TEST(a_backup_that_is_stopped_leaves_nothing)
{
    struct fixture *const fixture = *state;
    char path[80];
    struct witness witness = {.fixture = fixture, .stop_at = 2};
    struct backup backup = {.from = fixture->path, .to = path, .go_on = look_on, .arg = &witness};
    snprintf(path, sizeof path, "%s/copy.db", fixture->directory);
    fixture_fill(fixture, fixture_create(fixture, 3).id, BATCHES);
    assert_int_equal(backup_run(&backup, &fixture->err), RESULT_CONFLICT);
    assert_non_null(strstr(fixture->err.message, "stopped"));
    assert_int_equal(witness.calls, 2);
    assert_int_equal(access(path, F_OK), -1); /* that no other file is there either, the teardown sees */
}

STORE_TEST(a_file_system_without_rename_noreplace_gets_its_copy)
{
    struct fixture *const fixture = *state;
    char path[80];
    struct store *copy = NULL;
    struct backup backup = {.from = fixture->path, .to = path};
    snprintf(path, sizeof path, "%s/copy.db", fixture->directory);
    (void)fixture_create(fixture, 3);
    cannot_rename = true;
    const enum result result = backup_run(&backup, &fixture->err);
    cannot_rename = false;
    OK(result);
    OK(store_open(path, &copy, &fixture->err));
    assert_int_equal(fixture_count_runs(copy), 1);
    store_close(copy);
    assert_int_equal(unlink(path), 0); /* the teardown sees that nothing else is left */
}

static bool make_it(void *arg)
{
    FILE *const file = fopen(arg, "wxe");
    if (file != NULL) { /* the first time */
        assert_true(fputs("mine", file) >= 0);
        assert_int_equal(fclose(file), 0);
    }
    return true;
}

static void assert_stays(struct fixture *fixture)
{
    char path[80];
    struct backup backup = {.from = fixture->path, .to = path, .go_on = make_it, .arg = path};
    snprintf(path, sizeof path, "%s/copy.db", fixture->directory);
    fixture_fill(fixture, fixture_create(fixture, 3).id, BATCHES);
    assert_int_equal(backup_run(&backup, &fixture->err), RESULT_CONFLICT);
    assert_non_null(strstr(fixture->err.message, "is there already"));
    char kept[8] = "";
    FILE *const file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(kept, sizeof kept, file));
    (void)fclose(file);
    assert_string_equal(kept, "mine");
    assert_int_equal(unlink(path), 0);
}

STORE_TEST(a_file_that_comes_meanwhile_stays)
{
    assert_stays(*state);
    cannot_rename = true;
    assert_stays(*state);
    cannot_rename = false;
}

static bool remove_part(void *arg)
{
    glob_t found;
    if (glob(arg, 0, NULL, &found) == 0) {
        assert_int_equal(unlink(found.gl_pathv[0]), 0);
        globfree(&found);
    }
    return true;
}

STORE_TEST(a_copy_that_somebody_removes_is_no_backup)
{
    struct fixture *const fixture = *state;
    char path[80];
    char pattern[96];
    struct backup backup = {.from = fixture->path, .to = path, .go_on = remove_part, .arg = pattern};
    snprintf(path, sizeof path, "%s/copy.db", fixture->directory);
    snprintf(pattern, sizeof pattern, "%s.??????", path);
    fixture_fill(fixture, fixture_create(fixture, 3).id, BATCHES);
    assert_int_equal(backup_run(&backup, &fixture->err), RESULT_STORE);
    assert_int_equal(access(path, F_OK), -1);
}

STORE_TEST(a_path_that_is_too_long_is_refused)
{
    struct fixture *const fixture = *state;
    char path[PATH_MAX - 4];
    struct backup backup = {.from = fixture->path, .to = path};
    memset(path, '/', sizeof path);
    memcpy(path, fixture->directory, strlen(fixture->directory));
    snprintf(path + sizeof path - sizeof "/copy.db", sizeof "/copy.db", "/copy.db");
    assert_int_not_equal(backup_run(&backup, &fixture->err), RESULT_OK);
    assert_non_null(strstr(fixture->err.message, "ENAMETOOLONG"));
}

STORE_TEST(only_a_database_of_koneksi_is_copied)
{
    struct fixture *const fixture = *state;
    char path[80];
    char missing[80];
    char nowhere[96];
    snprintf(path, sizeof path, "%s/other.db", fixture->directory);
    snprintf(missing, sizeof missing, "%s/missing.db", fixture->directory);
    snprintf(nowhere, sizeof nowhere, "%s/missing/copy.db", fixture->directory);
    fixture_sql(path, "CREATE TABLE a (x)");
    assert_int_equal(backup_run(&(struct backup){.from = path, .to = missing}, &fixture->err), RESULT_STORE);
    assert_non_null(strstr(fixture->err.message, "is no database of koneksi"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(backup_run(&(struct backup){.from = missing, .to = path}, &fixture->err), RESULT_SYSTEM);
    assert_non_null(strstr(fixture->err.message, "ENOENT"));
    assert_int_equal(backup_run(&(struct backup){.from = fixture->path, .to = nowhere}, &fixture->err), RESULT_SYSTEM);
    assert_non_null(strstr(fixture->err.message, "ENOENT"));
}

STORE_TEST(a_backup_needs_no_callback)
{
    struct fixture *const fixture = *state;
    char path[80];
    struct backup backup = {.from = fixture->path, .to = path};
    snprintf(path, sizeof path, "%s/copy.db", fixture->directory);
    fixture_fill(fixture, fixture_create(fixture, 3).id, BATCHES);
    OK(backup_run(&backup, &fixture->err));
    assert_true(backup.bytes > 4096L * 1000);
    assert_int_equal(unlink(path), 0);
}

STORE_TEST(a_copy_is_given_no_name_of_the_databases_own_files)
{
    static const char *const endings[] = {"-wal", "-shm", "-journal"};
    struct fixture *const fixture = *state;
    char path[128];
    char detour[96];
    snprintf(detour, sizeof detour, "%s/../%s", fixture->directory, strrchr(fixture->directory, '/') + 1);
    fixture_close(fixture);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(path, sizeof path, "%s/koneksi.db%s", detour, endings[i]);
        assert_int_equal(backup_run(&(struct backup){.from = fixture->path, .to = path}, &fixture->err),
                         RESULT_CONFLICT);
        assert_int_equal(access(path, F_OK), -1);
    }
    assert_non_null(strstr(fixture->err.message, "of the database's own"));
    snprintf(path, sizeof path, "%s-monday", fixture->path);
    OK(backup_run(&(struct backup){.from = fixture->path, .to = path}, &fixture->err));
    assert_int_equal(unlink(path), 0);
}

STORE_TEST(an_existing_file_is_not_overwritten)
{
    struct fixture *const fixture = *state;
    struct backup backup = {.from = fixture->path, .to = fixture->path};
    assert_int_equal(backup_run(&backup, &fixture->err), RESULT_CONFLICT);
    assert_non_null(strstr(fixture->err.message, "is there already"));
    assert_int_equal(fixture_count_runs(fixture->store), 0);
}
