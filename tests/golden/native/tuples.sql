SELECT * FROM values('u Tuple(UInt8, String), n Tuple(id UInt16, `full name` String), o Tuple(a Tuple(b UInt8, c Array(String)), `values` Nullable(UInt8))',
    ((1, 'a'), (258, 'x'), ((1, ['q']), NULL)), ((2, ''), (0, 'y'), ((2, []), 7)))
