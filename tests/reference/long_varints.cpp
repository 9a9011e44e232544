// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/descriptor.h>

#include "reference/otlp_records.hpp"

namespace colblock::reference {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

class walker {
public:
    bool found = false;

    // Walks fields until the end, an end-group tag or something malformed, whichever is first.
    void walk(std::string_view& bytes, const Descriptor* type, int depth) {
        std::uint64_t tag = 0;
        while (!found && depth < 1000 && !bytes.empty() && read(bytes, tag, 5)) {
            found |= tag > 0xffff'ffff;
            const auto* field = type != nullptr ? type->FindFieldByNumber(static_cast<int>(tag >> 3)) : nullptr;
            std::uint64_t value = 0;
            switch (tag & 7) {
            case 0:
                if (!read(bytes, value, 10)) return;
                break;
            case 1: bytes.remove_prefix(std::min<std::size_t>(8, bytes.size())); break;
            case 2: {
                if (!read(bytes, value, 5) || value > bytes.size()) return;
                std::string_view content = bytes.substr(0, value);
                bytes.remove_prefix(value);
                if (field != nullptr && field->type() == FieldDescriptor::TYPE_MESSAGE) walk(content, field->message_type(), depth + 1);
                break;
            }
            case 3: walk(bytes, nullptr, depth + 1); break;
            case 5: bytes.remove_prefix(std::min<std::size_t>(4, bytes.size())); break;
            default: return;
            }
        }
    }

private:
    bool read(std::string_view& bytes, std::uint64_t& value, unsigned most) {
        value = 0;
        for (unsigned i = 0; i != 10 && i != bytes.size(); ++i) {
            value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} % 128 << 7 * i;
            if (static_cast<unsigned char>(bytes[i]) >= 128) continue;
            found |= i >= most;
            bytes.remove_prefix(i + 1);
            return true;
        }
        return false;
    }
};

}  // namespace

bool has_long_tag_or_length(std::string_view bytes, const Descriptor& type) {
    walker w;
    w.walk(bytes, &type, 0);
    return w.found;
}

}  // namespace colblock::reference
