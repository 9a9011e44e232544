// SPDX-License-Identifier: Apache-2.0
#include "files/byte_source.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace colblock::files {

namespace {

using status = std::expected<void, std::string>;

constexpr byte_view gzip_magic("\x1f\x8b", 2);
constexpr byte_view zstd_magic("\x28\xb5\x2f\xfd", 4);

class gzip_inflater final : public byte_source::inflater {
public:
    gzip_inflater() {
        if (::inflateInit2(&x_stream, 16 + MAX_WBITS) != Z_OK) throw std::bad_alloc();
    }
    gzip_inflater(const gzip_inflater&) = delete;
    gzip_inflater& operator=(const gzip_inflater&) = delete;
    ~gzip_inflater() override { ::inflateEnd(&x_stream); }

    status inflate(byte_view& from, buffer& to) override {
        if (x_is_between) {
            // gzip itself passes over zeros behind the last member: tapes are padded with them.
            from.remove_prefix(std::min(from.find_first_not_of('\0'), from.size()));
            if (from.empty()) return {};
            ::inflateReset(&x_stream);
            x_is_between = false;
        }
        char* const out = to.reserve(byte_source::piece_len);
        x_stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(from.data()));
        x_stream.avail_in = static_cast<uInt>(from.size());
        x_stream.next_out = reinterpret_cast<Bytef*>(out);
        x_stream.avail_out = static_cast<uInt>(byte_source::piece_len);
        const int code = ::inflate(&x_stream, Z_NO_FLUSH);
        from.remove_prefix(from.size() - x_stream.avail_in);
        to.set_end(reinterpret_cast<const char*>(x_stream.next_out));
        x_is_between = code == Z_STREAM_END;
        if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR) return {};
        return std::unexpected(std::string("the gzip data is damaged: ") +
                               (x_stream.msg != nullptr ? x_stream.msg : "no reason is given"));
    }
    [[nodiscard]] bool at_boundary() const noexcept override { return x_is_between; }

private:
    z_stream x_stream{};
    bool x_is_between = false;  // behind a member
};

class zstd_inflater final : public byte_source::inflater {
public:
    zstd_inflater() : x_stream(ZSTD_createDStream(), &ZSTD_freeDStream) {
        if (!x_stream) throw std::bad_alloc();
    }

    status inflate(byte_view& from, buffer& to) override {
        if (from.empty() && x_is_between) return {};  // it would ask for another frame
        char* const out = to.reserve(byte_source::piece_len);
        ZSTD_inBuffer in{from.data(), from.size(), 0};
        ZSTD_outBuffer into{out, byte_source::piece_len, 0};
        const std::size_t left = ZSTD_decompressStream(x_stream.get(), &into, &in);
        from.remove_prefix(in.pos);
        to.set_end(out + into.pos);
        if (ZSTD_isError(left)) return std::unexpected(std::string("the zstd data is damaged: ") + ZSTD_getErrorName(left));
        x_is_between = left == 0;
        return {};
    }
    [[nodiscard]] bool at_boundary() const noexcept override { return x_is_between; }

private:
    std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> x_stream;
    bool x_is_between = false;
};

// What undoes the compression that the first bytes tell; null if they tell none.
std::unique_ptr<byte_source::inflater> inflater_for(byte_view content) {
    if (content.starts_with(gzip_magic)) return std::make_unique<gzip_inflater>();
    if (content.starts_with(zstd_magic)) return std::make_unique<zstd_inflater>();
    return nullptr;
}

}  // namespace

std::expected<bool, std::string> decompress(byte_view from, std::size_t max_len, buffer& to) {
    const auto machine = inflater_for(from);
    if (!machine) return false;
    to.clear();
    for (;;) {
        const std::size_t from_len = from.size();
        const std::size_t to_len = to.size();
        if (auto done = machine->inflate(from, to); !done) return std::unexpected(done.error());
        if (to.size() > max_len) return std::unexpected("decompresses to more than " + std::to_string(max_len) + " bytes");
        if (from.size() != from_len || to.size() != to_len) continue;
        if (from.empty() && machine->at_boundary()) return true;
        return std::unexpected("is cut off: its compressed data ends in the middle");
    }
}

std::expected<byte_source, std::string> byte_source::open(const std::string& path, const std::atomic<bool>& stop) {
    const int file = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::unexpected(std::string("cannot be opened: ") + std::strerror(errno));
    ::posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
    return byte_source(file, stop);
}

byte_source::byte_source(byte_source&& other) noexcept
    : x_file(std::exchange(other.x_file, -1)),
      x_stop(other.x_stop),
      x_is_known(other.x_is_known),
      x_at_end(other.x_at_end),
      x_file_offset(other.x_file_offset),
      x_raw(std::move(other.x_raw)),
      x_raw_begin(other.x_raw_begin),
      x_inflater(std::move(other.x_inflater)) {}

byte_source& byte_source::operator=(byte_source&& other) noexcept {
    byte_source taken(std::move(other));
    std::swap(x_file, taken.x_file);
    x_stop = taken.x_stop;
    x_is_known = taken.x_is_known;
    x_at_end = taken.x_at_end;
    x_file_offset = taken.x_file_offset;
    x_raw.swap(taken.x_raw);
    x_raw_begin = taken.x_raw_begin;
    x_inflater.swap(taken.x_inflater);
    return *this;
}

byte_source::~byte_source() {
    if (x_file >= 0) ::close(x_file);
}

// False: to be stopped.
bool byte_source::wait_for_input() const {
    pollfd input{x_file, POLLIN, 0};
    while (!*x_stop)
        if (::poll(&input, 1, 100) > 0) return true;  // or whoever reads learns what is wrong
    return false;
}

// Reads the next bytes of the file, once all of the last ones are consumed. False: stopped.
std::expected<bool, std::string> byte_source::fill() {
    x_raw.clear();
    x_raw_begin = 0;
    // The first read goes on until the magic is there: pipes hand over what they like.
    while (!x_at_end && x_raw.size() < (x_is_known ? 1 : zstd_magic.size())) {
        if (!wait_for_input()) return false;
        char* const to = x_raw.reserve(piece_len);
        const ssize_t n = ::read(x_file, to, piece_len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return std::unexpected(std::string("cannot be read: ") + std::strerror(errno));
        x_raw.set_end(to + n);
        x_file_offset += static_cast<std::uint64_t>(n);
        x_at_end = n == 0;
    }
    if (!x_is_known) {
        x_inflater = inflater_for(x_raw.view());
        x_is_known = true;
    }
    return true;
}

std::expected<byte_source::got, std::string> byte_source::read(buffer& to) {
    const std::size_t before = to.size();
    for (;;) {
        byte_view raw = x_raw.view().substr(x_raw_begin);
        // A decompressor may hold back output without needing input.
        if (raw.empty() && !x_at_end) {
            const auto filled = fill();
            if (!filled) return std::unexpected(filled.error());
            if (!*filled) return got::stopped;
            raw = x_raw.view();
        }
        if (!x_inflater) {
            to.append(raw);
            x_raw_begin = x_raw.size();
            return raw.empty() ? got::end : got::some;
        }
        const std::size_t raw_len = raw.size();
        auto inflated = x_inflater->inflate(raw, to);
        x_raw_begin = x_raw.size() - raw.size();
        if (!inflated) return std::unexpected(inflated.error());
        if (to.size() != before) return got::some;
        if (x_at_end && raw.size() == raw_len) {
            if (raw.empty() && x_inflater->at_boundary()) return got::end;
            return std::unexpected("is cut off: its compressed data ends in the middle, at byte " +
                                   std::to_string(x_file_offset));
        }
    }
}

}  // namespace colblock::files
