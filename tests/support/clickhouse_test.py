# SPDX-License-Identifier: Apache-2.0
"""Proves clickhouse.py against both servers. Run: python3 tests/support/clickhouse_test.py"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

import clickhouse


def started(make):
    """The server that `make` makes, started, or a skip which says what to install."""
    try:
        return make().__enter__()
    except clickhouse.Unavailable as problem:
        raise unittest.SkipTest(str(problem))


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class EngineTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = started(clickhouse.Engine)
        cls.addClassCleanup(cls.server.close)

    def test_is_the_version_that_was_pinned(self):
        self.assertEqual(self.server.query("SELECT version() AS v"), [{"v": "26.7.2.1"}])

    def test_gives_back_what_was_inserted(self):
        server = self.server
        server.execute("CREATE TABLE kept (id UInt64, tags Map(String, String)) "
                       "ENGINE = MergeTree ORDER BY id")
        server.insert("INSERT INTO kept FORMAT JSONEachRow",
                      '{"id": 18446744073709551615, "tags": {"k": "\u017e"}}\n'.encode())
        rows = [{"id": 18446744073709551615, "tags": {"k": "\u017e"}}]
        self.assertEqual(server.query("SELECT * FROM kept"), rows)
        ports = server.tcp_port, server.http_port

        server.restart()
        self.assertEqual(server.query("SELECT * FROM kept"), rows)
        server.kill()
        with self.assertRaises(OSError):
            server.query("SELECT 1")
        server.start()
        self.assertEqual(server.query("SELECT * FROM kept"), rows)
        self.assertEqual((server.tcp_port, server.http_port), ports)

    def test_native_block_has_the_documented_bytes(self):
        # One column, one row; name "n", type "UInt8", value 7.
        self.assertEqual(self.server.query_native("SELECT toUInt8(7) AS n"),
                         b"\x01\x01" b"\x01n" b"\x05UInt8" b"\x07")

    def test_equal_map_keys_are_all_in_the_raw_text(self):
        text = self.server.query("SELECT map('k', 1, 'k', 2) AS m", format="raw")
        self.assertEqual(text, b'{"m":{"k":1,"k":2}}\n')

    def test_error_carries_the_code_even_after_rows_were_written(self):
        with self.assertRaises(clickhouse.ServerError) as caught:
            self.server.query("SELECT throwIf(number = 100000) FROM numbers(200000)")
        self.assertEqual(caught.exception.code, 395)

    def test_parameters_are_not_pasted_into_the_query(self):
        rows = self.server.query("SELECT {text:String} AS t", parameters={"text": "it's"})
        self.assertEqual(rows, [{"t": "it's"}])

    def test_native_port_speaks_the_native_protocol(self):
        hello = b"\x00\x01t\x01\x01\xb2\xa9\x03\x00\x07default\x00"   # revision 54450
        with socket.create_connection((self.server.host, self.server.tcp_port), 5) as connection:
            connection.sendall(hello)
            answer = connection.recv(4096)
        self.assertEqual(answer[0], 0)
        self.assertIn(b"ClickHouse", answer)

    def test_users_have_passwords(self):
        with clickhouse.Engine(users={"writer": "s<&cret"}) as server:
            self.assertEqual(server.value("SELECT currentUser()"), "writer")
            server.password = "wrong"
            with self.assertRaises(clickhouse.ServerError) as caught:
                server.query("SELECT 1")
            self.assertIn(caught.exception.code, (516, 194))

    def test_missing_library_says_what_to_run(self):
        with self.assertRaisesRegex(clickhouse.Unavailable, "deploy/install_engine"):
            clickhouse.Engine(library="/nowhere/libchdb.so")


class OldServerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = started(lambda: clickhouse.OldServer(users={"default": "s<&cret"}))
        cls.addClassCleanup(cls.server.close)

    def test_is_version_18_16(self):
        self.assertEqual(self.server.query("SELECT version() AS v"), [{"v": "18.16.1"}])

    def test_gives_back_what_was_inserted(self):
        server = self.server
        server.execute("CREATE TABLE kept (id UInt64, tags Array(String)) "
                       "ENGINE = MergeTree ORDER BY id")
        server.insert("INSERT INTO kept FORMAT JSONEachRow",
                      '{"id": 18446744073709551615, "tags": ["\u017e"]}\n'.encode())
        rows = [{"id": 18446744073709551615, "tags": ["\u017e"]}]
        self.assertEqual(server.query("SELECT * FROM kept"), rows)
        server.restart()
        self.assertEqual(server.query("SELECT * FROM kept"), rows)
        server.kill()
        server.start()
        self.assertEqual(server.query("SELECT * FROM kept"), rows)

    def test_native_block_has_the_documented_bytes(self):
        self.assertEqual(self.server.query_native("SELECT toUInt8(7) AS n"),
                         b"\x01\x01" b"\x01n" b"\x05UInt8" b"\x07")

    def test_wrong_password_is_an_error_and_the_server_stays(self):
        server = self.server
        right, server.password = server.password, "wrong"
        try:
            with self.assertRaises(clickhouse.ServerError) as caught:
                server.query("SELECT 1")
            self.assertEqual(caught.exception.code, 193)
        finally:
            server.password = right
        self.assertEqual(server.value("SELECT 1"), 1)

    def test_error_carries_the_code(self):
        with self.assertRaises(clickhouse.ServerError) as caught:
            self.server.query("SELECT * FROM nowhere")
        self.assertEqual(caught.exception.code, 60)


class ProgramTest(unittest.TestCase):
    def test_serves_until_its_input_ends_and_leaves_nothing(self):
        process = subprocess.Popen([sys.executable, clickhouse.__file__, "engine"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        line = process.stdout.readline()
        if not line and process.wait() == 77:
            self.skipTest(process.stderr.read().strip())
        where = json.loads(line)
        socket.create_connection(("127.0.0.1", where["tcp_port"]), 5).close()
        process.communicate()
        self.assertEqual(process.returncode, 0)
        self.assertFalse(alive(where["pid"]))
        self.assertFalse(os.path.exists(where["directory"]))

    def test_server_dies_with_a_killed_parent(self):
        process = subprocess.Popen([sys.executable, clickhouse.__file__, "engine"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        with process:
            line = process.stdout.readline()
            if not line and process.wait() == 77:
                self.skipTest(process.stderr.read().strip())
            where = json.loads(line)
            self.addCleanup(shutil.rmtree, where["directory"])
            process.send_signal(signal.SIGKILL)
            process.wait()
            deadline = time.monotonic() + 5
            while alive(where["pid"]) and time.monotonic() < deadline:
                time.sleep(0.02)
            self.assertFalse(alive(where["pid"]))


if __name__ == "__main__":
    unittest.main()
