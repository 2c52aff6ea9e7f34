/* koneksi backup FILE [--db PATH]: a copy of the database while a panel works with it. */
#ifndef KONEKSI_SERVER_BACKUP_COMMAND_H
#define KONEKSI_SERVER_BACKUP_COMMAND_H

#define BACKUP_COMMAND "backup"

/* `arguments` are those of the program, the command's name among them. The exit status: 0 when FILE is there, 1 when it
 * could not be made, 2 for wrong usage. */
int backup_command(int count, char **arguments);

#endif
