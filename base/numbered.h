/* Entries of a directory whose names are numbers, such as the processes of /proc. */
#ifndef KONEKSI_BASE_NUMBERED_H
#define KONEKSI_BASE_NUMBERED_H

#include <dirent.h>
#include <stddef.h>
#include <string.h>

/* The next one's name; NULL at the end. Valid until the next call for that directory. */
static inline const char *numbered_next(DIR *directory)
{
    const struct dirent *entry = readdir(directory);
    while (entry != NULL && (entry->d_name[0] == '\0' || entry->d_name[strspn(entry->d_name, "0123456789")] != '\0')) {
        entry = readdir(directory);
    }
    return entry != NULL ? entry->d_name : NULL;
}

#endif
