/* CSV: a plain reader of RFC 4180 gets back every cell, and none begins with what a spreadsheet runs as a formula.
 * The input is cells ended by a NUL. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "web/http/csv.h"

#define CELLS_MOST 64

struct cell {
    char *text;
    size_t length;
};

/* Reads one cell and what ends it; `at` is then behind that. */
static struct cell read_cell(const char **at, const char *end, char *ended_by)
{
    struct cell cell = {calloc(1, (size_t)(end - *at) + 1), 0};
    const bool quoted = *at < end && **at == '"';
    MUST(cell.text != NULL);
    *at += quoted;
    for (;; (*at)++) {
        MUST(*at < end);
        if (quoted && **at == '"') {
            (*at)++;
            MUST(*at < end);
            if (**at != '"') {
                break;
            }
        } else if (!quoted && (**at == ',' || **at == '\r')) {
            break;
        }
        MUST(quoted || (**at != '"' && **at != '\n'));
        cell.text[cell.length++] = **at;
    }
    *ended_by = **at;
    MUST(*ended_by == ',' || *ended_by == '\r');
    (*at)++;
    return cell;
}

static bool is_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@\t\r\n", *text) != NULL;
}

static void check_row(const struct buf *out, char *const *cells, size_t count)
{
    const char *at = out->bytes;
    const char *const end = out->bytes + out->length;
    for (size_t i = 0; i < count; i++) {
        char ended_by = 0;
        const struct cell cell = read_cell(&at, end, &ended_by);
        const size_t shield = is_formula(cells[i]);
        MUST(ended_by == (i + 1 < count ? ',' : '\r'));
        MUST(cell.length == strlen(cells[i]) + shield && memcmp(cell.text + shield, cells[i], strlen(cells[i])) == 0);
        MUST(shield == 0 || cell.text[0] == '\'');
        cell.text[cell.length] = '\0';
        MUST(!is_formula(cell.text));
        free(cell.text);
    }
    MUST(at + 1 == end && *at == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *cells[CELLS_MOST];
    size_t count = 0;
    char *const text = malloc(size + 1);
    MUST(text != NULL);
    memcpy(text, bytes, size);
    text[size] = '\0';
    for (char *cell = text; cell <= text + size && count < CELLS_MOST; cell += strlen(cell) + 1) {
        cells[count++] = cell;
    }
    struct buf out = BUF_INIT;
    struct csv csv = {.out = &out};
    for (size_t i = 0; i < count; i++) {
        csv_text(&csv, cells[i]);
    }
    csv_end_row(&csv);
    MUST(!out.failed);
    check_row(&out, cells, count);
    buf_free(&out);
    free(text);
    return 0;
}
