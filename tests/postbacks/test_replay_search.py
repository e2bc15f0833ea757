"""Which deliveries and events a replay is about, counted and found stretch by stretch alike."""

from typing import Any

import pytest

from models import first_id_at, now_ms
from postbacks import replay_search
from postbacks.replay_filter import count, ranges
from postbacks.replay_search import Found, Place, look
from tests.postbacks.replaying import failed, finish, location, move, replay_of, replay_row, skipped, step, waiting
from tests.postbacks.tenant import Tenant

HOUR_MS = 3_600_000


def sends(tenant: Tenant, **fields: Any) -> set[str]:
    """The deliveries that a replay makes due; as many as are counted beforehand."""
    replay_id = replay_of(tenant, **fields)
    with tenant.engine.connect() as connection:
        counted = count(connection, replay_row(tenant, replay_id))
    before = waiting(tenant)
    assert sum(finish(tenant, replay_id)) == counted
    return waiting(tenant) - before


def at(tenant: Tenant, config_id: str, ms: int, **fields: Any) -> str:
    """A delivery of that moment, its id included."""
    number = len(waiting(tenant))
    id_ = f"{first_id_at(ms)[:20]}{number:04x}"
    failed(tenant, config_id, id=id_, created_ms=ms, **fields)
    return id_


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "failed"}, "abcd"),
        ({"status": "cancelled"}, "e"),
        ({"status": "failed,delivered"}, "abcdf"),
        ({"code": "404"}, "b"),
        ({"code": "500|599"}, "a"),
        ({"code": "404,500|500"}, "ab"),
        ({"reason_code": "read_timeout"}, "c"),
        ({"reason_code": "read_timeout,http_status"}, "abc"),
        ({"reason_code": "nothing"}, ""),
    ],
)
def test_states_and_codes(tenant: Tenant, asked: dict[str, str], found: str) -> None:
    config_id = tenant.config()
    made: dict[str, dict[str, Any]] = {
        "a": {}, "b": {"last_status": 404}, "c": {"last_status": None, "reason_code": "read_timeout"},
        "d": {"last_status": None, "reason_code": None},
        "e": {"state": "cancelled", "reason_code": "cancelled", "last_status": None},
        "f": {"state": "delivered", "last_status": 200, "reason_code": None},
    }  # fmt: skip
    names = {failed(tenant, config_id, **fields)[0]: name for name, fields in made.items()}
    tenant.deliveries(config_id, state="sending")
    assert "".join(sorted(names[one] for one in sends(tenant, **asked))) == found


def test_what_cannot_be_sent_is_not_counted(tenant: Tenant) -> None:
    kept = failed(tenant, tenant.config())
    failed(tenant, tenant.config(is_active=False))
    failed(tenant, tenant.config(deleted_ts=1))
    assert sends(tenant) == set(kept)


def test_one_config(tenant: Tenant) -> None:
    mine, other = tenant.config(), tenant.config()
    ids = failed(tenant, mine, 2)
    failed(tenant, other, 2)
    move(tenant, ids[:1], location(tenant))
    assert sends(tenant, postback_config_id=mine) == set(ids[1:])


def test_a_location_and_everything_below_it(tenant: Tenant) -> None:
    config_id = tenant.config()
    above, beside, below = failed(tenant, config_id, 2), failed(tenant, config_id, 2), failed(tenant, config_id, 2)
    child = location(tenant, tenant.location_id)
    move(tenant, below, location(tenant, child))
    move(tenant, beside, location(tenant))
    assert sends(tenant, location_id=child) == set(below)
    assert sends(tenant) == set(above)


def test_the_time_of_the_row_decides(tenant: Tenant) -> None:
    config_id, now = tenant.config(), now_ms()
    hours = {ago: at(tenant, config_id, now - ago * HOUR_MS) for ago in (1, 2, 3, 4)}
    assert sends(tenant, created_from_ms=now - 3 * HOUR_MS, created_before_ms=now - 2 * HOUR_MS) == {hours[3]}
    assert sends(tenant, created_from_ms=now - 2 * HOUR_MS) == {hours[1], hours[2]}
    assert sends(tenant, created_before_ms=now) == {hours[4]}


@pytest.mark.parametrize(
    ("asked", "found"), [({"type": "UPDATE"}, 2), ({"resource": "invoice,contact"}, 3), ({"resource": "x"}, 0)]
)
def test_what_events_tell(tenant: Tenant, asked: dict[str, str], found: int) -> None:
    tenant.config()
    skipped(tenant, 2, type="UPDATE")
    skipped(tenant, 1)
    assert len(sends(tenant, skipped="inactive_config", **asked)) == found


def test_what_deliveries_tell(tenant: Tenant) -> None:
    ids = failed(tenant, tenant.config(), 2)
    assert sends(tenant, type="DELETE") == set()
    assert sends(tenant, resource="invoice") == set()
    assert sends(tenant, type="CREATE,DELETE", resource="contact") == set(ids)


def test_it_is_found_however_thinly_it_is_spread(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_search, "STRETCH", 3)
    config_id = tenant.config()
    shops = [location(tenant, tenant.location_id) for _ in range(4)]
    wanted = []
    for shop in (*shops, tenant.location_id):
        move(tenant, failed(tenant, config_id, 7, state="delivered"), shop)
        wanted += failed(tenant, config_id, 2)
        move(tenant, wanted[-2:], shop)
        move(tenant, failed(tenant, config_id, 5, state="delivered"), shop)
    assert sends(tenant) == set(wanted)


def test_a_search_without_time_left_goes_on_with_the_next_step(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_search, "STRETCH", 2)
    monkeypatch.setattr(replay_search, "LOOKING_SECONDS", 0.0)
    config_id = tenant.config()
    failed(tenant, config_id, 4, state="delivered")
    wanted = failed(tenant, config_id)
    replay_id = replay_of(tenant)
    assert step(tenant, replay_id) == 0
    assert replay_row(tenant, replay_id).reached_id
    assert sum(finish(tenant, replay_id)) == 1
    assert waiting(tenant) == set(wanted)


def test_an_empty_store_has_nothing_to_find(tenant: Tenant) -> None:
    row = replay_row(tenant, replay_of(tenant, status="failed", skipped="no_config"))
    with tenant.engine.connect() as connection:
        assert (count(connection, row), look(connection, row, 10)) == (0, Found("deliveries", [], Place("events")))


def test_a_list_of_codes_is_read_as_ranges() -> None:
    assert ranges("404,500|599") == [(404, 404), (500, 599)]
