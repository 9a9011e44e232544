# SPDX-License-Identifier: Apache-2.0
"""The gen subcommand as its user meets it: gen_cli_test.py PROGRAM"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import otlp_capture  # noqa: E402

PROGRAM = sys.argv.pop(1)
START = ("--start", "2026-01-31T08:00:00Z")


def run(*arguments, **variables):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120,
                          env={**os.environ, **variables})


class GenCli(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)

    def payloads(self, *arguments, **variables):
        done = run("gen", "--out", str(self.place / "out"), *START, *arguments, **variables)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return {path.name: path.read_bytes() for path in (self.place / "out").iterdir()}

    def test_help_and_version_are_not_errors(self):
        for arguments in (("--help",), ("gen", "--help"), ("--version",)):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertNotEqual(done.stdout, "")

    def test_wrong_usage_is_one_line_and_status_2(self):
        for arguments in ((), ("nonsense",), ("gen", "--nonsense"), ("gen", "--batch", "0"), ("gen", "--records", "-1"),
                          ("gen", "--profile", "huge"), ("gen", "--signals", "traces,noise"), ("gen", "--start", "soon"),
                          ("gen", "--endpoint", "https://127.0.0.1"), ("gen", "--rate", "fast"),
                          ("gen", "--out", "x", "--payload", "y"), ("--config", "/nonexistent.toml", "gen"),
                          ("serve", "--lanes", "-1"), ("serve", "--max-memory", "0"), ("serve", "--drain-timeout", "-1")):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertRegex(done.stderr, r"\Acolblock-ingest: error: [^\n]+\n\Z")

    def test_what_is_wrong_is_named_with_the_remedy(self):
        for arguments, status, said in (
                (("gen", "--rate", "fast"), 2, "--rate: fast is no number from 0 to 1000000000. See colblock-ingest gen --help"),
                (("--config", "/nonexistent.toml", "gen"), 2,
                 "--config: /nonexistent.toml was not readable (missing?). See colblock-ingest gen --help"),
                (("gen", "--out", "/proc/out"), 1,
                 "--out: cannot make /proc/out: No such file or directory. Name a directory that can be written")):
            done = run(*arguments)
            self.assertEqual((done.returncode, done.stderr), (status, f"colblock-ingest: error: {said}\n"))
        self.assertNotIn("{", run("serve", "--help").stdout)

    def test_a_dead_receiver_is_named_at_once(self):
        done = run("gen", "--endpoint", "http://127.0.0.1:1")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "colblock-ingest: error: cannot connect to 127.0.0.1:1: Connection refused. "
                                      "Start a receiver there, or name another with --endpoint\n")

    def test_flags_win_over_variables_and_these_over_the_file(self):
        config = self.place / "config.toml"
        config.write_text('[gen]\nrecords = 40\nsignals = ["logs"]\nbatch = 10\n')
        given = ("--config", str(config))
        done = run(*given, "gen", "--out", str(self.place / "out"))
        self.assertIn("40 records in ", done.stdout)
        done = run(*given, "gen", "--out", str(self.place / "out"), COLBLOCK_GEN_RECORDS="50")
        self.assertIn("50 records in ", done.stdout)
        done = run(*given, "gen", "--out", str(self.place / "out"), "--records", "60", COLBLOCK_GEN_RECORDS="50")
        self.assertIn("60 records in ", done.stdout)
        self.assertEqual(run("gen", COLBLOCK_GEN_BATCH="none").returncode, 2)

    def test_a_misspelt_key_of_the_file_is_refused(self):
        config = self.place / "config.toml"
        for text, wrong in (("[gen]\nrecrods = 40\n", "gen.recrods, which is no option"),
                            ("[gun]\nrecords = 40\n", "gun as a section, which is no subcommand"),
                            ("records = 40\n", "records, which is no option")):
            config.write_text(text)
            done = run("--config", str(config), "gen", "--out", str(self.place / "out"))
            self.assertEqual(done.returncode, 2, text)
            self.assertEqual(done.stderr, f"colblock-ingest: error: --config: the file has {wrong}. "
                                          "See colblock-ingest gen --help\n")

    def test_what_is_posted_is_what_is_written(self):
        written = self.payloads("--records", "6000")
        with otlp_capture.CaptureServer(self.place / "seen") as server:
            done = run("gen", "--records", "6000", *START, "--endpoint", f"http://127.0.0.1:{server.port}", "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            report = json.loads(done.stdout)
            self.assertEqual(sorted(body for _, body in server.bodies), sorted(written.values()))
            self.assertEqual({signal for signal, _ in server.bodies}, {"traces", "metrics", "logs"})
        self.assertEqual((report["records_accepted"], report["records_lost"]), (6000, 0))
        self.assertEqual(report["statuses"], {"200": report["requests"]})
        self.assertEqual(report["bytes_sent"], sum(map(len, written.values())))

    def test_payload_files_are_posted_again_and_again_and_compressed(self):
        files = self.payloads("--records", "1000", "--signals", "traces,logs")
        names = [str(self.place / "out" / name) for name in files]
        with otlp_capture.CaptureServer(self.place / "seen") as server:
            endpoint = ("--endpoint", f"http://127.0.0.1:{server.port}")
            once = run("gen", *endpoint, "--payload", *names, "--gzip")
            self.assertIn("1000 sent, 1000 accepted, 0 rejected, 0 lost", once.stdout)
            self.assertEqual(sorted(body for _, body in server.bodies), sorted(files.values()))
            again = run("gen", *endpoint, "--payload", *names, "--records", "2500", "--json")
            self.assertGreaterEqual(json.loads(again.stdout)["records_accepted"], 2500)
        self.assertEqual(run("gen", "--payload", "/nonexistent/traces.pb").returncode, 1)


if __name__ == "__main__":
    unittest.main()
