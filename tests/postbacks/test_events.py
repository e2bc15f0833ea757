"""An event comes into being: frozen, matched, and only with its record."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Delivery, Event, new_id
from models.transaction import writing
from postbacks.events import Promise, cancel_waiting, happened, record_events
from schemas.refusals import Invalid
from tests.postbacks.tenant import Tenant

DATA = {"id": "1", "last_name": "Jones", "notes": None}


@pytest.fixture
def session(tenant: Tenant) -> Iterator[Session]:
    with Session(tenant.engine, expire_on_commit=False) as made:
        yield made


def happens(session: Session, tenant: Tenant, data: dict[str, Any] | None = None, **fields: Any) -> Sequence[Promise]:
    """An event of a contact, committed."""
    values = {"type_": "CREATE", "resource": "contact", "record_id": "1", "location_id": tenant.location_id, **fields}
    with writing(session):
        return record_events(session, [happened(data=DATA if data is None else data, **values)])[0].promises


def the_event(session: Session) -> Event:
    return session.scalars(select(Event)).one()


def test_the_record_is_frozen_as_it_is_now(session: Session, tenant: Tenant) -> None:
    tenant.config()
    data: dict[str, Any] = {"z": "é\u2028\U0001f600", "a": [1, None], "quote": '"\\'}
    [delivery] = happens(session, tenant, data, request_id="r-1", product_transaction_id=None)
    data["z"] = "changed since"
    event = the_event(session)
    assert event.data == '{"z":"é\u2028\U0001f600","a":[1,null],"quote":"\\"\\\\"}'
    assert (event.type, event.resource, event.record_id, event.request_id) == ("CREATE", "contact", "1", "r-1")
    assert (event.skipped_reason, event.location_id) == (None, tenant.location_id)
    row = tenant.delivery(delivery.id)
    assert (row.state, row.data, row.event_id, row.location_id) == ("waiting", None, event.id, tenant.location_id)
    assert row.created_ms == event.created_ms
    assert abs(row.next_attempt_ms - row.created_ms) < 5000


def test_every_config_that_asks_gets_one_delivery_and_nobody_else(session: Session, tenant: Tenant) -> None:
    both = {tenant.config(), tenant.config()}
    tenant.config(resource="transaction")
    tenant.config(on_create=False)
    tenant.config(is_active=False)
    tenant.config(deleted_ts=1)
    tenant.config(product_transaction_id=new_id())
    assert {delivery.postback_config_id for delivery in happens(session, tenant)} == both


@pytest.mark.parametrize("type_", ["CREATE", "UPDATE", "DELETE"])
def test_each_type_has_its_own_switch(session: Session, tenant: Tenant, type_: str) -> None:
    off: dict[str, Any] = dict.fromkeys(("on_create", "on_update", "on_delete"), False)
    asks = tenant.config(**{**off, f"on_{type_.lower()}": True})
    [delivery] = happens(session, tenant, type_=type_)
    assert delivery.postback_config_id == asks


def test_a_config_of_one_product_transaction_hears_of_that_one_alone(session: Session, tenant: Tenant) -> None:
    mine, anyones = tenant.config(product_transaction_id="pt-1"), tenant.config()
    assert len(happens(session, tenant, product_transaction_id="pt-1")) == 2
    [other] = happens(session, tenant, product_transaction_id="pt-2")
    [none] = happens(session, tenant)
    assert other.postback_config_id == none.postback_config_id == anyones != mine


@pytest.mark.parametrize(
    ("configs", "reason"),
    [
        ([], "no_config"),
        ([{"on_create": False}], "no_config"),
        ([{"resource": "transaction"}], "no_config"),
        ([{"deleted_ts": 1}], "no_config"),
        ([{"is_active": False}], "inactive_config"),
        ([{"is_active": False}, {"on_create": False}], "inactive_config"),
        ([{"is_active": False}, {}], None),
    ],
)
def test_an_event_that_nobody_gets_is_kept_with_the_reason(
    session: Session, tenant: Tenant, configs: list[dict[str, Any]], reason: str | None
) -> None:
    for fields in configs:
        tenant.config(**fields)
    assert bool(happens(session, tenant)) == (reason is None)
    assert the_event(session).skipped_reason == reason


def test_expands_are_embedded_for_the_config_that_asks_and_made_only_then(session: Session, tenant: Tenant) -> None:
    plain, asking = tenant.config(), tenant.config(expands="location,unknown,location")
    made = []

    def location() -> object:
        made.append(1)
        return {"name": "Harbour shop"}

    def never() -> object:
        raise AssertionError("nobody asked for it")

    deliveries = happens(session, tenant, expansions={"location": location, "x": never})
    by_config = {one.postback_config_id: one.data for one in deliveries}
    assert by_config[plain] is None
    assert json.loads(str(by_config[asking])) == {**DATA, "location": {"name": "Harbour shop"}}
    assert len(made) == 1


@pytest.mark.parametrize("letter", ["x", "é", "\U0001f600"])
def test_a_payload_is_measured_in_bytes_and_refused_beyond_the_limit(
    session: Session, tenant: Tenant, letter: str
) -> None:
    tenant.config()
    room = 1024 - len('{"a":""}')
    fits = letter * (room // len(letter.encode()))
    assert len(happens(session, tenant, {"a": fits}, max_payload_bytes=1024)) == 1
    with pytest.raises(Invalid):
        happens(session, tenant, {"a": fits + letter}, max_payload_bytes=1024)
    assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_what_expands_add_counts_too(session: Session, tenant: Tenant) -> None:
    tenant.config(expands="big")
    with pytest.raises(Invalid):
        happens(session, tenant, expansions={"big": lambda: "x" * 2000}, max_payload_bytes=1024)
    assert session.scalar(select(func.count()).select_from(Event)) == 0


@pytest.mark.parametrize("value", ["\ud83d", "a\udfff", float("nan"), float("inf"), {"deep": ["\ud800"]}], ids=ascii)
def test_what_cannot_be_sent_is_refused_before_anything_is_written(
    session: Session, tenant: Tenant, value: object
) -> None:
    tenant.config()
    with pytest.raises(Invalid):
        happens(session, tenant, {"a": value})
    assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_it_never_commits(session: Session, tenant: Tenant) -> None:
    tenant.config()
    values: dict[str, Any] = {"type_": "CREATE", "resource": "contact", "record_id": "1"}
    record_events(session, [happened(data=DATA, location_id=tenant.location_id, **values)])
    session.rollback()
    with tenant.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Event)) == 0
        assert connection.scalar(select(func.count()).select_from(Delivery)) == 0


def test_cancelling_ends_what_waits_for_that_config_and_nothing_else(session: Session, tenant: Tenant) -> None:
    config, other = tenant.config(), tenant.config()
    [waiting] = tenant.deliveries(config)
    [sending] = tenant.deliveries(config, state="sending", lease_token="x", lease_until_ms=9)
    [done] = tenant.deliveries(config, state="delivered", next_attempt_ms=None)
    [theirs] = tenant.deliveries(other)
    with writing(session):
        cancel_waiting(session, config, "The postback config was deleted.")
    row = tenant.delivery(waiting)
    assert (row.state, row.reason_code, row.next_attempt_ms) == ("cancelled", "cancelled", None)
    assert row.reason == "The postback config was deleted."
    assert row.finished_ms
    assert [tenant.delivery(id_).state for id_ in (sending, done, theirs)] == ["sending", "delivered", "waiting"]
