#include "loadgen/display/progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/figures.h"
#include "base/output.h"
#include "base/table.h"

#define BAR_MOST 30
#define BAR_LEAST 8
#define BAR_FRAME 3 /* "[" and "] " */
#define COLUMNS_LEAST 40
#define COLUMNS_UNKNOWN 80
#define DRAW_US 100000
#define WINDOW_US 500000
#define PIECE_SIZE 80

enum piece { PIECE_ENDED, PIECE_FAILED, PIECE_OPEN, PIECE_RATE, PIECE_TIME, PIECE_ALIVE, PIECE_COUNT };

static uint64_t ended_of(const struct load_sample *sample)
{
    return sample->totals.completed + sample->totals.failed;
}

void progress_init(struct progress *progress, uint64_t count)
{
    *progress = (struct progress){.count = count};
}

bool progress_advance(struct progress *progress, const struct load_sample *sample)
{
    if (sample->at_us - progress->drawn_us < DRAW_US) {
        return false;
    }
    const uint64_t window_us = sample->at_us - progress->window_us;
    progress->drawn_us = sample->at_us;
    if (window_us >= WINDOW_US || progress->window_us == 0) {
        progress->per_s = (double)(ended_of(sample) - progress->window_ended) * 1e6 / (double)window_us;
    }
    if (window_us >= WINDOW_US) {
        progress->window_us = sample->at_us;
        progress->window_ended = ended_of(sample);
    }
    return true;
}

static void format_time(const struct progress *progress, const struct load_sample *sample, char piece[PIECE_SIZE])
{
    const uint64_t ended = ended_of(sample);
    const double seconds = (double)sample->at_us / 1e6;
    if (ended == 0 || progress->lead != NULL) { /* the lead says what is left of all runs */
        snprintf(piece, PIECE_SIZE, "%.1f s", seconds);
    } else {
        snprintf(piece, PIECE_SIZE, "%.1f s, %.1f s left", seconds,
                 seconds / (double)ended * (double)(progress->count - ended));
    }
}

static void format_piece(const struct progress *progress, const struct load_sample *sample, enum piece piece,
                         char text[PIECE_SIZE])
{
    const uint64_t ended = ended_of(sample);
    char number[FIGURE_SIZE];
    char all[FIGURE_SIZE];
    switch (piece) {
    case PIECE_ENDED:
        snprintf(text, PIECE_SIZE, "%3u%%  %s/%s", (unsigned)((double)ended * 100 / (double)progress->count),
                 figure_number(ended, number), figure_number(progress->count, all));
        return;
    case PIECE_FAILED:
        snprintf(text, PIECE_SIZE, "%s failed", figure_number(sample->totals.failed, number));
        return;
    case PIECE_OPEN:
        snprintf(text, PIECE_SIZE, "%s open", figure_number(sample->connections, number));
        return;
    case PIECE_RATE:
        snprintf(text, PIECE_SIZE, "%s/s", figure_number((uint64_t)progress->per_s, number));
        return;
    case PIECE_TIME:
        format_time(progress, sample, text);
        return;
    case PIECE_ALIVE:
        snprintf(text, PIECE_SIZE, "%s %s",
                 figure_number(sample->processes > 0 ? sample->processes : sample->threads, number),
                 sample->processes > 0 ? "processes" : "threads");
        return;
    case PIECE_COUNT:
        return;
    }
}

static void add_bar(const struct progress *progress, const struct load_sample *sample, size_t room, struct buf *text)
{
    if (room < BAR_LEAST + BAR_FRAME) {
        return;
    }
    const unsigned width = room - BAR_FRAME < BAR_MOST ? (unsigned)(room - BAR_FRAME) : BAR_MOST;
    const unsigned filled = (unsigned)((double)ended_of(sample) * width / (double)progress->count);
    buf_text(text, "[");
    for (unsigned i = 0; i < width; i++) {
        buf_text(text, i < filled ? "#" : ".");
    }
    buf_text(text, "] ");
}

/* Of a run alone the first figure is always there; the others leave room for a bar. */
static void add_figures(const struct progress *progress, const struct load_sample *sample, size_t room, bool is_alone,
                        struct buf *text)
{
    struct buf figures = BUF_INIT;
    for (int piece = 0; piece < PIECE_COUNT; piece++) {
        char words[PIECE_SIZE];
        format_piece(progress, sample, (enum piece)piece, words);
        const size_t length = figures.length + strlen(words) + (piece > 0 ? 2 + BAR_LEAST + BAR_FRAME : 0);
        if (length > room && (piece > 0 || !is_alone)) {
            break;
        }
        buf_printf(&figures, "%s%s", piece > 0 ? "  " : "", words);
    }
    if (figures.length > 0) {
        buf_text(text, is_alone ? "" : "  ");
        add_bar(progress, sample, room > figures.length ? room - figures.length : 0, text);
        buf_append(text, figures.bytes, figures.length < room ? figures.length : room);
    }
    text->failed = text->failed || figures.failed;
    buf_free(&figures);
}

void progress_format(const struct progress *progress, const struct load_sample *sample, unsigned columns,
                     struct buf *text)
{
    const size_t most = (columns > COLUMNS_LEAST ? columns : COLUMNS_LEAST) - 1;
    const bool is_alone = progress->lead == NULL;
    const size_t length = is_alone ? 0 : strlen(progress->lead);
    buf_append(text, progress->lead, length < most ? length : most);
    if (sample != NULL && (is_alone || length + 2 < most)) {
        add_figures(progress, sample, is_alone ? most : most - length - 2, is_alone, text);
    }
}

static unsigned terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : COLUMNS_UNKNOWN;
}

/* "\r" goes to the line's begin, "\033[K" clears what a longer line left (ECMA-48, EL). */
void progress_draw(const struct progress *progress, const struct load_sample *sample)
{
    struct buf text = BUF_INIT;
    buf_text(&text, "\r");
    progress_format(progress, sample, terminal_columns(), &text);
    buf_text(&text, "\033[K");
    if (!text.failed) {
        (void)output_at_once(STDERR_FILENO, text.bytes, text.length); /* the next one replaces it */
    }
    buf_free(&text);
}

void progress_clear(void)
{
    static const char clear[] = "\r\033[K";
    (void)output_at_once(STDERR_FILENO, clear, sizeof clear - 1);
}
