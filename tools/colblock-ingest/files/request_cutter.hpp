// SPDX-License-Identifier: Apache-2.0
#pragma once

// content := request                         protobuf: ExportTraceServiceRequest and its siblings, or TracesData ...
//          | (length request)*               the Collector's file exporter: length is four bytes, highest first;
//                                            with its compression each request is zstd, or JSON inside of it
//          | (varint-length request)*        protobuf's own way to delimit messages
//          | (json newline)*                 JSON lines
//          | json                            one document over several lines
//
// The first bytes tell which. A request begins with the tag 0a of its only field, and JSON with a brace;
// a length below 128 MiB begins with a byte below 08, which is no tag.

#include <cstdint>
#include <optional>
#include <string>

#include "colblock/base/buffer.hpp"
#include "colblock/base/limits.hpp"
#include "receiver/payload.hpp"

namespace colblock::files {

/// Whether content is JSON: an object, and not a request in protobuf that begins alike.
[[nodiscard]] bool is_json(byte_view content) noexcept;

/// A request in a file, as it lies there.
struct cut_request {
    buffer bytes;
    receiver::encoding form = receiver::encoding::protobuf;
    std::uint64_t offset = 0;  ///< in the file's content
    std::uint64_t line = 0;    ///< of JSON lines, from 1 on; 0 elsewhere
};

/// What cannot be cut out. The rest of the content goes on, if it can be found.
struct cut_failure {
    std::uint64_t offset = 0;
    std::uint64_t line = 0;
    std::string what;
};

/// Cuts the content of one file into requests. Holds at most one request and what was appended last.
///
///     while (source.read(cutter.content())) while (cutter.next(false)) take(cutter.request());
///     while (cutter.next(true)) ...
class request_cutter {
public:
    enum class step : std::uint8_t { more, request, failure };

    explicit request_cutter(std::size_t max_len = limits::max_payload_len) : x_max_len(max_len) {}

    /// Where content is appended.
    [[nodiscard]] buffer& content() noexcept { return x_content; }
    /// What comes next: `more` if that takes more content, or if there is none (`at_end`).
    step next(bool at_end);
    /// The request, or the failure, that the last step found.
    [[nodiscard]] cut_request& request() noexcept { return x_request; }
    [[nodiscard]] const cut_failure& failure() const noexcept { return x_failure; }
    /// Up to where the content was cut.
    [[nodiscard]] std::uint64_t offset() const noexcept { return x_offset + x_at; }
    /// The line that comes next, of JSON lines; else 0.
    [[nodiscard]] std::uint64_t line() const noexcept { return x_form == form::lines ? x_line : 0; }

private:
    enum class form : std::uint8_t { unknown, whole, lengths, varint_lengths, lines, document, unusable };

    [[nodiscard]] byte_view rest() const noexcept { return x_content.view().substr(x_at); }
    bool find_form(bool at_end);
    step next_whole(bool at_end);
    step next_delimited(bool at_end);
    step next_line(bool at_end);
    step found_delimited(std::size_t head_len, byte_view request);
    step found(std::size_t skip, std::size_t len, receiver::encoding how);
    step fail(std::string what);
    void drop_consumed();

    std::size_t x_max_len;
    buffer x_content;
    std::size_t x_at = 0;          // of x_content: cut so far
    std::uint64_t x_offset = 0;    // of x_content's first byte
    std::uint64_t x_line = 1;
    std::size_t x_searched = 0;    // of the rest: has no newline
    bool x_skips_line = false;     // what is left of a line that is too long
    form x_form = form::unknown;
    cut_request x_request;
    cut_failure x_failure;
};

}  // namespace colblock::files
