/* Constant tables and lists of words. */
#ifndef KONEKSI_BASE_TABLE_H
#define KONEKSI_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Rows of an array; not for a pointer. */
#define COUNT_OF(table) (sizeof(table) / sizeof(table)[0])

/* The index of `word` in `words`; `count` when it is none of them, as for NULL. */
static inline size_t table_find(const char *const *words, size_t count, const char *word)
{
    size_t i = word != NULL ? 0 : count;
    while (i < count && strcmp(words[i], word) != 0) {
        i++;
    }
    return i;
}

/* Whether `word` is in the NULL-ended `list`; NULL is an empty one. */
static inline bool table_lists(const char *const *list, const char *word)
{
    for (; list != NULL && *list != NULL; list++) {
        if (strcmp(*list, word) == 0) {
            return true;
        }
    }
    return false;
}

#endif
