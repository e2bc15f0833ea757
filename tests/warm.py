"""Product processes that need not wait for their imports: forks of a server that has made them once for a tester.

From its first line on such a process is what `python -m …` would be: a process of its own with its own environment,
its own command line and its own end. How the product starts from nothing is for tests/launch to prove.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
import warnings
from pathlib import Path
from signal import Signals

MODULES = ["app", "flask.cli", "gunicorn.app.wsgiapp", "launch.web_worker", "psycopg", "tests.warm"]

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(MODULES)


class WarmProcess:
    """`python -m …` with the modules there already; as much of `subprocess.Popen` as the tests use."""

    def __init__(self, words: list[str], environment: dict[str, str], folder: Path, log: Path) -> None:
        """`words` are what follows `-m`; the log must exist."""
        self._words = words
        self._process = _context.Process(target=_become, args=(words, environment, str(folder), str(log)))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self._words, timeout)
        return code

    def send_signal(self, number: Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _become(words: list[str], environment: dict[str, str], folder: str, log: str) -> None:
    """What a fresh interpreter finds when it is started with `-m`, then the module itself."""
    out = os.open(log, os.O_WRONLY | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(out, standard)
    os.close(out)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    if "PYTHONWARNINGS" in environment:
        warnings.simplefilter("default")
    sys.argv = words
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)
