SELECT * FROM values('e8 Enum8(\'it\'\'s\' = -128, \'\' = 0, \'tab\\tback\\\\slash\' = 127), e16 Enum16(\'low\' = -32768, \'high\' = 32767)',
    ('it\'s', 'low'), ('', 'high'), ('tab\tback\\slash', 'low'))
