#include "base/language.h"

#include "base/table.h"

enum language language_from_name(const char *name)
{
    static const char *const names[LANGUAGE_COUNT] = {"en", "id"};
    return (enum language)table_find(names, LANGUAGE_COUNT, name);
}
