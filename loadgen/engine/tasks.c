#include "loadgen/engine/tasks.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct tasks {
    DIR *directory;
};

static void do_nothing(int signal_number)
{
    (void)signal_number;
}

enum result tasks_open(struct tasks **tasks, struct err *err)
{
    const struct sigaction action = {.sa_handler = do_nothing};
    if (sigaction(TASKS_SIGNAL, &action, NULL) != 0) {
        return err_system(err, errno, "cannot handle the signal that interrupts clients");
    }
    struct tasks *const opened = malloc(sizeof *opened);
    if (opened == NULL) {
        return err_set(err, RESULT_NO_MEMORY, "no memory for the list of threads");
    }
    opened->directory = opendir("/proc/self/task");
    if (opened->directory == NULL) {
        free(opened);
        return err_system(err, errno, "cannot open /proc/self/task");
    }
    *tasks = opened;
    return RESULT_OK;
}

void tasks_close(struct tasks *tasks)
{
    closedir(tasks->directory);
    free(tasks);
}

void tasks_interrupt(struct tasks *tasks)
{
    const pid_t process = getpid();
    const pid_t self = gettid();
    rewinddir(tasks->directory);
    for (const struct dirent *entry = readdir(tasks->directory); entry != NULL; entry = readdir(tasks->directory)) {
        const pid_t task = (pid_t)strtol(entry->d_name, NULL, 10); /* 0 for "." and ".." */
        if (task > 0 && task != self) {
            /* It may have ended since: ESRCH. The number cannot be another process's, since tgkill checks that. */
            (void)tgkill(process, task, TASKS_SIGNAL);
        }
    }
}
