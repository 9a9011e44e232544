#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every field of OTLP is what ClickHouse returns, in both layouts, whoever encoded it.

Payloads are written by the official protobuf package (every field of its descriptors), by
`colblock-ingest gen`, and by hand (tests/golden/otlp: every edge). The official package also reads them
all; what it read is compared with the rows, column by column.
"""

import pathlib
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "otlp"
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402
import colblock  # noqa: E402
import python_sdk  # noqa: E402
import stored_rows  # noqa: E402


class PayloadFields(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            python_sdk.install()
            cls.server = cls.enterClassContext(clickhouse.Engine())
            colblock.program()
        except (clickhouse.Unavailable, python_sdk.Unavailable) as problem:
            raise unittest.SkipTest(str(problem))
        cls.directory = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def check(self, family, paths, at_least, rejected=0):
        """Posts the payloads to both layouts and compares all rows."""
        sent = python_sdk.describe(*paths)
        valid = [span for span in sent["traces"] if span["traceId"] and span["spanId"]]
        self.assertEqual(len(sent["traces"]) - len(valid), rejected)
        sent["traces"] = valid
        for layout in ("colblock", "collector"):
            with self.subTest(layout), \
                    colblock.Ingest(self.server, "--layout", layout, database=f"{family}_{layout}") as ingest:
                started = time.time_ns()
                colblock.post_files(ingest, paths)
                stored_rows.check(self.server, f"{family}_{layout}", layout, sent, at_least,
                                  received=(started, time.time_ns()))

    def test_every_field_of_the_official_package(self):
        python_sdk.run("every_field.py", self.directory)
        self.check("every", sorted(self.directory.glob("every_*.pb")), at_least=120)

    def test_every_edge(self):
        self.check("edge", [GOLDEN / f"edge_{signal}.pb" for signal in colblock.PATHS], at_least=150, rejected=3)

    def test_generated_load(self):
        self.check("gen", colblock.generate(self.directory / "gen", 6000), at_least=6000)

    def test_a_mutated_byte_is_noticed(self):
        original = (GOLDEN / "js_logs.pb").read_bytes()
        path = self.directory / "mutated_logs.pb"
        for name, mutated in (("value", original.replace(b"user 42", b"user 43", 1)),
                              ("key", original.replace(b"text.plain", b"text.plaim", 1)),
                              ("nothing", original)):
            path.write_bytes(mutated)
            with self.subTest(name), colblock.Ingest(self.server, database=f"mutated_{name}") as ingest:
                colblock.post_files(ingest, [path])
                sent = python_sdk.describe(GOLDEN / "js_logs.pb")
                if name == "nothing":
                    stored_rows.check(self.server, f"mutated_{name}", "colblock", sent)
                    continue
                self.assertNotEqual(mutated, original)
                with self.assertRaisesRegex(AssertionError, "1 differences"):
                    stored_rows.check(self.server, f"mutated_{name}", "colblock", sent)


if __name__ == "__main__":
    unittest.main()
