"""Somebody at the console: goes by what stands on the screen, and looks at every screen closely."""

from dataclasses import dataclass
from re import Pattern

from playwright.sync_api import Locator, Page, expect

from resources.users import set_password
from tests.browser import Watched, axe
from tests.flows.flow import Flow

PASSWORD = "correct horse battery staple"
NARROW = 360


@dataclass
class Person:
    watched: Watched
    username: str
    scripts: bool = True
    closely: bool = True
    """Whether screens are examined; once for each screen is enough."""

    @property
    def page(self) -> Page:
        return self.watched.page

    def sign_in(self) -> None:
        self.page.goto("/")
        self.look("Sign in to Postbacks")
        self.fill("Username", self.username)
        self.fill("Password", PASSWORD)
        self.press("Sign in")

    def follow(self, name: str | Pattern[str], within: Locator | None = None) -> None:
        """Click a link by its words."""
        (within or self.page).get_by_role("link", name=name, exact=isinstance(name, str)).first.click()

    def press(self, name: str) -> None:
        """Click a button by its words."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def look(self, heading: str | Pattern[str]) -> None:
        """See this screen, in both themes and on a narrow one: nothing for axe to find, nothing cut off."""
        title = self.page.get_by_role("heading", level=1)
        expect(title).to_have_text(heading)
        if not (self.scripts and self.closely):  # axe is a script, too
            return
        for theme in ("light", "dark"):
            self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            found = axe(self.page)
            assert not found, f"{heading} ({theme}):\n" + "\n".join(found)
        size = self.page.viewport_size
        assert size is not None
        self.page.set_viewport_size({"width": NARROW, "height": 740})
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW, f"{heading}: {wide} px wide on a screen of {NARROW}"
        self.page.set_viewport_size(size)


def person_at(flow: Flow, watched: Watched, *, scripts: bool = True, closely: bool = True) -> Person:
    """Somebody who has the password of the tenant's head."""
    head = flow.world.users["head"]
    with flow.world.app.app_context():
        set_password(head.id, PASSWORD)
    return Person(watched, head.username, scripts, closely)
