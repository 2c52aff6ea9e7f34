#include "base/sync.h"

#include <time.h>

static int make_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    int status = pthread_condattr_init(&attributes);
    if (status != 0) {
        return status;
    }
    status = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (status == 0) {
        status = pthread_cond_init(condition, &attributes);
    }
    pthread_condattr_destroy(&attributes);
    return status;
}

enum result sync_init(pthread_mutex_t *mutex, pthread_cond_t *condition, struct err *err)
{
    int status = make_condition(condition);
    if (status != 0) {
        return err_system(err, status, "cannot make a condition");
    }
    status = pthread_mutex_init(mutex, NULL);
    if (status != 0) {
        pthread_cond_destroy(condition);
        return err_system(err, status, "cannot make a lock");
    }
    return RESULT_OK;
}

void sync_destroy(pthread_mutex_t *mutex, pthread_cond_t *condition)
{
    pthread_mutex_destroy(mutex);
    pthread_cond_destroy(condition);
}
