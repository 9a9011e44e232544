SELECT CAST(7 AS SimpleAggregateFunction(sum, UInt64)) AS s, CAST(NULL AS SimpleAggregateFunction(anyLast, Nullable(String))) AS l,
    CAST([1, 2] AS SimpleAggregateFunction(groupArrayArray, Array(UInt8))) AS a
