/* The frames of a trace: on a line of the protocol, in the API and in the database. A file of its own, because the
 * ranks of koneksi-load-mpi read no JSON. */
#include "base/json.h"
#include "loadgen/contract/error_trace.h"
#include "loadgen/contract/report_members.h"

static enum result parse_frame(const cJSON *item, struct error_frame *frame, struct err *err)
{
    uint64_t line = 0;
    if (member_read_text(item, "function", frame->function, sizeof frame->function, err) != RESULT_OK ||
        member_read_text(item, "file", frame->file, sizeof frame->file, err) != RESULT_OK ||
        member_read_uint(item, "line", INT32_MAX, &line, err) != RESULT_OK) {
        return err->code;
    }
    frame->line = (int)line;
    return RESULT_OK;
}

enum result error_frames_from_json(const cJSON *frames, struct error_trace *trace, struct err *err)
{
    enum result result = RESULT_OK;
    const cJSON *item = frames != NULL ? frames->child : NULL;
    for (; item != NULL && trace->frame_count < ERROR_FRAMES_MAX; item = item->next) {
        if (parse_frame(item, &trace->frames[trace->frame_count++], err) != RESULT_OK) {
            result = err->code;
        }
    }
    return result;
}

cJSON *error_frames_to_json(const struct error_trace *trace)
{
    cJSON *const frames = cJSON_CreateArray();
    bool added = frames != NULL;
    for (uint32_t i = 0; added && i < trace->frame_count && i < ERROR_FRAMES_MAX; i++) {
        cJSON *const frame = cJSON_CreateObject();
        added = json_append(frames, frame) && json_add_text(frame, "function", trace->frames[i].function) &&
                json_add_text(frame, "file", trace->frames[i].file) &&
                json_add_number(frame, "line", trace->frames[i].line);
    }
    return json_if(added, frames);
}
