// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/table_writer.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "colblock/base/buffer.hpp"

namespace colblock::binding {
namespace {

using namespace std::string_literals;
using otlp::span_batch;
using otlp::value_kind;

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t start = 1'700'000'000 * second;
constexpr std::uint64_t received = 1'800'000'000 * second;

// A batch whose texts are owned, padded and as long-lived as the batch.
struct spans {
    std::unique_ptr<span_batch> batch = std::make_unique<span_batch>();

    byte_view keep(byte_view text) { return batch->arena.copy(text); }

    void source(std::uint32_t num_rows, byte_view service, byte_view identity) {
        otlp::resource r;
        r.attributes_begin = static_cast<std::uint32_t>(batch->attributes_of_sources.size());
        if (!service.empty()) {
            otlp::attribute a{keep("service.name"), {}};
            a.value.set_text(value_kind::string, keep(service));
            batch->attributes_of_sources.push_back(a);
            r.service_name = a.value;
        }
        r.attributes_end = static_cast<std::uint32_t>(batch->attributes_of_sources.size());
        r.identity = keep(identity);
        r.schema_url = keep("");
        batch->resources.push_back(r);
        batch->scopes.push_back({.name = keep("scope"), .version = keep("1"), .schema_url = keep(""), .identity = keep("s")});
        batch->runs.push_back({static_cast<std::uint32_t>(batch->resources.size() - 1),
                               static_cast<std::uint32_t>(batch->scopes.size() - 1), num_rows});
    }
    void span(byte_view name, std::uint64_t begin, std::uint64_t end) {
        const std::size_t i = batch->num_records++;
        batch->trace_id[i] = keep("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10");
        batch->span_id[i] = keep("\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8");
        batch->parent_span_id[i] = keep("");
        batch->trace_state[i] = keep("");
        batch->name[i] = keep(name);
        batch->status_message[i] = keep("");
        batch->start_time[i] = begin;
        batch->end_time[i] = end;
        batch->flags[i] = 0;
        batch->kind[i] = 2;
        batch->status_code[i] = 1;
        batch->dropped_attributes_count[i] = batch->dropped_events_count[i] = batch->dropped_links_count[i] = 0;
        batch->attributes_end[i] = static_cast<std::uint32_t>(batch->attributes.size());
        batch->events_end[i] = batch->links_end[i] = 0;
    }
    void attribute(byte_view key, std::int64_t value) {
        otlp::attribute a{keep(key), {}};
        a.value.integer = value;
        a.value.kind = value_kind::integer;
        batch->attributes.push_back(a);
        ++batch->attributes_end[batch->num_records - 1];
    }
};

table_description table(std::vector<column_description> columns) { return {"db", "t", std::move(columns)}; }

table_writer<span_batch> writer(layout which, std::vector<column_description> columns) {
    auto made = table_writer<span_batch>::make(which, table(std::move(columns)));
    if (!made) throw std::runtime_error(made.error().text());
    return std::move(*made);
}

std::string encoded(const table_writer<span_batch>& w) {
    wire::segments out;
    EXPECT_TRUE(w.encode(out, wire::native_file_revision).has_value());
    buffer flat;
    out.flatten(flat);
    return std::string(flat.view());
}

std::string u64(std::uint64_t value) { return {reinterpret_cast<const char*>(&value), 8}; }

// All columns of the Collector's otel_traces.
std::vector<column_description> collector_columns() {
    const std::string map = "Map(LowCardinality(String), String)";
    return {{"Timestamp", "DateTime64(9)", ""},
            {"TraceId", "String", ""},
            {"SpanId", "String", ""},
            {"ParentSpanId", "String", ""},
            {"TraceState", "String", ""},
            {"SpanName", "LowCardinality(String)", ""},
            {"SpanKind", "LowCardinality(String)", ""},
            {"ServiceName", "LowCardinality(String)", ""},
            {"ResourceAttributes", map, ""},
            {"ScopeName", "String", ""},
            {"ScopeVersion", "String", ""},
            {"SpanAttributes", map, ""},
            {"Duration", "UInt64", ""},
            {"StatusCode", "LowCardinality(String)", ""},
            {"StatusMessage", "String", ""},
            {"Events.Timestamp", "Array(DateTime64(9))", ""},
            {"Events.Name", "Array(LowCardinality(String))", ""},
            {"Events.Attributes", "Array(" + map + ")", ""},
            {"Links.TraceId", "Array(String)", ""},
            {"Links.SpanId", "Array(String)", ""},
            {"Links.TraceState", "Array(String)", ""},
            {"Links.Attributes", "Array(" + map + ")", ""}};
}

TEST(TableWriter, WritesTheBytesOfAHandMadeBlock) {
    auto w = writer(layout::collector, {{"SpanName", "LowCardinality(String)", ""},
                                        {"SpanId", "String", ""},
                                        {"SpanKind", "String", ""},
                                        {"Duration", "UInt64", ""}});
    spans s;
    s.source(2, "shop", "r1");
    s.span("get", start, start + 5);
    s.span("put", start, start + 300);
    w.append(*s.batch, received);
    EXPECT_EQ(w.insert_statement(),
              "INSERT INTO `db`.`t` (`SpanName`, `SpanId`, `SpanKind`, `Duration`) FORMAT Native");
    EXPECT_EQ(encoded(w), "\x04\x02"s
                          "\x08SpanName\x16LowCardinality(String)" + u64(1) + u64(0x600) + u64(3) +
                              "\x00\x03get\x03put"s + u64(2) + "\x01\x02"
                          "\x06SpanId\x06String\x10"  "a1a2a3a4a5a6a7a8\x10" "a1a2a3a4a5a6a7a8"
                          "\x08SpanKind\x06String\x06Server\x06Server"
                          "\x08" "Duration\x06UInt64" + u64(5) + u64(300));
}

TEST(TableWriter, LeavesOutMissingColumnsAndLeavesUnknownOnesToTheirDefault) {
    const auto w = writer(layout::collector, {{"SpanName", "String", ""},
                                              {"mine", "UInt8", "DEFAULT"},
                                              {"SpanKind", "String", "MATERIALIZED"},
                                              {"TraceId", "String", "DEFAULT"}});
    EXPECT_EQ(w.insert_statement(), "INSERT INTO `db`.`t` (`SpanName`, `TraceId`) FORMAT Native");
}

TEST(TableWriter, NamesAColumnWhoseTypeCannotHoldItsField) {
    const auto made = table_writer<span_batch>::make(layout::collector, table({{"Duration", "Array(String)", ""}}));
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().column, "Duration");
    EXPECT_NE(made.error().text().find("column Duration of table `db`.`t` has type Array(String)"), std::string::npos);
}

TEST(TableWriter, RefusesATableWithoutAnyKnownColumn) {
    const auto made = table_writer<span_batch>::make(layout::collector, table({{"a", "String", ""}}));
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().code, errc::missing_column);
}

TEST(TableWriter, ReplacesUnknownTimesOnlyInColblock) {
    spans s;
    s.source(1, "", "r1");
    s.span("a", 0, 0);
    auto ours = writer(layout::colblock, {{"timestamp", "DateTime64(9, 'UTC')", ""}});
    ours.append(*s.batch, received);
    EXPECT_TRUE(encoded(ours).ends_with(u64(received)));
    EXPECT_EQ(ours.num_times_replaced(), 1u);
    auto theirs = writer(layout::collector, {{"Timestamp", "DateTime64(9)", ""}});
    theirs.append(*s.batch, received);
    EXPECT_TRUE(encoded(theirs).ends_with(u64(0)));
    EXPECT_EQ(theirs.num_times_replaced(), 0u);
}

TEST(TableWriter, ANegativeDurationIsZeroInColblockAndWrapsInCollector) {
    spans s;
    s.source(1, "x", "r1");
    s.span("a", start, start - 1);
    auto ours = writer(layout::colblock, {{"duration_ns", "UInt64", ""}});
    ours.append(*s.batch, received);
    EXPECT_TRUE(encoded(ours).ends_with(u64(0)));
    auto theirs = writer(layout::collector, {{"Duration", "UInt64", ""}});
    theirs.append(*s.batch, received);
    EXPECT_TRUE(encoded(theirs).ends_with(u64(~0ull)));
}

TEST(TableWriter, AMissingServiceNameIsUnknownInColblockAndEmptyInCollector) {
    spans s;
    s.source(1, "", "r1");
    s.span("a", start, start);
    auto ours = writer(layout::colblock, {{"service_name", "String", ""}});
    ours.append(*s.batch, received);
    EXPECT_TRUE(encoded(ours).ends_with("\x07unknown"));
    auto theirs = writer(layout::collector, {{"ServiceName", "String", ""}});
    theirs.append(*s.batch, received);
    EXPECT_TRUE(encoded(theirs).ends_with("String\0"s));
}

// Several sources, several batches, long runs and short ones, with equal and different resources.
void append_mixture(table_writer<span_batch>& w, int seed) {
    for (int b = 0; b != 3; ++b) {
        spans s;
        const std::uint32_t lengths[] = {100, 1, 40};
        for (int r = 0; r != 3; ++r) {
            const std::string service = "service " + std::to_string((seed + b + r) / 2);
            s.source(lengths[r], service, service);
            for (std::uint32_t i = 0; i != lengths[r]; ++i) {
                s.span("name " + std::to_string(i % 7), start + i, start + 2 * i);
                s.attribute("key " + std::to_string(i % 5), static_cast<std::int64_t>(i) * seed - 50);
            }
        }
        w.append(*s.batch, received);
    }
}

TEST(TableWriter, EncodesTheSameBytesTwiceAndAfterClear) {
    auto w = writer(layout::collector, collector_columns());
    append_mixture(w, 1);
    const std::string once = encoded(w);
    EXPECT_EQ(encoded(w), once);
    w.clear();
    EXPECT_EQ(w.num_rows(), 0u);
    append_mixture(w, 1);
    EXPECT_EQ(encoded(w), once);
}

table_writer<span_batch> in_key_order() {
    table_description described = table(collector_columns());
    described.sorting_key = "ServiceName, SpanName, toDateTime(Timestamp)";
    return std::move(*table_writer<span_batch>::make(layout::collector, described));
}

// Spans of two services, one batch each.
void append_spans(table_writer<span_batch>& to, byte_view service, std::initializer_list<std::uint64_t> times) {
    spans one;
    one.source(static_cast<std::uint32_t>(times.size()), service, "of " + std::string(service));
    for (const std::uint64_t time : times) {
        one.span(time % 2 == 0 ? "even" : "odd", start + time * second, start + time * second + 1);
        one.attribute("time", static_cast<std::int64_t>(time));
    }
    to.append(*one.batch, received);
}

TEST(TableWriter, WritesRowsInTheOrderOfTheKey) {
    auto w = in_key_order();
    append_spans(w, "shop", {3, 2, 0});
    append_spans(w, "cart", {1, 4});
    append_spans(w, "shop", {1});
    ASSERT_TRUE(w.knows_order());
    const auto order = w.order();
    EXPECT_EQ(std::vector(order.begin(), order.end()), (std::vector<std::uint32_t>{4, 3, 2, 1, 5, 0}));
    auto sorted = writer(layout::collector, collector_columns());
    append_spans(sorted, "cart", {4, 1});
    append_spans(sorted, "shop", {0, 2, 1, 3});
    wire::segments out;
    ASSERT_TRUE(w.encode_rows(order, out, wire::native_file_revision).has_value());
    buffer flat;
    out.flatten(flat);
    EXPECT_EQ(flat.view(), encoded(sorted));
}

TEST(TableWriter, ReleasedMemoryIsMadeAnew) {
    auto w = in_key_order();
    append_spans(w, "shop", {1, 2, 3});
    const std::string before = encoded(w);
    w.release();
    EXPECT_EQ(w.num_rows(), 0u);
    append_spans(w, "shop", {1, 2, 3});
    EXPECT_EQ(encoded(w), before);
    wire::segments out;
    EXPECT_TRUE(w.encode_rows(w.order(), out, wire::native_file_revision).has_value());
}

TEST(TableWriter, KnowsNoOrderWithoutAKeyThatItUnderstands) {
    EXPECT_FALSE(writer(layout::collector, collector_columns()).knows_order());
}

TEST(TableWriter, RollbackLeavesNoTrace) {
    auto w = writer(layout::collector, collector_columns());
    for (int before = 0; before != 3; ++before) {
        w.mark();
        const std::string clean = encoded(w);
        const std::size_t rows = w.num_rows();
        append_mixture(w, 100 + before);
        ASSERT_NE(encoded(w), clean);
        w.rollback();
        EXPECT_EQ(encoded(w), clean);
        EXPECT_EQ(w.num_rows(), rows);
        append_mixture(w, before);
    }
    auto straight = writer(layout::collector, collector_columns());
    for (int seed = 0; seed != 3; ++seed) append_mixture(straight, seed);
    EXPECT_EQ(encoded(w), encoded(straight));
}

TEST(TableWriter, RollbackRestoresTheIndexWidthOfADictionaryThatOutgrewIt) {
    auto w = writer(layout::collector, {{"SpanName", "LowCardinality(String)", ""}});
    append_mixture(w, 1);
    w.mark();
    const std::string clean = encoded(w);
    for (int b = 0; b != 4; ++b) {
        spans s;
        s.source(200, "x", "r");
        for (int i = 0; i != 200; ++i) s.span("distinct " + std::to_string(b * 200 + i), start, start);
        w.append(*s.batch, received);
    }
    w.rollback();
    EXPECT_EQ(encoded(w), clean);
}

TEST(TableWriter, CountsTheDaysThatRowsFallInto) {
    auto w = writer(layout::collector, collector_columns());
    spans s;
    s.source(5, "x", "r");
    for (const std::uint64_t day : {19'000, 19'001, 19'000, 0, 19'001}) s.span("a", day * 86'400 * second, 0);
    w.append(*s.batch, received);
    const auto days = w.partitions().days();
    EXPECT_EQ(std::vector<std::uint32_t>(days.begin(), days.end()), (std::vector<std::uint32_t>{0, 19'000, 19'001}));
}

TEST(TableWriter, KeepsTheRowsOfSomeDays) {
    constexpr std::uint64_t day = 86'400 * second;
    auto ours = writer(layout::colblock, {{"timestamp", "DateTime64(9, 'UTC')", ""}});
    const std::uint64_t times[] = {3 * day, 5 * day - 1, 5 * day, 0, ~std::uint64_t{0}};
    const struct {
        day_range days;
        std::string rows;
    } cases[] = {{{3, 4}, u64(3 * day) + u64(5 * day - 1)},
                 {{5, 5}, u64(5 * day)},
                 {{1'800'000'000 / 86'400, 100'000}, u64(received)},  // the time of 0 became the receive time
                 {{100'001, UINT32_MAX}, u64(INT64_MAX)},
                 {{0, 2}, ""}};
    for (const auto& [days, rows] : cases) {
        spans s;
        s.source(5, "x", "r");
        for (const std::uint64_t time : times) s.span("a", time, time);
        ours.mark();
        ours.keep_days(*s.batch, received, days);
        ours.append(*s.batch, received);
        EXPECT_EQ(ours.num_rows(), rows.size() / 8);
        EXPECT_TRUE(encoded(ours).ends_with(rows));
        ours.rollback();
        EXPECT_EQ(ours.num_times_replaced(), 0u) << "what was taken back does not count";
    }
}

TEST(PartitionSet, FallsApartIntoStretchesOfDays) {
    partition_set days;
    EXPECT_TRUE(days.ranges(3).empty());
    for (const std::uint64_t day : {9, 1, 3, 8, 2, 7, 20}) days.add(std::vector{day * nanoseconds_per_day});
    EXPECT_EQ(days.ranges(3), (std::vector<day_range>{{1, 3}, {7, 9}, {20, 20}}));
    EXPECT_EQ(days.ranges(7), (std::vector<day_range>{{1, 20}}));
}

TEST(TableWriter, AResourceThatGoesOnIsStoredOnce) {
    auto w = writer(layout::collector, {{"ResourceAttributes", "Map(LowCardinality(String), String)", ""}});
    const std::string long_name(400, 'n');
    for (int b = 0; b != 10; ++b) {
        spans s;
        s.source(200, long_name, "the same");
        for (int i = 0; i != 200; ++i) s.span("a", start, start);
        w.append(*s.batch, received);
    }
    wire::segments out;
    ASSERT_TRUE(w.encode(out, wire::native_file_revision).has_value());
    std::size_t borrowed = 0;
    for (std::size_t i = 0; i != out.num_pieces(); ++i) borrowed += out[i].bytes.size();
    EXPECT_GT(out.total_len(), 2000u * 400);
    EXPECT_LT(borrowed, 2000u * 8 + 4000);  // offsets, and the value a few times at most
}

// The schema URL stands beside the Resource or Scope, so equal messages may have different ones.
TEST(TableWriter, AnotherSchemaUrlOfAnEqualResourceOrScopeIsStored) {
    auto w = writer(layout::colblock, {{"resource_schema_url", "String", ""}, {"scope_schema_url", "String", ""}});
    for (const char* url : {"a", "b"}) {
        spans s;
        for (const char* end : {"1", "2"}) {  // within a batch and from batch to batch
            s.source(1, "shop", "the same");
            s.batch->resources.back().schema_url = s.keep(std::string("r") + url + end);
            s.batch->scopes.back().schema_url = s.keep(std::string("s") + url + end);
            s.span("a", start, start);
        }
        w.append(*s.batch, received);
    }
    const std::string bytes = encoded(w);
    EXPECT_NE(bytes.find("\3ra1\3ra2\3rb1\3rb2"), std::string::npos);
    EXPECT_TRUE(bytes.ends_with("\3sa1\3sa2\3sb1\3sb2"));
}

}  // namespace
}  // namespace colblock::binding
