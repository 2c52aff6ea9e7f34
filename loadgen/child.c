#include "loadgen/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

struct pipes {
    int in[2], out[2], errors[2];
};

void child_close(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void pipes_close(struct pipes *pipes)
{
    for (size_t end = 0; end < 2; end++) {
        child_close(&pipes->in[end]);
        child_close(&pipes->out[end]);
        child_close(&pipes->errors[end]);
    }
}

static enum result pipes_open(struct pipes *pipes, const char *program, struct err *err)
{
    *pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
    if (pipe2(pipes->in, O_CLOEXEC) != 0 || pipe2(pipes->out, O_CLOEXEC) != 0 || pipe2(pipes->errors, O_CLOEXEC) != 0 ||
        fcntl(pipes->out[0], F_SETFL, O_NONBLOCK) != 0 || fcntl(pipes->errors[0], F_SETFL, O_NONBLOCK) != 0) {
        return err_system(err, errno, "cannot create the pipes to %s", program);
    }
    return RESULT_OK;
}

/* Every signal, since the panel blocks some and ignores some. Returns an errno. */
static int set_attributes(posix_spawnattr_t *attributes, enum child_of of)
{
    const short own = of == CHILD_ALONE ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP; /* a session has a group */
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    int error = posix_spawnattr_setflags(attributes, (short)(own | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
    if (error == 0) {
        error = posix_spawnattr_setpgroup(attributes, 0);
    }
    if (error == 0) {
        error = posix_spawnattr_setsigdefault(attributes, &all);
    }
    return error != 0 ? error : posix_spawnattr_setsigmask(attributes, &none);
}

static int set_streams(posix_spawn_file_actions_t *actions, const struct pipes *pipes)
{
    int error = posix_spawn_file_actions_adddup2(actions, pipes->in[0], STDIN_FILENO);
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(actions, pipes->out[1], STDOUT_FILENO);
    }
    return error != 0 ? error : posix_spawn_file_actions_adddup2(actions, pipes->errors[1], STDERR_FILENO);
}

/* glibc reports a failed exec as the result of posix_spawn itself. Returns an errno. */
static int spawn(pid_t *pid, enum child_of of, const struct pipes *pipes, char **arguments)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        goto free_actions;
    }
    error = set_attributes(&attributes, of);
    if (error == 0) {
        error = set_streams(&actions, pipes);
    }
    if (error == 0) {
        error = posix_spawn(pid, arguments[0], &actions, &attributes, arguments, environ);
    }
    posix_spawnattr_destroy(&attributes);
free_actions:
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

enum result child_spawn(char **arguments, enum child_of of, struct child *child, struct err *err)
{
    const char *const program = arguments[0];
    struct pipes pipes;
    enum result result = pipes_open(&pipes, program, err);
    if (result != RESULT_OK) {
        goto out;
    }
    const int error = spawn(&child->pid, of, &pipes, arguments);
    if (error != 0) {
        result = err_system(err, error, "cannot start %s", program);
        goto out;
    }
    /* The child is ours and not reaped, so no other process can have its number. */
    child->pidfd = pidfd_open(child->pid, 0);
    if (child->pidfd < 0 && errno != ENOSYS) {
        result = err_system(err, errno, "cannot open a pidfd for %s", program);
        kill(-child->pid, SIGKILL);
        waitpid(child->pid, NULL, 0);
        goto out;
    }
    child->in = pipes.in[1];
    child->out = pipes.out[0];
    child->errors = pipes.errors[0];
    pipes.in[1] = pipes.out[0] = pipes.errors[0] = -1;
out:
    pipes_close(&pipes);
    return result;
}
