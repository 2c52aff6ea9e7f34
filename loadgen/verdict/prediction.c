#include "loadgen/verdict/prediction.h"

#include "loadgen/verdict/words.h"

const char *predict_ceiling_name(const struct predict_ceiling *ceiling)
{
    return predict_ceiling_name_in(ceiling, LANGUAGE_ENGLISH);
}

const char *predict_ceiling_name_in(const struct predict_ceiling *ceiling, enum language language)
{
    static const char *const pools[] = {[LIMIT_SIDE_CLIENT] = "pool_size", [LIMIT_SIDE_SERVER] = "workers"};
    return ceiling->limit != LIMIT_COUNT ? limit_name_in(ceiling->limit, language) : pools[ceiling->side];
}

const char *predict_ceiling_unit(const struct predict_ceiling *ceiling)
{
    static const char *const units[] = {
        [LIMIT_SIDE_CLIENT] = "threads of the pool", [LIMIT_SIDE_SERVER] = "threads of the server's pool"};
    return ceiling->limit != LIMIT_COUNT ? limit_unit(ceiling->limit, LANGUAGE_ENGLISH) : units[ceiling->side];
}

const char *predict_ceiling_whose(const struct predict_ceiling *ceiling, enum language language)
{
    return word_of(ceiling->shared                      ? WORD_OF_BOTH_SIDES
                   : ceiling->side == LIMIT_SIDE_CLIENT ? WORD_ON_CLIENT_SIDE
                                                        : WORD_ON_SERVER_SIDE,
                   language);
}

uint64_t predictions_ceiling(const struct predictions *predictions, enum run_mode mode)
{
    const bool known = mode < MODE_COUNT && predictions->known[mode] && predictions->of[mode].count > 0;
    return known ? predictions->of[mode].ceilings[0].clients : 0;
}

bool predictions_waits(const struct predictions *predictions, enum run_mode mode)
{
    return predictions_ceiling(predictions, mode) > 0 && predictions->of[mode].ceilings[0].side == LIMIT_SIDE_SERVER;
}
