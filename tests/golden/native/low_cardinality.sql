SELECT toLowCardinality(x) AS s, CAST(nullIf(x, '') AS LowCardinality(Nullable(String))) AS n, toLowCardinality(toFixedString(x, 3)) AS f,
    CAST(length(x) AS LowCardinality(UInt64)) AS u, CAST(nullIf(length(x), 2) AS LowCardinality(Nullable(UInt8))) AS nu,
    CAST(length(x) / 2 AS LowCardinality(Float64)) AS d, CAST(toDate(length(x)) AS LowCardinality(Date)) AS day,
    CAST(toDateTime(length(x), 'UTC') AS LowCardinality(DateTime('UTC'))) AS t
FROM values('x String', 'bb', 'a', '', 'bb', 'c')
SETTINGS allow_suspicious_low_cardinality_types = 1
