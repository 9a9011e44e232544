// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/value_writer.hpp"
#include "colblock/column/fixed_string.hpp"
#include "colblock/column/fixed_types.hpp"
#include "colblock/column/string.hpp"
#include "colblock/simd/kernels.hpp"

namespace colblock::binding {

namespace {

// String: lower-case hex, empty where there is no id.
class hex_writer final : public value_writer<byte_view> {
public:
    void append(std::span<const byte_view> ids) override {
        constexpr std::size_t longest = 1 + 32;
        char* const to = x_column.bytes().reserve(ids.size() * longest);
        x_column.bytes().set_end(simd::active().hex_ids(to, ids.data(), ids.size()));
        x_column.add_rows(ids.size());
    }
    void append_repeated(const byte_view& id, std::size_t n, bool) override {
        const std::size_t begin = x_column.bytes().size();
        append(std::span(&id, 1));
        x_column.repeat_rows(begin, 1, n);
    }
    column::ref column() noexcept override { return x_column; }

private:
    column::string x_column;
};

// FixedString(N) of the raw bytes: zeros where there is no id.
class raw_writer final : public value_writer<byte_view> {
public:
    explicit raw_writer(std::size_t len) : x_column(len) {}
    void append(std::span<const byte_view> ids) override {
        for (const byte_view id : ids) x_column.append(id);
    }
    void append_repeated(const byte_view& id, std::size_t n, bool) override { x_column.append_repeated(id, n); }
    column::ref column() noexcept override { return x_column; }

private:
    column::fixed_string x_column;
};

// FixedString(2 * N) of the hex digits: zero bytes where there is no id.
class fixed_hex_writer final : public value_writer<byte_view> {
public:
    explicit fixed_hex_writer(std::size_t len) : x_column(len) {}
    void append(std::span<const byte_view> ids) override {
        for (const byte_view id : ids) append_repeated(id, 1, false);
    }
    void append_repeated(const byte_view& id, std::size_t n, bool) override {
        char text[simd::max_hex_id_len + read_padding];
        const char* const end = simd::active().hex_ids(text, &id, 1);
        x_column.append_repeated({text + 1, static_cast<std::size_t>(end - text - 1)}, n);
    }
    column::ref column() noexcept override { return x_column; }

private:
    column::fixed_string x_column;
};

// UUID: the bytes of the id in reading order, so that it prints as the id's hex with dashes.
class uuid_writer final : public value_writer<byte_view> {
public:
    void append(std::span<const byte_view> ids) override {
        for (const byte_view id : ids) append_repeated(id, 1, false);
    }
    void append_repeated(const byte_view& id, std::size_t n, bool) override {
        x_column.append_repeated(id.size() == 16 ? column::uuid_value::from_bytes(id.data()) : column::uuid_value{}, n);
    }
    column::ref column() noexcept override { return x_column; }

private:
    column::uuid x_column;
};

}  // namespace

result<value_writer_ptr<byte_view>> make_id_writer(std::string_view type, std::size_t id_len) {
    if (type == "String") return std::make_unique<hex_writer>();
    if (type == "FixedString(" + std::to_string(id_len) + ")") return std::make_unique<raw_writer>(id_len);
    if (type == "FixedString(" + std::to_string(2 * id_len) + ")")
        return std::make_unique<fixed_hex_writer>(2 * id_len);
    if (type == "UUID" && id_len == 16) return std::make_unique<uuid_writer>();
    return fail(errc::unsupported_type);
}

}  // namespace colblock::binding
