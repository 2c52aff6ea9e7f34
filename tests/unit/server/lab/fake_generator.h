/* A fake load generator: a shell script in its own directory that prints and does what a test needs, and ends as it
 * needs. It gets the same arguments, pipes and signals as the real one. */
#ifndef KONEKSI_TESTS_UNIT_SERVER_LAB_FAKE_GENERATOR_H
#define KONEKSI_TESTS_UNIT_SERVER_LAB_FAKE_GENERATOR_H

#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/test.h"

#define FAKE_TOTALS(started, connected, completed, failed, not_started)                                                \
    "\"totals\":{\"started\":" #started ",\"connected\":" #connected ",\"completed\":" #completed                      \
    ",\"failed\":" #failed ",\"not_started\":" #not_started "}"

#define FAKE_START "say '{\"v\":1,\"type\":\"start\",\"pid\":1,\"monotonic_ns\":1,\"limits\":[]}'\n"

#define FAKE_SAMPLE(totals)                                                                                            \
    "say '{\"v\":1,\"type\":\"sample\",\"at_us\":10," totals                                                           \
    ",\"threads\":3,\"processes\":0,\"connections\":2,\"fds\":9,\"rss\":4096,\"cpu_us\":5}'\n"

#define FAKE_EMPTY_HIST "{\"total_ns\":0,\"min_ns\":0,\"max_ns\":0,\"buckets\":[]}"

#define FAKE_RESULT(totals, errors)                                                                                    \
    "say '{\"v\":1,\"type\":\"result\",\"duration_us\":1000,\"last_up_us\":900,\"peak_clients\":2," totals             \
    ",\"peaks\":{\"threads\":3,\"processes\":0,\"connections\":2},\"latency\":{\"connect\":" FAKE_EMPTY_HIST           \
    ",\"reply\":" FAKE_EMPTY_HIST ",\"client\":" FAKE_EMPTY_HIST "},\"errors\":[" errors "]}'\n"

#define FAKE_REFUSED(count)                                                                                            \
    "{\"phase\":\"connect\",\"call\":\"connect\",\"errno\":111,\"message\":\"Connection refused\",\"count\":" #count   \
    ",\"first_client\":1,\"first_at_us\":3,\"last_at_us\":4}"

#define FAKE_END(status) "say '{\"v\":1,\"type\":\"end\",\"status\":\"" status "\"}'\n"

/* Of five clients. */
#define FAKE_HALF_WAY FAKE_START FAKE_SAMPLE(FAKE_TOTALS(3, 3, 1, 0, 2))
#define FAKE_ALL_DONE FAKE_RESULT(FAKE_TOTALS(5, 5, 5, 0, 0), "") FAKE_END("completed")

/* Waits for a signal without using the processor; the sleep ends with the other end of the pipe or with the group. */
#define FAKE_WAIT "sleep 60 & wait $!\n"

struct fake_generator {
    char directory[FOLDER_SIZE];
    char path[64];
};

/* Replaces the script; 0 on success. */
static inline int fake_generator_write(const struct fake_generator *fake, const char *script)
{
    FILE *const file = fopen(fake->path, "we");
    if (file == NULL) {
        return -1;
    }
    fprintf(file, "#!/bin/sh\nsay() { printf '%%s\\n' \"$1\"; }\n%s", script);
    return fclose(file) == 0 && chmod(fake->path, 0700) == 0 ? 0 : -1;
}

/* Creates the directory and the script; 0 on success. */
static inline int fake_generator_make(struct fake_generator *fake, const char *script)
{
    folder_make(fake->directory);
    snprintf(fake->path, sizeof fake->path, "%s/generator", fake->directory);
    return fake_generator_write(fake, script);
}

static inline void fake_generator_remove(struct fake_generator *fake)
{
    folder_remove(fake->directory);
}

#endif
