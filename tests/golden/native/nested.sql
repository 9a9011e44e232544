SELECT CAST([(1, 'a'), (2, 'b')], 'Nested(id UInt8, name String)') AS n
