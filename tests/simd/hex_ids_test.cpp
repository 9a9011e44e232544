// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <random>

#include "simd/per_set.hpp"

namespace colblock::simd {
namespace {

class HexIds : public per_set {
protected:
    std::string hex(const std::vector<byte_view>& ids) const {
        return written(ids.size() * max_hex_id_len, read_padding,
                       [&](char* to) { return kernels().hex_ids(to, ids.data(), ids.size()); });
    }
};

TEST_P(HexIds, WritesLengthAndLowerCaseDigitsLiteral) {
    padded_values ids;
    ids.add(byte_view("\x00\x01\x09\x0a\x7f\x80\xab\xff", 8));
    ids.add("\x0f\x1e\x2d\x3c\x4b\x5a\x69\x78\x87\x96\xa5\xb4\xc3\xd2\xe1\xf0");
    EXPECT_EQ(hex(ids.views), "\x10" "0001090a7f80abff" "\x20" "0f1e2d3c4b5a69788796a5b4c3d2e1f0");
}

TEST_P(HexIds, WritesEmptyIdsAsEmptyLiteral) {
    padded_values ids;
    ids.add("");
    ids.add("\x11\x22\x33\x44\x55\x66\x77\x88");
    ids.views.insert(ids.views.begin(), byte_view());  // null
    ids.views.push_back(byte_view());
    EXPECT_EQ(hex(ids.views), byte_view("\0\0\x10" "1122334455667788\0", 20));
    EXPECT_EQ(hex({}), "");
}

TEST_P(HexIds, WritesIdsOfAnotherLengthAsEmptyLiteral) {
    padded_values ids;
    for (const std::size_t len : {1, 7, 9, 15, 17, 24, 32, 40, 264}) ids.add(std::string(len, 'x'));
    EXPECT_EQ(hex(ids.views), std::string(9, '\0'));
}

TEST_P(HexIds, AgreesWithOneByteAtATimeDifferential) {
    std::mt19937_64 random(1);
    padded_values ids;
    std::string expected;
    std::size_t len = 0;
    for (int i = 0; i != 600; ++i) {
        if (random() % (i < 300 ? 2 : 40) == 0) len = random() % 3 * 8;  // at first mixed, then long stretches of one length
        std::string id(len, '\0');
        expected += static_cast<char>(2 * id.size());
        for (char& byte : id) {
            byte = static_cast<char>(random());
            constexpr char digits[] = "0123456789abcdef";
            expected += digits[static_cast<unsigned char>(byte) / 16];
            expected += digits[static_cast<unsigned char>(byte) % 16];
        }
        ids.add(id);
        ASSERT_EQ(hex(ids.views), expected) << i;
    }
}

COLBLOCK_FOR_EVERY_SET(HexIds);

}  // namespace
}  // namespace colblock::simd
