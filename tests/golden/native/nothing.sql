SELECT () AS none, [] AS empty, NULL AS missing, [(), ()] AS nones, [NULL] AS nulls
