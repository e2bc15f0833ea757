from datetime import date

import pytest
from flask import Flask, Response

from api.deprecation import deprecated
from tests.world import World, counts

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("*/*", 200),
        ("application/*;q=0.5, text/html", 200),
        ("application/problem+json", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("text/csv", 406),
    ],
)
def test_an_answer_nobody_would_take_is_refused(world: World, accept: str, status: int) -> None:
    response = world.app.test_client().get("/v2/contacts", headers={**world.headers("owner"), "Accept": accept})
    assert (response.status_code, response.mimetype) == (status, "application/json")


@pytest.mark.parametrize(("accept", "status"), [("text/csv", 200), ("*/*", 200), ("application/json", 406)])
def test_a_table_is_taken_or_refused_as_what_it_is(world: World, accept: str, status: int) -> None:
    headers = {**world.headers("owner"), "Accept": accept}
    assert world.app.test_client().get("/v2/contacts?_format=csv", headers=headers).status_code == status


def test_what_is_not_acceptable_changes_nothing(world: World) -> None:
    before = counts()
    headers = {**world.headers("owner"), "Accept": "text/html"}
    body = {"contact": {"last_name": "Jones", "location_id": world.here}}
    assert world.app.test_client().post("/v2/contacts", json=body, headers=headers).status_code == 406
    assert counts() == before


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "nowhere", {}, 404),
        ("DELETE", "contacts", {}, 405),
        ("GET", "contacts?_format=csv", {}, 406),
        ("POST", "contacts", {"data": b" " * (9 * 1024 * 1024), "content_type": "application/json"}, 413),
        ("POST", "contacts", {"data": b"a=b", "content_type": "application/x-www-form-urlencoded"}, 415),
    ],
)
def test_every_refusal_is_a_problem_where_one_is_asked_for(
    world: World, method: str, path: str, options: dict[str, object], status: int
) -> None:
    headers = {**world.headers("owner"), "Accept": "application/problem+json"}
    response = world.app.test_client().open(f"/v2/{path}", method=method, headers=headers, **options)  # type: ignore[arg-type]
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert response.json is not None
    assert response.json["status"] == status


def test_a_body_that_is_too_large_is_refused_under_a_key_too(world: World) -> None:
    headers = {**world.headers("owner"), "Idempotency-Key": "a"}
    data = b" " * (9 * 1024 * 1024)
    response = world.app.test_client().post("/v2/contacts", data=data, content_type="application/json", headers=headers)
    assert response.status_code == 413


def test_a_deprecated_address_says_so(app: Flask) -> None:
    @deprecated(date(2026, 1, 1), sunset=date(2027, 1, 1), link="https://example.com/instead")
    def old(word: str) -> Response:
        return Response(word)

    with app.test_request_context():
        answer = old("still here")
    assert answer.get_data(as_text=True) == "still here"
    assert answer.headers["Deprecation"] == "@1767225600"
    assert answer.headers["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert answer.headers["Link"] == '<https://example.com/instead>; rel="deprecation"; type="text/html"'
