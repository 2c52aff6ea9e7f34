/* The machine on which a run is carried out: what tells the runs of several machines apart. */
#ifndef KONEKSI_SERVER_LAB_RUN_HOST_H
#define KONEKSI_SERVER_LAB_RUN_HOST_H

#include "db/run.h"

/* Bytes. Of a virtual machine the memory differs a little between boots. */
#define HOST_MEMORY_STEP (64ULL << 20)

struct host_facts {
    const char *machine_id; /* 32 hexadecimal digits (machine-id(5)); another text is as none */
    const char *kernel;     /* its release */
    const char *machine;    /* "x86_64" */
    const char *processor;  /* its model */
    uint64_t cores;         /* that this process may use */
    uint64_t memory_bytes;
};

/* Of all facts, the memory in steps of HOST_MEMORY_STEP. machine-id(5) asks that a machine's id be used as such by
 * nobody: it is the key of a keyed hash, so that the fingerprint can be shown and does not give the id away. */
uint64_t host_fingerprint(const struct host_facts *facts);

/* Reads the files below `root`, which is "" but in tests. What cannot be read is left empty. */
void host_read(const char *root, struct run_host *host);

/* Physical memory; 0 when the kernel does not say. */
uint64_t host_memory_bytes(void);

#endif
