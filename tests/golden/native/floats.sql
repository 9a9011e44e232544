SELECT * FROM values('f32 Float32, f64 Float64, b16 BFloat16, flag Bool',
    (1.5, -2.25, 3.1415927, true), (-0., 1e300, -1, false), (inf, -inf, 0.5, true))
