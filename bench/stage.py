"""The product on this machine for the length of a measurement: own store, own queue, real workers, a receiver."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from bench.processes import cpu_seconds, peak_memory_mb
from bench.stores import Store
from config import HOUSE, Settings
from extensions import db, settings
from jobs.health import queue_facts
from launch import valkey
from models import Location, PostbackConfig, writing
from postbacks.encryption import Vault
from postbacks.signing import new_secret

START_SECONDS = 30.0
LOCATION = "bench"
WORKER = [sys.executable, "-m", "flask", "--app", "app", "worker"]


@dataclass
class Stage:
    """What a measurement runs on."""

    app: Flask
    store: Store
    receiver: str
    """Base URL of the receiver."""
    receiver_pid: int
    environment: dict[str, str]
    processes: list[subprocess.Popen[Any]]
    workers: list[subprocess.Popen[Any]] = field(default_factory=list)

    def start(self, command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
        """A process of the product or of the measurement, with the stage's settings; ended with the stage."""
        process = subprocess.Popen(list(command), env=self.environment, cwd=HOUSE, **options)
        self.processes.append(process)
        return process

    def start_workers(self, count: int) -> None:
        """Start workers and wait until each says that it lives."""
        started = [self.start(WORKER) for _ in range(count)]
        self.workers += started
        with self.app.app_context():
            wait_for(lambda: {worker.pid for worker in started} <= _alive())

    def stop_workers(self) -> None:
        """End them in order."""
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            end(worker)
        self.workers.clear()

    def add_configs(self, count: int, path: str = "ok", locations: Sequence[str] = ()) -> list[str]:
        """Configs that ask for every contact event: of one location, or of a new location each."""
        with self.app.app_context():
            vault = Vault(settings().fernet_keys)
            with writing(db.session()):
                db.session.add_all([Location(id=location, name="Bench") for location in locations])
                configs = [
                    PostbackConfig(
                        location_id=locations[number] if locations else LOCATION,
                        resource="contact",
                        on_create=True,
                        on_update=True,
                        on_delete=True,
                        url=f"{self.receiver}/{path}/{number}",
                        signing_secret=vault.encrypt(new_secret()),
                    )
                    for number in range(count)
                ]
                db.session.add_all(configs)
        return [config.id for config in configs]

    def cpu_seconds(self) -> float:
        """Processor seconds of the workers and of the store's server so far."""
        return sum(cpu_seconds(worker.pid) for worker in self.workers) + self.store.cpu_seconds()

    def worker_memory_mb(self) -> float:
        """The most that one of the workers ever had resident."""
        return max(peak_memory_mb(worker.pid) for worker in self.workers)

    def arrived(self) -> int:
        """How many POSTs came since the receiver was last told to forget."""
        return int(self._ask("count"))

    def forget_arrivals(self) -> None:
        self._ask("forget")

    def arrivals(self) -> dict[str, list[int]]:
        """`webhook-id` → the epoch nanoseconds of each arrival."""
        came: dict[str, list[int]] = {}
        for line in self._ask("arrivals").splitlines():
            id_, _, at = line.partition(" ")
            came.setdefault(id_, []).append(int(at))
        return came

    def _ask(self, path: str) -> str:
        with urllib.request.urlopen(f"{self.receiver}/{path}", timeout=30) as answer:
            return str(answer.read().decode())


@contextlib.contextmanager
def stage(store: Store, **changes: str) -> Iterator[Stage]:
    """Set the stage and clear it; everything lives in a folder and a database of its own. `changes` are settings."""
    folder = Path(tempfile.mkdtemp(prefix="postbacks-bench-"))
    processes: list[subprocess.Popen[Any]] = []
    with contextlib.ExitStack() as clearing:
        clearing.callback(shutil.rmtree, folder, ignore_errors=True)
        database_url = clearing.enter_context(store.database())
        chosen = {**settings_of(folder, database_url), **changes}
        environment = {**os.environ, **{f"POSTBACK_{name.upper()}": value for name, value in chosen.items()}}
        clearing.callback(_end_all, processes)
        app = create_app(Settings.model_validate(chosen))
        with app.app_context():
            clearing.callback(db.engine.dispose)
            processes.append(subprocess.Popen(valkey.server_command(settings()), stdout=subprocess.DEVNULL))
            wait_for(lambda: valkey.answers(settings()))
            upgrade(directory=str(HOUSE / "migrations"))
            with writing(db.session()):
                db.session.add(Location(id=LOCATION, name="Bench"))
        port, pid = clearing.enter_context(receiver())
        yield Stage(app, store, f"http://127.0.0.1:{port}", pid, environment, processes)


@contextlib.contextmanager
def receiver() -> Iterator[tuple[int, int]]:
    """A receiver of its own; its port and process id."""
    command = [sys.executable, "-m", "bench.receiver"]
    with subprocess.Popen(command, cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline()), process.pid
        finally:
            end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Ask it to stop; make it stop."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    process.kill()
    process.wait()


def wait_for(question: Callable[[], object], seconds: float = START_SECONDS, every: float = 0.05) -> None:
    """Ask until the answer is yes. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the measurement waited {seconds:.0f} s in vain")
        time.sleep(every)


def _alive() -> set[int]:
    facts = queue_facts(settings())
    return {worker.pid for worker in facts.workers} if facts else set()


def _end_all(processes: list[subprocess.Popen[Any]]) -> None:
    for process in reversed(processes):  # the queue was started first and goes last
        end(process)


def settings_of(folder: Path, database_url: str) -> dict[str, str]:
    """The settings of a product whose files lie in this folder."""
    return {
        "instance_path": str(folder),
        "database_url": database_url,
        "redis_url": "",
        "secret_key": Fernet.generate_key().decode(),
        "encryption_keys": Fernet.generate_key().decode(),
        "allowed_networks": "127.0.0.0/8",
        "allowed_ports": "1-65535",
        "allow_http": "1",
        "log_level": "ERROR",
    }
