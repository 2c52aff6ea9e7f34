#include "server/command/print.h"

#include <errno.h>
#include <unistd.h>

#include "base/output.h"
#include "loadgen/limits/limit.h"
#include "loadgen/verdict/words.h"

enum result print_text(const struct buf *text, struct err *err)
{
    if (text->failed) {
        return err_set(err, RESULT_NO_MEMORY, "out of memory");
    }
    return output_all(STDOUT_FILENO, text->bytes, text->length)
               ? RESULT_OK
               : err_system(err, errno, "cannot write to standard output");
}

enum result print_json(const cJSON *json, struct err *err)
{
    struct buf text = BUF_INIT;
    char *const bytes = cJSON_PrintUnformatted(json);
    if (bytes != NULL) {
        buf_text(&text, bytes);
    }
    buf_text(&text, "\n");
    text.failed = text.failed || bytes == NULL;
    cJSON_free(bytes);
    const enum result result = print_text(&text, err);
    buf_free(&text);
    return result;
}

const char *print_figure(uint64_t number, enum language language, char text[FIGURE_SIZE])
{
    return number == LIMIT_UNLIMITED ? word_of(WORD_UNLIMITED, language)
           : number == LIMIT_UNKNOWN ? "?"
                                     : word_number(number, language, text);
}
