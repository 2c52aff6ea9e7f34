#include "server/lab/run/host.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/bounded_file.h"
#include "base/cpu.h"
#include "base/siphash.h"
#include "base/utf8.h"

#define LINE_SIZE 256
#define ID_DIGITS ((size_t)2 * SIPHASH_KEY_SIZE)

uint64_t host_memory_bytes(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : 0;
}

static FILE *open_below(const char *root, const char *path)
{
    char whole[PATH_MAX];
    return snprintf(whole, sizeof whole, "%s%s", root, path) < (int)sizeof whole ? bounded_file_open(whole) : NULL;
}

/* The first line; empty when there is none. */
static void read_machine_id(const char *root, char line[LINE_SIZE])
{
    FILE *const file = open_below(root, "/etc/machine-id");
    if (file == NULL || fgets(line, LINE_SIZE, file) == NULL) {
        line[0] = '\0';
    }
    line[strcspn(line, "\n")] = '\0';
    if (file != NULL) {
        fclose(file);
    }
}

/* "model name : AMD EPYC 7B13"; processors of Arm have a number alone. */
static void read_processor(const char *root, char model[LINE_SIZE])
{
    char line[LINE_SIZE];
    FILE *const file = open_below(root, "/proc/cpuinfo");
    model[0] = '\0';
    while (file != NULL && model[0] == '\0' && fgets(line, sizeof line, file) != NULL) {
        const char *const colon = strchr(line, ':');
        if (colon != NULL && (strncmp(line, "model name", 10) == 0 || strncmp(line, "CPU part", 8) == 0)) {
            utf8_copy(model, LINE_SIZE, colon + 1 + strspn(colon + 1, " \t"));
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

static bool parse_key(const char *id, uint8_t key[SIPHASH_KEY_SIZE])
{
    if (strlen(id) != ID_DIGITS || strspn(id, "0123456789abcdefABCDEF") != strlen(id)) {
        return false;
    }
    for (size_t i = 0; i < SIPHASH_KEY_SIZE; i++) {
        const char digits[] = {id[2 * i], id[2 * i + 1], '\0'};
        key[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return true;
}

uint64_t host_fingerprint(const struct host_facts *facts)
{
    char text[4 * LINE_SIZE];
    uint8_t key[SIPHASH_KEY_SIZE] = {0};
    const uint64_t steps = (facts->memory_bytes + HOST_MEMORY_STEP / 2) / HOST_MEMORY_STEP;
    (void)parse_key(facts->machine_id, key); /* without an id: of the kind of machine alone */
    const int length = snprintf(text, sizeof text, "koneksi host\n%s\n%s\n%s\n%" PRIu64 "\n%" PRIu64 "\n",
                                facts->kernel, facts->machine, facts->processor, facts->cores, steps);
    return siphash(key, text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
}

void host_read(const char *root, struct run_host *host)
{
    struct utsname name;
    char machine_id[LINE_SIZE];
    char processor[LINE_SIZE];
    *host = (struct run_host){0};
    if (uname(&name) != 0) {
        return;
    }
    read_machine_id(root, machine_id);
    read_processor(root, processor);
    const struct host_facts facts = {machine_id, name.release,   name.machine,
                                     processor,  cores_usable(), host_memory_bytes()};
    utf8_copy(host->name, sizeof host->name, name.nodename);
    utf8_copy(host->kernel, sizeof host->kernel, name.release);
    snprintf(host->fingerprint, sizeof host->fingerprint, "%016" PRIx64, host_fingerprint(&facts));
}
