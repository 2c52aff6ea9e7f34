#include "loadgen/limits/tcp_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "loadgen/limits/sources.h"

bool tcp_table_read(const char *root, const char *path, bool only_listeners, tcp_table_take *take, void *context)
{
    FILE *const file = source_open(root, path);
    char *line = NULL;
    size_t capacity = 0;
    bool go_on = true;
    if (file == NULL) {
        return errno == ENOENT;
    }
    while (go_on && source_next_line(file, &line, &capacity)) {
        struct tcp_row row;
        if (tcp_row_read(line, &row)) { /* not the heading */
            go_on = (!only_listeners || row.state == TCP_ROW_LISTEN) && take(context, &row);
        }
    }
    free(line);
    fclose(file);
    return true;
}
