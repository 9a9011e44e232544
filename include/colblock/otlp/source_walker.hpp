// SPDX-License-Identifier: Apache-2.0
#pragma once

// The levels above records have the same field numbers in all three signals:
//
// request  := source*    1   ResourceSpans, ResourceLogs or ResourceMetrics
// source   := Resource   1,  scoped* 2,  schema_url 3
// scoped   := Scope      1,  record* 2,  schema_url 3
// Resource := KeyValue*  1,  dropped_attributes_count 2,  EntityRef* 3
// Scope    := name 1,  version 2,  KeyValue* 3,  dropped_attributes_count 4
//
// Fields come in any order and a Resource or Scope may be split, so each source and scoped message is
// scanned once for what its records need before the first of them is read. The scan steps over records
// by their lengths: about 2 ns each, and it brings them into the cache.

#include <cstdint>
#include <vector>

#include "colblock/otlp/batch.hpp"
#include "colblock/otlp/value_reader.hpp"
#include "colblock/wire/protobuf_read.hpp"

namespace colblock::otlp {

/// Walks a payload record by record, and tells batches where the records come from. A Resource or Scope
/// is decoded once, when its first record is counted, and copied into each batch that has records of
/// it; without records it is only checked. Its text lives until the next payload is started.
class source_walker {
public:
    /// What a batch knows about the current source. One for each batch; `{}` when the batch is cleared.
    struct mark {
        std::uint64_t resource = 0;
        std::uint64_t scope = 0;
    };

    void start(byte_view payload) noexcept;

    /// Moves to the next record. False at the end of the payload, and when it is malformed (`failed`).
    COLBLOCK_ALWAYS_INLINE bool next(byte_view& record) {
        if (COLBLOCK_LIKELY(x_records.at != x_records.end && wire::pb::detail::byte(x_records.at) == record_key)) {
            x_records.at = wire::pb::read_bytes(x_records.at + 1, x_records.end, record);  // scanned: cannot fail
            return true;
        }
        return find_next(record);
    }

    /// Counts `num` records that were just appended to `batch`. False: their resource or scope is malformed or
    /// over a limit.
    COLBLOCK_ALWAYS_INLINE bool count_records(batch_base& batch, mark& known, std::uint32_t num) {
        if (COLBLOCK_UNLIKELY(known.scope != x_scope.serial) && !append_source(batch, known)) return false;
        batch.num_records += num;
        batch.runs.back().num_rows += num;
        return true;
    }

    [[nodiscard]] bool failed() const noexcept { return x_failed; }
    /// Attributes of sources that were copied into batches since the payload began.
    [[nodiscard]] std::size_t num_copied() const noexcept { return x_num_copied; }

private:
    // Records stand where scoped messages stand one level up.
    static constexpr std::uint32_t record_key = wire::pb::key(2, wire::pb::bytes);

    struct level {
        const char* at = nullptr;
        const char* end = nullptr;
    };
    // The Resource or Scope of a level. A message in more pieces than one has no identity.
    template <class Message>
    struct source {
        std::vector<byte_view> pieces;
        std::uint64_t serial = 0;  // numbers the messages of a payload from 1 on
        bool is_decoded = true;
        Message message;           // as far as known: its attributes are numbered from 0
        growing_array<attribute> attributes;
    };

    bool find_next(byte_view& record);
    bool enter_scope();
    bool enter_resource();
    template <class Message>
    bool scan(byte_view message, source<Message>& found);
    template <class Message>
    bool leave(source<Message>& left);
    template <class Message>
    bool decode(source<Message>& from);
    template <class Message>
    Message copy_attributes(const source<Message>& from, batch_base& batch);
    bool append_source(batch_base& batch, mark& known);
    const char* read(const char* at, const char* end, resource& to);
    const char* read(const char* at, const char* end, scope& to);

    level x_sources;  // the payload
    level x_scopes;   // the current source
    level x_records;  // the current scoped message
    source<resource> x_resource;
    source<scope> x_scope;
    value_reader x_values;
    text_arena x_arena;  // text that had to be made for resources and scopes
    std::size_t x_num_copied = 0;
    bool x_failed = false;
};

}  // namespace colblock::otlp
