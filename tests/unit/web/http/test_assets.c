#include "base/table.h"
#include "tests/unit/test.h"
#include "web/http/assets.h"

TEST(gzip_is_accepted_unless_its_weight_is_zero)
{
    static const struct {
        const char *header;
        bool accepted;
    } rows[] = {
        {"", false},
        {"gzip", true},
        {"GZip", true},
        {"x-gzip", true},
        {"deflate, gzip;q=1.0, *;q=0.5", true},
        {"br ,\t gzip", true},
        {"*", true},
        {"gzip;q=0.001", true},
        {"gzip ; q=0.5", true},
        {"*;q=0, gzip", true},
        {"gzip, *;q=0", true},
        {"br", false},
        {"xgzip", false},
        {"gzipx", false},
        {"gzip;q=0", false},
        {"gzip; q=0", false},
        {"gzip\t;\tQ=0.0", false},
        {"gzip;q=0.000", false},
        {"x-gzip;q=0", false},
        {"br, gzip;q=0, *", false},
        {"*, gzip;q=0", false},
        {"*;q=0", false},
        {"identity, *; q=0.00", false},
        {",,", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (assets_gzip_accepted(rows[i].header) != rows[i].accepted) {
            fail_msg("\"%s\" must%s accept gzip", rows[i].header, rows[i].accepted ? "" : " not");
        }
    }
}
