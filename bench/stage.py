"""The product on this machine for the length of a measurement: own store, own queue, real workers, a receiver."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from config import HOUSE, Settings
from extensions import db, settings
from jobs.health import queue_facts
from launch import valkey
from models import Location, PostbackConfig, writing
from postbacks.encryption import Vault
from postbacks.signing import new_secret

START_SECONDS = 30.0
LOCATION = "bench"


@dataclass
class Stage:
    """What a measurement runs on."""

    app: Flask
    receiver: str
    """Base URL of the receiver."""
    environment: dict[str, str]
    processes: list[subprocess.Popen[Any]]

    def start_workers(self, count: int) -> None:
        """Start workers and wait until each says that it lives."""
        for _ in range(count):
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "flask", "--app", "app", "worker"], env=self.environment, cwd=HOUSE
                )
            )
        with self.app.app_context():
            _wait_for(lambda: (facts := queue_facts(settings())) and len(facts.workers) >= count)

    def add_configs(self, count: int, path: str = "ok") -> list[str]:
        """Configs of one location that ask for every contact event."""
        with self.app.app_context():
            vault = Vault(settings().fernet_keys)
            with writing(db.session()):
                configs = [
                    PostbackConfig(
                        location_id=LOCATION,
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

    def ask_receiver(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.receiver}/{path}", timeout=30) as answer:
            return json.load(answer)


@contextlib.contextmanager
def stage(database_url: str = "") -> Iterator[Stage]:
    """Set the stage and clear it; everything lives in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="postbacks-bench-"))
    processes: list[subprocess.Popen[Any]] = []
    try:
        chosen = _settings_of(folder, database_url)
        environment = {**os.environ, **{f"POSTBACK_{name.upper()}": value for name, value in chosen.items()}}
        app = create_app(Settings.model_validate(chosen))
        with app.app_context():
            command = valkey.server_command(settings())
            processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
            _wait_for(lambda: valkey.answers(settings()))
            upgrade(directory=str(HOUSE / "migrations"))
            with writing(db.session()):
                db.session.add(Location(id=LOCATION, name="Bench"))
        receiving = subprocess.Popen(
            [sys.executable, "-m", "bench.receiver"], cwd=HOUSE, stdout=subprocess.PIPE, text=True
        )
        processes.append(receiving)
        assert receiving.stdout is not None
        yield Stage(app, f"http://127.0.0.1:{int(receiving.stdout.readline())}", environment, processes)
    finally:
        for process in reversed(processes):  # the queue was started first and goes last
            _end(process)
        shutil.rmtree(folder, ignore_errors=True)


def _end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(20)
    process.kill()


def _settings_of(folder: Path, database_url: str) -> dict[str, str]:
    return {
        "instance_path": str(folder),
        "database_url": database_url,
        "redis_url": "",
        "secret_key": Fernet.generate_key().decode(),
        "encryption_keys": Fernet.generate_key().decode(),
        "allowed_networks": "127.0.0.0/8",
        "allowed_ports": "1-65535",
        "allow_http": "1",
        "log_level": "WARNING",
    }


def _wait_for(question: Any) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not question():
        if time.monotonic() > deadline:
            raise TimeoutError("the stage could not be set")
        time.sleep(0.05)
