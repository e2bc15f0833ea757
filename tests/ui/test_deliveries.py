import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from models import now_ms
from resources.delivery_search import PIECE
from tests.ui.console import console_of, text_of
from tests.ui.tried import HOSTILE, attempt_at, delivery_of
from tests.world import World

POLL = {"HX-Request": "true", "HX-Current-URL": "http://localhost/"}


def listed(page: TestResponse) -> list[str]:
    return re.findall(r'class="row-link"\s+href="/deliveries/([^"]+)"', page.text)


def test_the_list_says_what_became_of_each(world: World) -> None:
    made = delivery_of(
        world,
        state="waiting",
        attempts_made=1,
        next_attempt_ms=now_ms() + 250_000,
        reason="The receiver answered 500.",
    )
    for path in ("/deliveries", f"/locations/{world.here}/deliveries"):
        page = console_of(world, "viewer").get(path)
        text = text_of(page)
        assert listed(page) == [made.id]
        assert "Retrying ( in 4 min )" in text
        for part in ("Contact created", "Jones", "127.0.0.1 /receiver", "1/3", "The receiver answered 500."):
            assert part in text
        assert "hx-trigger" in page.text


def test_a_list_in_which_nothing_moves_asks_less_often(world: World) -> None:
    delivery_of(world, state="delivered", attempts_made=1, finished_ms=now_ms())
    page = console_of(world, "viewer").get("/deliveries").text
    assert "every 2s" not in page
    assert "every 5s" in page, "what is new is shown all the same"


def test_filters_narrow_it_down(world: World) -> None:
    first = world.config(url="https://127.0.0.1/one_a")
    world.config(url="https://127.0.0.1/two", on_create="0")
    ann, bob = world.contact(last_name="Ann"), world.contact(last_name="Bob")
    delivered = delivery_of(world, ann, state="delivered")
    waiting = delivery_of(world, bob, state="waiting")
    console = console_of(world, "viewer")

    def found(**query: str) -> list[str]:
        return listed(console.get("/deliveries", **query))

    both = [waiting.id, delivered.id]
    assert found() == found(resource="contact") == found(type="create") == found(config=first.id) == both
    assert found(status="delivered") == found(status="DELIVERED") == found(q=ann.id) == found(q=delivered.id)
    assert found(status="delivered") == [delivered.id]
    assert found(q="ONE_A") == both
    assert found(q="one%a") == found(q="oneXa") == found(type="DELETE") == []
    assert found(resource="'; drop table deliveries --") == found(config="x" * 5000) == []
    assert found(before="\0", q="\0", type="\x1b") == both, "what cannot be seen asks for nothing"
    page = console.get("/deliveries", status="delivered", q="one_a")
    assert '<option value="delivered" selected>' in " ".join(page.text.split())
    assert 'value="one_a"' in page.text
    assert "Clear filters" in console.get("/deliveries", status="failed").text


def test_older_ones_are_a_link_away_and_keep_the_filters(world: World) -> None:
    world.config()
    contacts = [world.contact(last_name=f"N{number}") for number in range(PIECE + 2)]
    console = console_of(world, "viewer")
    first = console.get("/deliveries", type="CREATE")
    older = re.search(r'href="([^"]+)"[^>]*>\s*Load older', first.text)
    assert older
    second = console.client.get(unescape(older[1]))
    assert len(listed(first)) == PIECE
    assert len(listed(second)) == 2
    assert "type=CREATE" in older[1]
    assert contacts[0].id in second.text
    assert "every 2s" in first.text
    assert "every 2s" not in second.text, "what is older is left to the reader in peace"


def test_what_nobody_was_told_of_is_listed_as_skipped(world: World) -> None:
    contact = world.contact()
    page = console_of(world, "viewer").get("/deliveries", status="skipped")
    text = text_of(page)
    assert contact.id in text
    assert "No postback config asked for it." in text
    assert not listed(page)
    assert contact.id not in console_of(world, "stranger").get("/deliveries", status="skipped").text


def test_one_delivery_with_everything_that_is_known(world: World) -> None:
    made = delivery_of(
        world, state="failed", attempts_made=2, finished_ms=now_ms(), reason="The receiver answered 500."
    )
    attempt_at(made, 1)
    attempt_at(made, 2, response_body=b'{"error":"no database"}', trigger="zoe", response_headers="Server: odd")
    page = console_of(world, "operator").get(f"/deliveries/{made.id}")
    text = text_of(page)
    for part in (
        "Contact created: Jones",
        "Failed 2 attempts",
        "Look into the receiver's log.",
        "By zoe",
        "First byte 30 ms",
        "127.0.0.1 port 443",
        '"error": "no database"',
        "Server odd",
        "number_of_attempts 2",
        '"last_name": "Jones"',
        "number_of_attempts=2&data=%7B%22id%22",
    ):
        assert part in text, part
    assert "curl -sS -X POST" in unescape(page.text)
    assert "hx-trigger" not in page.text, "what is final asks for nothing"


def test_an_attempt_has_an_address_of_its_own(world: World) -> None:
    made = delivery_of(world, state="failed", attempts_made=2)
    attempt_at(made, 1, response_body=b"the first answer")
    attempt_at(made, 2, response_body=b"the second answer")
    console = console_of(world, "viewer")
    first = console.get(f"/deliveries/{made.id}", attempt="1").text
    assert "the first answer" in first
    assert "the second answer" not in first
    assert "the second answer" in console.get(f"/deliveries/{made.id}").text
    assert "the second answer" in console.get(f"/deliveries/{made.id}", attempt="x").text
    for sequence in ("0", "3", "999999"):
        assert console.get(f"/deliveries/{made.id}", attempt=sequence).status_code == 404


@pytest.mark.parametrize("state", ["waiting", "sending", "delivered", "failed", "cancelled"])
def test_no_state_lacks_a_page(world: World, state: str) -> None:
    made = delivery_of(world, state=state, next_attempt_ms=None, finished_ms=None, attempts_made=0)
    console = console_of(world, "viewer")
    assert console.get(f"/deliveries/{made.id}").status_code == 200
    attempt_at(made, 1, state="sending", status=None, duration_ms=None, response_body=None, reason=None, peer=None)
    page = console.get(f"/deliveries/{made.id}")
    assert page.status_code == 200
    assert "on the wire" in page.text


def test_hostile_answers_and_records_stay_text(world: World) -> None:
    world.config(url="https://127.0.0.1/%22%3E%3Cscript%3E?a='\"<b>")
    contact = world.contact(first_name=HOSTILE[:64], header_message="{{7*7}}", last_name="O'Hostile")
    made = delivery_of(world, contact, state="failed", attempts_made=1, reason=HOSTILE)
    attempt_at(
        made,
        response_body=HOSTILE.encode() + b"\xff\x00\x1b[31m",
        response_headers=f"X-Evil: {HOSTILE}\nSet-Cookie: <script>alert(3)</script>",
        reason=HOSTILE,
        advice=HOSTILE,
        trigger=HOSTILE[:64],
        peer=HOSTILE[:64],
        url=f"https://127.0.0.1/{HOSTILE}",
    )
    console = console_of(world, "viewer")
    for path in ("/deliveries", f"/deliveries/{made.id}", f"/deliveries/{made.id}/live", "/deliveries/live"):
        page = console.get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert "<b>" not in page.replace("<b>127.0.0.1</b>", "").replace("<b>POST</b>", ""), path
    shown = console.get(f"/deliveries/{made.id}").text
    assert "{{7*7}}" in shown
    assert "\\xff\\x00\\x1b[31m" in shown


def test_secrets_are_not_on_the_page(world: World) -> None:
    world.config(basic_auth_username="harbour", basic_auth_password="s3cret-enough")
    made = delivery_of(world, world.contact(), state="failed", attempts_made=1)
    attempt_at(made)
    page = console_of(world, "owner").get(f"/deliveries/{made.id}").text
    for secret in ("harbour", "s3cret-enough", "whsec_", "Authorization: ***"):
        assert secret not in page


def test_a_poll_is_answered_only_when_something_changed(world: World) -> None:
    world.config()
    contact = world.contact()
    made = delivery_of(world, contact, state="waiting")
    client = console_of(world, "viewer").client
    page = client.get(f"/deliveries/{made.id}")
    shown = re.search(r'hx-ptag="([0-9a-f]+)"', page.text)
    assert shown
    live = f"/deliveries/{made.id}/live"
    same = client.get(live, headers={**POLL, "HX-PTag": shown[1]})
    assert (same.status_code, same.data) == (304, b"")
    assert client.get(live, headers={"If-None-Match": f'"{shown[1]}"'}).status_code == 304
    attempt_at(made, 1, state="sending", status=None, duration_ms=None)
    delivery_of(world, contact, state="sending")
    news = client.get(live, headers={**POLL, "HX-PTag": shown[1]})
    assert news.status_code == 200
    assert news.headers["HX-PTag"] != shown[1]
    assert news.text.strip().startswith("<div")
    assert "<html" not in news.text
    assert "Sending" in news.text
    assert "Content-Security-Policy" in news.headers


def test_the_last_poll_ends_the_polling(world: World) -> None:
    world.config()
    contact = world.contact()
    made = delivery_of(world, contact, state="waiting")
    client = console_of(world, "viewer").client
    assert "hx-trigger" in client.get(f"/deliveries/{made.id}/live").text
    delivery_of(world, contact, state="delivered", attempts_made=1, finished_ms=now_ms())
    assert "hx-trigger" not in client.get(f"/deliveries/{made.id}/live").text


def test_lists_poll_alike(world: World) -> None:
    delivery_of(world, state="waiting")
    client = console_of(world, "viewer").client
    for live in ("/deliveries/live", f"/locations/{world.here}/deliveries/live?status=queued"):
        first = client.get(live, headers=POLL)
        assert "every 2s" in first.text
        again = client.get(live, headers={**POLL, "HX-PTag": first.headers["HX-PTag"]})
        assert again.status_code == 304


def test_without_scripts_there_is_a_link_to_look_again(world: World) -> None:
    made = delivery_of(world, state="waiting")
    assert "Refresh" in console_of(world, "viewer").get(f"/deliveries/{made.id}").text


def test_strangers_find_nothing(world: World) -> None:
    made = delivery_of(world, state="failed")
    attempt_at(made)
    console = console_of(world, "stranger")
    missing = text_of(console.get("/deliveries/none"))
    for path in (f"/deliveries/{made.id}", f"/deliveries/{made.id}/live", f"/locations/{world.here}/deliveries"):
        answer = console.get(path)
        assert answer.status_code == 404
        assert re.sub(r"[0-9a-f]{24}", "", text_of(answer)) == re.sub(r"[0-9a-f]{24}", "", missing)
    assert listed(console.get("/deliveries")) == []
    assert listed(console.get("/deliveries", q=made.id)) == []
