#include "server/lab/run/environment.h"

#include <gnu/libc-version.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/bounded_file.h"
#include "base/cpu.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/utf8.h"
#include "server/lab/run/host.h"

#define NAME_SIZE 96

/* PRETTY_NAME="Debian GNU/Linux 12 (bookworm)" of os-release(5); "Linux" where there is none. */
static void read_system(char name[NAME_SIZE])
{
    static const char key[] = "PRETTY_NAME=";
    char line[256];
    snprintf(name, NAME_SIZE, "Linux");
    FILE *const file = bounded_file_open("/etc/os-release");
    if (file == NULL) {
        return;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, key, sizeof key - 1) == 0) {
            char *const value = line + sizeof key - 1 + (line[sizeof key - 1] == '"');
            value[strcspn(value, "\"\n")] = '\0';
            utf8_copy(name, NAME_SIZE, value);
            break;
        }
    }
    fclose(file);
}

/* The container manager of this process, when it leaves a mark (systemd's CONTAINER_INTERFACE, docker, podman); else
 * NULL. */
static const char *find_container(void)
{
    if (access("/.dockerenv", F_OK) == 0) {
        return "docker";
    }
    if (access("/run/.containerenv", F_OK) == 0) {
        return "podman";
    }
    if (access("/var/run/secrets/kubernetes.io", F_OK) == 0) {
        return "kubernetes";
    }
    return access("/run/systemd/container", F_OK) == 0 ? "systemd" : NULL;
}

static void hash_text(uint64_t *hash, const char *text)
{
    *hash = hash_add(*hash, text, strlen(text) + 1); /* the NUL included, so that "a" "bc" and "ab" "c" differ */
}

static void hash_uint(uint64_t *hash, uint64_t value)
{
    *hash = hash_add(*hash, &value, sizeof value);
}

uint64_t environment_fingerprint(const struct environment_facts *facts)
{
    uint64_t hash = HASH_INIT;
    hash_text(&hash, facts->kernel);
    hash_text(&hash, facts->machine);
    hash_uint(&hash, facts->cores);
    hash_uint(&hash, (facts->memory_bytes + HOST_MEMORY_STEP / 2) / HOST_MEMORY_STEP);
    for (size_t i = 0; i < facts->limit_count; i++) {
        const struct limit_value *const limit = &facts->limits[i];
        if (limit->id != LIMIT_BACKLOG) {
            hash_text(&hash, limit_name(limit->id));
            hash_uint(&hash, limit->value);
        }
    }
    return hash;
}

/* The limits of this process as a client has them, then the limits that only the server has. */
static size_t read_limits(struct limit_value values[2 * LIMIT_COUNT])
{
    const size_t count = limits_read(LIMIT_SIDE_CLIENT, 0, values);
    return count + limits_read(LIMIT_SIDE_SERVER, 0, values + count);
}

static bool add_versions(cJSON *object, const char *sqlite)
{
    char libc[64];
    snprintf(libc, sizeof libc, "glibc %s", gnu_get_libc_version());
    cJSON *const versions = cJSON_AddObjectToObject(object, "versions");
    return versions != NULL && json_add_text(versions, "koneksi", KONEKSI_VERSION) &&
           json_add_text(versions, "libc", libc) && json_add_text(versions, "sqlite", sqlite);
}

static bool add_container(cJSON *object)
{
    return json_add_text(object, "container", find_container()); /* null outside a container */
}

static bool fill(cJSON *object, const char *sqlite)
{
    struct utsname name;
    struct limit_value limits[2 * LIMIT_COUNT];
    char system[NAME_SIZE];
    char fingerprint[20];
    if (uname(&name) != 0) {
        return false;
    }
    const struct environment_facts facts = {name.release,        name.machine, cores_usable(),
                                            host_memory_bytes(), limits,       read_limits(limits)};
    read_system(system);
    snprintf(fingerprint, sizeof fingerprint, "%016" PRIx64, environment_fingerprint(&facts));
    return json_add_text(object, "kernel", name.release) && json_add_text(object, "machine", name.machine) &&
           json_add_text(object, "system", system) && json_add_uint(object, "cores", facts.cores) &&
           json_add_uint(object, "memory_bytes", facts.memory_bytes) && add_container(object) &&
           add_versions(object, sqlite) && json_add_text(object, "fingerprint", fingerprint);
}

bool environment_json(const char *sqlite, char *text, size_t size)
{
    char *printed = NULL;
    text[0] = '\0';
    cJSON *const object = cJSON_CreateObject();
    if (object != NULL && fill(object, sqlite)) {
        printed = cJSON_PrintUnformatted(object);
    }
    const bool fits = printed != NULL && strlen(printed) < size;
    if (fits) {
        memcpy(text, printed, strlen(printed) + 1);
    }
    free(printed);
    cJSON_Delete(object);
    return fits;
}
