/* Lists of runs: in pages, in any order, filtered. */
#include "tests/unit/db/store_fixture.h"

struct ids {
    int64_t ids[64];
    size_t count;
    size_t most;
};

static bool collect(const struct run *run, void *arg)
{
    struct ids *ids = arg;
    ids->ids[ids->count++] = run->id;
    return ids->count < ids->most;
}

static struct ids list(struct fixture *fixture, struct run_filter filter)
{
    struct ids ids = {.most = 64};
    OK(store_runs_each(fixture->store, &filter, collect, &ids, &fixture->err));
    return ids;
}

static void create_for_lists(struct fixture *fixture)
{
    static const char *const labels[] = {"", "50% done", "50 done", "a_b", "aXb", "Sweep", "resweep", "x\\y", "", ""};
    for (size_t i = 0; i < 10; i++) {
        struct run run = fixture_run(10);
        run.spec.mode = (enum run_mode)(i % 3);
        run.experiment = i < 5 ? 3 : 0;
        snprintf(run.spec.label, sizeof run.spec.label, "%s", labels[i]);
        OK(store_run_create(fixture->store, &run, &fixture->err));
        if (i % 2 == 0) {
            OK(store_run_cancel_queued(fixture->store, run.id, 1, &fixture->err));
        }
    }
}

STORE_TEST(lists_newest_first_in_pages)
{
    struct fixture *fixture = *state;
    create_for_lists(fixture);
    struct run_filter filter = fixture_any();
    filter.limit = 4;
    int64_t expected = 10;
    size_t pages = 0;
    for (;; pages++) {
        const struct ids ids = list(fixture, filter);
        if (ids.count == 0) {
            break;
        }
        for (size_t i = 0; i < ids.count; i++) {
            assert_int_equal(ids.ids[i], expected--);
        }
        filter.before = ids.ids[ids.count - 1];
    }
    assert_int_equal(pages, 3);
    assert_int_equal(expected, 0);
    struct ids two = {.most = 2};
    filter = fixture_any();
    OK(store_runs_each(fixture->store, &filter, collect, &two, &fixture->err));
    assert_int_equal(two.count, 2);
}

/* By each column, both ways: the same runs in the other order, page by page. */
STORE_TEST(lists_in_any_order_in_pages)
{
    static const enum run_sort sorts[] = {
#define SORT(NAME, name, sql) RUN_SORT_##NAME,
#include "db/run_sorts.def"
#undef SORT
    };
    struct fixture *fixture = *state;
    create_for_lists(fixture);
    for (size_t s = 0; s < sizeof sorts / sizeof *sorts; s++) {
        struct run_filter filter = fixture_any();
        filter.sort = sorts[s];
        const struct ids down = list(fixture, filter);
        filter.ascending = true;
        const struct ids up = list(fixture, filter);
        assert_int_equal(down.count, 10);
        assert_int_equal(up.count, 10);
        filter.limit = 3;
        for (size_t i = 0; i < 10; i++) {
            assert_int_equal(up.ids[i], down.ids[9 - i]);
            filter.offset = (uint32_t)i;
            const struct ids page = list(fixture, filter);
            assert_int_equal(page.count, i <= 7 ? 3 : 10 - i);
            assert_int_equal(page.ids[0], up.ids[i]);
        }
    }
    struct run_filter by_label = fixture_any();
    by_label.sort = RUN_SORT_LABEL;
    by_label.ascending = true;
    const struct ids ids = list(fixture, by_label);
    assert_int_equal(ids.ids[9], 8); /* x\y is behind Sweep: upper and lower case are the same */
    assert_int_equal(ids.ids[8], 6);
    by_label.mode = MODE_POOL;
    assert_int_equal(list(fixture, by_label).count, 3);
    assert_int_equal(run_sort_from_name("clients_per_s"), RUN_SORT_RATE);
    assert_int_equal(run_sort_from_name("environment"), RUN_SORT_NONE);
    assert_int_equal(run_sort_from_name(""), RUN_SORT_NONE);
}

/* As they were when the page before was read, whatever happened to its last run since. */
STORE_TEST(pages_behind_a_place_neither_repeat_nor_leave_out)
{
    struct fixture *fixture = *state;
    create_for_lists(fixture);
    struct run_filter filter = fixture_any();
    filter.sort = RUN_SORT_LABEL;
    filter.ascending = true;
    const struct ids all = list(fixture, filter);
    for (size_t last = 0; last < 9; last++) {
        struct run_place place;
        char text[RUN_PLACE_SIZE];
        OK(store_run_place(fixture->store, all.ids[last], RUN_SORT_LABEL, &place, &fixture->err));
        run_place_print(&place, text);
        filter.continues = true;
        assert_true(run_place_parse(&filter.place, text));
        OK(store_run_label_put(fixture->store, all.ids[last], "zzz", &fixture->err));
        const struct ids page = list(fixture, filter);
        assert_int_equal(page.count, 10 - last); /* the renamed one is now the last */
        assert_memory_equal(page.ids, all.ids + last + 1, (9 - last) * sizeof *page.ids);
        OK(store_run_label_put(fixture->store, all.ids[last], place.text, &fixture->err));
    }
}

TEST(places_are_exact_as_text)
{
    static const struct run_place places[] = {
        {.id = 1, .kind = RUN_PLACE_OF_RUN},
        {.id = 2, .kind = RUN_PLACE_NULL},
        {.id = 3, .kind = RUN_PLACE_INTEGER, .integer = INT64_MIN},
        {.id = 4, .kind = RUN_PLACE_REAL, .real = 1000000.0 / 3},
        {.id = INT64_MAX, .kind = RUN_PLACE_TEXT, .text = "50% \xe2\x9c\x93 & \xff"},
    };
    static const char *const wrong[] = {
        "",       "x",    "0",    "-1,n",  "1,",    "1,x",  "1,i",  "1,i07",
        "1,rnan", "1,r1", "1,t6", "1,tg0", "1,t00", "1,n ", " 1,n", "99999999999999999999,n"};
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        char text[RUN_PLACE_SIZE];
        struct run_place place;
        run_place_print(&places[i], text);
        assert_true(run_place_parse(&place, text));
        assert_int_equal(place.id, places[i].id);
        assert_int_equal(place.kind, places[i].kind);
        assert_true(place.integer == places[i].integer && place.real == places[i].real);
        assert_string_equal(place.text, places[i].text);
    }
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct run_place place;
        assert_false(run_place_parse(&place, wrong[i]));
    }
}

STORE_TEST(lists_what_the_filter_selects)
{
    struct fixture *fixture = *state;
    create_for_lists(fixture);
    struct run_filter filter = fixture_any();
    filter.mode = MODE_POOL;
    assert_int_equal(list(fixture, filter).count, 3);
    filter.status = RUN_STATUS_CANCELLED;
    const struct ids both = list(fixture, filter);
    assert_int_equal(both.count, 1);
    assert_int_equal(both.ids[0], 5);
    filter = fixture_any();
    filter.status = RUN_STATUS_QUEUED;
    assert_int_equal(list(fixture, filter).count, 5);
    filter = fixture_any();
    filter.experiment = 3;
    assert_int_equal(list(fixture, filter).count, 5);
    filter.before = 3;
    assert_int_equal(list(fixture, filter).count, 2);
    filter.experiment = 4;
    assert_int_equal(list(fixture, filter).count, 0);
}

static void expect_counts(struct fixture *fixture, const struct run_filter *filter, uint64_t runs, uint64_t experiments)
{
    struct run_counts counts = {99, 99};
    OK(store_runs_count(fixture->store, filter, &counts, &fixture->err));
    assert_int_equal(counts.runs, runs);
    assert_int_equal(counts.experiments, experiments);
}

/* Runs 1 to 5 are of experiment 3; those with an odd number are cancelled. */
STORE_TEST(folds_an_experiment_into_its_newest_run_that_matches)
{
    static const int64_t whole[] = {10, 9, 8, 7, 6, 5};
    struct fixture *fixture = *state;
    create_for_lists(fixture);
    struct run_filter filter = fixture_any();
    filter.folded = true;
    struct ids ids = list(fixture, filter);
    assert_int_equal(ids.count, COUNT_OF(whole));
    assert_memory_equal(ids.ids, whole, sizeof whole);
    filter.before = 5; /* it was listed: its older runs do not stand for it again */
    assert_int_equal(list(fixture, filter).count, 0);
    filter.before = 0;
    filter.status = RUN_STATUS_QUEUED;
    ids = list(fixture, filter);
    assert_int_equal(ids.count, 4);
    assert_int_equal(ids.ids[3], 4);
    expect_counts(fixture, &filter, 5, 1);
    filter.mode = MODE_POOL;
    ids = list(fixture, filter);
    assert_int_equal(ids.count, 2);
    assert_int_equal(ids.ids[1], 2);
    filter = fixture_any();
    filter.folded = true;
    filter.experiment = 3;
    assert_int_equal(list(fixture, filter).count, 1);
    filter.experiment = RUN_OF_NONE;
    assert_int_equal(list(fixture, filter).count, 5);
    expect_counts(fixture, &filter, 5, 0);
    filter.experiment = RUN_OF_ANY;
    filter.folded = false;
    assert_int_equal(list(fixture, filter).count, 5);
    expect_counts(fixture, &filter, 5, 1);
    filter = fixture_any();
    expect_counts(fixture, &filter, 10, 1);
}

STORE_TEST(lists_what_the_settings_and_the_verdict_select)
{
    struct fixture *fixture = *state;
    struct run run = fixture_run(10);
    for (int i = 0; i < 4; i++) {
        run.spec.hold = i % 2 == 1;
        snprintf(run.spec.target, sizeof run.spec.target, "%s", i < 3 ? "builtin" : "[::1]:80");
        OK(store_run_create(fixture->store, &run, &fixture->err));
    }
    fixture_sql(fixture->path, "UPDATE runs SET verdict_kind = 'limit', verdict_name = 'RLIMIT_NOFILE',"
                               " verdict_certainty = 'proved', verdict_facts = '[]' WHERE id = 2");
    struct run_filter filter = fixture_any();
    filter.hold = RUN_FLAG_TRUE;
    struct ids ids = list(fixture, filter);
    assert_int_equal(ids.count, 2);
    assert_int_equal(ids.ids[0], 4);
    expect_counts(fixture, &filter, 2, 0);
    snprintf(filter.target, sizeof filter.target, "builtin");
    ids = list(fixture, filter);
    assert_int_equal(ids.count, 1);
    assert_int_equal(ids.ids[0], 2);
    filter.hold = RUN_FLAG_FALSE;
    assert_int_equal(list(fixture, filter).count, 2);
    filter = fixture_any();
    snprintf(filter.verdict, sizeof filter.verdict, "RLIMIT_NOFILE");
    ids = list(fixture, filter);
    assert_int_equal(ids.count, 1);
    assert_int_equal(ids.ids[0], 2);
    filter.sort = RUN_SORT_COUNT;
    assert_int_equal(list(fixture, filter).count, 1);
}

STORE_TEST(finds_labels_by_any_part_of_them)
{
    static const struct {
        const char *q;
        size_t count;
    } cases[] = {{"50", 2}, {"50%", 1}, {"a_b", 1}, {"%", 1}, {"SWEEP", 2}, {"x\\", 1}, {"'", 0}, {"", 10}};
    struct fixture *fixture = *state;
    create_for_lists(fixture);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct run_filter filter = fixture_any();
        snprintf(filter.q, sizeof filter.q, "%s", cases[i].q);
        assert_int_equal(list(fixture, filter).count, cases[i].count);
    }
}
