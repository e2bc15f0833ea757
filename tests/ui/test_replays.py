"""Replays at the console: asked for, counted, confirmed, watched, held, ended."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from extensions import db
from models import PostbackReplay, now_ms, writing
from resources.postback_replays import create_postback_replay
from tests.ui.console import console_of, text_of
from tests.ui.tried import delivery_of
from tests.world import World
from ui.replay_links import NO_ANSWER, NO_ROLE, OF_REPLAY, TEXT, WAITING, replay_of_list


def failed(world: World, count: int = 1) -> None:
    world.config(number_of_attempts=3)
    for _ in range(count):
        delivery_of(world, world.contact(), state="failed", finished_ms=now_ms() - 1000, next_attempt_ms=None)


def asked(world: World, **fields: object) -> PostbackReplay:
    wanted = {"location_id": world.here, "status": "failed", "rate": 5, **fields}
    return create_postback_replay(world.actor("operator"), wanted)[0]


def place(world: World) -> str:
    return f"/locations/{world.here}/replays"


def hidden_fields(text: str) -> list[tuple[str, str]]:
    form = text[text.index('<form class="inline-form"', text.index("form-foot")) :]
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return [(name, unescape(value)) for name, value in pairs if name != "csrf_token"]


def test_it_is_counted_confirmed_and_begun(world: World) -> None:
    failed(world, 2)
    console = console_of(world, "operator")
    assert "Failed" in text_of(console.get(f"{place(world)}/new"))
    counted = console.get(f"{place(world)}/count", status="failed", rate="7")
    text = text_of(counted)
    assert "Send 2 deliveries?" in text
    assert "at most 7 a second" in text
    assert db.session.query(PostbackReplay).count() == 0, "counting stores nothing"
    begun = console.post(place(world), dict(hidden_fields(counted.text)), page=f"{place(world)}/count?status=failed")
    assert begun.status_code == 303
    db.session.rollback()
    [replay] = db.session.query(PostbackReplay)
    assert (replay.total, replay.rate, replay.created_by, replay.state) == (2, 7, "operator", "running")
    assert begun.location == f"/replays/{replay.id}"
    shown = console.get(begun.location)
    assert "0 of 2" in text_of(shown)
    assert "every 1s" in shown.text
    assert replay.id in console.get(place(world)).text


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(world: World) -> None:
    console = console_of(world, "operator")
    cases = {
        "": "at least one of these",
        "status=failed&rate=0": "Rate",
        "status=failed&begin=yesterday": "Give a date and a time",
        "status=failed&begin=2026-11-24T10:00&end=2026-11-23T10:00": "Until must not be before Since",
        "status=failed&code=abc": "Code",
        "status=failed&postback_config_id=none": "Postback",
    }
    for query, says in cases.items():
        answer = console.client.get(f"{place(world)}/count?{query}")
        assert (answer.status_code, says in text_of(answer)) == (422, True), query
        assert 'class="notice tone-bad error-summary"' in answer.text
        for name, [value] in parse_qs(query).items():
            if name != "status":
                assert f'value="{value}"' in answer.text, query
    refused = console.post(place(world), {"status": "failed", "rate": "0"}, page=f"{place(world)}/new")
    assert refused.status_code == 422


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_form_takes_the_filters_of_the_api(world: World) -> None:
    config = world.config()
    page = console_of(world, "operator").get(
        f"{place(world)}/new",
        postback_config_id=config.id,
        status="failed,cancelled",
        skipped="inactive_config",
        created_ts_from="1795500000",
    )
    text = " ".join(page.text.split())
    for checked in ("status-failed", "status-cancelled", "skipped-inactive_config"):
        assert re.search(rf'id="{checked}"[^>]*checked', text), checked
    assert not re.search(r'id="status-delivered"[^>]*checked', text)
    assert f'value="{config.id}" selected' in text
    assert re.search(r'name="begin" value="2026-11-24T', text)


def test_pausing_resuming_and_cancelling(world: World) -> None:
    failed(world, 2)
    replay = asked(world)
    path = f"/replays/{replay.id}"
    console = console_of(world, "operator")

    def told(verb: str) -> tuple[str, str]:
        answer = console.post(f"{path}/{verb}", page=path)
        assert (answer.status_code, answer.location) == (303, path)
        db.session.rollback()
        db.session.expire_all()
        return db.session.get_one(PostbackReplay, replay.id).state, text_of(console.get(path))

    state, text = told("pause")
    assert (state, "Paused by operator." in text, "Resume" in text) == ("paused", True, True)
    assert "hx-trigger" not in console.get(path).text, "what is paused asks for nothing"
    assert told("resume")[0] == "running"
    state, text = told("cancel")
    assert (state, "nothing left to pause or cancel" in text) == ("cancelled", True)
    assert "This replay is cancelled; only one" in told("pause")[1], "too late is told, on the page itself"


def test_a_poll_is_answered_only_when_something_changed(world: World) -> None:
    failed(world)
    replay = asked(world)
    client = console_of(world, "viewer").client
    live = f"/replays/{replay.id}/live"
    first = client.get(live, headers={"HX-Request": "true"})
    assert first.text.strip().startswith("<div")
    again = client.get(live, headers={"HX-Request": "true", "HX-PTag": first.headers["HX-PTag"]})
    assert (again.status_code, again.data) == (304, b"")
    with writing(db.session()):
        kept = db.session.get_one(PostbackReplay, replay.id)
        kept.state, kept.done, kept.finished_ms, kept.reason = (
            "finished",
            1,
            now_ms(),
            "It has gone through everything.",
        )
    last = client.get(live, headers={"HX-Request": "true", "HX-PTag": first.headers["HX-PTag"]})
    assert last.status_code == 200
    assert "hx-trigger" not in last.text


def test_who_only_reads_sees_why_there_is_nothing_to_press(world: World) -> None:
    failed(world)
    path = f"/replays/{asked(world).id}"
    console = console_of(world, "viewer")
    assert "need the operator role" in text_of(console.get(path))
    assert "needs the operator role" in text_of(console.get(place(world)))
    assert console.get(f"{place(world)}/new").status_code == 403
    assert console.get(f"{place(world)}/count", status="failed").status_code == 403
    for verb in ("pause", "resume", "cancel"):
        assert console.post(f"{path}/{verb}").status_code == 403
    assert console.post(place(world), {"status": "failed"}).status_code == 403
    stranger = console_of(world, "stranger")
    for hidden in (path, f"{path}/live", place(world), f"{place(world)}/new"):
        assert stranger.get(hidden).status_code == 404


LINKED: list[tuple[dict[str, str], dict[str, list[str]]]] = [
    ({}, {"status": ["failed"]}),
    (
        {"status": "failed", "code": "5xx", "type": "UPDATE"},
        {"status": ["failed"], "code": ["500|599"], "type": ["UPDATE"]},
    ),
    ({"status": "blocked"}, {"status": ["failed"], "reason_code": ["blocked_target"]}),
    ({"status": "skipped", "resource": "contact"}, {"skipped": ["inactive_config,no_config"], "resource": ["contact"]}),
    ({"range": "custom", "from": "2026-11-23T18:00Z"}, {"status": ["failed"], "begin": ["2026-11-23T18:00Z"]}),
]
REFUSED = [
    ({"status": "queued"}, WAITING),
    ({"code": "none"}, NO_ANSWER),
    ({"q": "receiver"}, TEXT),
    ({"replay": "11f1e7e6890a11cdaa1e18aa"}, OF_REPLAY),
]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_list_leads_to_the_replay_of_what_it_filters_for(world: World) -> None:
    one = world.config(url="https://one.example/receiver")
    world.config(url="https://two.example/receiver")
    actor = world.actor("operator")
    with world.app.test_request_context():
        for filters, wanted in LINKED:
            url, why = replay_of_list(actor, None, filters)
            parts = urlsplit(url or "")
            assert (why, parts.path, parse_qs(parts.query)) == (None, f"{place(world)}/new", wanted), filters
        for filters, says in REFUSED:
            assert replay_of_list(actor, None, filters) == (None, says), filters
        assert replay_of_list(world.actor("viewer"), None, {}) == (None, NO_ROLE)
        found = replay_of_list(actor, None, {"q": "one.ex"})
        assert parse_qs(urlsplit(found.url or "").query)["postback_config_id"] == [one.id]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_list_of_deliveries_offers_it(world: World) -> None:
    failed(world)
    page = console_of(world, "operator").get("/deliveries", status="failed").text
    assert re.search(rf'id="replay-all"\s+href="{place(world)}/new\?status=failed"', page)
    page = console_of(world, "viewer").get("/deliveries").text
    assert re.search(r'id="replay-all"\s+aria-disabled="true"\s+aria-describedby="why-not-replay"', page)
    assert NO_ROLE in page
