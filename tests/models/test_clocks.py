"""Two clocks: the one on the wall, which may jump, and the one that things are scheduled with, which does not."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from models import base, clock_anchor, new_id, now_ms, now_ts, prepare_clock, prepare_sqlite, told_ms, wall_ms
from models.clock_anchor import this_boot
from tests.postbacks.tenant import Tenant

DAY_MS = 86_400_000


@pytest.fixture(autouse=True)
def own_clock() -> Iterator[None]:
    kept = base._offset_ms
    yield
    base.anchor_clock(kept)


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    engine = create_engine(store_url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    yield engine
    engine.dispose()


def step_wall(monkeypatch: pytest.MonkeyPatch, ms: int) -> None:
    true_ns, true = time.time_ns, time.time
    monkeypatch.setattr(time, "time_ns", lambda: true_ns() + ms * 1_000_000)
    monkeypatch.setattr(time, "time", lambda: true() + ms / 1000)


def anchored(engine: Engine) -> int:
    """What a process that starts now takes for the time, less the time."""
    engine.dispose()
    base.anchor_clock(wall_ms() - base.steady_ms())
    prepare_clock(engine)
    engine.connect().close()
    return now_ms() - time.clock_gettime_ns(time.CLOCK_REALTIME) // 1_000_000


def test_in_peace_both_tell_the_same() -> None:
    assert abs(now_ms() - wall_ms()) < 2000
    assert told_ms(12_345) == 12_345


@pytest.mark.parametrize("step", [DAY_MS, -DAY_MS])
def test_a_step_moves_what_is_told_and_not_what_is_scheduled(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    before = now_ms()
    step_wall(monkeypatch, step)
    assert 0 <= now_ms() - before < 5000
    assert abs(wall_ms() - before - step) < 5000
    assert abs(now_ts() * 1000 - before - step) < 5000
    assert told_ms(before + 1000) == before + 1000 + step


def test_a_process_that_starts_after_a_step_takes_the_time_of_those_before(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = anchored(store)
    step_wall(monkeypatch, DAY_MS)
    assert abs(anchored(store) - first) <= 2
    with store.connect() as connection:
        rows = connection.execute(text("SELECT boot FROM clock_anchors")).scalars().all()
    assert rows.count(this_boot()) == 1


def test_a_machine_that_starts_in_the_past_begins_with_what_is_known_to_have_happened(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = Tenant(store)
    tenant.deliveries(tenant.config())
    monkeypatch.setattr(clock_anchor, "this_boot", new_id)
    step_wall(monkeypatch, -DAY_MS)
    assert -5000 < anchored(store) <= 2
    step_wall(monkeypatch, 2 * DAY_MS)
    assert abs(anchored(store) - DAY_MS) < 5000


def test_where_no_anchor_can_be_had_the_wall_clock_of_the_start_will_do(tmp_path: Path) -> None:
    bare = create_engine(f"sqlite:///{tmp_path}/bare.sqlite3")
    assert abs(anchored(bare)) <= 2
    bare.dispose()
