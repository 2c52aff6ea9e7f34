#include "base/bounded_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct bounded {
    int fd;
    size_t left;
};

static ssize_t read_bounded(void *cookie, char *bytes, size_t size)
{
    struct bounded *const bounded = cookie;
    const ssize_t got = read(bounded->fd, bytes, size < bounded->left ? size : bounded->left);
    bounded->left -= got > 0 ? (size_t)got : 0;
    return got;
}

static int close_bounded(void *cookie)
{
    struct bounded *const bounded = cookie;
    close(bounded->fd);
    free(bounded);
    return 0;
}

static FILE *open_stream(struct bounded *bounded)
{
    FILE *const file = fopencookie(bounded, "r", (cookie_io_functions_t){.read = read_bounded, .close = close_bounded});
    if (file == NULL) {
        const int error_number = errno;
        close_bounded(bounded);
        errno = error_number;
        return NULL;
    }
    /* Without memory for its buffer glibc would read byte by byte, and of a sysctl only the first byte can be read so.
     */
    if (setvbuf(file, NULL, _IOFBF, BUFSIZ) != 0) {
        fclose(file);
        errno = ENOMEM;
        return NULL;
    }
    return file;
}

FILE *bounded_file_open(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct bounded *const bounded = fd >= 0 ? malloc(sizeof *bounded) : NULL;
    if (bounded == NULL) {
        const int error_number = errno;
        if (fd >= 0) {
            close(fd);
        }
        errno = error_number;
        return NULL;
    }
    *bounded = (struct bounded){.fd = fd, .left = BOUNDED_FILE_MOST};
    return open_stream(bounded);
}
