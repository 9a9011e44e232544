SELECT * FROM values('a Array(LowCardinality(String)), m Map(LowCardinality(String), String), mm Map(LowCardinality(String), LowCardinality(String)), am Array(Map(LowCardinality(String), LowCardinality(Nullable(String)))), t Tuple(l LowCardinality(String), u UInt8), e Array(LowCardinality(String))',
    ('[\'x\',\'y\',\'x\']', '{\'k\':\'v\'}', '{\'k\':\'v\',\'l\':\'v\'}', '[{\'a\':NULL},{}]', ('q', 1), '[]'),
    ('[]', '{}', '{\'l\':\'\'}', '[{\'b\':\'a\',\'a\':\'\'}]', ('', 2), '[]'))
