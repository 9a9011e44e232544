// SPDX-License-Identifier: Apache-2.0
#pragma once

// content := bytes                      of a file or of standard input
// gzip    := member+                    RFC 1952, told by its first bytes 1f 8b
// zstd    := frame+                     RFC 8878, told by 28 b5 2f fd

#include <atomic>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "colblock/base/buffer.hpp"

namespace colblock::files {

/// The content of a file, piece by piece, decompressed if its first bytes say that it is compressed;
/// names do not matter. Memory is bounded whatever the file is. Used by one thread.
class byte_source {
public:
    /// "-" is standard input. The error is what is wrong, without the file's name. Pipes may have nothing
    /// to read for a long time: then `stop`, which must outlive the source, is looked at now and then.
    static std::expected<byte_source, std::string> open(const std::string& path, const std::atomic<bool>& stop);
    byte_source(byte_source&&) noexcept;
    byte_source& operator=(byte_source&&) noexcept;
    ~byte_source();

    enum class got : std::uint8_t { some, end, stopped };
    /// Appends some more bytes to `to`, at most piece_len. What was read before an error is good.
    std::expected<got, std::string> read(buffer& to);
    static constexpr std::size_t piece_len = std::size_t{256} << 10;

    /// Bytes of the file that were read so far.
    [[nodiscard]] std::uint64_t file_offset() const noexcept { return x_file_offset; }
    [[nodiscard]] bool is_compressed() const noexcept { return x_inflater != nullptr; }

    /// Undoes a compression: consumes some of `from`, appends at most piece_len bytes to `to`.
    class inflater {
    public:
        virtual ~inflater() = default;
        virtual std::expected<void, std::string> inflate(byte_view& from, buffer& to) = 0;
        /// Whether the input may end here.
        [[nodiscard]] virtual bool at_boundary() const noexcept = 0;
    };

private:
    byte_source(int file, const std::atomic<bool>& stop) : x_file(file), x_stop(&stop) {}
    std::expected<bool, std::string> fill();
    bool wait_for_input() const;

    int x_file = -1;
    const std::atomic<bool>* x_stop;
    bool x_is_known = false;    // whether the content is compressed
    bool x_at_end = false;
    std::uint64_t x_file_offset = 0;
    buffer x_raw;               // read and not yet consumed: the first x_raw_begin bytes are
    std::size_t x_raw_begin = 0;
    std::unique_ptr<inflater> x_inflater;
};

/// Undoes the compression of `from` as a whole, if its first bytes say that there is one: true, and `to` holds
/// at most `max_len` bytes. The error is what is wrong.
std::expected<bool, std::string> decompress(byte_view from, std::size_t max_len, buffer& to);

}  // namespace colblock::files
