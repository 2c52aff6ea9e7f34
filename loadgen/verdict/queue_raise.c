#include "loadgen/verdict/queue_raise.h"

static const char *const somaxconn_first[LANGUAGE_COUNT] = {
    "sysctl -w net.core.somaxconn=N first, as the kernel cuts every queue at it; then ",
    "mula-mula sysctl -w net.core.somaxconn=N, karena kernel memotong setiap antrean pada nilai itu; lalu ",
};
static const char *const of_koneksi[LANGUAGE_COUNT] = {
    "koneksi --backlog N, or backlog of PATCH /server",
    "koneksi --backlog N, atau backlog pada PATCH /server",
};
static const char *const of_another[LANGUAGE_COUNT] = {
    "the backlog that the server itself gives to listen(2): nginx: listen ... backlog=N; Redis: tcp-backlog N; "
    "memcached -b N; HAProxy: backlog N",
    "backlog yang diberikan server itu sendiri kepada listen(2): nginx: listen ... backlog=N; Redis: tcp-backlog N; "
    "memcached -b N; HAProxy: backlog N",
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
    buf_text(text, is_cut(queue) ? somaxconn_first[language] : "");
    buf_text(text, is_of_koneksi(queue) ? of_koneksi[language] : of_another[language]);
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
