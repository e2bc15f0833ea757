"""What a person at the console may ask of the list of deliveries, and what each wish means of a row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, True_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from extensions import db
from models import Delivery, DeliveryState, Event, PostbackConfig, first_id_at, wall_ms
from resources.access import Actor, in_sight, is_in_sight, places_in_sight

HOUR_MS = 60 * 60 * 1000
RANGES: Mapping[str, int] = {"hour": HOUR_MS, "day": 24 * HOUR_MS, "week": 7 * 24 * HOUR_MS}
"""The lengths of the ranges that end now, in milliseconds."""
SLACK_MS = 60_000
"""How far an id's own time may be from its row's: ids bound the search along an index, the row's time decides."""
SKIPPED = "skipped"
TYPES = ("CREATE", "UPDATE", "DELETE")

_blocked = Delivery.reason_code == "blocked_target"
_waiting = Delivery.state == DeliveryState.WAITING
_failed = Delivery.state == DeliveryState.FAILED
STANDINGS: Mapping[str, ColumnElement[bool]] = {
    "queued": _waiting & (Delivery.attempts_made == 0),
    "sending": Delivery.state == DeliveryState.SENDING,
    "retrying": _waiting & (Delivery.attempts_made > 0),
    "delivered": Delivery.state == DeliveryState.DELIVERED,
    "failed": _failed & (Delivery.reason_code.is_(None) | ~_blocked),
    "blocked": _failed & _blocked,
    "cancelled": Delivery.state == DeliveryState.CANCELLED,
}
"""What each of the console's words means, the way `ui.words` reads a row."""
CODES: Mapping[str, ColumnElement[bool]] = {
    **{f"{first}xx": Delivery.last_status.between(first * 100, first * 100 + 99) for first in range(2, 6)},
    "none": Delivery.last_status.is_(None) & (Delivery.attempts_made > 0),
}
"""The class of the last answer's status; none: it was tried, and no answer came."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; an empty text asks for everything. A word that does not exist finds nothing."""

    location_id: str = ""
    status: str = ""
    code: str = ""
    resource: str = ""
    type: str = ""
    config: str = ""
    replay: str = ""
    """The replay that last made it due."""
    range: str = ""
    """hour, day or week, ending now; else `since_ms` and `until_ms` count."""
    since_ms: int | None = None
    until_ms: int | None = None
    """Epoch milliseconds of a delivery's making; the end is not included."""
    waiting: bool = False
    """Only what waits, whatever the status says."""
    q: str = ""
    """A record's or delivery's id, or a part of the URL."""

    def bounds(self) -> tuple[int | None, int | None]:
        """The range of time, in epoch milliseconds as it is now."""
        if self.range in RANGES:
            return wall_ms() - RANGES[self.range], None
        return self.since_ms, self.until_ms


@dataclass(frozen=True, slots=True)
class Walks:
    """Along which indexes to look, what a row must be, and between which ids.

    `keys` are conditions that each have an index which sorts by id; their rows do not overlap.
    """

    id: InstrumentedAttribute[str]
    keys: list[ColumnElement[bool]]
    conditions: list[ColumnElement[bool]]
    first_id: str = ""
    last_id: str = "z"
    by_ids: bool = False
    """Whether a condition of few rows names them: then no index needs to be walked."""


MOST_WALKS = 12
FEW = 500


def walks(actor: Actor, wanted: Wanted) -> Walks:
    """How to look for what is wanted."""
    since_ms, until_ms = wanted.bounds()
    named, by_ids = _named(actor, wanted.q)
    keys, narrowed = _keys(actor, wanted, Delivery.location_id)
    if wanted.config:
        keys, narrowed = [Delivery.postback_config_id == wanted.config], [or_(false(), *keys), *narrowed]
    few = [] if by_ids else _few(wanted)
    in_time = _in_time(since_ms, until_ms, Delivery.created_ms)
    return Walks(
        id=Delivery.id,
        keys=keys,
        conditions=telling([*narrowed, *_conditions(wanted), *named, *few, *in_time]),
        first_id="" if since_ms is None else first_id_at(max(0, since_ms - SLACK_MS)),
        last_id="z" if until_ms is None else first_id_at(max(0, until_ms + SLACK_MS)),
        by_ids=by_ids or bool(few),
    )


def walks_of_skipped(actor: Actor, wanted: Wanted) -> Walks:
    """How to look for the events that became no delivery."""
    since_ms, until_ms = wanted.bounds()
    promised_later = select(Delivery.id).where(Delivery.event_id == Event.id).exists()
    keys, conditions = _keys(actor, wanted, Event.location_id)
    conditions += [Event.skipped_reason.is_not(None), ~promised_later]
    conditions += [Event.resource == wanted.resource] if wanted.resource else []
    conditions += [Event.type == wanted.type] if wanted.type else []
    conditions += [Event.record_id == wanted.q] if wanted.q else []
    conditions += [false()] if wanted.config or wanted.code or wanted.replay else []
    return Walks(
        id=Event.id,
        keys=keys,
        conditions=telling([*conditions, *_in_time(since_ms, until_ms, Event.created_ms)]),
        first_id="" if since_ms is None else first_id_at(max(0, since_ms - SLACK_MS)),
        last_id="z" if until_ms is None else first_id_at(max(0, until_ms + SLACK_MS)),
        by_ids=bool(wanted.q),
    )


def telling(conditions: Iterable[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """Those that not every row fulfils: where none is left, a walk takes what it meets."""
    return [condition for condition in conditions if not isinstance(condition, True_)]


def _few(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What waits or is on the wire, by name, where it is few: those have indexes of their own."""
    if wanted.waiting or wanted.status in {"queued", "retrying"}:
        state, order = _waiting, Delivery.next_attempt_ms
    elif wanted.status == "sending":
        state, order = STANDINGS["sending"], Delivery.lease_until_ms
    else:
        return []
    of_config = [Delivery.postback_config_id == wanted.config] if wanted.config else []
    ids = db.session.scalars(select(Delivery.id).where(state, *of_config).order_by(order).limit(FEW + 1)).all()
    return [Delivery.id.in_(ids)] if len(ids) <= FEW else []


def _keys(
    actor: Actor, wanted: Wanted, location_id: InstrumentedAttribute[str]
) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """The indexes to walk, and what else keeps the rows in sight."""
    if wanted.location_id:
        seen = is_in_sight(db.session(), actor, wanted.location_id)
        return [location_id == wanted.location_id], [] if seen else [false()]
    places = places_in_sight(db.session(), actor, MOST_WALKS)
    if places is not None:
        return [location_id == place for place in places], []
    return [true()], [in_sight(db.session(), actor, location_id)]  # along the primary key


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.status:
        yield STANDINGS.get(wanted.status, false())
    if wanted.waiting:
        yield _waiting
    if wanted.code:
        yield CODES.get(wanted.code, false())
    if wanted.resource:
        yield Delivery.event.has(Event.resource == wanted.resource)
    if wanted.type:
        yield Delivery.event.has(Event.type == wanted.type)
    if wanted.replay:
        yield Delivery.replay_id == wanted.replay


def _in_time(
    since_ms: int | None, until_ms: int | None, created_ms: InstrumentedAttribute[int]
) -> Iterator[ColumnElement[bool]]:
    if since_ms is not None:
        yield created_ms >= since_ms
    if until_ms is not None:
        yield created_ms < until_ms


def _named(actor: Actor, text: str) -> tuple[list[ColumnElement[bool]], bool]:
    """What a search text means, and whether it names few rows: a record's or a delivery's id, else a part of a URL.

    Which of them is asked first: each answer then has an index to use, where a single OR over three tables would
    read every delivery there is.
    """
    if not text:
        return [], False
    of_record = select(Event.id).where(Event.record_id == text, in_sight(db.session(), actor, Event.location_id))
    if db.session.scalar(of_record.limit(1)) is not None:
        return [Delivery.event_id.in_(of_record)], True
    if db.session.scalar(select(Delivery.id).where(Delivery.id == text)) is not None:
        return [Delivery.id == text], True
    return [Delivery.postback_config_id.in_(configs_of_url(actor, text))], False


def configs_of_url(actor: Actor, text: str) -> list[str]:
    """The ids of the configs in sight whose URL has this text in it."""
    seen = in_sight(db.session(), actor, PostbackConfig.location_id)
    url = PostbackConfig.url.icontains(text, autoescape=True)
    return list(db.session.scalars(select(PostbackConfig.id).where(seen, url)))
