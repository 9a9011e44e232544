// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <memory>
#include <random>

#include "simd/per_set.hpp"

namespace colblock::simd {
namespace {

using Numbers = per_set;

/// A copy of `values` with nothing readable on the side of `at_begin`.
template <class T>
class guarded_array {
public:
    guarded_array(const std::vector<T>& values, bool at_begin)
        : x_page(values.size() * sizeof(T)),
          x_data(at_begin ? x_page.begin() : x_page.end() - values.size() * sizeof(T)) {
        if (!values.empty()) std::memcpy(x_data, values.data(), values.size() * sizeof(T));
    }
    [[nodiscard]] const T* data() const { return reinterpret_cast<const T*>(x_data); }

private:
    testing::guarded_page x_page;
    char* x_data;
};

std::string bytes(std::initializer_list<int> values) {
    std::string all;
    for (const int value : values) all += static_cast<char>(value);
    return all;
}

template <class T>
std::string little_endian(T value) {
    std::string text;
    for (std::size_t i = 0; i != sizeof(T); ++i) text += static_cast<char>(value >> (8 * i));
    return text;
}

TEST_P(Numbers, NarrowToOneAndTwoBytesLiteral) {
    const std::uint32_t small[] = {0, 1, 127, 128, 255};
    EXPECT_EQ(written(5, 0, [&](char* to) { return kernels().narrow_to_u8(to, small, 5); }),
              bytes({0, 1, 127, 128, 255}));
    const std::uint32_t large[] = {0, 1, 255, 256, 32768, 65535};
    EXPECT_EQ(written(12, 0, [&](char* to) { return kernels().narrow_to_u16(to, large, 6); }),
              bytes({0, 0, 1, 0, 255, 0, 0, 1, 0, 128, 255, 255}));
}

TEST_P(Numbers, WidenInPlaceLiteral) {
    char column[12] = {0, 1, 127, static_cast<char>(128), static_cast<char>(255), 'x', 'x', 'x', 'x', 'x', 'y', 'y'};
    kernels().widen_u8_to_u16(column, 5);
    EXPECT_EQ(byte_view(column, 12), bytes({0, 0, 1, 0, 127, 0, 128, 0, 255, 0}) + "yy");
    char wide[12] = {0, 0, static_cast<char>(255), static_cast<char>(255), 1, static_cast<char>(128)};
    kernels().widen_u16_to_u32(wide, 3);
    EXPECT_EQ(byte_view(wide, 12), bytes({0, 0, 0, 0, 255, 255, 0, 0, 1, 128, 0, 0}));
}

TEST_P(Numbers, OffsetsAddTheBaseLiteral) {
    const std::uint32_t ends[] = {0, 3, 0xffffffff};
    EXPECT_EQ(written(24, 0, [&](char* to) { return kernels().write_offsets(to, 0x100000001, ends, 3); }),
              bytes({1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0}));
}

TEST_P(Numbers, DifferencesStopAtZeroLiteral) {
    const std::uint64_t end[] = {10, 5, 7, ~std::uint64_t{0}, 0, std::uint64_t{1} << 63};
    const std::uint64_t begin[] = {3, 6, 7, 0, ~std::uint64_t{0}, 1};
    EXPECT_EQ(written(48, 0, [&](char* to) { return kernels().write_differences(to, end, begin, 6); }),
              bytes({7,   0,   0,   0,   0,   0,   0,   0,   0, 0, 0, 0, 0, 0, 0, 0,
                     0,   0,   0,   0,   0,   0,   0,   0,   255, 255, 255, 255, 255, 255, 255, 255,
                     0,   0,   0,   0,   0,   0,   0,   0,   255, 255, 255, 255, 255, 255, 255, 127}));
}

TEST_P(Numbers, RangeIsUnsignedLiteral) {
    const std::uint64_t values[] = {5, std::uint64_t{1} << 63, 4, ~std::uint64_t{0}, 6};
    EXPECT_EQ(kernels().range_of(values, 5), (value_range{4, ~std::uint64_t{0}}));
    EXPECT_EQ(kernels().range_of(values, 1), (value_range{5, 5}));
    EXPECT_EQ(kernels().range_of(values, 0), (value_range{~std::uint64_t{0}, 0}));
}

TEST_P(Numbers, EveryCountAgreesAtBothEdgesOfMemoryDifferential) {
    std::mt19937_64 random(1);
    for (std::size_t n = 0; n != 140; ++n) {
        std::vector<std::uint32_t> indexes(n);
        std::vector<std::uint64_t> begins(n), ends(n);
        std::string u8, u16, u32, offsets, differences;
        value_range range{~std::uint64_t{0}, 0};
        for (std::size_t i = 0; i != n; ++i) {
            indexes[i] = static_cast<std::uint32_t>(random() % 256);
            begins[i] = random() >> (random() % 64);
            ends[i] = random() >> (random() % 64);
            u8 += little_endian(static_cast<std::uint8_t>(indexes[i]));
            u16 += little_endian(static_cast<std::uint16_t>(indexes[i]));
            u32 += little_endian(indexes[i]);
            offsets += little_endian(indexes[i] + std::uint64_t{77});
            differences += little_endian(ends[i] > begins[i] ? ends[i] - begins[i] : std::uint64_t{0});
            range = {std::min(range.min, ends[i]), std::max(range.max, ends[i])};
        }
        for (const bool at_begin : {false, true}) {
            const guarded_array<std::uint32_t> from(indexes, at_begin);
            const guarded_array<std::uint64_t> first(begins, at_begin);
            const guarded_array<std::uint64_t> last(ends, at_begin);
            const kernel_set& k = kernels();
            EXPECT_EQ(written(n, 0, [&](char* to) { return k.narrow_to_u8(to, from.data(), n); }), u8);
            EXPECT_EQ(written(2 * n, 0, [&](char* to) { return k.narrow_to_u16(to, from.data(), n); }), u16);
            EXPECT_EQ(written(8 * n, 0, [&](char* to) { return k.write_offsets(to, 77, from.data(), n); }), offsets);
            EXPECT_EQ(written(8 * n, 0, [&](char* to) { return k.write_differences(to, last.data(), first.data(), n); }),
                      differences);
            EXPECT_EQ(k.range_of(last.data(), n), range);
        }
        EXPECT_EQ(written(4 * n, 0, [&](char* at) {
            std::memcpy(at, u8.data(), n);
            kernels().widen_u8_to_u16(at, n);
            EXPECT_EQ(byte_view(at, 2 * n), u16);
            kernels().widen_u16_to_u32(at, n);
            return at + 4 * n;
        }), u32);
    }
}

COLBLOCK_FOR_EVERY_SET(Numbers);

}  // namespace
}  // namespace colblock::simd
