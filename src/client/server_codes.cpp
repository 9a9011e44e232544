// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <iterator>

#include "colblock/client/failure.hpp"

// What to do about each of ClickHouse's error codes that an INSERT can meet. Sorted by code. The names
// are checked against a server (integration test ClientServerCodes).
//
// Where a code can mean something passing, it is retried: giving up a retry too early loses rows,
// trying once too often costs one INSERT. Rows go to the dead letters only where the server looked at
// these very bytes and refused them.

namespace colblock::client {

namespace {

using enum retry_advice;

constexpr server_code codes[] = {
    {1, "UNSUPPORTED_METHOD", dead_letter},
    {6, "CANNOT_PARSE_TEXT", dead_letter},
    {7, "INCORRECT_NUMBER_OF_COLUMNS", reconnect_and_replan},
    {8, "THERE_IS_NO_COLUMN", reconnect_and_replan},
    {9, "SIZES_OF_COLUMNS_DOESNT_MATCH", dead_letter},
    {10, "NOT_FOUND_COLUMN_IN_BLOCK", reconnect_and_replan},
    {15, "DUPLICATE_COLUMN", reconnect_and_replan},
    {16, "NO_SUCH_COLUMN_IN_TABLE", reconnect_and_replan},
    {19, "SIZE_OF_FIXED_STRING_DOESNT_MATCH", reconnect_and_replan},
    {20, "NUMBER_OF_COLUMNS_DOESNT_MATCH", reconnect_and_replan},
    {26, "CANNOT_PARSE_QUOTED_STRING", dead_letter},
    {27, "CANNOT_PARSE_INPUT_ASSERTION_FAILED", dead_letter},
    {32, "ATTEMPT_TO_READ_AFTER_EOF", retry},
    {33, "CANNOT_READ_ALL_DATA", retry},
    {34, "TOO_MANY_ARGUMENTS_FOR_FUNCTION", dead_letter},
    {36, "BAD_ARGUMENTS", dead_letter},
    {38, "CANNOT_PARSE_DATE", dead_letter},
    {39, "TOO_LARGE_SIZE_COMPRESSED", split},
    {40, "CHECKSUM_DOESNT_MATCH", retry},
    {41, "CANNOT_PARSE_DATETIME", dead_letter},
    {43, "ILLEGAL_TYPE_OF_ARGUMENT", reconnect_and_replan},
    {44, "ILLEGAL_COLUMN", reconnect_and_replan},
    {47, "UNKNOWN_IDENTIFIER", reconnect_and_replan},
    {48, "NOT_IMPLEMENTED", dead_letter},
    {49, "LOGICAL_ERROR", dead_letter},
    {50, "UNKNOWN_TYPE", reconnect_and_replan},
    {53, "TYPE_MISMATCH", reconnect_and_replan},
    {60, "UNKNOWN_TABLE", reconnect_and_replan},
    {62, "SYNTAX_ERROR", dead_letter},
    {70, "CANNOT_CONVERT_TYPE", reconnect_and_replan},
    {72, "CANNOT_PARSE_NUMBER", dead_letter},
    {74, "CANNOT_READ_FROM_FILE_DESCRIPTOR", retry},
    {75, "CANNOT_WRITE_TO_FILE_DESCRIPTOR", retry},
    {76, "CANNOT_OPEN_FILE", retry},
    {81, "UNKNOWN_DATABASE", reconnect_and_replan},
    {101, "UNEXPECTED_PACKET_FROM_CLIENT", retry},
    {107, "FILE_DOESNT_EXIST", retry},
    {115, "UNKNOWN_SETTING", retry},
    {117, "INCORRECT_DATA", dead_letter},
    {122, "INCOMPATIBLE_COLUMNS", reconnect_and_replan},
    {128, "TOO_LARGE_ARRAY_SIZE", dead_letter},
    {131, "TOO_LARGE_STRING_SIZE", dead_letter},
    {158, "TOO_MANY_ROWS", split},
    {159, "TIMEOUT_EXCEEDED", retry},
    {160, "TOO_SLOW", retry},
    {164, "READONLY", retry},
    {173, "CANNOT_ALLOCATE_MEMORY", retry},
    {190, "SIZES_OF_ARRAYS_DONT_MATCH", dead_letter},
    {192, "UNKNOWN_USER", retry},
    {193, "WRONG_PASSWORD", retry},
    {194, "REQUIRED_PASSWORD", retry},
    {195, "IP_ADDRESS_NOT_ALLOWED", retry},
    {198, "DNS_ERROR", retry},
    {201, "QUOTA_EXCEEDED", retry},
    {202, "TOO_MANY_SIMULTANEOUS_QUERIES", retry},
    {203, "NO_FREE_CONNECTION", retry},
    {209, "SOCKET_TIMEOUT", retry},
    {210, "NETWORK_ERROR", retry},
    {216, "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING", retry},
    {218, "TABLE_IS_DROPPED", reconnect_and_replan},
    {225, "NO_ZOOKEEPER", retry},
    {236, "ABORTED", retry},
    {241, "MEMORY_LIMIT_EXCEEDED", split},
    {242, "TABLE_IS_READ_ONLY", retry},
    {243, "NOT_ENOUGH_SPACE", retry},
    {246, "CORRUPTED_DATA", dead_letter},
    {252, "TOO_MANY_PARTS", retry},
    {261, "UNKNOWN_BLOCK_INFO_FIELD", dead_letter},
    {271, "CANNOT_DECOMPRESS", retry},
    {279, "ALL_CONNECTION_TRIES_FAILED", retry},
    {285, "TOO_FEW_LIVE_REPLICAS", retry},
    {286, "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE", retry},
    {289, "REPLICA_IS_NOT_IN_QUORUM", retry},
    {290, "LIMIT_EXCEEDED", retry},
    {307, "TOO_MANY_BYTES", split},
    {319, "UNKNOWN_STATUS_OF_INSERT", retry},
    {321, "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE", dead_letter},
    {341, "UNFINISHED", retry},
    {349, "CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN", reconnect_and_replan},
    {368, "BAD_CAST", reconnect_and_replan},  // of old servers
    {394, "QUERY_WAS_CANCELLED", retry},
    {425, "SYSTEM_ERROR", retry},
    {439, "CANNOT_SCHEDULE_TASK", retry},
    {452, "SETTING_CONSTRAINT_VIOLATION", retry},
    {469, "VIOLATED_CONSTRAINT", dead_letter},
    {473, "DEADLOCK_AVOIDED", retry},
    {497, "ACCESS_DENIED", retry},
    {499, "S3_ERROR", retry},
    {516, "AUTHENTICATION_FAILED", retry},
    {574, "DISTRIBUTED_TOO_MANY_PENDING_BYTES", retry},
    {692, "TOO_MANY_MUTATIONS", retry},
    {733, "TABLE_IS_BEING_RESTARTED", retry},
    {735, "QUERY_WAS_CANCELLED_BY_CLIENT", retry},
    {745, "SERVER_OVERLOADED", retry},
    {749, "TCP_CONNECTION_LIMIT_REACHED", retry},
    {999, "KEEPER_EXCEPTION", retry},
    {1000, "POCO_EXCEPTION", retry},
    {1001, "STD_EXCEPTION", retry},
    {1002, "UNKNOWN_EXCEPTION", retry},
};

static_assert(std::ranges::is_sorted(codes, {}, &server_code::code));

}  // namespace

server_code describe_code(int code) noexcept {
    const auto* const found = std::ranges::lower_bound(codes, code, {}, &server_code::code);
    if (found == std::end(codes) || found->code != code) return {code, {}, retry};
    return *found;
}

retry_advice advice_for(const failure& f) noexcept {
    switch (f.what) {
    case failure::kind::misuse:
        return dead_letter;
    case failure::kind::disconnected:
    case failure::kind::deadline:
    case failure::kind::protocol:
        return retry;
    case failure::kind::server:
        break;
    }
    // One code for two things: a table whose merges do not keep up, and one INSERT over too many
    // partitions ("Too many partitions for single INSERT block (more than 100)").
    if (f.code == 252 && f.message.find("partitions for single INSERT") != std::string::npos) return split;
    return describe_code(f.code).advice;
}

}  // namespace colblock::client
