/* The panel: TIME server, lab, HTTP server, until a signal ends it. */
#ifndef KONEKSI_SERVER_PANEL_H
#define KONEKSI_SERVER_PANEL_H

#include "server/options.h"

/* Returns the exit status: 0 after a signal to end, 1 when it could not be started. */
int panel_run(const struct options *options);

#endif
