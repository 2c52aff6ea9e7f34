/* The connections that there are, so that a crowd of silent ones cannot keep everybody else out: while there are more
 * than CROWD_MANY, each newcomer ends the connection that has waited longest without asking for anything in full,
 * unless that has come just now and there is still room. One that is being answered (an event stream all the time) is
 * never ended here. Any thread. */
#ifndef KONEKSI_WEB_HTTP_CROWD_H
#define KONEKSI_WEB_HTTP_CROWD_H

#include <stdbool.h>

#include "base/err.h"

#define CROWD_MOST 64 /* connections */
#define CROWD_MANY 48

struct crowd;

enum result crowd_create(struct crowd **crowd, struct err *err) MUST_CHECK;
void crowd_destroy(struct crowd *crowd);

/* A place for the connection; NULL when there is none, and then it is left alone. May shut another one down. */
struct crowd_place *crowd_arrive(struct crowd *crowd, int fd);

/* Whether it is being answered; no more after `crowd_leave`. A NULL place is nobody's. */
void crowd_busy(struct crowd *crowd, struct crowd_place *place, bool busy);

/* To be called before the descriptor is closed. */
void crowd_leave(struct crowd *crowd, struct crowd_place *place);

#endif
