/* How large the list is that process mode keeps of its clients: mapped at once, so that it counts towards RLIMIT_AS
 * before the first client, however few there are. A new namespace of task numbers has 4,194,304 of them. */
#ifndef KONEKSI_LOADGEN_CONTRACT_PROCESS_LIST_H
#define KONEKSI_LOADGEN_CONTRACT_PROCESS_LIST_H

#include <stdint.h>

/* In bytes. */
#define PROCESS_LIST_HEAD 128U
#define PROCESS_LIST_PLACE 128U /* of a client process that is alive */
#define PROCESS_LIST_NUMBER 4U  /* of a task number */

/* Client processes of one generator that can be alive at the same time, where the kernel has so many tasks
 * (kernel.threads-max) with so many numbers (kernel.pid_max). */
static inline uint64_t process_list_places(uint64_t clients, uint64_t tasks, uint64_t numbers)
{
    const uint64_t most = tasks < numbers ? tasks : numbers;
    return clients < most ? clients : most;
}

static inline uint64_t process_list_bytes(uint64_t places, uint64_t numbers)
{
    return PROCESS_LIST_HEAD + places * PROCESS_LIST_PLACE + (numbers + 1) * PROCESS_LIST_NUMBER;
}

#endif
