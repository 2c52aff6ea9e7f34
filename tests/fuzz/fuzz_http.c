/* An HTTP response: however its bytes are cut into pieces, it comes to the same, and the connection's buffer holds it.
 * The first byte is the size of the pieces. */
#include <string.h>

#include "loadgen/engine/exchange.h"
#include "tests/fuzz/fuzz.h"

static enum exchange_step hear(struct exchange *exchange, const char *bytes, size_t size, size_t piece)
{
    enum exchange_step step = EXCHANGE_MORE;
    for (size_t at = 0; step == EXCHANGE_MORE && at < size; at += piece) {
        step = exchange_read(exchange, bytes + at, size - at < piece ? size - at : piece);
        MUST(exchange->received <= sizeof exchange->reply);
        MUST(step != EXCHANGE_SKIPPED);
    }
    return step != EXCHANGE_MORE ? step : exchange_stop(exchange, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct run_spec spec;
    static struct exchange_plan plan;
    struct exchange whole;
    struct exchange cut;
    if (size == 0) {
        return 0;
    }
    if (plan.type == NULL) {
        run_spec_init(&spec);
        spec.exchange = EXCHANGE_HTTP;
        exchange_plan_init(&plan, &spec, "localhost:80");
    }
    exchange_open(&whole, &plan, 0);
    exchange_open(&cut, &plan, 0);
    exchange_begin(&whole, 0);
    exchange_begin(&cut, 0);
    const char *const response = (const char *)bytes + 1;
    const enum exchange_step step = hear(&whole, response, size - 1, size);
    MUST(hear(&cut, response, size - 1, bytes[0] % 16 + 1) == step);
    MUST(whole.problem == cut.problem && whole.words == cut.words);
    MUST(whole.received == cut.received && memcmp(whole.reply, cut.reply, whole.received) == 0);
    MUST((step != EXCHANGE_REFUSED || whole.words >= 100) && whole.words <= 999);
    size_t length = 0;
    const char *const seen = exchange_seen(&whole, &length);
    MUST(length < size && (length == 0 || memmem(response, size - 1, seen, length) != NULL));
    return 0;
}
