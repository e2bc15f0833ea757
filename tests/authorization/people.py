"""Who knocks: each role at one place, an admin of another place, and nobody; at the API and at the console."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import update
from werkzeug.test import TestResponse

from extensions import db
from models import UserSession, writing
from tests.authorization.ground import FAR_AHEAD
from tests.ui.console import TOKEN, console_of
from tests.world import World

USERS = {"stranger": "stranger", "viewer": "viewer", "operator": "operator", "admin": "owner", "integration": "program"}
"""The person's name in the matrix → in the world."""
ROLES = {**{name: name for name in USERS}, "stranger": "admin"}
ANONYMOUS = "anonymous"
PEOPLE = (ANONYMOUS, *USERS)
REQUEST_ID = "a-request-of-the-matrix"


def home(person: str) -> str:
    """Which of the two places the person has a role at."""
    return "foreign" if person == "stranger" else "own"


@dataclass(frozen=True)
class Person:
    """Sends each request as if it were the first, under one and the same request id."""

    name: str
    world: World
    headers: dict[str, str]
    cookie: str | None
    token: str

    def call(self, method: str, path: str, body: object) -> TestResponse:
        """A call of the API."""
        client = self.world.app.test_client(use_cookies=False)
        json = body or None
        return client.open(path, method=method, headers=self._headers(self.headers), json=json)

    def browse(self, method: str, path: str, form: dict[str, object], *, forged: bool = False) -> TestResponse:
        """A request of a browser; `forged` leaves out what only the console's own pages know."""
        client = self.world.app.test_client()
        if self.cookie is not None:
            client.set_cookie(self.world.app.config["SESSION_COOKIE_NAME"], self.cookie)
        sent = None if method == "GET" else form if forged else {**form, "csrf_token": self.token}
        return client.open(path, method=method, headers=self._headers({}), data=sent)

    def _headers(self, credentials: dict[str, str]) -> dict[str, str]:
        return {"X-Request-Id": REQUEST_ID, **credentials}


def people_of(world: World) -> dict[str, Person]:
    """Everybody, signed in where they may; from now on no request of theirs writes down that they were here."""
    with db.session.no_autoflush:
        found = {person.name: person for person in _people(world)}
    with writing(db.session()):
        db.session.execute(update(UserSession).values(last_seen_ts=FAR_AHEAD))
    return found


def _people(world: World) -> Iterator[Person]:
    for name in PEOPLE:
        user = USERS.get(name)
        client = console_of(world, user).client if user else world.app.test_client()
        page = client.get("/locations" if user else "/sign-in", follow_redirects=True)
        token = TOKEN.search(page.text)
        cookie = client.get_cookie(world.app.config["SESSION_COOKIE_NAME"])
        assert token
        assert cookie
        yield Person(name, world, world.headers(user) if user else {}, cookie.value, token[1])
