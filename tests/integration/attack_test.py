#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""colblock-ingest under attack: memory stays bounded, and the next good request is served."""

import gzip
import pathlib
import random
import resource
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402
import colblock  # noqa: E402
import http_wire as wire  # noqa: E402
import otlp_bytes as otlp  # noqa: E402

MIB = 1 << 20
IDLE_CONNECTIONS = 10_000
BODIES_MIB = 256  # receiver::session_limits::max_in_use_len

# Opens many connections, says how many, holds them until its input ends.
HOLDER = r"""
import resource, socket, sys
port, count = int(sys.argv[1]), int(sys.argv[2])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
held = []
for _ in range(count):  # one request each: who never sends anything is soon closed
    held.append(socket.create_connection(("127.0.0.1", port), 30))
    held[-1].sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert held[-1].recv(1000)
print(len(held), flush=True)
sys.stdin.read()
"""


def gzip_bomb(num_mib):
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(MIB)
    return b"".join(compressor.compress(zeros) for _ in range(num_mib)) + compressor.flush()


class Attack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            colblock.program()
            cls.server = cls.enterClassContext(clickhouse.Engine())
            cls.ingest = cls.enterClassContext(colblock.Ingest(
                cls.server, "--lanes", "1", "--max-body", "16", "--header-timeout", "2", "--body-timeout", "3",
                "--max-connections", "15000"))
        except clickhouse.Unavailable as problem:
            raise unittest.SkipTest(str(problem))
        cls().assert_serves()
        cls.calm_mib = cls.ingest.resident_mib()

    def connect(self):
        return self.enterContext(wire.Connection(self.ingest.http_port))

    def assert_serves(self, within=10):
        began = time.monotonic()
        self.assertEqual(self.ingest.post("traces", otlp.spans([time.time_ns()] * 10))[0], 200)
        self.assertLess(time.monotonic() - began, within)

    def assert_bounded(self):
        """Against the budget of a lane for bodies on their way in, and something for the rest. The process keeps
        some of what it once needed, so the order of tests does not matter."""
        grown = self.ingest.resident_mib() - self.calm_mib
        print(f"    grown by {grown:.0f} MiB")
        self.assertLess(grown, BODIES_MIB + 64)

    def attack_with(self, requests, expected):
        """Sends each request on 8 connections at once; all are answered with one of `expected`."""
        answers = []

        def send(request):
            with wire.Connection(self.ingest.http_port) as connection:
                answers.append(connection.ask(request).status)

        for request in requests:
            senders = [threading.Thread(target=send, args=(request,)) for _ in range(8)]
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
        self.assertEqual(len(answers), 8 * len(requests))
        self.assertLessEqual(set(answers), set(expected))

    def test_bombs_cost_their_limit_and_no_more(self):
        bombs = {"gzip": gzip_bomb(1024), "deflate": zlib.compress(bytes(512 * MIB), 9)}
        many = gzip.compress(bytes(8 * MIB), 9)
        bombs["x-gzip"] = many * 100  # each member is below the limit
        for program in ("zstd", "lz4"):
            if not shutil.which(program):
                print(f"    not sent, the program is missing: {program}")
                continue
            # 1 GiB, once with its size in the header and once without.
            zeros = subprocess.Popen(["head", "-c", str(1024 * MIB), "/dev/zero"], stdout=subprocess.PIPE)
            bombs[program] = subprocess.run([program, "-c"], stdin=zeros.stdout, capture_output=True, check=True).stdout
            zeros.wait()
        if "zstd" in bombs:
            sized = subprocess.run(["zstd", "-c", "--stream-size", str(256 * MIB)], input=bytes(256 * MIB), capture_output=True)
            bombs["ZSTD"] = sized.stdout
        requests = [wire.post("traces", bomb, f"Content-Encoding: {coding}") for coding, bomb in bombs.items()]
        for request in requests:
            self.assertLess(len(request), 5 * MIB)
        self.attack_with(requests, {413})
        self.assert_bounded()
        self.assert_serves()

    def test_nesting_is_refused_or_cut_and_never_recursed_into(self):
        value = b""
        for _ in range(20_000):  # AnyValue.array_value.values
            value = otlp.field(5, otlp.field(1, value))
            if len(value) > MIB:
                break
        key_value = otlp.field(1, b"bomb") + otlp.field(2, value)
        log = otlp.field(1, otlp.field(2, otlp.field(2, otlp.field(5, value))))
        span = otlp.field(1, otlp.field(2, otlp.field(2, otlp.field(1, bytes(range(1, 17))) + otlp.field(2, b"12345678")
                                                           + otlp.field(9, key_value))))
        resource_bomb = otlp.field(1, otlp.field(1, otlp.field(1, key_value)))
        groups = b"\x0b" * MIB  # groups of an unknown field, one in another
        self.attack_with([wire.post("logs", log), wire.post("traces", span), wire.post("traces", resource_bomb),
                          wire.post("metrics", groups)], {200, 400})
        deep = 200_000
        array = b'{"arrayValue":{"values":[' * deep + b"{}" + b"]}}" * deep
        json_log = b'{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":' + array + b"}]}]}]}"
        unknown = b'{"unknown":' + b"[" * deep + b"]" * deep + b"}"
        self.attack_with([wire.post("logs", json_log, form="json"), wire.post("logs", unknown, form="json"),
                          wire.post("logs", b"[" * MIB, form="json"), wire.post("logs", b'{"a":' * deep, form="json")],
                         {200, 400, 415})
        self.assert_bounded()
        self.assert_serves()

    def test_attributes_without_number_are_refused(self):
        attributes = otlp.field(9, b"") * (4 * MIB)  # two bytes each
        span = otlp.field(1, otlp.field(2, otlp.field(2, otlp.field(1, bytes(range(1, 17))) + otlp.field(2, b"12345678") + attributes)))
        before = self.server.value("SELECT count() FROM otel.traces")
        self.attack_with([wire.post("traces", span)], {200, 400})
        self.assertEqual(self.server.value("SELECT count() FROM otel.traces"), before, "rejected alone, or as a whole")
        self.assert_bounded()
        self.assert_serves()

    def test_header_floods_are_ended(self):
        flood = b"POST /v1/traces HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 100_000
        self.attack_with([flood, b"POST /" + b"x" * MIB, b"x" * MIB, b"\r\n" * 100_000], {400, 431})
        self.assert_bounded()
        self.assert_serves()

    def test_slow_senders_hold_nothing_for_long(self):
        slow = [self.connect() for _ in range(300)]
        part = wire.head("traces", "Content-Length: 1000000")
        began = time.monotonic()
        while time.monotonic() - began < 4:
            for i, connection in enumerate(slow):
                try:
                    at = int((time.monotonic() - began) * 10)
                    connection.send(part[at:at + 1] if i % 2 else part if at == 0 else b"x")
                except ConnectionError:
                    pass
            self.assert_serves(within=3)
        ended = 0
        for connection in slow:
            try:
                while connection.socket.recv(65536):
                    pass
                ended += 1
            except ConnectionError:
                ended += 1
        self.assertEqual(ended, 300)
        self.assert_serves()

    def test_ten_thousand_idle_connections_cost_little(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if hard < IDLE_CONNECTIONS + 100:
            self.skipTest(f"the hard limit of open files is {hard}: raise it (ulimit -Hn)")
        before = self.ingest.resident_mib()
        with subprocess.Popen([sys.executable, "-c", HOLDER, str(self.ingest.http_port), str(IDLE_CONNECTIONS)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            try:
                self.assertEqual(holder.stdout.readline().strip(), str(IDLE_CONNECTIONS))
                for _ in range(5):
                    self.assert_serves(within=5)
                grown = self.ingest.resident_mib() - before
                print(f"    grown by {grown:.0f} MiB")
                self.assertLess(grown, 100)
            finally:
                holder.stdin.close()
        self.assert_serves()

    def test_connections_that_never_send_are_closed_soon(self):
        silent = [self.connect() for _ in range(200)]
        began = time.monotonic()
        for connection in silent:
            self.assertTrue(connection.at_end())
        self.assertLess(time.monotonic() - began, 10)

    def test_half_closed_connections_are_answered_or_ended(self):
        asked = self.connect()
        asked.send(wire.post("traces", otlp.spans([time.time_ns()])))
        asked.socket.shutdown(socket.SHUT_WR)
        self.assertEqual(asked.answer().status, 200)
        self.assertTrue(asked.at_end())
        for part in (b"", b"POST /v1", wire.head("traces", "Content-Length: 100") + b"half",
                     wire.head("traces", "Transfer-Encoding: chunked") + b"5\r\nhel"):
            for connection in [self.connect() for _ in range(50)]:
                connection.send(part)
                connection.socket.shutdown(socket.SHUT_WR)
                self.assertTrue(connection.at_end())
        # The other half: whoever never reads an answer is given up, and others do not wait for it.
        deaf = [self.connect() for _ in range(20)]
        for connection in deaf:
            connection.socket.setblocking(False)
            try:
                for _ in range(100):
                    connection.socket.send(wire.post("/nowhere", b"") * 20)
            except BlockingIOError:
                pass
        self.assert_serves()
        self.assert_bounded()

    def test_connections_that_reset_leave_nothing(self):
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # on, 0 seconds: close() sends RST
        for part in (wire.post("traces", otlp.spans([time.time_ns()] * 1000)), wire.head("traces", "Content-Length: 9000000") + bytes(MIB)):
            for _ in range(100):
                connection = socket.create_connection(("127.0.0.1", self.ingest.http_port))
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                connection.sendall(part)
                connection.close()
        self.assert_serves()
        self.assert_bounded()

    def test_rapid_resets_are_ended_and_others_are_served(self):
        def frame(kind, flags, stream, content=b""):
            return len(content).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + content

        def literal(name, value):
            return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value

        head = b"".join(literal(name, value) for name, value in [
            (b":method", b"POST"), (b":scheme", b"http"), (b":authority", b"a"),
            (b":path", b"/opentelemetry.proto.collector.trace.v1.TraceService/Export"),
            (b"content-type", b"application/grpc"), (b"te", b"trailers")])
        headers, settings, reset = 1, 4, 3
        end_headers = 4
        most = 400_000  # 65 MiB; after its GOAWAY the server reads and drops 16 at most
        for _ in range(5):
            connection = socket.create_connection(("127.0.0.1", self.ingest.grpc_port), 10)
            sent = 0
            try:
                connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(settings, 0, 0))
                for stream in range(1, 2 * most, 2):
                    connection.sendall(frame(headers, end_headers, stream, head)
                                       + frame(reset, 0, stream, (8).to_bytes(4, "big")))
                    sent += 1
            except ConnectionError:
                pass
            connection.close()
            self.assertLess(sent, most, "the connection was never ended")
        self.assert_serves()
        self.assert_bounded()

    def test_random_bytes_on_every_port_do_no_harm(self):
        rng = random.Random(1)
        starts = (b"", b"POST /v1/traces HTTP/1.1\r\n", wire.head("traces", "Transfer-Encoding: chunked"), b"\x16\x03\x01",
                  b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", wire.post("traces", b"", form="json")[:-2])
        for port in self.ingest.ports():
            for i in range(150):
                connection = socket.create_connection(("127.0.0.1", port), 10)
                try:
                    connection.sendall(starts[i % len(starts)] + rng.randbytes(rng.randrange(2000)))
                    connection.shutdown(socket.SHUT_WR)
                    connection.recv(100)
                except ConnectionError:
                    pass
                connection.close()
        self.assertIsNone(self.ingest.process.poll())
        self.assertEqual(self.ingest.get("/healthz")[0], 200)
        self.assert_serves()
        self.assert_bounded()


if __name__ == "__main__":
    unittest.main()
