/* What an experiment is going to do, told before it starts; a person at a terminal is asked. */
#ifndef KONEKSI_SERVER_COMMAND_CONSENT_H
#define KONEKSI_SERVER_COMMAND_CONSENT_H

#include "server/command/session.h"

/* Writes the outlook to standard error. Where that and standard input are a terminal, *given is whether the person
 * there agrees; elsewhere it is true. SIGINT and SIGTERM set session->signal. The errors are those of
 * experiments_look_ahead. */
enum result consent_ask(struct session *session, const struct plan *plan, bool *given, struct err *err) MUST_CHECK;

#endif
