"""A throw-away PostgreSQL server: for the tests with durability off, for measurements with everything on."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from tests.postgres_binaries import reachable_postgres, server_account

DRIVER = "postgresql+psycopg"
START_SECONDS = 30.0
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "log_min_messages": "warning",
}


class PostgresServer:
    """A throw-away server on a unix socket in a short temporary folder; a child of ours, stopped by its pid."""

    def __init__(self, programs: Path, options: Mapping[str, str] = OPTIONS) -> None:
        self._options = options
        self._account = server_account()
        self.folder = Path(tempfile.mkdtemp(prefix="postbacks-pg-", dir="/tmp"))
        self.folder.chmod(0o755)
        self._programs = reachable_postgres(programs, self._account, self.folder)
        self._own = self.folder / "own"
        self._own.mkdir(mode=0o700)
        os.chown(self._own, self._account.uid, self._account.gid)
        self.url = URL.create(DRIVER, username="postgres", database="postgres", query={"host": str(self._own)})

    def start(self) -> None:
        """Make a cluster and return when it takes connections."""
        data = str(self._own / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        settings = [f"--{name}={value}" for name, value in self._options.items()]
        self._log = (self.folder / "log").open("wb")
        self.process = subprocess.Popen(
            [str(self._programs / "postgres"), "-D", data, "-k", str(self._own), *settings],
            cwd=self._own,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            **self._account.options,
        )
        self._await()

    def stop(self) -> None:
        """A fast shutdown; the folder goes with it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        done = subprocess.run(command, cwd=self._own, capture_output=True, check=False, **self._account.options)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace')}")

    def _await(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                connect(self.url).close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start:\n{log}") from None
                time.sleep(0.02)
            else:
                return


def connect(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    """A bare autocommit connection, for what lies outside the product."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def as_driver_url(text: str) -> URL:
    """A given URL with the product's driver named."""
    return make_url(text).set(drivername=DRIVER)


@contextmanager
def database(server: URL, template: str | None = None) -> Iterator[URL]:
    """A database of one's own, dropped at the end with whoever still hangs on to it."""
    name = f"postbacks_{secrets.token_hex(6)}"
    copied = f' TEMPLATE "{template}"' if template else ""
    with connect(server) as admin:
        admin.execute(f'CREATE DATABASE "{name}"{copied}'.encode())
    try:
        yield server.set(database=name)
    finally:
        with connect(server) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
