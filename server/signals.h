/* The signals of the panel: SIGTERM and SIGINT end it in order, taken by the main thread alone; SIGPIPE and SIGXFSZ
 * are ignored: their causes are errors where they arise. SIGUSR1 asks for the counters. */
#ifndef KONEKSI_SERVER_SIGNALS_H
#define KONEKSI_SERVER_SIGNALS_H

#include <stdbool.h>

/* Before any thread is created: threads inherit the mask. */
void signals_prepare(void);

/* Waits for SIGTERM, SIGINT or SIGUSR1 and returns its number. */
int signals_wait(void);

/* Whether SIGTERM or SIGINT has come; it is then as if it had not. */
bool signals_end_wanted(void);

#endif
