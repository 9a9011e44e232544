#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What receivers of OTLP/HTTP get wrong: each edge by its claim, sent in protobuf and in JSON.

The numbers are those of the list that issue 4 of the project stands on; the sections are those of the
OTLP specification (1.11.0).
"""

import gzip
import json
import pathlib
import subprocess
import sys
import time
import unittest
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402
import colblock  # noqa: E402
import http_wire as wire  # noqa: E402
import otlp_bytes as otlp  # noqa: E402

FORMS = ("protobuf", "json")
MIB = 1 << 20
INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNIMPLEMENTED, UNAVAILABLE = 3, 8, 12, 14
now = time.time_ns


def payload(form, count=1, **more):
    """A request that no other is equal to: equal ones may be stored once."""
    if form == "json":
        return otlp.json_spans([now()] * count, **more)
    return otlp.spans([now()] * count, **more)


def empty(form):
    return b"{}" if form == "json" else b""


class Edges(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            colblock.program()
            cls.server = cls.enterClassContext(clickhouse.Engine())
            cls.ingest = cls.enterClassContext(colblock.Ingest(cls.server, "--lanes", "1"))
        except clickhouse.Unavailable as problem:
            raise unittest.SkipTest(str(problem))
        with wire.Connection(cls.ingest.http_port) as connection:
            cls.forms = FORMS
            if connection.ask(wire.post("traces", b"{}", form="json")).status == 415:
                print("NOT TESTED with JSON: this colblock-ingest does not take it")
                cls.forms = ("protobuf",)

    def connect(self, ingest=None):
        return self.enterContext(wire.Connection((ingest or self.ingest).http_port))

    def each_form(self):
        for form in self.forms:
            with self.subTest(form=form):
                yield form

    def assert_refused(self, answer, status, code, form):
        """A google.rpc.Status in the request's encoding (edge 9)."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.fields["content-type"], wire.TYPES[form])
        got, message = otlp.status_of(answer.body, form)
        self.assertEqual(got, code)
        self.assertTrue(message)
        return message

    def count(self):
        return self.server.value("SELECT count() FROM otel.traces")

    # Edge 1 (OTLP/HTTP Request): the limit counts before and after decompression, with a length and without.
    def test_the_size_limit_counts_after_decompression(self):
        small = self.enterContext(colblock.Ingest(self.server, "--max-body", "1", "--lanes", "1"))
        for form in self.each_form():
            bombs = {"gzip": gzip.compress(bytes(2 * MIB)), "deflate": zlib.compress(bytes(2 * MIB))}
            zstd = subprocess.run(["zstd", "-c"], input=bytes(2 * MIB), capture_output=True)
            if zstd.returncode == 0:
                bombs["zstd"] = zstd.stdout
            for coding, bomb in bombs.items():
                self.assertLess(len(bomb), MIB)
                answer = self.connect(small).ask(wire.post("traces", bomb, f"Content-Encoding: {coding}", form=form))
                self.assert_refused(answer, 413, RESOURCE_EXHAUSTED, form)
            answer = self.connect(small).ask(wire.head("traces", f"Content-Length: {MIB + 1}", form=form))
            self.assert_refused(answer, 413, RESOURCE_EXHAUSTED, form)
            chunked = wire.head("traces", "Transfer-Encoding: chunked", form=form) + b"%x\r\n" % (MIB + 1)
            self.assert_refused(self.connect(small).ask(chunked), 413, RESOURCE_EXHAUSTED, form)
            self.assertEqual(self.connect(small).ask(wire.post("traces", payload(form), form=form)).status, 200)

    # Edge 2 (OTLP/gRPC Request): real batches are larger than 4 MiB.
    def test_batches_larger_than_four_mebibytes_are_stored(self):
        for form in self.each_form():
            name = "n" * 5000
            body = payload(form, 1200, name=name if form == "json" else name.encode())
            self.assertGreater(len(body), 5 * MIB)
            before = self.count()
            self.assertEqual(self.connect().ask(wire.post("traces", body, form=form)).status, 200)
            self.assertEqual(self.count() - before, 1200)

    # Edge 3 (Full Success): partial_success is left unset.
    def test_full_success_leaves_partial_success_unset(self):
        for form in self.each_form():
            for signal in ("traces", "metrics", "logs"):
                body = payload(form) if signal == "traces" else empty(form)
                answer = self.connect().ask(wire.post(signal, body, form=form))
                self.assertEqual((answer.status, answer.body), (200, empty(form)))

    # Edge 4 (Partial Success): 200 with a count, and the other records are stored.
    def test_partial_success_is_a_200_with_a_count(self):
        for form in self.each_form():
            before = self.count()
            if form == "json":
                good, bad = (json.loads(payload(form, n, trace_id=i))["resourceSpans"] for n, i in ((3, bytes(range(1, 17))), (2, b"short")))
                body = json.dumps({"resourceSpans": good + bad}).encode()
            else:
                body = payload(form, 3) + payload(form, 2, trace_id=b"short")
            answer = self.connect().ask(wire.post("traces", body, form=form))
            self.assertEqual(answer.status, 200)
            if form == "json":
                partial = json.loads(answer.body)["partialSuccess"]
                self.assertEqual(int(partial["rejectedSpans"]), 2)
                self.assertTrue(partial["errorMessage"])
            else:
                partial = otlp.fields_of(otlp.fields_of(answer.body)[1][0])
                self.assertEqual(partial[1], [2])
                self.assertTrue(partial[2][0])
            self.assertEqual(self.count() - before, 3)

    # Edge 5 (Full Success; Empty Telemetry Envelopes): empty envelopes succeed and insert nothing.
    def test_empty_requests_and_envelopes_succeed_and_insert_nothing(self):
        inserts = self.ingest.metric("colblock_inserts_total")
        for form in self.each_form():
            bodies = {"json": [b"{}", b'{"resourceSpans":[]}', b'{"resourceSpans":[{"scopeSpans":[]}]}',
                               b'{"resourceSpans":[{"scopeSpans":[{"spans":[]}]}]}'],
                      "protobuf": [b"", otlp.field(1, b""), otlp.field(1, otlp.field(2, b""))]}[form]
            for body in bodies:
                answer = self.connect().ask(wire.post("traces", body, form=form))
                self.assertEqual((answer.status, answer.body), (200, empty(form)), body)
        self.assertEqual(self.ingest.metric("colblock_inserts_total"), inserts)

    # Edges 6 and 7 (Retryable Response Codes; OTLP/HTTP Throttling): what can be sent again is 503 with whole seconds.
    def test_overload_is_a_503_with_whole_seconds_and_never_a_500(self):
        with clickhouse.Engine() as server, colblock.Ingest(server, "--lanes", "1", database="gone") as ingest:
            server.kill()
            for form in self.each_form():
                answer = self.connect(ingest).ask(wire.post("traces", payload(form), form=form))
                self.assert_refused(answer, 503, UNAVAILABLE, form)
                self.assertRegex(answer.fields["retry-after"], r"\A[1-9][0-9]*\Z")

    # Edge 9 (Failures; Bad Data): every error has a body in the request's encoding, bad data is 400.
    def test_every_error_is_a_status_in_the_encoding_of_the_request(self):
        for form in self.each_form():
            bad = b'{"resourceSpans": 7' if form == "json" else b"\x0a\x7f"
            self.assert_refused(self.connect().ask(wire.post("traces", bad, form=form)), 400, INVALID_ARGUMENT, form)
            for request, status, code in [
                    (wire.post("/v1/nothing", b"", form=form), 404, UNIMPLEMENTED),
                    (wire.head("traces", form=form, method="GET"), 405, UNIMPLEMENTED),
                    (wire.head("traces", form=form), 411, INVALID_ARGUMENT),
                    (wire.head("traces", "Content-Length: 99999999999", form=form), 413, RESOURCE_EXHAUSTED),
                    (wire.post("traces", b"", "Content-Encoding: br", form=form), 415, INVALID_ARGUMENT),
                    (wire.head("traces", "X: " + "x" * 40_000, form=form), 431, INVALID_ARGUMENT),
                    (wire.head("traces", "Content-Length: 1", "Content-Length: 1", form=form), 400, INVALID_ARGUMENT),
                    (wire.head("traces", "Transfer-Encoding: chunked", form=form) + b"zz\r\n", 400, INVALID_ARGUMENT)]:
                self.assert_refused(self.connect().ask(request), status, code, form)

    def test_a_405_and_a_415_say_what_would_do(self):
        self.assertEqual(self.connect().ask(wire.head("traces", method="PUT")).fields["allow"], "POST")
        answer = self.connect().ask(wire.post("traces", b"", "Content-Encoding: br"))
        self.assertIn("gzip", answer.fields["accept-encoding"])

    def test_slow_requests_are_answered_408_in_their_encoding(self):
        slow = self.enterContext(colblock.Ingest(self.server, "--header-timeout", "1", "--body-timeout", "1", "--lanes", "1"))
        for form in self.each_form():
            head, body = self.connect(slow), self.connect(slow)
            head.send(wire.head("traces", form=form)[:-2])
            body.send(wire.head("traces", "Content-Length: 10", form=form) + b"half")
            for connection in (head, body):
                self.assert_refused(connection.answer(), 408, UNAVAILABLE, form)

    # Edge 10 (OTLP/HTTP Response): the answer has the request's media type, which is read with parameters and any case.
    def test_the_answer_has_the_media_type_of_the_request(self):
        for sent, form in [("application/json; charset=utf-8", "json"), ("APPLICATION/JSON", "json"),
                           ("application/json;charset=UTF-8;x=y", "json"), ("Application/X-Protobuf ;a=b", "protobuf")]:
            if form not in self.forms:
                continue
            answer = self.connect().ask(wire.post("traces", payload(form), "Accept: text/html", form=sent))
            self.assertEqual((answer.status, answer.fields["content-type"]), (200, wire.TYPES[form]), sent)
        answer = self.connect().ask(wire.post("traces", b"", form="text/plain"))
        self.assertEqual(answer.status, 415)
        self.assertTrue(answer.fields["content-type"].startswith("text/plain"))

    def test_answers_are_not_compressed_whatever_the_sender_accepts(self):
        answer = self.connect().ask(wire.post("traces", b"x", "Accept-Encoding: gzip, zstd"))
        self.assertEqual(otlp.status_of(answer.body, "protobuf")[0], INVALID_ARGUMENT)
        self.assertNotIn("content-encoding", answer.fields)

    # Edge 11 (OTLP/HTTP Request): gzip of several members and identity are taken, what is unknown is 415.
    def test_every_offered_encoding_is_stored_and_others_are_refused(self):
        compress = {"identity": lambda raw: raw, "gzip": gzip.compress, "GZIP": gzip.compress, "deflate": zlib.compress,
                    "gzip, identity": gzip.compress,
                    "x-gzip": lambda raw: gzip.compress(raw[:10]) + gzip.compress(raw[10:])}
        for program, arguments in (("zstd", ["-c"]), ("lz4", ["-c"])):
            compress[program] = lambda raw, line=[program, *arguments]: subprocess.run(
                line, input=raw, capture_output=True, check=True).stdout
        for form in self.each_form():
            for coding, encode in compress.items():
                before = self.count()
                try:
                    body = encode(payload(form, 2))
                except FileNotFoundError as missing:
                    print(f"not tested, the program is missing: {missing}")
                    continue
                answer = self.connect().ask(wire.post("traces", body, f"Content-Encoding: {coding}", form=form))
                self.assertEqual((answer.status, answer.body), (200, empty(form)), coding)
                self.assertEqual(self.count() - before, 2, coding)
            for coding in ("br", "gzip, gzip", "zstd, gzip", "compress"):
                answer = self.connect().ask(wire.post("traces", b"x", f"Content-Encoding: {coding}", form=form))
                self.assert_refused(answer, 415, INVALID_ARGUMENT, form)
            answer = self.connect().ask(wire.post("traces", payload(form), "Content-Encoding: gzip", form=form))
            self.assert_refused(answer, 400, INVALID_ARGUMENT, form)

    # Edge 12 (OTLP/HTTP Connection): chunks, Expect, pipelining, and reuse after an error.
    def test_chunked_bodies_with_extensions_and_trailers_are_stored(self):
        for form in self.each_form():
            body = payload(form, 2)
            before = self.count()
            chunks = wire.chunk(body[:7]) + b"%x;name=value\r\n" % (len(body) - 7) + body[7:] + b"\r\n0\r\nTrailer: x\r\n\r\n"
            connection = self.connect()
            self.assertEqual(connection.ask(wire.head("traces", "Transfer-Encoding: chunked", form=form) + chunks).status, 200)
            self.assertEqual(self.count() - before, 2)
            self.assertEqual(connection.ask(wire.post("traces", empty(form), form=form)).status, 200)

    def test_who_expects_to_continue_is_told_to_or_refused_at_once(self):
        for form in self.each_form():
            body = payload(form)
            connection = self.connect()
            head = wire.head("traces", f"Content-Length: {len(body)}", "Expect: 100-continue", form=form)
            self.assertEqual(connection.ask(head).status, 100)
            self.assertEqual(connection.ask(body).status, 200)
            refused = self.connect()
            self.assertEqual(refused.ask(head.replace(b"/v1/traces", b"/nowhere")).status, 404)
            self.assertTrue(refused.at_end())

    def test_pipelined_requests_are_answered_in_order(self):
        for form in self.each_form():
            connection = self.connect()
            connection.send(wire.post("traces", payload(form), form=form) + wire.post("/none", b"123", form=form)
                            + wire.post("traces", payload(form), form=form))
            self.assertEqual([connection.answer().status for _ in range(3)], [200, 404, 200])

    def test_a_connection_goes_on_after_an_error(self):
        for form in self.each_form():
            connection = self.connect()
            bad = b"[" if form == "json" else b"\x0a\x7f"
            for request, status in [(wire.post("traces", bad, form=form), 400),
                                    (wire.post("traces", b"x", "Content-Encoding: gzip", form=form), 400),
                                    (wire.post("traces", b"some body", "Content-Encoding: br", form=form), 415),
                                    (wire.post("/v2/traces", b"some body", form=form), 404),
                                    (wire.post("traces", payload(form), form=form), 200)]:
                self.assertEqual(connection.ask(request).status, status)

    def test_http_1_0_and_targets_with_a_host_are_understood(self):
        for form in self.each_form():
            body = payload(form)
            old = self.connect()
            answer = old.ask(wire.head("traces", f"Content-Length: {len(body)}", form=form, version="HTTP/1.0") + body)
            self.assertEqual((answer.status, answer.fields["connection"]), (200, "close"))
            self.assertTrue(old.at_end())
            target = f"http://127.0.0.1:{self.ingest.http_port}/v1/traces"
            self.assertEqual(self.connect().ask(wire.post(target, payload(form), form=form)).status, 200)

    # Edge 33 (OTLP/HTTP Connection): one port and one connection for both encodings.
    def test_protobuf_and_json_share_a_connection(self):
        connection = self.connect()
        for form in self.forms * 2:
            answer = connection.ask(wire.post("traces", payload(form), form=form))
            self.assertEqual((answer.status, answer.fields["content-type"]), (200, wire.TYPES[form]))

    # Edge 35 (Duplicate Data): a sender that lost the answer and repeats the same bytes stores them once.
    def test_a_request_that_is_repeated_is_stored_once(self):
        for form in self.each_form():
            body = payload(form, 5)
            before = self.count()
            for _ in range(2):
                self.assertEqual(self.connect().ask(wire.post("traces", body, form=form)).status, 200)
            self.assertEqual(self.count() - before, 5)

    # Edge 36 (OTLP/HTTP Request): the default paths, behind any prefix; profiles are not taken.
    def test_paths_may_have_a_prefix_and_profiles_are_404(self):
        for form in self.each_form():
            for path in ("/v1/traces", "//v1/traces", "/tenant/a/v1/traces", "/v1/traces?timeout=10s", "/v1/metrics", "/v1/logs"):
                self.assertEqual(self.connect().ask(wire.post(path, empty(form), form=form)).status, 200, path)
            for path in ("/v1development/profiles", "/v1/trace", "/v1/traces/", "/"):
                self.assert_refused(self.connect().ask(wire.post(path, b"", form=form)), 404, UNIMPLEMENTED, form)


class Browsers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            colblock.program()
            server = cls.enterClassContext(clickhouse.Engine())
            cls.ingest = cls.enterClassContext(colblock.Ingest(
                server, "--cors-origins", "https://*.example.com,http://localhost:3000", "--cors-headers",
                "Content-Type,X-Team", "--cors-max-age", "600", "--lanes", "1"))
            cls.plain = cls.enterClassContext(colblock.Ingest(server, "--lanes", "1"))
        except clickhouse.Unavailable as problem:
            raise unittest.SkipTest(str(problem))

    def ask(self, data, ingest=None):
        with wire.Connection((ingest or self.ingest).http_port) as connection:
            return connection.ask(data)

    def test_a_preflight_is_answered(self):
        preflight = wire.head("traces", "Origin: https://shop.example.com", "Access-Control-Request-Method: POST",
                              "Access-Control-Request-Headers: content-type,x-team", method="OPTIONS")
        answer = self.ask(preflight)
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.fields["access-control-allow-origin"], "https://shop.example.com")
        self.assertEqual(answer.fields["access-control-allow-methods"], "POST")
        self.assertEqual(answer.fields["access-control-allow-headers"], "Content-Type, X-Team")
        self.assertEqual(answer.fields["access-control-max-age"], "600")
        self.assertEqual(self.ask(preflight.replace(b"shop.example.com", b"evil.test")).status, 403)
        self.assertEqual(self.ask(preflight, self.plain).status, 405)

    def test_answers_and_errors_can_be_read_by_the_page(self):
        for body, lines, status in ((b"", (), 200), (b"\x0a\x7f", (), 400), (b"x", ("Content-Encoding: br",), 415),
                                    (b"x", ("Content-Encoding: gzip",), 400)):
            answer = self.ask(wire.post("traces", body, "Origin: http://localhost:3000", *lines))
            self.assertEqual(answer.status, status)
            self.assertEqual(answer.fields["access-control-allow-origin"], "http://localhost:3000")
        answer = self.ask(wire.head("traces", "Content-Length: 99999999999", "Origin: http://localhost:3000"))
        self.assertEqual(answer.fields["access-control-allow-origin"], "http://localhost:3000")
        self.assertNotIn("access-control-allow-origin", self.ask(wire.post("traces", b"", "Origin: https://evil.test")).fields)
        self.assertNotIn("vary", self.ask(wire.post("traces", b"")).fields)


if __name__ == "__main__":
    unittest.main()
