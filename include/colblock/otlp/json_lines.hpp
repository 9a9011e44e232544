// SPDX-License-Identifier: Apache-2.0
#pragma once

// requests := (space* request)* space*      JSON lines: one request on each line; also one request over many lines

#include <optional>

#include "colblock/base/bytes.hpp"
#include "colblock/base/signal.hpp"

namespace colblock::otlp {

/// Cuts text into the OTLP/JSON requests that it holds, one after the other, whether each stands on a line of its
/// own or is spread over several:
///
///     for (json_lines in(file.padded()); in.next();) load(in.request(), in.offset());
///
/// Requests are found by their brackets and are not checked. What has no end is cut at the end of its line, and from
/// there on every line is a request: so a decoder refuses the broken ones and reads the others. Borrows the text;
/// requests are padded, because they lie in it.
class json_lines {
public:
    explicit json_lines(padded_view text) noexcept
        : x_text(text.bytes), x_at(text.bytes.starts_with("\xef\xbb\xbf") ? 3 : 0) {}

    /// Moves to the next request. False if there is none.
    bool next() noexcept;
    [[nodiscard]] padded_view request() const noexcept { return {x_request}; }
    /// Where the request begins in the text.
    [[nodiscard]] std::size_t offset() const noexcept { return static_cast<std::size_t>(x_request.data() - x_text.data()); }

private:
    byte_view x_text;
    byte_view x_request;
    std::size_t x_at;
    bool x_by_line = false;
};

/// The signal of an OTLP/JSON request, by its key resourceSpans, resourceMetrics or resourceLogs. Nothing if it has
/// none of them, or is malformed before it.
[[nodiscard]] std::optional<signal> signal_of_json(padded_view request);

}  // namespace colblock::otlp
