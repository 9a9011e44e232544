// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "colblock/wire/protobuf.hpp"
#include "gen/workload.hpp"

namespace colblock::gen {
namespace {

namespace pb = wire::pb;
std::vector<request> make_all(const workload_options& options) {
    workload shop(options);
    std::vector<request> all;
    for (request r; shop.next(r); r = {}) all.push_back(std::move(r));
    return all;
}

workload_options only(signal kind, std::uint64_t num_records) {
    workload_options options;
    options.num_records = num_records;
    options.signals = {};
    options.signals[static_cast<std::size_t>(kind)] = true;
    options.start_ns = 1'700'000'000'000'000'000;
    return options;
}

// Calls use(message) for the messages at `path` of nested field numbers below `message`.
template <class Use>
void at_path(byte_view message, std::span<const std::uint32_t> path, const Use& use) {
    if (path.empty()) return use(message);
    pb::cursor fields(message);
    while (fields.next()) {
        if (fields.key() == pb::key(path.front(), pb::bytes))
            at_path(fields.bytes(), path.subspan(1), use);
        else
            fields.skip();
    }
    ASSERT_TRUE(fields.ok());
}

std::vector<byte_view> messages_at(byte_view message, const std::vector<std::uint32_t>& path) {
    std::vector<byte_view> found;
    at_path(message, path, [&found](byte_view one) { found.push_back(one); });
    return found;
}

const std::vector<std::uint32_t> records_path{1, 2, 2};  // resources, scopes, records

struct parsed_span {
    std::string trace_id, id, parent, name;
    std::uint64_t kind = 0, start = 0, end = 0;
    std::vector<std::string> linked_spans;
};

parsed_span parse_span(byte_view message) {
    parsed_span span;
    pb::cursor m(message);
    while (m.next()) switch (m.key()) {
        case pb::key(1, pb::bytes): span.trace_id = m.bytes(); break;
        case pb::key(2, pb::bytes): span.id = m.bytes(); break;
        case pb::key(4, pb::bytes): span.parent = m.bytes(); break;
        case pb::key(5, pb::bytes): span.name = m.bytes(); break;
        case pb::key(6, pb::varint): span.kind = m.varint(); break;
        case pb::key(7, pb::fixed64): span.start = m.fixed64(); break;
        case pb::key(8, pb::fixed64): span.end = m.fixed64(); break;
        case pb::key(13, pb::bytes):
            for (const byte_view id : messages_at(m.bytes(), {2})) span.linked_spans.emplace_back(id);
            break;
        default: m.skip();
        }
    EXPECT_TRUE(m.ok());
    return span;
}

std::vector<parsed_span> parse_spans(const std::vector<request>& requests) {
    std::vector<parsed_span> spans;
    for (const request& r : requests)
        for (const byte_view message : messages_at(r.body.view(), records_path)) spans.push_back(parse_span(message));
    return spans;
}

struct size_target {
    profile detail;
    double bytes;
    double attributes;
    std::size_t resource_attributes;
};

class GenSizes : public testing::TestWithParam<size_target> {};

TEST_P(GenSizes, AreWithinTenPercentOfTheProfile) {
    const size_target& target = GetParam();
    workload_options options = only(signal::traces, 50'000);
    options.spans = options.resources = target.detail;
    std::size_t bytes = 0, attributes = 0, events = 0;
    for (const request& r : make_all(options)) {
        bytes += r.body.size();
        attributes += messages_at(r.body.view(), {1, 2, 2, 9}).size();
        events += messages_at(r.body.view(), {1, 2, 2, 11}).size();
        for (const byte_view resource : messages_at(r.body.view(), {1, 1}))
            ASSERT_EQ(messages_at(resource, {1}).size(), target.resource_attributes);
    }
    const auto per_span = [](std::size_t sum) { return static_cast<double>(sum) / 50'000; };
    EXPECT_NEAR(per_span(bytes), target.bytes, target.bytes / 10);
    EXPECT_NEAR(per_span(attributes), target.attributes, target.attributes / 10);
    // Stack traces: one span in twenty, in rich alone.
    EXPECT_NEAR(per_span(events), target.detail == profile::rich ? 0.05 : 0, 0.01);
}

INSTANTIATE_TEST_SUITE_P(Profiles, GenSizes,
                         testing::Values(size_target{profile::tiny, 150, 2, 1}, size_target{profile::js, 303, 5.5, 27},
                                         size_target{profile::rich, 690, 11.7, 27}));

TEST(Gen, LogRecordsAreOf330BytesWithSixAttributesAndBodiesOf90) {
    std::size_t bytes = 0, body_bytes = 0, without_trace = 0;
    for (const request& r : make_all(only(signal::logs, 50'000))) {
        bytes += r.body.size();
        for (const byte_view record : messages_at(r.body.view(), records_path)) {
            ASSERT_EQ(messages_at(record, {6}).size(), 6u);
            body_bytes += messages_at(record, {5, 1}).at(0).size();
            without_trace += messages_at(record, {9}).empty();
        }
    }
    EXPECT_NEAR(static_cast<double>(bytes) / 50'000, 330, 33);
    EXPECT_NEAR(static_cast<double>(body_bytes) / 50'000, 90, 9);
    EXPECT_NEAR(static_cast<double>(without_trace) / 50'000, 0.125, 0.02);
}

TEST(Gen, EqualSeedsGiveEqualBytesAndOthersDiffer) {
    workload_options options;
    options.num_records = 9'000;
    const std::vector<request> first = make_all(options);
    const std::vector<request> second = make_all(options);
    options.seed = 2;
    const std::vector<request> other = make_all(options);
    ASSERT_EQ(first.size(), second.size());
    for (std::size_t i = 0; i != first.size(); ++i) {
        EXPECT_EQ(first[i].body.view(), second[i].body.view());
        EXPECT_EQ(first[i].kind, second[i].kind);
    }
    EXPECT_NE(first.front().body.view(), other.front().body.view());
}

TEST(Gen, SpansStayTheSameWhateverElseIsMade) {
    workload_options options = only(signal::traces, 1'000);
    std::set<std::string> alone;
    for (const parsed_span& s : parse_spans(make_all(options))) alone.insert(s.id);
    options.signals = {true, true, true};
    options.num_records = 3'000;
    std::size_t num_same = 0;
    for (const request& r : make_all(options))
        if (r.kind == signal::traces)
            for (const parsed_span& s : parse_spans({r})) num_same += alone.count(s.id);
    EXPECT_EQ(num_same, 1'000u);
}

TEST(Gen, EveryRequestHoldsTheRecordsItClaimsAndTogetherAsManyAsAsked) {
    for (const std::uint32_t per_request : {1u, 7u, 512u, 100'000u}) {
        workload_options options;
        options.num_records = 10'001;
        options.records_per_request = per_request;
        std::map<signal, std::size_t> records;
        for (const request& r : make_all(options)) {
            std::size_t held = 0;
            if (r.kind == signal::metrics)
                for (const std::uint32_t data : {5u, 7u, 9u, 10u, 11u})
                    held += messages_at(r.body.view(), {1, 2, 2, data, 1}).size();
            else
                held = messages_at(r.body.view(), records_path).size();
            ASSERT_EQ(held, r.num_records);
            ASSERT_LE(held, per_request);
            ASSERT_GT(held, 0u);
            records[r.kind] += held;
        }
        EXPECT_EQ(records[signal::traces], 3'334u);
        EXPECT_EQ(records[signal::metrics], 3'334u);
        EXPECT_EQ(records[signal::logs], 3'333u);
    }
}

TEST(Gen, SpansFormTreesAcrossServicesWhoseTimesNest) {
    std::map<std::string, parsed_span> by_id;
    // The last trace is cut by the number of spans: parents come first, so none misses its own.
    for (const parsed_span& s : parse_spans(make_all(only(signal::traces, 20'000)))) {
        ASSERT_EQ(s.trace_id.size(), 16u);
        ASSERT_EQ(s.id.size(), 8u);
        ASSERT_TRUE(by_id.emplace(s.id, s).second);
    }
    std::size_t num_roots = 0, num_linked = 0;
    std::set<std::uint64_t> kinds;
    for (const auto& [id, span] : by_id) {
        kinds.insert(span.kind);
        EXPECT_LT(span.start, span.end);
        for (const std::string& linked : span.linked_spans) num_linked += by_id.contains(linked);
        if (span.parent.empty()) {
            ++num_roots;
            continue;
        }
        const auto parent = by_id.find(span.parent);
        ASSERT_NE(parent, by_id.end()) << span.name;
        EXPECT_EQ(parent->second.trace_id, span.trace_id);
        EXPECT_LE(parent->second.start, span.start);
        EXPECT_GE(parent->second.end, span.end);
    }
    EXPECT_NEAR(20'000.0 / static_cast<double>(num_roots), 11, 3);
    EXPECT_GT(num_linked, 100u);  // consumers that name a producer's span of this set
    EXPECT_EQ(kinds, (std::set<std::uint64_t>{1, 2, 3, 4, 5}));
}

TEST(Gen, LogRecordsAndExemplarsNameSpansThatAreThere) {
    workload_options options;
    options.num_records = 30'000;
    std::set<std::string> span_ids;
    std::size_t num_named = 0, num_found = 0;
    const std::vector<request> all = make_all(options);
    for (const request& r : all)
        if (r.kind == signal::traces)
            for (const parsed_span& s : parse_spans({r})) span_ids.insert(s.id);
    const auto look_up = [&](byte_view body, const std::vector<std::uint32_t>& path) {
        for (const byte_view id : messages_at(body, path)) {
            ++num_named;
            num_found += span_ids.contains(std::string(id));
        }
    };
    for (const request& r : all) {
        if (r.kind == signal::logs) look_up(r.body.view(), {1, 2, 2, 10});
        if (r.kind == signal::metrics) look_up(r.body.view(), {1, 2, 2, 9, 1, 8, 4});
    }
    EXPECT_GT(num_named, 9'000u);
    EXPECT_EQ(num_found, num_named);
}

TEST(Gen, TimesBeginAtTheStartAndFollowTheClock) {
    workload_options options = only(signal::traces, 10'000);
    options.records_per_second = 1'000;
    std::uint64_t first = ~0ull, last = 0;
    for (const parsed_span& s : parse_spans(make_all(options)))
        if (s.parent.empty()) {
            first = std::min(first, s.start);
            last = std::max(last, s.start);
        }
    EXPECT_EQ(first, options.start_ns);
    EXPECT_NEAR(static_cast<double>(last - first) / 1e9, 10, 0.1);
}

TEST(Gen, QuietServicesDoNotWaitForAFullRequest) {
    workload_options options = only(signal::traces, 40'000);
    options.records_per_second = 200;
    options.records_per_request = 100'000;
    EXPECT_GT(make_all(options).size(), 200u);  // 200 s: some 13 services every 5 s or a little more
}

TEST(Gen, ADecoderThatKnowsOnlyBytesFindsCompleteMessages) {
    workload_options options;
    options.num_records = 3'000;
    for (const request& r : make_all(options)) {
        EXPECT_EQ(messages_at(r.body.view(), {1, 1}).size(), messages_at(r.body.view(), {1, 3}).size());
        for (const byte_view resource : messages_at(r.body.view(), {1, 1}))
            EXPECT_EQ(messages_at(resource, {1, 1}).at(0), "service.name");
    }
}

}  // namespace
}  // namespace colblock::gen
