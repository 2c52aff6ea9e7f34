#include "loadgen/engine/rlimits.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/table.h"

/* proc(5): from -1000, never, to 1000, always first. Raising it needs no privilege. */
static void volunteer_for_oom_killer(void)
{
    static const char first[] = "1000";
    const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        /* Where this fails, only the order in which the OOM killer kills is worse. */
        const ssize_t ignored = write(fd, first, sizeof first - 1);
        (void)ignored;
        close(fd);
    }
}

static enum result raise_nofile(struct err *err)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return err_system(err, errno, "cannot read RLIMIT_NOFILE");
    }
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return err_system(err, errno, "cannot raise RLIMIT_NOFILE to its hard limit");
    }
    return RESULT_OK;
}

enum result rlimits_apply(const struct run_spec *spec, struct err *err)
{
    const struct {
        __rlimit_resource_t resource;
        const char *name;
        uint64_t value;
        uint64_t unit;
    } rows[] = {
        {RLIMIT_NOFILE, "limits.nofile", spec->limit_nofile, 1},
        {RLIMIT_NPROC, "limits.nproc", spec->limit_nproc, 1},
        {RLIMIT_AS, "limits.as_mib", spec->limit_as_mib, 1048576},
    };
    volunteer_for_oom_killer();
    if (spec->limit_nofile == 0) {
        const enum result result = raise_nofile(err);
        if (result != RESULT_OK) {
            return result;
        }
    }
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const rlim_t value = (rlim_t)(rows[i].value * rows[i].unit);
        const struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
        if (value != 0 && setrlimit(rows[i].resource, &limit) != 0) {
            return err_system(err, errno, "cannot set %s to %llu", rows[i].name, (unsigned long long)rows[i].value);
        }
    }
    return RESULT_OK;
}
