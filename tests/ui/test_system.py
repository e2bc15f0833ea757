"""The system's state, with Redis there and away."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Settings
from extensions import db
from jobs.health import beat_until, queue_facts
from jobs.queue import Bell
from jobs.working import work
from models import now_ms, wall_ms, writing
from resources.migration_state import wanted_heads
from tests.ui.console import console_of, text_of
from tests.ui.tried import delivery_of
from tests.valkey import Valkey
from tests.world import World
from ui.system import UNKNOWN, size_text


@pytest.fixture
def beating(settings: Settings, valkey: Valkey) -> Iterator[None]:
    """A worker's heartbeat in the Redis of the application."""
    point_at(settings, valkey.url)
    stopped = threading.Event()
    heart = threading.Thread(target=beat_until, args=(stopped, settings), daemon=True)
    heart.start()
    deadline = time.monotonic() + 15
    while not ((facts := queue_facts(settings)) and facts.workers) and time.monotonic() < deadline:
        time.sleep(0.02)
    yield
    stopped.set()
    heart.join(3)


@pytest.fixture
def silent_url() -> Iterator[str]:
    """The URL of something that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


def point_at(settings: Settings, url: str) -> None:
    settings.redis_url = url
    vars(settings).pop("effective_redis_url", None)


def test_with_everything_there_it_says_so(
    world: World, beating: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "in_flight", lambda: 7)
    monkeypatch.setattr(work, "swept_ms", wall_ms())
    text = ""
    deadline = time.monotonic() + 15
    while "Sending 7 at once" not in text and time.monotonic() < deadline:
        text = text_of(console_of(world, "head").get("/system"))
    assert "Sending 7 at once" in text
    assert "Everything is in order." in text
    assert "just now" in text
    assert "Valkey" in text
    assert "current" in text
    assert ("SQLite" in text) or ("PostgreSQL" in text)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_is_late_says_what_to_do(world: World, valkey: Valkey, settings: Settings) -> None:
    point_at(settings, valkey.url)
    Bell(valkey.url, 0.25).ring()
    delivery_of(world, next_attempt_ms=now_ms() - 90_000)
    text = text_of(console_of(world, "head").get("/system"))
    assert "No worker lives, so nothing is sent: start one with flask worker ." in text
    assert "1 delivery is past due. They are sent as soon as a worker runs." in text
    assert "Oldest due 1 min" in text
    assert "Queue depth 1" in text
    assert "Workers 0" in text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_redis_that_is_away_is_a_state_like_any_other(
    world: World, settings: Settings, silent_url: str, tmp_path: Path
) -> None:
    for url in (silent_url, f"unix://{tmp_path}/nobody.sock"):
        point_at(settings, url)
        began = time.monotonic()
        answer = console_of(world, "head").get("/system")
        assert time.monotonic() - began < 5
        assert answer.status_code == 200
        assert "Redis does not answer. Nothing is lost" in text_of(answer)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_unchanged_it_is_not_sent_again(world: World, valkey: Valkey, settings: Settings) -> None:
    point_at(settings, valkey.url)
    client = console_of(world, "head").client
    first = client.get("/system/live")
    assert 'id="system"' in first.text
    assert "<html" not in first.text
    tag = first.headers["HX-PTag"]
    assert client.get("/system/live", headers={"HX-PTag": tag}).status_code == 304
    delivery_of(world, next_attempt_ms=now_ms() + 90_000)
    again = client.get("/system/live", headers={"HX-PTag": tag})
    assert again.status_code == 200
    assert again.headers["HX-PTag"] != tag


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_settings_in_effect_hide_secrets(world: World, settings: Settings) -> None:
    page = console_of(world, "head").get("/system")
    assert "POSTBACK_SECRET_KEY" in page.text
    assert settings.secret_key.get_secret_value() not in page.text
    assert all(key not in page.text for key in settings.fernet_keys)
    point_at(settings, "redis://:hunter2@127.0.0.1:1/0")
    page = console_of(world, "head").get("/system")
    assert "hunter2" not in page.text
    assert "redis://:***@127.0.0.1:1/0" in page.text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_tables_of_another_version_are_named(world: World) -> None:
    with writing(db.session()):
        db.session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    try:
        text = text_of(console_of(world, "head").get("/system"))
        assert "run flask db upgrade" in text
    finally:
        [head] = wanted_heads()
        with writing(db.session()):
            db.session.connection().exec_driver_sql(f"UPDATE alembic_version SET version_num = '{head}'")


@pytest.mark.parametrize(
    ("size", "text"),
    [(None, UNKNOWN), (12, "12 B"), (2048, "2.0 kB"), (12_900_000, "12.3 MB"), (5 * 1024**3, "5.0 GB")],
)
def test_sizes_in_words(size: int | None, text: str) -> None:
    assert size_text(size) == text
