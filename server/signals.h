/* The signals of the panel: SIGTERM and SIGINT end it in order, taken by the main thread alone; SIGPIPE and SIGXFSZ
 * are ignored: their causes are errors where they arise. SIGUSR1 asks for the counters. */
#ifndef KONEKSI_SERVER_SIGNALS_H
#define KONEKSI_SERVER_SIGNALS_H

#include <stdbool.h>

/* At the beginning: SIGPIPE and SIGXFSZ are ignored, alarm(2) ends the program. */
void signals_prepare(void);

/* From here on the others are there for signals_wait and signals_end_wanted alone; until here they just end it. Before
 * any thread is created: threads inherit the mask. */
void signals_hold(void);

/* Waits for SIGTERM, SIGINT or SIGUSR1 and returns its number. */
int signals_wait(void);

/* Whether SIGTERM or SIGINT has come; it is then as if it had not. */
bool signals_end_wanted(void);

#endif
