SELECT toIntervalNanosecond(1) AS ns, toIntervalMicrosecond(-1) AS us, toIntervalMillisecond(2) AS ms, toIntervalSecond(3) AS s,
    toIntervalMinute(4) AS min, toIntervalHour(5) AS h, toIntervalDay(6) AS d, toIntervalWeek(7) AS w, toIntervalMonth(8) AS m,
    toIntervalQuarter(9) AS q, toIntervalYear(10) AS y
