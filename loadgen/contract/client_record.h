/* What becomes of one client. Its mode keeps it, the client fills it in, the scoreboard counts it at the end. */
#ifndef KONEKSI_LOADGEN_CONTRACT_CLIENT_RECORD_H
#define KONEKSI_LOADGEN_CONTRACT_CLIENT_RECORD_H

#include <stdatomic.h>
#include <stdint.h>

/* One client's life as far as it got; all-zero at its start. A forked client's lies in shared memory, where its parent
 * finds what it had come to when it was killed. One cache line. */
struct client_record {
    _Atomic uint64_t outcome; /* 0 while it lives, OUTCOME_COMPLETED, or the failure_key of its failure */
    _Atomic uint32_t phase;   /* enum error_phase: what is under way */
    _Atomic uint16_t open;    /* its connection is among the live ones */
    _Atomic uint16_t arrived; /* hold: at the barrier */
    _Atomic uint32_t up;      /* it is among the clients that are alive */
    uint32_t place;           /* among those that connected, from 1 on; 0: it did not */
    uint64_t ended_us;        /* these are there once `outcome` is */
    uint64_t connect_ns;      /* 0: not measured */
    uint64_t reply_ns;        /* the last reply; those before it went to the scoreboard at once */
    uint64_t client_ns;
};
#define OUTCOME_COMPLETED 1U

#endif
