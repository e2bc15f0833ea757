"""A small tenant to act in, and clients that act in it through the API."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from config import Settings
from extensions import db
from models import Contact, Delivery, Developer, Event, Location, PostbackConfig, User, new_id, writing
from resources.access import Actor, actor_for
from resources.contacts import create_contact
from resources.credentials import generate_api_key
from resources.postback_configs import create_postback_config
from resources.users import create_user, grant_role
from tests.environment import product_environment, product_settings

DEVELOPER = "developer-of-the-tests"
SEED_LOCATION = "23948sdnfia1129i9asf92"


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
    db.session.rollback()
    return {model.__name__: db.session.query(model).count() for model in (Contact, PostbackConfig, Event, Delivery)}


@pytest.fixture
def settings(store_url: str, tmp_path: Path) -> Settings:
    return product_settings(product_environment(tmp_path, database_url=store_url, custom_resources="invoice"))


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on a fresh database, its context pushed; once on each store."""
    app = create_app(settings)
    app.testing = True
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


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
    for name, location, role in [
        ("head", world.root, "admin"),
        ("owner", world.here, "admin"),
        ("operator", world.here, "operator"),
        ("program", world.here, "integration"),
        ("viewer", world.here, "viewer"),
        ("stranger", world.elsewhere, "admin"),
    ]:
        _join(world, name, location, role)
    return world


def _join(world: World, name: str, location_id: str, role: str) -> None:
    user = create_user(f"{name}-{new_id()}", first_name=name.title(), last_name="Tester")
    grant_role(user.id, location_id, role)
    world.users[name] = user
    world.keys[name] = generate_api_key(user.id)
