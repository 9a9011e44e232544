SELECT toLowCardinality(toString(number % 257)) AS s FROM numbers(300)
