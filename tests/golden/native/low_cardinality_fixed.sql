SELECT CAST(x AS LowCardinality(Int8)) AS i8, CAST(x AS LowCardinality(Int16)) AS i16, CAST(x AS LowCardinality(Int32)) AS i32,
    CAST(x AS LowCardinality(Int64)) AS i64, CAST(x AS LowCardinality(Int128)) AS i128, CAST(x AS LowCardinality(Int256)) AS i256,
    CAST(x + 1 AS LowCardinality(UInt8)) AS u8, CAST(x + 1 AS LowCardinality(UInt16)) AS u16, CAST(x + 1 AS LowCardinality(UInt32)) AS u32,
    CAST(x + 1 AS LowCardinality(UInt128)) AS u128, CAST(x + 1 AS LowCardinality(UInt256)) AS u256,
    CAST(x / 2 AS LowCardinality(Float32)) AS f32, CAST(x AS LowCardinality(BFloat16)) AS b16, CAST(x > 0 AS LowCardinality(Bool)) AS flag,
    CAST(toDate32(x) AS LowCardinality(Date32)) AS d32, CAST(CAST(x AS Time) AS LowCardinality(Time)) AS clock,
    CAST(toIPv4('1.2.3.' || toString(x + 1)) AS LowCardinality(IPv4)) AS v4, CAST(toIPv6('2001:db8::' || toString(x + 1)) AS LowCardinality(IPv6)) AS v6,
    CAST(toUUID('00112233-4455-6677-8899-aabbccddeef' || toString(x + 1)) AS LowCardinality(UUID)) AS u,
    CAST(if(x = 2, NULL, toDate(x + 1)) AS LowCardinality(Nullable(Date))) AS nd, CAST(if(x = 2, NULL, toFixedString(toString(x), 2)) AS LowCardinality(Nullable(FixedString(2)))) AS nf
FROM values('x Int16', 2, -1, 0, 2, -1)
SETTINGS allow_suspicious_low_cardinality_types = 1, enable_time_time64_type = 1
