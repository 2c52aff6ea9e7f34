#include "loadgen/terminal/command_line.h"
#include "tests/unit/test.h"

#define ARGUMENTS_MAX 20

/* Parses a command line given as one text; the words are parted by single spaces. */
static enum result parse(const char *line, struct command_line *command, struct err *err)
{
    char words[256];
    char *arguments[ARGUMENTS_MAX + 1] = {NULL};
    int count = 0;
    assert_true(strlen(line) < sizeof words);
    memcpy(words, line, strlen(line) + 1);
    char *rest = NULL;
    for (char *word = strtok_r(words, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        assert_true(count < ARGUMENTS_MAX);
        arguments[count++] = word;
    }
    static struct net_address *targets; /* of the last one */
    free(targets);
    const enum result result = command_line_parse(count, arguments, command, err);
    targets = command->targets;
    return result;
}

TEST(every_field_has_an_option)
{
    struct command_line command;
    struct err err;
    OK(parse("koneksi-load --mode=process --count 3000 --hold --requests 2 --request crlf --timeout-ms=5 --json "
             "--limits-nofile 1024 --target [::1]:45001",
             &command, &err));
    assert_int_equal(command.action, COMMAND_RUN);
    assert_true(command.json);
    assert_int_equal(command.spec.mode, MODE_PROCESS);
    assert_int_equal(command.spec.count, 3000);
    assert_true(command.spec.hold);
    assert_int_equal(command.spec.requests, 2);
    assert_int_equal(command.spec.request, REQUEST_CRLF);
    assert_int_equal(command.spec.timeout_ms, 5);
    assert_int_equal(command.spec.limit_nofile, 1024);
    assert_int_equal(net_port(&command.targets[0]), 45001);
}

TEST(what_is_left_out_has_its_default)
{
    struct command_line command;
    struct err err;
    OK(parse("koneksi-load --mode thread --count 1 --hold=false", &command, &err));
    assert_false(command.json);
    assert_false(command.spec.hold);
    char target[NET_TEXT_SIZE];
    net_format(&command.targets[0], target);
    assert_string_equal(target, "127.0.0.1:45000");
}

TEST(help_and_version_need_no_run)
{
    struct command_line command;
    struct err err;
    OK(parse("koneksi-load --help", &command, &err));
    assert_int_equal(command.action, COMMAND_HELP);
    OK(parse("koneksi-load --version", &command, &err));
    assert_int_equal(command.action, COMMAND_VERSION);
}

TEST(a_target_elsewhere_needs_to_be_allowed)
{
    struct command_line command;
    struct err err = {0};
    const char *const line = "koneksi-load --mode thread --count 5 --target 192.0.2.1:9 --allow-target 192.0.2.1:9";
    OK(parse(line, &command, &err));
    assert_int_equal(net_port(&command.targets[0]), 9);
    OK(parse("koneksi-load --mode thread --count 5 --target 127.9.9.9:9", &command, &err));
    OK(parse("koneksi-load --mode thread --count 5 --target [::1]:9", &command, &err));
}

TEST(each_of_several_targets_needs_to_be_allowed)
{
    struct command_line command;
    struct err err = {0};
    char target[NET_TEXT_SIZE];
    OK(parse("koneksi-load --mode thread --count 5 --target 192.0.2.1:8-9,[::1]:7 --allow-target 192.0.2.1:9 "
             "--allow-target 192.0.2.1:1-8",
             &command, &err));
    net_format(&command.targets[1], target);
    assert_string_equal(target, "192.0.2.1:9");
    net_format(&command.targets[2], target);
    assert_string_equal(target, "[::1]:7");
    assert_string_equal(command.reach.addresses, "192.0.2.1:8-9,[::1]:7");
    assert_int_equal(parse("koneksi-load --mode thread --count 5 --target 127.0.0.1:1,192.0.2.1:8-9 "
                           "--allow-target 192.0.2.1:8",
                           &command, &err),
                     RESULT_INVALID);
    assert_non_null(strstr(err.message, "target 192.0.2.1:9 is not on loopback"));
    assert_int_equal(
        parse("koneksi-load --mode thread --count 5 --target 127.0.0.1:1,[::ffff:127.0.0.1]:1", &command, &err),
        RESULT_INVALID);
    assert_non_null(strstr(err.message, "127.0.0.1:1 is in the list twice"));
}

TEST(wrong_usage_is_refused_with_the_words_at_fault)
{
    static const struct {
        const char *line;
        const char *words;
    } rows[] = {
        {"koneksi-load", "mode"},
        {"koneksi-load --mode thread", "count"},
        {"koneksi-load --mode threads --count 5", "threads"},
        {"koneksi-load --mode thread --count 0", "count"},
        {"koneksi-load --mode thread --count 5 --cuont 5", "--cuont"},
        {"koneksi-load --mode thread --count", "--count"},
        {"koneksi-load --mode thread --count 5 --json=yes", "--json"},
        {"koneksi-load --mode thread --count 5 --summary xml", "--summary must be json"},
        {"koneksi-load --mode thread --count 5 --summary json --json", "--summary"},
        {"koneksi-load --mode thread --count 5 --hold=maybe", "hold"},
        {"koneksi-load --mode thread --count 5 more", "more"},
        {"koneksi-load --mode thread --count 5 --target nowhere", "nowhere"},
        {"koneksi-load --mode thread --count 5 --target 192.0.2.1:45000", "add --allow-target 192.0.2.1:45000"},
        {"koneksi-load --mode thread --count 5 --target [2001:db8::1]:9", "not on loopback"},
        {"koneksi-load --mode thread --count 5 --target 0.0.0.0:9", "not on loopback"},
        {"koneksi-load --mode thread --count 5 --target 192.0.2.1:9 --allow-target 192.0.2.1:45000", "not on loopback"},
        {"koneksi-load --mode thread --count 5 --allow-target", "--allow-target"},
        {"koneksi-load --mode pool --count 5 --pool-size 4 --hold", "pool_size"},
        {"koneksi-load -xy", "-x"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct command_line command;
        struct err err = {0};
        assert_int_equal(parse(rows[i].line, &command, &err), RESULT_INVALID);
        assert_non_null(strstr(err.message, rows[i].words));
        assert_null(strchr(err.message, '\n'));
    }
}
