// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/storage.hpp"

#include "colblock/base/fill.hpp"

namespace colblock::column {

namespace {

// Repeats of a value up to this many bytes in all are written out.
constexpr std::size_t shortest_run_len = 256;

void write_out(buffer& bytes, std::size_t begin, std::size_t times) {
    const std::size_t len = bytes.size() - begin;
    if (len == 0 || times == 0) return;
    char* const to = bytes.reserve(len * times);
    fill(to, {bytes.data() + begin, len}, len * times);
    bytes.set_end(to + len * times);
}

}  // namespace

void plain::repeat_from(std::size_t begin, std::size_t n) {
    if (n == 0) return x_bytes.truncate(begin);
    write_out(x_bytes, begin, n - 1);
}

std::size_t runs::byte_len() const noexcept { return x_bytes.size() + x_repeated_len; }

void runs::encode(wire::segments& out) const {
    for_each([&](std::size_t begin, std::size_t end, std::uint64_t repeat) {
        out.borrow(x_bytes.view().substr(begin, end - begin), repeat);
    });
}

void runs::repeat_from(std::size_t begin, std::size_t n) {
    if (n == 0) return x_bytes.truncate(begin);
    x_value_len = x_bytes.size() - begin;
    if (x_value_len * n <= shortest_run_len) return write_out(x_bytes, begin, n - 1);
    x_runs.push_back({begin, x_bytes.size(), n});
    x_repeated_len += (n - 1) * x_value_len;
}

void runs::extend_last(std::size_t n) {
    if (x_value_len == 0 || n == 0) return;
    const std::size_t size = x_bytes.size();
    if (!x_runs.empty() && x_runs.back().end == size) {
        x_runs.back().repeat += n;
        x_repeated_len += n * x_value_len;
        return;
    }
    write_out(x_bytes, size - x_value_len, 1);
    repeat_from(size, n);
}

void runs::rescale(std::size_t from, std::size_t to) noexcept {
    const auto scaled = [&](std::size_t len) { return len / from * to; };
    for (run& r : x_runs) {
        r.begin = scaled(r.begin);
        r.end = scaled(r.end);
    }
    x_repeated_len = scaled(x_repeated_len);
    x_value_len = scaled(x_value_len);
    x_mark.size = scaled(x_mark.size);
    x_mark.repeated_len = scaled(x_mark.repeated_len);
}

void runs::clear() noexcept {
    x_bytes.clear();
    x_runs.clear();
    x_repeated_len = 0;
    x_value_len = 0;
    x_mark = {};
}

void runs::mark() noexcept {
    x_mark = {x_bytes.size(), x_runs.size(), x_runs.empty() ? 0 : x_runs.back().repeat,
              x_repeated_len};
}

void runs::rollback() noexcept {
    x_bytes.truncate(x_mark.size);
    x_runs.resize(x_mark.num_runs);
    if (!x_runs.empty()) x_runs.back().repeat = x_mark.last_repeat;
    x_repeated_len = x_mark.repeated_len;
}

}  // namespace colblock::column
