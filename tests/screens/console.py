"""The console with the demo's week in it, and people who look at it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from flask import Flask, url_for
from playwright.sync_api import Browser, Page, Response
from sqlalchemy import select

from docs.week import plant_week
from docs.week_rows import UNTOUCHED_MS
from extensions import db, settings
from launch.demo import FIRST_LOCATION_ID, GROUP_ID, prepare_demo
from models import User, UserSession, writing
from postbacks.encryption import Vault
from tests.browser import Watched
from tests.screens.faults import FAULTS
from tests.screens.screens import NOBODY, Screen
from tests.screens.sights import plant_the_empty, sights


@dataclass
class Console:
    """A server, what is to be seen there, and a browser's window for each person and look."""

    app: Flask
    url: str
    browser: Browser
    sights: Mapping[str, str]
    _cookies: dict[str, Any] = field(default_factory=dict)

    def address(self, screen: Screen) -> str:
        """The screen's address within the site."""
        with self.app.test_request_context():
            [rule] = [rule for rule in self.app.url_map.iter_rules(screen.endpoint) if "GET" in (rule.methods or ())]
            parts: dict[str, Any] = {part: self.sights[screen.sight.get(part, part)] for part in rule.arguments}
            return url_for(screen.endpoint, **{**parts, **screen.query})

    def window(self, who: str, **look: Any) -> Watched:
        """A window in which this person is signed in; `look` goes to the browser."""
        options: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", **look}
        context = self.browser.new_context(base_url=self.url, reduced_motion="reduce", **options)
        context.set_default_timeout(10_000)
        if who != NOBODY:
            context.add_cookies([self._cookie(who)])
        watched = Watched(context.new_page())
        watched.watch(java_script=options.get("java_script_enabled", True))
        return watched

    def _cookie(self, who: str) -> Any:
        if who not in self._cookies:
            self._cookies[who] = {**signed_in_cookie(self.app, who), "url": self.url}
        return self._cookies[who]


def show(console: Console, page: Page, screen: Screen) -> int:
    """Come to the screen as a person would who has its address. Returns the status it was answered with."""
    with console.app.app_context(), FAULTS[screen.before]():
        answer = page.goto(console.address(screen))
        with FAULTS[screen.meanwhile]():
            for label, text in screen.fill.items():
                box = page.get_by_label(label, exact=True)
                box.evaluate("one => one.removeAttribute('maxlength')")  # not every browser keeps to it
                box.fill(text)
            answer = _press(page, screen.press) if screen.press else answer
            if screen.until:
                page.wait_for_selector(screen.until)
    assert answer is not None
    return answer.status


def _press(page: Page, button: str) -> Response:
    with page.expect_event("load"), page.expect_response(lambda one: one.request.is_navigation_request()) as going:
        page.get_by_role("button", name=button, exact=True).click()
    return going.value


def prepare_week(quiet_ms: int = UNTOUCHED_MS) -> Mapping[str, str]:
    """The demo tenant with its week; what is to be seen there. Call it in an application context."""
    prepare_demo(settings())
    plant_week(db.session(), FIRST_LOCATION_ID, GROUP_ID, Vault(settings().fernet_keys), quiet_ms)
    plant_the_empty()
    return sights()


def signed_in_cookie(app: Flask, who: str) -> dict[str, str]:
    """The cookie of somebody who has signed in; how one does is another test's business."""
    token = secrets.token_urlsafe(32)
    with app.app_context(), writing(db.session()):
        user_id = db.session.scalars(select(User.id).where(User.username == who)).one()
        db.session.add(UserSession(digest=sha256(token.encode()).hexdigest(), user_id=user_id, address="127.0.0.1"))
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie
    return {"name": cookie.key, "value": cookie.value}
