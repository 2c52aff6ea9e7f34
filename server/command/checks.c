#include "server/command/checks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/output.h"
#include "server/command/junit.h"

struct check {
    char *name;
    char *failure; /* NULL: kept */
    uint64_t took_ms;
};

struct checks {
    char suite[32];
    const char *error; /* why nothing was measured; NULL: it was */
    bool failed;       /* memory ran out */
    size_t count;
    struct check rows[];
};

static char *take(struct checks *checks, struct buf *text)
{
    char *const taken = buf_take(text);
    checks->failed = checks->failed || taken == NULL;
    buf_free(text);
    return taken;
}

static void add(struct checks *checks, const struct measured *measured, enum threshold_id id,
                const struct threshold *threshold)
{
    struct check *const check = &checks->rows[checks->count++];
    struct buf name = BUF_INIT;
    struct buf sentence = BUF_INIT;
    check->took_ms = measured->took_ms;
    buf_text(&name, measured->name);
    if (threshold != NULL && threshold->given) {
        buf_text(&name, ": ");
        threshold_write(id, threshold, &name);
    }
    check->name = take(checks, &name);
    if (threshold != NULL && !threshold_kept(id, threshold, measured, &sentence)) {
        check->failure = take(checks, &sentence);
    }
    buf_free(&sentence);
}

static void add_measured(struct checks *checks, const struct invocation *invocation, const struct measured *measured)
{
    bool any = false;
    for (enum threshold_id id = 0; id < THRESHOLD_COUNT; id++) {
        if (invocation->thresholds[id].checked) {
            add(checks, measured, id, &invocation->thresholds[id]);
            any = true;
        }
    }
    if (!any) {
        add(checks, measured, THRESHOLD_COUNT, NULL);
    }
}

struct checks *checks_make(const struct invocation *invocation, const struct outcome *outcome, const char *failure)
{
    const size_t most = outcome->count * THRESHOLD_COUNT + 1;
    struct checks *const checks = calloc(1, sizeof *checks + most * sizeof checks->rows[0]);
    if (checks == NULL) {
        return NULL;
    }
    snprintf(checks->suite, sizeof checks->suite, "koneksi %s", invocation->command->name);
    checks->error = failure;
    for (size_t i = 0; failure == NULL && i < outcome->count; i++) {
        add_measured(checks, invocation, &outcome->measured[i]);
    }
    if (checks->failed) {
        checks_free(checks);
        return NULL;
    }
    return checks;
}

void checks_free(struct checks *checks)
{
    for (size_t i = 0; checks != NULL && i < checks->count; i++) {
        free(checks->rows[i].name);
        free(checks->rows[i].failure);
    }
    free(checks);
}

size_t checks_missed(const struct checks *checks)
{
    size_t missed = 0;
    for (size_t i = 0; i < checks->count; i++) {
        missed += checks->rows[i].failure != NULL;
    }
    return missed;
}

void checks_write(const struct checks *checks, struct buf *text)
{
    for (size_t i = 0; i < checks->count; i++) {
        if (checks->rows[i].failure != NULL) {
            buf_printf(text, "%s: %s\n", checks->suite, checks->rows[i].failure);
        }
    }
}

static enum result write_file(const char *path, const struct buf *xml, struct err *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        return err_system(err, errno, "cannot write %.200s", path);
    }
    const bool written = output_all(fd, xml->bytes, xml->length);
    const int error = errno;
    if (close(fd) != 0 || !written) {
        return err_system(err, written ? errno : error, "cannot write %.200s", path);
    }
    return RESULT_OK;
}

enum result checks_open_junit(const char *path, struct err *err)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        return err_system(err, errno, "cannot write %.200s", path);
    }
    close(fd);
    return RESULT_OK;
}

enum result checks_write_junit(const struct checks *checks, const char *path, struct err *err)
{
    struct junit_case *const cases = calloc(checks->count + 1, sizeof *cases);
    struct buf xml = BUF_INIT;
    if (cases == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < checks->count; i++) {
        const struct check *const check = &checks->rows[i];
        cases[i] = (struct junit_case){.name = check->name, .failure = check->failure, .took_ms = check->took_ms};
    }
    if (checks->error != NULL) {
        cases[0] = (struct junit_case){.name = checks->suite, .error = checks->error};
    }
    junit_write(checks->suite, cases, checks->error != NULL ? 1 : checks->count, &xml);
    const enum result result =
        xml.failed ? err_set(err, RESULT_NO_MEMORY, "out of memory") : write_file(path, &xml, err);
    buf_free(&xml);
    free(cases);
    return result;
}
