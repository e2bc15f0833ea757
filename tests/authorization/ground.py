"""What the calls of the matrix are about: a record of each kind at each of two places, and the id of none."""

import secrets
from collections import defaultdict
from collections.abc import Callable
from hashlib import sha256

from sqlalchemy import select, update

from extensions import db
from models import (
    AccessToken,
    ApiKey,
    AuditEntry,
    Base,
    Delivery,
    Event,
    Inbox,
    Location,
    PostbackReplay,
    Role,
    SavedFilter,
    TransactionBatch,
    User,
    new_id,
    now_ts,
    wall_ms,
    writing,
)
from tests.authorization.writes import Writes
from tests.payments import payment
from tests.world import DEVELOPER, World

PLACES = ("own", "foreign")
MISSING = "missing"
FAR_AHEAD = 99_999_999_999


class Ground:
    """Makes records as the admin of each place. `ids[place]` are all that nobody elsewhere may be told of."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.location = {"own": world.here, "foreign": world.elsewhere, MISSING: new_id()}
        self.admin = {"own": "owner", "foreign": "stranger"}
        self.ids: dict[str, set[str]] = defaultdict(set)
        self.stock: dict[tuple[str, str], str] = {}
        self.made: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.writes = Writes()
        with writing(db.session()):  # so that no request writes down that a key was used
            db.session.execute(update(ApiKey).values(last_used_ts=FAR_AHEAD))
        for place in PLACES:
            self.ids[place].add(self.location[place])
            self.stock["locations", place] = self.location[place]
            self.made["locations", place] = self.made["locationinfos", place] = [self.location[place]]
            self.takes_cards(self.location[place], self.one("producttransactions", place))

    def takes_cards(self, location_id: str, merchant: str) -> None:
        with writing(db.session()):
            db.session.get_one(Location, location_id).default_cc = merchant

    def one(self, kind: str, place: str) -> str:
        """A record of that kind for reading; the same one each time."""
        if place == MISSING:
            return self.location[MISSING] if kind in {"locations", "locationinfos"} else _nobody(kind)
        if (kind, place) not in self.stock:
            if kind == "userapikeys":  # of the user who is read with it
                self.made["users", place].append(self.one("users", place))
            self.stock[kind, place] = self.fresh(kind, place)
        return self.stock[kind, place]

    def fresh(self, kind: str, place: str) -> str:
        """A record of that kind that nothing was done to yet."""
        if place == MISSING:
            return _nobody(kind)
        made = MAKERS[kind](self, place)
        self.ids[place].add(made)
        self.made[kind, place].append(made)
        return made

    def add(self, row: Base) -> str:
        with writing(db.session()):
            db.session.add(row)
        return str(getattr(row, "token", None) or getattr(row, "id", ""))


def _nobody(kind: str) -> str:
    return secrets.token_urlsafe(18) if kind in {"inboxes", "tokens"} else new_id()


def _paying_location(ground: Ground, place: str) -> str:
    made = MAKERS["locations"](ground, place)
    ground.takes_cards(made, ground.world.product_transaction(ground.admin[place], location_id=made).id)
    return made


def _contact(ground: Ground, place: str) -> str:
    return ground.world.contact(ground.admin[place], location_id=ground.location[place]).id


def _config(ground: Ground, place: str) -> str:
    return ground.world.config(ground.admin[place], location_id=ground.location[place], resource="accountvault").id


def _event(ground: Ground, place: str) -> str:
    return ground.add(
        Event(
            id=new_id(),
            location_id=ground.location[place],
            resource="accountvault",
            record_id=new_id(),
            type="CREATE",
            data='{"id":"1"}',
            developer_id=DEVELOPER,
            idempotency_id=secrets.token_hex(8),
        )
    )


def _delivery(state: str) -> Callable[[Ground, str], str]:
    def make(ground: Ground, place: str) -> str:
        delivery = Delivery(
            id=new_id(),
            event_id=ground.one("postbackevents", place),
            postback_config_id=ground.one("postbackconfigs", place),
            location_id=ground.location[place],
            state=state,
            finished_ms=None if state == "waiting" else wall_ms(),
        )
        return ground.add(delivery)

    return make


def _replay(state: str) -> Callable[[Ground, str], str]:
    def make(ground: Ground, place: str) -> str:
        user = ground.world.users[ground.admin[place]]
        replay = PostbackReplay(
            id=new_id(),
            location_id=ground.location[place],
            status="failed",
            rate=1,
            state=state,
            total=1,
            created_user_id=user.id,
            created_by=user.username,
        )
        return ground.add(replay)

    return make


def _inbox(ground: Ground, place: str) -> str:
    """There is one at each location."""
    known = select(Inbox.token).where(Inbox.location_id == ground.location[place])
    token = db.session.scalar(known)
    if token is not None:
        return token
    return ground.add(
        Inbox(token=secrets.token_urlsafe(18), location_id=ground.location[place], created_ts=now_ts(), answer="200")
    )


def _product_transaction(ground: Ground, place: str) -> str:
    return ground.world.product_transaction(ground.admin[place], location_id=ground.location[place]).id


def _vault(ground: Ground, place: str) -> str:
    return ground.world.vault(ground.admin[place], location_id=ground.location[place]).id


def _transaction(ground: Ground, place: str) -> str:
    return payment(ground.world, ground.admin[place], location_id=ground.location[place]).id


def _batch(ground: Ground, place: str) -> str:
    """An open one, of a merchant account of its own."""
    merchant = ground.fresh("producttransactions", place)
    at = ground.location[place]
    batch = {"batch_num": 1, "processing_status_id": 1, "location_id": at, "product_transaction_id": merchant}
    return ground.add(TransactionBatch(**batch))


def _user(ground: Ground, place: str) -> str:
    """Somebody who reads there."""
    made = ground.add(User(username=secrets.token_hex(8), primary_location_id=ground.location[place]))
    ground.add(Role(user_id=made, location_id=ground.location[place], name="viewer"))
    return made


def _api_key(ground: Ground, place: str) -> str:
    """A key of the user who was made last."""
    held_by = (ground.made["users", place] or [ground.fresh("users", place)])[-1]
    return ground.add(ApiKey(id=new_id(), user_id=held_by, prefix="12345678", digest=secrets.token_hex(32)))


def _audit_entry(ground: Ground, place: str) -> str:
    facts = {"username": "x", "credential": "session", "action": "update", "resource": "contact"}
    return ground.add(AuditEntry(id=new_id(), record_id=new_id(), location_id=ground.location[place], **facts))


def _token(ground: Ground, place: str) -> str:
    """One of the place's admin."""
    token, user = secrets.token_urlsafe(32), ground.world.users[ground.admin[place]]
    ground.add(AccessToken(user_id=user.id, developer_id=DEVELOPER, digest=sha256(token.encode()).hexdigest()))
    return token


def _saved_filter(ground: Ground, place: str) -> str:
    """One of the place's admin."""
    user = ground.world.users[ground.admin[place]]
    return ground.add(
        SavedFilter(id=new_id(), user_id=user.id, screen="deliveries", name=secrets.token_hex(8), query="q=1")
    )


MAKERS: dict[str, Callable[[Ground, str], str]] = {
    "paying locations": _paying_location,
    "locations": lambda ground, place: ground.add(Location(name=f"Shop at {place}", parent_id=ground.location[place])),
    "contacts": _contact,
    "postbackconfigs": _config,
    "postbackevents": _event,
    "postbackdeliveries": _delivery("waiting"),
    "failed postbackdeliveries": _delivery("failed"),
    "postbackreplays": _replay("running"),
    "paused postbackreplays": _replay("paused"),
    "inboxes": _inbox,
    "producttransactions": _product_transaction,
    "accountvaults": _vault,
    "transactions": _transaction,
    "transactionbatches": _batch,
    "users": _user,
    "userapikeys": _api_key,
    "auditlogs": _audit_entry,
    "changelogs": _event,
    "locationinfos": lambda ground, place: ground.location[place],
    "places": lambda ground, place: ground.location[place],
    "tokens": _token,
    "savedfilters": _saved_filter,
    "files": lambda _ground, _place: "console.css",
}
