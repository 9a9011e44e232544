SELECT * FROM values('n Nullable(UInt32), s Nullable(String), f Nullable(FixedString(2)), t Nullable(DateTime64(9, \'UTC\'))',
    (1, NULL, 'ab', NULL), (NULL, 'x', NULL, 1), (3, '', 'c', 2))
