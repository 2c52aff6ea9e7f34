/* The languages of what people read in an answer; scripts read names, which have none. */
#ifndef KONEKSI_BASE_LANGUAGE_H
#define KONEKSI_BASE_LANGUAGE_H

enum language { LANGUAGE_ENGLISH, LANGUAGE_INDONESIAN, LANGUAGE_COUNT };

/* "en", "id"; LANGUAGE_COUNT when there is none, as for NULL. */
enum language language_from_name(const char *name);

#endif
