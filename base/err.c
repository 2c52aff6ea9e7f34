#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(struct err *err, enum result code, const char *field, const char *format, va_list arguments)
{
    err->code = code;
    err->error_number = 0;
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
    err_append_errno(err->message, sizeof err->message, error_number);
    err->error_number = error_number;
    return RESULT_SYSTEM;
}

void err_append_errno(char *text, size_t size, int error_number)
{
    const size_t used = strlen(text);
    const char *words = strerrordesc_np(error_number);
    snprintf(text + used, size - used, ": %s (%s)", err_errno_name(error_number),
             words != NULL ? words : "unknown error");
}

const char *err_errno_name(int error_number)
{
    const char *name = strerrorname_np(error_number);
    return name != NULL ? name : "E?";
}

#define ERRNO_MOST 4095 /* that a system call can return */

int err_errno_from_name(const char *name)
{
    for (int number = 1; number <= ERRNO_MOST; number++) {
        const char *const known = strerrorname_np(number);
        if (known != NULL && strcmp(known, name) == 0) {
            return number;
        }
    }
    return 0;
}
