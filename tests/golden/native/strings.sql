SELECT * FROM values('s String, f FixedString(4)', ('', ''), ('a', 'ab'), (repeat('x', 127), 'abcd'), (repeat('y', 300), 'é'), ('\0\xff', 'z'))
