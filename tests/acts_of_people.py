"""What is sent to each screen of people that writes, so that it succeeds: form, and what fills the address."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from extensions import db
from models import ApiKey
from tests.world import SEED_LOCATION, World

Subject = Callable[[World], str]


def viewer(world: World) -> str:
    return world.users["viewer"].id


def key_of_viewer(world: World) -> str:
    return db.session.scalars(select(ApiKey.id).where(ApiKey.user_id == viewer(world))).one()


def here(world: World) -> str:
    return world.here


ANEW = "another correct horse"
PERSON: Mapping[str, Subject] = {"user_id": viewer, "location_id": here, "key_id": key_of_viewer}
ZOE = {"username": "zoe", "timezone": "UTC", "primary_location_id": SEED_LOCATION}
ONE = "/users/<user_id>"
ACTS_OF_PEOPLE: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Subject]]] = {
    "POST /account": ({"first_name": "Ann", "timezone": "UTC"}, {}),
    "POST /account/password": ({"current_password": "correct horse", "password": ANEW}, {}),
    "POST /users/new": (ZOE, {}),
    f"POST {ONE}/edit": (ZOE, PERSON),
    f"POST {ONE}/password": ({"password": ANEW}, PERSON),
    f"POST {ONE}/turn-off": ({}, PERSON),
    f"POST {ONE}/turn-on": ({}, PERSON),
    f"POST {ONE}/delete": ({}, PERSON),
    f"POST {ONE}/roles": ({"location_id": SEED_LOCATION, "role": "operator"}, PERSON),
    f"POST {ONE}/roles/<location_id>/revoke": ({}, PERSON),
    f"POST {ONE}/keys": ({}, PERSON),
    f"POST {ONE}/keys/<key_id>/revoke": ({}, PERSON),
    f"POST {ONE}/sessions/end": ({}, PERSON),
}
"""Whoever acts is `owner`, whose password is the tests' own."""
