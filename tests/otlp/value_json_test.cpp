// SPDX-License-Identifier: Apache-2.0

// Arrays and lists as the OpenTelemetry Collector itself printed them: its rows in tests/golden/collector.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>

#include "colblock/otlp/logs.hpp"
#include "support/data_path.hpp"
#include "support/padded_payload.hpp"

namespace colblock::otlp {
namespace {

using std::string;

string read_file(const string& name) {
    std::ifstream file(support::data_path("golden/" + name), std::ios::binary);
    EXPECT_TRUE(file) << name;
    return {std::istreambuf_iterator<char>(file), {}};
}

// All JSON string literals of a text, unescaped. ClickHouse writes \u escapes for control characters only.
std::set<string> strings_of(const string& json) {
    std::set<string> all;
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (json[i] != '"') continue;
        string text;
        for (++i; json[i] != '"'; ++i) {
            if (json[i] != '\\') {
                text += json[i];
                continue;
            }
            constexpr std::string_view letters = "bfnrt";
            const char c = json[++i];
            if (c == 'u') {
                text += static_cast<char>(std::stoi(json.substr(i + 1, 4), nullptr, 16));
                i += 4;
            } else {
                const std::size_t at = letters.find(c);
                text += at == std::string_view::npos ? c : "\b\f\n\r\t"[at];
            }
        }
        all.insert(text);
    }
    return all;
}

void expect_printed_by_the_collector(const string& family, unsigned at_least) {
    const std::set<string> printed = strings_of(read_file("collector/rows/" + family + "/otel_logs.jsonl"));
    const support::padded_payload payload(read_file("otlp/" + family + "_logs.pb"));
    log_decoder decoder;
    const auto batch = std::make_unique<log_batch>();
    unsigned num_values = 0;
    const auto check = [&](const any_value& value) {
        if (value.kind != value_kind::array && value.kind != value_kind::kvlist) return;
        EXPECT_TRUE(printed.contains(string(value.text()))) << value.text();
        ++num_values;
    };
    decoder.start(payload.view());
    while (decoder.fill(*batch)) {
        for (std::size_t i = 0; i != batch->num_records; ++i) check(batch->body[i]);
        for (const attribute& attribute : batch->attributes) check(attribute.value);
        for (const attribute& attribute : batch->attributes_of_sources) check(attribute.value);
    }
    EXPECT_TRUE(decoder.status().has_value());
    EXPECT_GE(num_values, at_least);
}

TEST(ValueJson, NestedValuesOfEveryTypeAreTheCollectors) { expect_printed_by_the_collector("edge", 40); }
TEST(ValueJson, NestedTextThatIsNotUtf8IsTheCollectors) { expect_printed_by_the_collector("invalid_utf8", 2); }
TEST(ValueJson, NestedValuesOfTheJavaScriptSdkAreTheCollectors) { expect_printed_by_the_collector("js", 10); }

}  // namespace
}  // namespace colblock::otlp
