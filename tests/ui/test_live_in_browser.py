"""The screens that renew themselves, in a real browser: sound in both themes, live, and usable without scripts."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from extensions import db
from models import Delivery, now_ms, writing
from resources.inboxes import inbox_of, receive
from resources.users import set_password
from tests.browser import OpenPage, axe
from tests.ui.console import OpenScreen
from tests.ui.tried import HOSTILE, attempt_at, delivery_of
from tests.world import World

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
BODY = b"type=CREATE&resource=contact&number_of_attempts=1&data=%7B%22last_name%22%3A%22Jones%22%7D"


def full_world(world: World) -> list[str]:
    """Something of everything, long and hostile; the paths that show it."""
    world.config(url="https://127.0.0.1/" + "long" * 60, number_of_attempts=20)
    contact = world.contact(
        last_name="W" * 64, first_name=HOSTILE[:60], company_name="M" * 64, email="a@" + "b" * 50 + ".cc"
    )
    made = delivery_of(
        world, contact, state="waiting", attempts_made=9, next_attempt_ms=now_ms() + 99_000, reason=HOSTILE * 3
    )
    for sequence in range(1, 10):
        attempt_at(made, sequence, connect_ms=3, tls_ms=9, response_body=HOSTILE.encode() * 9 + b"\xff" + b"x" * 999)
    inbox = inbox_of(world.actor("owner"), world.here)
    receive(inbox.token, [("X-Long", "x" * 3000), ("webhook-id", made.id)], BODY)
    receive(inbox.token, [], HOSTILE.encode() * 50)
    contacts = f"/locations/{world.here}/contacts"
    return [
        contacts,
        f"{contacts}?q=nobody",
        f"{contacts}/new",
        f"{contacts}/{contact.id}/edit",
        f"{contacts}/{contact.id}/delete",
        "/deliveries",
        "/deliveries?status=cancelled",
        f"/locations/{world.here}/deliveries",
        f"/deliveries/{made.id}",
        f"/inbox/{inbox.token}",
    ]


def test_long_and_hostile_texts_leave_every_screen_sound(world: World, open_screen: OpenScreen) -> None:
    paths = full_world(world)
    page = open_screen("/locations", theme="dark", width=360).page
    for path in paths:
        page.goto(path)
        for fold in page.locator("summary").all():
            fold.click()
        assert axe(page) == [], path
        assert not page.evaluate(TOO_WIDE), path


@pytest.mark.parametrize(("theme", "java_script"), [("light", True), ("dark", False)])
def test_signing_in(world: World, open_page: OpenPage, open_screen: OpenScreen, theme: str, java_script: bool) -> None:  # noqa: FBT001
    set_password(world.users["viewer"].id, "correct horse")
    address = "://".join(urlsplit(open_screen("/locations").page.url)[:2])
    watched = open_page(address, theme=theme, java_script=java_script)
    watched.expect("status of 401")
    page = watched.page
    page.goto("/deliveries?status=failed")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("viewer")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is not right")).to_be_visible()
    if java_script:
        assert axe(page) == []
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Deliveries", exact=True)).to_be_visible()
    assert parse_qs(urlsplit(page.url).query) == {"status": ["failed"]}
    page.wait_for_load_state()  # the server ends before this page does
    page.goto("about:blank")


def test_a_delivery_is_followed_to_its_end(world: World, open_screen: OpenScreen) -> None:
    world.config(number_of_attempts=3)
    contact = world.contact()
    made = delivery_of(world, contact, state="waiting")
    page = open_screen(f"/deliveries/{made.id}").page
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if answer.url.endswith("/live") else None)
    expect(page.locator(".standing-line")).to_contain_text("Queued")
    page.wait_for_timeout(2500)
    # On a slow machine its moment may come between the page and the first look; that is news, told once.
    assert answers[-1] == 304, "nothing changed, so nothing is sent"
    assert answers.count(200) <= 1, "nothing changed, so nothing is sent"

    attempt_at(made, 1)
    delivery_of(world, contact, state="waiting", attempts_made=1, next_attempt_ms=now_ms() + 60_000)
    expect(page.locator(".standing-line")).to_contain_text(re.compile(r"Retrying \(in (1 min|\d+ s)\)"))
    page.get_by_text("Body as it was sent").click()
    page.wait_for_timeout(1500)
    expect(page.get_by_label("Body", exact=True)).to_be_visible()

    attempt_at(
        made, 2, state="succeeded", status=200, reason="The receiver answered 200.", advice=None, reason_code=None
    )
    delivery_of(world, contact, state="delivered", attempts_made=2, finished_ms=now_ms(), next_attempt_ms=None)
    expect(page.locator(".standing-line")).to_contain_text("Delivered")
    expect(page.get_by_role("heading", name="Attempt 2")).to_be_visible()
    answers.clear()
    page.wait_for_timeout(1500)
    assert not answers, "what is final is not asked for again"
    assert axe(page) == []


def test_a_hidden_tab_asks_for_nothing(world: World, open_screen: OpenScreen) -> None:
    made = delivery_of(world, state="waiting")
    page = open_screen(f"/deliveries/{made.id}").page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.wait_for_timeout(1500)
    asked.clear()
    page.wait_for_timeout(1500)
    assert not asked
    page.evaluate("delete document.hidden")
    page.wait_for_timeout(1500)
    assert asked


def test_the_inbox_shows_what_arrives(world: World, open_screen: OpenScreen) -> None:
    inbox = inbox_of(world.actor("owner"), world.here)
    page = open_screen(f"/inbox/{inbox.token}").page
    expect(page.get_by_text("Nothing has arrived yet")).to_be_visible()
    receive(inbox.token, [], BODY)
    expect(page.get_by_role("heading", name="Contact created: Jones")).to_be_visible()
    receive(inbox.token, [], BODY.replace(b"Jones", b"Smith"))
    expect(page.get_by_role("heading", name="Contact created: Smith")).to_be_visible()
    page.get_by_role("link", name="Jones").click()
    receive(inbox.token, [], BODY.replace(b"Jones", b"Late"))
    expect(page.get_by_role("link", name="Late")).to_be_visible()
    expect(page.get_by_role("heading", name="Contact created: Jones")).to_be_visible()


def test_a_list_follows_its_rows_and_its_filters(world: World, open_screen: OpenScreen) -> None:
    world.config()
    contact = world.contact()
    delivery_of(world, contact, state="waiting")
    page = open_screen("/deliveries").page
    expect(page.locator("#results")).to_contain_text("Queued")
    delivery_of(world, contact, state="delivered", attempts_made=1, finished_ms=now_ms())
    expect(page.locator("#results")).to_contain_text("Delivered")
    page.get_by_label("Status").select_option("failed")
    expect(page.get_by_role("heading", name="No deliveries match")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["status"] == ["failed"]
    page.get_by_role("link", name="Clear filters").click()
    page.get_by_label("Search deliveries").fill(contact.id)
    page.keyboard.press("Enter")
    expect(page.locator("#results tbody tr")).to_have_count(1)


def test_the_end_of_the_session_takes_the_page_to_sign_in(world: World, open_screen: OpenScreen) -> None:
    made = delivery_of(world, state="waiting")
    watched = open_screen(f"/deliveries/{made.id}")
    watched.expect("status of 401")
    watched.page.context.clear_cookies()
    expect(watched.page.get_by_role("heading", name="Sign in to Postbacks")).to_be_visible()
    assert parse_qs(urlsplit(watched.page.url).query) == {"next": [f"/deliveries/{made.id}"]}


def test_the_whole_way_without_scripts(world: World, open_screen: OpenScreen) -> None:
    world.config()
    page = open_screen(f"/locations/{world.here}/contacts", java_script=False).page
    page.get_by_role("link", name="Add contact").first.click()
    page.get_by_label("Last name").fill("Jones")
    page.get_by_role("button", name="Add contact").click()
    page.get_by_role("link", name="view", exact=True).click()
    page.get_by_role("link", name="Contact created").click()
    expect(page.get_by_text("Queued").first).to_be_visible()
    with writing(db.session()):
        db.session.query(Delivery).update({"state": "cancelled", "finished_ms": now_ms()})
    page.get_by_role("link", name="Refresh").click()
    expect(page.locator(".standing-line")).to_contain_text("Cancelled")
