# SPDX-License-Identifier: Apache-2.0
"""Proves the tables against the engine: every statement is accepted, the collector layout is what the
Collector itself creates, and the views agree with the tables under them.

Run: COLBLOCK_INGEST=path/to/colblock-ingest python3 tests/integration/schema_test.py
"""

import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402

INGEST = os.environ.get("COLBLOCK_INGEST", str(ROOT / "build" / "dev" / "tools" / "colblock-ingest" / "colblock-ingest"))
COLLECTOR_DDL = ROOT / "tests" / "golden" / "collector" / "ddl"
GENERATIONS = ROOT / "tests" / "binding" / "generations"

# No time to live anywhere: the rows of these tests are old.
KEEP = ("--ttl", "0")


def setUpModule():
    global server
    try:
        server = clickhouse.Engine().__enter__()
    except clickhouse.Unavailable as problem:
        raise unittest.SkipTest(str(problem))


def tearDownModule():
    server.close()


def printed(*flags):
    """The statements of `colblock-ingest schema print`."""
    done = subprocess.run([INGEST, "schema", "print", *flags], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"schema print {flags} ended with {done.returncode}: {done.stderr}")
    return split(done.stdout)


def split(script):
    return [one.strip() for one in script.split(";\n") if one.strip()]


def new_database(name):
    server.execute(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} ENGINE = Atomic")
    return name


def create(name, *flags):
    """A database with the tables of these flags."""
    server.execute(*printed("--database", new_database(name), *KEEP, *flags))
    return name


class AcceptanceTest(unittest.TestCase):
    def test_the_engine_takes_every_statement_again_and_again(self):
        variants = {
            "colblock": [],
            "collector": ["--layout", "collector"],
            "collector_old": ["--layout", "collector", "--server-version", "24.8"],
            "cheap": ["--indexes", "cheap", "--no-codecs"],
            "cheap_collector": ["--layout", "collector", "--indexes", "cheap"],
            "bare": ["--indexes", "none", "--no-codecs", "--no-views", "--deduplication-window", "0"],
            "null": ["--engine", "Null"],
            "null_collector": ["--layout", "collector", "--engine", "Null"],
            "replacing": ["--engine", "ReplacingMergeTree(version, is_deleted)"],
            "summing": ["--metrics-engine", "SummingMergeTree((value, count))"],
            "aggregating": ["--engine", "AggregatingMergeTree"],
            "collapsing": ["--engine", "CollapsingMergeTree(sign)"],
            "versioned": ["--engine", "VersionedCollapsingMergeTree(sign, version)"],
            "week": ["--partition", "week"],
            "year": ["--partition", "year", "--metrics-partition", "day"],
            "keys": ["--logs-order-by", "toStartOfHour(timestamp), log_attributes['k'], cityHash64(trace_id)",
                     "--logs-primary-key", "toStartOfHour(timestamp), log_attributes['k'], cityHash64(trace_id)",
                     "--logs-sample-by", "cityHash64(trace_id)", "--traces-order-by", "tuple()"],
            "names": ["--traces-table", "a`b'c\\d", "--metrics-table", "m etrics"],
        }
        for name, flags in variants.items():
            with self.subTest(name):
                database = create(f"accept_{name}", *flags)
                server.execute(*printed("--database", database, *KEEP, *flags))

    def test_times_to_live_are_taken(self):
        for layout in ("colblock", "collector"):
            for ttl in ("30d", "36h", "90m", "61s"):
                with self.subTest(layout=layout, ttl=ttl):
                    server.execute(*printed("--database", new_database("ttl"), "--layout", layout, "--ttl", ttl))
        self.assertEqual(server.value("SELECT count() FROM system.tables WHERE database = 'ttl' AND "
                                      "create_table_query LIKE '%+ toIntervalSecond(61)%'"), 8)

    def test_what_the_engine_lacks_is_written_as_clickhouse_documents_it(self):
        statements = printed("--engine", "ReplicatedReplacingMergeTree('/t/{shard}/{table}', '{replica}', version)",
                             "--cluster", "{cluster}", "--database", "otel")
        self.assertEqual(statements[0], "CREATE DATABASE IF NOT EXISTS `otel` ON CLUSTER `{cluster}`")
        self.assertTrue(all(" ON CLUSTER `{cluster}`" in one for one in statements))
        engines = {re.search(r"ENGINE = (.*)", one)[1] for one in statements if "\nENGINE" in one}
        self.assertEqual(engines, {"ReplicatedReplacingMergeTree('/t/{shard}/{table}', '{replica}', `version`)",
                                   "ReplicatedAggregatingMergeTree('/t/{shard}/{table}', '{replica}')"})
        for one in statements:   # the parser of the engine reads them
            server.query("EXPLAIN AST " + one, "TSVRaw")

    def test_the_generations_of_the_collector_are_taken(self):
        for generation in "abc":
            with self.subTest(generation):
                new_database("generation")
                for one in split((GENERATIONS / f"{generation}.sql").read_text()):
                    server._request(one, "", b"", {}, database="generation")
                self.assertEqual(server.value("SELECT count() FROM system.tables WHERE database = 'generation'"), 9)


def ingest(action, database, *flags, status=0):
    """Runs `schema ACTION` on a database of the engine; gives what it printed."""
    return ingest_at(f"tcp://{server.host}:{server.tcp_port}/{database}", action, *flags, status=status)


def ingest_at(address, action, *flags, status=0):
    done = subprocess.run([INGEST, "schema", action, "--clickhouse", address, *flags], capture_output=True, text=True)
    if done.returncode != status:
        raise AssertionError(f"schema {action} {flags} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


class CommandTest(unittest.TestCase):
    def test_create_makes_what_is_missing_and_check_finds_it_complete(self):
        for layout, tables in (("colblock", 15), ("collector", 9)):
            with self.subTest(layout):
                server.execute("DROP DATABASE IF EXISTS `made by us`")
                out = ingest("create", "made by us", "--layout", layout, *KEEP)
                self.assertEqual(len(re.findall(r"^created  made by us\.", out, re.M)), tables, out)
                self.assertEqual(server.value("SELECT count() FROM system.tables WHERE database = 'made by us'"), tables)
                again = ingest("create", "made by us", *KEEP)   # the layout is found by its tables
                self.assertEqual(len(re.findall(r"^exists   made by us\.", again, re.M)), tables, again)
                checked = ingest("check", "made by us")
                self.assertNotRegex(checked, r"(?m)^  (missing|unknown|unsuitable)")
                self.assertRegex(checked, r"(?m)^  ok          (timestamp|Timestamp) ")

    def test_create_leaves_alone_what_is_there(self):
        new_database("kept")
        server.execute("CREATE TABLE kept.logs (timestamp DateTime, body String, mine UInt8) ENGINE = Memory")
        before = server.query("SHOW CREATE TABLE kept.logs", "TSVRaw")
        self.assertIn("exists   kept.logs\n", ingest("create", "kept", *KEEP))
        self.assertEqual(server.query("SHOW CREATE TABLE kept.logs", "TSVRaw"), before)

    def test_what_check_proposes_mends_the_table(self):
        create("broken")
        server.execute("ALTER TABLE broken.logs DROP COLUMN event_name",
                       "ALTER TABLE broken.logs ADD COLUMN tenant String DEFAULT 'none'",
                       "ALTER TABLE broken.logs DROP COLUMN observed_timestamp",
                       "ALTER TABLE broken.logs ADD COLUMN observed_timestamp String",
                       "ALTER TABLE broken.logs DROP COLUMN trace_flags",
                       "ALTER TABLE broken.logs ADD COLUMN trace_flags String",
                       "DROP TABLE broken.traces")
        out = ingest("check", "broken", status=1)
        self.assertRegex(out, r"(?m)^  missing     event_name +this field is lost$")
        self.assertRegex(out, r"(?m)^  unknown     tenant +String, left to its default$")
        self.assertRegex(out, r"(?m)^  unsuitable  observed_timestamp +String cannot hold this field")
        self.assertRegex(out, r"(?m)^broken\.traces\n  missing     the table; ")
        proposed = re.findall(r"(?m)^      (ALTER TABLE .*);$", out)
        self.assertEqual(len(proposed), 3, out)
        server.execute(*proposed)
        ingest("create", "broken", *KEEP)
        self.assertNotRegex(ingest("check", "broken"), r"(?m)^  (missing|unsuitable)")

    def test_older_tables_of_the_collector_lack_only_the_name_of_events(self):
        for generation, missing in (("a", ["EventName"]), ("b", []), ("c", [])):
            with self.subTest(generation):
                new_database("generation")
                for one in split((GENERATIONS / f"{generation}.sql").read_text()):
                    server._request(one, "", b"", {}, database="generation")
                out = ingest("check", "generation", status=1 if missing else 0)
                self.assertEqual(re.findall(r"(?m)^  missing     (\S+)", out), missing)
                self.assertNotIn("unsuitable", out)

    def test_tables_of_both_layouts_need_a_word(self):
        new_database("both")
        server.execute("CREATE TABLE both.logs (a UInt8) ENGINE = Memory",
                       "CREATE TABLE both.otel_traces (a UInt8) ENGINE = Memory")
        out = ingest("check", "both", status=2)
        self.assertIn("--layout: the database holds 'logs' of the layout colblock and 'otel_traces' of the layout "
                      "collector; set it to colblock or collector", out)
        self.assertIn("both.otel_traces\n", ingest("check", "both", "--layout", "collector", status=1))

    def test_options_that_make_no_sense_say_what_to_do(self):
        for flags, problem in (
                (["--metrics-ttl", "soon"], "--metrics-ttl: 'soon' is not understood; write a number and a unit"),
                (["--engine", "Log"], "--engine: 'Log' is no engine for these tables; write MergeTree, "),
                (["--logs-order-by", "a b"], "--logs-order-by: the table logs has no column 'a'; write columns")):
            with self.subTest(flags[0]):
                self.assertIn(problem, ingest("check", "default", *flags, status=2))

    def test_addresses_that_are_wrong_say_what_to_do(self):
        form = "; write it as tcp://user:password@host:9000/database\n"
        for address, problem in (("db1:9000", "--clickhouse: the address does not start with tcp://" + form),
                                 ("tcp://here:there", "--clickhouse: the host or port is wrong" + form),
                                 ("tcp://here/db?compress=1", "--clickhouse: nothing may follow the database" + form)):
            with self.subTest(address):
                self.assertIn(problem, ingest_at(address, "check", status=2))
        self.assertRegex(ingest_at("tcp://127.0.0.1:1", "check", status=1),
                         r"^colblock-ingest: error: disconnected: cannot connect to 127.0.0.1:1: Connection refused\. "
                         r"Start ClickHouse there, or name another with --clickhouse\n$")

    def test_a_database_is_named_by_a_flag_or_the_address_and_the_address_wins(self):
        create("addressed")
        address = f"tcp://{server.host}:{server.tcp_port}"
        self.assertIn("addressed.traces\n", ingest_at(address, "check", "--database", "addressed"))
        self.assertIn("addressed.traces\n", ingest_at(address + "/addressed", "check", "--database", "absent"))


class DocumentationTest(unittest.TestCase):
    """docs/formats/layouts.md and the tables name the same columns."""

    SHORT = {"LC": "LowCardinality(String)", "Time": "DateTime64(9, 'UTC')",
             "Repeated tags": "Map(LowCardinality(String), LowCardinality(String))",
             "Tags": "Map(LowCardinality(String), String)"}

    def documented(self, heading):
        """{column of colblock: its type} and the columns of collector under a heading."""
        text = (ROOT / "docs" / "formats" / "layouts.md").read_text()
        section = text.split(f"\n## {heading}")[1].split("\n## ")[0]
        ours, theirs = {}, set()
        for line in section.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) < 4 or cells[0].startswith(("OTLP", "---")):
                continue
            kind = re.sub(r"\b(Repeated tags|Tags|LC|Time)\b", lambda match: self.SHORT[match[0]], cells[2])
            if cells[1] != "-":
                ours[cells[1]] = kind
            theirs |= {cell.split(" ")[0] for cell in cells[3:] if re.match(r"[A-Z]\w*(\.\w+)?( \(|$)", cell)}
        return ours, theirs

    def created(self, table, *flags):
        """{column: type} of CREATE TABLE, without columns that the server computes."""
        (text,) = [one for one in printed(*flags) if f".`{table}`\n" in one.split("(")[0]]
        return dict(re.findall(r"(?m)^    `([^`]+)` ([^`\n]*?)(?: COMMENT .*| CODEC.*|,)?$", text))

    def test_names_and_types_are_those_of_the_tables(self):
        shared, shared_theirs = self.documented("Resource and scope")
        for heading, table, others in (
                ("Spans", "traces", ["otel_traces"]), ("Log records", "logs", ["otel_logs"]),
                ("Metric points", "metrics", [f"otel_metrics_{kind}" for kind in
                                              ("gauge", "sum", "histogram", "exponential_histogram", "summary")])):
            ours, theirs = self.documented(heading)
            self.assertGreater(len(ours), 10, heading)
            self.assertEqual(ours | shared, self.created(table), table)
            columns = set()
            for other in others:
                columns |= {name for name, kind in self.created(other, "--layout", "collector").items()
                            if "MATERIALIZED" not in kind and "ALIAS" not in kind}
            self.assertEqual(theirs | (shared_theirs & columns), columns, others)


class CollectorTest(unittest.TestCase):
    """Our tables beside those of the Collector's newest release (tests/golden/collector)."""

    # What is different on purpose, and why: docs/formats/layouts.md.
    DIFFERENT = {
        "otel_traces": {
            "+column ResourceAttributeItems", "+column SpanAttributeItems", "~column Duration",
            "~index idx_trace_id", "~index idx_res_attr_key", "~index idx_span_attr_key",
            "-index idx_res_attr_value", "-index idx_span_attr_value", "+index idx_res_attr_items",
            "+index idx_span_attr_items", "+index idx_lower_span_name", "~table sorting_key",
        },
        "otel_traces_trace_id_ts": {
            "~column Start", "~column End", "-index idx_trace_id", "~table engine", "~table partition_key",
            "~table sorting_key", "~table primary_key",
        },
    }

    @classmethod
    def setUpClass(cls):
        create("ours", "--layout", "collector")
        new_database("theirs")
        # The materialized view needs its tables.
        for path in sorted(COLLECTOR_DDL.glob("*.sql"), key=lambda path: path.stem.endswith("_mv")):
            server.execute(re.sub(r"\botel\.(?=otel_)", "theirs.", path.read_text()))

    def facts(self, database):
        """{table: {fact: value}} of everything that must be the same."""
        def rows(sql):
            return server.query(sql, parameters={"database": database})
        out = {}
        for row in rows("SELECT name, engine, partition_key, sorting_key, primary_key, sampling_key "
                        "FROM system.tables WHERE database = {database:String}"):
            facts = out.setdefault(row.pop("name"), {})
            facts.update({f"table {key}": value for key, value in row.items()})
        for row in rows("SELECT table, name, type, default_kind, default_expression, compression_codec "
                        "FROM system.columns WHERE database = {database:String}"):
            out[row.pop("table")][f"column {row.pop('name')}"] = row
        for row in rows("SELECT table, name, expr, type_full, granularity FROM system.data_skipping_indices "
                        "WHERE database = {database:String}"):
            out[row.pop("table")][f"index {row.pop('name')}"] = row
        return out

    def test_tables_are_those_of_the_collector_but_for_what_is_meant(self):
        ours, theirs = self.facts("ours"), self.facts("theirs")
        self.assertEqual(set(ours), set(theirs))
        for table, facts in sorted(theirs.items()):
            if table.endswith("_mv"):   # its columns are those of its query
                continue
            with self.subTest(table):
                different = {f"-{fact}" for fact in facts if fact not in ours[table]}
                different |= {f"+{fact}" for fact in ours[table] if fact not in facts}
                different |= {f"~{fact}" for fact in facts if ours[table].get(fact, facts[fact]) != facts[fact]}
                self.assertEqual(different, self.DIFFERENT.get(table, set()))

    def test_columns_stand_in_the_same_order(self):
        sql = ("SELECT name FROM system.columns WHERE database = '{}' AND table = '{}' AND default_kind = '' "
               "ORDER BY position")
        for table in self.facts("theirs"):
            self.assertEqual(server.query(sql.format("ours", table)), server.query(sql.format("theirs", table)), table)

    def test_a_traces_range_is_found_by_its_id_before_and_after_merges(self):
        for second in (5, 1, 9):
            server.execute("INSERT INTO ours.otel_traces (Timestamp, TraceId, ServiceName) VALUES "
                           f"('2026-01-01 00:00:0{second}.5', 'abc', 's'), ('2026-01-01 00:00:0{second}', '', 's')")
        for _ in range(2):
            rows = server.query("SELECT TraceId, toString(min(Start)) AS first, toString(max(End)) AS last "
                                "FROM ours.otel_traces_trace_id_ts GROUP BY TraceId")
            self.assertEqual(rows, [{"TraceId": "abc", "first": "2026-01-01 00:00:01", "last": "2026-01-01 00:00:09"}])
            server.execute("OPTIMIZE TABLE ours.otel_traces_trace_id_ts FINAL")


class ViewsTest(unittest.TestCase):
    """The views of the colblock layout beside the tables under them, before and after merges."""

    PERIODS = {"metrics_1m": "toStartOfMinute", "metrics_1h": "toStartOfHour", "metrics_1d": "toStartOfDay"}
    KEYS = "metric_name, service_name, metric_type, temporality, attributes"

    @classmethod
    def setUpClass(cls):
        create("views")
        # Six parts over three days, with groups that recur in each part, of every type, of both signs,
        # and points without a recorded value, which the views leave out.
        for part in range(6):
            server.execute(f"""
                INSERT INTO views.metrics (timestamp, metric_name, metric_type, service_name, temporality,
                                           attributes, value, flags)
                SELECT fromUnixTimestamp64Nano(toInt64(1767225600000000000 + (number * 7919 + {part}) % 259200
                           * 1000000000 + number), 'UTC'),
                       ['cpu', 'requests', 'latency'][number % 3 + 1],
                       ['gauge', 'sum', 'histogram', 'exponential_histogram', 'summary'][number % 5 + 1],
                       ['cart', 'checkout'][number % 2 + 1],
                       ['unspecified', 'delta', 'cumulative'][number % 7 % 3 + 1],
                       map('host', toString(number % 4), 'zone', 'a'),
                       (toFloat64(cityHash64(number, {part}) % 2000003) - 500000) / 7,
                       number % 101 = 0 ? 1 : 0
                FROM numbers(20000)""")
        # Groups of 1, 8,192, 8,193 and 60,000 spans, and one that outgrows the sample; the smaller ones of two
        # services, and in two minutes on different days. Each lies in four parts, and no two are alike.
        groups = [(name, size, service, minute)
                  for name, size in {"one": 1, "exact": 8192, "above": 8193, "many": 60_000, "sampled": 200_000}.items()
                  for service, minute in (("shop", "2026-01-01 00:00"), ("cart", "2026-01-01 00:00"),
                                          ("shop", "2026-01-02 23:59"))
                  if size < 60_000 or (service, minute) == ("shop", "2026-01-01 00:00")]
        for part in range(4):
            for i, (name, size, service, minute) in enumerate(groups):
                rows = size // 4 + (part < size % 4)
                server.execute(f"""
                    INSERT INTO views.traces (timestamp, trace_id, service_name, span_name, duration_ns)
                    SELECT toDateTime64('{minute}:30', 9, 'UTC'), toString(number), '{service}', '{name}',
                           toUInt64(exp(cityHash64(number, {part}, {i}) % 1000003 / 60000.))
                    FROM numbers({rows})""")

    def both_times(self, compare):
        """Before merges, where groups lie in several parts, and after."""
        data = [row["name"] for row in server.query(
            "SELECT name FROM system.tables WHERE database = 'views' AND name LIKE '%\\_data'")]
        self.assertEqual(len(data), 4)
        for table in data:
            self.assertGreater(server.value(f"SELECT count() FROM views.{table}"), 0, table)
        compare()
        for table in data:
            server.execute(f"OPTIMIZE TABLE views.{table} FINAL")
        compare()

    def test_metrics_agree_with_their_points(self):
        def compare():
            for view, bucket in self.PERIODS.items():
                (row,) = server.query(f"""
                    SELECT count() AS groups,
                           countIf(v.count != r.count) AS counts,
                           countIf(v.min != r.min OR v.max != r.max) AS extremes,
                           countIf(abs(v.sum - r.sum) > 1e-12 * abs(r.sum)) AS sums,
                           countIf(abs(v.avg - r.avg) > 1e-12 * abs(r.avg)) AS averages,
                           max(r.count) AS largest
                    FROM (SELECT * FROM views.{view}) AS v
                    FULL JOIN (SELECT {bucket}(timestamp) AS timestamp, {self.KEYS}, count() AS count,
                                      min(value) AS min, max(value) AS max, sumKahan(value) AS sum,
                                      sumKahan(value) / count() AS avg
                               FROM (SELECT timestamp AS time, * EXCEPT timestamp, time AS timestamp FROM views.metrics)
                               WHERE metric_type IN ('gauge', 'sum') AND bitAnd(flags, 1) = 0
                               GROUP BY ALL) AS r
                    USING (timestamp, {self.KEYS})""")
                largest = row.pop("largest")
                groups = row.pop("groups")
                self.assertEqual(row, {"counts": 0, "extremes": 0, "sums": 0, "averages": 0}, view)
                self.assertGreater(groups, 100, view)
                if view != "metrics_1m":
                    self.assertGreater(largest, 10, view)
        self.both_times(compare)

    def test_percentiles_agree_with_their_spans(self):
        def compare():
            rows = server.query("""
                    SELECT service_name, span_name, timestamp, v.count = r.count AS same_count, v.total_duration_ns = r.total AS same_total,
                           [p50, p90, p95, p99] = r.exact AS same_quantiles, r.count AS count,
                           arrayMap((value, level) -> abs(arrayCount(x -> x <= value, r.durations) / r.count - level),
                                    [p50, p90, p95, p99], [0.5, 0.9, 0.95, 0.99]) AS rank_errors
                    FROM views.traces_percentiles_1m AS v
                    JOIN (SELECT service_name, span_name, toStartOfMinute(timestamp) AS timestamp, count() AS count, sum(duration_ns) AS total,
                                 quantiles(0.5, 0.9, 0.95, 0.99)(duration_ns) AS exact,
                                 groupArray(duration_ns) AS durations
                          FROM (SELECT timestamp AS time, * EXCEPT timestamp, time AS timestamp FROM views.traces)
                          GROUP BY ALL) AS r USING (service_name, span_name, timestamp)""")
            self.assertEqual(len(rows), 11)
            for row in rows:
                with self.subTest((row["service_name"], row["span_name"], row["timestamp"])):
                    self.assertTrue(row["same_count"] and row["same_total"])
                    if row["count"] <= 8192:
                        self.assertTrue(row["same_quantiles"])
                    self.assertLess(max(row["rank_errors"]), 0.01 if row["count"] > 1 else 1)
        self.assertEqual(server.value("SELECT count() FROM views.traces_percentiles_1m"), 11)
        self.both_times(compare)

    def test_what_looks_the_same_in_two_inserts_is_counted_twice_and_a_retry_once(self):
        create("again")
        point = "INSERT INTO again.metrics (timestamp, metric_name, metric_type, value) VALUES ('{}', 'm', 'gauge', 1)"
        # Two points of one minute that make the same states.
        server.execute(point.format("2026-01-01 00:00:01"), point.format("2026-01-01 00:00:02"))
        for _ in range(2):
            server.execute(point.format("2026-01-01 00:00:03"),
                           settings={"insert_deduplication_token": "group-7",
                                     "deduplicate_blocks_in_dependent_materialized_views": 1})
        self.assertEqual(server.value("SELECT count() FROM again.metrics"), 3)
        for view in self.PERIODS:
            self.assertEqual(server.query(f"SELECT count, sum FROM again.{view}"), [{"count": 3, "sum": 3}], view)

    def test_conditions_on_a_view_reach_the_key_of_its_table(self):
        for view, where in (("metrics_1m", "metric_name = 'nothing'"),
                            ("traces_percentiles_1m", "service_name = 'nothing'")):
            plan = server.query(f"EXPLAIN indexes = 1 SELECT * FROM views.{view} WHERE {where}", "TSVRaw").decode()
            self.assertRegex(plan, r"PrimaryKey\s+Keys:\s+(\w+)\s+Condition: \(\1 in \['nothing'")

    def test_columns_of_views_have_plain_types(self):
        for view in (*self.PERIODS, "traces_percentiles_1m"):
            types = {row["name"]: row["type"] for row in server.query(f"DESCRIBE TABLE views.{view}")}
            self.assertNotIn("AggregateFunction", " ".join(types.values()), view)
            self.assertEqual(types["timestamp"], "DateTime('UTC')")


if __name__ == "__main__":
    unittest.main()
