// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "codec/compressor.hpp"
#include "codec/lz4_ids.hpp"
#include "codec/lz4_runs.hpp"
#include "codec/lz4_texts.hpp"
#include "codec/lz4_words.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/base/fill.hpp"
#include "colblock/base/limits.hpp"
#include "colblock/codec/cityhash128.hpp"
#include "colblock/codec/frame.hpp"

namespace colblock::codec {

namespace {

/// A piece of this length gets frames of its own, straight from where it is. Below, gathering is
/// cheaper than a frame that is too short to compress well.
constexpr std::size_t min_own_frame_len = std::size_t{128} << 10;

/// Less than this is stored as it is: there is nothing to match.
constexpr std::size_t min_compressed_len = 64;

/// A run of this many raw bytes opens a frame of runs. Shorter ones join one that is open, else they
/// are expanded into what is being gathered: LZ4 takes 0.3 us for 2 KiB that repeat, cutting a frame
/// about the same and 25 bytes.
constexpr std::size_t min_run_len = std::size_t{2} << 10;

/// Bytes between runs that join an open frame of runs as literals.
constexpr std::size_t max_run_literals = 64;

/// LZ4 runs at 2.3 GB/s over what never repeats for no gain at all, storing it at 10 GB/s. So the start of
/// a long piece is compressed for a look, and what it shows holds for the next 1 MiB, of ids for all of them.
/// 16 KiB are enough to meet what repeats; the look is dear, since LZ4 is slowest where it begins to find
/// nothing (bench codec: frames/ids_lz4).
constexpr std::size_t look_len = std::size_t{16} << 10;
constexpr std::size_t look_every = std::size_t{1} << 20;

constexpr bool pays_at_a_look(std::size_t len, std::size_t raw_len) noexcept { return len < raw_len / 100 * 95; }

/// Texts are 3 to 7 % longer at a look than liblz4 makes them, 1 to 3 % as a whole; doubles are a third longer.
constexpr bool are_texts_at_a_look(std::size_t len, std::size_t lz4_len) noexcept { return len < lz4_len + lz4_len / 10; }

/// Offsets of arrays that are all empty are one value that repeats, and so are attributes nobody sets. To find that
/// out costs nothing where it is not so.
constexpr std::size_t word_len = 8;
constexpr std::size_t min_constant_len = std::size_t{4} << 10;

bool is_constant(byte_view bytes) noexcept {
    return bytes.size() >= min_constant_len && bytes.size() % word_len == 0 &&
           std::memcmp(bytes.data(), bytes.data() + word_len, bytes.size() - word_len) == 0;
}

}  // namespace

struct frame_encoder::machine {
    machine(compression how, std::size_t len)
        : compress(how), frame_len(std::clamp(len, std::size_t{1}, limits::max_frame_len)) {}

    void add(const wire::segments::piece& piece, buffer& out);
    void add_bytes(byte_view bytes, buffer& out);
    void add_words(byte_view words, buffer& out);
    void add_ids(byte_view ids, buffer& out);
    void gather(byte_view bytes, buffer& out);
    void expand(byte_view value, std::uint64_t repeat, buffer& out);
    void add_run(byte_view value, std::uint64_t repeat, buffer& out);
    void finish(buffer& out);

    [[nodiscard]] bool is_run(byte_view value, std::uint64_t repeat) const noexcept;
    [[nodiscard]] std::size_t own_frame_len() const noexcept { return std::min(min_own_frame_len, frame_len); }
    [[nodiscard]] bool is_lz4() const noexcept { return compress.how().method == method::lz4 && !compress.how().high; }
    [[nodiscard]] bool is_fast_lz4() const noexcept {
        return is_lz4() && frame_len >= std::max(min_words_len, min_ids_len);
    }
    void open_runs(buffer& out);
    void close_runs(buffer& out);
    void flush_gathered(buffer& out);
    enum class storing { compressed, texts, words, raw };
    char* begin_frame(std::size_t max_len, buffer& out);
    void end_frame(byte_view raw, std::size_t len, buffer& out);
    void write_frame(byte_view raw, storing how, buffer& out);
    storing look_at(byte_view piece, buffer& out);

    compressor compress;
    std::size_t frame_len;
    buffer gathered;  // raw bytes of the next frame
    lz4_run_writer runs;
    std::size_t runs_offset = 0;  // in the output: where the open frame of runs begins
    bool runs_open = false;       // never together with gathered bytes
};

namespace {

/// Fills in the header of the frame that begins at `begin` and ends where `out` ends.
void seal(buffer& out, std::size_t begin, method how, std::size_t raw_len) noexcept {
    char* const frame = out.data() + begin;
    const std::size_t checked_len = out.size() - begin - frame_checksum_len;
    frame[frame_checksum_len] = static_cast<char>(how);
    store(frame + frame_checksum_len + 1, static_cast<std::uint32_t>(checked_len));
    store(frame + frame_checksum_len + 5, static_cast<std::uint32_t>(raw_len));
    const hash128 checksum = cityhash128({frame + frame_checksum_len, checked_len});
    store(frame, checksum.low);
    store(frame + 8, checksum.high);
}

}  // namespace

void frame_encoder::machine::add(const wire::segments::piece& piece, buffer& out) {
    if (piece.repeat == 1) {
        if (runs_open && piece.bytes.size() <= max_run_literals &&
            runs.raw_len() + piece.bytes.size() <= max_run_frame_len)
            return runs.literals(piece.bytes);
        if (is_constant(piece.bytes)) return add({piece.bytes.substr(0, word_len), piece.bytes.size() / word_len}, out);
        if (is_fast_lz4() && is_words(piece.bytes)) return add_words(piece.bytes, out);
        if (is_fast_lz4() && is_ids(piece.bytes)) return add_ids(piece.bytes, out);
        return add_bytes(piece.bytes, out);
    }
    if (is_run(piece.bytes, piece.repeat)) return add_run(piece.bytes, piece.repeat, out);
    expand(piece.bytes, piece.repeat, out);
}

bool frame_encoder::machine::is_run(byte_view value, std::uint64_t repeat) const noexcept {
    if (compress.how().method != method::lz4 || value.size() > lz4_run_writer::max_value_len) return false;
    return runs_open || repeat >= (min_run_len + value.size() - 1) / value.size();
}

void frame_encoder::machine::add_bytes(byte_view bytes, buffer& out) {
    if (bytes.size() < own_frame_len()) return gather(bytes, out);
    close_runs(out);
    flush_gathered(out);
    storing how = storing::compressed;
    for (std::size_t since_look = look_every; bytes.size() >= own_frame_len();) {
        if (since_look >= look_every) {
            how = look_at(bytes, out);
            since_look = 0;
        }
        const byte_view raw = bytes.substr(0, frame_len);
        write_frame(raw, how, out);
        bytes.remove_prefix(raw.size());
        since_look += raw.size();
    }
    gather(bytes, out);
}

void frame_encoder::machine::add_words(byte_view words, buffer& out) {
    close_runs(out);
    flush_gathered(out);
    while (!words.empty()) {
        const byte_view raw = words.substr(0, frame_len / 8 * 8);
        write_frame(raw, storing::words, out);
        words.remove_prefix(raw.size());
    }
}

void frame_encoder::machine::add_ids(byte_view ids, buffer& out) {
    close_runs(out);
    flush_gathered(out);
    const ids_block look = compress_ids(ids, look_len, begin_frame(ids_bound(look_len), out));
    const bool is_raw = !pays_at_a_look(look.len, look.raw_len);
    while (!ids.empty()) {
        const std::size_t most = std::min(ids.size(), frame_len);
        ids_block made{most, 0};
        if (!is_raw) made = compress_ids(ids, frame_len, begin_frame(ids_bound(most), out));
        end_frame(ids.substr(0, made.raw_len), made.len, out);
        ids.remove_prefix(made.raw_len);
    }
}

void frame_encoder::machine::gather(byte_view bytes, buffer& out) {
    if (!bytes.empty()) close_runs(out);
    while (!bytes.empty()) {
        const byte_view fitting = bytes.substr(0, frame_len - gathered.size());
        gathered.append(fitting);
        bytes.remove_prefix(fitting.size());
        if (gathered.size() == frame_len) flush_gathered(out);
    }
}

void frame_encoder::machine::expand(byte_view value, std::uint64_t repeat, buffer& out) {
    close_runs(out);
    while (repeat != 0) {
        const std::uint64_t fitting = std::min<std::uint64_t>(repeat, (frame_len - gathered.size()) / value.size());
        if (fitting == 0) {
            gather(value, out);  // it straddles two frames, or spans several
            --repeat;
            continue;
        }
        const std::size_t len = static_cast<std::size_t>(fitting) * value.size();
        fill(gathered.extend(len), value, len);
        repeat -= fitting;
        if (gathered.size() == frame_len) flush_gathered(out);
    }
}

void frame_encoder::machine::add_run(byte_view value, std::uint64_t repeat, buffer& out) {
    while (repeat != 0) {
        if (runs_open && runs.raw_len() + value.size() > max_run_frame_len) close_runs(out);
        open_runs(out);
        const std::uint64_t fitting = std::min<std::uint64_t>(
            repeat, std::max<std::size_t>(1, (max_run_frame_len - runs.raw_len()) / value.size()));
        runs.repeat(value, fitting, out);
        repeat -= fitting;
    }
}

void frame_encoder::machine::open_runs(buffer& out) {
    if (runs_open) return;
    if (gathered.size() > max_run_literals) flush_gathered(out);
    runs_offset = out.size();
    out.extend(frame_header_len);
    runs.literals(gathered.view());
    gathered.clear();
    runs_open = true;
}

void frame_encoder::machine::close_runs(buffer& out) {
    if (!runs_open) return;
    const std::size_t raw_len = runs.raw_len();
    runs.finish(out);
    seal(out, runs_offset, method::lz4, raw_len);
    runs_open = false;
}

void frame_encoder::machine::flush_gathered(buffer& out) {
    if (gathered.empty()) return;
    write_frame(gathered.view(), storing::compressed, out);
    gathered.clear();
}

frame_encoder::machine::storing frame_encoder::machine::look_at(byte_view piece, buffer& out) {
    if (!is_lz4() || piece.size() < 4 * look_len) return storing::compressed;
    const byte_view look = piece.substr(0, look_len);
    char* const to = out.reserve(std::max(compress.bound(look_len), texts_bound(look_len)));
    const std::size_t len = compress.compress(look, to);
    if (!pays_at_a_look(len, look_len)) return storing::raw;
    const bool is_as_asked = compress.how().level <= 1;  // acceleration is liblz4's
    return is_as_asked && are_texts_at_a_look(compress_texts(look, to), len) ? storing::texts : storing::compressed;
}

// Where the payload of the next frame goes, of at most `max_len` bytes.
char* frame_encoder::machine::begin_frame(std::size_t max_len, buffer& out) {
    return out.reserve(frame_header_len + max_len) + frame_header_len;
}

// Ends the frame that was begun and whose payload is `len` bytes, or nothing. One that does not pay is stored raw.
void frame_encoder::machine::end_frame(byte_view raw, std::size_t len, buffer& out) {
    const std::size_t begin = out.size();
    const bool pays = len != 0 && len < raw.size();
    char* const payload = begin_frame(pays ? len : raw.size(), out);
    if (!pays) {
        std::memcpy(payload, raw.data(), raw.size());
        len = raw.size();
    }
    out.set_end(payload + len);
    seal(out, begin, pays ? compress.how().method : method::none, raw.size());
}

void frame_encoder::machine::write_frame(byte_view raw, storing how, buffer& out) {
    const std::size_t bound = std::max({compress.bound(raw.size()), texts_bound(raw.size()), words_bound(raw.size())});
    char* const payload = begin_frame(bound, out);
    std::size_t len = 0;
    if (how == storing::words) len = compress_words(raw, payload);
    if (how == storing::texts) len = compress_texts(raw, payload);
    if (how == storing::compressed && raw.size() >= min_compressed_len) len = compress.compress(raw, payload);
    end_frame(raw, len, out);
}

void frame_encoder::machine::finish(buffer& out) {
    close_runs(out);
    flush_gathered(out);
}

frame_encoder::frame_encoder(compression how, std::size_t frame_len)
    : x_machine(std::make_unique<machine>(how, frame_len)) {}
frame_encoder::frame_encoder(frame_encoder&&) noexcept = default;
frame_encoder& frame_encoder::operator=(frame_encoder&&) noexcept = default;
frame_encoder::~frame_encoder() = default;

void frame_encoder::encode(const wire::segments& in, buffer& out) {
    for (std::size_t i = 0; i != in.num_pieces(); ++i) x_machine->add(in[i], out);
    x_machine->finish(out);
}

compression frame_encoder::how() const noexcept { return x_machine->compress.how(); }

}  // namespace colblock::codec
