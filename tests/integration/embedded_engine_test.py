#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The embedded engine, a child of colblock-ingest: it stores, is restarted when it dies, and keeps its rows.

Only for what is shipped: the child is the program itself with the engine's library in it, and g++ 12's
AddressSanitizer gives that library a __pthread_mutex_lock that leads nowhere.
"""

import http.client
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402
import colblock  # noqa: E402
from otlp_bytes import spans  # noqa: E402

NOW = time.time_ns()


class EmbeddedEngine(unittest.TestCase):
    def setUp(self):
        try:
            colblock.program()
            self.library = clickhouse.Engine().library
        except clickhouse.Unavailable as problem:
            self.skipTest(str(problem))

    def test_it_stores_rows_restarts_when_killed_and_keeps_them(self):
        directory = self.enterContext(tempfile.TemporaryDirectory())
        arguments = ["--engine-library", str(self.library)]
        with colblock.Ingest(None, *arguments, directory=directory) as ingest:
            self.assertIn(b"embedded engine", ingest.get("/readyz")[1])
            self.assertEqual(ingest.post("traces", spans([NOW] * 10))[0], 200)
            child = subprocess.run(["pgrep", "-P", str(ingest.process.pid)], capture_output=True, text=True).stdout.split()
            self.assertEqual(len(child), 1)
            os.kill(int(child[0]), signal.SIGKILL)
            deadline, status = time.monotonic() + 40, 0
            while status != 200 and time.monotonic() < deadline:
                time.sleep(0.5)
                status = ingest.post("traces", spans([NOW + 1] * 10), timeout=30)[0]
            self.assertEqual(status, 200)
            self.assertEqual(ingest.stop(), 0)
        with colblock.Ingest(None, *arguments, directory=directory) as ingest:
            url = [word for line in ingest.log_text().splitlines() for word in line.split() if word.startswith("http://127")][0]
            port = int(url.rsplit(":", 1)[1])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("POST", "/", "SELECT count() FROM otel.traces")
            self.assertEqual(connection.getresponse().read(), b"20\n")
            connection.close()


if __name__ == "__main__":
    unittest.main()
