/* koneksi run, ceiling and the other experiments: measure, print, check, end. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/output.h"
#include "server/command/checks.h"
#include "server/command/consent.h"
#include "server/command/print.h"
#include "server/command/session.h"

enum { SIGNAL_STATUS = 128 };

static void say(const char *text, size_t length)
{
    (void)output_all(STDERR_FILENO, text, length);
}

static void say_err(const struct command *command, const struct err *err)
{
    char line[sizeof err->message + 32];
    const int length = snprintf(line, sizeof line, "koneksi %s: %s\n", command->name, err->message);
    say(line, (size_t)length);
}

/* A wrong field shows only where the lab checks the whole: that is wrong usage, too. */
static int status_of_err(const struct err *err)
{
    return err->code == RESULT_INVALID || err->code == RESULT_FORBIDDEN || err->code == RESULT_NOT_FOUND
               ? STATUS_WRONG_USAGE
               : STATUS_NOT_MEASURED;
}

static enum result print(const struct invocation *invocation, const struct outcome *outcome, struct err *err)
{
    return invocation->json ? print_json(outcome->json, err) : print_text(&outcome->text, err);
}

/* Why there is nothing to check; NULL: there is. */
static const char *failure_of(const struct session *session, const struct outcome *outcome)
{
    if (session->signal != 0) {
        return "it was cancelled";
    }
    if (outcome->status != RUN_STATUS_COMPLETED || outcome->count == 0) {
        return outcome->message[0] != '\0' ? outcome->message : "it did not complete";
    }
    return NULL;
}

/* Says what was missed, and writes the report. */
static int judge(const struct invocation *invocation, const struct outcome *outcome, const char *failure)
{
    struct err err = {.code = RESULT_NO_MEMORY, .message = "out of memory"};
    struct checks *const checks = checks_make(invocation, outcome, failure);
    if (checks == NULL) {
        say_err(invocation->command, &err);
        return STATUS_NOT_MEASURED;
    }
    int status = failure != NULL ? STATUS_NOT_MEASURED : checks_missed(checks) > 0 ? STATUS_MISSED : STATUS_ALL_WELL;
    struct buf text = BUF_INIT;
    if (failure != NULL) {
        buf_printf(&text, "koneksi %s: %s\n", invocation->command->name, failure);
    }
    checks_write(checks, &text);
    say(text.bytes != NULL ? text.bytes : "", text.length);
    buf_free(&text);
    if (invocation->junit != NULL && checks_write_junit(checks, invocation->junit, &err) != RESULT_OK) {
        say_err(invocation->command, &err);
        status = STATUS_NOT_MEASURED;
    }
    checks_free(checks);
    return status;
}

/* *given: whether it may go on. */
static enum result begin(struct session *session, const struct invocation *invocation, bool *given, struct err *err)
{
    *given = true;
    if (session_begin(session, invocation, err) != RESULT_OK) {
        return err->code;
    }
    return (invocation->command->takes & TAKES_CONSENT) == 0 || invocation->yes
               ? RESULT_OK
               : consent_ask(session, &invocation->plan, given, err);
}

static int measure(struct session *session, struct invocation *invocation)
{
    struct err err;
    struct outcome outcome = {.text = BUF_INIT};
    const struct task *const task = invocation->command->kind == EXPERIMENT_KIND_COUNT ? &task_run : &task_experiment;
    bool given = false;
    if (invocation->junit != NULL && checks_open_junit(invocation->junit, &err) != RESULT_OK) {
        say_err(invocation->command, &err);
        return status_of_err(&err);
    }
    const enum result begun = begin(session, invocation, &given, &err);
    if (begun == RESULT_OK && !given) {
        return session->signal != 0 ? SIGNAL_STATUS + session->signal : STATUS_NOT_MEASURED;
    }
    if (begun != RESULT_OK || session_measure(session, task, invocation, &outcome, &err) != RESULT_OK ||
        print(invocation, &outcome, &err) != RESULT_OK) {
        if (invocation->junit != NULL) {
            (void)judge(invocation, &outcome, err.message); /* says it, too */
        } else {
            say_err(invocation->command, &err);
        }
        outcome_free(&outcome);
        return status_of_err(&err);
    }
    const int status = judge(invocation, &outcome, failure_of(session, &outcome));
    outcome_free(&outcome);
    return session->signal != 0 ? SIGNAL_STATUS + session->signal : status;
}

int command_measure(const struct command *command, int count, char **words)
{
    static struct session session; /* it is not small, and the stack may be: ulimit -s 64 */
    static struct invocation invocation;
    int status = STATUS_ALL_WELL;
    if (invocation_read(&invocation, command, count, words, &status)) {
        status = measure(&session, &invocation);
        session_end(&session);
        invocation_free(&invocation);
    }
    return status;
}
