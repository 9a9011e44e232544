# SPDX-License-Identifier: Apache-2.0
"""Runs tests/integration/js_sdk/send.mjs, the OpenTelemetry SDK for JavaScript as a client.

Its packages are installed at the first call, by npm, into .cache/js_sdk of the checkout.
"""

import json
import shutil
import subprocess

import sdk_place
from sdk_place import Unavailable  # noqa: F401


def install():
    """Gives the directory in which send.mjs can run; installs what is missing."""
    for program, package in (("node", "nodejs"), ("npm", "npm")):
        if not shutil.which(program):
            raise Unavailable(f"no {program}: apt-get install {package}")
    with sdk_place.installing("js_sdk", "package.json") as (source, directory, is_ready):
        if not is_ready:
            shutil.copy(source / "package.json", directory / "package.json")
            sdk_place.need(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"],
                           "npm could not install the SDK", cwd=directory)
        for script in source.glob("*.mjs"):
            shutil.copy(script, directory / script.name)
    return directory


def run(*arguments, timeout=120):
    """Runs send.mjs; gives its exit status, what it printed (parsed) and its standard error."""
    done = subprocess.run(["node", str(install() / "send.mjs"), *arguments],
                          capture_output=True, text=True, timeout=timeout)
    printed = json.loads(done.stdout) if done.stdout.strip() else {}
    return done.returncode, printed, done.stderr


def send(endpoint, *more, protocol="http/protobuf", record=None, gzip=False, signals=None):
    """Sends the whole set and gives the summary; anything not accepted is an AssertionError.

    `more` are further options of send.mjs.
    """
    arguments = ["--endpoint", endpoint, "--protocol", protocol, *more]
    if record:
        arguments += ["--record", str(record)]
    if gzip:
        arguments.append("--gzip")
    if signals:
        arguments += ["--signals", ",".join(signals)]
    status, summary, errors = run(*arguments)
    assert status == 0 and summary.get("accepted"), f"not accepted: {summary}\n{errors}"
    return summary
