#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""OTLP over TLS, with clients that others wrote: Python's ssl, curl, the JavaScript SDK."""

import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import certificates  # noqa: E402
import clickhouse  # noqa: E402
import colblock  # noqa: E402
import http_wire as wire  # noqa: E402
import js_sdk  # noqa: E402
import otlp_bytes as otlp  # noqa: E402


def payload(count=1):
    return otlp.spans([time.time_ns()] * count)


def trusting(authority, certificate=None, maximum=None, minimum=None):
    context = ssl.create_default_context(cafile=str(authority.certificate))
    if certificate:
        context.load_cert_chain(*map(str, certificate))
    if maximum:
        context.minimum_version = minimum or ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = maximum
    return context


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            colblock.program()
            cls.place = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
            cls.authority = certificates.Authority(cls.place, "good")
            cls.stranger = certificates.Authority(cls.place, "stranger")
            cls.server = cls.enterClassContext(clickhouse.Engine())
            cls.certificate, cls.key = cls.authority.issue("server")
            cls.ingest = cls.start(cls.enterClassContext)
            cls.mutual = cls.start(cls.enterClassContext, "--tls-client-ca", str(cls.authority.certificate))
        except clickhouse.Unavailable as problem:
            raise unittest.SkipTest(str(problem))

    @classmethod
    def start(cls, enter, *more, certificate=None, key=None):
        return enter(colblock.Ingest(cls.server, "--lanes", "2", "--tls-cert", str(certificate or cls.certificate),
                                     "--tls-key", str(key or cls.key), *more))

    def count(self):
        return self.server.value("SELECT count() FROM otel.traces")

    def test_spans_over_tls_are_stored(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            before = self.count()
            tls = trusting(self.authority, maximum=version, minimum=version)
            self.assertEqual(self.ingest.post("traces", payload(7), tls=tls)[0], 200)
            self.assertEqual(self.count() - before, 7)

    def test_large_bodies_and_many_requests_share_a_connection(self):
        before = self.count()
        with wire.Connection(self.ingest.http_port, tls=trusting(self.authority)) as connection:
            for count in (1, 20_000, 3):
                self.assertEqual(connection.ask(wire.post("traces", payload(count))).status, 200)
            connection.send(wire.post("traces", payload(1)) + wire.post("traces", payload(1)))
            self.assertEqual([connection.answer().status for _ in range(2)], [200, 200])
        self.assertEqual(self.count() - before, 20_006)

    def test_versions_before_1_2_are_refused(self):
        old = trusting(self.authority, maximum=ssl.TLSVersion.TLSv1_1)
        old.set_ciphers("ALL:@SECLEVEL=0")
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.ingest.post("traces", payload(), tls=old)

    def test_a_client_with_another_authority_refuses_and_is_counted_in_the_log(self):
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.ingest.post("traces", payload(), tls=trusting(self.stranger))
        self.ingest.await_log("tls handshakes failed count=1")
        self.assertEqual(self.ingest.post("traces", payload(), tls=trusting(self.authority))[0], 200)

    def test_the_protocol_is_chosen_by_alpn(self):
        for offered, chosen in ((["h2", "http/1.1"], "http/1.1"), (["http/1.1"], "http/1.1"), (["h2"], "h2"), (None, None)):
            context = trusting(self.authority)
            if offered:
                context.set_alpn_protocols(offered)
            with wire.Connection(self.ingest.http_port, tls=context) as connection:
                self.assertEqual(connection.socket.selected_alpn_protocol(), chosen)
        context = trusting(self.authority)
        context.set_alpn_protocols(["spdy/3"])
        with self.assertRaisesRegex(ssl.SSLError, "(?i)no.application.protocol"):
            wire.Connection(self.ingest.http_port, tls=context)

    def test_http_in_the_clear_gets_one_readable_answer(self):
        with wire.Connection(self.ingest.http_port) as connection:
            answer = connection.ask(wire.post("traces", payload()))
            self.assertEqual(answer.status, 400)
            self.assertIn(b"https://", answer.body)
            self.assertTrue(connection.at_end())

    def test_clients_need_a_certificate_where_an_authority_is_given(self):
        good = trusting(self.authority, self.authority.issue("client"))
        self.assertEqual(self.mutual.post("traces", payload(), tls=good)[0], 200)
        for wrong in (None, self.stranger.issue("client"), self.authority.issue("late", days=-1)):
            with self.assertRaises((ssl.SSLError, ConnectionError), msg=wrong):
                self.mutual.post("traces", payload(), tls=trusting(self.authority, wrong))
        self.mutual.await_log("tls handshakes failed")

    def test_an_expired_certificate_is_told_at_start_and_refused_by_clients(self):
        certificate, key = self.authority.issue("expired", days=-1)
        ingest = self.start(self.enterContext, certificate=certificate, key=key)
        self.assertIn("tls certificate has expired", ingest.log_text())
        with self.assertRaises(ssl.SSLCertVerificationError):
            ingest.post("traces", payload(), tls=trusting(self.authority))

    def test_handshakes_have_a_deadline_however_they_trickle(self):
        ingest = self.start(self.enterContext, "--header-timeout", "1")
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", ingest.http_port), 20) as silent, \
                socket.create_connection(("127.0.0.1", ingest.http_port), 20) as slow:
            hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200)
            try:
                for byte in hello:
                    slow.sendall(bytes([byte]))
                    time.sleep(0.05)
            except ConnectionError:
                pass
            self.assertEqual(silent.recv(1), b"")
        self.assertLess(time.monotonic() - began, 15)
        ingest.await_log("the client was too slow")

    def test_garbage_and_half_handshakes_leave_the_server_well(self):
        for start in (os.urandom(1000), b"\x16\x03\x01\x00\x05hello", b"\x16", b""):
            with socket.create_connection(("127.0.0.1", self.ingest.http_port), 10) as stranger:
                stranger.sendall(start)
        self.assertEqual(self.ingest.post("traces", payload(), tls=trusting(self.authority))[0], 200)

    def test_curl_sends_over_tls(self):
        if not shutil.which("curl"):
            self.skipTest("no curl: apt-get install curl")
        done = subprocess.run(["curl", "-sS", "--fail-with-body", "--cacert", str(self.authority.certificate), "-H",
                               "Content-Type: application/x-protobuf", "--data-binary", "@-", "-w", "%{http_code}",
                               f"https://localhost:{self.ingest.http_port}/v1/traces"],
                              input=payload(2), capture_output=True, timeout=30)
        self.assertEqual((done.returncode, done.stdout), (0, b"200"), done.stderr)

    def test_the_javascript_sdk_exports_over_https(self):
        try:
            js_sdk.install()
        except js_sdk.Unavailable as problem:
            self.skipTest(str(problem))
        # The SDK sends the same records over every protocol, and a repetition is stored once: confirmed rows are counted.
        before = self.ingest.metric("colblock_rows_inserted_total")
        os.environ["NODE_EXTRA_CA_CERTS"] = str(self.authority.certificate)
        try:
            js_sdk.send(f"https://localhost:{self.ingest.http_port}", gzip=True)
        finally:
            del os.environ["NODE_EXTRA_CA_CERTS"]
        self.assertGreater(self.ingest.metric("colblock_rows_inserted_total"), before)

    def test_the_javascript_sdk_exports_over_grpc_and_tls(self):
        try:
            js_sdk.install()
        except js_sdk.Unavailable as problem:
            self.skipTest(str(problem))
        before = self.ingest.metric("colblock_rows_inserted_total")
        trust = {"NODE_EXTRA_CA_CERTS": str(self.authority.certificate),
                 "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(self.authority.certificate)}
        os.environ.update(trust)
        try:
            js_sdk.send(f"https://localhost:{self.ingest.grpc_port}", protocol="grpc")
        finally:
            for name in trust:
                del os.environ[name]
        self.assertGreater(self.ingest.metric("colblock_rows_inserted_total"), before)


class Reload(unittest.TestCase):
    def setUp(self):
        try:
            colblock.program()
            self.place = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
            self.authority = certificates.Authority(self.place, "good")
            self.issued = [self.authority.issue(name) for name in ("first", "second")]
            server = self.enterContext(clickhouse.Engine())
        except clickhouse.Unavailable as problem:
            self.skipTest(str(problem))
        self.certificate, self.key = self.place / "live.pem", self.place / "live.key"
        self.use(0)
        self.ingest = self.enterContext(colblock.Ingest(server, "--lanes", "2", "--tls-cert", str(self.certificate),
                                                        "--tls-key", str(self.key)))

    def use(self, which):
        for source, to in zip(self.issued[which], (self.certificate, self.key)):
            fresh = to.with_suffix(".new")
            shutil.copy(source, fresh)
            fresh.rename(to)

    def served(self):
        """The common name of the certificate that new connections see."""
        with wire.Connection(self.ingest.http_port, tls=trusting(self.authority)) as connection:
            return dict(pair[0] for pair in connection.socket.getpeercert()["subject"])["commonName"]

    def await_served(self, name):
        deadline = time.monotonic() + 15
        while self.served() != name:
            self.assertLess(time.monotonic(), deadline, self.ingest.log_text())
            time.sleep(0.1)

    def test_a_new_certificate_is_taken_under_load_without_an_error(self):
        stop, problems, sent = threading.Event(), [], []

        def send(keep):
            connection = None
            while not stop.is_set():
                try:
                    if not keep:
                        status = self.ingest.post("traces", payload(), tls=trusting(self.authority))[0]
                    else:
                        if connection is None:
                            connection = wire.Connection(self.ingest.http_port, tls=trusting(self.authority))
                        status = connection.ask(wire.post("traces", payload())).status
                    if status != 200:
                        problems.append(status)
                    sent.append(keep)
                except Exception as problem:  # noqa: BLE001
                    problems.append(problem)
            if connection:
                connection.socket.close()

        senders = [threading.Thread(target=send, args=(keep,)) for keep in (True, True, False, False)]
        for sender in senders:
            sender.start()
        try:
            self.assertEqual(self.served(), "first")
            for which, name in ((1, "second"), (0, "first")):
                self.use(which)
                self.await_served(name)
        finally:
            stop.set()
            for sender in senders:
                sender.join()
        self.assertEqual(problems, [])
        self.assertGreater(sent.count(True), 5)
        self.assertGreater(sent.count(False), 5)

    def test_sighup_reads_the_files_and_what_is_broken_is_not_taken(self):
        self.certificate.write_text("no certificate")
        self.ingest.process.send_signal(signal.SIGHUP)
        self.ingest.await_log("the former certificate stays")
        self.assertEqual(self.served(), "first")
        self.use(1)
        self.ingest.process.send_signal(signal.SIGHUP)
        self.await_served("second")
        self.assertIsNone(self.ingest.process.poll())


class Starting(unittest.TestCase):
    def test_wrong_files_are_named_with_what_is_wrong(self):
        try:
            colblock.program()
            place = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
            authority = certificates.Authority(place, "good")
            certificate, key = authority.issue("server")
            other_key = authority.issue("other")[1]
            locked = place / "locked.key"
            certificates.openssl("ec", "-in", key, "-aes256", "-passout", "pass:s3cret", "-out", locked)
        except clickhouse.Unavailable as problem:
            self.skipTest(str(problem))
        garbage, nothing, missing = place / "garbage.pem", place / "empty.pem", place / "missing.pem"
        garbage.write_text("garbage\n")
        nothing.write_text("")
        for arguments, expected in [
                (["--tls-cert", certificate], "--tls-key"),
                (["--tls-key", key], "--tls-cert"),
                (["--tls-client-ca", certificate], "--tls-cert"),
                (["--tls-cert", missing, "--tls-key", key], f"{missing}: No such file"),
                (["--tls-cert", certificate, "--tls-key", missing], f"{missing}: No such file"),
                (["--tls-cert", garbage, "--tls-key", key], f"{garbage} holds no certificate"),
                (["--tls-cert", nothing, "--tls-key", key], "the file is empty"),
                (["--tls-cert", certificate, "--tls-key", garbage], f"{garbage} holds no unencrypted private key"),
                (["--tls-cert", certificate, "--tls-key", locked], f"{locked} holds no unencrypted private key"),
                (["--tls-cert", certificate, "--tls-key", other_key], f"the key in {other_key} does not belong to"),
                (["--tls-cert", certificate, "--tls-key", key, "--tls-client-ca", garbage], f"{garbage} holds no certificate")]:
            with self.subTest(arguments):
                status, printed = colblock.refused_start(*arguments)
                self.assertEqual(status, 2, printed)
                self.assertIn(expected, printed)
                self.assertIn("colblock-ingest: error: --tls-", printed)


if __name__ == "__main__":
    unittest.main()
