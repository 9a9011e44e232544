// SPDX-License-Identifier: Apache-2.0
#include "gen/shop.hpp"

#include <array>

namespace colblock::gen {
namespace {

enum : service_index {
    storefront, gateway, catalogue, searcher, basket, checkout, payments, stock, shipping, notifications,
    recommendations, accounts, invoicing,
};

constexpr std::array<service, 13> all_services{{
    {"storefront", "storefront.shop.svc", "nodejs", "4.18.2", 8080},
    {"gateway", "gateway.shop.svc", "go", "1.9.0", 8000},
    {"catalogue", "catalogue.shop.svc", "java", "2.31.4", 8081},
    {"search", "search.shop.svc", "go", "0.44.1", 8082},
    {"basket", "basket.shop.svc", "dotnet", "3.2.0", 8083},
    {"checkout", "checkout.shop.svc", "go", "1.12.7", 8084},
    {"payments", "payments.shop.svc", "java", "5.0.3", 8085},
    {"stock", "stock.shop.svc", "java", "1.7.9", 8086},
    {"shipping", "shipping.shop.svc", "python", "2.4.1", 8087},
    {"notifications", "notifications.shop.svc", "python", "1.1.12", 8088},
    {"recommendations", "recommendations.shop.svc", "python", "0.9.6", 8089},
    {"accounts", "accounts.shop.svc", "nodejs", "6.3.0", 8090},
    {"invoicing", "invoicing.shop.svc", "dotnet", "2.0.5", 8091},
}};

enum class hop_kind : std::uint8_t { request, query, lookup, publish, process, work };

// A line of a journey. A request is two spans: the client's in the service one level up, and the
// server's; the others are one.
struct hop {
    std::uint8_t depth;
    hop_kind kind;
    service_index where;
    std::string_view method;
    std::string_view target;
    std::string_view peer = {};
    std::string_view statement = {};
};
using enum hop_kind;

constexpr hop view_product[] = {
    {0, request, storefront, "GET", "/products/{}"},
    {1, request, gateway, "GET", "/api/v1/products/{}"},
    {2, request, catalogue, "GET", "/products/{}"},
    {3, lookup, catalogue, "GET", "product:{}", "redis-catalogue.shop.svc"},
    {3, query, catalogue, "SELECT", "products", "pg-catalogue.shop.svc",
     "SELECT p.id, p.sku, p.title, p.price, p.currency FROM products p WHERE p.id = $1 AND p.deleted_at IS NULL"},
    {2, request, recommendations, "GET", "/recommendations/{}"},
    {3, query, recommendations, "SELECT", "purchases", "pg-recommendations.shop.svc",
     "SELECT other_id, count(*) AS n FROM purchases WHERE product_id = %s GROUP BY other_id ORDER BY n DESC LIMIT 12"},
    {1, work, storefront, "render", "product.html"},
};

constexpr hop search_products[] = {
    {0, request, storefront, "GET", "/search"},
    {1, request, gateway, "GET", "/api/v1/search"},
    {2, request, searcher, "GET", "/search"},
    {3, query, searcher, "SELECT", "product_terms", "pg-search.shop.svc",
     "SELECT product_id, ts_rank(terms, q) AS rank FROM product_terms, plainto_tsquery($1) q WHERE terms @@ q LIMIT 48"},
    {3, request, catalogue, "POST", "/products/prices"},
    {4, lookup, catalogue, "MGET", "price:{}", "redis-catalogue.shop.svc"},
    {1, work, storefront, "render", "results.html"},
};

constexpr hop fill_basket[] = {
    {0, request, storefront, "POST", "/basket/items"},
    {1, request, gateway, "POST", "/api/v1/baskets/{}/items"},
    {2, request, accounts, "GET", "/sessions/current"},
    {3, lookup, accounts, "GET", "session:{}", "redis-sessions.shop.svc"},
    {2, request, basket, "POST", "/baskets/{}/items"},
    {3, request, stock, "GET", "/levels/{}"},
    {4, query, stock, "SELECT", "stock_levels", "pg-stock.shop.svc",
     "SELECT warehouse, on_hand - reserved AS free FROM stock_levels WHERE product_id = ? FOR SHARE"},
    {3, lookup, basket, "HSET", "basket:{}", "redis-basket.shop.svc"},
};

constexpr hop place_order[] = {
    {0, request, storefront, "POST", "/checkout"},
    {1, request, gateway, "POST", "/api/v1/orders"},
    {2, request, checkout, "POST", "/orders"},
    {3, request, basket, "GET", "/baskets/{}"},
    {4, lookup, basket, "HGETALL", "basket:{}", "redis-basket.shop.svc"},
    {3, request, stock, "POST", "/reservations"},
    {4, query, stock, "UPDATE", "stock_levels", "pg-stock.shop.svc",
     "UPDATE stock_levels SET reserved = reserved + ? WHERE product_id = ? AND on_hand - reserved >= ?"},
    {3, request, payments, "POST", "/charges"},
    {4, query, payments, "INSERT", "charges", "pg-payments.shop.svc",
     "INSERT INTO charges (order_id, customer_id, amount, currency, state) VALUES (?, ?, ?, ?, 'authorised')"},
    {3, query, checkout, "INSERT", "orders", "pg-orders.shop.svc",
     "INSERT INTO orders (id, customer_id, total, currency, placed_at) VALUES ($1, $2, $3, $4, now()) RETURNING id"},
    {3, publish, checkout, "publish", "orders.placed", "kafka.shop.svc"},
};

constexpr hop sign_in[] = {
    {0, request, storefront, "POST", "/login"},
    {1, request, accounts, "POST", "/sessions"},
    {2, query, accounts, "SELECT", "users", "pg-accounts.shop.svc",
     "SELECT id, password_hash, locked_until FROM users WHERE email = $1"},
    {2, work, accounts, "verify", "password"},
    {2, lookup, accounts, "SETEX", "session:{}", "redis-sessions.shop.svc"},
};

constexpr hop ship_order[] = {
    {0, process, shipping, "process", "orders.placed", "kafka.shop.svc"},
    {1, query, shipping, "INSERT", "shipments", "pg-shipping.shop.svc",
     "INSERT INTO shipments (order_id, carrier, weight_g, state) VALUES (%s, %s, %s, 'packing') RETURNING id"},
    {1, publish, shipping, "publish", "shipments.created", "kafka.shop.svc"},
};

constexpr hop bill_order[] = {
    {0, process, invoicing, "process", "orders.placed", "kafka.shop.svc"},
    {1, request, payments, "GET", "/charges/{}"},
    {2, query, payments, "SELECT", "charges", "pg-payments.shop.svc",
     "SELECT id, amount, currency, state, captured_at FROM charges WHERE order_id = ?"},
    {1, work, invoicing, "render", "invoice.pdf"},
    {1, query, invoicing, "INSERT", "invoices", "pg-invoicing.shop.svc",
     "INSERT INTO invoices (number, order_id, document) VALUES (@number, @order, @document)"},
};

constexpr hop notify_customer[] = {
    {0, process, notifications, "process", "shipments.created", "kafka.shop.svc"},
    {1, request, accounts, "GET", "/users/{}"},
    {2, query, accounts, "SELECT", "users", "pg-accounts.shop.svc", "SELECT email, locale, opt_out FROM users WHERE id = $1"},
    {1, work, notifications, "render", "shipped.txt"},
};

step make_step(role what, const hop& from, service_index where, std::uint8_t depth) {
    step made{what, where, depth, from.method, from.target, from.peer, 0, from.statement, {}};
    switch (what) {
    case role::client:
        made.peer = all_services[from.where].host;
        made.peer_port = all_services[from.where].port;
        made.name = from.method;
        return made;
    case role::cache: made.peer_port = 6379; made.name = from.method; return made;
    case role::database: made.peer_port = 5432; break;
    case role::producer:
    case role::consumer: made.peer_port = 9092; break;
    case role::server:
    case role::internal: break;
    }
    made.name = std::string(from.method) + ' ' + std::string(from.target);
    return made;
}

role role_of(hop_kind kind) {
    switch (kind) {
    case request: return role::server;
    case query: return role::database;
    case lookup: return role::cache;
    case publish: return role::producer;
    case process: return role::consumer;
    case work: break;
    }
    return role::internal;
}

// The depth of a span counts both spans of the requests above it.
journey expand(unsigned weight, std::span<const hop> hops) {
    journey made{{}, weight};
    std::array<std::uint8_t, 8> depth_of{};        // by depth of the hop: that of its (server) span
    std::array<service_index, 8> service_of{};
    for (const hop& h : hops) {
        auto depth = static_cast<std::uint8_t>(h.depth == 0 ? 0 : depth_of[h.depth - 1u] + 1);
        if (h.kind == request && h.depth != 0) {
            made.steps.push_back(make_step(role::client, h, service_of[h.depth - 1u], depth));
            ++depth;
        }
        made.steps.push_back(make_step(role_of(h.kind), h, h.where, depth));
        depth_of[h.depth] = depth;
        service_of[h.depth] = h.where;
    }
    return made;
}

}  // namespace

std::span<const service> services() noexcept { return all_services; }

std::vector<journey> journeys() {
    return {
        expand(36, view_product), expand(22, search_products), expand(14, fill_basket), expand(8, place_order),
        expand(5, sign_in),       expand(6, ship_order),       expand(5, bill_order),   expand(4, notify_customer),
    };
}

}  // namespace colblock::gen
