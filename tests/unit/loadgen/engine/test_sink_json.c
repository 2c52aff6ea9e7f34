/* The lines that the load generator writes, as a launcher reads them. */
#include <sys/mman.h>
#include <unistd.h>

#include "loadgen/engine/engine.h"
#include "tests/unit/loadgen/engine/time_stub.h"

TEST(the_line_protocol_begins_with_start_and_ends_with_end)
{
    struct time_stub *const stub = time_stub_start((struct time_stub_manners){.reply = "JAM 12:34:56\r\n"});
    struct run_spec spec;
    run_spec_init(&spec);
    spec.mode = MODE_POOL;
    spec.count = 60;
    const int fd = memfd_create("lines", MFD_CLOEXEC);
    assert_true(fd >= 0);
    struct sink_json json;
    sink_json_init(&json, fd);
    struct engine *engine = NULL;
    struct load_totals totals;
    struct err err;
    OK(engine_create(&spec, &stub->address, &json.sink, &engine, &err));
    OK(engine_run(engine, &totals, &err));
    engine_destroy(engine);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    FILE *const lines = fdopen(fd, "r");
    assert_non_null(lines);
    char *line = NULL;
    size_t size = 0;
    unsigned count = 0;
    enum report_type last = REPORT_START;
    for (ssize_t length = 0; (length = getline(&line, &size, lines)) > 0; count++) {
        struct report_event event;
        assert_int_equal(line[length - 1], '\n');
        OK(report_parse(line, (size_t)length - 1, &event, &err));
        assert_true((event.type == REPORT_START) == (count == 0));
        last = event.type;
        report_event_free(&event);
    }
    assert_int_equal(last, REPORT_END);
    assert_true(count >= 4);
    free(line);
    fclose(lines);
    time_stub_stop(stub);
    time_stub_free(stub);
}
