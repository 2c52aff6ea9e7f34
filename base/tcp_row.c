#include "base/tcp_row.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"

/* The hexadecimal number behind the colon of a field; 0: it has none. */
static unsigned long behind_colon(const char *field)
{
    const char *const colon = field + strcspn(field, ": ");
    return *colon == ':' ? strtoul(colon + 1, NULL, 16) : 0;
}

/* "sl: ADDRESS:PORT ADDRESS:PORT STATE QUEUES TIMER RETRANSMITS UID TIMEOUT INODE" */
bool tcp_row_read(const char *line, struct tcp_row *row)
{
    enum { LOCAL = 1, PEER = 2, STATE = 3, QUEUES = 4, UID = 7, INODE = 9 };
    const char *fields[INODE + 1];
    for (size_t i = 0; i <= INODE; i++) {
        line += strspn(line, " \n");
        fields[i] = line;
        line += strcspn(line, " \n");
    }
    const size_t length = strcspn(fields[LOCAL], ": ");
    if (fields[LOCAL][length] != ':' || (length != 8 && length != 32) || *fields[STATE] == '\0') {
        return false;
    }
    row->is_ip6 = length == 32;
    for (size_t i = 0; i < COUNT_OF(row->address); i++) {
        char digits[9] = "";
        if (8 * i < length) {
            memcpy(digits, fields[LOCAL] + 8 * i, 8);
        }
        row->address[i] = (uint32_t)strtoul(digits, NULL, 16);
    }
    row->port = (unsigned)behind_colon(fields[LOCAL]);
    row->peer_port = (unsigned)behind_colon(fields[PEER]);
    row->state = (unsigned)strtoul(fields[STATE], NULL, 16);
    row->waiting = behind_colon(fields[QUEUES]);
    row->uid = (unsigned)strtoul(fields[UID], NULL, 10);
    row->inode = strtoul(fields[INODE], NULL, 10);
    return true;
}
