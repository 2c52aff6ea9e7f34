#include "loadgen/contract/run_choices.h"

#include "base/table.h"

const char *const run_mode_names[MODE_COUNT] = {
#define MODE(NAME, name, help, ...) #name,
#include "loadgen/contract/modes.def"
#undef MODE
};

const char *const run_mode_helps[MODE_COUNT] = {
#define MODE(NAME, name, help, ...) help,
#include "loadgen/contract/modes.def"
#undef MODE
};

const char *const run_exchange_names[EXCHANGE_COUNT] = {
#define EXCHANGE(NAME, name, help) #name,
#include "loadgen/contract/exchanges.def"
};

const char *const run_exchange_helps[EXCHANGE_COUNT] = {
#define EXCHANGE(NAME, name, help) help,
#include "loadgen/contract/exchanges.def"
};

const char *const run_request_names[REQUEST_COUNT] = {
#define REQUEST(NAME, name, bytes, help) #name,
#include "loadgen/contract/requests.def"
#undef REQUEST
};

const char *const run_request_helps[REQUEST_COUNT] = {
#define REQUEST(NAME, name, bytes, help) help,
#include "loadgen/contract/requests.def"
#undef REQUEST
};

const char *run_mode_name(enum run_mode mode)
{
    return mode < MODE_COUNT ? run_mode_names[mode] : NULL;
}

enum run_mode run_mode_from_name(const char *name)
{
    return (enum run_mode)table_find(run_mode_names, MODE_COUNT, name);
}

/* The last columns of the table. */
static const struct {
    bool usual, ring;
} modes[MODE_COUNT] = {
#define MODE(NAME, name, help, clients, threads, processes, bytes, helpers, loops, in_turn, held, usual, ring)         \
    {usual, ring},
#include "loadgen/contract/modes.def"
#undef MODE
};

bool run_mode_is_usual(enum run_mode mode)
{
    return modes[mode].usual;
}

enum uring_refusal run_mode_refusal(enum run_mode mode)
{
    return mode < MODE_COUNT && modes[mode].ring ? uring_check() : URING_ALLOWED;
}

const char *run_mode_unavailable(enum run_mode mode, enum language language, const char **name)
{
    const enum uring_refusal refusal = run_mode_refusal(mode);
    if (name != NULL) {
        *name = uring_refusal_name(refusal);
    }
    return uring_refusal_why(refusal, language);
}

const char *run_exchange_name(enum run_exchange exchange)
{
    return exchange < EXCHANGE_COUNT ? run_exchange_names[exchange] : NULL;
}

enum run_exchange run_exchange_from_name(const char *name)
{
    return (enum run_exchange)table_find(run_exchange_names, EXCHANGE_COUNT, name);
}

const char *run_request_name(enum run_request request)
{
    return request < REQUEST_COUNT ? run_request_names[request] : NULL;
}

enum run_request run_request_from_name(const char *name)
{
    return (enum run_request)table_find(run_request_names, REQUEST_COUNT, name);
}

const char *run_request_bytes(enum run_request request)
{
    static const char *const all[] = {
#define REQUEST(NAME, name, bytes, help) (bytes),
#include "loadgen/contract/requests.def"
#undef REQUEST
    };
    return all[request];
}
