SELECT * FROM values('m Map(String, UInt8), s Map(String, String), a Map(UInt8, Array(Map(String, Float64)))',
    ('{\'a\':1,\'a\':2}', '{}', '{7:[{\'x\':1.5},{}]}'), ('{}', '{\'k\':\'v\',\'\':\'\'}', '{}'))
