#include "loadgen/contract/programs.h"

#include <string.h>

#include "base/table.h"

static const struct program {
    const char *name;
    enum run_exchange exchange;
    const char *setting;
} programs[] = {
#define PROGRAM(name, EXCHANGE, setting) {name, EXCHANGE_##EXCHANGE, setting},
#include "loadgen/contract/programs.def"
};

static const struct program *find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(programs); i++) {
        if (strcmp(programs[i].name, name) == 0) {
            return &programs[i];
        }
    }
    return NULL;
}

const char *program_cap_setting(const char *program)
{
    const struct program *const known = find(program);
    return known != NULL ? known->setting : NULL;
}

static enum run_exchange exchange_of_port(uint16_t port)
{
    static const struct {
        uint16_t port;
        enum run_exchange exchange;
    } ports[] = {
#define PORT(number, EXCHANGE) {number, EXCHANGE_##EXCHANGE},
#include "loadgen/contract/programs.def"
    };
    for (size_t i = 0; i < COUNT_OF(ports); i++) {
        if (ports[i].port == port) {
            return ports[i].exchange;
        }
    }
    return EXCHANGE_CONNECT;
}

enum run_exchange program_exchange(const char *program, uint16_t port)
{
    const struct program *const known = find(program);
    return known != NULL ? known->exchange : exchange_of_port(port);
}
