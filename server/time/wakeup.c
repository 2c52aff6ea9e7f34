#include "server/time/wakeup.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/futex.h"

enum result wakeup_init(struct wakeup *wakeup, struct err *err)
{
    atomic_init(&wakeup->count, 0);
    wakeup->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return wakeup->fd >= 0 ? RESULT_OK : err_system(err, errno, "cannot create an eventfd for the TIME server");
}

void wakeup_close(struct wakeup *wakeup)
{
    close(wakeup->fd);
}

uint32_t wakeup_count(const struct wakeup *wakeup)
{
    return atomic_load(&wakeup->count);
}

void wakeup_wait(struct wakeup *wakeup, uint32_t count, uint32_t timeout_ms)
{
    futex_wait(&wakeup->count, count, timeout_ms);
}

void wakeup_signal(struct wakeup *wakeup)
{
    atomic_fetch_add(&wakeup->count, 1);
    futex_wake_all(&wakeup->count);
    (void)eventfd_write(wakeup->fd, 1);
}
