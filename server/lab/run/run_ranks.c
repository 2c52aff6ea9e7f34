#include "server/lab/run/run_ranks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/store_parts.h"

const struct load_rank *run_ranks_first(const struct run_ranks *ranks, const struct load_rank *rank)
{
    size_t i = 0;
    while (i < ranks->count && strcmp(ranks->rows[i].host, rank->host) != 0) {
        i++;
    }
    return i < ranks->count ? &ranks->rows[i] : rank;
}

void run_ranks_add(struct run_ranks *ranks, const struct load_rank *rank, uint64_t expected)
{
    if (rank->rank != ranks->count || rank->rank >= expected) {
        return;
    }
    struct load_rank *const more = reallocarray(ranks->rows, ranks->count + 1, sizeof *more);
    if (more == NULL) {
        return;
    }
    ranks->rows = more;
    struct load_rank *const row = &more[ranks->count];
    *row = *rank;
    if (run_ranks_first(ranks, rank) != rank) {
        row->limit_count = 0;
    }
    ranks->count++;
}

void run_ranks_free(struct run_ranks *ranks)
{
    free(ranks->rows);
    *ranks = (struct run_ranks){.rows = NULL};
}

enum result run_ranks_flush(struct run_ranks *ranks, struct store *store, int64_t id, struct err *err)
{
    const size_t waiting = ranks->count - ranks->stored;
    if (waiting > 0 && store_ranks_add(store, id, ranks->rows + ranks->stored, waiting, err) != RESULT_OK) {
        return err->code;
    }
    ranks->stored = ranks->count;
    return RESULT_OK;
}

const struct load_rank *run_ranks_worst(const struct run_ranks *ranks)
{
    const struct load_rank *worst = NULL;
    for (size_t i = 0; i < ranks->count; i++) {
        const struct load_rank *const rank = &ranks->rows[i];
        if (rank->verdict[0] != '\0' && rank->totals.failed > (worst != NULL ? worst->totals.failed : 0)) {
            worst = rank;
        }
    }
    return worst;
}

static void adopt(const struct run_ranks *ranks, const struct load_rank *worst, struct verdict *verdict)
{
    const struct load_rank *const host = run_ranks_first(ranks, worst);
    const enum limit_id id = limit_from_name(worst->verdict);
    for (size_t i = 0; i < host->limit_count; i++) {
        if (host->limits[i].id == id) {
            verdict->kind = VERDICT_LIMIT;
            verdict->limit = id;
            verdict->side = FACT_SIDE_CLIENT;
            verdict->value = host->limits[i].value;
            verdict->certainty = CERTAINTY_LIKELY;
            verdict_drop(verdict, FACT_CANDIDATE);
            return;
        }
    }
}

void run_ranks_name(const struct run_ranks *ranks, struct verdict *verdict)
{
    const struct load_rank *const worst = run_ranks_worst(ranks);
    if (worst == NULL) {
        return;
    }
    if (verdict->kind == VERDICT_UNKNOWN && fact_side_from_name(worst->side) == FACT_SIDE_CLIENT) {
        adopt(ranks, worst, verdict);
    }
    if (verdict->side == FACT_SIDE_CLIENT && !load_ranks_share_host(ranks->rows, ranks->count)) {
        snprintf(verdict->host, sizeof verdict->host, "%s", worst->host);
        verdict->rank = worst->rank;
    }
}
