"""What outlives the supervisor for a moment: ends its processes when it could not do so itself.

A program of its own, of the standard library alone: `python launch/guard.py SECONDS`, where the number is the time
between asking a process group to stop and killing it. Standard input is a pipe whose
other end only the supervisor holds; `+PID` on a line puts a process group under guard, `-PID` lets it go. The end
of the input means that the supervisor is gone, in whatever way: an orderly one has let everything go by then.
"""

import contextlib
import os
import signal
import sys
import time


def main(patience: float) -> None:
    guarded: set[int] = set()
    for line in sys.stdin:
        pid = int(line[1:])
        (guarded.add if line.startswith("+") else guarded.discard)(pid)
    # Who is gone is never signalled again: its number may soon be somebody else's.
    left = {pid for pid in guarded if _signal(pid, signal.SIGTERM)}
    deadline = time.monotonic() + patience
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = {pid for pid in left if _signal(pid, 0)}
    for pid in left:
        _signal(pid, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    """Whether there was still somebody in the process group to hear it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    main(float(sys.argv[1]))
