/* What a survey found: of each mode its ceiling, or that it was not measured, beside the largest classic load. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_SURVEY_RESULT_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_SURVEY_RESULT_H

#include "server/lab/experiment/strategy.h"

enum part_state {
    PART_WAITING,
    PART_UNDER_WAY,
    PART_MEASURED,
    PART_UNFINISHED,   /* it ended in the middle: its time was used up, or it was cancelled */
    PART_NOT_MEASURED, /* likewise, before it began */
};
const char *part_state_name(enum part_state state);

/* `over`: the experiment is. */
enum part_state survey_part_state(const struct findings *findings, size_t index, bool over);

struct survey_mode {
    enum run_mode mode;
    enum part_state state;
    uint64_t predicted; /* 0: nothing was in the way */
    size_t runs;        /* of the search */
    struct search_result found;
    uint64_t in_turn; /* the largest classic load of which every client completed; 0: none */
    char sentence[560];
};
/* `index`: of a mode, as in the plan. */
void survey_mode_find(const struct findings *findings, size_t index, bool over, struct survey_mode *result);

/* What it means that a pool carries so many more clients in turn than at the same time; empty where that was not
 * measured, or is not so. */
#define SURVEY_SENTENCE_SIZE 400
void survey_explain(const struct findings *findings, bool over, char sentence[SURVEY_SENTENCE_SIZE]);

#endif
