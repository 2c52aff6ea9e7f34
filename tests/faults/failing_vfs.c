#include "tests/faults/failing_vfs.h"

#include <errno.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdio.h>

#include "tests/faults/faults.h"

#define FAULT_DISK (FAULT_DISK_FULL | FAULT_DISK_ERROR | FAULT_DISK_SHORT)

static struct faults *faults;
static sqlite3_vfs vfs;
static sqlite3_vfs *under;

/* SQLite allocates vfs.szOsFile bytes: this, then the file of the VFS below. */
struct failing_file {
    sqlite3_file base;
    sqlite3_file file[];
};

static sqlite3_file *below(sqlite3_file *file)
{
    return ((struct failing_file *)file)->file;
}

static bool is_kind(enum fault_kind kind)
{
    return faults != NULL && (atomic_load(&faults->kinds) & kind) != 0;
}

static bool hit(const char *operation)
{
    if (!faults_hit(faults, FAULT_DISK)) {
        return false;
    }
    if (atomic_fetch_add(&faults->injected, 1) == 0) {
        snprintf(faults->what, sizeof faults->what, "%s", operation);
    }
    errno = is_kind(FAULT_DISK_FULL) ? ENOSPC : EIO;
    return true;
}

/* Needs no room on the disk: works on a full one. */
static bool hit_other(const char *operation)
{
    return !is_kind(FAULT_DISK_FULL) && hit(operation);
}

/* --- a file --- */

static int file_close(sqlite3_file *file)
{
    return below(file)->pMethods->xClose(below(file)); /* close(2) frees the descriptor even when it fails */
}

static int file_read(sqlite3_file *file, void *into, int amount, sqlite3_int64 offset)
{
    if (hit_other("read")) {
        if (is_kind(FAULT_DISK_SHORT)) {
            (void)below(file)->pMethods->xRead(below(file), into, amount / 2, offset);
        }
        return SQLITE_IOERR_READ;
    }
    return below(file)->pMethods->xRead(below(file), into, amount, offset);
}

static int file_write(sqlite3_file *file, const void *from, int amount, sqlite3_int64 offset)
{
    if (hit("write")) {
        if (is_kind(FAULT_DISK_SHORT)) {
            (void)below(file)->pMethods->xWrite(below(file), from, amount / 2, offset);
        }
        return is_kind(FAULT_DISK_FULL) ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    return below(file)->pMethods->xWrite(below(file), from, amount, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return hit_other("truncate") ? SQLITE_IOERR_TRUNCATE : below(file)->pMethods->xTruncate(below(file), size);
}

/* A sync is counted and can fail, but nobody waits for the disk: the power does not fail here, and on a slow disk a
 * test's syncs are most of its time. */
static int file_sync(sqlite3_file *file, int flags)
{
    (void)file;
    (void)flags;
    return hit("sync") ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return hit_other("size") ? SQLITE_IOERR_FSTAT : below(file)->pMethods->xFileSize(below(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
    return hit_other("lock") ? SQLITE_IOERR_LOCK : below(file)->pMethods->xLock(below(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return below(file)->pMethods->xUnlock(below(file), level);
}

static int file_check_reserved_lock(sqlite3_file *file, int *result)
{
    return hit_other("check of a lock") ? SQLITE_IOERR_CHECKRESERVEDLOCK
                                        : below(file)->pMethods->xCheckReservedLock(below(file), result);
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    return below(file)->pMethods->xFileControl(below(file), operation, argument);
}

static int file_sector_size(sqlite3_file *file)
{
    return below(file)->pMethods->xSectorSize(below(file));
}

static int file_characteristics(sqlite3_file *file)
{
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **mapped)
{
    if (extend != 0 ? hit("extension of the index") : hit_other("map of the index")) {
        return extend != 0 ? SQLITE_IOERR_SHMSIZE : SQLITE_IOERR_SHMMAP;
    }
    return below(file)->pMethods->xShmMap(below(file), page, size, extend, mapped);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    if ((flags & SQLITE_SHM_LOCK) != 0 && hit_other("lock of the index")) {
        return SQLITE_IOERR_SHMLOCK;
    }
    return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    below(file)->pMethods->xShmBarrier(below(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
    return below(file)->pMethods->xShmUnmap(below(file), remove);
}

static int file_fetch(sqlite3_file *file, sqlite3_int64 offset, int amount, void **page)
{
    return below(file)->pMethods->xFetch(below(file), offset, amount, page);
}

static int file_unfetch(sqlite3_file *file, sqlite3_int64 offset, void *page)
{
    return below(file)->pMethods->xUnfetch(below(file), offset, page);
}

static const sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
    .xFetch = file_fetch,
    .xUnfetch = file_unfetch,
};

/* --- the VFS --- */

static int vfs_open(sqlite3_vfs *self, sqlite3_filename name, sqlite3_file *file, int flags, int *flags_got)
{
    (void)self;
    file->pMethods = NULL;
    if (hit_other("open")) {
        return SQLITE_CANTOPEN;
    }
    const int code = under->xOpen(under, name, below(file), flags, flags_got);
    if (below(file)->pMethods != NULL) {
        file->pMethods = &methods;
    }
    return code;
}

static int vfs_delete(sqlite3_vfs *self, const char *name, int sync)
{
    (void)self;
    (void)sync; /* as in file_sync */
    return hit_other("delete") ? SQLITE_IOERR_DELETE : under->xDelete(under, name, 0);
}

static int vfs_access(sqlite3_vfs *self, const char *name, int flags, int *result)
{
    (void)self;
    return hit_other("access") ? SQLITE_IOERR_ACCESS : under->xAccess(under, name, flags, result);
}

int failing_vfs_install(struct faults *asked)
{
    faults = asked;
    if (under == NULL) {
        under = sqlite3_vfs_find(NULL);
        vfs = *under; /* what needs no failing is the other's own */
        vfs.pNext = NULL;
        vfs.zName = "failing";
        vfs.szOsFile += (int)sizeof(struct failing_file);
        vfs.xOpen = vfs_open;
        vfs.xDelete = vfs_delete;
        vfs.xAccess = vfs_access;
    }
    return sqlite3_vfs_register(&vfs, 1);
}
