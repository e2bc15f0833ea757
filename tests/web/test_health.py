"""What machines ask: bounded, truthful, and open to nobody's records."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import create_app
from extensions import db
from jobs.health import beat_until, queue_facts
from models import Delivery, now_ms, writing
from postbacks.message import VERSION
from tests.environment import product_environment, product_settings
from tests.valkey import Valkey
from tests.world import World


@pytest.fixture
def whole(sqlite_url: str, valkey: Valkey, tmp_path: Path) -> Iterator[Flask]:
    """An application over a migrated database and a running Valkey, with one worker's heartbeat."""
    settings = product_settings(product_environment(tmp_path, database_url=sqlite_url, redis_url=valkey.url))
    stopped = threading.Event()
    beating = threading.Thread(target=beat_until, args=(stopped, settings), daemon=True)
    beating.start()
    deadline = time.monotonic() + 10
    while not ((facts := queue_facts(settings)) and facts.workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    app = create_app(settings)
    yield app
    stopped.set()
    beating.join(5)
    with app.app_context():
        db.engine.dispose()


def parts(client: FlaskClient) -> tuple[int, dict[str, bool]]:
    answer = client.get("/readyz")
    return answer.status_code, {name: part["ok"] for name, part in answer.get_json()["parts"].items()}


def samples(client: FlaskClient) -> dict[str, float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_process_is_healthy_whatever_is_around_it(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_version_is_the_one_that_receivers_see(app: Flask) -> None:
    assert app.test_client().get("/version").get_json() == {"name": "postbacks", "version": VERSION}


def test_ready_with_every_part(whole: Flask) -> None:
    everything = {"database": True, "migration": True, "redis": True, "workers": True}
    assert parts(whole.test_client()) == (200, everything)


def test_no_worker_means_not_ready(whole: Flask, valkey: Valkey) -> None:
    valkey.flush()
    status, found = parts(whole.test_client())
    assert (status, found["redis"], found["workers"]) == (503, True, False)


def test_frozen_redis_means_not_ready_in_bounded_time(whole: Flask, valkey: Valkey) -> None:
    valkey.freeze()
    asked = time.monotonic()
    status, found = parts(whole.test_client())
    assert (status, found["redis"], found["database"]) == (503, False, True)
    assert time.monotonic() - asked < 5
    assert samples(whole.test_client())["postbacks_redis_up"] == 0


def test_tables_of_another_version_mean_not_ready(whole: Flask) -> None:
    with whole.app_context(), writing(db.session()):
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = whole.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "flask db upgrade" in answer.get_json()["parts"]["migration"]["reason"]


def test_database_away_means_not_ready_and_metrics_say_so(valkey: Valkey, tmp_path: Path) -> None:
    nowhere = f"sqlite:///{tmp_path}/no/such/folder.sqlite3"
    app = create_app(product_settings(product_environment(tmp_path, database_url=nowhere, redis_url=valkey.url)))
    status, found = parts(app.test_client())
    assert (status, found["database"], found["migration"]) == (503, False, False)
    assert samples(app.test_client())["postbacks_database_up"] == 0


def test_metrics_count_what_waits_and_for_how_long(world: World) -> None:
    config = world.config(on_create=1)
    for _ in range(3):
        world.contact()
    with writing(db.session()):
        for delivery in db.session.query(Delivery).filter_by(postback_config_id=config.id):
            delivery.next_attempt_ms = now_ms() - 60_000
    found = samples(world.app.test_client())
    assert found['postbacks_deliveries_open{state="waiting"}'] == 3
    assert found['postbacks_deliveries_recent{state="waiting"}'] == 3
    assert 60 <= found["postbacks_oldest_due_seconds"] < 90
    assert found[f'postbacks_build_info{{version="{VERSION}"}}'] == 1


def test_metrics_of_an_empty_store_are_zeros(app: Flask) -> None:
    found = samples(app.test_client())
    assert found["postbacks_oldest_due_seconds"] == 0
    assert {value for name, value in found.items() if name.startswith("postbacks_deliveries")} == {0.0}


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/version"])
def test_answers_carry_the_safety_headers_and_are_not_kept(app: Flask, path: str) -> None:
    headers = app.test_client().get(path).headers
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/version"])
def test_nothing_there_can_be_written_to(app: Flask, path: str) -> None:
    assert app.test_client().post(path).status_code in {400, 405}
