"""The bar at the top, and what an address says that somebody typed who may not see what is there."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from tests.ui.console import console_of, text_of
from tests.world import World
from ui.errors import html_error

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

NAV = re.compile(r'<nav class="topnav".*?</nav>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)"')
EVERYBODY = ["/locations", "/deliveries"]
ADMINS = [*EVERYBODY, "/users", "/audit-log"]


def offered(page: str) -> list[str]:
    found = NAV.search(page)
    return [href for href in LINK.findall(found[0]) if href != "/docs"] if found else []


@pytest.mark.parametrize(
    ("name", "places"),
    [("viewer", EVERYBODY), ("operator", EVERYBODY), ("owner", ADMINS), ("head", [*ADMINS, "/system"])],
)
def test_the_bar_offers_what_the_role_may_see(world: World, name: str, places: list[str]) -> None:
    page = console_of(world, name).get("/locations").text
    assert offered(page) == places
    for key, place in [("g u", "/users"), ("g a", "/audit-log"), ("g s", "/system")]:
        rows = re.sub(r"</?kbd[^>]*>", " ", page)
        assert (" ".join(key.split()) in " ".join(rows.split())) == (place in places), key


def test_a_stranger_is_offered_nothing(world: World) -> None:
    assert offered(world.app.test_client().get("/sign-in").text) == []


@pytest.mark.parametrize(
    ("name", "path", "says"),
    [
        ("viewer", "/users", "Users are for admins"),
        ("viewer", "/users/new", "Users are for admins"),
        ("viewer", "/users.csv", "Users are for admins"),
        ("operator", "/audit-log", "The audit log is for admins"),
        ("operator", "/audit-log.csv", "The audit log is for admins"),
        ("viewer", "/system", "This is for admins of everything"),
        ("owner", "/system", "This is for admins of everything"),
        ("owner", "/system/live", "This is for admins of everything"),
    ],
)
def test_who_types_the_address_is_told_why_not(world: World, name: str, path: str, says: str) -> None:
    answer = console_of(world, name).get(path)
    assert answer.status_code == 403
    assert says in text_of(answer)
    assert "Locations" in text_of(answer), "and finds the way on"


@pytest.mark.parametrize("path", ["/users", "/audit-log", "/system", "/account"])
def test_strangers_sign_in_first(world: World, path: str) -> None:
    answer = world.app.test_client().get(path)
    assert (answer.status_code, answer.location) == (303, f"/sign-in?next={path}")


def test_the_bar_needs_no_database_to_say_that_it_is_away(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> bool:
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr("ui.navigation.holds_everywhere", away)
    client = console_of(world, "head").client
    assert client.get("/locations").status_code == 200
    with world.app.test_request_context("/locations"):
        world.app.preprocess_request()
        assert html_error(OperationalError("select", {}, Exception("gone"))).status_code == 503
