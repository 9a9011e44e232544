// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace colblock::gen {

/// How much a record carries; each includes what the ones before it have.
///
/// | per span   | wire bytes | attributes | resource attributes |
/// | ---------- | ---------- | ---------- | ------------------- |
/// | tiny       | 150        | 2          | 1                   |
/// | js         | 303        | 5.5        | 27                  |
/// | rich       | 690        | 11.7       | 27                  |
enum class profile : std::uint8_t { tiny, js, rich };

/// A program of the web shop whose telemetry is made up.
struct service {
    std::string_view name;
    std::string_view host;
    std::string_view language;  ///< telemetry.sdk.language
    std::string_view version;
    std::uint16_t port;
};

/// All services; a service_index points into it.
[[nodiscard]] std::span<const service> services() noexcept;
using service_index = std::uint8_t;

/// What a span stands for. Each has its own attributes.
enum class role : std::uint8_t { server, client, database, cache, producer, consumer, internal };
inline constexpr std::size_t num_roles = 7;

/// One span of a journey, with what is the same in every trace. `{}` in target and statement stands
/// for the id of what the trace is about.
struct step {
    role what;
    service_index where;
    std::uint8_t depth;          ///< the parent is the nearest step before it with a smaller depth
    std::string_view method;     ///< HTTP method, database or messaging operation
    std::string_view target;     ///< route, table, key or topic
    std::string_view peer;       ///< host of the other side; empty for a server
    std::uint16_t peer_port;
    std::string_view statement;  ///< db.query.text
    std::string name;            ///< of the span
};

/// What happens when a customer does one thing: a tree of steps in pre-order, the root first.
struct journey {
    std::vector<step> steps;
    unsigned weight;  ///< how often, against the sum of all weights
};

/// All journeys. A journey whose root is a consumer starts from a message of an earlier trace.
[[nodiscard]] std::vector<journey> journeys();

}  // namespace colblock::gen
