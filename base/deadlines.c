#include "base/deadlines.h"

#include <stddef.h>

void deadlines_init(struct deadlines *deadlines, uint64_t span_ns)
{
    deadlines->ends.previous = &deadlines->ends;
    deadlines->ends.next = &deadlines->ends;
    deadlines->ends.at_ns = DEADLINE_NEVER;
    deadlines->span_ns = span_ns;
}

void deadlines_set(struct deadlines *deadlines, struct deadline *deadline, uint64_t now_ns)
{
    deadline->at_ns = now_ns + deadlines->span_ns;
    if (deadlines->ends.previous == deadline) {
        return; /* the last already */
    }
    deadline_clear(deadline);
    deadline->previous = deadlines->ends.previous;
    deadline->next = &deadlines->ends;
    deadline->previous->next = deadline;
    deadlines->ends.previous = deadline;
}

bool deadline_is_set(const struct deadline *deadline)
{
    return deadline->next != NULL;
}

void deadline_clear(struct deadline *deadline)
{
    if (deadline->next != NULL) {
        deadline->previous->next = deadline->next;
        deadline->next->previous = deadline->previous;
        deadline->previous = NULL;
        deadline->next = NULL;
    }
}

struct deadline *deadlines_first(struct deadlines *deadlines)
{
    return deadlines->ends.next == &deadlines->ends ? NULL : deadlines->ends.next;
}

uint64_t deadlines_next(const struct deadlines *deadlines)
{
    return deadlines->ends.next->at_ns;
}
