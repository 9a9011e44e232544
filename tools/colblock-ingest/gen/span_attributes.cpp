// SPDX-License-Identifier: Apache-2.0
#include "gen/span_attributes.hpp"

namespace colblock::gen {
namespace {

using enum source;
using enum profile;

constexpr std::string_view browsers =
    "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0|"
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36|"
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 "
    "Mobile/15E148 Safari/604.1|"
    "shop-app/7.14.2 (Android 14; Pixel 8)|"
    "curl/8.9.1";

constexpr span_attribute server_attributes[] = {
    {"http.request.method", method, tiny},
    {"http.response.status_code", status, tiny},
    {"http.route", target, js},
    {"url.path", path, js},
    {"url.scheme", text, js, "http"},
    {"server.address", own_host, js},
    {"server.port", own_port, rich},
    {"url.query", url_query, rich},
    {"client.address", address, rich, "203.0."},
    {"user_agent.original", choice, rich, browsers},
    {"http.request.header.x-request-id", identifier, rich},
    {"http.response.body.size", range, rich, {}, 60'000},
    {"enduser.id", customer, rich, "customer-"},
};

constexpr span_attribute client_attributes[] = {
    {"http.request.method", method, tiny},
    {"http.response.status_code", status, tiny},
    {"url.full", url, js},
    {"server.address", peer, js},
    {"server.port", peer_port, js},
    {"network.peer.address", address, js, "10.42."},
    {"network.peer.port", peer_port, rich},
    {"http.request.header.x-request-id", identifier, rich},
    {"url.template", target, rich},
    {"http.request.body.size", range, rich, {}, 4'000},
    {"http.response.body.size", range, rich, {}, 60'000},
};

constexpr span_attribute database_attributes[] = {
    {"db.system", text, tiny, "postgresql"},
    {"db.operation.name", method, tiny},
    {"db.query.text", statement, js},
    {"db.namespace", text, js, "shop"},
    {"server.address", peer, js},
    {"db.collection.name", target, rich},
    {"db.query.summary", summary, rich},
    {"server.port", peer_port, rich},
    {"network.peer.address", address, rich, "10.43."},
    {"db.response.returned_rows", range, rich, {}, 50},
    {"db.client.connection.pool.name", text, rich, "primary"},
    {"thread.id", range, rich, {}, 64},
};

constexpr span_attribute cache_attributes[] = {
    {"db.system", text, tiny, "redis"},
    {"db.operation.name", method, tiny},
    {"db.query.text", key, js},
    {"server.address", peer, js},
    {"server.port", peer_port, js},
    {"network.transport", text, rich, "tcp"},
    {"db.namespace", text, rich, "0"},
    {"network.peer.address", address, rich, "10.43."},
    {"network.peer.port", peer_port, rich},
    {"cache.hit", flag, rich, {}, 870},
    {"cache.item.bytes", range, rich, {}, 20'000},
};

constexpr span_attribute producer_attributes[] = {
    {"messaging.system", text, tiny, "kafka"},
    {"messaging.destination.name", target, tiny},
    {"messaging.operation.type", text, js, "send"},
    {"messaging.message.id", identifier, js},
    {"server.address", peer, js},
    {"messaging.operation.name", method, rich},
    {"messaging.client.id", own_name, rich},
    {"messaging.destination.partition.id", range_text, rich, {}, 24},
    {"messaging.kafka.message.key", subject, rich, "order-"},
    {"messaging.message.body.size", range, rich, {}, 3'000},
    {"server.port", peer_port, rich},
    {"order.total", decimal, rich, {}, 400},
};

constexpr span_attribute consumer_attributes[] = {
    {"messaging.system", text, tiny, "kafka"},
    {"messaging.destination.name", target, tiny},
    {"messaging.operation.type", text, js, "process"},
    {"messaging.message.id", identifier, js},
    {"messaging.consumer.group.name", own_name, js},
    {"messaging.operation.name", method, rich},
    {"messaging.client.id", own_name, rich},
    {"messaging.destination.partition.id", range_text, rich, {}, 24},
    {"messaging.kafka.offset", range, rich, {}, 90'000'000},
    {"messaging.kafka.message.key", subject, rich, "order-"},
    {"messaging.message.body.size", range, rich, {}, 3'000},
    {"server.address", peer, rich},
    {"server.port", peer_port, rich},
};

constexpr span_attribute internal_attributes[] = {
    {"code.function.name", method, tiny},
    {"code.line.number", range, tiny, {}, 900},
    {"template.name", target, js},
    {"thread.name", choice, js, "worker-1|worker-2|worker-3|worker-4"},
    {"customer.tier", choice, js, "guest|regular|regular|regular|gold"},
    {"thread.id", range, rich, {}, 64},
    {"feature.flags", texts, rich, "fast-checkout|new-prices"},
    {"render.milliseconds", decimal, rich, {}, 30},
    {"render.cached", flag, rich, {}, 300},
    {"output.bytes", range, rich, {}, 90'000},
    {"customer.locale", choice, rich, "de-DE|en-GB|fr-FR|pl-PL"},
};

}  // namespace

std::span<const span_attribute> attributes_of(role what) noexcept {
    switch (what) {
    case role::server: return server_attributes;
    case role::client: return client_attributes;
    case role::database: return database_attributes;
    case role::cache: return cache_attributes;
    case role::producer: return producer_attributes;
    case role::consumer: return consumer_attributes;
    case role::internal: break;
    }
    return internal_attributes;
}

}  // namespace colblock::gen
