"""A week in the demo's life, as rows: some thousand deliveries to receivers of every temper.

For pictures and for checks of every screen. The rows are what the engine would have written; who looks at them sees
a morning after a night in which one receiver was down. The same hour gives the same week.
"""

import math
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from docs.week_of_payments import Till, till_of
from docs.week_of_people import STATES, Person, Place, contact_row, people, places
from docs.week_of_receivers import MINUTE_MS, Receiver, Try, receivers, tries
from docs.week_of_replays import plant_replays
from docs.week_of_staff import author, fill_inbox, note_event, plant_staff, tell_the_story
from docs.week_rows import UNTOUCHED_MS, Week
from models import (
    AccountVault,
    ApiKey,
    Attempt,
    AuditEntry,
    Contact,
    Delivery,
    Event,
    Inbox,
    InboxMessage,
    Location,
    PostbackConfig,
    PostbackReplay,
    ProductTransaction,
    Role,
    Transaction,
    TransactionBatch,
    User,
    UserSession,
    wall_ms,
    writing,
)
from postbacks.encryption import Vault
from postbacks.message import frozen_json
from postbacks.signing import new_secret
from schemas.contact import contact_shape

DAYS = 7
EVENTS, SEED = 4200, 7
SHARES = {"contact": 9, "transaction": 10, "accountvault": 2}
"""How often each resource is in an event; a batch is opened with the first payment of a day."""
TABLES = (
    Location, User, UserSession, Role, ApiKey, ProductTransaction, TransactionBatch, Contact, AccountVault, Transaction,
    PostbackConfig, PostbackReplay, Event, Delivery, Attempt, AuditEntry, InboxMessage,
)  # fmt: skip
"""In the order in which they can be stored."""


def plant_week(
    session: Session, first_location_id: str, group_id: str, vault: Vault, quiet_ms: int = UNTOUCHED_MS
) -> None:
    """Store the week: shops below the group, who works there, their postbacks, and what came of them."""
    week = Week(Random(SEED), wall_ms(), quiet_ms)  # noqa: S311 - a story, not a secret
    shops = places(first_location_id)
    for place in shops:
        if place.id != first_location_id:
            week.add(Location, id=place.id, parent_id=group_id, **place.columns())
    plant_staff(week, group_id)
    asked = receivers(shops)
    for receiver in asked:
        _add_config(week, receiver, vault)
    known = {place.id: people(week.random, place) for place in shops}
    tills = {place.id: till_of(week, place, _long_ago(week)) for place in shops}
    for ms in _moments(week):
        place = week.random.choices(shops, [place.share for place in shops])[0]
        for told in _happened(week, ms, tills[place.id], known[place.id]):
            _tell(week, ms, place, told, asked)
    plant_replays(week, asked)
    tell_the_story(week, first_location_id, week.rows[PostbackConfig][0])
    inbox_id = session.scalar(select(Inbox.id).where(Inbox.location_id == first_location_id))
    if inbox_id is not None:
        fill_inbox(week, inbox_id, first_location_id)
    with writing(session):
        for model in TABLES:  # a None is a value here, no reason to take the column's default
            if week.rows.get(model):
                kept = insert(model).execution_options(render_nulls=True)
                session.execute(kept, sorted(week.rows[model], key=lambda row: str(row.get("id", ""))))


def _long_ago(week: Week) -> int:
    return (week.end_ms - 90 * 24 * 60 * MINUTE_MS) // 1000


def _add_config(week: Week, receiver: Receiver, vault: Vault) -> None:
    made_ts = _long_ago(week)
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


Told = tuple[str, str, str, dict[str, object]]
"""Resource, type of event, record id, and the record as it then stood."""


def _happened(week: Week, ms: int, till: Till, there: list[Person]) -> Iterator[Told]:
    """What happens at a shop at this moment."""
    resource = week.random.choices(list(SHARES), list(SHARES.values()))[0]
    person = week.random.choice(there)
    if resource == "contact" or person.id is None:
        yield ("contact", *_meet(week, ms, till.place, person))
    elif resource == "accountvault":
        yield (resource, *till.keep_card(ms, person))
    else:
        if till.needs_batch(ms):
            yield ("transactionbatch", *till.next_batch(ms))
        yield (resource, *till.pay(ms, person))


def _meet(week: Week, ms: int, place: Place, person: Person) -> tuple[str, str, dict[str, object]]:
    """Somebody is saved for the first time, or changes."""
    type_ = "CREATE" if person.id is None else "UPDATE"
    if person.id is None:
        person.id, person.created_ts = week.id_at(ms), ms // 1000
        person.row = week.add(Contact, **contact_row(person, place.id))
    else:
        person.move(week.random)
    assert person.row is not None
    place_now = {"city": person.city, "state": STATES[person.city]}
    person.row |= {**place_now, "email": person.email, "modified_ts": ms // 1000}
    return type_, person.id, contact_shape(Contact(**person.row))


def _tell(week: Week, ms: int, place: Place, told: Told, asked: Sequence[Receiver]) -> None:
    """The event, who caused it, and a delivery to each receiver that asked for it."""
    resource, type_, record_id, data = told
    event_id, text = week.id_at(ms), frozen_json(data)
    wanting = [one for one in asked if (one.location_id, one.resource) == (place.id, resource)]
    event = week.add(
        Event,
        id=event_id,
        location_id=place.id,
        resource=resource,
        record_id=record_id,
        type=type_,
        data=text,
        user_id=author(week),
        skipped_reason=None if any(one.is_active for one in wanting) else "no_config",
        created_ms=ms,
    )
    note_event(week, event)
    for receiver in wanting:
        if receiver.is_active:
            _deliver(week, ms, event_id, text, receiver)


def _deliver(week: Week, ms: int, event_id: str, text: str, receiver: Receiver) -> None:
    """A delivery as it stands at the week's end, with its attempts."""
    id_ = week.id_at(ms)
    made = list(tries(receiver, ms, week.end_ms, week.random))
    for number, one in enumerate(made, 1):
        week.add(
            Attempt,
            delivery_id=id_,
            sequence=number,
            number=number,
            url=receiver.url,
            **one.columns(id_, ms),
        )
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
        attempts_granted=0,
        replay_id=None,
        **_standing(week, receiver, made),
    )


def _standing(week: Week, receiver: Receiver, made: Sequence[Try]) -> dict[str, Any]:
    last = made[-1]
    told = {"last_status": last.outcome.status, "reason_code": last.outcome.code, "reason": last.outcome.reason}
    ended = last.started_ms + last.duration_ms
    if last.outcome.delivered:
        return {"state": "delivered", "next_attempt_ms": None, "finished_ms": ended, **told}
    if len(made) >= receiver.number_of_attempts:
        return {"state": "failed", "next_attempt_ms": None, "finished_ms": ended, **told}
    due = week.due(ended + receiver.attempt_interval * 1000)
    return {"state": "waiting", "next_attempt_ms": due, "finished_ms": None, **told}
