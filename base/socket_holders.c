#include "base/socket_holders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bounded_file.h"
#include "base/numbered.h"
#include "base/utf8.h"

#define PATH_SIZE 512
#define SEEN_MOST 64 /* sockets of one process that are reported once though it has several descriptors for them */

struct seen {
    size_t sockets[SEEN_MOST];
    size_t count;
};

/* 0: the descriptor is no socket. */
static unsigned long socket_inode(DIR *directory, const char *name)
{
    static const char prefix[] = "socket:[";
    char target[64];
    const ssize_t length = readlinkat(dirfd(directory), name, target, sizeof target - 1);
    target[length > 0 ? length : 0] = '\0';
    return strncmp(target, prefix, sizeof prefix - 1) == 0 ? strtoul(target + sizeof prefix - 1, NULL, 10) : 0;
}

static size_t find_inode(const struct socket_search *search, unsigned long inode)
{
    size_t i = inode != 0 ? 0 : search->count;
    while (i < search->count && search->inodes[i] != inode) {
        i++;
    }
    return i;
}

static bool is_new(struct seen *seen, size_t socket)
{
    for (size_t i = 0; i < seen->count; i++) {
        if (seen->sockets[i] == socket) {
            return false;
        }
    }
    if (seen->count < SEEN_MOST) {
        seen->sockets[seen->count++] = socket;
    }
    return true;
}

static bool look_into(const struct socket_search *search, const char *process)
{
    char path[PATH_SIZE];
    struct seen seen = {.count = 0};
    bool go_on = true;
    const char *name = NULL;
    snprintf(path, sizeof path, "%s/proc/%s/fd", search->root, process);
    DIR *const directory = opendir(path);
    if (directory == NULL) {
        return true;
    }
    for (size_t i = 0; i < SOCKET_HOLDERS_DESCRIPTORS && go_on && (name = numbered_next(directory)) != NULL; i++) {
        const size_t socket = find_inode(search, socket_inode(directory, name));
        if (socket < search->count && is_new(&seen, socket)) {
            go_on = search->found(search->context, socket, (pid_t)strtol(process, NULL, 10));
        }
    }
    closedir(directory);
    return go_on;
}

void socket_holders_find(const struct socket_search *search)
{
    char path[PATH_SIZE];
    bool go_on = search->count > 0;
    const char *name = NULL;
    snprintf(path, sizeof path, "%s/proc", search->root);
    DIR *const directory = go_on ? opendir(path) : NULL;
    if (directory == NULL) {
        return;
    }
    for (size_t i = 0; i < SOCKET_HOLDERS_PROCESSES && go_on && (name = numbered_next(directory)) != NULL; i++) {
        go_on = look_into(search, name);
    }
    closedir(directory);
}

void socket_holder_program(const char *root, pid_t pid, char program[SOCKET_PROGRAM_SIZE])
{
    char path[PATH_SIZE];
    char line[SOCKET_PROGRAM_SIZE] = "";
    snprintf(path, sizeof path, "%s/proc/%ld/comm", root, (long)pid);
    FILE *const file = pid > 0 ? bounded_file_open(path) : NULL;
    if (file != NULL) {
        if (fgets(line, sizeof line, file) != NULL) {
            line[strcspn(line, "\n")] = '\0';
        }
        fclose(file);
    }
    utf8_copy(program, SOCKET_PROGRAM_SIZE, line);
}
