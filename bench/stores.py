"""The stores that are measured: SQLite as it comes, and PostgreSQL with nothing of its durability given up.

POSTBACK_BENCH_DATABASE_URL names a server where databases may be created; else a throw-away server of our own is
started where its programs can be found.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from sqlalchemy import URL

from bench.processes import family_cpu_seconds
from tests.postgres_binaries import find_postgres
from tests.postgres_server import PostgresServer, as_driver_url, connect, database

GIVEN = "POSTBACK_BENCH_DATABASE_URL"
OPTIONS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "log_min_messages": "warning",
}
TOLD = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")


@dataclass(frozen=True, slots=True)
class Store:
    """Where databases of one kind come from."""

    name: str
    server: URL | None = None
    pid: int | None = None
    """The server's process, where it is ours: only then its processor time is known."""
    facts: dict[str, str] = field(default_factory=dict)

    def database(self) -> AbstractContextManager[str]:
        """A new, empty database for as long as the context lasts; its URL, empty for SQLite in the stage's folder."""
        return nullcontext("") if self.server is None else _created(self.server)

    def cpu_seconds(self) -> float:
        """What the server has cost so far; SQLite works inside the workers."""
        return family_cpu_seconds(self.pid) if self.pid is not None else 0.0


SQLITE = Store("sqlite", facts={"journal_mode": "WAL", "synchronous": "FULL"})


@contextmanager
def stores(wanted: str = "") -> Iterator[list[Store]]:
    """The stores to measure on: both, or the one that is `wanted`, as far as this machine has them."""
    with postgresql() if wanted != "sqlite" else nullcontext() as server:
        chosen = [SQLITE] if wanted != "postgresql" else []
        yield [*chosen, *([server] if server is not None else [])]


@contextmanager
def postgresql() -> Iterator[Store | None]:
    """The server that was named, or one of our own, or None."""
    given, programs = os.environ.get(GIVEN), find_postgres()
    if given:
        url = as_driver_url(given)
        yield Store("postgresql", url, facts=_facts(url))
    elif programs is None:
        print(f"No PostgreSQL was found; measuring on SQLite alone. {GIVEN} may name a server.", flush=True)
        yield None
    else:
        server = PostgresServer(programs, OPTIONS)
        try:
            server.start()
            yield Store("postgresql", server.url, server.process.pid, _facts(server.url))
        finally:
            server.stop()


@contextmanager
def _created(server: URL) -> Iterator[str]:
    with database(server) as url:
        yield url.render_as_string(hide_password=False)


def _facts(server: URL) -> dict[str, str]:
    with connect(server) as connection:
        shown = {name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in TOLD}
    return {name: str(row[0]) for name, row in shown.items() if row is not None}
