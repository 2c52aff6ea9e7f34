/* What a survey found: of each mode its ceiling, or that it was not measured, beside the largest classic load. */
#ifndef KONEKSI_SERVER_LAB_EXPERIMENT_SURVEY_RESULT_H
#define KONEKSI_SERVER_LAB_EXPERIMENT_SURVEY_RESULT_H

#include "base/language.h"
#include "server/lab/experiment/strategy.h"

enum part_state {
    PART_WAITING,
    PART_UNDER_WAY,
    PART_MEASURED,
    PART_UNFINISHED,   /* it ended in the middle: its time was used up, or it was cancelled */
    PART_NOT_MEASURED, /* likewise, before it began */
};
const char *part_state_name(enum part_state state);

struct survey_mode {
    enum run_mode mode;
    struct plan asked; /* of its search */
    enum part_state state;
    uint64_t predicted; /* 0: nothing was in the way */
    size_t runs;        /* of the search */
    struct search_result found;
    uint64_t in_turn; /* the largest classic load of which every client completed; 0: none */
    char sentence[560];
};

/* Not to be copied. */
struct survey_result {
    enum part_state classic_state;
    struct strategy_part classic; /* whose findings are a table */
    char left_out[320];           /* which classic loads were too large for `max`; empty: none */
    size_t mode_count;
    struct survey_mode modes[MODE_COUNT]; /* in the order of the plan */
    /* What it means that a pool carries so many more clients in turn than at the same time; empty where that was not
     * measured, or is not so. */
    char sentence[400];
};

/* `over`: the experiment is; `language`: of the sentences. To be freed; NULL when memory ran out. */
struct survey_result *survey_result_make(const struct findings *findings, bool over, enum language language) MUST_CHECK;

#endif
