// SPDX-License-Identifier: Apache-2.0

// What dump annotates: every byte once, whatever the input is.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "colblock/block/native.hpp"
#include "colblock/codec/frame.hpp"
#include "dump/block_dump.hpp"
#include "dump/frame_dump.hpp"
#include "dump/otlp_dump.hpp"
#include "support/data_path.hpp"
#include "support/hex.hpp"

namespace colblock::dump {
namespace {

using std::string;

struct listing {
    result<void> status;
    string text;
};

// Calls dump(note), checks that the annotations cover the input without gap or overlap, and prints them.
template <class Dump>
listing list(byte_view input, Dump&& dump) {
    std::ostringstream out;
    std::uint64_t next = 0;
    const annotate note = [&](const annotation& one) {
        EXPECT_EQ(one.offset, next);
        EXPECT_GT(one.len, 0u);
        EXPECT_LE(one.len, input.size() - one.offset);
        next = one.offset + one.len;
        print(out, input, one);
    };
    listing made{dump(note), ""};
    EXPECT_EQ(next, input.size());
    made.text = out.str();
    return made;
}
listing list_request(byte_view input, signal kind) {
    return list(input, [&](const annotate& note) { return otlp_request(input, kind, note); });
}
listing list_blocks(byte_view input, wire::revision revision) {
    return list(input, [&](const annotate& note) { return native_blocks(input, revision, note); });
}

string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

string from_hex(std::string_view digits) {
    string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += digits[i] == ' ' ? 1 : 2)
        if (digits[i] != ' ') bytes += static_cast<char>(std::stoi(string(digits.substr(i, 2)), nullptr, 16));
    return bytes;
}

TEST(OtlpDump, NamesTheFieldsOfASpan) {
    const string request = from_hex(
        "0a 2b 12 29 12 27 0a 10 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 12 03 61 62 63"
        "30 02 39 00 ca 9a 3b 00 00 00 00 98 06 05 28 01 ");
    const listing all = list_request(request, signal::traces);
    EXPECT_TRUE(all.status.has_value());
    EXPECT_EQ(all.text,
              "       0  0a 2b                                            resource_spans[0]: ResourceSpans, 43 bytes\n"
              "       2  12 29                                              scope_spans[0]: ScopeSpans, 41 bytes\n"
              "       4  12 27                                                spans[0]: Span, 39 bytes\n"
              "       6  0a 10 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d        trace_id: 000102030405060708090a0b0c0d0e0f\n"
              "      22  0e 0f\n"
              "      24  12 03 61 62 63                                         span_id: 616263\n"
              "      29  30 02                                                  kind: 2\n"
              "      31  39 00 ca 9a 3b 00 00 00 00                             start_time_unix_nano: 1000000000 (1970-01-01 00:00:01.000000000)\n"
              "      40  98 06 05                                               field 99 (unknown, varint): 5\n"
              "      43  28 01                                                  name (as varint, so it is passed over): 1\n");
}

TEST(OtlpDump, ReadsNumbersAsTheirFieldsMeanThem) {
    // A metric "m" with an exponential histogram point: scale -1, positive buckets at 3 with counts 300 and 1.
    const string request = from_hex(
        "0a 1f 12 1d 12 1b 0a 01 6d 52 16 0a 14 29 00 00 00 00 00 00 f8 3f 30 01 42 07 08 06 12 03 ac 02 01 ");
    const listing all = list_request(request, signal::metrics);
    EXPECT_TRUE(all.status.has_value());
    EXPECT_EQ(all.text,
              "       0  0a 1f                                            resource_metrics[0]: ResourceMetrics, 31 bytes\n"
              "       2  12 1d                                              scope_metrics[0]: ScopeMetrics, 29 bytes\n"
              "       4  12 1b                                                metrics[0]: Metric, 27 bytes\n"
              "       6  0a 01 6d                                               name: \"m\"\n"
              "       9  52 16                                                  exponential_histogram: ExponentialHistogram, 22 bytes\n"
              "      11  0a 14                                                    data_points[0]: ExponentialHistogramDataPoint, 20 bytes\n"
              "      13  29 00 00 00 00 00 00 f8 3f                                 sum: 1.5\n"
              "      22  30 01                                                      scale: -1\n"
              "      24  42 07                                                      positive: Buckets, 7 bytes\n"
              "      26  08 06                                                        offset: 3\n"
              "      28  12 03                                                        bucket_counts: varint numbers, 3 bytes\n"
              "      30  ac 02                                                          [0]: 300\n"
              "      32  01                                                             [1]: 1\n");
}

TEST(OtlpDump, ShowsWhatIsThereOfARequestThatIsCutOff) {
    const listing all = list_request(from_hex("0a 2c 12 2a 1a 03 61 "), signal::logs);
    EXPECT_EQ(all.status.error(), (error{errc::truncated, 5}));
    EXPECT_EQ(all.text,
              "       0  0a 2c                                            resource_logs[0]: ResourceLogs, 44 bytes, of which 5 are there\n"
              "       2  12 2a                                              scope_logs[0]: ScopeLogs, 42 bytes, of which 3 are there\n"
              "       4  1a 03 61                                             schema_url: \"a\", 3 bytes, of which 1 are there\n");
}

TEST(OtlpDump, GivesUpWhereATagIsNone) {
    const listing all = list_request(from_hex("0a 02 07 00 0a 00 "), signal::traces);
    EXPECT_EQ(all.status.error(), (error{errc::bad_tag, 2}));
    EXPECT_EQ(all.text,
              "       0  0a 02                                            resource_spans[0]: ResourceSpans, 2 bytes\n"
              "       2  07 00                                              (not read)\n"
              "       4  0a 00                                            (not read)\n");
}

TEST(OtlpDump, CoversAllRecordedRequestsAndAgreesWithTheDecoders) {
    unsigned num_files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(support::data_path("golden/otlp"))) {
        if (entry.path().extension() != ".pb") continue;
        SCOPED_TRACE(entry.path().filename());
        const string stem = entry.path().stem().string();
        const signal kind = stem.ends_with("traces") ? signal::traces : stem.ends_with("logs") ? signal::logs : signal::metrics;
        EXPECT_TRUE(list_request(read_file(entry.path()), kind).status.has_value());
        ++num_files;
    }
    EXPECT_GE(num_files, 12u);
}

TEST(OtlpDump, CoversEveryPrefixAndGarbage) {
    const string whole = read_file(support::data_path("golden/otlp/edge_metrics.pb"));
    for (std::size_t len = 0; len < std::min<std::size_t>(whole.size(), 3000); ++len) {
        const auto cut = list_request(byte_view(whole).substr(0, len), signal::metrics);
        EXPECT_LE(cut.status ? 0 : cut.status.error().offset, len);
    }
    std::uint32_t random = 1;
    for (int i = 0; i != 3000; ++i) {
        string garbage = i % 2 == 0 ? whole.substr(0, 400) : string(200, '\0');
        for (int k = 0; k != 1 + i % 30; ++k) {
            random = random * 1664525 + 1013904223;
            garbage[(random >> 8) % garbage.size()] = static_cast<char>(random >> 24);
        }
        list_request(garbage, static_cast<signal>(i % 3));
    }
}

TEST(OtlpDump, NestingHasABound) {
    const string groups(20'000, '\x0b');
    EXPECT_EQ(list_request(groups, signal::traces).status.error().code, errc::depth_exceeded);
}

// The example of docs/formats/native_block.md, by hand.
TEST(BlockDump, NamesColumnsAndRows) {
    const string block = from_hex(
        "02 02 02 61 74 0d 44 61 74 65 54 69 6d 65 36 34 28 33 29 7b 68 e5 cf 8b 01 00 00 c8 69 e5 cf 8b 01 00 00 "
        "01 6c 16 4c 6f 77 43 61 72 64 69 6e 61 6c 69 74 79 28 53 74 72 69 6e 67 29 01 00 00 00 00 00 00 00 "
        "00 06 00 00 00 00 00 00 02 00 00 00 00 00 00 00 00 05 77 65 62 2d 31 02 00 00 00 00 00 00 00 01 00 ");
    const listing all = list_blocks(block, 0);
    EXPECT_TRUE(all.status.has_value());
    EXPECT_EQ(all.text,
              "       0  02                                               columns: 2\n"
              "       1  02                                               rows: 2\n"
              "       2  02 61 74                                         column 0: \"at\"\n"
              "       5  0d 44 61 74 65 54 69 6d 65 36 34 28 33 29          type: \"DateTime64(3)\"\n"
              "      19  7b 68 e5 cf 8b 01 00 00                            0: 2023-11-14 22:13:20.123\n"
              "      27  c8 69 e5 cf 8b 01 00 00                            1: 2023-11-14 22:13:20.456\n"
              "      35  01 6c                                            column 1: \"l\"\n"
              "      37  16 4c 6f 77 43 61 72 64 69 6e 61 6c 69 74 79 28    type: \"LowCardinality(String)\"\n"
              "      53  53 74 72 69 6e 67 29\n"
              "      60  01 00 00 00 00 00 00 00                            LowCardinality version: 1\n"
              "      68  00 06 00 00 00 00 00 00                            keys are UInt8\n"
              "      76  02 00 00 00 00 00 00 00                            dictionary of 2\n"
              "      84  00                                                   entry 0: \"\"\n"
              "      85  05 77 65 62 2d 31                                    entry 1: \"web-1\"\n"
              "      91  02 00 00 00 00 00 00 00                            2 keys\n"
              "      99  01                                                   0: entry 1\n"
              "     100  00                                                   1: entry 0\n");
}

// What servers wrote: every type, at every revision, and every prefix of it. The reader is the judge of what is
// well-formed, and of where it is not.
TEST(BlockDump, CoversWhatServersWroteAndFailsWhereTheReaderDoes) {
    unsigned num_files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(support::data_path("golden/native"))) {
        if (entry.path().extension() != ".raw") continue;
        SCOPED_TRACE(entry.path().filename());
        const string stem = entry.path().stem().string();
        const wire::revision revision = std::stoull(stem.substr(stem.rfind(".r") + 2));
        const string whole = read_file(entry.path());
        EXPECT_TRUE(list_blocks(whole, revision).status.has_value());
        const std::size_t step = 1 + whole.size() / 200;
        for (std::size_t len = 1; len < whole.size(); len += step) {
            const byte_view cut = byte_view(whole).substr(0, len);
            wire::cursor in(cut);
            while (in.ok() && !in.at_end()) static_cast<void>(block::read(in, revision));
            const auto all = list_blocks(cut, revision);
            EXPECT_EQ(all.status.has_value(), in.ok()) << len;
            if (in.ok() || all.status) continue;
            EXPECT_EQ(all.status.error().code, in.status().error().code) << len;
        }
        ++num_files;
    }
    EXPECT_GE(num_files, 40u);
}

TEST(BlockDump, CoversGarbage) {
    const string whole = read_file(support::data_path("golden/native/maps.r54488.raw"));
    std::uint32_t random = 1;
    for (int i = 0; i != 3000; ++i) {
        string garbage = whole;
        for (int k = 0; k != 1 + i % 5; ++k) {
            random = random * 1664525 + 1013904223;
            garbage[(random >> 8) % garbage.size()] = static_cast<char>(random >> 24);
        }
        list_blocks(garbage, 54488);
    }
}

TEST(FrameDump, NamesTheHeadAndKeepsTheContent) {
    wire::segments raw;
    raw.copy("abc");
    buffer made;
    codec::frame_encoder(codec::compression::none()).encode(raw, made);
    buffer content;
    const listing all = list(made.view(), [&](const annotate& note) { return frames(made.view(), content, note); });
    EXPECT_TRUE(all.status.has_value());
    EXPECT_EQ(content.view(), "abc");
    EXPECT_EQ(all.text.substr(all.text.find("      16")),
              "      16  02                                                 method: none\n"
              "      17  0c 00 00 00                                        compressed: 12, of which 9 are this head\n"
              "      21  03 00 00 00                                        decompressed: 3\n"
              "      25  61 62 63                                           payload of 3 bytes\n");
}

TEST(FrameDump, CoversEveryPrefixAndEveryDamage) {
    wire::segments raw;
    raw.copy(string(5000, 'a') + string(3000, 'b'));
    buffer made;
    codec::frame_encoder(codec::compression::lz4(), 4096).encode(raw, made);
    for (std::size_t i = 0; i != made.size(); ++i) {
        buffer content;
        const byte_view cut = made.view().substr(0, i);
        list(cut, [&](const annotate& note) { return frames(cut, content, note); });
        string damaged(made.view());
        damaged[i] ^= 1;
        content.clear();
        EXPECT_FALSE(list(damaged, [&](const annotate& note) { return frames(damaged, content, note); }).status.has_value());
    }
}

}  // namespace
}  // namespace colblock::dump
