"""People at the console, as a browser without scripts would be: they follow links and send forms."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from extensions import db
from models import UserSession, writing
from tests.browser import Watched
from tests.world import World, counts

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
TAG = re.compile(r"<[^>]*>")

OpenScreen = Callable[..., Watched]
"""Opens the console as a person who is signed in: path, name, and how it looks (theme, width, java_script)."""


@dataclass
class Console:
    """One person's browser. Pages come back as they are; redirects are not followed."""

    client: FlaskClient

    def get(self, path: str, **query: str) -> TestResponse:
        return self.client.get(path, query_string=query)

    def post(self, path: str, form: Mapping[str, object] | None = None, *, page: str = "/locations") -> TestResponse:
        """Send a form with the token that `page` holds."""
        found = TOKEN.search(self.client.get(page).text)
        assert found
        return self.client.post(path, data={**(form or {}), "csrf_token": found[1]})


def console_of(world: World, name: str) -> Console:
    """This person, signed in; how one signs in is another test's business."""
    token = secrets.token_urlsafe(32)
    with writing(db.session()):
        db.session.add(UserSession(digest=sha256(token.encode()).hexdigest(), user_id=world.users[name].id))
    client = world.app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return Console(client)


@contextmanager
def as_it_was() -> Iterator[None]:
    """Fail if the block leaves anything different in the store."""
    before = counts()
    yield
    assert counts() == before


def text_of(page: TestResponse) -> str:
    """What the page says, without its markup, in single spaces."""
    return " ".join(unescape(TAG.sub(" ", page.text)).split())
