#include "lab/run_json.h"
#include "resources.h"
#include "respond.h"

enum MHD_Result server_get(struct request *request)
{
    struct time_stats stats;
    struct net_address address;
    char listen[NET_TEXT_SIZE];
    time_server_stats(request->web->config.server, &stats);
    time_server_address(request->web->config.server, &address);
    net_format(&address, listen);
    return respond_json(request, MHD_HTTP_OK, time_stats_to_json(&stats, listen));
}
