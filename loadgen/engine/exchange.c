#include "loadgen/engine/exchange_types.h"

#include <string.h>

void exchange_plan_init(struct exchange_plan *plan, const struct run_spec *spec, const char *host)
{
    static const struct exchange_type *const types[EXCHANGE_COUNT] = {
#define EXCHANGE(NAME, name, help)
#define EXCHANGE_ANSWERED(NAME, name, ...) [EXCHANGE_##NAME] = &exchange_##name,
#include "loadgen/contract/exchanges.def"
    };
    *plan = (struct exchange_plan){.type = types[spec->exchange]};
    if (plan->type == NULL) {
        return;
    }
    plan->requests = spec->requests;
    plan->streams = plan->type->streams;
    plan->type->prepare(plan, spec, host);
    if (plan->last_length == 0) {
        plan->last_length = plan->request_length;
        memcpy(plan->last, plan->request, plan->request_length);
    }
}

void exchange_open(struct exchange *exchange, const struct exchange_plan *plan, uint64_t client)
{
    exchange->plan = plan;
    exchange->client = client;
    exchange->step = EXCHANGE_MORE;
    exchange->words = 0;
    exchange->problem = NULL;
    exchange->total = 0;
    exchange->received = 0;
    if (plan->type != NULL && plan->type->open != NULL) {
        plan->type->open(exchange);
    }
}

void exchange_begin(struct exchange *exchange, uint64_t number)
{
    const struct exchange_plan *const plan = exchange->plan;
    exchange->number = number;
    const bool last = exchange_is_last(exchange);
    exchange->request = last ? plan->last : plan->request;
    exchange->request_length = last ? plan->last_length : plan->request_length;
    exchange->step = EXCHANGE_MORE;
    exchange->total = exchange->received;
    if (plan->type->begin != NULL) {
        plan->type->begin(exchange);
    }
}

size_t exchange_show_request(const struct exchange_plan *plan, uint64_t client, char text[EXCHANGE_REQUEST_SIZE])
{
    struct exchange exchange;
    exchange_open(&exchange, plan, client);
    exchange_begin(&exchange, 0);
    size_t length = 0;
    const bool first_line = plan->streams; /* of many */
    while (length < exchange.request_length && !(first_line && length > 0 && exchange.request[length - 1] == '\n')) {
        length++;
    }
    memcpy(text, exchange.request, length);
    return length;
}

enum exchange_step exchange_read(struct exchange *exchange, const char *bytes, size_t length)
{
    exchange->total += length;
    exchange->step = exchange->plan->type->read(exchange, bytes, length);
    return exchange->step;
}

enum exchange_step exchange_stop(struct exchange *exchange, bool closed)
{
    exchange->step = exchange->plan->type->stop(exchange, closed);
    return exchange->step;
}

void exchange_end(struct exchange *exchange)
{
    if (exchange->plan->type->end != NULL) {
        exchange->plan->type->end(exchange);
    }
}

const char *exchange_seen(const struct exchange *exchange, size_t *length)
{
    const bool streams = exchange->plan->streams;
    *length = streams ? exchange->state.http.seen_length : exchange->received;
    return streams ? exchange->state.http.seen : exchange->reply;
}
