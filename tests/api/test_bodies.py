from io import BytesIO

import pytest

from tests.world import World, counts

JSON = "application/json"


def post(world: World, data: bytes, **headers: str) -> tuple[int, dict[str, object]]:
    given = {"Content-Type": JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}
    response = world.app.test_client().post("/v2/contacts", data=data, headers={**world.headers("owner"), **given})
    assert response.json is not None
    return response.status_code, response.json


UNREADABLE = [
    b"",
    b"{",
    b"[1,]",
    b'{"contact": }',
    b'{"contact": {"last_name": NaN}}',
    b'{"contact": {"last_name": Infinity}}',
    b'{"contact": {"last_name": -Infinity}}',
    b'{"contact": {"last_name": 1e999}}',
    b'{"contact": {"header_message_type": ' + b"9" * 5000 + b"}}",
    b'{"contact": {"last_name": "\xff"}}',
    b'\xef\xbb\xbf{"contact": {}}',
    '{"contact": {}}'.encode("utf-16"),
    b'{"contact": {}} x',
    b"{'contact': {}}",
    b'{"contact": {"last_name": "\x01"}}',
    b'{"contact": {"last_name": "a", "last_name": "a"}}',
    b'{"contact": {}, "contact": {}}',
    b"[" * 100_000,
    b"[" * 65 + b"]" * 65,
    b'{"contact": {"last_name": ' + b'{"a":' * 70 + b"1" + b"}" * 72,
]


@pytest.mark.parametrize("data", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_cannot_be_read_is_a_bad_request(world: World, data: bytes) -> None:
    before = counts()
    status, error = post(world, data)
    assert (status, error["status"], error["name"], error["code"]) == (400, 400, "Bad Request", 0)
    assert counts() == before


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"{}", "contact"),
        (b"null", "contact"),
        (b"[]", "contact"),
        (b'"contact"', "contact"),
        (b"5", "contact"),
        (b'{"contacts": {}}', "contact"),
        (b'{"contact": null}', "contact"),
        (b'{"contact": []}', "contact"),
        (b'{"contact": "x"}', "contact"),
        (b'{"contact": {}, "more": 1}', "more"),
        (b'{"contact": {"\\ud800": 1, "last_name": "a", "location_id": "23948sdnfia1129i9asf92"}}', "\\ud800"),
    ],
)
def test_what_can_be_read_but_not_used_names_the_field(world: World, data: bytes, field: str) -> None:
    status, error = post(world, data)
    assert status == 422
    assert error["errors"].keys() == {field}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "json", "a/b/c"]
)
def test_other_media_types_are_not_taken(world: World, kind: str) -> None:
    status, _ = post(world, b'{"contact": {}}', Content_Type=kind)
    assert status == 415


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.x+json"])
def test_json_goes_by_several_names(world: World, kind: str) -> None:
    status, _ = post(world, b'{"contact": {}}', Content_Type=kind)
    assert status == 422


def test_a_compressed_body_is_not_taken(world: World) -> None:
    assert post(world, b"\x1f\x8b", Content_Encoding="gzip")[0] == 415


def test_a_body_that_is_too_large_is_not_read(world: World) -> None:
    status, error = post(world, b" " * (8 * 1024 * 1024 + 1))
    assert (status, error["message"]) == (413, "The body is too large.")


def test_a_body_of_unsaid_length_is_not_cut_off(world: World) -> None:
    whole = b'{"contact": {"last_name": "Jones", "location_id": "23948sdnfia1129i9asf92"}}'
    for padding, expected in [(0, 201), (8 * 1024 * 1024, 413)]:
        response = world.app.test_client().post(
            "/v2/contacts",
            input_stream=BytesIO(whole + b" " * padding),
            headers={**world.headers("owner"), "Content-Type": JSON, "Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )
        assert response.status_code == expected
