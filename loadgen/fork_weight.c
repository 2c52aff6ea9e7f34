#include "fork_weight.h"

#include <cjson/cJSON.h>
#include <link.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/table.h"

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
static bool holds(const struct dl_phdr_info *object, uintptr_t address)
{
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *const segment = &object->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD && address - (object->dlpi_addr + segment->p_vaddr) < segment->p_memsz) {
            return true;
        }
    }
    return false;
}

static void drop(const struct dl_phdr_info *object)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *const segment = &object->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD) {
            const uintptr_t begin = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
            const uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz + page - 1) & ~(page - 1);
            (void)madvise((void *)begin, end - begin, MADV_DONTFORK); /* else it is only slower */
        }
    }
}

/* JSON and logarithms are for the reports. Where a library is part of the program itself, or of libc, there is nothing
 * to leave out. */
static int look_at(struct dl_phdr_info *object, size_t size, void *unused)
{
    const uintptr_t of_reports[] = {(uintptr_t)&cJSON_Delete, (uintptr_t)&log};
    (void)size;
    (void)unused;
    if (holds(object, (uintptr_t)&fork_weight_drop_libraries) || holds(object, (uintptr_t)&recv)) {
        return 0;
    }
    for (size_t i = 0; i < COUNT_OF(of_reports); i++) {
        if (holds(object, of_reports[i])) {
            drop(object);
        }
    }
    return 0;
}

#endif

/* The runtimes of the sanitizers stand on these libraries, in each process. */
void fork_weight_drop_libraries(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    (void)dl_iterate_phdr(look_at, NULL);
#endif
}
