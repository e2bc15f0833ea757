"""How long the product takes to answer over large tables: what the lists and the pages share in being measured."""

import argparse
import statistics
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from math import ceil
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from app import create_app
from bench.list_seed import seed
from bench.stage import settings_of
from bench.stores import postgresql
from config import HOUSE, Settings
from extensions import db

WARM = 5
TARGET_MS = 50.0
KEY = urlsafe_b64encode(sha256(b"bench").digest()).decode()
"""Always the same, so that the secrets of a kept database can be read the next time."""


@dataclass(frozen=True, slots=True)
class Times:
    """The milliseconds of each answer, ascending."""

    took: Sequence[float]

    @property
    def p95(self) -> float:
        return self.took[max(0, ceil(len(self.took) * 0.95) - 1)]

    def __str__(self) -> str:
        return f"p50 {statistics.median(self.took):6.1f}  p95 {self.p95:6.1f}  max {self.took[-1]:6.1f} ms"


@dataclass(slots=True)
class Statements:
    """What was asked of the store, and for how many milliseconds the answers were waited for."""

    said: list[tuple[str, Any]] = field(default_factory=list)
    ms: float = 0.0


def timed(ask: Callable[[], object], runs: int) -> Times:
    """How long it takes, once it is warm."""
    took = []
    for _ in range(WARM + runs):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    return Times(sorted(took[WARM:]))


@contextmanager
def statements(app: Flask) -> Iterator[Statements]:
    """The statements of the block. Call it outside of an application context."""
    found, began = Statements(), 0.0

    def before(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        nonlocal began
        found.said.append((statement, parameters))
        began = time.perf_counter()

    def after(*_rest: Any) -> None:
        found.ms += (time.perf_counter() - began) * 1000

    with app.app_context():
        engine = db.engine
    listeners = (("before_cursor_execute", before), ("after_cursor_execute", after))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield found
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


def parser(description: str) -> argparse.ArgumentParser:
    """The arguments that `over_large_tables` reads, and `--only`."""
    asked = argparse.ArgumentParser(description=description)
    asked.add_argument("--database", default="", help="a database to seed once and keep")
    asked.add_argument("--rows", type=int, default=1_000_000, help="contacts, and deliveries")
    asked.add_argument("--only", default="", help="those whose name has this")
    return asked


@contextmanager
def over_large_tables(asked: argparse.Namespace) -> Iterator[tuple[Flask, dict[str, Any]]]:
    """The product over the database, seeded; and what there is to ask about."""
    with _database(asked.database) as url, tempfile.TemporaryDirectory(prefix="postbacks-bench-") as folder:
        app = create_app(Settings.model_validate({**settings_of(Path(folder), url), "encryption_keys": KEY}))
        with app.app_context():
            upgrade(directory=str(HOUSE / "migrations"))
            facts = seed(asked.rows)
        try:
            yield app, facts
        finally:
            with app.app_context():
                db.engine.dispose()


@contextmanager
def _database(given: str) -> Iterator[str]:
    if given:
        yield given
        return
    with postgresql() as store:
        if store is None:
            raise SystemExit(1)
        with store.database() as url:
            yield url
