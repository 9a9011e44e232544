SELECT * FROM values('a Array(UInt8), s Array(Array(String)), n Array(Nullable(Int16)), t Array(Tuple(UInt8, String))',
    ([1, 2, 3], [['a'], [], ['b', 'cc']], [1, NULL], []), ([], [], [], [(1, 'x'), (2, '')]), ([4], [[]], [NULL], [(3, 'z')]))
