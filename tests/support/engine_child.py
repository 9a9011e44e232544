# SPDX-License-Identifier: Apache-2.0
"""Becomes the ClickHouse engine: engine_child.py LIBRARY ARGUMENT...

The arguments are those of clickhouse-local, its name first. Started by clickhouse.py, dies with it.
Ends when the engine's query ends, so normally never.
"""

import ctypes
import os
import signal
import sys


def main():
    parent = os.getppid()
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:   # the parent died before the line above
        sys.exit(1)
    # Ctrl-C is for the parent to see; SIGTERM ends the process as the system does it, at once.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    library = ctypes.CDLL(sys.argv[1])
    arguments = [argument.encode() for argument in sys.argv[2:]]
    run = library.chdb_query_cmdline
    run.restype = ctypes.c_void_p
    run.argtypes = [ctypes.c_int, ctypes.POINTER(ctypes.c_char_p)]
    library.chdb_result_error.restype = ctypes.c_char_p
    library.chdb_result_error.argtypes = [ctypes.c_void_p]

    result = run(len(arguments), (ctypes.c_char_p * (len(arguments) + 1))(*arguments, None))
    error = library.chdb_result_error(result) if result else b"the engine gave no result"
    sys.stderr.write((error or b"the engine's query has ended").decode(errors="replace") + "\n")
    sys.exit(1)


main()
