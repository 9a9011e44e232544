// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>

#include "colblock/client/options.hpp"
#include "support/transcript.hpp"

namespace colblock::client {

/// The bytes of packets at one revision, typed by hand from the protocol's description; checksums of
/// frames are from another implementation of CityHash128 (github.com/go-faster/city v1.0.1).
struct dialect {
    wire::revision revision;
    std::string hello;         // client
    std::string server_hello;  // its answer
    std::string addendum;      // client
    std::string query;         // client: everything between the query id and the end of the settings
    std::string after_settings;
    std::string after_sql;
    std::string no_rows;   // the empty block
    std::string sample;    // block of `a UInt8` without rows
    std::string one_row;   // the same with the value 7
    std::string progress;  // packet: read 1 row, 2 bytes of 3 rows; where known wrote 4 rows, 5 bytes
    std::string profile;   // packet: 1 row, 2 blocks, 3 bytes, limit applied, 9 rows before it
};

inline const dialect dialect_54412{
    .revision = 54412,
    .hello = "00 08'colblock' 00 01 8ca903 04'otel' 07'default' 02'pw'",
    .server_hello = "00 0a'ClickHouse' 12 10 8ca903 03'UTC' 04'box1' 01",
    .addendum = "",
    .query = "01 00 00 09'0.0.0.0:0' 01 00 02'h1' 08'colblock' 00 01 8ca903 00 00",
    .after_settings = "02",
    .after_sql = "",
    .no_rows = "01 00 02 ffffffff 00 00 00",
    .sample = "01 00 02 ffffffff 00 01 00 01'a' 05'UInt8'",
    .one_row = "01 00 02 ffffffff 00 01 01 01'a' 05'UInt8' 07",
    .progress = "03 01 02 03",
    .profile = "06 01 02 03 01 09 01",
};

inline const dialect dialect_54454{
    .revision = 54454,
    .hello = "00 08'colblock' 00 01 b6a903 04'otel' 07'default' 02'pw'",
    .server_hello = "00 0a'ClickHouse' 16 01 b6a903 03'UTC' 04'box1' 01",
    .addendum = "",
    .query = "01 00 00 09'0.0.0.0:0' 0000000000000000 01 00 02'h1' 08'colblock' 00 01 b6a903 00 00 00 00 00 00 00",
    .after_settings = "00 02",
    .after_sql = "",
    .no_rows = "01 00 02 ffffffff 00 00 00",
    .sample = "01 00 02 ffffffff 00 01 00 01'a' 05'UInt8' 00",
    .one_row = "01 00 02 ffffffff 00 01 01 01'a' 05'UInt8' 00 07",
    .progress = "03 01 02 03 04 05",
    .profile = "06 01 02 03 01 09 01",
};

inline const dialect dialect_54488{
    .revision = 54488,
    .hello = "00 08'colblock' 00 01 d8a903 04'otel' 07'default' 02'pw'",
    .server_hello =
        "00 0a'ClickHouse' 1a 07 d8a903 08 03'UTC' 04'box1' 01 0a'notchunked' 10'chunked_optional'"
        "01 02'.*' 05'short' 0807060504030201 0c'async_insert' 00 01'0' 00 03 08",
    .addendum = "01'k' 0a'notchunked' 0a'notchunked' 08",
    .query =
        "01 00 00 09'0.0.0.0:0' 0000000000000000 01 00 02'h1' 08'colblock' 00 01 d8a903 01'k' 00 00 00 00 00 00"
        "00 00 00 00 00 00",
    .after_settings = "00 00 02",
    .after_sql = "00",
    .no_rows = "01 00 02 ffffffff 03 00 00 00 00",
    .sample = "01 00 02 ffffffff 03 00 00 01 00 01'a' 05'UInt8' 00",
    .one_row = "01 00 02 ffffffff 03 00 00 01 01 01'a' 05'UInt8' 00 07",
    .progress = "03 01 02 03 06 04 05 08",
    .profile = "06 01 02 03 01 09 01 01 07",
};

inline std::ostream& operator<<(std::ostream& out, const dialect& d) { return out << d.revision; }

inline options options_of(const dialect& d) {
    options with;
    with.database = "otel";
    with.password = "pw";
    with.host_name = "h1";
    with.revision = d.revision;
    if (d.revision == 54488) with.quota_key = "k";
    return with;
}

/// A transcript that has come as far as `ready`.
inline support::transcript greeted(const dialect& d) {
    support::transcript talk(options_of(d));
    talk.call([](session& s) { s.handshake(); });
    talk.writes(d.hello);
    talk.reads(d.server_hello);
    talk.writes(d.addendum);
    talk.expect(action::kind::done);
    return talk;
}

/// A Query packet without settings and the end of the external tables. `sql` with its length.
inline std::string query_bytes(const dialect& d, const std::string& sql) {
    return "01 02'q1'" + d.query + "00" + d.after_settings + "00" + sql + d.after_sql + "02 00" + d.no_rows;
}

inline void expect_usable(session& s) { EXPECT_TRUE(s.usable()); }
inline void expect_broken(session& s) { EXPECT_EQ(s.current(), session::state::broken); }

}  // namespace colblock::client
