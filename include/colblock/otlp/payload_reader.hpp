// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>

#include "colblock/base/result.hpp"
#include "colblock/otlp/decoder.hpp"
#include "colblock/otlp/ready_records.hpp"
#include "colblock/otlp/source_walker.hpp"
#include "colblock/otlp/value_reader.hpp"

namespace colblock::otlp {

/// What the three protobuf decoders share: one payload, and how far it has been read.
class payload_reader {
public:
    /// What became of a record.
    enum class outcome : std::uint8_t { appended, bad_ids, too_many_attributes, malformed };

    /// Borrows `payload` until the last batch has been used. Any earlier payload is forgotten.
    void start(padded_view payload) noexcept;
    /// Whether everything read so far was well-formed and within limits; if not, what was wrong and
    /// where. A payload over a limit that has no entry of its own is too_large at its first byte.
    [[nodiscard]] result<void> status() const noexcept { return x_status; }
    /// Records of this payload that were left out.
    [[nodiscard]] const rejections& rejected() const noexcept { return x_rejected; }

protected:
    /// Clears `batch`. Text that has to be made goes to `arena`, which is part of it.
    template <class Batch>
    void begin_batch(Batch& batch, text_arena& arena) {
        batch.clear();
        x_values.start(arena, x_payload.data());
    }
    /// Counts a record that was left out. False if that is so because it is malformed.
    bool count_rejected(outcome what) noexcept;
    /// Whether all is well. If not, finds out what is wrong.
    bool end_batch(signal kind);

    source_walker x_walker;
    value_reader x_values;

private:
    byte_view x_payload;
    rejections x_rejected;
    result<void> x_status;
    bool x_malformed = false;
};

/// Appends the fields of records that are ready to a batch that has room for them. They are not counted yet, and their
/// attributes not copied: those end `offset` farther in the batch than in the list.
void append_ready(span_batch& to, std::span<const ready_span> records, std::uint32_t offset);
void append_ready(log_batch& to, std::span<const ready_log> records, std::uint32_t offset);

/// The same for signals of which the JSON reader takes records whole.
template <class Record>
class record_reader : public payload_reader {
public:
    using ready = ready_list<Record>;

    void start(padded_view payload) noexcept {
        payload_reader::start(payload);
        x_ready = nullptr;
        x_run = {};
    }
    /// Borrows a message of the JSON reader, and the records that are only marked there.
    void start(padded_view message, const ready& records) noexcept {
        start(message);
        x_ready = &records;
    }

protected:
    /// Fills `batch` by a Reader for each record, made of the batch and a value_reader.
    template <class Reader, class Batch>
    bool fill_by(Batch& batch, signal kind) {
        do {
            begin_batch(batch, batch.arena);
        } while (append_records<Reader>(batch) && batch.num_records == 0);  // all were left out: no batch yet
        return end_batch(kind) && batch.num_records != 0;
    }

private:
    /// Appends until the batch is full or has used up its share of the payload. False if nothing follows.
    template <class Reader, class Batch>
    bool append_records(Batch& batch) {
        std::size_t wire_len = 0;
        const std::size_t enough_copied = x_walker.num_copied() + limits::max_batch_wire_len;
        source_walker::mark known;
        while (!batch.full() && wire_len < limits::max_batch_wire_len && x_walker.num_copied() < enough_copied) {
            byte_view record;
            if (x_run.num == 0) {
                if (!x_walker.next(record)) return false;
                if (x_ready != nullptr && is_ready_mark(record)) x_run = run_of_mark(record);
            }
            if (x_run.num != 0) {
                if (!append_run(batch, known)) return false;
                continue;
            }
            wire_len += record.size();
            const outcome what = Reader(batch, x_values).append(record);
            if (COLBLOCK_UNLIKELY(what != outcome::appended)) {
                if (!count_rejected(what)) return false;
                continue;
            }
            if (COLBLOCK_UNLIKELY(!x_walker.count_records(batch, known, 1))) return false;
        }
        return true;
    }

    /// As many of the run as there is room for.
    template <class Batch>
    bool append_run(Batch& batch, source_walker::mark& known) {
        const ready_run now{x_run.first, std::min<std::uint32_t>(x_run.num, batch_capacity - batch.num_records)};
        const std::span records(x_ready->records.begin() + now.first, now.num);
        const std::uint32_t begin = x_ready->attributes_begin(now.first);
        append_ready(batch, records, static_cast<std::uint32_t>(batch.attributes.size()) - begin);
        const attribute* const all = x_ready->attributes.begin();
        batch.attributes.append({all + begin, all + records.back().attributes_end});
        batch.shares_keys = true;
        x_run = {now.first + now.num, x_run.num - now.num};
        return x_walker.count_records(batch, known, now.num);
    }

    const ready* x_ready = nullptr;  // null: the payload is a stranger's and has no marks
    ready_run x_run;                 // of the last mark, what is in no batch yet
};

}  // namespace colblock::otlp
