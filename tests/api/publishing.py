"""A host application that publishes events about its invoices."""

from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from extensions import db
from models import Delivery, Event
from tests.world import World

ANSWERED = [
    "id",
    "location_id",
    "resource",
    "record_id",
    "type",
    "product_transaction_id",
    "idempotency_id",
    "deliveries",
    "skipped_reason",
    "created_ts",
    "_links",
]


def invoice(world: World, number: int = 1, **fields: Any) -> dict[str, object]:
    """What a host application says of its own record; `invoice` is registered in the tests' settings."""
    told = {"location_id": world.here, "resource": "invoice", "type": "CREATE", "data": {"id": f"I-{number}", "sum": 1}}
    return {**told, "idempotency_id": f"event-{number}", **fields}


def publish(world: World, name: str = "program", **fields: Any) -> TestResponse:
    return world.api(name).post("postbackevents", {"postbackevent": invoice(world, **fields)})


def publish_batch(world: World, items: object, name: str = "program") -> TestResponse:
    return world.api(name).post("postbackevents/batch", {"postbackevents": items})


def events() -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).order_by(Event.id)))


def deliveries() -> list[Delivery]:
    db.session.rollback()
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


def errors(answer: TestResponse) -> dict[str, list[str]]:
    assert answer.status_code == 422, answer.text
    found: dict[str, list[str]] = answer.get_json()["errors"]
    return found
