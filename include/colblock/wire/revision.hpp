// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace colblock::wire {

/// A revision of the native protocol. What both sides of a connection speak is the smaller of what
/// each announced; files in FORMAT Native are revision 0.
using revision = std::uint64_t;

/// The newest revision that is implemented completely, and the oldest that is tested (server 18.16.1).
inline constexpr revision newest_revision = 54488;
inline constexpr revision oldest_revision = 54412;
inline constexpr revision native_file_revision = 0;

/// What changes bytes, each named once with the revision that brought it. Ask `has`.
enum class feature : revision {
    block_info = 1,
    client_info = 54032,
    server_timezone = 54058,
    quota_key_in_client_info = 54060,
    timezone_in_datetime_type = 54337,
    server_display_name = 54372,
    version_patch = 54401,
    low_cardinality = 54405,
    server_logs = 54406,
    column_defaults_metadata = 54410,
    client_write_info = 54420,
    settings_as_strings = 54429,
    interserver_secret = 54441,
    opentelemetry = 54442,
    distributed_depth = 54448,
    initial_query_start_time = 54449,
    profile_events = 54451,
    parallel_replicas = 54453,
    custom_serialization = 54454,
    addendum = 54458,
    parameters = 54459,
    query_time_in_progress = 54460,
    password_rules = 54461,
    interserver_secret_v2 = 54462,
    total_bytes_in_progress = 54463,
    sparse_serialization = 54465,
    rows_before_aggregation = 54469,
    chunked_packets = 54470,
    versioned_parallel_replicas = 54471,
    external_roles = 54472,
    server_settings = 54474,
    query_and_line_numbers = 54475,
    jwt_in_client_info = 54476,
    query_plan_serialization = 54477,
    versioned_cluster_function = 54479,
    out_of_order_buckets = 54480,
    compressed_logs_and_columns = 54481,
    nullable_sparse_serialization = 54483,
    client_agent = 54485,
    internal_query_flag = 54486,
    current_roles = 54488,
};

[[nodiscard]] constexpr bool has(revision r, feature f) noexcept { return r >= static_cast<revision>(f); }

}  // namespace colblock::wire
