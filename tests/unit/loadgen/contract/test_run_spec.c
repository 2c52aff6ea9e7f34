/* The fields of a run, from JSON, forms and options. Texts are in test_run_spec_texts.c. */

#include <inttypes.h>

#include "tests/unit/loadgen/contract/run_spec_fixture.h"

/* A second walk through the table, independent of the module's: the tests hold for every row, also a later one. */
struct row {
    const char *name;
    enum { ROW_CHOICE, ROW_UINT, ROW_BOOL, ROW_TEXT } kind;
    size_t offset;
    uint64_t least, most, initial;
    const char *initial_text;
};
static const struct row rows[] = {
#define FIELD_CHOICE(member, name, type, initial, help)                                                                \
    {name, ROW_CHOICE, offsetof(struct run_spec, member), 0, 0, initial, NULL},
#define FIELD_UINT(member, name, least, most, initial, help)                                                           \
    {name, ROW_UINT, offsetof(struct run_spec, member), least, most, initial, NULL},
#define FIELD_BOOL(member, name, initial, help)                                                                        \
    {name, ROW_BOOL, offsetof(struct run_spec, member), 0, 1, initial, NULL},
#define FIELD_TEXT(member, name, most, initial, help)                                                                  \
    {name, ROW_TEXT, offsetof(struct run_spec, member), 0, most, 0, initial},
#define FIELD_BYTES FIELD_TEXT
#include "loadgen/contract/run_fields.def"
};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static uint64_t uint_at(const struct run_spec *spec, const struct row *row)
{
    uint64_t value = 0;
    memcpy(&value, (const char *)spec + row->offset, sizeof value);
    return value;
}

static void expect_json_error(const char *text, const char *field, const char *message)
{
    struct run_spec spec;
    struct err err;
    assert_int_equal(set_json(&spec, text, &err), RESULT_INVALID);
    assert_string_equal(err.field, field);
    assert_string_equal(err.message, message);
}

TEST(every_field_begins_at_its_default)
{
    struct run_spec spec;
    run_spec_init(&spec);
    assert_int_equal(spec.mode, MODE_COUNT);
    assert_int_equal(spec.request, REQUEST_CRLF2);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].kind == ROW_UINT && strcmp(rows[i].name, "pool_size") != 0) {
            assert_int_equal(uint_at(&spec, &rows[i]), rows[i].initial);
        } else if (rows[i].kind == ROW_TEXT) {
            assert_string_equal((const char *)&spec + rows[i].offset, rows[i].initial_text);
        }
    }
    assert_false(spec.hold);
    assert_in_range(spec.pool_size, 5, 32); /* at least one core + 4 */
}

static void expect_out_of_range(const struct row *row, uint64_t value)
{
    char text[32];
    char message[200];
    snprintf(text, sizeof text, "%" PRIu64, value);
    snprintf(message, sizeof message, "%s must be %" PRIu64 "..%" PRIu64 ", got %s", row->name, row->least, row->most,
             text);
    expect_text_error(row->name, text, message);
}

TEST(every_number_takes_its_bounds_and_nothing_beyond)
{
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (rows[i].kind != ROW_UINT) {
            continue;
        }
        char text[32];
        snprintf(text, sizeof text, "%" PRIu64, rows[i].least);
        OK(run_spec_set_text(&spec, rows[i].name, text, &err));
        assert_int_equal(uint_at(&spec, &rows[i]), rows[i].least);
        snprintf(text, sizeof text, "%" PRIu64, rows[i].most);
        OK(run_spec_set_text(&spec, rows[i].name, text, &err));
        assert_int_equal(uint_at(&spec, &rows[i]), rows[i].most);
        expect_out_of_range(&rows[i], rows[i].most + 1);
        expect_out_of_range(&rows[i], rows[i].least - 1);
    }
}

TEST(text_numbers_are_digits_alone)
{
    expect_text_error("count", "", "count must be a whole number 1..10000000, got \"\"");
    expect_text_error("count", "-5", "count must be a whole number 1..10000000, got \"-5\"");
    expect_text_error("count", "+5", "count must be a whole number 1..10000000, got \"+5\"");
    expect_text_error("count", " 5", "count must be a whole number 1..10000000, got \" 5\"");
    expect_text_error("count", "1e3", "count must be a whole number 1..10000000, got \"1e3\"");
    expect_text_error("count", "0x10", "count must be a whole number 1..10000000, got \"0x10\"");
    /* 2^64 + 5: not 5 */
    expect_text_error("count", "18446744073709551621", "count must be 1..10000000, got 18446744073709551621");
}

TEST(json_types_are_strict)
{
    expect_json_error("{\"count\":0}", "count", "count must be 1..10000000, got 0");
    expect_json_error("{\"count\":-1}", "count", "count must be 1..10000000, got -1");
    expect_json_error("{\"count\":\"5\"}", "count", "count must be a whole number 1..10000000, got \"5\"");
    expect_json_error("{\"count\":1.5}", "count", "count must be a whole number 1..10000000, got 1.5");
    expect_json_error("{\"count\":1e9}", "count", "count must be 1..10000000, got 1000000000");
    expect_json_error("{\"count\":9007199254740993}", "count", "count must be 1..10000000, got 9.00719925474099e+15");
    expect_json_error("{\"count\":1e999}", "count", "count must be 1..10000000, got inf");
    expect_json_error("{\"count\":true}", "count", "count must be a whole number 1..10000000, got true");
    expect_json_error("{\"count\":null}", "count", "count must be a whole number 1..10000000, got null");
    expect_json_error("{\"count\":[5]}", "count", "count must be a whole number 1..10000000, got an array");
    expect_json_error("{\"hold\":1}", "hold", "hold must be true or false, got 1");
    expect_json_error("{\"hold\":\"true\"}", "hold", "hold must be true or false, got \"true\"");
    expect_json_error("{\"mode\":3}", "mode", "mode must be thread, pool, process, event or uring, got 3");
    expect_json_error("{\"mode\":\"Thread\"}", "mode",
                      "mode must be thread, pool, process, event or uring, got \"Thread\"");
    expect_json_error("{\"request\":2}", "request", "request must be crlf2 or crlf, got 2");
    expect_json_error("{\"request\":\"lf\"}", "request", "request must be crlf2 or crlf, got \"lf\"");
    expect_json_error("{\"label\":{}}", "label", "label must be text, got an object");
    expect_json_error("[]", "", "a run must be a JSON object such as {\"mode\":\"thread\",\"count\":500}");
}

TEST(not_a_number_is_refused)
{
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    cJSON *const object = cJSON_CreateObject();
    assert_non_null(cJSON_AddNumberToObject(object, "count", __builtin_nan("")));
    assert_int_equal(run_spec_set_json(&spec, object, NULL, &err), RESULT_INVALID);
    assert_string_equal(err.field, "count");
    cJSON_Delete(object);
}

TEST(unknown_and_repeated_fields_are_named)
{
    expect_json_error("{\"cuont\":5}", "cuont", "unknown field \"cuont\"");
    expect_json_error("{\"limits.nofile\":1024}", "limits.nofile", "unknown field \"limits.nofile\"");
    expect_json_error("{\"count\":5,\"count\":6}", "count", "count is given more than once");
    expect_json_error("{\"limits\":{},\"limits\":{}}", "limits", "limits is given more than once");
    expect_json_error("{\"limits\":{\"xyz\":1}}", "limits.xyz", "unknown field \"limits.xyz\"");
    expect_json_error("{\"limits\":{\"nofile\":99,\"nofile\":99}}", "limits.nofile",
                      "limits.nofile is given more than once");
    expect_json_error("{\"limits\":{\"nofile\":0}}", "limits.nofile", "limits.nofile must be 16..1073741816, got 0");
    expect_json_error("{\"limits\":null}", "limits", "limits must be an object such as {\"nofile\":1024}, got null");
    expect_text_error("cuont", "5", "unknown field \"cuont\"");
    expect_text_error("limits", "5", "unknown field \"limits\"");
}

TEST(a_long_unknown_name_is_cut_between_characters)
{
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    assert_int_equal(run_spec_set_text(&spec, "0123456789012345678901234567\xe2\x82\xac\xe2\x82\xac", "5", &err),
                     RESULT_INVALID);
    assert_string_equal(err.field, "0123456789012345678901234567\xe2\x82\xac");
}

TEST(skipped_fields_are_left_alone)
{
    static const char *const skip[] = {"kind", "counts", NULL};
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    cJSON *const object = cJSON_Parse("{\"kind\":\"sweep\",\"counts\":[1],\"requests\":7}");
    OK(run_spec_set_json(&spec, object, skip, &err));
    assert_int_equal(spec.requests, 7);
    cJSON_Delete(object);
}

TEST(words_for_true_and_false)
{
    static const char *const words[] = {"true", "1", "on", "false", "0", "off"};
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    for (size_t i = 0; i < 6; i++) {
        spec.hold = i >= 3;
        OK(run_spec_set_text(&spec, "hold", words[i], &err));
        assert_int_equal(spec.hold, i < 3);
    }
    expect_text_error("hold", "yes", "hold must be true or false, got \"yes\"");
    expect_text_error("hold", "", "hold must be true or false, got \"\"");
}

/* A spec in which no field has its default. */
static void fill(struct run_spec *spec)
{
    struct err err;
    run_spec_init(spec);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        char number[32];
        snprintf(number, sizeof number, "%" PRIu64, rows[i].most - i);
        const char *const value = strcmp(rows[i].name, "mode") == 0       ? "process"
                                  : strcmp(rows[i].name, "exchange") == 0 ? "custom"
                                  : rows[i].kind == ROW_CHOICE            ? "crlf"
                                  : rows[i].kind == ROW_UINT              ? number
                                  : rows[i].kind == ROW_BOOL              ? "true"
                                  : strcmp(rows[i].name, "target") == 0   ? "[::1]:45000"
                                  : strcmp(rows[i].name, "path") == 0     ? "/a?b=\\x"
                                  : strcmp(rows[i].name, "send") == 0     ? "\x01\t\\ r\xc3\xb4le\r\n"
                                                                          : "--r\xc3\xb4le of 'x'";
        OK(run_spec_set_text(spec, rows[i].name, value, &err));
    }
}

TEST(json_makes_the_round_trip)
{
    struct run_spec spec;
    struct run_spec again;
    struct err err;
    fill(&spec);
    cJSON *const object = cJSON_CreateObject();
    assert_true(run_spec_add_json(&spec, object));
    char *const text = cJSON_PrintUnformatted(object);
    OK(set_json(&again, text, &err));
    assert_memory_equal(&spec, &again, sizeof spec);
    free(text);
    cJSON_Delete(object);
}

TEST(limits_that_are_not_set_are_not_shown)
{
    struct run_spec spec;
    run_spec_init(&spec);
    spec.mode = MODE_THREAD;
    spec.count = 5;
    spec.pool_size = 6;
    spec.limit_nproc = 7;
    cJSON *const object = cJSON_CreateObject();
    assert_true(run_spec_add_json(&spec, object));
    char *const text = cJSON_PrintUnformatted(object);
    assert_string_equal(
        text, "{\"mode\":\"thread\",\"count\":5,\"pool_size\":6,\"ranks\":1,\"hold\":false,\"requests\":1,\"rate\":"
              "0,\"exchange\":\"time\",\"request\":\"crlf2\",\"path\":\"/\",\"send\":\"\",\"expect\":\"\","
              "\"timeout_ms\":30000,\"stack_kib\":64,\"target\":\"builtin\",\"sources\":0,\"limits\":{\"nproc\":7},"
              "\"label\":\"\"}");
    free(text);
    cJSON_Delete(object);
}

/* Reads a command line as the load generator does: an option's name with '_' for '-', "limits-" being a group. */
static void apply(struct run_spec *spec, char **argv)
{
    struct err err;
    run_spec_init(spec);
    assert_string_equal(argv[1], "--json");
    assert_string_equal(argv[2], "--allow-target");
    for (size_t i = 4; argv[i] != NULL; i++) {
        char name[64];
        assert_memory_equal(argv[i], "--", 2);
        const bool grouped = strncmp(argv[i], "--limits-", 9) == 0;
        snprintf(name, sizeof name, "%s%s", grouped ? "limits." : "", argv[i] + (grouped ? 9 : 2));
        for (char *each = name; *each != '\0'; each++) {
            *each = (char)(*each == '-' ? '_' : *each);
        }
        const char *const value = strcmp(name, "hold") == 0 ? "true" : argv[++i];
        OK(run_spec_set_option(spec, name, value, &err));
    }
}

TEST(argv_makes_the_round_trip)
{
    struct run_spec spec;
    struct run_spec again;
    fill(&spec);
    char **const argv = run_spec_argv(&spec, "load", spec.target);
    apply(&again, argv);
    assert_false(run_spec_is_option("ranks"));
    again.ranks = spec.ranks; /* the affair of whoever starts them */
    assert_memory_equal(&spec, &again, sizeof spec);
    free(argv);
}

TEST(clients_come_from_one_address_until_they_and_closed_connections_need_half_of_its_ports)
{
    static const struct {
        uint64_t sources, count, ports, waiting, addresses;
    } cases[] = {
        {0, 1, 28232, 0, 1},         {0, 14116, 28232, 0, 1},        {0, 14117, 28232, 0, 2},
        {0, 500000, 28232, 0, 36},   {0, 10000000, 1, 0, 4096},      {0, 3, 0, 0, 3},
        {1, 10000000, 28232, 0, 1},  {4096, 20, 28232, 0, 20},       {0, 8000, 28232, 6116, 1},
        {0, 8000, 28232, 6117, 2},   {0, 8000, 28232, 40000, 4},     {0, 8000, 28232, 400000, 8},
        {0, 1999, 28232, 400000, 1}, {0, 1000000, 28232, 40000, 74}, {1, 8000, 28232, 40000, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run_spec spec;
        run_spec_init(&spec);
        spec.sources = cases[i].sources;
        spec.count = cases[i].count;
        assert_int_equal(run_spec_source_addresses(&spec, cases[i].ports, cases[i].waiting), cases[i].addresses);
    }
}

TEST(clients_of_several_targets_need_fewer_addresses)
{
    struct run_spec spec;
    struct err err;
    run_spec_init(&spec);
    spec.count = 1000;
    assert_int_equal(run_spec_source_addresses(&spec, 200, 0), 10);
    OK(run_spec_set_text(&spec, "target", "127.0.0.1:1-4", &err));
    assert_int_equal(run_spec_source_addresses(&spec, 200, 0), 3);
    spec.sources = 400;
    assert_int_equal(run_spec_source_addresses(&spec, 200, 0), 250); /* no target has more clients */
}
