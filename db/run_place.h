/* Where a run stands in a sorted list: its id and the value that the list is sorted by. A page that comes behind a
 * place neither repeats nor leaves out a run when others are added, removed or change in between. */
#ifndef KONEKSI_DB_RUN_PLACE_H
#define KONEKSI_DB_RUN_PLACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct statement;

enum run_place_kind {
    RUN_PLACE_OF_RUN, /* the value is not known: that of the run itself, which must still be there */
    RUN_PLACE_NULL,
    RUN_PLACE_INTEGER,
    RUN_PLACE_REAL,
    RUN_PLACE_TEXT,
};

struct run_place {
    int64_t id;
    enum run_place_kind kind; /* of the value */
    int64_t integer;
    double real;
    char text[512]; /* a label has 120 characters at most; RUN_PLACE_OF_RUN stands for a longer one */
};

/* Sets the value from the next column of a row; RUN_PLACE_OF_RUN for a blob. */
void run_place_read_column(struct run_place *place, struct statement *row);
/* Binds the value as the next parameter; not for RUN_PLACE_OF_RUN. */
void run_place_bind(const struct run_place *place, struct statement *statement);

#define RUN_PLACE_SIZE 1100
/* As text of letters, digits and ",.+-", exactly: "17,i500". */
void run_place_print(const struct run_place *place, char text[RUN_PLACE_SIZE]);
/* False when the text is none that run_place_print makes. */
bool run_place_parse(struct run_place *place, const char *text) MUST_CHECK;

#endif
