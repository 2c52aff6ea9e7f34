/* koneksi import FILE... [--db PATH] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "db/store_import.h"
#include "server/command/file_words.h"
#include "server/command/scratch.h"
#include "server/signals.h"

static const char help[] = "usage: koneksi import FILE... [--db PATH]\n"
                           "Adds the runs and experiments of other databases, such as those of other machines.\n"
                           "The FILEs are not changed. What was imported before is not added again. All of\n"
                           "them are imported, or none.\n\n"
                           "  --db PATH  the database that they are added to, which no panel may have open; it\n"
                           "             is made when it is missing (default: koneksi.db)\n";

static bool go_on(void *arg)
{
    (void)arg;
    return signals_end_wanted() == 0;
}

static void print_both(uint64_t runs, uint64_t experiments, const char *what)
{
    printf("%" PRIu64 " run%s and %" PRIu64 " experiment%s %s", runs, runs == 1 ? "" : "s", experiments,
           experiments == 1 ? "" : "s", what);
}

static void print_counts(const char *path, const struct import_counts *counts)
{
    printf("%s: ", path);
    print_both(counts->runs_added, counts->experiments_added, "added; ");
    print_both(counts->runs_present, counts->experiments_present, "already there");
    if (counts->runs_left + counts->experiments_left > 0) {
        fputs("; ", stdout);
        print_both(counts->runs_left, counts->experiments_left, "left out, because they are not over");
    }
    fputs("\n", stdout);
}

static enum result import_into(const struct file_words *request, struct import_counts *counts, struct err *err)
{
    struct store *store = NULL;
    struct scratch scratch;
    struct store_import import = {.paths = request->files, .count = request->count, .go_on = go_on, .counts = counts};
    const bool is_new = access(request->db, F_OK) != 0;
    if (store_open(request->db, &store, err) != RESULT_OK) {
        return err->code;
    }
    enum result result = scratch_make(&scratch, err);
    if (result == RESULT_OK) {
        import.copy = scratch.db;
        result = store_import(store, &import, err);
        scratch_remove(&scratch);
    }
    store_close(store);
    if (result != RESULT_OK && is_new) {
        (void)unlink(request->db);
    }
    return result;
}

static int import_all(const struct file_words *request)
{
    struct err err = {.code = RESULT_NO_MEMORY, .message = "out of memory"};
    struct import_counts *const counts = calloc(request->count, sizeof *counts);
    signals_prepare();
    signals_block();
    const enum result result = counts != NULL ? import_into(request, counts, &err) : err.code;
    if (result != RESULT_OK) {
        fprintf(stderr, "koneksi: %s\n", err.message);
    }
    for (size_t i = 0; result == RESULT_OK && i < request->count; i++) {
        print_counts(request->files[i], &counts[i]);
    }
    free(counts);
    return result == RESULT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int command_import(const struct command *command, int count, char **words)
{
    struct file_words request = {.most = SIZE_MAX};
    int status = EXIT_SUCCESS;
    if (file_words_read(&request, command, count, words, help, &status)) {
        status = import_all(&request);
    }
    file_words_free(&request);
    return status;
}
