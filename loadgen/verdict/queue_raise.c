#include "loadgen/verdict/queue_raise.h"

static const char *const before_the_server[LANGUAGE_COUNT] = {
    " first, as the kernel cuts every queue at it; then ",
    " lebih dahulu, karena kernel memotong setiap antrean pada nilai itu; lalu ",
};
static const char *const or_while_it_runs[LANGUAGE_COUNT] = {
    ", or backlog of PATCH /server",
    ", atau backlog pada PATCH /server",
};
static const char *const by_another[LANGUAGE_COUNT] = {
    "the backlog that the server itself gives to listen(2): " BACKLOG_OF_SERVERS,
    "backlog yang diberikan server itu sendiri kepada listen(2): " BACKLOG_OF_SERVERS,
};

/* NULL: it is not known whose queue it was. */
static const struct fact *queue_of(const struct verdict *verdict)
{
    const struct fact *const queue =
        verdict_names(verdict, LIMIT_BACKLOG, LIMIT_SIDE_SERVER) ? verdict_fact(verdict, FACT_QUEUE) : NULL;
    return queue != NULL && queue->numbers[3] != FACT_UNKNOWN ? queue : NULL;
}

static bool is_cut(const struct fact *queue)
{
    return queue->numbers[2] != FACT_UNKNOWN;
}

static bool is_of_koneksi(const struct fact *queue)
{
    return queue->numbers[3] != 0;
}

bool queue_raise_append(const struct verdict *verdict, enum language language, struct buf *text)
{
    const struct fact *const queue = queue_of(verdict);
    if (queue == NULL) {
        return false;
    }
    if (is_cut(queue)) {
        buf_text(text, limit_raise_by(LIMIT_SOMAXCONN, LIMIT_WAY_SHELL));
        buf_text(text, before_the_server[language]);
    }
    buf_text(text, is_of_koneksi(queue) ? limit_raise_by(LIMIT_BACKLOG, LIMIT_WAY_SHELL) : by_another[language]);
    buf_text(text, is_of_koneksi(queue) ? or_while_it_runs[language] : "");
    return true;
}

size_t queue_raise_limits(const struct verdict *verdict, enum limit_id limits[QUEUE_RAISES_MOST])
{
    const struct fact *const queue = queue_of(verdict);
    size_t count = 0;
    if (queue != NULL && is_cut(queue)) {
        limits[count++] = LIMIT_SOMAXCONN;
    }
    if (queue == NULL || is_of_koneksi(queue)) {
        limits[count++] = verdict->limit;
    }
    return count;
}
