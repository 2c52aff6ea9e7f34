/* A bound that a server sets itself does not depend on how clients are carried, and it serves as many of twice as many
 * clients. An error that comes now and then does not: after a search a last run in another mode tells. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_SERVER_CAP_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_SERVER_CAP_H

#include "server/lab/experiment/findings.h"

/* Whether that run is still to be made, after a search that found `ceiling` and was stopped so. */
bool server_cap_is_open(const struct findings *findings, uint64_t ceiling, const struct verdict *stopped);
void server_cap_plan(const struct plan *plan, uint64_t ceiling, const struct verdict *stopped, struct run_spec *spec);

/* Names the cap in the result where that run was made and shows it. */
void server_cap_name(const struct findings *findings, struct search_result *result);

#endif
