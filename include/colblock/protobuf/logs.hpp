// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colblock/protobuf/record_decoder.hpp"

namespace colblock::protobuf {

struct log_levels {
    static const auto& sources(const auto& request) { return request.resource_logs(); }
    static const auto& scopes(const auto& source) { return source.scope_logs(); }
    static const auto& records(const auto& scoped) { return scoped.log_records(); }
};

/// Decodes ExportLogsServiceRequest or LogsData, as protoc generated them. See message_decoder.
template <class Message>
class log_message_decoder : public record_decoder<Message, log_levels> {
public:
    using message_type = Message;
    using batch_type = otlp::log_batch;

    /// Fills `batch` with the next log records. False if there are none, or on an error.
    bool fill(otlp::log_batch& batch) {
        this->begin_batch(batch, batch.arena);
        typename base::walker::mark known;
        while (!batch.full() && !this->is_enough()) {
            const auto* const log = this->x_walker.next();
            if (log == nullptr) break;
            if (!append(*log, batch)) continue;
            if (!this->check_values() || !this->x_walker.count_record(batch, known)) break;
        }
        return this->status() && batch.num_records != 0;
    }

private:
    using base = record_decoder<Message, log_levels>;

    // False: the record is rejected.
    template <class Log>
    bool append(const Log& log, otlp::log_batch& b) {
        if (this->is_over_limit({base::size(log.attributes())})) return false;
        value_copier& copy = this->x_values;
        const std::size_t i = b.num_records;
        b.time[i] = log.time_unix_nano();
        b.observed_time[i] = log.observed_time_unix_nano();
        b.severity_number[i] = static_cast<std::int32_t>(log.severity_number());
        b.severity_text[i] = copy.text(log.severity_text());
        b.flags[i] = log.flags();
        b.dropped_attributes_count[i] = log.dropped_attributes_count();
        b.trace_id[i] = copy.id(log.trace_id(), otlp::is_trace_id);
        b.span_id[i] = copy.id(log.span_id(), otlp::is_span_id);
        // Not in OTLP before 1.5.
        if constexpr (requires { log.event_name(); }) b.event_name[i] = copy.text(log.event_name());
        else b.event_name[i] = value_copier::nothing();
        copy.value(log.body(), b.body[i]);
        copy.attributes(log.attributes(), b.attributes);
        b.attributes_end[i] = static_cast<std::uint32_t>(b.attributes.size());
        return true;
    }
};

}  // namespace colblock::protobuf
