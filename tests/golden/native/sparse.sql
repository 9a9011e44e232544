-- revisions: 54488
-- over TCP: FORMAT Native over HTTP is always dense
CREATE TABLE sparse_source (u UInt64, s String, t Tuple(a UInt8, b String, c LowCardinality(String)), f FixedString(2), n Nullable(UInt32), ms DateTime64(3, 'UTC'), dense UInt8)
ENGINE = MergeTree ORDER BY tuple() SETTINGS ratio_of_defaults_for_sparse_serialization = 0.9, nullable_serialization_version = 'allow_sparse', serialization_info_version = 'with_types';
INSERT INTO sparse_source SELECT if(number = 30, 7, 0), if(number IN (0, 99), 'abc', ''), (number = 1, if(number = 2, 'x', ''), 'l'), '', if(number = 50, 0, NULL),
    if(number = 98, 1, 0), number FROM numbers(100);
SELECT * FROM sparse_source
