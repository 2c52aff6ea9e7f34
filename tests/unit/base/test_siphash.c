#include "base/siphash.h"
#include "tests/unit/test.h"

/* The vectors of the authors' reference implementation (vectors.h of github.com/veorq/SipHash): the key is 00 01 ...
 * 0f, the text as many bytes of 00 01 02 ... */
TEST(the_vectors_of_its_authors)
{
    static const struct {
        size_t length;
        uint64_t hash;
    } vectors[] = {
        {0, 0x726fdb47dd0e0e31}, {1, 0x74f839c593dc67fd},  {7, 0xab0200f58b01d137},  {8, 0x93f5f5799a932462},
        {9, 0x9e0082df0ba9e4b0}, {15, 0xa129ca6149be45e5}, {16, 0x3f2acc7f57c29bdb},
    };
    uint8_t key[SIPHASH_KEY_SIZE];
    uint8_t text[16];
    for (uint8_t i = 0; i < 16; i++) {
        key[i] = text[i] = i;
    }
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        assert_true(siphash(key, text, vectors[i].length) == vectors[i].hash);
    }
}

TEST(the_key_decides)
{
    uint8_t key[SIPHASH_KEY_SIZE] = {0};
    const uint64_t first = siphash(key, "host", 4);
    key[15] = 1;
    assert_true(siphash(key, "host", 4) != first);
}
