"""One supervisor for one folder."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch.instance_lock import FILE, AlreadyRunningError, take_lock
from tests.processes import HOUSE

HOLDS = "import sys, time; from pathlib import Path; from launch.instance_lock import take_lock; "
HOLDS += "take_lock(Path(sys.argv[1])); print('taken', flush=True); time.sleep(60)"


def test_lock_of_a_living_process_is_refused_at_once_and_names_it(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], cwd=HOUSE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "taken\n"
        asked = time.monotonic()
        with pytest.raises(AlreadyRunningError, match=f"process {holder.pid}"):
            take_lock(tmp_path)
        assert time.monotonic() - asked < 10
        holder.kill()
        holder.wait(10)
    os.close(take_lock(tmp_path))


def test_file_of_a_process_long_gone_is_no_lock(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("4194304999\n")
    os.close(take_lock(tmp_path))
    assert (tmp_path / FILE).read_text() == f"{os.getpid()}\n"
