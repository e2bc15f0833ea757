"""Python in a network of its own: whatever goes wrong there, no packet leaves this machine."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]


def run_alone(code: str) -> str:
    """What this code printed where nothing but a loopback interface exists, and that one is down.

    Skips the test where the system gives nobody a network of their own.
    """
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rn", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system gives nobody a network of their own")
    command = [unshare, "-rn", sys.executable, "-c", code]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
