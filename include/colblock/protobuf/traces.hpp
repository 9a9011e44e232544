// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "colblock/protobuf/record_decoder.hpp"

namespace colblock::protobuf {

struct trace_levels {
    static const auto& sources(const auto& request) { return request.resource_spans(); }
    static const auto& scopes(const auto& source) { return source.scope_spans(); }
    static const auto& records(const auto& scoped) { return scoped.spans(); }
};

/// Decodes ExportTraceServiceRequest or TracesData, as protoc generated them. See message_decoder.
template <class Message>
class trace_message_decoder : public record_decoder<Message, trace_levels> {
public:
    using message_type = Message;
    using batch_type = otlp::span_batch;

    /// Fills `batch` with the next spans. False if there are none, or on an error.
    bool fill(otlp::span_batch& batch) {
        this->begin_batch(batch, batch.arena);
        typename base::walker::mark known;
        while (!batch.full() && !this->is_enough()) {
            const auto* const span = this->x_walker.next();
            if (span == nullptr) break;
            if (!append(*span, batch)) continue;
            if (!this->check_values() || !this->x_walker.count_record(batch, known)) break;
        }
        return this->status() && batch.num_records != 0;
    }

private:
    using base = record_decoder<Message, trace_levels>;

    // False: the span is rejected.
    template <class Span>
    bool append(const Span& span, otlp::span_batch& b) {
        if (!otlp::is_trace_id(span.trace_id()) || !otlp::is_span_id(span.span_id())) {
            ++this->x_rejected.bad_span_ids;
            return false;
        }
        const auto attributes = [](const auto& element) -> const auto& { return element.attributes(); };
        if (this->is_over_limit({base::size(span.attributes()), base::size(span.events()), base::size(span.links()),
                                 base::num_inside(span.events(), attributes), base::num_inside(span.links(), attributes)}))
            return false;
        value_copier& copy = this->x_values;
        const std::size_t i = b.num_records;
        b.trace_id[i] = copy.text(span.trace_id());
        b.span_id[i] = copy.text(span.span_id());
        b.parent_span_id[i] = copy.id(span.parent_span_id(), otlp::is_span_id);
        b.trace_state[i] = copy.text(span.trace_state());
        b.name[i] = copy.text(span.name());
        b.status_message[i] = copy.text(span.status().message());
        b.start_time[i] = span.start_time_unix_nano();
        b.end_time[i] = span.end_time_unix_nano();
        b.flags[i] = flags(span);
        b.kind[i] = static_cast<std::int32_t>(span.kind());
        b.status_code[i] = static_cast<std::int32_t>(span.status().code());
        b.dropped_attributes_count[i] = span.dropped_attributes_count();
        b.dropped_events_count[i] = span.dropped_events_count();
        b.dropped_links_count[i] = span.dropped_links_count();
        copy.attributes(span.attributes(), b.attributes);
        b.attributes_end[i] = static_cast<std::uint32_t>(b.attributes.size());
        append_events(span.events(), b);
        append_links(span.links(), b);
        b.events_end[i] = static_cast<std::uint32_t>(b.events.size());
        b.links_end[i] = static_cast<std::uint32_t>(b.links.size());
        return true;
    }

    template <class Events>
    void append_events(const Events& events, otlp::span_batch& b) {
        for (const auto& event : events) {
            this->x_values.attributes(event.attributes(), b.event_attributes);
            b.events.push_back({event.time_unix_nano(), this->x_values.text(event.name()),
                                static_cast<std::uint32_t>(b.event_attributes.size()), event.dropped_attributes_count()});
        }
    }
    template <class Links>
    void append_links(const Links& links, otlp::span_batch& b) {
        for (const auto& link : links) {
            this->x_values.attributes(link.attributes(), b.link_attributes);
            b.links.push_back({this->x_values.id(link.trace_id(), otlp::is_trace_id),
                               this->x_values.id(link.span_id(), otlp::is_span_id), this->x_values.text(link.trace_state()),
                               static_cast<std::uint32_t>(b.link_attributes.size()), link.dropped_attributes_count(),
                               flags(link)});
        }
    }
    // Not in OTLP before 1.1.
    template <class Record>
    static std::uint32_t flags(const Record& from) noexcept {
        if constexpr (requires { from.flags(); }) return from.flags();
        else return 0;
    }
};

}  // namespace colblock::protobuf
