// SPDX-License-Identifier: Apache-2.0
// Any input either decodes as frames or fails and leaves the output as it was; and segments built from
// the input come back from their frames unchanged.
#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>

#include "colblock/base/endian.hpp"
#include "colblock/codec/cityhash128.hpp"
#include "colblock/codec/frame.hpp"
#include "fuzz_check.hpp"

using namespace colblock;

namespace {

/// Empty, with the memory of the input before: memory of its own for every input would mostly be page faults.
buffer& cleared(buffer& kept) {
    kept.clear();
    return kept;
}

void decode(byte_view input) {
    static buffer kept;
    wire::cursor in(input);
    buffer& out = cleared(kept);
    while (!in.at_end()) {
        const std::size_t size_before = out.size();
        if (codec::decode_frame(in, out)) {
            FUZZ_CHECK(out.size() > size_before);
            continue;
        }
        FUZZ_CHECK(!in.ok());
        FUZZ_CHECK(out.size() == size_before);
    }
}

/// The same with a right checksum, which chance does not find.
void decode_sealed(byte_view checked) {
    static buffer kept;
    const codec::hash128 checksum = codec::cityhash128(checked);
    buffer& frame = cleared(kept);
    store(frame.extend(8), checksum.low);
    store(frame.extend(8), checksum.high);
    frame.append(checked);
    decode(frame.view());
}

/// What columns hold in quantity: words that grow by the bytes of the input, or ids out of its digits.
void append_column(byte_view input, bool is_words, buffer& out) {
    std::uint64_t word = 0;
    while (out.size() < (std::size_t{17} << 10)) {
        for (const char c : input) {
            const auto byte = static_cast<unsigned char>(c);
            if (is_words) {
                word += byte < 0xf0 ? byte : std::uint64_t{1} << (byte & 63);
                store(out.extend(8), word);
                continue;
            }
            const std::size_t num_digits = byte > 0xf0 ? byte % 40u : byte % 16 < 2 ? 0 : byte % 16 < 9 ? 16 : 32;
            *out.extend(1) = static_cast<char>(num_digits);
            word = (word + byte) * 0x9e37'79b9'7f4a'7c15;
            for (std::size_t i = 0; i != num_digits; ++i) *out.extend(1) = "0123456789abcdef"[word >> i % 16 * 4 & (byte & 15)];
        }
    }
}

/// Texts that repeat slices of the input: as much as a look is taken at.
void append_texts(byte_view input, buffer& out) {
    std::size_t at = 0;
    while (out.size() < (std::size_t{66} << 10)) {
        for (const char c : input) {
            at = (at * 5 + static_cast<unsigned char>(c)) % input.size();
            const byte_view text = input.substr(at, static_cast<unsigned char>(c) % 64);
            *out.extend(1) = static_cast<char>(text.size());
            out.append(text);
        }
    }
}

/// Every two bytes of the input are a piece: a length, and how it is given. Some inputs fill many frames, and few are so
/// long that frames of runs reach their limit; the others are fast.
void build(byte_view input, wire::segments& out, buffer& column) {
    if (input.size() > 1 && (input.starts_with('w') || input.starts_with('i'))) {
        append_column(input.substr(1, 256), input.starts_with('w'), column);
        out.borrow(column.view());
    } else if (input.size() > 1 && input.starts_with('r')) {
        append_texts(input.substr(1, 1024), column);
        out.borrow(column.view());
    }
    const std::size_t enough = input.starts_with('\xff') ? 3'000'000 : input.starts_with('\xfe') ? 300'000 : 30'000;
    for (std::size_t i = 0; i + 1 < input.size(); i += 2) {
        const auto len = static_cast<unsigned char>(input[i]);
        const auto kind = static_cast<unsigned char>(input[i + 1]);
        const byte_view bytes = input.substr(i, std::size_t{len} * (1u + kind % 4u));
        if (kind % 3 == 0) out.copy(bytes);
        if (kind % 3 == 1) out.borrow(bytes);
        if (kind % 3 == 2) out.borrow(bytes, kind < 250 ? kind : kind * 100u);
        if (out.total_len() > enough) return;
    }
}

constexpr codec::compression hows[] = {codec::compression::lz4(), codec::compression::none(), codec::compression::zstd(-5)};
constexpr std::size_t num_frame_lens = 9;

/// Encoders are kept: making one takes longer than what it does here.
codec::frame_encoder& encoder_of(std::size_t how, std::size_t frame_len) {
    static std::unique_ptr<codec::frame_encoder> made[std::size(hows)][num_frame_lens];
    auto& encoder = made[how][frame_len];
    if (!encoder) encoder = std::make_unique<codec::frame_encoder>(hows[how], std::size_t{1000} << frame_len);
    return *encoder;
}

void round_trip(byte_view input) {
    static wire::segments in;
    static buffer column;
    static buffer expected;
    static buffer frames;
    static buffer back;
    in.clear();
    build(input, in, cleared(column));
    in.flatten(cleared(expected));
    const auto choice = input.empty() ? 0u : static_cast<unsigned char>(input[0]);
    for (std::size_t how = 0; how != std::size(hows); ++how) {
        encoder_of(how, choice % num_frame_lens).encode(in, cleared(frames));
        back.clear();
        wire::cursor cursor(frames.view());
        while (!cursor.at_end()) FUZZ_CHECK(codec::decode_frame(cursor, back).has_value());
        FUZZ_CHECK(back.view() == expected.view());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const byte_view input(reinterpret_cast<const char*>(data), size);
    decode(input);
    decode_sealed(input);
    round_trip(input);
    return 0;
}
