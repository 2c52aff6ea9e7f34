/* A made-up machine for the readers of /proc and control groups: a folder below which some paths are one file. It is
 * removed when the program ends in order. */
#ifndef KONEKSI_TESTS_FUZZ_ROOT_H
#define KONEKSI_TESTS_FUZZ_ROOT_H

#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

static char root_folder[64];

static int root_remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void root_remove(void)
{
    nftw(root_folder, root_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* The folder; it is made when it is first asked for. */
static const char *root(void)
{
    if (root_folder[0] == '\0') {
        snprintf(root_folder, sizeof root_folder, "%s/koneksi-fuzz-XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        MUST(mkdtemp(root_folder) != NULL);
        MUST(atexit(root_remove) == 0);
    }
    return root_folder;
}

/* An empty file with the folders above it. */
static inline int root_create(const char *path)
{
    char whole[256];
    snprintf(whole, sizeof whole, "%s%s", root(), path);
    for (char *slash = strchr(whole + strlen(root()) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(whole, 0700);
        *slash = '/';
    }
    const int fd = open(whole, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    MUST(fd >= 0);
    return fd;
}

/* Another name of the file `path`. */
static inline void root_link(const char *path, const char *name)
{
    char from[256];
    char to[256];
    close(root_create(name));
    snprintf(from, sizeof from, "%s%s", root(), path);
    snprintf(to, sizeof to, "%s%s", root(), name);
    MUST(unlink(to) == 0 && link(from, to) == 0);
}

static inline void root_write(int fd, const void *bytes, size_t size)
{
    MUST(ftruncate(fd, 0) == 0 && pwrite(fd, bytes, size, 0) == (ssize_t)size);
}

#endif
