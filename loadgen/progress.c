#include "progress.h"

#include <stdio.h>

#define BAR_WIDTH 30

void progress_format(const struct load_sample *sample, uint64_t count, char text[PROGRESS_SIZE])
{
    const uint64_t ended = sample->totals.completed + sample->totals.failed;
    char bar[BAR_WIDTH + 1];
    for (uint64_t i = 0; i < BAR_WIDTH; i++) {
        bar[i] = i < ended * BAR_WIDTH / count ? '#' : '.';
    }
    bar[BAR_WIDTH] = '\0';
    snprintf(text, PROGRESS_SIZE, "[%s] %3llu%%  %llu of %llu clients ended, %llu failed, %llu open", bar,
             (unsigned long long)(ended * 100 / count), (unsigned long long)ended, (unsigned long long)count,
             (unsigned long long)sample->totals.failed, (unsigned long long)sample->connections);
}

/* "\r" goes to the line's begin, "\033[K" clears what a longer line left (ECMA-48, EL). */
void progress_draw(const struct load_sample *sample, uint64_t count)
{
    char text[PROGRESS_SIZE];
    progress_format(sample, count, text);
    fprintf(stderr, "\r%s\033[K", text);
    fflush(stderr);
}

void progress_clear(void)
{
    fputs("\r\033[K", stderr);
    fflush(stderr);
}
