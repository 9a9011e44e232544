// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "gen/shop.hpp"

namespace colblock::gen {

/// Where the value of a span attribute comes from.
enum class source : std::uint8_t {
    // the same in every span of a step: encoded once
    text,         ///< `text`
    texts,        ///< an array: `text` split at '|'
    number,       ///< `number`
    method,       ///< of the step
    target,       ///< of the step
    peer,         ///< host of the other side
    peer_port,    ///< its port
    own_name,     ///< the service's name
    own_host,     ///< the name its callers use
    own_port,     ///< the service's port
    statement,    ///< of the step
    summary,      ///< method and target of the step
    // of a trace or a span: encoded each time
    path,         ///< target with the subject's id
    url,          ///< http://peer:port and the path
    url_query,    ///< a search term and a page, unbounded
    key,          ///< method and target with the subject's id
    status,       ///< 200, or 500 if the span failed
    customer,     ///< `text` and the customer's number
    subject,      ///< `text` and the subject's number
    address,      ///< an IPv4 address of `text`, which ends before the last two numbers
    identifier,   ///< 32 hexadecimal digits in the form of a UUID
    choice,       ///< one of `text` split at '|'
    range,        ///< an integer below `number`
    range_text,   ///< the same as text
    decimal,      ///< a double below `number`, in steps of 1/64
    flag,         ///< true in `number` of a thousand spans
};

struct span_attribute {
    std::string_view key;
    source from;
    profile least;          ///< the first profile that has it
    std::string_view text = {};
    std::int64_t number = 0;
};

/// The attributes of a span of this role, in their order.
[[nodiscard]] std::span<const span_attribute> attributes_of(role what) noexcept;

}  // namespace colblock::gen
