/* The panel's command line. */

#include "server/options.h"
#include "tests/unit/test.h"

static enum result parse(struct options *options, struct err *err, const char *const *words, int count)
{
    char *arguments[16];
    static char program[] = "koneksi";
    static char copies[16][128];
    arguments[0] = program;
    for (int i = 0; i < count; i++) {
        snprintf(copies[i], sizeof copies[i], "%s", words[i]);
        arguments[i + 1] = copies[i];
    }
    return options_parse(options, count + 1, arguments, err);
}

#define PARSE(options, err, ...)                                                                                       \
    parse(options, err, (const char *const[]){__VA_ARGS__},                                                            \
          (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)))

TEST(defaults_are_those_of_the_design)
{
    struct options options;
    struct err err;
    char text[NET_TEXT_SIZE];
    OK(parse(&options, &err, NULL, 0));
    net_format(&options.http, text);
    assert_string_equal(text, "127.0.0.1:8080");
    net_format(&options.time, text);
    assert_string_equal(text, "127.0.0.1:45000");
    assert_string_equal(options.db, "koneksi.db");
    assert_int_equal(options.model, TIME_MODEL_THREAD);
    assert_int_equal(options.backlog, 4096);
    assert_int_equal(options.workers, 64);
    assert_false(options.no_http);
    assert_null(options.token_file);
    assert_null(options.targets);
    assert_false(options.log_connections || options.help || options.version);
    options_free(&options);
}

TEST(values_come_as_two_words_or_as_one)
{
    struct options options;
    struct err err;
    char text[NET_TEXT_SIZE];
    OK(PARSE(&options, &err, "--http", "127.0.0.1:0", "--time=[::1]:0", "--db=a=b.db", "--backlog", "1",
             "--log-connections", "--model", "thread", "--workers=10000"));
    net_format(&options.http, text);
    assert_string_equal(text, "127.0.0.1:0");
    net_format(&options.time, text);
    assert_string_equal(text, "[::1]:0");
    assert_string_equal(options.db, "a=b.db");
    assert_int_equal(options.backlog, 1);
    assert_int_equal(options.workers, 10000);
    assert_true(options.log_connections);
    options_free(&options);
}

TEST(allowed_targets_add_up)
{
    struct options options;
    struct err err;
    OK(PARSE(&options, &err, "--allow-target", "10.0.0.1:45000", "--allow-target=time.example:1"));
    assert_string_equal(options.targets[0], "10.0.0.1:45000");
    assert_string_equal(options.targets[1], "time.example:1");
    assert_null(options.targets[2]);
    options_free(&options);
}

TEST(wrong_usage_is_named)
{
    static const struct {
        const char *words[2];
        const char *field;
        const char *message;
    } cases[] = {
        {{"--cuont", NULL}, "", "unknown option \"--cuont\""},
        {{"--ht", NULL}, "", "unknown option \"--ht\""},
        {{"-\xc3\xa9", NULL}, "", "unknown option: it is not written in ASCII"},
        {{"koneksi.db", NULL}, "", "unexpected argument \"koneksi.db\""},
        {{"--http", NULL}, "http", "--http needs HOST:PORT"},
        {{"--http", "8080"},
         "http",
         "--http: \"8080\" is not HOST:PORT with a port 0..65535 (an IPv6 address goes in brackets)"},
        {{"--http", "127.0.0.1:99999"},
         "http",
         "--http: \"127.0.0.1:99999\" is not HOST:PORT with a port 0..65535 (an IPv6 address goes in brackets)"},
        {{"--backlog", "0"}, "backlog", "--backlog must be 1..2147483647, got \"0\""},
        {{"--backlog", "12x"}, "backlog", "--backlog must be 1..2147483647, got \"12x\""},
        {{"--backlog", "99999999999999999999"}, "backlog", NULL},
        {{"--backlog", "-5"}, "backlog", NULL},
        {{"--backlog", ""}, "backlog", NULL},
        {{"--workers", "10001"}, "workers", "--workers must be 1..10000, got \"10001\""},
        {{"--model", "fibre"}, "model", "--model must be one of thread, pool, epoll, uring, got \"fibre\""},
        {{"--db", ""}, "db", "--db is empty"},
        {{"--log-connections=yes", NULL}, "log-connections", "--log-connections takes no value"},
        {{"--allow-target", "10.0.0.1"},
         "allow-target",
         "--allow-target: \"10.0.0.1\" is not HOST:PORT or HOST:PORT-PORT with ports 1..65535"},
        {{"--allow-target", "10.0.0.1:9-1"},
         "allow-target",
         "--allow-target: the range 10.0.0.1:9-1 ends before it begins"},
        {{"--allow-target", "10.0.0.1:1,"}, "allow-target", "--allow-target: an entry of the list is empty"},
        {{"--allow-target", "10.0.0.1:0"}, "allow-target", NULL},
        {{"--allow-target", "10.0.0.1:65536"}, "allow-target", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct options options;
        struct err err = {0};
        assert_int_equal(parse(&options, &err, cases[i].words, cases[i].words[1] != NULL ? 2 : 1), RESULT_INVALID);
        assert_string_equal(err.field, cases[i].field);
        if (cases[i].message != NULL) {
            assert_string_equal(err.message, cases[i].message);
        }
        options_free(&options);
    }
}

TEST(the_time_server_alone_takes_no_option_of_the_panel)
{
    static const char *const refused[][2] = {{"--http", "127.0.0.1:1"},
                                             {"--db", "a.db"},
                                             {"--keep-runs", "5"},
                                             {"--token-file", "token"},
                                             {"--observe", "http://127.0.0.1:1"},
                                             {"--observe-token-file", "token"},
                                             {"--hostfile", "hosts"},
                                             {"--allow-target", "10.0.0.1:1"}};
    struct options options;
    struct err err;
    OK(PARSE(&options, &err, "--no-http", "--time", "127.0.0.1:0", "--model", "pool", "--workers", "5", "--backlog",
             "9", "--log-connections"));
    assert_true(options.no_http);
    options_free(&options);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char message[120];
        assert_int_equal(PARSE(&options, &err, refused[i][0], refused[i][1], "--no-http"), RESULT_INVALID);
        assert_string_equal(err.field, refused[i][0] + strlen("--"));
        snprintf(message, sizeof message, "%s does not go with --no-http, which starts the TIME server only",
                 refused[i][0]);
        assert_string_equal(err.message, message);
        options_free(&options);
    }
}

TEST(help_ends_the_reading)
{
    struct options options;
    struct err err;
    OK(PARSE(&options, &err, "--help", "--nonsense"));
    assert_true(options.help);
    options_free(&options);
}

TEST(help_names_every_option)
{
    static const char *const names[] = {
#define OPTION_ADDRESS(member, name, fallback, help_text) name,
#define OPTION_TEXT(member, name, argument, fallback, help_text) name,
#define OPTION_NUMBER(member, name, least, most, fallback, help_text) name,
#define OPTION_MODEL(member, name, fallback, help_text) name,
#define OPTION_TARGETS(member, name, help_text) name,
#define OPTION_FLAG(member, name, help_text) name,
#include "server/options.def"
    };
    char *text = NULL;
    size_t size = 0;
    FILE *const file = open_memstream(&text, &size);
    assert_non_null(file);
    options_print_help(file);
    fclose(file);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char option[40];
        snprintf(option, sizeof option, "  --%s ", names[i]);
        assert_non_null(strstr(text, option));
    }
    free(text);
}
