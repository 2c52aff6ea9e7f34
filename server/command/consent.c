#include "server/command/consent.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/output.h"
#include "server/lab/experiment/experiments.h"
#include "server/signals.h"

static void say(const char *text)
{
    (void)output_all(STDERR_FILENO, text, strlen(text));
}

/* The first letter of the answer; 0: there is none. A terminal gives a line at a time. */
static char read_answer(struct session *session)
{
    char line[64] = "";
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = session->watch.signals, .events = POLLIN}};
    while (poll(fds, 2, -1) < 0) {
    }
    session->signal = signals_end_wanted();
    if (session->signal != 0) {
        say("\n");
        return 0;
    }
    (void)!read(STDIN_FILENO, line, sizeof line); /* what was not read is no agreement */
    return line[0];
}

enum result consent_ask(struct session *session, const struct plan *plan, bool *given, struct err *err)
{
    struct experiment_outlook outlook;
    struct plan completed = *plan;
    char line[sizeof outlook.sentence + 2];
    *given = false;
    if (experiments_look_ahead(session->lab.experiments, &completed, &outlook, err) != RESULT_OK) {
        return err->code;
    }
    snprintf(line, sizeof line, "%s\n", outlook.sentence);
    say(line);
    if (isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) {
        *given = true;
        return RESULT_OK;
    }
    say("Start it? [y/N] ");
    const char answer = read_answer(session);
    *given = answer == 'y' || answer == 'Y';
    return RESULT_OK;
}
