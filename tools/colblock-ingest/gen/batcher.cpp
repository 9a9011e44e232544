// SPDX-License-Identifier: Apache-2.0
#include "gen/batcher.hpp"

namespace colblock::gen {
namespace {

// TracesData, MetricsData and LogsData are alike: resources (1) of { resource (1), scopes (2) of
// { scope (1), records (2), schema_url (3) }, schema_url (3) }.

constexpr std::uint64_t longest_wait_ns = 5'000'000'000;

}  // namespace

buffer request_queue::take_buffer() {
    if (x_spare.empty()) return {};
    buffer taken = std::move(x_spare.back());
    x_spare.pop_back();
    return taken;
}

void request_queue::pop(request& out) {
    std::swap(out, x_requests[x_first]);
    buffer& returned = x_requests[x_first].body;
    returned.clear();
    if (returned.capacity() != 0) x_spare.push_back(std::move(returned));
    if (++x_first == x_requests.size()) {
        x_requests.clear();
        x_first = 0;
    }
}

std::string encode_scope(std::string_view name) {
    buffer encoded;
    pb::writer to(encoded);
    const pb::writer::nested scope = to.open(1);
    to.bytes(1, name);
    to.bytes(2, "1.4.0");
    to.close(scope);
    return std::string(encoded.view());
}

batcher::batcher(signal kind, std::span<const std::string> resources, std::span<const std::string_view> scopes,
                 std::uint32_t records_per_request)
    : x_kind(kind), x_resources(resources), x_records_per_request(records_per_request), x_pending(resources.size()) {
    for (const std::string_view name : scopes) x_scopes.push_back(encode_scope(name));
    for (pending& p : x_pending) p.scopes.resize(scopes.size());
}

void batcher::seal_one(service_index where, request_queue& out) {
    request sealed{x_kind, out.take_buffer(), x_pending[where].num_records};
    append_service(where, sealed.body);
    out.push(std::move(sealed));
}

// The guessed lengths are a little short of the real ones, and right in the number of their digits
// nearly always.
void batcher::append_service(service_index where, buffer& body) {
    pending& p = x_pending[where];
    pb::writer to(body);
    std::size_t records_len = 0;
    for (const buffer& records : p.scopes) records_len += records.size();
    const pb::writer::nested resource = to.open(1, records_len + x_resources[where].size());
    to.fields(x_resources[where]);
    for (std::size_t s = 0; s != x_scopes.size(); ++s) {
        if (p.scopes[s].empty()) continue;
        const pb::writer::nested scope = to.open(2, p.scopes[s].size() + x_scopes[s].size());
        to.fields(x_scopes[s]);
        to.fields(p.scopes[s].view());
        to.bytes(3, schema_url);
        to.close(scope);
        p.scopes[s].clear();
    }
    to.bytes(3, schema_url);
    to.close(resource);
    p.num_records = 0;
}

void batcher::send_late(std::uint64_t now_ns, request_queue& out) {
    x_next_late = static_cast<service_index>((x_next_late + 1u) % x_pending.size());
    const pending& p = x_pending[x_next_late];
    if (p.num_records != 0 && now_ns - p.oldest_ns >= longest_wait_ns) seal_one(x_next_late, out);
}

void batcher::finish(request_queue& out) {
    request last{x_kind, out.take_buffer(), 0};
    for (service_index s = 0; s != x_pending.size(); ++s) {
        const std::uint32_t more = x_pending[s].num_records;
        if (more == 0) continue;
        if (last.num_records + more > x_records_per_request) {
            out.push(std::move(last));
            last = {x_kind, out.take_buffer(), 0};
        }
        append_service(s, last.body);
        last.num_records += more;
    }
    if (last.num_records != 0) out.push(std::move(last));
}

}  // namespace colblock::gen
