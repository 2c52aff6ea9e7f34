#include <dirent.h>

#include "lab/run_json.h"
#include "resources.h"
#include "respond.h"

/* Open descriptors of the panel. */
static uint64_t count_fds(void)
{
    DIR *const directory = opendir("/proc/self/fd");
    if (directory == NULL) {
        return LIMIT_UNKNOWN;
    }
    uint64_t count = 0;
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        count += entry->d_name[0] != '.' ? 1 : 0;
    }
    closedir(directory);
    return count - 1; /* the directory itself was open */
}

cJSON *server_to_json(const struct web_context *web)
{
    struct time_stats stats;
    struct net_address address;
    char listen[NET_TEXT_SIZE];
    time_server_stats(web->config.server, &stats);
    time_server_address(web->config.server, &address);
    net_format(&address, listen);
    return time_stats_to_json(&stats, listen, count_fds());
}

enum MHD_Result server_get(struct request *request)
{
    return respond_json(request, MHD_HTTP_OK, server_to_json(request->web));
}
