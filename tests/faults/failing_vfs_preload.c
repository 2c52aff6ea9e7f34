/* LD_PRELOAD: the failing VFS in the real panel. */
#include <stddef.h>
#include <stdlib.h>

#include "tests/faults/failing_vfs.h"
#include "tests/faults/faults.h"

__attribute__((constructor)) static void begin(void)
{
    struct faults *const faults = faults_map();
    if (faults != NULL && failing_vfs_install(faults) != 0) {
        abort();
    }
}
