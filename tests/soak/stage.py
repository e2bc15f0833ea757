"""Everything that a soak runs on: a store, a Valkey, a web server, two workers, a receiver, a tenant."""

import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine, make_url

from app import create_app
from extensions import db
from tests.absent import absent
from tests.contact_client import ContactClient
from tests.environment import product_environment, product_settings
from tests.postgres import migrate_database
from tests.postgres_binaries import HOW_TO_GET_POSTGRES, find_postgres
from tests.postgres_server import PostgresServer, database
from tests.processes import ARMED, WORKER, Processes, free_port
from tests.receiver import Receiver
from tests.soak.supervised import Supervised
from tests.soak.traffic import ANSWERS, PATHS
from tests.valkey import Valkey
from tests.world import new_world, seed_config

TOTAL_TIMEOUT = 1.0
LEASE_SECONDS = TOTAL_TIMEOUT + 8
WORKERS = 2
SETTINGS = {"total_timeout": TOTAL_TIMEOUT, "connect_timeout": 1, "log_format": "console"}


class RestartableServer(PostgresServer):
    """PostgreSQL that can go down and come back in the middle of everything."""

    def restart(self) -> None:
        """A fast shutdown, which hangs up on everybody, and the start of a new process over the same data."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        self.process = subprocess.Popen(
            self.process.args, cwd=self._own, stdout=self._log, stderr=subprocess.STDOUT, **self._account.options
        )
        self._await()


@dataclass
class Stage:
    engine: Engine
    """The store, for a look from outside."""
    server: RestartableServer | None
    """None on SQLite."""
    valkey: Valkey
    receiver: Receiver
    web: Supervised
    workers: list[Supervised]
    client: ContactClient
    secrets: dict[str, str]
    """Path at the receiver → its config's signing secret."""
    asleep: list[threading.Timer] = field(default_factory=list)
    """What will thaw the frozen."""

    @property
    def everybody(self) -> list[Supervised]:
        return [self.web, *self.workers]


@contextmanager
def stage(store: str, folder: Path) -> Iterator[Stage]:
    """Everything, started; all of it is gone afterwards."""
    with ExitStack() as stack:
        server, url = _store(store, folder, stack)
        valkey = Valkey()
        stack.callback(valkey.stop)
        receiver = Receiver()
        environment = product_environment(folder, database_url=url, redis_url=valkey.start().url, **SETTINGS)
        stack.callback(receiver.start().stop)
        processes = Processes(environment, folder)
        headers, here, told = _tenant(environment, receiver)
        port = free_port()
        web = _supervised(processes, "web", [*_gunicorn(port)], stack)
        workers = [_supervised(processes, f"worker-{n}", WORKER, stack) for n in range(WORKERS)]
        engine = create_engine(url, pool_pre_ping=True)
        stack.callback(engine.dispose)
        client = ContactClient(f"http://127.0.0.1:{port}", headers, here)
        yield Stage(engine, server, valkey, receiver, web, workers, client, told)


def _store(store: str, folder: Path, stack: ExitStack) -> tuple[RestartableServer | None, str]:
    if store == "sqlite":
        url = f"sqlite:///{folder / 'soak.sqlite3'}"
        migrate_database(url, folder)
        return None, url
    programs = find_postgres()
    if programs is None:
        absent(HOW_TO_GET_POSTGRES)
    server = RestartableServer(programs)
    stack.callback(server.stop)
    server.start()
    url = stack.enter_context(database(server.url)).render_as_string(hide_password=False)
    migrate_database(url, folder)
    return server, url


def _tenant(environment: dict[str, str], receiver: Receiver) -> tuple[dict[str, str], str, dict[str, str]]:
    """A merchant with a config for each way of answering: credentials, location, secrets by path."""
    app, told = create_app(product_settings(environment)), {}
    with app.app_context():
        world = new_world(app)
        headers = world.headers("owner")
        for path in PATHS:
            wanted = {"url": receiver.plan(path, ANSWERS[path]), "number_of_attempts": 50, "attempt_interval": 1}
            asked = {"postbackconfig": seed_config(world.here, **wanted)}
            made = world.api().post("postbackconfigs", asked, expand="signing_secret").get_json()
            told[path] = str(made["postbackconfig"]["signing_secret"])
        db.session.remove()
        db.engine.dispose()
    return headers, world.here, told


def _gunicorn(port: int) -> list[str]:
    options = [
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "8",
        "--worker-class",
        "launch.web_worker.WebWorker",
        "--no-control-socket",
    ]
    return ["gunicorn", *options, "--graceful-timeout", "3", "app:create_app()"]


def _supervised(processes: Processes, name: str, program: list[str], stack: ExitStack) -> Supervised:
    control = processes.control(name)
    command = [ARMED, str(control.file), *program]
    kept = Supervised(name, control, lambda: processes.run(f"{name}-{secrets.token_hex(2)}", command))
    stack.callback(kept.stop)
    return kept


def is_sqlite(engine: Engine) -> bool:
    return make_url(engine.url).get_backend_name() == "sqlite"


assert sys.platform == "linux", "a soak looks for child processes under /proc"
