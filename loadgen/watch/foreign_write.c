#include "loadgen/watch/foreign_write.h"

#include <string.h>

#include "loadgen/contract/programs.h"
#include "loadgen/limits/limit_write.h"

static void write_process(const struct json_writer *writer, const struct foreign_identity *who)
{
    const bool seen = who->pid != 0;
    json_put_text(writer, "program", seen ? who->program : NULL);
    json_put_text(writer, "cap_setting", seen ? program_cap_setting(who->program) : NULL);
    limit_write_number(writer, "pid", seen ? (uint64_t)who->pid : LIMIT_UNKNOWN);
    json_put_uint(writer, "uid", who->uid);
    limit_write_number(writer, "processes", seen ? who->processes : LIMIT_UNKNOWN);
    limit_write_number(writer, "threads", seen ? who->threads : LIMIT_UNKNOWN);
    json_put_text(writer, "unseen", seen ? NULL : "not permitted");
    limit_write_number(writer, "backlog", who->backlog);
}

static void write_peaks(const struct json_writer *writer, const struct foreign_use *peak)
{
    json_open_object(writer, "peaks");
    limit_write_number(writer, "processes", peak->processes);
    limit_write_number(writer, "threads", peak->threads);
    limit_write_number(writer, "fds", peak->fds);
    limit_write_number(writer, "fds_of_one_process", peak->most_fds);
    limit_write_number(writer, "connections", peak->connections);
    limit_write_number(writer, "queue", peak->queue);
    json_close_object(writer);
}

static void write_states(const struct json_writer *writer, const uint64_t states[SOCKET_STATES])
{
    json_open_object(writer, "states");
    for (unsigned state = 0; state < SOCKET_STATES; state++) {
        if (states[state] > 0) {
            json_put_uint(writer, socket_state_name(state), states[state]);
        }
    }
    json_close_object(writer);
}

void foreign_write(const struct json_writer *writer, const char *name, const struct foreign_server *server)
{
    json_open_object(writer, name);
    write_process(writer, foreign_server_identity(server));
    limit_write_number(writer, "listen_overflows", foreign_server_use(server)->overflows);
    write_peaks(writer, foreign_server_peak(server));
    write_states(writer, foreign_server_states(server));
    json_close_object(writer);
}

void foreign_describe(const struct foreign_server *server, char *json, size_t size)
{
    struct buf text = BUF_INIT;
    const struct json_writer writer = json_text_writer(&text);
    foreign_write(&writer, NULL, server);
    const bool fits = !text.failed && text.length < size; /* half an object is none */
    memcpy(json, fits ? text.bytes : "", fits ? text.length + 1 : 1);
    buf_free(&text);
}
