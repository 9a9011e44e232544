#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may send: bearer tokens and users, from files and from the environment. No secret is ever printed."""

import base64
import json
import pathlib
import signal
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import colblock  # noqa: E402
import http_wire as wire  # noqa: E402
import otlp_bytes as otlp  # noqa: E402

UNAUTHENTICATED = 16


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def basic(user):
    return {"Authorization": "Basic " + base64.b64encode(user.encode()).decode()}


class Authentication(colblock.EngineTest):
    def setUp(self):
        self.place = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.tokens, self.users = self.place / "tokens", self.place / "users"
        self.tokens.write_text("# the shop\nt0ken-of-the-shop\n")
        self.users.write_text("collector:pa55:word\n")

    def start(self, *arguments, environment=None):
        return self.enterContext(colblock.Ingest(self.server, "--lanes", "1", *arguments, environment=environment))

    def status(self, ingest, headers):
        return ingest.post("traces", otlp.spans([time.time_ns()]), headers)[0]

    def test_only_who_is_known_may_send(self):
        ingest = self.start("--bearer-tokens-file", str(self.tokens), "--basic-users-file", str(self.users))
        for headers in (bearer("t0ken-of-the-shop"), basic("collector:pa55:word")):
            self.assertEqual(self.status(ingest, headers), 200)
        for headers in ({}, bearer("t0ken-of-the-sho"), bearer(""), basic("collector:pa55"), basic("t0ken-of-the-shop:"),
                        {"Authorization": "Digest x"}, {"Authorization": "t0ken-of-the-shop"}):
            self.assertEqual(self.status(ingest, headers), 401, headers)
        self.assertEqual(ingest.get("/healthz")[0], 200, "the admin port is not closed by it")

    def test_a_stranger_is_told_how_to_authenticate_in_the_encoding_of_the_request(self):
        ingest = self.start("--bearer-tokens-file", str(self.tokens), "--basic-users-file", str(self.users))
        for form in ("protobuf", "json"):
            with wire.Connection(ingest.http_port) as connection:
                answer = connection.ask(wire.post("traces", b"some body", form=form))
                self.assertEqual(answer.status, 401)
                self.assertEqual(answer.fields["www-authenticate"],
                                 'Bearer realm="colblock", Basic realm="colblock", charset="UTF-8"')
                self.assertEqual(otlp.status_of(answer.body, form)[0], UNAUTHENTICATED)
                self.assertEqual(connection.ask(wire.post("/nowhere", b"", form=form)).status, 401, "not what exists")
                good = wire.post("traces", b"" if form == "protobuf" else b"{}", "Authorization: Bearer t0ken-of-the-shop",
                                 form=form)
                self.assertIn(connection.ask(good).status, (200, 415), "the connection goes on")

    def test_secrets_come_from_the_environment_too(self):
        ingest = self.start(environment={"COLBLOCK_BEARER_TOKENS": "one\ntwo", "COLBLOCK_BASIC_USERS": "a:b"})
        for headers, expected in ((bearer("one"), 200), (bearer("two"), 200), (basic("a:b"), 200), (bearer("a"), 401)):
            self.assertEqual(self.status(ingest, headers), expected, headers)

    def test_tokens_are_exchanged_without_a_restart(self):
        ingest = self.start("--bearer-tokens-file", str(self.tokens))
        self.tokens.write_text("an0ther-token\n")
        ingest.await_log("credentials were read again")
        deadline = time.monotonic() + 10
        while self.status(ingest, bearer("an0ther-token")) != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(self.status(ingest, bearer("an0ther-token")), 200)
        self.assertEqual(self.status(ingest, bearer("t0ken-of-the-shop")), 401)
        self.tokens.write_text("")
        ingest.process.send_signal(signal.SIGHUP)
        ingest.await_log("credentials are not taken")
        self.assertEqual(self.status(ingest, bearer("an0ther-token")), 200, "an empty file does not open the door, nor shut it")
        self.assertEqual(self.status(ingest, {}), 401)

    def test_no_secret_is_printed(self):
        ingest = self.start("--bearer-tokens-file", str(self.tokens), "--basic-users-file", str(self.users))
        secrets = ["t0ken-of-the-shop", "pa55:word", "wr0ng-token", "wr0ng:user",
                   base64.b64encode(b"collector:pa55:word").decode(), base64.b64encode(b"wr0ng:user").decode()]
        for headers in (bearer("t0ken-of-the-shop"), bearer("wr0ng-token"), basic("collector:pa55:word"), basic("wr0ng:user")):
            for body in (otlp.spans([time.time_ns()]), b"\x0a\x7f"):
                answer = ingest.post("traces", body, headers)
                self.assert_free_of(secrets, json.dumps(answer[2]) + answer[1].decode(errors="replace"))
        for line in ("Authorization: Bearer wr0ng-token", "Authorization: Bearer wr0ng-token\x01"):
            with wire.Connection(ingest.http_port) as connection:
                answer = connection.ask(wire.head("traces", line, line))
                self.assertEqual(answer.status, 400)
                self.assert_free_of(secrets, repr(answer.fields) + repr(answer.body))
        for page in ("/", "/metrics", "/readyz"):
            self.assert_free_of(secrets, ingest.get(page)[1].decode())
        ingest.process.send_signal(signal.SIGHUP)
        ingest.await_log("credentials were read again")
        ingest.stop()
        self.assert_free_of(secrets, ingest.log_text())
        self.assert_free_of(secrets, " ".join(ingest.command))

    def assert_free_of(self, secrets, text):
        for secret in secrets:
            self.assertNotIn(secret, text)

    def test_wrong_files_are_named_and_their_secrets_are_not(self):
        self.tokens.write_text("good\nbad t0ken\n")
        self.users.write_text("n0colon\n")
        nothing = self.place / "nothing"
        nothing.write_text("# no token\n")
        for arguments, environment, expected in [
                (["--bearer-tokens-file", self.tokens], {}, f"--bearer-tokens-file: {self.tokens}: line 2"),
                (["--basic-users-file", self.users], {}, f"--basic-users-file: {self.users}: line 1"),
                (["--bearer-tokens-file", nothing], {}, f"--bearer-tokens-file: {nothing} holds no token"),
                (["--basic-users-file", self.place / "missing"], {}, "No such file"),
                (["--basic-users-file", self.place], {}, "Is a directory"),
                ([], {"COLBLOCK_BASIC_USERS": "n0colon"}, "COLBLOCK_BASIC_USERS: line 1")]:
            with self.subTest(expected):
                status, printed = colblock.refused_start(*arguments, environment=environment)
                self.assertEqual(status, 2, printed)
                self.assertIn(expected, printed)
                self.assert_free_of(["t0ken", "n0colon"], printed)


if __name__ == "__main__":
    unittest.main()
