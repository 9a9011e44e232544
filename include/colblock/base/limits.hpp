// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

/// Every bound on input and queues, each with the failure that it prevents.
namespace colblock::limits {

/// Nested AnyValues, and skipped groups. A recursion bomb fits a few kilobytes; real data nests < 10.
inline constexpr unsigned max_value_depth = 64;

/// Nested ClickHouse types in a type text: Array(Array(... is cheap to send and recursion to parse.
inline constexpr unsigned max_type_depth = 32;

/// Bytes of a type text or column name. The server's own limit on names is in the same range.
inline constexpr std::size_t max_type_text_len = std::size_t{1} << 16;

/// A request body, after decompression. The OTLP specification recommends 64 MiB.
inline constexpr std::size_t max_payload_len = std::size_t{64} << 20;

/// Attributes of one record, resource or scope; also events, links, exemplars, buckets, each for itself.
/// An attribute takes two bytes on the wire and 32 in a batch, so a body at its size limit could
/// otherwise demand a gigabyte.
inline constexpr std::size_t max_attributes_per_record = std::size_t{1} << 16;

/// Protobuf bytes after which a batch ends though it has room for more records: the limit above holds
/// for one record, and a batch of 256 such records would demand half a gigabyte again.
inline constexpr std::size_t max_batch_wire_len = std::size_t{1} << 20;

/// Bytes of split AnyValues that are put together for one batch. No encoder splits a message; a
/// hostile one could demand a copy of the payload for each level of nesting.
inline constexpr std::size_t max_merged_len = std::size_t{4} << 20;

/// Columns and rows of a block that is read: guards allocations made on a stranger's word.
inline constexpr std::uint64_t max_block_columns = 10'000;
inline constexpr std::uint64_t max_block_rows = std::uint64_t{1} << 32;

/// Bytes that the sparse columns of one block that is read may expand to: a few bytes can claim to be
/// billions of default values.
inline constexpr std::size_t max_sparse_len = std::size_t{1} << 30;

/// The width of a FixedString; the server's own limit.
inline constexpr std::size_t max_fixed_string_width = 0xff'ffff;

/// Decompressed bytes of one frame that is read. Servers write 1 MiB; 64 MiB leaves room for others.
inline constexpr std::size_t max_frame_len = std::size_t{64} << 20;

/// Bytes of a block that is read from a server: it has no length of its own, so without a bound a
/// connection would collect bytes for as long as they come.
inline constexpr std::size_t max_block_len = std::size_t{1} << 30;

/// Bytes of any other packet of a server: an exception with its stack trace, a table's columns.
inline constexpr std::size_t max_message_len = std::size_t{16} << 20;

/// Partitions of one INSERT: the server refuses more (code 252, max_partitions_per_insert_block).
inline constexpr std::size_t max_partitions_per_insert = 100;

/// The head of an HTTP request: request line and fields. SDKs send 300 bytes, proxies a few thousand;
/// without a bound a sender makes us buffer forever.
inline constexpr std::size_t max_http_head_len = std::size_t{32} << 10;

/// Open connections. Each takes a file descriptor and, when idle, some hundred bytes
/// (over TLS some ten thousand); without a bound a stranger uses up either.
inline constexpr std::size_t max_connections = 10'000;

/// What a sender is waited for, in seconds: a handshake or a request's head, a request's body, the next
/// request. Without the first two a few bytes a minute hold a connection for ever; SDKs export metrics every
/// 60 seconds, so the third is longer.
inline constexpr unsigned header_timeout_s = 10;
inline constexpr unsigned body_timeout_s = 60;
inline constexpr unsigned idle_timeout_s = 300;

/// The size line of a chunk with its extensions, and all trailer fields of a chunked body together.
inline constexpr std::size_t max_chunk_line_len = 256;
inline constexpr std::size_t max_trailer_len = std::size_t{8} << 10;

/// Calls of one HTTP/2 connection at the same time. Each waits for its INSERT, so this times the rows of a
/// request is what a gateway can have in flight; without a bound one connection could hold all memory.
inline constexpr std::size_t max_http2_streams = 1000;

/// HTTP/2 frames that cost the peer nothing and us work (PING, SETTINGS, RST_STREAM, PRIORITY, WINDOW_UPDATE,
/// empty DATA): so many at once, and so many a second. Callers that give up a thousand calls at once stay below;
/// floods and rapid resets do not. Every call that is served makes up for a few.
inline constexpr std::size_t max_http2_control_burst = 2000;
inline constexpr std::size_t max_http2_control_rate = 100;

}  // namespace colblock::limits
