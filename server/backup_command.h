/* koneksi backup FILE [--db PATH]: copies the database, also while a panel has it open. */
#ifndef KONEKSI_SERVER_BACKUP_COMMAND_H
#define KONEKSI_SERVER_BACKUP_COMMAND_H

#define BACKUP_COMMAND "backup"

/* `words` are those of the program: words[1] is the command. Returns the exit status: 0 when FILE is written, 1 when it
 * could not be, 2 for wrong usage. */
int backup_command(int count, char **words);

#endif
