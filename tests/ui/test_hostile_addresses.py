"""Whatever stands in a list's address, the answer is a page that says what of it was left out."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
from flask import Flask

from extensions import db
from models import Contact
from tests.ui.console import Console, console_of, text_of
from tests.world import World

HEADING = "Part of the address was not understood"
LISTS: Mapping[str, str] = {
    "locations.index": "q page",
    "users.index": "q role state page",
    "audit_log.index": "who action resource record_id location request_id range from to zone before",
    "deliveries.index": "q status code resource type config replay range from to zone before",
    "deliveries.of_location": "q status code resource type config replay range from to zone before",
    "postback_configs.index": "q page",
    "contacts.index": "q range from to zone before",
    "transactions.index": "q status type method contact vault batch range from to zone before",
    "batches.index": "q state merchant range from to zone before",
    "account_vaults.index": "q method active contact range from to zone before",
    "replays.index": "before",
}
"""Every list of the console, and what it can be asked for."""
PLACES = {"page", "before"}
"""What leads to a part of a list, where a file has all of it."""
NO_LISTS = {"inbox.of_location", "system.show"}
LIVE = ("deliveries.live_index", "deliveries.live_of_location")
EXPORTS = {
    "locations.index": "locations.export",
    "users.index": "users.export",
    "audit_log.index": "audit_log.export",
    "deliveries.index": "deliveries.export_index",
    "deliveries.of_location": "deliveries.export_of_location",
    **{f"{name}.index": f"{name}.export" for name in ("contacts", "transactions", "batches", "account_vaults")},
}
HOSTILE = (
    "{name}=%00",
    "{name}=%ED%A0%80",
    "{name}=a%1Bb",
    "{name}=a%C3",
    "{name}=1&{name}=2",
    "{name}=" + "x" * 10_000,
    "{name}=" + "%F0%9F%92%A5" * 10_000,
)
"""A NUL, a lone surrogate, a control character, half a character, twice, 10,000 letters, 10,000 emoji."""
WRONG = {
    "page": ("0", "-1", "1e3", "99999", "9" * 120, "%D9%A3"),
    "before": ("nonsense'--", "a b", "1%2C2"),
    "from": ("nonsense", "2026-02-30T10:00", "9999-12-31T23:59", "0001-01-01T00:00", "-1", "2026-11-24T10:00%2B99:99"),
    "to": ("nonsense", "9999-12-31T23:59-23:59"),
    "zone": ("Mars/Olympus", "../../etc/passwd"),
    **dict.fromkeys(("range", "status", "type", "method", "active", "state", "role", "action", "code"), ("nonsense",)),
}


@pytest.fixture
def console(world: World) -> Console:
    world.config()
    world.contact()
    return console_of(world, "owner")


def address(app: Flask, endpoint: str, world: World) -> str:
    [rule] = [rule for rule in app.url_map.iter_rules(endpoint) if "GET" in (rule.methods or ())]
    return rule.rule.replace("<location_id>", world.here)


def queries(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Query strings of which something cannot be understood, and what the page must name."""
    for short in HOSTILE[:4]:
        yield "&".join(short.format(name=name) for name in names), names[0]
    for number, name in enumerate(names):
        yield HOSTILE[number % len(HOSTILE)].format(name=name), name
        yield from ((f"{name}={text}", name) for text in WRONG.get(name, ()))
    yield "sort=nonsense", "sort"
    yield "%00=1", "\ufffd"
    yield "&".join(f"x{number}=1" for number in range(900)), "x0"


@pytest.mark.parametrize("endpoint", LISTS)
def test_a_list_says_what_it_did_not_understand(world: World, console: Console, endpoint: str) -> None:
    path = address(world.app, endpoint, world)
    assert HEADING not in console.client.get(path).text
    for query, name in queries(LISTS[endpoint].split()):
        answer = console.client.get(f"{path}?{query}")
        told = text_of(answer)
        assert answer.status_code == 200, query[:80]
        assert HEADING in told, query[:80]
        assert f"“{name}”" in told, query[:80]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("endpoint", EXPORTS)
def test_a_file_that_could_not_say_so_is_refused(world: World, console: Console, endpoint: str) -> None:
    path = address(world.app, EXPORTS[endpoint], world)
    assert console.client.get(path).status_code == 200
    names = [name for name in LISTS[endpoint].split() if name not in PLACES]
    for query, name in (("sort=nonsense", "sort"), *((HOSTILE[0].format(name=name), name) for name in names)):
        answer = console.client.get(f"{path}?{query}")
        assert answer.status_code == 400, query[:80]
        assert "This address was not understood" in text_of(answer)
        assert f"“{name}”" in text_of(answer), query[:80]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("endpoint", LIVE)
def test_a_part_that_renews_itself_stays_calm(world: World, console: Console, endpoint: str) -> None:
    path = address(world.app, endpoint, world)
    for query in ("&".join(hostile.format(name=name) for name in ("q", "status", "from")) for hostile in HOSTILE):
        assert console.client.get(f"{path}?{query}").status_code == 200, query[:80]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_list_is_left_out(app: Flask) -> None:
    lists = {name for name in app.view_functions if name.endswith((".index", ".of_location"))}
    assert lists - NO_LISTS == set(LISTS)
    exports = {name for name in app.view_functions if ".export" in name}
    assert exports == set(EXPORTS.values())


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_is_left_out_asks_for_nothing(world: World, console: Console) -> None:
    first = db.session.query(Contact).one().id
    second = world.contact(last_name="Smith").id
    contacts = address(world.app, "contacts.index", world)
    for query in ("from=nonsense", "range=nonsense", "sort=last_name", "q=%00", "before=%00"):
        page = console.client.get(f"{contacts}?{query}").text
        assert first in page, query
        assert second in page, query
    assert first not in console.client.get(f"{contacts}?q=Smith&q=Jones").text, "the first counts"
    assert "Jones" in console.client.get(f"/locations/{world.here}/contacts?q=Jones%00").text


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_page_that_is_not_there_is_the_last(world: World, console: Console) -> None:
    page = text_of(console.client.get("/users?page=4"))
    assert "“page” cannot be “4”: there are 1. This is the last." in page
    assert "operator" in page


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_was_not_understood_is_never_done_to_many(world: World, console: Console) -> None:
    several = "/deliveries/several"
    for query in ("status=nonsense", "from=nonsense", "q=%00", "satus=failed"):
        assert console.client.get(f"{several}?do=cancel-all&{query}").status_code == 400
        assert console.post(f"{several}?{query}", {"do": "cancel-all"}).status_code == 400
