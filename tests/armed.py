"""Runs one process of the product under a test's control: `python -m tests.armed CONTROL flask|gunicorn ARGUMENTS…`.

Its wall clock is the machine's plus what the control says, for everything that runs in it, and it comes to harm at
the failpoint that the control names. All of that is put into the process from here, before the product is imported.
"""

import os
import runpy
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import failpoints
from tests.control import Control, Harm

MOST_PAGES = 1_073_741_823


class DoneOnPurposeError(Exception):
    """The harm of a process that shall fail."""


def run() -> None:
    _, file, program, *arguments = sys.argv
    control = Control(Path(file))
    step_with(control)
    failpoints.on_reached = suffer_from(control)
    fill_disk_with(control)
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__")


def step_with(control: Control) -> None:
    """Replace the clock on the wall; whoever imports it from now on gets this one."""
    true_ns = time.time_ns

    def time_ns() -> int:
        return true_ns() + control.ahead_ns

    time.time_ns = time_ns
    time.time = lambda: time_ns() / 1e9


def fill_disk_with(control: Control) -> None:
    """Let SQLite know, at the begin of each transaction, how large it may become."""
    from sqlalchemy import Connection, Engine, event  # noqa: PLC0415 - it looks at the clock when it is imported

    @event.listens_for(Engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            most = 1 if control.disk_full else MOST_PAGES  # less than there are means no more than there are
            connection.exec_driver_sql(f"PRAGMA max_page_count={most}").close()


def suffer_from(control: Control) -> Callable[[failpoints.Place], None]:
    """What happens at each failpoint."""

    def reached(place: failpoints.Place) -> None:
        harm = control.reached(place)
        if harm is Harm.FAIL:
            raise DoneOnPurposeError(place)
        if harm is not Harm.NONE:
            os.kill(os.getpid(), signal.SIGKILL if harm is Harm.KILL else signal.SIGSTOP)
            time.sleep(0.1)  # neither takes effect before the kernel comes by

    return reached


if __name__ == "__main__":
    run()
