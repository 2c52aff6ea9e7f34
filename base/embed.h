/* Files built into the program (cmake/Embed.cmake), so that nothing is opened when they are needed. */
#ifndef KONEKSI_BASE_EMBED_H
#define KONEKSI_BASE_EMBED_H

struct embedded_file {
    const char *path; /* relative: "index.html", "001_runs.sql" */
    const unsigned char *begin;
    const unsigned char *end; /* one past the last byte; that byte is a NUL, so text can be used as a string */
};

/* Each table is sorted by path and ends with a row whose path is NULL. */
extern const struct embedded_file embedded_static[];
extern const struct embedded_file embedded_migrations[];

#endif
