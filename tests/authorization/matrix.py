"""Every route for every person about own, foreign and missing records, and what is wrong with the answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.authorization.expectations import Expected
from tests.authorization.ground import MISSING, PLACES, Ground
from tests.authorization.people import ANONYMOUS, PEOPLE, ROLES, Person, home

ARGUMENTS = {
    "location_id": "locations",
    "contact_id": "contacts",
    "config_id": "postbackconfigs",
    "delivery_id": "postbackdeliveries",
    "event_id": "postbackevents",
    "replay_id": "postbackreplays",
    "user_id": "users",
    "key_id": "userapikeys",
    "filter_id": "savedfilters",
    "token": "inboxes",
    "filename": "files",
}
"""Which kind of record an argument of a path names. `record_id` names one of the endpoint's own kind."""
WORDS = {"action": "void"}
"""Arguments of paths that name no record, and what is said there."""
UNASKED = {"HEAD", "OPTIONS"}
OF_NO_ACCOUNT = {"Set-Cookie", "Content-Length"}
"""Headers in which two answers may differ: sessions are signed by the second, and a page repeats its own address."""
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one rule."""

    method: str
    endpoint: str
    rule: Rule

    @property
    def name(self) -> str:
        return f"{self.method} {self.endpoint}"

    @property
    def is_api(self) -> bool:
        return self.rule.rule.startswith("/v2/")

    @property
    def arguments(self) -> list[str]:
        """In the order of the path."""
        return [name for name in re.findall(r"<(?:\w+:)?(\w+)>", self.rule.rule) if name not in WORDS]

    @property
    def words(self) -> dict[str, str]:
        return {name: word for name, word in WORDS.items() if name in self.rule.arguments}

    def kinds(self, expected: Expected) -> list[str]:
        """The kind of record that each argument names."""
        own = self.endpoint.split(".")[1] if self.is_api else ""
        found = [ARGUMENTS.get(name, own) for name in self.arguments]
        return [*found[:-1], expected.kind or found[-1]] if found else []


def routes_of(app: Flask) -> list[Route]:
    """By address; signing out comes last, as nobody is anybody afterwards."""
    return [
        Route(method, rule.endpoint, rule)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint == "sign_in.leave", rule.rule))
        for method in sorted((rule.methods or set()) - UNASKED)
    ]


@dataclass(frozen=True, slots=True)
class Case:
    """Where the records of a call lie, from the outermost argument of its path to the innermost."""

    places: tuple[str, ...]

    @property
    def name(self) -> str:
        return "/".join(self.places)

    def is_in_sight(self, person: str) -> bool:
        return all(place == home(person) for place in self.places)


def cases_of(route: Route, expected: Expected) -> list[Case]:
    """All records at one place; and where a path names two, a record that does not belong to what holds it."""
    depth = len(route.arguments)
    if not depth:
        return [Case((place,)) for place in (*PLACES, MISSING)] if callable(expected.body) else [Case(("own",))]
    plain = [Case((place,) * depth) for place in (*PLACES, MISSING)]
    crossed = [Case(("own", "foreign")), Case(("own", MISSING)), Case(("foreign", "own"))]
    return plain + (crossed if depth > 1 else [])


@dataclass
class Matrix:
    ground: Ground
    people: dict[str, Person]
    sample: tuple[str, ...] = PEOPLE
    """Whose calls are made."""

    def faults(self, route: Route, expected: Expected) -> Iterator[str]:
        """What is wrong with the answers of this route, in sentences."""
        for person in self.sample:
            answers = {case.name: self._answer(route, expected, person, case) for case in cases_of(route, expected)}
            for case in cases_of(route, expected):
                wanted = self._wanted(route, expected, person, case)
                sent, answer = answers[case.name]
                told = f"{route.name} {person} {case.name}"
                if answer.status_code not in wanted:
                    yield f"{told}: {answer.status_code}, wanted {sorted(wanted)}: {answer.text[:200]}"
                if not expected.is_open:
                    yield from self._leaks(told, expected, person, sent, answer)
            yield from self._differences(route, expected, person, answers)

    def _answer(self, route: Route, expected: Expected, person: str, case: Case) -> tuple[list[str], TestResponse]:
        """The call's answer, and the ids that the call itself named."""
        for place in PLACES if expected.lists else ():
            self.ground.fresh(expected.lists or "", place)  # the newest stand on the first page
        pick = self.ground.one if route.method == "GET" else self.ground.fresh
        kinds = route.kinds(expected)
        outer = [
            (self.ground.one if kind == "locations" else pick)(kind, place)
            for kind, place in zip(kinds[:-1], case.places, strict=False)
        ]
        ids = [*outer, *(pick(kind, case.places[-1]) for kind in kinds[-1:])]
        built = route.rule.build({**route.words, **dict(zip(route.arguments, ids, strict=True))})
        assert built
        location = self.ground.location[case.places[0]]
        sent = [*ids, location] if callable(expected.body) else ids
        caller, body = self.people[person], expected.filled(location)
        call = caller.call if route.is_api else caller.browse
        before = self.ground.writes.state()
        answer = call(route.method, built[1], body)
        counted = expected.counts_tries and answer.status_code in expected.ok
        refused = route.method != "GET" and answer.status_code >= 400 and not counted
        unwritten = not refused or expected.is_open or self.ground.writes.state() == before
        assert unwritten, f"{route.name} {person} {case.name} wrote"
        return sent, answer

    def _wanted(self, route: Route, expected: Expected, person: str, case: Case) -> frozenset[int]:
        if expected.who is None:
            return expected.ok
        if person == ANONYMOUS:
            return frozenset({401 if route.is_api else 303})
        if person == "integration" and not route.is_api:
            return frozenset({303})
        if route.arguments:
            return self._of_a_record(expected, person, case)
        if ROLES[person] not in expected.who:
            return frozenset({403})
        named = callable(expected.body) and not case.is_in_sight(person)
        return frozenset({expected.foreign}) if named else expected.ok

    def _of_a_record(self, expected: Expected, person: str, case: Case) -> frozenset[int]:
        if not case.is_in_sight(person) and not (expected.role_first and ROLES[person] not in (expected.who or ())):
            return frozenset({404})
        denied = frozenset({404 if expected.personal else 403})
        return expected.ok if ROLES[person] in (expected.who or ()) else denied

    def _leaks(
        self, told: str, expected: Expected, person: str, sent: list[str], answer: TestResponse
    ) -> Iterator[str]:
        """Nobody is told of what lies where they have no role; lists hold what lies where they have one."""
        sights = [home(person)] if person != ANONYMOUS else []
        hidden = set(chain.from_iterable(self.ground.ids[place] for place in PLACES if place not in sights))
        seen = {one for one in hidden.difference(sent) if one in answer.text}
        if seen:
            yield f"{told}: tells of {seen}"
        if expected.lists and answer.status_code == 200:
            mine = self.ground.made[expected.lists, home(person)]
            if not any(one in answer.text for one in mine):
                yield f"{told}: lists none of {len(mine)} there"

    def _differences(
        self, route: Route, expected: Expected, person: str, answers: dict[str, tuple[list[str], TestResponse]]
    ) -> Iterator[str]:
        """What is out of sight is answered like what there is not."""
        if expected.is_open or person == "stranger":
            return
        pairs = [(case.name, case.name.replace("foreign", MISSING)) for case in cases_of(route, expected)]
        for foreign, missing in pairs:
            if foreign != missing and missing in answers and plain(answers[foreign]) != plain(answers[missing]):
                yield f"{route.name} {person}: {foreign} is answered otherwise than {missing}"


def plain(answered: tuple[list[str], TestResponse]) -> tuple[int, list[tuple[str, str]], str]:
    """An answer without what differs from one call to the next: form tokens, and what the call itself named."""
    sent, answer = answered
    text = TOKEN.sub("", answer.text)
    headers = [(name, value) for name, value in answer.headers if name not in OF_NO_ACCOUNT]
    for one in sent:
        text = text.replace(one, "…")
        headers = [(name, value.replace(one, "…")) for name, value in headers]
    return answer.status_code, headers, text
