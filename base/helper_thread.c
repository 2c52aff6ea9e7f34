#include "base/helper_thread.h"

#include <signal.h>

/* The default, 8 MiB, would be the larger part of a low RLIMIT_AS. */
#define STACK_SIZE ((size_t)256 * 1024)

enum result helper_thread_start(pthread_t *thread, void *(*body)(void *), void *argument, const char *purpose,
                                struct err *err)
{
    pthread_attr_t attributes;
    sigset_t all;
    sigset_t before;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, thread_stack_size(STACK_SIZE));
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int status = pthread_create(thread, &attributes, body, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return status == 0 ? RESULT_OK : err_system(err, status, "cannot create the thread %s", purpose);
}
