#include "loadgen/limits/tcp_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loadgen/limits/sources.h"

/* The kernel has no table of IPv6 where it was built without, or started with ipv6.disable=1. Where neither table is
 * there, they are out of sight. */
static bool is_without_ip6(const char *root, const char *path)
{
    FILE *const ip4 = strcmp(path, TCP_TABLE_6) == 0 ? source_open(root, TCP_TABLE_4) : NULL;
    if (ip4 != NULL) {
        fclose(ip4);
    }
    return ip4 != NULL;
}

bool tcp_table_read(const char *root, const char *path, bool only_listeners, tcp_table_take *take, void *context)
{
    FILE *const file = source_open(root, path);
    char *line = NULL;
    size_t capacity = 0;
    bool go_on = true;
    if (file == NULL) {
        return errno == ENOENT && is_without_ip6(root, path);
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
