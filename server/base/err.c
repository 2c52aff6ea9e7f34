#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(struct err *err, enum result code, const char *field, const char *format, va_list arguments)
{
    err->code = code;
    snprintf(err->field, sizeof err->field, "%s", field);
    vsnprintf(err->message, sizeof err->message, format, arguments);
}

enum result err_set(struct err *err, enum result code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(err, code, "", format, arguments);
    va_end(arguments);
    return code;
}

enum result err_field(struct err *err, const char *field, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(err, RESULT_INVALID, field, format, arguments);
    va_end(arguments);
    return RESULT_INVALID;
}

enum result err_system(struct err *err, int error_number, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(err, RESULT_SYSTEM, "", format, arguments);
    va_end(arguments);
    const size_t used = strlen(err->message);
    const char *text = strerrordesc_np(error_number);
    snprintf(err->message + used, sizeof err->message - used, ": %s (%s)", err_errno_name(error_number),
             text != NULL ? text : "unknown error");
    return RESULT_SYSTEM;
}

const char *err_errno_name(int error_number)
{
    const char *name = strerrorname_np(error_number);
    return name != NULL ? name : "E?";
}
