import pytest

from tests.world import World


def test_a_validation_error_is_a_map_with_the_request_id(world: World) -> None:
    response = world.api().post("contacts", {"contact": {}})
    assert response.status_code == 422
    assert response.json == {
        "errors": {
            "location_id": ["Location Id cannot be blank."],
            "last_name": ["Last Name cannot be blank."],
        },
        "request_id": response.headers["X-Request-Id"],
    }


def test_another_error_says_its_name_and_status(world: World) -> None:
    response = world.api().get("contacts/none")
    assert response.json == {
        "name": "Not Found",
        "message": "There is no such record.",
        "code": 0,
        "status": 404,
        "request_id": response.headers["X-Request-Id"],
    }


def test_the_callers_request_id_is_kept(world: World) -> None:
    headers = {**world.headers("owner"), "X-Request-Id": "from-the_caller.1"}
    response = world.app.test_client().get("/v2/contacts/none", headers=headers)
    assert response.json is not None
    assert response.json["request_id"] == "from-the_caller.1"


@pytest.mark.parametrize(
    ("path", "status", "title"), [("contacts/none", 404, "Not Found"), ("nowhere", 404, "Not Found")]
)
def test_a_problem_is_answered_where_one_is_accepted(world: World, path: str, status: int, title: str) -> None:
    headers = {**world.headers("owner"), "Accept": "application/problem+json"}
    response = world.app.test_client().get(f"/v2/{path}", headers=headers)
    assert response.mimetype == "application/problem+json"
    assert response.json is not None
    assert (response.json["type"], response.json["title"], response.json["status"]) == ("about:blank", title, status)
    assert response.json["request_id"] == response.headers["X-Request-Id"]


def test_a_validation_problem_carries_the_map(world: World) -> None:
    headers = {**world.headers("owner"), "Accept": "application/problem+json, */*;q=0.1"}
    response = world.app.test_client().post("/v2/contacts", json={}, headers=headers)
    assert response.json is not None
    assert response.json["errors"] == {"contact": ["Contact cannot be blank."]}
    assert response.json["title"] == "Unprocessable Entity"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2", 404),
        ("GET", "/v2/", 404),
        ("GET", "/v2/nowhere", 404),
        ("GET", "/v2/contacts/", 404),
        ("GET", "/v2//contacts", 404),
        ("GET", "/v2/contacts/a/b", 404),
        ("POST", "/v2/contacts/a", 405),
        ("DELETE", "/v2/contacts", 405),
        ("PUT", "/v2/postbackdeliveries/a", 405),
        ("TRACE", "/v2/contacts", 405),
        ("NONSENSE", "/v2/contacts", 405),
    ],
)
def test_addresses_and_methods_that_are_not_there(world: World, method: str, path: str, status: int) -> None:
    response = world.app.test_client().open(path, method=method, headers=world.headers("owner"))
    assert (response.status_code, response.mimetype) == (status, "application/json")
    assert response.json is not None
    assert response.json["status"] == status
    assert ("Allow" in response.headers) is (status == 405)


def test_the_security_headers_are_on_errors_too(world: World) -> None:
    response = world.app.test_client().get("/v2/nowhere")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
