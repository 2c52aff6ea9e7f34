/* One moment of the store: pages that belong together while others write. */
#include <sys/stat.h>

#include "db/store_view.h"
#include "tests/unit/db/store_fixture.h"

struct ids {
    int64_t ids[64];
    size_t count;
};

static bool collect(const struct run *run, void *arg)
{
    struct ids *const ids = arg;
    ids->ids[ids->count++] = run->id;
    return true;
}

static struct ids list(struct store *store, struct run_filter filter)
{
    struct err err = {.message = ""};
    struct ids ids = {.count = 0};
    OK(store_runs_each(store, &filter, collect, &ids, &err));
    return ids;
}

/* Runs of which many are equal, some have NULL where the list is sorted, and some have no positive id. */
static void create_odd(struct fixture *fixture)
{
    for (int i = 0; i < 20; i++) {
        (void)fixture_create(fixture, 5 + (uint64_t)i % 3);
    }
    fixture_close(fixture);
    fixture_sql(fixture->path,
                "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(replace(replace(sql,"
                " 'label TEXT NOT NULL', 'label TEXT'), 'completed INTEGER NOT NULL', 'completed INTEGER'),"
                " 'mode TEXT NOT NULL', 'mode TEXT') WHERE name = 'runs'");
    fixture_sql(fixture->path,
                "PRAGMA ignore_check_constraints = ON; UPDATE runs SET label = NULL, completed = NULL, mode = NULL"
                " WHERE id % 4 = 0; UPDATE runs SET label = '', completed = -1 WHERE id % 4 = 1;"
                "UPDATE runs SET completed = 7, mode = '-Inf' WHERE id % 4 = 2; UPDATE runs SET id = id - 8");
    fixture_reopen(fixture);
}

STORE_TEST(pages_of_every_order_leave_no_run_out_and_repeat_none)
{
    static const enum run_sort sorts[] = {
        RUN_SORT_NONE,
#define SORT(NAME, name, sql) RUN_SORT_##NAME,
#include "db/run_sorts.def"
#undef SORT
    };
    struct fixture *const fixture = *state;
    create_odd(fixture);
    for (size_t s = 0; s < 2 * (sizeof sorts / sizeof *sorts); s++) {
        struct run_filter filter = fixture_any();
        filter.sort = sorts[s / 2];
        filter.ascending = s % 2 == 1;
        const struct ids whole = list(fixture->store, filter);
        assert_int_equal(whole.count, 20);
        filter.limit = 3;
        for (size_t i = 0; i < 20; i += 3) {
            const struct ids page = list(fixture->store, filter);
            assert_int_equal(page.count, i + 3 <= 20 ? 3 : 20 - i);
            assert_memory_equal(page.ids, whole.ids + i, page.count * sizeof *page.ids);
            filter.continues = true;
            filter.place.id = page.ids[page.count - 1];
        }
    }
}

STORE_TEST(a_sorted_page_behind_a_deleted_run_is_refused)
{
    struct fixture *const fixture = *state;
    const struct run run = fixture_create(fixture, 5);
    struct run_filter filter = fixture_any();
    struct ids ids = {.count = 0};
    filter.sort = RUN_SORT_COUNT;
    filter.continues = true;
    filter.place.id = run.id;
    OK(store_run_delete(fixture->store, run.id, &fixture->err));
    assert_int_equal(store_runs_each(fixture->store, &filter, collect, &ids, &fixture->err), RESULT_STORE);
    assert_non_null(strstr(fixture->err.message, "was deleted"));
}

STORE_TEST(a_view_keeps_what_is_deleted_meanwhile)
{
    struct fixture *const fixture = *state;
    const struct run run = fixture_create(fixture, 5);
    struct store *const view = store_view_open(fixture->store, true);
    assert_non_null(view);
    OK(store_run_delete(fixture->store, run.id, &fixture->err));
    (void)fixture_create(fixture, 6);
    assert_int_equal(fixture_count_runs(view), 1);
    assert_int_equal(list(view, fixture_any()).ids[0], run.id);
    OK(store_view_check(view, &fixture->err));
    store_view_close(view);
    assert_int_equal(list(fixture->store, fixture_any()).ids[0], run.id + 1);
}

STORE_TEST(a_view_that_lost_its_moment_reports_what_it_misses)
{
    struct fixture *const fixture = *state;
    const struct run run = fixture_create(fixture, 5);
    const struct run other = fixture_create(fixture, 5);
    struct store *views[STORE_VIEWS + 2];
    /* the first two lose their moment to the last two; only the first is sorted */
    for (size_t i = 0; i < STORE_VIEWS + 2; i++) {
        views[i] = store_view_open(fixture->store, i == 0);
        assert_non_null(views[i]);
    }
    OK(store_view_check(views[0], &fixture->err));
    OK(store_run_cancel_queued(fixture->store, other.id, 1, &fixture->err));
    assert_int_equal(store_view_check(views[0], &fixture->err), RESULT_STORE); /* the order changed */
    OK(store_view_check(views[1], &fixture->err));
    OK(store_run_delete(fixture->store, run.id, &fixture->err));
    assert_int_equal(store_view_check(views[1], &fixture->err), RESULT_STORE);
    assert_int_equal(fixture_count_runs(views[1]), 1);
    for (size_t i = 2; i < STORE_VIEWS + 2; i++) {
        OK(store_view_check(views[i], &fixture->err));
        assert_int_equal(fixture_count_runs(views[i]), 2);
    }
    for (size_t i = 0; i < STORE_VIEWS + 2; i++) {
        store_view_close(views[i]);
    }
}

/* The new run hides the one that a folded list was to have, and stands above the page. */
STORE_TEST(a_new_run_of_an_experiment_changes_folded_lists)
{
    struct fixture *const fixture = *state;
    struct run run = fixture_run(5);
    struct store *views[STORE_VIEWS + 2];
    for (size_t i = 0; i < STORE_VIEWS + 2; i++) {
        views[i] = store_view_open(fixture->store, i == 0);
        assert_non_null(views[i]);
    }
    OK(store_run_create(fixture->store, &run, &fixture->err));
    OK(store_view_check(views[0], &fixture->err));
    run.experiment = 1;
    OK(store_run_create(fixture->store, &run, &fixture->err));
    assert_int_equal(store_view_check(views[0], &fixture->err), RESULT_STORE);
    OK(store_view_check(views[1], &fixture->err));
    for (size_t i = 0; i < STORE_VIEWS + 2; i++) {
        store_view_close(views[i]);
    }
}

STORE_TEST(a_view_does_not_keep_the_log_growing)
{
    struct fixture *const fixture = *state;
    const struct run run = fixture_create(fixture, 5);
    struct store *const view = store_view_open(fixture->store, false);
    struct stat status;
    char log[80];
    fixture_fill(fixture, run.id, 150);
    snprintf(log, sizeof log, "%s-wal", fixture->path);
    assert_int_equal(stat(log, &status), 0);
    assert_true(status.st_size < 40L * 1024 * 1024);
    OK(store_view_check(view, &fixture->err)); /* it lost its moment, but nothing was deleted */
    OK(store_run_delete(fixture->store, run.id, &fixture->err));
    assert_int_equal(store_view_check(view, &fixture->err), RESULT_STORE);
    store_view_close(view);
}
