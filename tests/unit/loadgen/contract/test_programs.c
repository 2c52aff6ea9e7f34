#include "loadgen/contract/programs.h"

#include "base/socket_holders.h"
#include "tests/unit/test.h"

TEST(a_known_program_goes_before_its_port)
{
    assert_int_equal(program_exchange("nginx", 6379), EXCHANGE_HTTP);
    assert_int_equal(program_exchange("redis-server", 8080), EXCHANGE_REDIS);
    assert_int_equal(program_exchange("postgres", 80), EXCHANGE_CONNECT);
}

TEST(other_programs_are_guessed_by_their_port)
{
    assert_int_equal(program_exchange("python3", 8000), EXCHANGE_HTTP);
    assert_int_equal(program_exchange("", 11211), EXCHANGE_MEMCACHED);
    assert_int_equal(program_exchange("python3", 443), EXCHANGE_CONNECT);
}

TEST(the_setting_of_a_cap_is_that_of_the_program)
{
    assert_string_equal(program_cap_setting("redis-server"), "maxclients");
    assert_null(program_cap_setting("caddy"));
    assert_null(program_cap_setting("python3"));
    assert_null(program_cap_setting(""));
}

TEST(the_names_are_as_the_kernel_has_them)
{
    static const char *const names[] = {
#define PROGRAM(name, EXCHANGE, setting) name,
#include "loadgen/contract/programs.def"
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_in_range(strlen(names[i]), 1, SOCKET_PROGRAM_SIZE - 1);
    }
}
