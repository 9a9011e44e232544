# SPDX-License-Identifier: Apache-2.0
"""Runs the programs of tests/integration/python_sdk: the OpenTelemetry SDK for Python as a client, and the
official protobuf package as an independent reader and writer of OTLP.

Its packages are installed at the first call, by pip, into .cache/python_sdk of the checkout.
"""

import json
import subprocess
import sys

import sdk_place
from sdk_place import Unavailable  # noqa: F401

SOURCE = sdk_place.ROOT / "tests" / "integration" / "python_sdk"


def install():
    """Gives the interpreter that has the packages; installs what is missing."""
    with sdk_place.installing("python_sdk", "requirements.txt") as (source, directory, is_ready):
        python = directory / "venv" / "bin" / "python"
        if not is_ready:
            sdk_place.need([sys.executable, "-m", "venv", "--clear", directory / "venv"],
                           "no virtual environment (apt-get install python3-venv)")
            sdk_place.need([python, "-m", "pip", "install", "-q", "-r", source / "requirements.txt"],
                           "pip could not install the SDK")
    return python


def run(script, *arguments, timeout=120):
    """What a program of tests/integration/python_sdk prints; AssertionError if it fails."""
    done = subprocess.run([install(), SOURCE / script, *arguments], capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, f"{script}: {done.stderr}"
    return done.stdout


def describe(*paths):
    """What is in OTLP requests, in the form that sent_rows.py reads."""
    return json.loads(run("describe.py", *paths))


def send(endpoint, directory, **options):
    """Sends everything; gives the requests, as files."""
    return sdk_place.send([install(), SOURCE / "send.py"], endpoint, directory, **options)
