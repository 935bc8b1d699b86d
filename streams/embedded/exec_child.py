"""Become a server that dies with its parent. Run as `python -I -S exec_child.py PARENT COMMAND…`.

The kernel tells the child when the parent ends, however it ends: no orphan after SIGKILL. It
is asked here, between fork and exec, because Python's `preexec_fn` may deadlock with threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(parent: int, command: list[str]) -> None:
    """Turn this process into `command`, unless the parent has gone already."""
    if sys.platform == "linux":
        # SIGTERM, not SIGKILL: the server closes its files and the next start is a quick one.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the parent ended before the server began")
    try:
        os.execv(command[0], command)
    except OSError as error:
        sys.exit(f"{command[0]} cannot be run: {error.strerror}")


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2:])
