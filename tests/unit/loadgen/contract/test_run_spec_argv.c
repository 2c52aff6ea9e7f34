#include "loadgen/contract/run_fields.h"
#include "tests/unit/test.h"

TEST(argv_has_what_differs_from_the_defaults)
{
    struct run_spec spec;
    run_spec_init(&spec);
    spec.mode = MODE_PROCESS;
    spec.count = 5000;
    spec.hold = true;
    spec.request = REQUEST_CRLF;
    spec.limit_nofile = 1024;
    static const char *const expected[] = {"/bin/load", "--json",   "--allow-target", "[::1]:9",         "--mode",
                                           "process",   "--count",  "5000",           "--hold",          "--request",
                                           "crlf",      "--target", "[::1]:9",        "--limits-nofile", "1024"};
    char **const argv = run_spec_argv(&spec, "/bin/load", "[::1]:9");
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_string_equal(argv[i], expected[i]);
    }
    assert_null(argv[sizeof expected / sizeof expected[0]]);
    free(argv);
}

TEST(help_has_aligned_lines_for_each_field)
{
    char *text = NULL;
    size_t size = 0;
    FILE *const file = open_memstream(&text, &size);
    struct run_spec defaults;
    run_spec_init(&defaults);
    defaults.timeout_ms = 1234;
    defaults.hold = true;
    run_spec_print_help(file, &defaults, NULL, NULL);
    fclose(file);
    assert_non_null(strstr(text, "(this is the default;"));
    assert_non_null(strstr(text, "says and expects (default: time)\n"));
    assert_non_null(strstr(text, "what carries each client\n")); /* one must be chosen */
    assert_non_null(strstr(text, "requests (default: /)\n"));
    assert_non_null(strstr(text, "default 1234)"));
    assert_non_null(strstr(text, " (1..100000)\n")); /* the pool's size is that of the machine */
    size_t options = 0;
    size_t headings = 0;
    for (char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        assert_true(strcspn(line, "\n") < 80);
        options += strncmp(line, "  --", 4) == 0;
        headings += line[0] != ' ' && line[0] != '\n';
        if (strncmp(line, "  --", 4) == 0) {
            assert_int_equal(line[28], ' '); /* no option reaches into the column of words */
            assert_int_not_equal(line[29], ' ');
        }
    }
    assert_int_equal(options, RUN_FIELD_COUNT);
    assert_true(headings >= 3);
#define MODE(NAME, name, help, ...) assert_non_null(strstr(text, "\n                               " #name " "));
#include "loadgen/contract/modes.def"
#undef MODE
    assert_non_null(strstr(text, "clients in all (1..10000000)\n"));
    assert_non_null(strstr(text, run_mode_name(MODE_COUNT - 1))); /* choices come from their table */
    assert_non_null(strstr(text, "--limits-as-mib N"));
    free(text);
}
