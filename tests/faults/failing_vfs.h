/* A VFS of SQLite, over the default one, whose n-th operation on a file fails; see faults.h. */
#ifndef KONEKSI_TESTS_FAULTS_FAILING_VFS_H
#define KONEKSI_TESTS_FAULTS_FAILING_VFS_H

struct faults;

/* Makes it the default. Returns SQLite's code. */
int failing_vfs_install(struct faults *faults);

#endif
