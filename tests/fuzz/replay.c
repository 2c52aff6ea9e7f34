/* The main function of a fuzz target without libFuzzer: runs it on every file of the given folders and counts them. */
#include <dirent.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_MOST (1 << 20)
#define PATH_SIZE 4096

static void replay_file(const char *path)
{
    static uint8_t input[INPUT_MOST];
    FILE *const file = fopen(path, "rb");
    MUST(file != NULL);
    const size_t size = fread(input, 1, sizeof input, file);
    fclose(file);
    uint8_t *const exact = malloc(size + 1); /* of its own size, so that a sanitizer sees what is read beyond */
    MUST(exact != NULL);
    uint8_t *const trimmed = size > 0 ? realloc(exact, size) : exact;
    MUST(trimmed != NULL);
    memcpy(trimmed, input, size);
    fprintf(stderr, "%s\n", path); /* of the one that ends the program, the last line */
    MUST(LLVMFuzzerTestOneInput(trimmed, size) == 0);
    free(trimmed);
}

static size_t replay_folder(const char *folder)
{
    size_t count = 0;
    DIR *const directory = opendir(folder);
    MUST(directory != NULL);
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        char path[PATH_SIZE];
        if (entry->d_name[0] != '.') {
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
            replay_file(path);
            count++;
        }
    }
    closedir(directory);
    return count;
}

int main(int count, char **arguments)
{
    size_t files = 0;
    for (int i = 1; i < count; i++) {
        files += replay_folder(arguments[i]);
    }
    printf("%zu inputs\n", files);
    return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
