SELECT CAST((1, 2) AS Point) AS Point, CAST([(1, 2), (3, 4)] AS Ring) AS Ring, CAST([(1, 2)] AS LineString) AS LineString,
    CAST([[(1, 2)], []] AS MultiLineString) AS MultiLineString, CAST([[(1, 2), (3, 4)]] AS Polygon) AS Polygon,
    CAST([[[(1, 2)]]] AS MultiPolygon) AS MultiPolygon
