# SPDX-License-Identifier: Apache-2.0
"""Where the SDKs that tests use as clients are installed: .cache/NAME of the checkout, made again when
one of their sources changes.
"""

import contextlib
import fcntl
import hashlib
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Unavailable(Exception):
    """The text says what to install."""


@contextlib.contextmanager
def installing(name, *sources):
    """(directory of sources, directory to fill, is that up to date). It counts as up to date from the end of
    the block on, until one of `sources` changes.
    """
    source, directory = ROOT / "tests" / "integration" / name, ROOT / ".cache" / name
    directory.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(b"".join((source / one).read_bytes() for one in sources)).hexdigest()
    mark = directory / "installed.sha256"
    with open(directory / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)   # two tests may start together
        yield source, directory, mark.exists() and mark.read_text() == digest
        mark.write_text(digest)


def need(command, what, **options):
    """Runs a step of an installation; Unavailable, with the end of its output, if that fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise Unavailable(f"{what}: {(done.stdout + done.stderr).strip()[-500:]}")


def send(command, endpoint, directory, protocol="http/protobuf", gzip=False, more=()):
    """Runs a sender, with `more` options; gives the requests that it wrote down. AssertionError if one was not
    accepted.
    """
    command = [*command, "--endpoint", endpoint, "--protocol", protocol, "--capture", directory, *more]
    done = subprocess.run([str(word) for word in command] + (["--gzip"] if gzip else []), capture_output=True,
                          text=True, timeout=100)
    assert done.returncode == 0, f"not accepted:\n{done.stderr}"
    return sorted(pathlib.Path(directory).glob("*.pb"))
