/* A limit as JSON, and back. */

#include "base/json.h"
#include "loadgen/limits/limit_json.h"
#include "loadgen/limits/limits.h"
#include "tests/unit/test.h"

TEST(json_makes_the_round_trip)
{
    struct limit_value values[LIMIT_COUNT];
    const size_t count = limits_read(LIMIT_SIDE_SERVER, 77, values);
    for (size_t i = 0; i < count; i++) {
        struct limit_value again;
        struct err err;
        cJSON *const json = limit_to_json(&values[i], LANGUAGE_ENGLISH);
        char *const text = cJSON_PrintUnformatted(json);
        cJSON *const parsed = cJSON_Parse(text);
        OK(limit_from_json(&again, parsed, &err));
        assert_int_equal(again.id, values[i].id);
        assert_int_equal(again.side, values[i].side);
        assert_int_equal(again.scope, values[i].scope);
        assert_true(again.value == values[i].value);
        assert_true(again.used == values[i].used);
        assert_string_equal(again.source, values[i].source);
        cJSON_Delete(parsed);
        cJSON_Delete(json);
        free(text);
    }
}

TEST(json_has_the_command_that_raises_the_limit)
{
    const struct limit_value value = {LIMIT_BACKLOG, LIMIT_SIDE_SERVER, LIMIT_SCOPE_SOCKET,
                                      128,           LIMIT_UNKNOWN,     "listen"};
    cJSON *const json = limit_to_json(&value, LANGUAGE_ENGLISH);
    char *const text = cJSON_PrintUnformatted(json);
    assert_string_equal(text, "{\"name\":\"listen backlog\",\"side\":\"server\",\"scope\":\"socket\",\"value\":128,"
                              "\"used\":null,\"unit\":\"connections\",\"source\":\"listen\","
                              "\"raise\":\"a larger backlog given to listen(2), cut at net.core.somaxconn: koneksi "
                              "--backlog N; nginx: listen ... backlog=N; Redis: tcp-backlog N; memcached -b N; "
                              "HAProxy: backlog N\",\"raise_by\":{"
                              "\"shell\":\"koneksi --backlog N\","
                              "\"systemd\":\"ExecStart=koneksi --backlog N\","
                              "\"container\":\"docker run IMAGE koneksi-panel --backlog N\"}}");
    cJSON_Delete(json);
    free(text);
}

TEST(json_says_in_both_languages_how_a_limit_is_raised)
{
    for (enum limit_id id = 0; id < LIMIT_COUNT; id++) {
        const struct limit_value value = {.id = id, .value = 1, .used = LIMIT_UNKNOWN, .source = "test"};
        for (enum language language = 0; language < LANGUAGE_COUNT; language++) {
            cJSON *const json = limit_to_json(&value, language);
            assert_string_equal(json_text_of(json, "unit"), limit_unit(id, language));
            assert_string_equal(json_text_of(json, "raise"), limit_raise(id, language));
            assert_true(limit_raise(id, language)[0] != '\0');
            cJSON_Delete(json);
        }
    }
    assert_non_null(strstr(limit_raise(LIMIT_PIDS_MAX, LANGUAGE_ENGLISH), "write N to pids.max"));
    assert_non_null(strstr(limit_raise(LIMIT_PIDS_MAX, LANGUAGE_INDONESIAN), "tulis N ke pids.max"));
}

TEST(damaged_json_is_refused)
{
    static const char *const texts[] = {
        "5",
        "{}",
        "{\"name\":\"x\",\"side\":\"client\",\"scope\":\"user\",\"value\":1,\"used\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"left\",\"scope\":\"user\",\"value\":1,\"used\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"client\",\"scope\":7,\"value\":1,\"used\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"client\",\"scope\":\"user\",\"value\":-1,\"used\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"client\",\"scope\":\"user\",\"value\":1.5,\"used\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"client\",\"scope\":\"user\",\"value\":1,\"source\":\"\"}",
        "{\"name\":\"pids.max\",\"side\":\"client\",\"scope\":\"user\",\"value\":1,\"used\":1,\"source\":null}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct limit_value value;
        struct err err;
        cJSON *const json = cJSON_Parse(texts[i]);
        assert_int_equal(limit_from_json(&value, json, &err), RESULT_INVALID);
        cJSON_Delete(json);
    }
}
