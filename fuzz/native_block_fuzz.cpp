// SPDX-License-Identifier: Apache-2.0
// Any bytes are refused as a block, or are read as one whose columns agree in rows and which is written, read
// and written again to the same bytes: with and without sparse columns, at any revision. Without its last byte
// it is truncated.
//
// A few bytes may claim a gigabyte of default values in sparse columns (limits::max_sparse_len), which would
// only test the memory of the machine: the number of rows stands before the bytes, and is small.
#include <array>
#include <string>

#include "colblock/block/native.hpp"
#include "fuzz_check.hpp"
#include "fuzz_input.hpp"
#include "support/encoded.hpp"

using namespace colblock;

namespace {

constexpr std::array<wire::revision, 8> revisions = {0, 54032, 54337, 54412, 54454, 54465, 54483, 54488};

std::string written(const block::block& b, const block::write_target& target) {
    std::vector<block::column_view> columns;
    for (const block::named_column& c : b.columns) columns.push_back({c.name, c.column.get()});
    wire::segments out;
    const auto done = block::write(out, columns, target);
    if (!done) {
        FUZZ_CHECK(done.error().code == errc::unsupported_type);  // LowCardinality before 54405
        FUZZ_CHECK(out.total_len() == 0);
        return {};
    }
    return support::flat(out);
}

void check(const block::block& read, wire::revision revision) {
    for (const block::named_column& c : read.columns) FUZZ_CHECK(c.column.num_rows() == read.num_rows);
    for (const bool sparse : {false, true}) {
        const block::write_target target(revision, sparse);
        const std::string once = written(read, target);
        if (once.empty()) continue;
        wire::cursor in(once);
        const auto back = block::read(in, revision);
        FUZZ_CHECK(back.has_value() && in.at_end());
        FUZZ_CHECK(back->num_rows == read.num_rows && back->columns.size() == read.columns.size());
        FUZZ_CHECK(written(*back, target) == once);
        wire::cursor cut(std::string_view(once).substr(0, once.size() - 1));
        const auto prefix = block::read(cut, revision);
        FUZZ_CHECK(!prefix && prefix.error().code == errc::truncated);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, size);
    const wire::revision revision = revisions[input.choice(revisions.size())];
    wire::segments head;
    if (wire::has(revision, wire::feature::block_info)) head.varint(0);  // BlockInfo without fields
    head.varint(input.choice(4));
    head.varint(input.byte() * 5u);
    head.copy(input.rest());
    const std::string bytes = support::flat(head);
    wire::cursor in(bytes);
    const auto read = block::read(in, revision);
    if (read) check(*read, revision);
    else FUZZ_CHECK(!in.ok() && read.error().offset <= bytes.size());

    // The head is a stranger's word too, where columns cannot be larger than their bytes.
    wire::cursor raw(input.rest());
    static_cast<void>(block::read(raw, wire::revision{54454}));
    return 0;
}
