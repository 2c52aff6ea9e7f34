/* The signals of the panel: SIGTERM, SIGINT and SIGHUP end it in order, taken by the main thread alone; SIGPIPE and
 * SIGXFSZ are ignored: the call that caused them fails. SIGUSR1 asks for the counters. */
#ifndef KONEKSI_SERVER_SIGNALS_H
#define KONEKSI_SERVER_SIGNALS_H

/* At the beginning: SIGTERM and SIGINT end the program at once (128 + their number), SIGUSR1 is kept for signals_wait,
 * alarm(2) ends the program. */
void signals_prepare(void);

/* From here on SIGTERM and SIGINT are there for signals_wait and signals_end_wanted alone. Before any thread is
 * created: threads inherit the mask. */
void signals_block(void);

/* Waits for SIGTERM, SIGINT or SIGUSR1 and returns its number. */
int signals_wait(void);

/* Takes a pending SIGTERM or SIGINT and returns its number; 0 when there is none. */
int signals_end_wanted(void);

/* A descriptor that is readable while SIGTERM or SIGINT is pending, for poll(2); -1 with errno. The caller closes it.
 */
int signals_end_fd(void);

#endif
