"""Naughty strings in every field of every address and form: refused by name, or kept and shown as they are."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from extensions import db
from models import Event
from tests.authorization.ground import Ground
from tests.authorization.matrix import Route, routes_of
from tests.authorization.people import Person, people_of
from tests.authorization.table import CONSOLE
from tests.fuzz.stage import Effort
from tests.fuzz.strings import STRINGS, public_strings
from tests.fuzz.writes import Write, writes_of
from tests.world import new_world

FIELD = re.compile(r'<(?:input|textarea|select)\b[^>]*\bname="([^"]+)"')
AMOUNT = re.compile(r"[0-9]+\.[0-9]{2}")
PLAIN_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?")
UNTOUCHED = {"csrf_token", "next"}


def faults_of_fields(ground: Ground, rng: random.Random, strings: Sequence[str], share: float) -> Iterator[str]:
    """Send this share of the strings in each field of each address of the API."""
    for write in writes_of(ground):
        for field in write.fields:
            for string in strings:
                if rng.random() < share:
                    yield from _judged(write, field, string)


def _judged(write: Write, field: str, string: str) -> Iterator[str]:
    whole = json.dumps(write.wrapped({**write.least, field: string})).encode()
    path = write.path(fresh=True)
    before = write.ground.writes.state()
    answer = write.send(whole, path)
    told = f"{write.name} {field} {string[:60]!r}"
    if answer.status_code in {404, 409, 422}:
        if write.ground.writes.state() != before:
            yield f"{told}: was refused and wrote"
        if answer.status_code == 422 and not answer.get_json()["errors"]:
            yield f"{told}: no field is named"
    elif answer.status_code not in write.expected.ok | {200}:
        yield f"{told}: {answer.status_code}: {answer.text[:200]}"
    elif answer.content_length:
        yield from _kept(write, told, field, string, answer)


def _kept(write: Write, told: str, field: str, string: str, answer: TestResponse) -> Iterator[str]:
    """A text that was taken is answered and sent on as it came, or as none where it is blank."""
    held: Any = answer.get_json().get(write.wrapper)
    record = held[0] if isinstance(held, list) else held
    if not isinstance(record, dict) or not isinstance(record.get(field), str):
        return
    if not string.strip():
        return
    if record[field] != write.least.get(field) and not _is_same(record[field], string):
        yield f"{told}: came back as {record[field][:60]!r}"
    db.session.rollback()
    of_it = select(Event.data).where(Event.record_id == str(record.get("id"))).order_by(Event.id.desc())
    event = db.session.scalars(of_it).first()
    if event is not None and json.loads(event).get(field) != record[field]:
        yield f"{told}: is sent as {json.loads(event).get(field)!r}"


def _is_same(kept: str, given: str) -> bool:
    """Whether a text was kept: as it came, trimmed, or with the cents that an amount of money is written with."""
    return kept in {given, given.strip()} or (AMOUNT.fullmatch(kept) is not None and _amount(given) == Decimal(kept))


def _amount(given: str) -> Decimal | None:
    return Decimal(given.strip()) if PLAIN_NUMBER.fullmatch(given.strip()) else None


def faults_of_forms(
    ground: Ground, admin: Person, rng: random.Random, strings: Sequence[str], share: float
) -> Iterator[str]:
    """Send this share of the strings in each field of each of the console's forms, and look at the page after it."""
    for route in routes_of(ground.world.app):
        if not route.is_api and route.method == "POST" and CONSOLE.get(route.name):
            form = CONSOLE[route.name].filled(ground.world.here)
            for field in _fields(ground, admin, route) | form.keys():
                for string in strings:
                    if rng.random() < share:
                        yield from _typed(ground, admin, route, form, field=field, string=string)


def _fields(ground: Ground, admin: Person, route: Route) -> set[str]:
    """The names of the form's fields, from the page under the same address."""
    page = admin.browse("GET", _path(ground, route, fresh=False), {})
    return set(FIELD.findall(page.text)) - UNTOUCHED if page.status_code == 200 else set()


def _path(ground: Ground, route: Route, *, fresh: bool) -> str:
    kinds = route.kinds(CONSOLE[route.name])
    ids = [ground.one(kind, "own") for kind in kinds]
    if fresh and kinds:
        ids[-1] = ids[-1] if kinds[-1] == "locations" else ground.fresh(kinds[-1], "own")
    built = route.rule.build({**route.words, **dict(zip(route.arguments, ids, strict=True))})
    assert built
    return built[1]


def _typed(
    ground: Ground, admin: Person, route: Route, form: dict[str, object], *, field: str, string: str
) -> Iterator[str]:
    told, path = f"{route.name} {field} {string[:60]!r}", _path(ground, route, fresh=True)
    before = ground.writes.state()
    answer = admin.browse("POST", path, {**form, field: string.encode("utf-8", "surrogatepass").decode("latin-1")})
    if answer.status_code not in {200, 303, 400, 403, 404, 409, 413, 422, 429}:
        yield f"{told}: {answer.status_code}: {answer.text[:200]}"
    counted = CONSOLE[route.name].counts_tries and answer.status_code in {422, 429}
    if answer.status_code >= 400 and not counted and ground.writes.state() != before:
        yield f"{told}: was refused and wrote"
    if not is_inert(answer.text):
        yield f"{told}: is not inert on the page"
    if answer.status_code == 303:
        shown = admin.browse("GET", answer.location or "/", {})
        if shown.status_code >= 500 or not is_inert(shown.text):
            yield f"{told}: is not inert on {answer.location}: {shown.status_code}"


class _Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        scripted = tag == "script" and not dict(attrs).get("src", "")
        handlers = [name for name, _ in attrs if name.startswith("on")]
        leads = [value for name, value in attrs if name in {"href", "src", "action"} and _leads_away(value or "")]
        if scripted or handlers or leads or tag in {"img", "iframe", "object", "base", "embed"}:
            self.wrong.append(f"{tag} {attrs}")


def _leads_away(address: str) -> bool:
    return address.startswith(("//", "\\", "javascript:", "vbscript:")) or (
        address.startswith("data:") and not address.startswith("data:image/")
    )


def is_inert(page: str) -> bool:
    """Whether the page holds no element, handler or address that only a hostile text could have brought in."""
    tags = _Tags()
    tags.feed(page)
    return not tags.wrong


def run(app: Flask, effort: Effort) -> Iterator[str]:
    """Every string in every field and form."""
    with app.app_context():
        ground, rng = Ground(new_world(app)), random.Random(effort.seed)
        admin = people_of(ground.world)["admin"]
        strings = list(dict.fromkeys([*STRINGS, *public_strings()]))
        yield from faults_of_fields(ground, rng, strings, effort.share)
        yield from faults_of_forms(ground, admin, rng, strings, effort.share)
        ground.writes.close()
