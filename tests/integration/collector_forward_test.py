#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The OpenTelemetry Collector sends to colblock-ingest over gRPC, compressed as its configuration says: the rows
are those of the same payloads sent without it.

Its `otlp_grpc` exporter is unmodified. What it puts on the wire is looked at on the way, so that what is called
zstd here is zstd.
"""

import collections
import concurrent.futures
import pathlib
import re
import socket
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "otlp"
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402
import colblock  # noqa: E402
import collector  # noqa: E402
import stored_rows  # noqa: E402

# How a gRPC message begins: whether it is compressed, its length, and the first bytes of a frame of that kind.
KINDS = {"zstd": rb"\x01.{4}\x28\xb5\x2f\xfd", "gzip": rb"\x01.{4}\x1f\x8b\x08", "none": rb"\x00.{4}\x0a",
         "snappy": rb"\x01.{4}\xff\x06\x00\x00sNaPpY"}
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA = 0


class Tap:
    """A port that passes everything on to `port` and keeps what clients sent, `sent`, a connection an entry."""

    def __init__(self, port):
        self._target, self.sent = port, []

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            self.sent.append(bytearray())
            threading.Thread(target=self._serve, args=(client, server, self.sent[-1])).start()

    def _serve(self, client, server, kept):
        with client, server:
            back = threading.Thread(target=self._pump, args=(server, client, bytearray()))
            back.start()
            self._pump(client, server, kept)
            back.join()

    @staticmethod
    def _pump(source, target, kept):
        try:
            while data := source.recv(1 << 16):
                kept += data
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def kinds(self):
        """How many calls began with a message of each kind."""
        calls = {}
        for number, sent in enumerate(map(bytes, self.sent)):
            assert sent.startswith(PREFACE), sent[:40]
            at = len(PREFACE)
            while at < len(sent):
                length, stream = int.from_bytes(sent[at:at + 3]), int.from_bytes(sent[at + 5:at + 9])
                if sent[at + 3] == DATA:
                    calls[number, stream] = calls.get((number, stream), b"") + sent[at + 9:at + 9 + length]
                at += 9 + length
        return collections.Counter(name for begun in calls.values() for name, pattern in KINDS.items()
                                   if re.match(pattern, begun, re.DOTALL))


class Forwarding(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            collector.require()
            colblock.program()
            cls.server = cls.enterClassContext(clickhouse.Engine())
        except clickhouse.Unavailable as problem:
            raise unittest.SkipTest(str(problem))
        cls.directory = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def post(self, receiver, paths):
        """Posts the payloads, eight at a time."""
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda path: colblock.post_files(receiver, [path]), paths))

    def store_directly(self, database, paths):
        with colblock.Ingest(self.server, database=database) as ingest:
            self.post(ingest, paths)

    def num_rows(self, database):
        return sum(self.server.value(f"SELECT count() FROM {database}.{table}") for table in colblock.PATHS)

    def differences(self, one, other, at_least=1):
        """What is not the same in the tables of two databases, which hold rows of every signal."""
        found = []
        for table in colblock.PATHS:
            wanted = stored_rows.stored(self.server, one, table)
            self.assertGreaterEqual(len(wanted), at_least, table)
            found += stored_rows.differences(wanted, stored_rows.stored(self.server, other, table))
        return found


class Compression(Forwarding):
    def forward(self, database, paths, compression):
        """Sends the payloads through a Collector; gives the bytes that it sent."""
        with colblock.Ingest(self.server, database=database) as ingest, Tap(ingest.grpc_port) as tap:
            with collector.Forwarder(tap.port, compression) as forwarder:
                self.post(forwarder, paths)
            self.assertEqual(tap.kinds(), {compression: len(paths)})
            return sum(map(len, tap.sent))

    def golden(self):
        return [GOLDEN / f"js_{signal}.pb" for signal in colblock.PATHS]

    def test_every_compression_gives_the_rows_that_are_stored_without_it(self):
        paths = colblock.generate(self.directory / "gen", 6000)
        self.assertGreater(len(paths), 6)
        self.store_directly("direct", paths)
        size = {}
        for compression in KINDS:
            with self.subTest(compression):
                size[compression] = self.forward(compression, paths, compression)
                self.assertEqual(self.differences("direct", compression, at_least=1000), [])
        for compression in ("zstd", "gzip", "snappy"):
            self.assertLess(size[compression], size["none"] / 2, compression)

    def test_what_the_javascript_sdk_sends(self):
        self.store_directly("js_direct", self.golden())
        self.forward("js", self.golden(), "zstd")
        self.assertEqual(self.differences("js_direct", "js", at_least=20), [])

    def test_a_message_of_many_megabytes(self):
        logs = [path for path in colblock.generate(self.directory / "large", 60_000) if "logs" in path.name]
        path = self.directory / "large_logs.pb"
        path.write_bytes(b"".join(one.read_bytes() for one in logs))   # requests in a row are one request
        self.assertGreater(path.stat().st_size, 5_000_000)
        paths = [*self.golden()[:2], path]
        self.store_directly("large_direct", paths)
        self.forward("large", paths, "zstd")
        self.assertEqual(self.differences("large_direct", "large", at_least=20), [])

    def test_a_mutated_byte_is_noticed(self):
        original = (GOLDEN / "js_logs.pb").read_bytes()
        mutated = original.replace(b"user 42", b"user 43", 1)
        self.assertNotEqual(mutated, original)
        (self.directory / "mutated_logs.pb").write_bytes(mutated)
        self.store_directly("original", self.golden())
        self.forward("mutated", [*self.golden()[:2], self.directory / "mutated_logs.pb"], "zstd")
        found = self.differences("original", "mutated", at_least=20)
        self.assertEqual(len(found), 1, found)
        self.assertIn("user 43", found[0])


class ServerDown(Forwarding):
    def test_what_is_told_to_come_again_is_stored_once(self):
        paths = colblock.generate(self.directory / "down", 3000)
        self.store_directly("down_direct", paths)
        with colblock.Ingest(self.server, database="down") as ingest, \
                collector.Forwarder(ingest.grpc_port, "zstd", queue=True) as forwarder:
            self.server.kill()
            self.post(forwarder, paths)
            deadline = time.monotonic() + 30
            while ingest.metric("colblock_requests_rejoined_total") < 1 and time.monotonic() < deadline:
                time.sleep(0.2)
            self.assertGreater(ingest.metric("colblock_requests_expired_total"), 0)
            self.assertGreater(ingest.metric("colblock_requests_rejoined_total"), 0)
            self.server.start()
            deadline = time.monotonic() + 60
            while self.num_rows("down") < self.num_rows("down_direct") and time.monotonic() < deadline:
                time.sleep(0.5)
            forwarder.close()   # nothing is left to come
            self.assertEqual(self.differences("down_direct", "down"), [])


if __name__ == "__main__":
    unittest.main()
