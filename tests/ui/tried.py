"""Deliveries as a worker would have left them, without one."""

from typing import Any

from sqlalchemy import select

from extensions import db
from models import Attempt, Contact, Delivery, now_ms, writing
from tests.world import World

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}' & \u202eevil"


def delivery_of(world: World, contact: Contact | None = None, /, **columns: Any) -> Delivery:
    """A delivery about a contact, with these columns; a config is made for it where none is there yet."""
    if not db.session.scalar(select(Delivery.id).limit(1)):
        world.config(number_of_attempts=3)
    record = contact or world.contact()
    with writing(db.session()):
        about = Delivery.event.has(record_id=record.id)
        found = db.session.scalars(select(Delivery).where(about).order_by(Delivery.id))
        delivery = found.all()[-1]
        for name, value in columns.items():
            setattr(delivery, name, value)
    return delivery


def attempt_at(delivery: Delivery, sequence: int = 1, /, **columns: Any) -> Attempt:
    """One attempt of it: refused by the receiver with a 500 unless the columns say otherwise."""
    values: dict[str, Any] = {
        "number": sequence,
        "state": "failed",
        "url": "https://127.0.0.1/receiver",
        "started_ms": now_ms() - 1000,
        "first_byte_ms": 30,
        "duration_ms": 42,
        "peer": "127.0.0.1 port 443",
        "status": 500,
        "request_headers": "User-Agent: Postbacks/0.1.0\nAuthorization: ***\nwebhook-signature: ***",
        "response_headers": "Content-Type: text/plain",
        "response_body": b"broken",
        "reason_code": "http_status",
        "reason": "The receiver answered 500.",
        "advice": "Look into the receiver's log.",
    }
    with writing(db.session()):
        attempt = Attempt(delivery_id=delivery.id, sequence=sequence, **values | columns)
        db.session.add(attempt)
    return attempt
