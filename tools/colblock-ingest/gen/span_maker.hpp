// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gen/random.hpp"
#include "gen/span_attributes.hpp"
#include "gen/traffic.hpp"

#include "colblock/base/buffer.hpp"
#include "gen/key_value.hpp"

namespace colblock::gen {

/// Encodes planned spans. What is the same for all spans of a step is encoded once, so a span costs
/// little more than copying it.
class span_maker {
public:
    span_maker(profile detail, const std::vector<journey>& journeys, std::uint64_t seed);

    /// Names of the instrumentation scopes, and which of them makes spans of this role.
    [[nodiscard]] static std::span<const std::string_view> scopes() noexcept;
    [[nodiscard]] static std::size_t scope_of(role what) noexcept;

    /// Appends one span of `trace` as field 2 of a ScopeSpans.
    void append(const planned_trace& trace, const planned_span& span, buffer& out);

private:
    // Attributes of a step: fixed bytes, then a value that is made each time, and so on.
    struct piece {
        std::string fixed;
        const span_attribute* variable;  // nullptr: nothing follows
    };
    struct encoded_step {
        std::string name_and_kind;
        std::vector<piece> attributes;
    };
    [[nodiscard]] encoded_step encode(const step& what) const;
    void append_variable(const planned_trace& trace, const planned_span& span, const span_attribute& attribute,
                         pb::writer& to);
    void append_failure(const planned_span& span, pb::writer& to);
    void append_link(const span_reference& cause, pb::writer& to);

    profile x_detail;
    random x_random;
    std::vector<encoded_step> x_steps;
    std::vector<std::string> x_exceptions;  // encoded attributes of exception events, by service
};

}  // namespace colblock::gen
