#include "server/time/connection_log.h"

uint64_t connection_log_add(struct connection_log *log, uint64_t at_ns)
{
    const uint64_t number = atomic_fetch_add_explicit(&log->total, 1, memory_order_relaxed) + 1;
    const size_t row = number % CONNECTION_LOG_ROWS;
    /* A reader that sees the new time has acquired the 0 before it, and so finds that the row has changed meanwhile. */
    atomic_store_explicit(&log->rows[row].number, 0, memory_order_relaxed);
    atomic_store_explicit(&log->rows[row].at_ns, at_ns, memory_order_release);
    atomic_store_explicit(&log->rows[row].number, number, memory_order_release);
    return number;
}

uint64_t connection_log_total(const struct connection_log *log)
{
    return atomic_load_explicit(&log->total, memory_order_relaxed);
}

enum row_state { ROW_READ, ROW_NOT_YET, ROW_GONE };

static enum row_state read_row(const struct connection_log *log, uint64_t number, struct time_log *row)
{
    const size_t index = number % CONNECTION_LOG_ROWS;
    const uint64_t before = atomic_load_explicit(&log->rows[index].number, memory_order_acquire);
    row->number = number;
    row->at_ns = atomic_load_explicit(&log->rows[index].at_ns, memory_order_acquire);
    const uint64_t after = atomic_load_explicit(&log->rows[index].number, memory_order_relaxed);
    if (before == number && after == number) {
        return ROW_READ;
    }
    return before > number || after > number ? ROW_GONE : ROW_NOT_YET;
}

size_t connection_log_read(const struct connection_log *log, uint64_t *cursor, struct time_log *rows, size_t capacity)
{
    const uint64_t total = connection_log_total(log);
    uint64_t number = *cursor + 1;
    if (total > CONNECTION_LOG_ROWS && number <= total - CONNECTION_LOG_ROWS) {
        number = total - CONNECTION_LOG_ROWS + 1;
    }
    size_t count = 0;
    for (; number <= total && count < capacity; number++) {
        const enum row_state state = read_row(log, number, &rows[count]);
        if (state == ROW_NOT_YET) {
            break;
        }
        if (state == ROW_READ) {
            *cursor = number;
            count++;
        }
    }
    return count;
}
