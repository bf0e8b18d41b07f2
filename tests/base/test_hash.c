#include "base/hash.h"
#include "t.h"

static const char *sha(const void *p, size_t n, size_t piece)
{
    static char hex[65];
    struct sha256 s;
    uint8_t out[32];
    sha256_init(&s);
    for (size_t i = 0; i < n; i += piece)
        sha256_add(&s, (const char *)p + i, n - i < piece ? n - i : piece);
    sha256_end(&s, out);
    hash_hex(hex, out, 32);
    return hex;
}

/* The three messages of FIPS 180-4's examples, the empty one, and a million times 'a'. */
T_TEST(sha256_vectors)
{
    const char *two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    T_EQ_STR(sha("", 0, 1), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    T_EQ_STR(sha("abc", 3, 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    T_EQ_STR(sha(two, 56, 56), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    static char a[1000000];
    memset(a, 'a', sizeof a);
    T_EQ_STR(sha(a, sizeof a, sizeof a),
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

T_TEST(sha256_pieces_do_not_matter)
{
    uint8_t buf[300];
    for (size_t i = 0; i < sizeof buf; i++)
        buf[i] = (uint8_t)t_rand();
    for (size_t n = 0; n <= sizeof buf; n++) {
        char whole[65];
        memcpy(whole, sha(buf, n, 300), 65);
        for (size_t piece = 1; piece < 130; piece += 7)
            T_EQ_STR(sha(buf, n, piece), whole);
    }
}

/* Values of the reference parameters (draft-eastlake-fnv). */
T_TEST(fnv1a)
{
    T_OK(hash_fnv1a("", 0, 0) == 0xcbf29ce484222325u);
    T_OK(hash_fnv1a("a", 1, 0) == 0xaf63dc4c8601ec8cu);
    T_OK(hash_fnv1a("foobar", 6, 0) == 0x85944171f73967e8u);
    T_OK(hash_fnv1a("foobar", 6, 1) != hash_fnv1a("foobar", 6, 2));
}

/* Every bit, and every exchange of neighbours, changes the checksum. */
T_TEST(bulk_sees_every_bit)
{
    uint8_t buf[200];
    for (size_t i = 0; i < sizeof buf; i++)
        buf[i] = (uint8_t)t_rand();
    for (size_t n = 0; n <= sizeof buf; n += 25) {
        uint64_t good = hash_bulk(buf, n);
        T_OK(n == 0 || hash_bulk(buf, n - 1) != good);
        for (size_t bit = 0; bit < 8 * n; bit++) {
            buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
            T_OK(hash_bulk(buf, n) != good);
            buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    uint64_t good = hash_bulk(buf, 192);
    for (size_t at = 64; at < 192; at += 64) {
        uint8_t swapped[192];
        memcpy(swapped, buf, sizeof swapped);
        memcpy(swapped, buf + at, 64);
        memcpy(swapped + at, buf, 64);
        T_OK(hash_bulk(swapped, 192) != good);
    }
}

T_MAIN("base/hash")
