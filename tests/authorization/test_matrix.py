"""Who may do what, asked of every route that there is."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.authorization.ground import Ground
from tests.authorization.matrix import Matrix, Route, routes_of
from tests.authorization.people import PEOPLE, people_of
from tests.authorization.table import API, CONSOLE, OPEN
from tests.authorization.table import PEOPLE as SCREENS_OF_PEOPLE
from tests.world import World

EXPECTED = {**API, **CONSOLE, **SCREENS_OF_PEOPLE, **OPEN}
ONE_STORE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def matrix(world: World) -> Iterator[Matrix]:
    """Everybody has been here once, and there is something to see at both places."""
    ground = Ground(world)
    for kind in ("contacts", "postbackconfigs", "postbackdeliveries", "postbackreplays", "inboxes"):
        for place in ("own", "foreign"):
            ground.one(kind, place)
    # What a store has to do with it shows in any one who may, who may not, and who must not know.
    sample = PEOPLE if ground.writes.dialect == "sqlite" else ("stranger", "viewer", "admin")
    yield Matrix(ground, people_of(world), sample)
    ground.writes.close()


def test_every_route_has_an_expectation_and_every_expectation_a_route(sqlite_app: Flask) -> None:
    assert {route.name for route in routes_of(sqlite_app)} == EXPECTED.keys()


@pytest.mark.parametrize("door", ["api", "console"])
def test_every_route_answers_everybody_as_expected(matrix: Matrix, door: str) -> None:
    routes = [route for route in routes_of(matrix.ground.world.app) if route.is_api == (door == "api")]
    assert routes
    faults = [fault for route in routes for fault in matrix.faults(route, EXPECTED[route.name])]
    assert not faults, "\n".join(faults)


@ONE_STORE
def test_no_form_is_taken_that_the_console_did_not_give_out(matrix: Matrix) -> None:
    for route in unsafe(matrix, api=False):
        answer = _sent(matrix, route, forged=True)
        assert answer == 400, route.name


@ONE_STORE
def test_a_cookie_opens_nothing_at_the_api(matrix: Matrix) -> None:
    admin = matrix.people["admin"]
    for route in routes_of(matrix.ground.world.app):
        if route.is_api:
            built = route.rule.build({**route.words, **dict.fromkeys(route.arguments, "1")})
            assert built
            assert admin.browse(route.method, built[1], {}).status_code == 401, route.name


def unsafe(matrix: Matrix, *, api: bool) -> list[Route]:
    app = matrix.ground.world.app
    guarded = [route for route in routes_of(app) if route.method != "GET" and route.is_api == api]
    return [route for route in guarded if route.name != "POST receiver.receive"]


def _sent(matrix: Matrix, route: Route, *, forged: bool) -> int:
    expected = EXPECTED[route.name]
    ids = [matrix.ground.one(kind, "own") for kind in route.kinds(expected)]
    built = route.rule.build({**route.words, **dict(zip(route.arguments, ids, strict=True))})
    assert built
    answer = matrix.people["admin"].browse(
        route.method, built[1], expected.filled(ids[0] if ids else ""), forged=forged
    )
    return answer.status_code
