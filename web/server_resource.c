#include "lab/run_json.h"
#include "limits/sources.h"
#include "resources.h"
#include "respond.h"

cJSON *server_to_json(const struct web_context *web)
{
    struct time_stats stats;
    struct net_address address;
    char listen[NET_TEXT_SIZE];
    time_server_stats(web->config.server, &stats);
    time_server_address(web->config.server, &address);
    net_format(&address, listen);
    return time_stats_to_json(&stats, listen, source_open_fds(""));
}

enum MHD_Result server_get(struct request *request)
{
    return respond_json(request, MHD_HTTP_OK, server_to_json(request->web));
}
