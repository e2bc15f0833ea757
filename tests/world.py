"""A small tenant to act in, and clients that act in it through the API."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from extensions import db
from models import (
    AccountVault,
    ApiKey,
    Contact,
    Delivery,
    Developer,
    Event,
    Location,
    PostbackConfig,
    ProductTransaction,
    Role,
    User,
    new_id,
    writing,
)
from resources.access import Actor, actor_for
from resources.account_vaults import create_account_vault
from resources.contacts import create_contact
from resources.postback_configs import create_postback_config
from resources.product_transactions import create_product_transaction

DEVELOPER = "developer-of-the-tests"
SEED_LOCATION = "23948sdnfia1129i9asf92"
ROLES = {
    "head": ("root", "admin"),
    "owner": ("here", "admin"),
    "operator": ("here", "operator"),
    "program": ("here", "integration"),
    "viewer": ("here", "viewer"),
    "stranger": ("elsewhere", "admin"),
}
"""Who there is, where they act, and as what."""


@dataclass
class World:
    """root ⊃ (here, elsewhere): `owner`, `viewer`, `operator` and `program` act here, `stranger` only elsewhere."""

    app: Flask
    keys: dict[str, str] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    root: str = "root-of-the-tests"
    here: str = SEED_LOCATION
    elsewhere: str = "elsewhere-of-the-tests"

    def headers(self, name: str) -> dict[str, str]:
        return {"developer-id": DEVELOPER, "user-id": self.users[name].id, "user-api-key": self.keys[name]}

    def actor(self, name: str) -> Actor:
        return actor_for(db.session(), self.users[name], request_id="request-of-a-test")

    def contact(self, name: str = "owner", **fields: object) -> Contact:
        return create_contact(self.actor(name), {"location_id": self.here, "last_name": "Jones", **fields})

    def config(self, name: str = "owner", **fields: object) -> PostbackConfig:
        return create_postback_config(self.actor(name), {**seed_config(self.here), **fields})[0]

    def product_transaction(self, name: str = "owner", **fields: object) -> ProductTransaction:
        least = {"location_id": self.here, "payment_method": "cc", "title": "Cards"}
        return create_product_transaction(self.actor(name), {**least, **fields})[0]

    def vault(self, name: str = "owner", **fields: object) -> AccountVault:
        card = {"payment_method": "cc", "account_number": "4111111111111111", "exp_date": "1230"}
        return create_account_vault(self.actor(name), {"location_id": self.here, **card, **fields})[0]

    def api(self, name: str = "owner") -> "Api":
        return Api(self.app.test_client(), self.headers(name))


@dataclass
class Api:
    """One caller of the API."""

    client: FlaskClient
    headers: dict[str, str]

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(f"/v2/{path}", query_string=query, headers=self.headers)

    def post(self, path: str, json: object = None, **query: Any) -> TestResponse:
        return self.client.post(f"/v2/{path}", json=json, query_string=query, headers=self.headers)

    def put(self, path: str, json: object, **query: Any) -> TestResponse:
        return self.client.put(f"/v2/{path}", json=json, query_string=query, headers=self.headers)

    def delete(self, path: str) -> TestResponse:
        return self.client.delete(f"/v2/{path}", headers=self.headers)


def seed_config(location_id: str, **fields: object) -> dict[str, object]:
    """The documented request's fields."""
    return {
        "attempt_interval": 300,
        "basic_auth_username": None,
        "basic_auth_password": None,
        "expands": "",
        "format": "api-default",
        "is_active": "1",
        "location_id": location_id,
        "number_of_attempts": 1,
        "on_create": "1",
        "on_delete": "1",
        "on_update": "1",
        "resource": "contact",
        "url": "https://127.0.0.1/receiver",
        **fields,
    }


def counts() -> dict[str, int]:
    """How many rows there are of what a write could leave behind."""
    models = (Contact, AccountVault, PostbackConfig, Event, Delivery)
    numbers = [select(func.count()).select_from(model).scalar_subquery() for model in models]
    db.session.rollback()
    found = db.session.execute(select(*numbers)).one()
    return {model.__name__: number for model, number in zip(models, found, strict=True)}


@pytest.fixture
def world(app: Flask) -> World:
    return new_world(app)


def new_world(app: Flask) -> World:
    """The tenant in the application's database; the application's context is the caller's to push."""
    world = World(app)
    with writing(db.session()):
        db.session.add(Developer(id=DEVELOPER, name="The tests"))
        db.session.add(Location(id=world.root, name="Head office"))
        db.session.flush()
        db.session.add(Location(id=world.here, name="Harbour shop", parent_id=world.root))
        db.session.add(Location(id=world.elsewhere, name="Hill shop", parent_id=world.root))
        db.session.add_all(_people(world))
        db.session.flush()
        db.session.add_all(_what_they_hold(world))
    return world


def _people(world: World) -> Iterator[User]:
    for name in ROLES:
        world.users[name] = User(id=new_id(), username=name, first_name=name.title(), last_name="Tester")
        yield world.users[name]


def _what_they_hold(world: World) -> Iterator[Role | ApiKey]:
    """A role and a key for each. In the caller's transaction: one commit makes the whole world."""
    for name, (place, role) in ROLES.items():
        user, key = world.users[name], secrets.token_urlsafe(32)
        world.keys[name] = key
        yield Role(user_id=user.id, location_id=getattr(world, place), name=role)
        yield ApiKey(user_id=user.id, prefix=key[:8], digest=sha256(key.encode()).hexdigest())
