#include "base/descriptors.h"

#include <dirent.h>
#include <stddef.h>

bool descriptors_count(uint64_t *count)
{
    DIR *const directory = opendir("/proc/self/fd");
    if (directory == NULL) {
        return false;
    }
    uint64_t entries = 0;
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        entries += entry->d_name[0] != '.' ? 1 : 0;
    }
    closedir(directory);
    *count = entries - 1; /* the directory itself was open */
    return true;
}
