# SPDX-License-Identifier: Apache-2.0
"""The OpenTelemetry SDK for Go as a client: tests/integration/go_sdk, built into .cache/go_sdk of the checkout."""

import os
import shutil

import sdk_place
from sdk_place import Unavailable  # noqa: F401


def install():
    """Gives the program; builds it if its sources are newer."""
    if not shutil.which("go"):
        raise Unavailable("no Go toolchain: install the Go that tests/integration/go_sdk/go.mod names, or newer")
    sources = ("go.mod", "go.sum", "main.go", "capture.go", "exporters.go", "signals.go")
    with sdk_place.installing("go_sdk", *sources) as (source, directory, is_ready):
        program = directory / "send"
        if not is_ready:
            sdk_place.need(["go", "build", "-mod=readonly", "-o", program, "."], "cannot build the Go sender",
                           cwd=source, env=dict(os.environ, GOTOOLCHAIN="local", CGO_ENABLED="0"))
    return program


def send(endpoint, directory, **options):
    """Sends everything; gives the requests, as files."""
    return sdk_place.send([install()], endpoint, directory, **options)
