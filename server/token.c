#include "server/token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

#define FILE_MOST 2048U /* bytes: with white space around it */

/* Reads to the end of the file, since a pipe returns only what its writer has written so far. -1: errno. */
static ssize_t read_all(int fd, char *bytes, size_t size)
{
    size_t length = 0;
    ssize_t got = 0;
    do {
        got = read(fd, bytes + length, size - length);
        length += got > 0 ? (size_t)got : 0;
    } while ((got > 0 && length < size) || (got < 0 && errno == EINTR));
    return got < 0 ? -1 : (ssize_t)length;
}

static enum result read_file(const char *path, char text[FILE_MOST + 1], size_t *length, struct err *err)
{
    struct stat status;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_system(err, errno, "cannot read the token file %s", path);
    }
    const ssize_t got = read_all(fd, text, FILE_MOST + 1);
    if (got < 0 || fstat(fd, &status) != 0) {
        err_system(err, errno, "cannot read the token file %s", path);
        close(fd);
        return err->code;
    }
    close(fd);
    if ((status.st_mode & S_IROTH) != 0) {
        log_warning("everybody can read the token file %s; run chmod 600 on it", path);
    }
    *length = (size_t)got;
    return RESULT_OK;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static bool is_visible(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '!' || text[i] > '~') {
            return false;
        }
    }
    return true;
}

enum result token_read(const char *path, char **token, struct err *err)
{
    char bytes[FILE_MOST + 1];
    const char *text = bytes;
    size_t length = 0;
    if (read_file(path, bytes, &length, err) != RESULT_OK) {
        return err->code;
    }
    const bool whole = length <= FILE_MOST;
    while (length > 0 && is_space(*text)) {
        text++;
        length--;
    }
    while (length > 0 && is_space(text[length - 1])) {
        length--;
    }
    if (!whole || length > TOKEN_MOST || length < TOKEN_LEAST) {
        return err_set(err, RESULT_INVALID, "the token in %s must have %d to %d characters", path, TOKEN_LEAST,
                       TOKEN_MOST);
    }
    if (!is_visible(text, length)) {
        return err_set(err, RESULT_INVALID, "the token in %s must be one word of visible ASCII characters", path);
    }
    *token = strndup(text, length);
    return *token != NULL ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "no memory for the token");
}
