# SPDX-License-Identifier: Apache-2.0
"""Certificates made by the openssl command, for tests.

    made = certificates.Authority(directory, "good")
    certificate, key = made.issue("server")          # for 127.0.0.1 and localhost
"""

import pathlib
import shutil
import subprocess

import clickhouse


def openssl(*arguments):
    if not shutil.which("openssl"):
        raise clickhouse.Unavailable("no openssl: apt-get install openssl")
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class Authority:
    def __init__(self, directory, name):
        self.directory, self.name = pathlib.Path(directory), name
        self.certificate, self.key = self._path("ca.pem"), self._path("ca.key")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 30,
                "-keyout", self.key, "-out", self.certificate, "-subj", f"/CN={name} authority")

    def _path(self, suffix):
        return self.directory / f"{self.name}.{suffix}"

    def issue(self, name, days=30):
        """Gives the paths of a certificate and its key; `days` below 0: it has expired."""
        certificate, key = self._path(f"{name}.pem"), self._path(f"{name}.key")
        request, extensions = self._path(f"{name}.csr"), self._path(f"{name}.ext")
        extensions.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key,
                "-out", request, "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                "-days", days, "-extfile", extensions, "-out", certificate)
        return certificate, key
