"""A real Valkey for the tests, which can be killed, frozen, emptied and started again."""

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from launch.valkey import find_server

START_SECONDS = 10.0


class Valkey:
    """A server on a unix socket in a folder of its own. Append-only, so a restart after `kill` remembers."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="postbacks-vk-", dir="/tmp"))
        self.socket = self.folder / "valkey.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Return when it answers a ping."""
        arguments = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        arguments += ["--appendonly", "yes", "--save", "", "--dir", str(self.folder), "--daemonize", "no"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([str(find_server()), *arguments], stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Valkey did not start:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.01)
        return self

    def client(self, timeout: float = 5.0) -> "Redis":
        return Redis.from_url(self.url, socket_timeout=timeout, retry=Retry(NoBackoff(), 0))

    def answers(self) -> bool:
        try:
            with self.client(timeout=1.0) as client:
                return bool(client.ping())
        except (RedisError, OSError):
            return False

    def kill(self) -> None:
        """Power loss: SIGKILL, and the socket file stays behind."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def freeze(self) -> None:
        """It keeps its connections and answers nobody."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def flush(self) -> None:
        """Everything in it is gone."""
        with self.client() as client:
            client.flushall()

    def stop(self) -> None:
        """End it, frozen or not, and remove its folder."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A running server of this test's own."""
    server = Valkey()
    try:
        yield server.start()
    finally:
        server.stop()
