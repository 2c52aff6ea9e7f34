#include "loadgen/last_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "loadgen/contract/load_rank.h"

#define RANK "noticed that process rank "
#define PID " with PID "

/* A blank, or of the lines that mpirun draws around its messages. */
static bool says_nothing(char byte)
{
    return (unsigned char)byte <= ' ' || byte == '-';
}

void last_words_copy(const char *words, size_t end, char text[LAST_WORDS_SIZE])
{
    while (end > 0 && says_nothing(words[end - 1])) {
        end--;
    }
    size_t begin = end < LAST_WORDS_SIZE ? 0 : end - (LAST_WORDS_SIZE - 1);
    while (begin < end && says_nothing(words[begin])) {
        begin++;
    }
    for (size_t i = begin; i < end; i++) {
        const unsigned char byte = (unsigned char)words[i];
        text[i - begin] = (char)(byte < ' ' ? ' ' : byte < 0x7f ? byte : '?');
    }
    text[end - begin] = '\0';
}

/* "7 with PID 974 on node lab2 exited on signal 9 (Killed)." */
static bool read_rank(const char *words, char *text, size_t size)
{
    char *rest = NULL;
    char host[LOAD_RANK_HOST_SIZE];
    const unsigned long number = strtoul(words, &rest, 10);
    if (strncmp(rest, PID, strlen(PID)) != 0) {
        return false;
    }
    const unsigned long pid = strtoul(rest + strlen(PID), &rest, 10);
    if (sscanf(rest, " on node %64s", host) != 1) {
        return false;
    }
    snprintf(text, size, "rank %lu on host %s (process %lu) was lost", number, host, pid);
    return true;
}

/* What it says besides, of connections that its ranks lost in their turn, hides the cause. */
bool last_words_lost(const char *words, char *text, size_t size)
{
    const char *const rank = strstr(words, RANK);
    const char *const daemon = strstr(words, "Remote daemon: ");
    char host[LOAD_RANK_HOST_SIZE];
    if (rank != NULL && read_rank(rank + strlen(RANK), text, size)) {
        return true;
    }
    if (daemon != NULL && sscanf(daemon, "Remote daemon: %*s on node %64s", host) == 1) {
        snprintf(text, size, "host %s was lost", host);
        return true;
    }
    return false;
}

#define RULE "------------------------------"
#define CONSEQUENCE "Primary job  terminated normally"

/* A line about nothing that ended it. */
static bool is_aside(const char *line, size_t length)
{
    static const char *const asides[] = {"plm:rsh: Warning", "have sent help message", "has sent help message"};
    size_t i = 0;
    while (i < COUNT_OF(asides) && memmem(line, length, asides[i], strlen(asides[i])) == NULL) {
        i++;
    }
    return i < COUNT_OF(asides);
}

bool last_words_cause(const char *words, char *text, size_t size)
{
    for (words += strspn(words, "- \n"); *words != '\0'; words += strspn(words, "- \n")) {
        const char *const rule = strstr(words, RULE);
        const size_t paragraph = rule != NULL ? (size_t)(rule - words) : strlen(words);
        const size_t line = strcspn(words, "\n");
        if (is_aside(words, line)) {
            words += line;
        } else if (strncmp(words, CONSEQUENCE, strlen(CONSEQUENCE)) == 0) {
            words += paragraph;
        } else {
            snprintf(text, size, "%.*s", (int)paragraph, words);
            return true;
        }
    }
    return false;
}
