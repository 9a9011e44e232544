-- revisions: 0 54032 54337 54405 54412 54454 54465 54480 54488
SELECT * FROM values('u UInt8, t DateTime(\'UTC\'), a Array(DateTime(\'Asia/Tokyo\')), s String', (7, 1, [2], 'hi'), (8, 3, [], ''))
