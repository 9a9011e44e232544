// SPDX-License-Identifier: Apache-2.0
#include <colblock/block/native.hpp>
#include <colblock/column/fixed_types.hpp>
#include <colblock/column/low_cardinality.hpp>
#include <colblock/column/map.hpp>
#include <colblock/column/string.hpp>
#include <iostream>

using namespace colblock;

// CREATE TABLE requests (at DateTime64(3, 'UTC'), host LowCardinality(String), labels Map(String, String)) ...
result<void> write_requests(buffer& out) {
    column::datetime64 at({.scale = 3, .timezone = "UTC"});
    column::low_cardinality<column::string_dictionary> host;
    column::map<column::string, column::string> labels;

    at.append(1'700'000'000'123);  // ticks of the scale: milliseconds
    host.append("web-1");
    labels.keys().append("region");
    labels.values().append("eu");
    labels.offsets().append(1);  // one entry in this row

    at.append(1'700'000'000'456);
    host.append("web-1");
    labels.offsets().append(0);

    wire::segments block;  // borrows from the columns
    const block::column_view columns[] = {{"at", at}, {"host", host}, {"labels", labels}};
    COLBLOCK_TRY(block::write(block, columns, wire::native_file_revision));
    block.flatten(out);
    return {};
}

int main() {
    buffer out;
    if (!write_requests(out)) return 1;
    std::cout << out.view();  // ... | clickhouse-client --query "INSERT INTO requests FORMAT Native"
}
