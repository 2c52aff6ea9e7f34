#include "server/command/outcome.h"

#include <stdlib.h>

void outcome_free(struct outcome *outcome)
{
    buf_free(&outcome->text);
    cJSON_Delete(outcome->json);
    free(outcome->measured);
    *outcome = (struct outcome){.text = BUF_INIT};
}
