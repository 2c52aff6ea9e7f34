/* What the clients of a run took on their side: the two figures by which people choose a mode. */
#ifndef KONEKSI_LOADGEN_CONTRACT_LOAD_COST_H
#define KONEKSI_LOADGEN_CONTRACT_LOAD_COST_H

#include <stdint.h>

/* All clients together. 0: not known. */
struct load_cost {
    uint64_t cpu_us; /* user + system, of the generator and its client processes while it carried clients */
    uint64_t
        memory_bytes; /* of the most that were alive at the same time; what the kernel keeps for them is not in it */
};

/* What the generator needs once for itself weighs too much in the memory of fewer clients of one generator, and in less
 * CPU time: see docs/numbers.md. */
#define LOAD_COST_CLIENTS_LEAST 1000
#define LOAD_COST_CPU_US_LEAST 20000

/* Of each client, in microseconds; 0: not known. */
static inline double load_cost_cpu_us(const struct load_cost *cost, uint64_t started)
{
    return started > 0 && cost->cpu_us >= LOAD_COST_CPU_US_LEAST ? (double)cost->cpu_us / (double)started : 0;
}

/* Of each client, in bytes; 0: not known. */
static inline uint64_t load_cost_memory(const struct load_cost *cost, uint64_t peak_clients)
{
    return peak_clients >= LOAD_COST_CLIENTS_LEAST ? cost->memory_bytes / peak_clients : 0;
}

#endif
