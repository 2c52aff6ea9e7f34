#include "loadgen/ranks.h"

#include <ftw.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/table.h"
#include "loadgen/contract/load_rank.h"

#define MPIRUN "mpirun"
#define NUMBER_SIZE 24

/* What MPI keeps in files: 8.4 MB, 80 kB for each rank, and 4 MB that it wants to see free for each (Open MPI 4.1.4).
 */
#define FILES_BYTES (16ULL << 20)
#define FILES_RANK_BYTES (100ULL << 10)

/* The first in PATH, as a shell would find it. */
static bool find_mpirun(char path[PATH_MAX])
{
    const char *folder = getenv("PATH");
    while (folder != NULL && *folder != '\0') {
        const size_t length = strcspn(folder, ":");
        const int written = snprintf(path, PATH_MAX, "%.*s/" MPIRUN, (int)length, folder);
        if (folder[0] == '/' && written < PATH_MAX && access(path, X_OK) == 0) {
            return true;
        }
        folder += length + (folder[length] == ':');
    }
    return false;
}

static enum result look(const struct ranks_way *way, char mpirun[PATH_MAX], struct err *err)
{
    const bool has_generator = way->generator != NULL && access(way->generator, X_OK) == 0;
    if (!has_generator) {
        return err_field(err, "ranks",
                         "ranks above 1 need koneksi-load-mpi, which was not built: install the packages "
                         "openmpi-bin and libopenmpi-dev, build again and start the panel again");
    }
    return find_mpirun(mpirun)
               ? RESULT_OK
               : err_field(err, "ranks", "ranks above 1 need " MPIRUN ": install the package openmpi-bin");
}

/* With fewer descriptors mpirun ends in the middle of its start, and says nothing that tells why. */
static enum result check_descriptors(const struct ranks_way *way, uint64_t ranks, struct err *err)
{
    struct rlimit limit = {.rlim_cur = RLIM_INFINITY};
    const uint64_t needed = MPIRUN_FDS + MPIRUN_RANK_FDS * ranks;
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    return way->hostfile != NULL || limit.rlim_cur >= needed
               ? RESULT_OK
               : err_field(err, "ranks",
                           "%" PRIu64 " ranks on one machine take %" PRIu64 " descriptors of " MPIRUN
                           ", and RLIMIT_NOFILE allows it %" PRIu64,
                           ranks, needed, (uint64_t)limit.rlim_cur);
}

static const char *temporary_folder(void)
{
    const char *const folder = getenv("TMPDIR");
    return folder != NULL && folder[0] == '/' ? folder : "/tmp";
}

/* With less its ranks fail one after the other, or wait for ever. */
static enum result check_room(const struct ranks_way *way, uint64_t ranks, struct err *err)
{
    struct statvfs room;
    const uint64_t needed = FILES_BYTES + FILES_RANK_BYTES * ranks;
    if (way->hostfile != NULL || statvfs(temporary_folder(), &room) != 0 || room.f_bavail >= needed / room.f_frsize) {
        return RESULT_OK;
    }
    return err_field(err, "ranks",
                     "%" PRIu64 " ranks need %" PRIu64 " MB free in %.100s (TMPDIR), which has %" PRIu64 " MB", ranks,
                     needed / 1000000, temporary_folder(), (uint64_t)room.f_bavail * room.f_frsize / 1000000);
}

/* A word that is a colon begins another program for mpirun. */
static enum result check_words(const struct run_spec *spec, struct err *err)
{
    const struct {
        const char *name, *text;
    } rows[] = {{"label", spec->label}, {"send", spec->send}, {"expect", spec->expect}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (strcmp(rows[i].text, ":") == 0) {
            return err_field(err, rows[i].name, "%s must not be \":\" alone in a run with ranks", rows[i].name);
        }
    }
    return RESULT_OK;
}

enum result ranks_check(const struct ranks_way *way, const struct run_spec *spec, struct err *err)
{
    char mpirun[PATH_MAX];
    if (look(way, mpirun, err) != RESULT_OK || check_descriptors(way, spec->ranks, err) != RESULT_OK ||
        check_room(way, spec->ranks, err) != RESULT_OK) {
        return err->code;
    }
    return check_words(spec, err);
}

void ranks_folder_make(const struct ranks_way *way, char folder[RANKS_FOLDER_SIZE])
{
    const int length = snprintf(folder, RANKS_FOLDER_SIZE, "%s/koneksi-ranks.XXXXXX", temporary_folder());
    if (way->hostfile != NULL || length >= RANKS_FOLDER_SIZE || mkdtemp(folder) == NULL) {
        folder[0] = '\0';
    }
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at)
{
    (void)status;
    (void)type;
    (void)at;
    (void)remove(path);
    return 0;
}

void ranks_folder_remove(const char *folder)
{
    if (folder[0] != '\0') {
        (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    }
}

#define OPTIONS_MOST 20

/* Each rank may use every processor, as a generator alone; ranks are dealt out to the hosts in turn. */
static size_t add_options(const struct ranks_way *way, const char *number, const char *folder,
                          const char *options[OPTIONS_MOST])
{
    size_t count = 0;
    if (geteuid() == 0) {
        options[count++] = "--allow-run-as-root";
    }
    if (way->hostfile != NULL) {
        options[count++] = "--hostfile";
        options[count++] = way->hostfile;
        options[count++] = "--map-by";
        options[count++] = "node";
    } else {
        options[count++] = "--oversubscribe"; /* more ranks than cores */
        options[count++] = "--mca";           /* ranks of one machine need no socket that listens on its networks */
        options[count++] = "btl";
        options[count++] = "self,vader";
    }
    if (folder[0] != '\0') {
        options[count++] = "--mca";
        options[count++] = "orte_tmpdir_base";
        options[count++] = folder;
        options[count++] = "--mca";
        options[count++] = "btl_vader_backing_directory";
        options[count++] = folder;
    }
    options[count++] = "--bind-to";
    options[count++] = "none";
    options[count++] = "-n";
    options[count++] = number;
    return count;
}

/* One block: the pointers to the options and to the generator's words, then the texts that have no other place. */
static char **join(const char *mpirun, const char *const *options, size_t option_count, char **words)
{
    size_t word_count = 0;
    size_t texts = strlen(mpirun) + 1;
    for (size_t i = 0; i < option_count; i++) {
        texts += strlen(options[i]) + 1;
    }
    for (; words[word_count] != NULL; word_count++) {
        texts += strlen(words[word_count]) + 1;
    }
    char **const argv = malloc((1 + option_count + word_count + 1) * sizeof *argv + texts);
    if (argv == NULL) {
        return NULL;
    }
    char *text = (char *)(argv + 1 + option_count + word_count + 1);
    for (size_t i = 0; i < 1 + option_count + word_count; i++) {
        const char *const from = i == 0 ? mpirun : i <= option_count ? options[i - 1] : words[i - 1 - option_count];
        argv[i] = text;
        text = stpcpy(text, from) + 1;
    }
    argv[1 + option_count + word_count] = NULL;
    return argv;
}

enum result ranks_argv(const struct ranks_way *way, const struct run_spec *spec, const char *target, const char *folder,
                       char ***argv, struct err *err)
{
    char mpirun[PATH_MAX];
    char number[NUMBER_SIZE];
    const char *options[OPTIONS_MOST];
    if (look(way, mpirun, err) != RESULT_OK || check_room(way, spec->ranks, err) != RESULT_OK ||
        check_words(spec, err) != RESULT_OK) {
        return err->code;
    }
    snprintf(number, sizeof number, "%" PRIu64, spec->ranks);
    char **const words = run_spec_argv(spec, way->generator, target);
    *argv = words != NULL ? join(mpirun, options, add_options(way, number, folder, options), words) : NULL;
    free(words);
    return *argv != NULL ? RESULT_OK : err_set(err, RESULT_NO_MEMORY, "no memory for load generators");
}
