// SPDX-License-Identifier: Apache-2.0
// Every set of kernels writes the bytes that an obvious loop writes, whatever the values and their number,
// and changes nothing before its output or farther behind it than it may.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "colblock/base/buffer.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/simd/kernels.hpp"
#include "fuzz_check.hpp"
#include "fuzz_input.hpp"

using namespace colblock;

namespace {

/// Runs a writing kernel on memory of exactly the size that it asks for, which sanitizers watch.
template <class Write>
std::string output_of(std::size_t most, Write&& write) {
    std::vector<char> memory(most + read_padding, '\x5a');
    const char* const end = write(memory.data());
    FUZZ_CHECK(end >= memory.data() && end <= memory.data() + most);
    return {memory.data(), static_cast<std::size_t>(end - memory.data())};
}

template <class T>
std::string bytes_of(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

void check_texts(const std::vector<byte_view>& texts) {
    std::string strings;
    std::string hex;
    for (const byte_view text : texts) {
        for (std::size_t len = text.size(); ; len >>= 7) {
            strings += static_cast<char>(len < 0x80 ? len : (len & 0x7f) | 0x80);
            if (len < 0x80) break;
        }
        strings += text;
        const bool is_id = text.size() == 16 || text.size() == 8;
        hex += static_cast<char>(is_id ? 2 * text.size() : 0);
        for (const char c : is_id ? text : byte_view())
            for (const int shift : {4, 0}) hex += "0123456789abcdef"[static_cast<unsigned char>(c) >> shift & 15];
    }
    std::size_t most = texts.size() * simd::max_string_overhead;
    for (const byte_view text : texts) most += text.size();
    for (const simd::kernel_set& k : simd::available()) {
        FUZZ_CHECK(output_of(most, [&](char* to) { return k.write_strings(to, texts.data(), texts.size()); }) == strings);
        FUZZ_CHECK(output_of(texts.size() * simd::max_hex_id_len,
                             [&](char* to) { return k.hex_ids(to, texts.data(), texts.size()); }) == hex);
    }
}

template <class Narrow>
void check_indexes(const std::vector<std::uint32_t>& wide, char* (*simd::kernel_set::*narrow)(char*, const std::uint32_t*, std::size_t)) {
    std::vector<std::uint32_t> indexes = wide;
    for (std::uint32_t& index : indexes) index = static_cast<Narrow>(index);
    const std::vector<Narrow> expected(indexes.begin(), indexes.end());
    const std::size_t n = indexes.size();
    for (const simd::kernel_set& k : simd::available()) {
        FUZZ_CHECK(output_of(n * sizeof(Narrow), [&](char* to) { return (k.*narrow)(to, indexes.data(), n); }) ==
                   bytes_of(expected));
        const std::string widened = output_of(2 * n * sizeof(Narrow), [&](char* at) {
            if (n != 0) std::memcpy(at, expected.data(), n * sizeof(Narrow));
            sizeof(Narrow) == 1 ? k.widen_u8_to_u16(at, n) : k.widen_u16_to_u32(at, n);
            return at + 2 * n * sizeof(Narrow);
        });
        if constexpr (sizeof(Narrow) == 1)
            FUZZ_CHECK(widened == bytes_of(std::vector<std::uint16_t>(expected.begin(), expected.end())));
        else
            FUZZ_CHECK(widened == bytes_of(indexes));
    }
}

void check_numbers(const std::vector<std::uint64_t>& first, const std::vector<std::uint64_t>& last,
                   const std::vector<std::uint32_t>& ends, std::uint64_t base) {
    const std::size_t n = first.size();
    std::vector<std::uint64_t> differences(n);
    for (std::size_t i = 0; i != n; ++i) differences[i] = last[i] > first[i] ? last[i] - first[i] : 0;
    std::vector<std::uint64_t> offsets(ends.begin(), ends.end());
    for (std::uint64_t& offset : offsets) offset += base;
    const simd::value_range range{n == 0 ? ~std::uint64_t{0} : *std::ranges::min_element(first),
                                  n == 0 ? 0 : *std::ranges::max_element(first)};
    for (const simd::kernel_set& k : simd::available()) {
        FUZZ_CHECK(output_of(8 * n, [&](char* to) { return k.write_differences(to, last.data(), first.data(), n); }) ==
                   bytes_of(differences));
        FUZZ_CHECK(output_of(8 * ends.size(), [&](char* to) {
            return k.write_offsets(to, base, ends.data(), ends.size());
        }) == bytes_of(offsets));
        FUZZ_CHECK(k.range_of(first.data(), n) == range);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, size);
    const std::uint64_t base = input.number();
    // Texts are views into padded memory: lengths first, where 253 and more stand for ids and long texts.
    buffer memory;
    memory.append(input.rest());
    std::vector<byte_view> texts;
    std::size_t at = 0;
    const std::size_t num_texts = std::min<std::size_t>(input.byte(), 200);
    for (std::size_t i = 0; i != num_texts; ++i) {
        std::size_t len = input.byte();
        if (len >= 253) len = len == 253 ? 8 : len == 254 ? 16 : 20'000;
        texts.push_back(memory.view().substr(std::min(at, memory.size()), len));
        at += len;
    }
    check_texts(texts);

    std::vector<std::uint64_t> first;
    std::vector<std::uint64_t> last;
    std::vector<std::uint32_t> indexes;
    while (!input.empty()) {
        const std::uint64_t value = input.number() >> input.choice(64);
        first.push_back(value);
        last.push_back(value + input.byte() - 128);
        indexes.push_back(static_cast<std::uint32_t>(value));
    }
    check_numbers(first, last, indexes, base);
    check_indexes<std::uint8_t>(indexes, &simd::kernel_set::narrow_to_u8);
    check_indexes<std::uint16_t>(indexes, &simd::kernel_set::narrow_to_u16);
    return 0;
}
