// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "colblock/base/buffer.hpp"
#include "gen/random.hpp"
#include "gen/traffic.hpp"

namespace colblock::gen {

/// Encodes what a span's program logged about it: one record a span, of about 330 bytes with six
/// attributes and a body of about 90.
class log_maker {
public:
    explicit log_maker(std::uint64_t seed);

    [[nodiscard]] static std::span<const std::string_view> scopes() noexcept;

    /// Appends one record as field 2 of a ScopeLogs. One in eight does not know its trace.
    void append(const planned_trace& trace, const planned_span& span, buffer& out);

private:
    random x_random;
    std::vector<std::string> x_failures;  // encoded attributes of failures, by service
};

}  // namespace colblock::gen
