/* What a fork() has to carry. */
#ifndef KONEKSI_LOADGEN_FORK_WEIGHT_H
#define KONEKSI_LOADGEN_FORK_WEIGHT_H

/* Leaves the shared libraries that no client calls out of all forks that follow (madvise(2), MADV_DONTFORK): each
 * mapping of a library costs a fork about a hundredth of its price, and a library has five. A forked process must
 * neither call them nor unload them, and so has to end by _exit. Does nothing where they cannot be told apart. */
void fork_weight_drop_libraries(void);

#endif
