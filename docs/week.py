"""A week in the demo's life, as rows: some thousand deliveries to receivers of every temper.

For pictures and for checks of every screen. The rows are what the engine would have written; who looks at them sees
a morning after a night in which one receiver was down. The same seed and hour give the same week.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from docs.week_of_people import Person, Place, contact_row, people, places
from docs.week_of_receivers import MINUTE_MS, Receiver, Try, receivers, tries
from models import (
    Attempt,
    Base,
    Contact,
    Delivery,
    Event,
    Location,
    PostbackConfig,
    first_id_at,
    now_ms,
    wall_ms,
    writing,
)
from postbacks.encryption import Vault
from postbacks.message import frozen_json
from postbacks.signing import new_secret
from schemas.contact import contact_shape
from schemas.samples import sample_record

DAYS = 7
EVENTS = 4200
SHARES = {"contact": 9, "transaction": 9, "accountvault": 2, "transactionbatch": 1}
"""How often each resource is in an event."""
AMOUNTS = ("12.50", "48.00", "89.90", "120.00", "7.25", "310.40")


@dataclass
class Week:
    """The rows so far, table by table, in the order in which they can be stored."""

    random: Random
    end_ms: int
    rows: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)

    def id_at(self, ms: int) -> str:
        return f"{first_id_at(ms)[:16]}{self.random.getrandbits(32):08x}"

    def add(self, model: type[Base], **values: Any) -> dict[str, Any]:
        self.rows.setdefault(model, []).append(values)
        return values


def plant_week(session: Session, first_location_id: str, group_id: str, vault: Vault, seed: int = 7) -> None:
    """Store the week: shops below the group, their postbacks, and what came of them."""
    week = Week(Random(seed), wall_ms())  # noqa: S311 - a story, not a secret
    shops = places(first_location_id)
    for place in shops:
        if place.id != first_location_id:
            week.add(Location, id=place.id, parent_id=group_id, **place.columns())
    asked = receivers(shops)
    for receiver in asked:
        _add_config(week, receiver, vault)
    known = {place.id: people(week.random, place) for place in shops}
    for ms in _moments(week):
        _happen(week, ms, week.random.choices(shops, [place.share for place in shops])[0], known, asked)
    with writing(session):
        for model in (Location, PostbackConfig, Contact, Event, Delivery, Attempt):
            if week.rows.get(model):
                session.execute(insert(model), week.rows[model])


def _add_config(week: Week, receiver: Receiver, vault: Vault) -> None:
    made_ts = (week.end_ms - 90 * 24 * 60 * MINUTE_MS) // 1000
    week.add(
        PostbackConfig,
        **receiver.columns(),
        signing_secret=vault.encrypt(new_secret()),
        created_ts=made_ts,
        modified_ts=made_ts,
    )


def _moments(week: Week) -> Iterator[int]:
    """When something happens: most of it in business hours, oldest first."""
    start = week.end_ms - DAYS * 24 * 60 * MINUTE_MS
    hours = [start + hour * 60 * MINUTE_MS for hour in range(DAYS * 24)]
    busy = [1.15 - math.cos(2 * math.pi * ((ms / (60 * MINUTE_MS)) % 24 - 3) / 24) for ms in hours]
    chosen = week.random.choices(hours, busy, k=EVENTS)
    return iter(sorted(ms + week.random.randrange(60 * MINUTE_MS - 5000) for ms in chosen))


def _happen(week: Week, ms: int, place: Place, known: dict[str, list[Person]], asked: Sequence[Receiver]) -> None:
    """One event at this place, and a delivery to each receiver that asked for it."""
    resource = week.random.choices(list(SHARES), list(SHARES.values()))[0]
    type_, record_id, data = _record(week, ms, place, known[place.id], resource)
    event_id, text = week.id_at(ms), frozen_json(data)
    wanting = [one for one in asked if (one.location_id, one.resource) == (place.id, resource)]
    week.add(
        Event,
        id=event_id,
        location_id=place.id,
        resource=resource,
        record_id=record_id,
        type=type_,
        data=text,
        skipped_reason=None if any(one.is_active for one in wanting) else "no_config",
        created_ms=ms,
    )
    for receiver in wanting:
        if receiver.is_active:
            _deliver(week, ms, event_id, text, receiver)


def _record(
    week: Week, ms: int, place: Place, there: list[Person], resource: str
) -> tuple[str, str, dict[str, object]]:
    """What happened to which record, and the record as it then stood."""
    if resource != "contact":
        record_id = week.id_at(ms - 3000)
        made: dict[str, object] = {"id": record_id, "created_ts": ms // 1000 - 3, "modified_ts": ms // 1000}
        if resource == "transaction":
            amount = week.random.choice(AMOUNTS)
            made |= {"transaction_amount": amount, "auth_amount": amount}
        return "CREATE", record_id, {**sample_record(resource, place.id, None), **made}
    person = week.random.choice(there)
    type_ = "CREATE" if person.id is None else "UPDATE"
    if person.id is None:
        person.id, person.created_ts = week.id_at(ms), ms // 1000
        person.row = week.add(Contact, **contact_row(person, place.id))
    else:
        person.move(week.random)
    assert person.row is not None
    person.row |= {"city": person.city, "email": person.email, "modified_ts": ms // 1000}
    return type_, person.id, contact_shape(Contact(**person.row))


def _deliver(week: Week, ms: int, event_id: str, text: str, receiver: Receiver) -> None:
    """A delivery as it stands at the week's end, with its attempts."""
    id_ = week.id_at(ms)
    made = list(tries(receiver, ms, week.end_ms, week.random))
    for number, one in enumerate(made, 1):
        week.add(Attempt, delivery_id=id_, sequence=number, number=number, url=receiver.url, **one.columns(id_, ms))
    week.add(
        Delivery,
        id=id_,
        event_id=event_id,
        postback_config_id=receiver.id,
        location_id=receiver.location_id,
        payload_bytes=len(text.encode()),
        attempts_made=len(made),
        attempts_begun=len(made),
        created_ms=ms,
        **_standing(receiver, made),
    )


def _standing(receiver: Receiver, made: Sequence[Try]) -> dict[str, Any]:
    last = made[-1]
    told = {"last_status": last.outcome.status, "reason_code": last.outcome.code, "reason": last.outcome.reason}
    ended = last.started_ms + last.duration_ms
    if last.outcome.delivered:
        return {"state": "delivered", "next_attempt_ms": None, "finished_ms": ended, **told}
    if len(made) >= receiver.number_of_attempts:
        return {"state": "failed", "next_attempt_ms": None, "finished_ms": ended, **told}
    due = ended + receiver.attempt_interval * 1000
    return {"state": "waiting", "next_attempt_ms": due + now_ms() - wall_ms(), "finished_ms": None, **told}
