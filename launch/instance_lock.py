"""One supervisor for one instance folder.

The lock is the kernel's, so no crash leaves it behind. The guard holds it too: after a killed supervisor it stays
taken until that one's processes are gone, and a new start waits for this moment.
"""

import fcntl
import os
import time
from pathlib import Path

FILE = "supervisor.lock"
PATIENCE = 30.0
"""Seconds to wait for what a killed supervisor left behind: longer than its guard takes."""


class AlreadyRunningError(Exception):
    """Another supervisor looks after this folder; the message names it."""


def take_lock(folder: Path) -> int:
    """The file descriptor that holds the folder's lock. Raises AlreadyRunningError."""
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + PATIENCE
    while not _locked(descriptor):
        holder = _holder(descriptor)
        if _lives(holder) or time.monotonic() > deadline:
            os.close(descriptor)
            raise AlreadyRunningError(
                f"Postbacks already runs in {folder} (process {holder}). Stop that one first, or choose another "
                "folder with POSTBACK_INSTANCE_PATH and another port with PORT."
            )
        time.sleep(0.1)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> int:
    """The process id in the file; 0 where its holder is only about to write it."""
    text = os.pread(descriptor, 32, 0).decode(errors="replace").strip()
    return int(text) if text.isdigit() else 0


def _lives(pid: int) -> bool:
    if pid == 0:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
