#include "loadgen/orphans.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/numbered.h"

#define REAP_MOST 1000 /* in a call: thousands must not keep the caller from its other work */

bool orphans_reap_group(pid_t group)
{
    for (int i = 0; i < REAP_MOST; i++) {
        siginfo_t info = {.si_pid = 0};
        if (waitid(P_PGID, (id_t)group, &info, WEXITED | WNOHANG) != 0) {
            return errno == ECHILD;
        }
        if (info.si_pid == 0) {
            break; /* killed, but not dead yet */
        }
    }
    return false;
}

bool orphans_end_session(pid_t session)
{
    DIR *const directory = opendir("/proc");
    const char *name = NULL;
    bool is_empty = directory != NULL;
    while (directory != NULL && (name = numbered_next(directory)) != NULL) {
        siginfo_t info = {.si_pid = 0};
        const pid_t pid = (pid_t)strtol(name, NULL, 10);
        if (getsid(pid) == session && kill(pid, SIGKILL) == 0) {
            (void)waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG);
            is_empty = false; /* until it was killed it may have forked one that this turn has missed */
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
    return is_empty;
}
