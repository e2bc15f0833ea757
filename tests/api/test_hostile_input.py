"""Whatever is thrown at the door is answered with a clear 4xx or taken as it is, and leaves nothing half-written."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.contact import ContactInput
from schemas.postback_config import ConfigRules, PostbackConfigInput
from schemas.postback_event import PostbackEventInput
from schemas.refusals import Invalid
from schemas.validation import Input, validated
from tests.world import World, counts, seed_config

VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 1.5, -0.0, 1e308, 10**18, 10**19, -(10**30), 10**4000, "", " ", "0", "1", "-1", "x",
    "\x00", "a\x00b", "\x07", "\x7f", "\x85", "\ufeff", "\ufffe", "\u202e", "\u2028", "\ud800", "\udfff", "\U0010ffff",
    "Z\u0351\u036b\u0343", "田中さん", "👩‍👩‍👧‍👦", "ﷺ", "' OR '1'='1", "'; DROP TABLE contacts; --", "<script>alert(1)",
    "{{ 7*7 }}", "${7*7}", "%s%n%x", "../../etc/passwd", "\\", "/", "%00", "%", "_", "null", "undefined", "NaN",
    "Infinity", "1e999", "0x10", "1_000", "\uff11", "true", "a" * 300, "a" * 100_000, [], [1], {}, {"a": 1}, [[[[]]]],
    "http://169.254.169.254/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "//127.0.0.1", "https://",
    "https://[", "https://[::]:x/", "https://a:b@c/", "https://127.0.0.1:0/", "https://xn--a/", "https://ex ample/",
    "https://" + "a." * 200 + "b/", "https://127.0.0.1/\ud800", "https://127.0.0.1/é?ü=ß", "https://⑩.⓪.⓪.①/",
]  # fmt: skip


def test_any_value_in_any_field_of_a_contact(world: World) -> None:
    least = {"last_name": "Jones", "location_id": world.here}
    contact = world.contact()
    for value in VALUES:
        every = dict.fromkeys(ContactInput.model_fields, value)
        one_by_one = [{**least, name: value} for name in ContactInput.model_fields]
        fine = fitting(ContactInput, least, one_by_one)
        judge(world, "contact", "contacts", every, fine)
        judge(world, "contact", f"contacts/{contact.id}", every, fine)


def test_any_value_in_any_field_of_a_config(world: World) -> None:
    least = seed_config(world.here)
    config = world.config()
    rules = ConfigRules(("invoice",), 1, lambda _url: "Not in this test.")
    for value in VALUES:
        every = dict.fromkeys(PostbackConfigInput.model_fields, value)
        one_by_one = [{**least, name: value} for name in PostbackConfigInput.model_fields if name != "url"]
        fine = fitting(PostbackConfigInput, least, one_by_one, replace(rules, accepted=least))
        judge(world, "postbackconfig", "postbackconfigs", every, fine)
        judge(world, "postbackconfig", f"postbackconfigs/{config.id}", every, fine)
        judge(world, "postbackconfig", "postbackconfigs", {**least, "url": value}, least)


def test_any_value_in_any_field_of_an_event(world: World) -> None:
    api = world.api()
    least: dict[str, Any] = {"location_id": world.here, "resource": "invoice", "type": "CREATE", "data": {"id": "1"}}
    for number, value in enumerate(VALUES):
        before = counts()
        items = [
            {**least, "idempotency_id": str(number)},
            *({**least, "idempotency_id": "x", name: value} for name in PostbackEventInput.model_fields),
            value,
        ]
        refused = api.post("postbackevents/batch", {"postbackevents": items})
        assert (refused.status_code, counts()) == (422, before), (value, refused.data[:500])
        for fields in [*items[1:-1], {**least, "data": {"id": "1", "a": value}}]:
            taken = api.post("postbackevents", {"postbackevent": fields})
            assert taken.status_code in {201, 422}, (fields, taken.data[:500])


def fitting(
    model: type[Input], least: dict[str, Any], candidates: list[dict[str, Any]], rules: object = None
) -> dict[str, Any]:
    """All the candidates' values together that the schema takes each by itself, in the location at hand."""
    found = dict(least)
    for candidate in candidates:
        try:
            validated(model, candidate, rules)
        except Invalid:
            continue
        found.update((name, value) for name, value in candidate.items() if value != least.get(name))
    return {**found, "location_id": least["location_id"]}


def judge(world: World, key: str, path: str, hostile: dict[str, Any], fine: dict[str, Any]) -> None:
    """What does not fit is refused by name and leaves nothing; what fits is taken, or refused by name."""
    api, before = world.api(), counts()
    send = api.put if "/" in path else api.post
    refused = send(path, {key: hostile})
    assert refused.status_code in {200, 201, 422}, (hostile, refused.data[:500])
    assert refused.status_code != 422 or counts() == before
    taken = send(path, {key: fine})
    assert taken.status_code in {200, 201, 422}, (fine, taken.data[:500])
    for answer in (refused, taken):
        assert answer.json is not None
        assert answer.status_code != 422 or answer.json["errors"]


@pytest.mark.parametrize("resource", ["contacts", "postbackdeliveries"])
def test_any_value_in_any_part_of_a_query(world: World, resource: str) -> None:
    world.config()
    world.contact()
    api = world.api()
    for text in (value for value in VALUES if isinstance(value, str) and len(value) < 1000):
        raw = percent(text.encode("utf-8", "surrogatepass"))
        filters = "&".join(f"{name}={raw}" for name in ("id", "location_id", "created_ts", "created_ts_from"))
        queries = [f"page={raw}", f"page_size={raw}", f"sort={raw}", f"expand={raw}", filters, f"{raw}=1"]
        for path in [f"/v2/{resource}/{raw}", *(f"/v2/{resource}?{query}" for query in queries)]:
            response = api.client.get(path, headers=api.headers)
            assert response.status_code in {200, 404, 422}, (path, response.data[:500])


def percent(raw: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in raw)


@pytest.mark.skipif("CORPORA" not in os.environ, reason="CORPORA names a folder of public hostile input")
@pytest.mark.parametrize(
    "path", ["/v2/contacts", "/v2/postbackconfigs", "/v2/postbackevents", "/v2/postbackevents/batch"]
)
def test_public_corpora(world: World, path: str) -> None:
    folder = Path(os.environ["CORPORA"])
    headers = {**world.headers("owner"), "Content-Type": "application/json"}
    for file in sorted((folder / "json").iterdir()):
        response = world.app.test_client().post(path, data=file.read_bytes(), headers=headers)
        allowed = {"y": {422}, "n": {400}, "i": {400, 422}}[file.name[0]]
        assert response.status_code in allowed, (file.name, response.status_code)
    for text in json.loads((folder / "naughty_strings.json").read_text()):
        body = {"contact": {"last_name": text, "first_name": text, "location_id": world.here}}
        response = world.api().post("contacts", body)
        assert response.status_code in {201, 422}, (text, response.data)
        if response.json and response.status_code == 201:
            assert response.json["contact"]["last_name"] == text
