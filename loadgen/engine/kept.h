/* How much a run keeps of its clients, whatever their number. */
#ifndef KONEKSI_LOADGEN_ENGINE_KEPT_H
#define KONEKSI_LOADGEN_ENGINE_KEPT_H

/* Traces kept of each group. */
#define TRACES_KEPT 100U

/* The transcript: the first and the last clients each have a slot; those in between get one when it is offered. */
#define TRANSCRIPT_EDGE 100U
#define TRANSCRIPT_MIDDLE 64U
#define TRANSCRIPT_SLOTS (2 * TRANSCRIPT_EDGE + TRANSCRIPT_MIDDLE)
#define TRANSCRIPT_BYTES 40U

/* Lines for the run's log. */
#define NOTES_MAX 4U
#define NOTE_SIZE 188U /* a note is three cache lines */

#endif
