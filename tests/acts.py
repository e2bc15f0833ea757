"""Everything that can be changed through either door, and how: an act for each route that writes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from extensions import db
from models import ApiKey, TransactionBatch
from resources.inboxes import inbox_of
from resources.tokens import create_token
from resources.users import set_password
from tests.acts_of_people import ACTS_OF_PEOPLE
from tests.payments import CARD, open_accounts, pay, record
from tests.receiver import Receiver
from tests.resources.test_retries import standing
from tests.world import DEVELOPER, World, seed_config

PASSWORD = "correct horse"

Subject = Callable[[World], str]
"""Makes what an address names, and answers its id."""


def contact(world: World) -> str:
    return world.contact().id


def config(world: World) -> str:
    return world.config().id


def failed(world: World) -> str:
    return standing(world, "failed").id


def waiting(world: World) -> str:
    return standing(world, "waiting").id


def replay(world: World) -> str:
    standing(world, "failed")
    asked = {"location_id": world.here, "status": "failed"}
    return str(_json(world.api().post("postbackreplays", {"postbackreplay": asked}))["postbackreplay"]["id"])


def paused(world: World) -> str:
    id_ = replay(world)
    world.api().post(f"postbackreplays/{id_}/pause")
    return id_


def viewer(world: World) -> str:
    return world.users["viewer"].id


def viewers_key(world: World) -> str:
    return db.session.scalars(select(ApiKey.id).where(ApiKey.user_id == viewer(world))).one()


def token(world: World) -> str:
    set_password(world.users["owner"].id, PASSWORD)
    return str(create_token(DEVELOPER, {"username": "owner", "password": PASSWORD}, "192.0.2.1")["token"])


def inbox(world: World) -> str:
    return inbox_of(world.actor("owner"), world.here).token


def paid(world: World) -> str:
    open_accounts(world)
    return str(record(pay(world.api()))["id"])


def batch(world: World) -> str:
    paid(world)
    return db.session.scalars(select(TransactionBatch.id)).one()


def shop(world: World) -> str:
    given = {"location": {"name": "New shop", "parent_id": world.here}}
    return str(_json(world.api().post("locations", given))["location"]["id"])


def account(world: World) -> str:
    return world.product_transaction().id


def vault(world: World) -> str:
    return world.vault().id


def here(world: World) -> str:
    return world.here


@dataclass(frozen=True)
class Act:
    """What fills the address, and what is sent there."""

    given: Mapping[str, Any] | Callable[[World, Receiver], Mapping[str, Any]] = field(default_factory=dict)
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    entries: int = 1
    """So many it leaves."""

    def path(self, world: World, rule: str) -> str:
        return re.sub(r"<(\w+)>", lambda name: self.subjects[name[1]](world), rule)

    def body(self, world: World, receiver: Receiver) -> Mapping[str, Any]:
        return self.given(world, receiver) if callable(self.given) else self.given


def with_url(world: World, receiver: Receiver) -> dict[str, Any]:
    return seed_config(world.here, url=receiver.url("/hook"))


def form(world: World, receiver: Receiver) -> dict[str, Any]:
    taken = {name: value for name, value in with_url(world, receiver).items() if value is not None}
    return {**taken, "number_of_attempts": "1", "attempt_interval": "300"}


def event(world: World, _receiver: Receiver) -> dict[str, Any]:
    told = {"location_id": world.here, "resource": "contact", "type": "CREATE", "data": {"id": "C-1"}}
    return {**told, "idempotency_id": "crm-1"}


def with_accounts(world: World, _receiver: Receiver) -> dict[str, Any]:
    paid(world)
    return {"transaction": {"action": "sale", "transaction_amount": "10.00", **CARD}}


def chosen(world: World, _receiver: Receiver) -> dict[str, Any]:
    return {"do": "retry", "id": failed(world)}


def replayed(world: World, _receiver: Receiver) -> dict[str, Any]:
    standing(world, "failed")
    return {"status": "failed"}


RECORD: Mapping[str, Subject] = {"location_id": here, "contact_id": contact, "config_id": config}
KEPT = {"payment_method": "cc", "account_number": "4111111111111111", "exp_date": "1230"}
JONES = {"last_name": "Jones"}
ACTS: Mapping[str, Act] = {
    "POST /v2/contacts": Act(lambda world, _: {"contact": {"location_id": world.here, **JONES}}),
    "PUT /v2/contacts/<record_id>": Act({"contact": {"city": "Oslo"}}, {"record_id": contact}),
    "DELETE /v2/contacts/<record_id>": Act(subjects={"record_id": contact}),
    "POST /v2/postbackconfigs": Act(lambda world, to: {"postbackconfig": with_url(world, to)}),
    "PUT /v2/postbackconfigs/<config_id>": Act({"postbackconfig": {"is_active": "0"}}, RECORD),
    "DELETE /v2/postbackconfigs/<config_id>": Act(subjects=RECORD),
    "POST /v2/postbackconfigs/<config_id>/rotatesecret": Act(subjects=RECORD),
    "POST /v2/postbackconfigs/<config_id>/test": Act(subjects=RECORD),
    "POST /v2/postbackdeliveries/<delivery_id>/retry": Act(subjects={"delivery_id": failed}),
    "POST /v2/postbackdeliveries/<delivery_id>/sendnow": Act(subjects={"delivery_id": waiting}),
    "POST /v2/postbackdeliveries/<delivery_id>/cancel": Act(subjects={"delivery_id": waiting}),
    "POST /v2/postbackevents": Act(lambda world, to: {"postbackevent": event(world, to)}),
    "POST /v2/postbackevents/batch": Act(lambda world, to: {"postbackevents": [event(world, to)]}),
    "POST /v2/postbackreplays": Act(
        lambda world, _: {"postbackreplay": {"location_id": world.here, "status": "failed"}}
    ),
    "POST /v2/postbackreplays/<replay_id>/pause": Act(subjects={"replay_id": replay}),
    "POST /v2/postbackreplays/<replay_id>/resume": Act(subjects={"replay_id": paused}),
    "POST /v2/postbackreplays/<replay_id>/cancel": Act(subjects={"replay_id": replay}),
    "POST /v2/locations": Act(lambda world, _: {"location": {"name": "New shop", "parent_id": world.here}}),
    "PUT /v2/locations/<record_id>": Act({"location": {"city": "Oslo"}}, {"record_id": here}),
    "DELETE /v2/locations/<record_id>": Act(subjects={"record_id": shop}),
    "POST /v2/producttransactions": Act(
        lambda world, _: {"producttransaction": {"location_id": world.here, "payment_method": "cc", "title": "Cards"}}
    ),
    "PUT /v2/producttransactions/<record_id>": Act({"producttransaction": {"title": "New"}}, {"record_id": account}),
    "DELETE /v2/producttransactions/<record_id>": Act(subjects={"record_id": account}),
    "POST /v2/accountvaults": Act(lambda world, _: {"accountvault": {"location_id": world.here, **KEPT}}),
    "PUT /v2/accountvaults/<record_id>": Act({"accountvault": {"title": "New"}}, {"record_id": vault}),
    "DELETE /v2/accountvaults/<record_id>": Act(subjects={"record_id": vault}),
    "POST /v2/transactions": Act(with_accounts),
    "POST /v2/transactionbatches/<record_id>/settle": Act(subjects={"record_id": batch}, entries=2),
    "PUT /v2/transactions/<record_id>": Act({"transaction": {"action": "void"}}, {"record_id": paid}),
    "POST /v2/token": Act({"username": "owner", "password": PASSWORD}),
    "DELETE /v2/token/<token>": Act(subjects={"token": token}),
    "POST /v2/users": Act(lambda world, _: {"user": {"username": "zoe", "primary_location_id": world.here}}),
    "PUT /v2/users/<record_id>": Act({"user": {"first_name": "Vi"}}, {"record_id": viewer}),
    "DELETE /v2/users/<record_id>": Act(subjects={"record_id": viewer}),
    "POST /v2/users/<user_id>/roles": Act(
        lambda world, _: {"role": {"location_id": world.here, "role": "operator"}}, {"user_id": viewer}
    ),
    "DELETE /v2/users/<user_id>/roles/<location_id>": Act(subjects={"user_id": viewer, "location_id": here}),
    "POST /v2/users/<user_id>/generateuserapikey": Act(subjects={"user_id": viewer}),
    "DELETE /v2/users/<user_id>/userapikeys/<key_id>": Act(subjects={"user_id": viewer, "key_id": viewers_key}),
    "POST /sign-in": Act({"username": "owner", "password": PASSWORD}),
    **{name: Act(*act) for name, act in ACTS_OF_PEOPLE.items()},
    "POST /sign-out": Act(),
    "POST /locations/<location_id>/contacts/new": Act(JONES, RECORD),
    "POST /locations/<location_id>/contacts/<contact_id>/edit": Act({**JONES, "city": "Oslo"}, RECORD),
    "POST /locations/<location_id>/contacts/<contact_id>/delete": Act(subjects=RECORD),
    "POST /locations/<location_id>/settings/postbacks/new": Act(form, RECORD),
    "POST /locations/<location_id>/settings/postbacks/<config_id>/edit": Act(form, RECORD),
    "POST /locations/<location_id>/settings/postbacks/<config_id>/pause": Act(subjects=RECORD),
    "POST /locations/<location_id>/settings/postbacks/<config_id>/resume": Act(subjects=RECORD),
    "POST /locations/<location_id>/settings/postbacks/<config_id>/delete": Act(subjects=RECORD),
    "POST /deliveries/<delivery_id>/retry": Act(subjects={"delivery_id": failed}),
    "POST /deliveries/<delivery_id>/sendnow": Act(subjects={"delivery_id": waiting}),
    "POST /deliveries/<delivery_id>/cancel": Act(subjects={"delivery_id": waiting}),
    "POST /deliveries/several": Act(chosen),
    "POST /locations/<location_id>/replays": Act(replayed, RECORD),
    "POST /replays/<replay_id>/pause": Act(subjects={"replay_id": replay}),
    "POST /replays/<replay_id>/resume": Act(subjects={"replay_id": paused}),
    "POST /replays/<replay_id>/cancel": Act(subjects={"replay_id": replay}),
    "POST /inbox/<token>/answer": Act({"answer": "500"}, {"token": inbox}),
}


def _json(response: TestResponse) -> dict[str, Any]:
    assert response.json is not None, response.text
    found: dict[str, Any] = response.json
    return found
